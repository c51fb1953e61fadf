"""Bringing the file to a stand waits for what others have under way, and gives up in a sentence."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from coterie.engines import checkpoints, open_warehouse, overwrite_free
from coterie.errors import Transient


@pytest.fixture
def engine(tmp_path):
    opened = open_warehouse(tmp_path / "warehouse.duckdb")
    opened.execute("CREATE TABLE kept AS SELECT range AS n FROM range(1000)")
    yield opened
    opened.close()


@contextmanager
def at_work(engine) -> Iterator[None]:
    """A transaction that is under way beside the engine's own lock."""
    other = engine._root.cursor()
    other.execute("BEGIN TRANSACTION")
    other.execute("UPDATE kept SET n = n + 1")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_what_others_have_under_way_is_waited_for(engine):
    begun, waited = threading.Event(), threading.Event()

    def work() -> None:
        with at_work(engine):
            begun.set()
            waited.wait(0.5)

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    began = time.monotonic()
    with engine.standing_still():
        assert time.monotonic() - began > 0.3
    thread.join()


def test_who_works_for_long_is_told_and_nothing_of_the_noise_stays(engine, monkeypatch):
    monkeypatch.setattr(checkpoints, "PATIENCE_SECONDS", 0.2)
    before = engine.tables()
    with at_work(engine):
        with pytest.raises(Transient, match="since others use it"), engine.standing_still():
            pass
        assert overwrite_free(engine) is False
    assert engine.tables() == before
    assert overwrite_free(engine) is True
