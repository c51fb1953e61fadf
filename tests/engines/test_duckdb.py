"""What only the engine with transactions promises."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from coterie.engines import open_warehouse
from coterie.engines.duckdb import open_duckdb
from coterie.errors import StatementFailed


@pytest.fixture
def engine():
    engine = open_warehouse(None, threads=1)
    engine.execute("CREATE TABLE notes (n INTEGER)")
    yield engine
    engine.close()


def notes(engine) -> list[int]:
    return engine.query("SELECT n FROM notes ORDER BY n")["n"].to_pylist()


def test_a_transaction_inside_another_is_part_of_it(engine):
    def work() -> None:
        with engine.transaction():
            with engine.transaction():
                engine.execute("INSERT INTO notes VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert notes(engine) == []
    with engine.transaction(), engine.transaction():
        engine.execute("INSERT INTO notes VALUES (2)")
    assert notes(engine) == [2]


def test_the_first_fault_is_told_and_not_what_failed_because_of_it(engine):
    def work() -> None:
        with engine.transaction():
            try:
                engine.query("SELECT CAST('no number' AS INTEGER)")
            finally:
                engine.execute("DROP TABLE notes")

    with pytest.raises(StatementFailed, match="no number"):
        work()
    assert notes(engine) == []


def test_a_new_database_is_whole_from_its_first_instant(tmp_path):
    (tmp_path / "warehouse.duckdb.4711.unfinished").write_bytes(b"")  # what a kill while it was made leaves
    open_duckdb(tmp_path / "warehouse.duckdb").close()
    assert {each.name for each in tmp_path.iterdir()} == {"warehouse.duckdb", "warehouse.lock"}


def test_what_is_tried_is_undone_and_the_next_may_write():
    engine = open_warehouse(None)
    engine.execute("CREATE TABLE tried (n INT)")
    with engine.trial() as is_written:
        engine.execute("INSERT INTO tried VALUES (1)")
        assert (is_written, engine.query("SELECT n FROM tried").num_rows) == (True, 1)
    assert engine.query("SELECT n FROM tried").num_rows == 0
    other = threading.Thread(target=lambda: engine.execute("INSERT INTO tried VALUES (2)"))
    other.start()
    other.join(timeout=20)
    assert engine.query("SELECT n FROM tried").to_pylist() == [{"n": 2}]
    with engine.reading(), engine.trial() as is_written:
        assert not is_written
    engine.close()


def test_nothing_is_tried_while_another_writes():
    engine = open_warehouse(None)
    begun, ended = threading.Event(), threading.Event()

    def write() -> None:
        with engine.transaction():
            begun.set()
            ended.wait(20)

    other = threading.Thread(target=write)
    other.start()
    assert begun.wait(20)
    with engine.trial() as is_written:
        assert not is_written
    ended.set()
    other.join(timeout=20)
    engine.close()


def test_who_writes_knows_columns_as_they_are_after_each_change_of_them() -> None:
    engine = open_duckdb(None)
    engine.execute("CREATE TABLE told (a INTEGER)")
    with suppress(ZeroDivisionError), engine.transaction():
        seen = [list(engine.columns("told"))]
        engine.execute("ALTER TABLE told ADD COLUMN b INTEGER")
        seen.append(list(engine.columns("told")))
        raise ZeroDivisionError
    with engine.transaction():
        seen.append(list(engine.columns("told")))
        first = engine.aside("found", "SELECT 1 AS one")
        seen.append(list(engine.columns(first)))
    with engine.transaction():
        again = engine.aside("found", "SELECT 2 AS two")
        seen.append(list(engine.columns(again)))
        assert again in engine.tables()
        assert engine.query(f"FROM {again}").to_pylist() == [{"two": 2}]
    assert seen == [["a"], ["a", "b"], ["a"], ["one"], ["two"]]
    assert first == again
    assert again not in engine.tables()
    engine.close()
