"""Rows become part of a table: new ones added, changed ones replaced, equal ones left alone."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.collect.loading.targets import Target
from coterie.engines import Engine, identifier

_ROWS, _THERE, _PAIRS = "_rows", "_there", "_pairs"
_NEVER_REWRITTEN = frozenset({"received_at"})


@dataclass(frozen=True)
class Written:
    """Rows that were there already word for word, and rows that replaced an earlier version of themselves."""

    unchanged: int
    updated: int


def write_rows(
    engine: Engine, target: Target, types: dict[str, str], values: dict[str, object], *, repeats: bool
) -> Written:
    """Write the good rows of ``_staged`` into ``target``; to be called inside a transaction.

    A row whose key is not in the table is added. Of rows with an equal key, those of equal
    content are matched first, as often as they occur on both sides; what remains replaces
    what remains, and the rest is added. ``repeats`` says that a key which ought to be
    unique occurs more than once in the file: the last row wins.
    """
    if not repeats and not _overlaps(engine, target, types, values):
        engine.execute(f"INSERT INTO {identifier(target.table)} BY NAME {target.rows(types)}", values)
        return Written(0, 0)
    _collect_rows(engine, target, types, values, repeats=repeats)
    unchanged, updated = _drop_superseded(engine) if repeats else (0, 0)
    _pair(engine)
    engine.execute(_update(target))
    engine.execute(
        f"INSERT INTO {identifier(target.table)} BY NAME SELECT * EXCLUDE (_key, _content{', _line' if repeats else ''}) "
        f"FROM {_ROWS} WHERE rowid NOT IN (SELECT here FROM {_PAIRS})"
    )
    pairs = engine.query(f"SELECT count(*) FILTER (is_same), count(*) FILTER (NOT is_same) FROM {_PAIRS}")
    return Written(unchanged + pairs.column(0)[0].as_py(), updated + pairs.column(1)[0].as_py())


def _overlaps(engine: Engine, target: Target, types: dict[str, str], values: dict[str, object]) -> bool:
    """Whether any row could have its key in the table already."""
    if engine.query(f"SELECT count(*) FROM {identifier(target.table)}").column(0)[0].as_py() == 0:
        return False
    first = identifier("identifier_id" if target.table == "customer_records" else target.key[0])
    rows = target.rows(types)
    found = engine.query(
        f"SELECT EXISTS (SELECT 1 FROM ({rows}) n SEMI JOIN {identifier(target.table)} USING ({first}))",
        values,
    )
    return bool(found.column(0)[0].as_py())


def _collect_rows(
    engine: Engine, target: Target, types: dict[str, str], values: dict[str, object], *, repeats: bool
) -> None:
    rows = target.rows(types, ("rowid AS _line",) if repeats else ())
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT *, {_hash(target.key, types)} AS _key, "
        f"{_hash(target.compared, types)} AS _content FROM ({rows})",
        values,
    )
    there = f"SELECT rowid AS there, {_hash(target.key, types)} AS _key, {_hash(target.compared, types)} AS _content"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {_THERE} AS SELECT * FROM ({there} FROM {identifier(target.table)}) "
        f"SEMI JOIN {_ROWS} USING (_key)"
    )


def _hash(columns: tuple[str, ...], types: dict[str, str]) -> str:
    names = [
        f"({identifier(name)})::JSON::VARCHAR" if types[name] == "VARIANT" else identifier(name) for name in columns
    ]
    return f"hash({', '.join(names)})" if names else "0::UBIGINT"


def _drop_superseded(engine: Engine) -> tuple[int, int]:
    """How many rows stood before the last of their key: equal to it, and different from it. They go."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE _early AS SELECT here, _content = last AS is_same FROM (SELECT rowid AS here, "
        "_content, first_value(_content) OVER w AS last, row_number() OVER w AS place "
        f"FROM {_ROWS} WINDOW w AS (PARTITION BY _key ORDER BY _line DESC)) WHERE place > 1"
    )
    counts = engine.query("SELECT count(*) FILTER (is_same), count(*) FILTER (NOT is_same) FROM _early")
    engine.execute(f"DELETE FROM {_ROWS} WHERE rowid IN (SELECT here FROM _early)")
    return counts.column(0)[0].as_py(), counts.column(1)[0].as_py()


def _pair(engine: Engine) -> None:
    """Which row here is which row there: the nth of equal content, then the nth that remains of a key."""
    nth = "row_number() OVER (PARTITION BY _key, _content) AS nth"
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {_PAIRS} AS SELECT here, there, TRUE AS is_same FROM "
        f"(SELECT rowid AS here, _key, _content, {nth} FROM {_ROWS}) JOIN "
        f"(SELECT there, _key, _content, {nth} FROM {_THERE}) USING (_key, _content, nth)"
    )
    left = "row_number() OVER (PARTITION BY _key ORDER BY _content) AS nth"
    engine.execute(
        f"INSERT INTO {_PAIRS} SELECT here, there, FALSE FROM "
        f"(SELECT rowid AS here, _key, {left} FROM {_ROWS} WHERE rowid NOT IN (SELECT here FROM {_PAIRS})) JOIN "
        f"(SELECT there, _key, {left} FROM {_THERE} WHERE there NOT IN (SELECT there FROM {_PAIRS})) USING (_key, nth)"
    )


def _update(target: Target) -> str:
    names = [name for name in target.columns if name not in _NEVER_REWRITTEN]
    sets = ", ".join(f"{identifier(name)} = new.{identifier(name)}" for name in names)
    return (
        f"UPDATE {identifier(target.table)} SET {sets} FROM (SELECT p.there, r.* FROM {_PAIRS} p "
        f"JOIN {_ROWS} r ON r.rowid = p.here WHERE NOT p.is_same) new WHERE {identifier(target.table)}.rowid = new.there"
    )
