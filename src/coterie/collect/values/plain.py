"""Columns whose values tell their type: so plain that the engine can cast them as it reads, or claimed by no field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Named
from dataclasses import dataclass

from coterie.collect.kinds import FieldType, KindField
from coterie.collect.readers.contract import Plain, Relation
from coterie.collect.values.reading import BLANKS, MISSING, SQL_TYPES
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


_ENGINE_TYPES: dict[str, FieldType] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"), "integer"),
    **dict.fromkeys(("DOUBLE", "FLOAT", "DECIMAL", "HUGEINT", "UBIGINT"), "number"),
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S", "TIMESTAMP WITH TIME ZONE"), "instant"
    ),
    "DATE": "date",
    "BOOLEAN": "boolean",
}
_SHAPES: tuple[tuple[FieldType, str], ...] = (
    # Leading zeros make a number a word: postcodes, article numbers, telephone numbers.
    ("integer", r"-?(0|[1-9]\d{0,17})"),
    ("number", r"-?((0|[1-9]\d{0,14})(\.\d+)?|\.\d+)([eE][-+]?\d+)?"),
    ("date", r"\d{4}-\d{2}-\d{2}"),
    ("instant", r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"),
    ("boolean", r"(?i)true|false"),
)


@dataclass(frozen=True)
class Guessed:
    """What rows looked at say of a file: the types of further columns, and which columns of names are ``floated``.

    A data frame whose column of numbers has gaps writes 17850 as ``17850.0``, in every row.
    """

    types: dict[str, FieldType]
    floated: tuple[str, ...] = ()


def guess(engine: Engine, relation: Relation, names: Named[str, str], keys: Iterable[str]) -> Guessed:
    """The types of the further columns ``names``, and which of ``keys`` are floated, by the rows of ``relation``."""
    texts = [key for key in keys if key in relation.columns and relation.columns[key][1] == "VARCHAR"]
    floated: list[str] = []
    if texts:
        counts = ", ".join(
            f"coalesce(bool_and(regexp_full_match(c{place}, '\\s*(\\d+\\.0)?\\s*')) "
            f"AND count(nullif(trim(c{place}), '')) > 0, FALSE)"
            for place in range(len(texts))
        )
        cells = ", ".join(f"{relation.columns[key][0]} AS c{place}" for place, key in enumerate(texts))
        found = engine.query(f"SELECT {counts} FROM (SELECT {cells} FROM {relation.sql})")
        floated = [key for place, key in enumerate(texts) if found.column(place)[0].as_py()]
    return Guessed(guess_types(engine, relation, names), tuple(floated))


def guess_types(engine: Engine, relation: Relation, names: Named[str, str]) -> dict[str, FieldType]:
    """The narrowest type that every value of each column has: column of the file → name becomes name → type.

    A typed column keeps its type; text is looked at.
    """
    found: dict[str, FieldType] = {}
    text: dict[str, str] = {}
    for column, name in names.items():
        sql, kind = relation.columns.get(column, ("", "VARCHAR"))
        if kind.partition("(")[0] == "VARCHAR" and sql:
            text[name] = sql
        else:
            found[name] = _ENGINE_TYPES.get(kind.partition("(")[0], "text")
    if text:
        found |= _guess_text(engine, relation, text)
    return {name: found[name] for name in names.values()}


def _guess_text(engine: Engine, relation: Relation, text: dict[str, str]) -> dict[str, FieldType]:
    """The types of columns of text, each value judged as a row of its own.

    One expression a column and shape would make a statement that the engine plans in
    quadratic time: 75 s for 150 columns.
    """
    missing = ", ".join(f"$m{place}" for place in range(len(MISSING)))
    values: dict[str, object] = {"blanks": BLANKS}
    values |= {f"m{place}": word for place, word in enumerate(MISSING)}
    values |= {f"shape{place}": pattern for place, (_, pattern) in enumerate(_SHAPES)}
    fitting = [f"count(*) FILTER (regexp_full_match(cell, $shape{place}))" for place in range(len(_SHAPES))]
    cells = (
        f"SELECT unnest(range({len(text)})) AS place, unnest([{', '.join(text.values())}]) AS cell FROM {relation.sql}"
    )
    bare = f"SELECT place, trim(cell, $blanks) AS cell FROM ({cells})"
    present = f"SELECT place, CASE WHEN cell NOT IN ({missing}) THEN cell END AS cell FROM ({bare})"
    counted = engine.query(f"SELECT place, count(cell), {', '.join(fitting)} FROM ({present}) GROUP BY place", values)
    rows = zip(*(column.to_pylist() for column in counted.columns), strict=True)
    types = {place: _narrowest(filled, list(counts)) for place, filled, *counts in rows}
    return {name: types.get(place, "text") for place, name in enumerate(text)}


def _narrowest(filled: int, fitting: list[int]) -> FieldType:
    if not filled:
        return "text"
    return next((type_ for (type_, _), count in zip(_SHAPES, fitting, strict=True) if count == filled), "text")
