"""Who acts: the person whose doing a change is kept as, in the audit log and with each version of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ACTING: ContextVar[str] = ContextVar("acting", default="")


def acting() -> str:
    """The person that the surrounding ``acting_as`` names; empty outside of one."""
    return _ACTING.get()


@contextmanager
def acting_as(person: str) -> Iterator[None]:
    """Everything done inside is kept as the doing of ``person``; each thread and task has its own.

    >>> with acting_as("ann"):
    ...     acting()
    'ann'
    """
    token = _ACTING.set(person.strip())
    try:
        yield
    finally:
        _ACTING.reset(token)
