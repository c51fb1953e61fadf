"""A server whose disk fails on demand: the real one, with faults between it and the C library."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.server import Server, start

_started: list[Server] = []
SOURCE = Path(__file__).with_name("faults.c")


def built(folder: Path) -> Path:
    """The library of faults, compiled; the test is skipped where no compiler is."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler: faults of the disk are not tried")
    library = folder / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library


@contextmanager
def preloaded(library: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """Processes that start meanwhile have the library and these settings."""
    before = dict(os.environ)
    os.environ |= {"LD_PRELOAD": str(library), **settings}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def start_faulty(folder: Path, library: Path, **settings: str) -> Server:
    """A server of the workspace with those faults."""
    with preloaded(library, settings):
        server = start(folder)
    _started.append(server)
    return server


def end_all() -> None:
    """End the servers that a test which failed has left."""
    while _started:
        process = _started.pop().process
        if process.poll() is None:
            process.kill()
            process.communicate()
