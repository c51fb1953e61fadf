"""What only the engine with transactions promises."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from coterie.engines import duckdb as ours
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


OF_EVERY_KIND = """
    SELECT n, n::UTINYINT AS u, n::HUGEINT AS h, n / 3 AS d, (n / 3)::DECIMAL(18,4) AS money, n > 1 AS b, 'é' || n AS t,
        TIMESTAMP '2020-01-01' + to_days(n) AS at, DATE '2020-01-01' + n AS day, TIME '10:00' AS clock,
        [n, NULL] AS list, {'a': n, 'b': 'x'} AS struct, MAP {'k': n} AS map, uuid() IS NULL AS nothing, NULL AS empty,
        'x'::BLOB AS blob, INTERVAL 1 DAY AS span, nullif(n, 2) AS gaps, 'a'::ENUM('a', 'b') AS choice
    FROM (SELECT $n::INTEGER AS n UNION ALL SELECT 2 UNION ALL SELECT 3) ORDER BY n"""


def test_rows_asked_for_at_once_are_those_of_a_relation(engine, monkeypatch):
    at_once = engine.query(OF_EVERY_KIND, {"n": 1, "N2": "not named"})
    assert at_once.num_rows == 3
    assert engine.query("DESCRIBE notes")["column_name"].to_pylist() == ["n"]
    assert ours._submit is not None, "DuckDB has another way now: see decision 97"
    monkeypatch.setattr(ours, "_submit", None)
    assert at_once.equals(engine.query(OF_EVERY_KIND, {"n": 1}), check_metadata=True)
    assert engine.query("DESCRIBE notes")["column_name"].to_pylist() == ["n"]


def test_who_reads_knows_columns_as_they_stood_when_the_reading_began(tmp_path) -> None:
    engine = open_duckdb(tmp_path / "x.duckdb")
    engine.execute("CREATE TABLE notes (n INTEGER)")

    def change() -> None:
        engine.execute("ALTER TABLE notes ADD COLUMN more INTEGER")
        engine.execute("CREATE TABLE others (n INTEGER)")

    with engine.reading():
        assert engine.tables() >= {"notes"}
        assert list(engine.columns("notes")) == ["n"]
        with engine.temporary("beside", "SELECT 1 AS one") as beside:
            assert list(engine.columns(beside)) == ["one"]
        with engine.temporary("beside", "SELECT 1 AS two") as beside:
            assert list(engine.columns(beside)) == ["two"]
        another = threading.Thread(target=change)
        another.start()
        another.join(60)
        assert list(engine.columns("notes")) == ["n"]
        assert "others" not in engine.tables()
        with pytest.raises(StatementFailed):
            engine.query("SELECT nothing FROM nowhere")
        assert list(engine.columns("notes")) == ["n", "more"]  # after a fault the state is taken anew
    assert "others" in engine.tables()
    with engine.reading():
        assert list(engine.columns("notes")) == ["n", "more"]
    engine.close()
