"""Lines of a file that are one row, or share what stands on one of them only."""

from __future__ import annotations

from dataclasses import replace

from coterie.collect.readers.contract import Relation
from coterie.domain.loading import Group, Mapping


def rows_of(relation: Relation, mapping: Mapping) -> Relation:
    """The rows that ``mapping`` makes of the lines of ``relation``."""
    return _grouped(_only_filled(relation, mapping.filled), mapping.group)


def _only_filled(relation: Relation, columns: tuple[str, ...]) -> Relation:
    if not columns:
        return relation
    # An empty list, as some tools write it, is nothing too.
    texts = (f"trim(({relation.columns[each][0]})::VARCHAR, ' []{{}}')" for each in columns)
    kept = " OR ".join(f"coalesce({text}, '') <> ''" for text in texts)
    line = f", {relation.line} AS _kept_line" if relation.line else ""
    sql = f"(SELECT *{line} FROM {relation.sql} WHERE {kept})"
    return replace(relation, sql=sql, line=relation.line and "_kept_line", rows=None, stated=None)


def _grouped(relation: Relation, group: Group | None) -> Relation:
    """``relation`` with the lines of each group as ``group`` says; a line without a value is a group of its own."""
    if group is None:
        return relation
    columns = {name: (f"g{place}", kind) for place, (name, (_, kind)) in enumerate(relation.columns.items())}
    cells = [f"{sql} AS g{place}" for place, (sql, _) in enumerate(relation.columns.values())]
    key = f"coalesce({_filled(*columns[group.by])}::VARCHAR, 'line ' || nth)"
    lines = f"SELECT *, {key} AS lot FROM (SELECT {', '.join(cells)}, {relation.line or '0'} AS line, row_number() OVER () AS nth FROM {relation.sql})"
    first = {
        name: f"min_by({sql}, nth) FILTER ({_filled(sql, kind)} IS NOT NULL)" for name, (sql, kind) in columns.items()
    }
    if group.one:
        named = ", ".join(f"{text} AS {columns[name][0]}" for name, text in first.items())
        sql = f"(SELECT {named}, min(line) AS line, min(nth) AS nth FROM ({lines}) GROUP BY lot ORDER BY nth)"
        return replace(relation, sql=sql, columns=columns, line=relation.line and "line", rows=None, stated=None)
    shared = ", ".join(
        f"coalesce({_filled(*columns[name])}, {first[name]} OVER (PARTITION BY lot)) AS {columns[name][0]}"
        for name in group.shared
        if name in columns
    )
    sql = f"(SELECT * REPLACE ({shared}) FROM ({lines}) ORDER BY nth)" if shared else f"({lines})"
    return replace(relation, sql=sql, columns=columns, line=relation.line and "line", stated=None)


def _filled(sql: str, kind: str) -> str:
    """The value, NULL where nothing but blanks stands there."""
    return f"CASE WHEN trim({sql}) <> '' THEN {sql} END" if kind == "VARCHAR" else sql
