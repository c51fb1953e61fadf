"""Questions to whoever sits at the terminal; a sentence instead where nobody does."""

from __future__ import annotations

import sys

import typer

from coterie.errors import Refused


def is_answered() -> bool:
    """Somebody can answer: standard input is open and a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, default: bool) -> None:
    """Go on after a yes; raises ``Refused`` after a no, and where nobody answers."""
    try:
        if sys.stdin is not None and typer.confirm(question, default=default):
            return
    except typer.Abort:
        typer.echo()
    raise Refused("not confirmed, so nothing was done; --yes goes on without asking, --dry-run only looks")
