"""Limits of the machine, set for the while."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def no_more_files() -> Iterator[None]:
    """This process can open no file; those that are open stay so, and can be waited for.

    Every descriptor below the highest in use is taken. A limit under that of an open file would also end
    whoever waits for that file, as Spark's own threads do: ``poll`` refuses more files than may be open.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(each.name) for each in Path("/proc/self/fd").iterdir())
    taken: list[int] = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, hard))
        with suppress(OSError):
            while True:
                taken.append(os.dup(1))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for each in taken:
            os.close(each)
