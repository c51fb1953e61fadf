"""Who acts: the person whose doing a change is kept as, in the audit log and with each version of a definition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from coterie.settings import account

_ACTING: ContextVar[str] = ContextVar("acting", default="")


def who_acts(named: str = "") -> str:
    """Who is ``named``, else whom the surrounding ``acting_as`` names, else ``COTERIE_ACTOR``, else the account of the system.

    >>> who_acts("ann")
    'ann'
    """
    return named.strip() or _ACTING.get() or account()


@contextmanager
def acting_as(person: str) -> Iterator[None]:
    """Everything done inside is kept as the doing of ``person``; each thread and task has its own.

    >>> with acting_as("ann"):
    ...     who_acts()
    'ann'
    """
    token = _ACTING.set(person.strip())
    try:
        yield
    finally:
        _ACTING.reset(token)
