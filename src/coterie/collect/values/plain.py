"""Columns so plain that the engine can cast them as it reads the file, at a third of the cost of reading their text."""

from __future__ import annotations

from collections import Counter

from coterie.collect.kinds import KindField
from coterie.collect.readers.contract import Plain, Relation
from coterie.collect.values.reading import SQL_TYPES
from coterie.domain.loading import MappedField, Mapping
from coterie.engines import Engine

_AMOUNT = r"-?\d+(\.\d+)?"
_INSTANTS = {
    "%Y-%m-%d %H:%M:%S": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}",
    "%Y-%m-%d": r"\d{4}-\d{2}-\d{2}",
}


def find_plain(
    engine: Engine, relation: Relation, mapping: Mapping, fields: dict[str, tuple[KindField, MappedField]]
) -> Plain:
    """Columns of amounts and of instants that are plain in ``relation``, a file's first rows; the rest may still differ.

    Left out is what text would be read otherwise: columns used twice, and those with
    renamed values, a decimal comma or a date format of their own.
    """
    amounts, instants = (
        [column for column in _columns_of(wanted, mapping, fields) if column in relation.columns]
        for wanted in ("money", "instant")
    )
    if not amounts and not instants:
        return Plain()
    shapes = {(name, _AMOUNT): _AMOUNT for name in amounts}
    shapes |= {(name, pattern): shape for name in instants for pattern, shape in _INSTANTS.items()}
    fits = ", ".join(
        f"coalesce(bool_and({relation.columns[name][0]} = '' OR regexp_full_match({relation.columns[name][0]}, "
        f"'{shape}')), FALSE)"
        for (name, _), shape in shapes.items()
    )
    row = engine.query(f"SELECT {fits} FROM {relation.sql}")
    fitting = {key for place, key in enumerate(shapes) if row.column(place)[0].as_py()}
    pattern = next((each for each in _INSTANTS if any((name, each) in fitting for name in instants)), "")
    types = {name: SQL_TYPES["money"] for name in amounts if (name, _AMOUNT) in fitting}
    types |= {name: SQL_TYPES["instant"] for name in instants if (name, pattern) in fitting}
    return Plain(types, pattern)


def _columns_of(wanted: str, mapping: Mapping, fields: dict[str, tuple[KindField, MappedField]]) -> list[str]:
    used = Counter(list(mapping.extras)) + Counter(column for _, mapped in fields.values() for column in mapped.columns)
    return [
        column
        for field, mapped in fields.values()
        if field.type == wanted and mapped.decimal == "." and not mapped.values and not mapped.date_format
        if mapped.combine not in {"join", "list"}
        for column in mapped.columns
        if used[column] == 1
    ]
