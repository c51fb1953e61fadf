"""The commands there are, read from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def root() -> Any:
    """The outermost command; those that hold others have ``commands``."""
    from typer.main import get_command

    from coterie.cli.app import app_of

    return get_command(app_of())


def command_lines() -> dict[str, Any]:
    """``coterie segments list`` → the command of that name."""

    def walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
        children = getattr(command, "commands", None)
        if children:
            for name, child in children.items():
                yield from walk(child, f"{path} {name}")
        else:
            yield path, command

    return dict(walk(root(), "coterie"))


def options(command: Any) -> set[str]:
    """The options of a command, short and long."""
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")}
