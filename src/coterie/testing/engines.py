"""What every engine must do, whatever is behind it."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from sqlglot import exp

from coterie.engines import Engine


def check_engine(engine: Engine) -> None:
    """Assert the engine contract on tables of the check's own; raises ``AssertionError`` naming what fails.

    >>> from coterie.engines import open_warehouse
    >>> check_engine(open_warehouse(None))
    """
    rows = pa.table({"n": [1, 2, None], "name": ["a", "b", "c"]})
    engine.write("checked", rows, append=False)
    engine.write("checked", pa.table({"name": ["d"]}))
    _expect(engine, "SELECT COUNT(*) AS v FROM checked", 4, "write appends by column name")
    _expect(engine, "SELECT COUNT(n) AS v FROM checked", 2, "columns that are not given are NULL")
    engine.create("made", "SELECT n, name FROM checked WHERE n >= $least", {"least": 2})
    _expect(engine, "SELECT MAX(name) AS v FROM made", "b", "create binds values")
    engine.create("made", "SELECT n, name FROM made")
    _expect(engine, "SELECT COUNT(*) AS v FROM made", 1, "create may read the table that it replaces")
    engine.insert("made", "SELECT 'z' AS name")
    _expect(engine, "SELECT COUNT(*) AS v FROM made", 2, "insert goes by column name")
    engine.view("seen", "SELECT name FROM made")
    engine.insert("made", "SELECT 'y' AS name")
    _expect(engine, "SELECT COUNT(*) AS v FROM seen", 3, "a view sees rows that came after it")
    engine.create("next", "SELECT 'only' AS name")
    engine.swap("made", "next")
    _expect(engine, "SELECT MAX(name) AS v FROM seen", "only", "a view sees the table that was swapped in")
    if "next" in engine.tables() or not {"made", "seen", "checked"} <= engine.tables():
        raise AssertionError(f"tables() says {sorted(engine.tables())}")
    if list(engine.columns("checked")) != ["n", "name"]:
        raise AssertionError(f"columns() says {engine.columns('checked')}")
    at = datetime(2024, 2, 29, 23, 59, 59, 1)  # noqa: DTZ001 - naive UTC, as stored
    tree = exp.select(exp.alias_(exp.cast(exp.Placeholder(this="at"), "TIMESTAMP"), "v"))
    _expect(engine, tree, at, "instants keep their microseconds", {"at": at})
    _expect(engine, "SELECT $n AS v", 1, "values that a statement does not name are left out", {"n": 1, "other": 2})
    with engine.reading():
        _expect(engine, "SELECT COUNT(*) AS v FROM checked", 4, "a reading sees what there is")
    with engine.tidied(), engine.temporary("aside", rows) as aside, engine.temporary("more", "SELECT 5 AS n") as more:
        mine = engine.aside("aside", "SELECT 1 AS n")
        if len({aside, more, mine}) < 3 or engine.tables() & {"aside", "more"}:
            raise AssertionError("tables put aside bear each other's names")
        _expect(engine, f"SELECT COUNT(*) AS v FROM {aside}", 3, "temporary tables hold the rows given")
        _expect(engine, f"SELECT n AS v FROM {more}", 5, "temporary tables hold the rows of a statement")
    if {aside, more, mine} & engine.tables():
        raise AssertionError("temporary tables stay behind")
    engine.drop("made")
    engine.drop("made")
    engine.drop("checked")
    if "made" in engine.tables():
        raise AssertionError("drop leaves the table")


def _expect(
    engine: Engine, statement: exp.Expr | str, wanted: object, claim: str, values: dict[str, object] | None = None
) -> None:
    found = engine.query(statement, values).column(0)[0].as_py()
    if found != wanted:
        raise AssertionError(f"{engine.dialect}: {claim}: found {found!r}, wanted {wanted!r}")
