"""Methods that only read: they see one state of the warehouse, wait for no writer, and can store nothing in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from coterie.workspace.stand import Stand

P = ParamSpec("P")
R = TypeVar("R")


class _Standing(Protocol):
    _stand: Stand


S = TypeVar("S", bound=_Standing)


def _within(
    state: Callable[[Stand], AbstractContextManager[None]], method: Callable[Concatenate[S, P], R]
) -> Callable[Concatenate[S, P], R]:
    @wraps(method)
    def reading(self: S, /, *given: P.args, **named: P.kwargs) -> R:
        with state(self._stand):
            return method(self, *given, **named)

    return reading


def reads(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """``method`` as one that only reads."""
    return _within(lambda stand: stand.engine.reading(), method)


def reads_refreshed(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """``method`` as one that only reads, with what was loaded since the last refresh counted as of that refresh for its while."""
    return _within(Stand.refreshed, method)


def reads_brought(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """``method`` as one that only reads, with what was loaded since the last refresh brought to people for its while."""
    return _within(Stand.brought, method)
