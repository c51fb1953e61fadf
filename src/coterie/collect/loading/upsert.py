"""Rows become part of a table: new ones added, changed ones replaced, equal ones left alone."""

from __future__ import annotations

from coterie.collect.loading.targets import Destination, ensure_columns, plan_target
from coterie.collect.loading.way import LoadUnderWay, Written
from coterie.engines import Engine, identifier

_NEVER_REWRITTEN = frozenset({"received_at"})


def write_facts(loading: LoadUnderWay) -> None:
    """Write the good rows into the table of their kind; permissions go elsewhere.

    A row whose key is not in the table is added. Of rows with an equal key, those of equal
    content are matched first, as often as they occur on both sides; what remains replaces
    what remains, and the rest is added. Where a key that ought to be unique
    occurs more than once in the file, the last row wins.
    """
    if loading.kind.table == "consents":
        return
    target = plan_target(loading)
    types = ensure_columns(loading.engine, target)
    values = {**loading.stamp.values, "currency": loading.terms.settings.currency}
    loading.written = _write(
        loading.engine, target, types, values, repeats=loading.repeats, is_new=loading.is_surely_new
    )


def _write(
    engine: Engine,
    target: Destination,
    types: dict[str, str],
    values: dict[str, object],
    *,
    repeats: bool,
    is_new: bool,
) -> Written:
    if not repeats and (is_new or not _overlaps(engine, target, types, values)):
        engine.execute(f"INSERT INTO {identifier(target.table)} BY NAME {target.rows(types)}", values)
        return Written(0, 0)
    rows, there = _collect_rows(engine, target, types, values, repeats=repeats)
    unchanged, updated = _drop_superseded(engine, rows) if repeats else (0, 0)
    pairs = _pair(engine, rows, there)
    if "profile_id" in target.columns:
        _note_former(engine, target.table, pairs, values)
    engine.execute(_update(target, rows, pairs))
    engine.execute(
        f"INSERT INTO {identifier(target.table)} BY NAME SELECT * EXCLUDE (_key, _content{', _line' if repeats else ''}) "
        f"FROM {rows} WHERE rowid NOT IN (SELECT here FROM {pairs})"
    )
    counted = engine.query(f"SELECT count(*) FILTER (is_same), count(*) FILTER (NOT is_same) FROM {pairs}")
    return Written(unchanged + counted.column(0)[0].as_py(), updated + counted.column(1)[0].as_py())


def _overlaps(engine: Engine, target: Destination, types: dict[str, str], values: dict[str, object]) -> bool:
    """Whether any row could have its key in the table already."""
    if engine.query(f"SELECT count(*) FROM {identifier(target.table)}").column(0)[0].as_py() == 0:
        return False
    first = identifier(target.key[0])
    rows = target.rows(types)
    found = engine.query(
        f"SELECT EXISTS (SELECT 1 FROM ({rows}) n SEMI JOIN {identifier(target.table)} USING ({first}))",
        values,
    )
    return bool(found.column(0)[0].as_py())


def _collect_rows(
    engine: Engine, target: Destination, types: dict[str, str], values: dict[str, object], *, repeats: bool
) -> tuple[str, str]:
    """Tables aside of the rows to be written, and of those that have their keys already."""
    good = target.rows(types, ("rowid AS _line",) if repeats else ())
    rows = engine.aside(
        "rows",
        f"SELECT *, {_hash(target.key, types)} AS _key, {_hash(target.compared, types)} AS _content FROM ({good})",
        values,
    )
    those = f"SELECT rowid AS there, {_hash(target.key, types)} AS _key, {_hash(target.compared, types)} AS _content"
    there = engine.aside(
        "there", f"SELECT * FROM ({those} FROM {identifier(target.table)}) SEMI JOIN {rows} USING (_key)"
    )
    return rows, there


def _hash(columns: tuple[str, ...], types: dict[str, str]) -> str:
    names = [
        f"({identifier(name)})::JSON::VARCHAR" if types[name] == "VARIANT" else identifier(name) for name in columns
    ]
    return f"hash({', '.join(names)})" if names else "0::UBIGINT"


def _drop_superseded(engine: Engine, rows: str) -> tuple[int, int]:
    """How many rows stood before the last of their key: equal to it, and different from it. They go."""
    early = engine.aside(
        "early",
        "SELECT here, _content = last AS is_same FROM (SELECT rowid AS here, "
        "_content, first_value(_content) OVER w AS last, row_number() OVER w AS place "
        f"FROM {rows} WINDOW w AS (PARTITION BY _key ORDER BY _line DESC)) WHERE place > 1",
    )
    counts = engine.query(f"SELECT count(*) FILTER (is_same), count(*) FILTER (NOT is_same) FROM {early}")
    engine.execute(f"DELETE FROM {rows} WHERE rowid IN (SELECT here FROM {early})")
    return counts.column(0)[0].as_py(), counts.column(1)[0].as_py()


def _pair(engine: Engine, rows: str, there: str) -> str:
    """The table of which row here is which row there: the nth of equal content, then the nth that remains of a key."""
    nth = "row_number() OVER (PARTITION BY _key, _content) AS nth"
    pairs = engine.aside(
        "pairs",
        "SELECT here, there, TRUE AS is_same FROM "
        f"(SELECT rowid AS here, _key, _content, {nth} FROM {rows}) JOIN "
        f"(SELECT there, _key, _content, {nth} FROM {there}) USING (_key, _content, nth)",
    )
    left = "row_number() OVER (PARTITION BY _key ORDER BY _content) AS nth"
    engine.execute(
        f"INSERT INTO {pairs} SELECT here, there, FALSE FROM "
        f"(SELECT rowid AS here, _key, {left} FROM {rows} WHERE rowid NOT IN (SELECT here FROM {pairs})) JOIN "
        f"(SELECT there, _key, {left} FROM {there} WHERE there NOT IN (SELECT there FROM {pairs})) USING (_key, nth)"
    )
    return pairs


def _note_former(engine: Engine, table: str, pairs: str, values: dict[str, object]) -> None:
    """``superseded``: whose rows are about to be replaced, since the row that takes the place may be another's."""
    engine.execute(
        f"""INSERT INTO superseded SELECT DISTINCT profile_id, $batch_id FROM {identifier(table)}
        WHERE profile_id IS NOT NULL AND rowid IN (SELECT there FROM {pairs} WHERE NOT is_same)""",
        values,
    )


def _update(target: Destination, rows: str, pairs: str) -> str:
    names = [name for name in target.columns if name not in _NEVER_REWRITTEN]
    sets = ", ".join(f"{identifier(name)} = new.{identifier(name)}" for name in names)
    return (
        f"UPDATE {identifier(target.table)} SET {sets} FROM (SELECT p.there, r.* FROM {pairs} p "
        f"JOIN {rows} r ON r.rowid = p.here WHERE NOT p.is_same) new WHERE {identifier(target.table)}.rowid = new.there"
    )
