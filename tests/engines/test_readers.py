"""One writer, and readers that never wait for it: each sees what was committed last."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pyarrow as pa
import pytest

from coterie.engines import open_warehouse
from coterie.errors import CoterieError, StatementFailed

WHOLE = 60.0
"""Seconds after which something that must not wait is taken to wait for ever."""


@pytest.fixture(params=["file", "memory"])
def engine(request, tmp_path):
    engine = open_warehouse(tmp_path / "warehouse.duckdb" if request.param == "file" else None, threads=2)
    engine.execute("CREATE TABLE notes AS SELECT range AS n FROM range(3)")
    engine.view("noted", "SELECT count(*) AS n FROM notes")
    yield engine
    engine.close()


@pytest.fixture
def elsewhere():
    """Runs a call in another thread, which must not wait for this one."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda call, *given: pool.submit(call, *given).result(timeout=WHOLE)


def noted(engine) -> int:
    return int(engine.query("SELECT n FROM noted")["n"][0].as_py())


def test_a_reader_beside_an_open_transaction_sees_the_old_state_and_does_not_wait(engine, elsewhere):
    with engine.transaction():
        engine.execute("INSERT INTO notes VALUES (3)")
        engine.create("notes_next", "SELECT n FROM notes UNION ALL SELECT 4")
        engine.swap("notes", "notes_next")
        engine.view("noted", "SELECT count(*) + 100 AS n FROM notes")
        engine.execute("CREATE TABLE fresh (n INTEGER)")
        assert noted(engine) == 105
        assert elsewhere(noted, engine) == 3
        assert "fresh" not in elsewhere(engine.tables)
    assert elsewhere(noted, engine) == 105


def test_a_reading_sees_one_state_from_its_beginning_to_its_end(engine, elsewhere):
    with engine.reading():
        assert noted(engine) == 3
        elsewhere(engine.execute, "DELETE FROM notes")
        assert noted(engine) == 3
    assert noted(engine) == 0


def test_a_reading_inside_a_transaction_sees_what_the_transaction_wrote(engine):
    with engine.transaction():
        engine.execute("INSERT INTO notes VALUES (3)")
        with engine.reading():
            assert noted(engine) == 4


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO notes VALUES (9)", "DELETE FROM notes", "DROP TABLE notes", "CREATE TABLE more (n INTEGER)"],
    ids=lambda text: text.split()[0].lower(),
)
def test_a_reading_stores_nothing(engine, statement):
    with engine.reading():
        with pytest.raises(StatementFailed, match="read-only"):
            engine.execute(statement)
        assert noted(engine) == 3
    assert noted(engine) == 3
    assert "more" not in engine.tables()


def test_a_reading_needs_no_leave_of_a_writer_for_its_temporary_tables(engine, elsewhere):
    def tried() -> int:
        with engine.reading():
            tried = engine.aside("tried", "SELECT n FROM notes WHERE n > $least", {"least": 0})
            engine.execute(f"DELETE FROM {tried} WHERE n = 1")
            return int(engine.query(f"SELECT count(*) AS n FROM {tried}")["n"][0].as_py())

    with engine.transaction():
        engine.execute("DELETE FROM notes")
        assert elsewhere(tried) == 1
    assert not [name for name in elsewhere(engine.tables) if name.startswith("tried")]


@pytest.mark.parametrize("block", ["tidied", "reading", "trial", "transaction"])
def test_tables_put_aside_are_gone_when_their_block_ends_or_fails(engine, block):
    with getattr(engine, block)():
        outer = engine.aside("same", "SELECT 1 AS n")
        with suppress(StatementFailed), getattr(engine, block)():
            inner = engine.aside("same", pa.table({"n": [2]}))
            found = engine.query(f"SELECT (FROM {outer}) AS outer, (FROM {inner}) AS inner").to_pylist()
            if block == "tidied":  # a failed statement ends a transaction, and a reading is taken anew
                engine.query("SELECT no_such_column")
        assert inner not in engine.tables()
        assert outer in engine.tables()
    assert found == [{"outer": 1, "inner": 2}]
    assert not {inner, outer} & engine.tables()


def test_a_fault_beside_tables_put_aside_is_told_as_it_was(engine):
    def fail() -> None:
        with engine.transaction():
            engine.aside("same", "SELECT 1 AS n")
            engine.query("SELECT no_such_column")

    with pytest.raises(StatementFailed, match="no_such_column"):
        fail()


def test_no_table_is_put_aside_where_nothing_would_tidy_it_away(engine):
    with pytest.raises(RuntimeError, match="same"):
        engine.aside("same", "SELECT 1 AS n")


def test_a_statement_that_failed_does_not_end_the_reading(engine):
    with engine.reading():
        with suppress(CoterieError):
            engine.query("SELECT CAST('no number' AS INTEGER)")
        assert noted(engine) == 3
        with pytest.raises(StatementFailed, match="read-only"):
            engine.execute("DELETE FROM notes")


def test_threads_may_give_temporary_tables_the_same_name(engine):
    meeting = threading.Barrier(4)

    def own(number: int) -> int:
        with engine.reading():
            same = engine.aside("same", "SELECT $number AS n", {"number": number})
            meeting.wait(WHOLE)
            return int(engine.query(f"SELECT n FROM {same}")["n"][0].as_py())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(own, range(4))) == [0, 1, 2, 3]


def test_writers_take_turns_and_none_is_lost(engine):
    def add(_: int) -> None:
        with engine.transaction():
            most = int(engine.query("SELECT max(n) AS n FROM notes")["n"][0].as_py())
            engine.execute("INSERT INTO notes VALUES ($n)", {"n": most + 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(20)))
    assert engine.query("SELECT max(n) AS n, count(*) AS many FROM notes").to_pylist() == [{"n": 22, "many": 23}]


def test_a_closed_engine_lets_go_of_the_file_that_other_threads_read(tmp_path, elsewhere):
    engine = open_warehouse(tmp_path / "warehouse.duckdb")
    elsewhere(engine.tables)
    engine.close()
    open_warehouse(tmp_path / "warehouse.duckdb").close()
    with pytest.raises(CoterieError):
        elsewhere(engine.tables)


def test_values_that_a_statement_does_not_name_are_left_out(engine):
    given = {"n": 1, "other": 2}
    assert engine.query("SELECT $n AS n, '$other' AS text -- $other", given).to_pylist() == [{"n": 1, "text": "$other"}]
    engine.execute("INSERT INTO notes VALUES (7)", given)
    engine.create("made", "SELECT $n AS n", given)
    engine.insert("notes", "SELECT n FROM made", given)
    with pytest.raises(StatementFailed):
        engine.query("SELECT $n, $missing", given)
