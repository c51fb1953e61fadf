"""An engine beside the warehouse, by which files are read before anything of them is loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from coterie.engines import ENGINES, Engine

_SPARE: dict[int, Engine] = {}
"""Process → the engine that waits for whoever needs one next."""


@contextmanager
def engine_aside() -> Iterator[Engine]:
    """A DuckDB in memory for the while; nothing is to be left in it.

    To begin one takes as long as most of what it is asked, so that the next is given the same.

    >>> with engine_aside() as one:
    ...     one.query("SELECT 1 AS n").to_pylist()
    [{'n': 1}]
    >>> with engine_aside() as again:
    ...     again is one
    True
    """
    process = os.getpid()  # a forked one has none of the threads of its parent's
    engine = _SPARE.pop(process, None) or ENGINES["duckdb"](None)
    try:
        yield engine
    except BaseException:
        engine.close()
        raise
    if _SPARE.setdefault(process, engine) is not engine:
        engine.close()
