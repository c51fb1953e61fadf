"""People as JSON, many at a time: what ``profiles show`` tells of each, made by the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from coterie.engines import Engine, identifier, literal
from coterie.resolve import merges_of
from coterie.segment import membership
from coterie.store.document_rows import DocumentRow
from coterie.workspace.jsonable import as_text
from coterie.workspace.people import LATEST, happened_sql

_WHOLE = (
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "VARCHAR",
)
_SECONDS = "strftime({0}, '%Y-%m-%dT%H:%M:%S"
_WRITTEN = (
    ("DOUBLE|FLOAT", "CASE WHEN isfinite({0}) THEN {0}::DOUBLE END"),
    (r"DECIMAL\(.*\)|U?HUGEINT", "{0}::DOUBLE"),
    (r"ENUM\(.*\)", "{0}::VARCHAR"),
    ("DATE", "strftime({0}, '%Y-%m-%d')"),
    ("TIMESTAMP", f"CASE WHEN {{0}} = date_trunc('second', {{0}}) THEN {_SECONDS}') ELSE {_SECONDS}.%f') END"),
)
"""Pattern of a type's name → SQL of its values as JSON has them."""
_AT_ONCE = 1_000
_FIRST = ("identifiers", "traits")
"""What comes first of a person: behind it further traits can be added."""


def write_people(engine: Engine, people: str) -> Iterator[list[DocumentRow]]:
    """The documents of the profiles of the table ``people`` (``profile_id``), some at a time; to be called in a reading.

    What the engine does not write as ``as_json`` has it, such as a trait that is a time of day or a structure, is written here.
    """
    if not engine.query(f"SELECT 1 FROM {people} LIMIT 1").num_rows:
        return
    rows = engine.query(_statement(engine, people))
    merged, further = merges_of(engine, people), _further_traits(engine, people)
    for batch in rows.to_batches(max_chunksize=_AT_ONCE):
        yield [
            (profile, head + _joined(head, further.get(profile, b"")) + tail, *_told(merged.get(profile)))
            for profile, head, tail in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]


def _joined(head: bytes, further: bytes) -> bytes:
    """Further members of the object that ``head`` ends in."""
    return b"," + further if further and not head.endswith(b"{") else further


def _further_traits(engine: Engine, people: str) -> dict[int, bytes]:
    """Profile → members of a JSON object: the traits of types that ``_value`` does not know, written as a read of the warehouse is."""
    names = [name for name, kind in _traits_there(engine).items() if _value(name, kind) is None]
    if not names:
        return {}
    asked = ", ".join(map(identifier, ["profile_id", *names]))
    rows = engine.query(f"SELECT {asked} FROM traits SEMI JOIN {people} USING (profile_id)").to_pylist()
    return {row.pop("profile_id"): as_text(row, "en")[1:-1] for row in rows}


def _told(merges: list[dict[str, object]] | None) -> tuple[bytes | None, bytes | None]:
    """Merges in English and in Chinese: the one part of a person that is told in sentences."""
    if merges is None:
        return None, None
    return as_text(merges, "en"), as_text(merges, "zh")


def _statement(engine: Engine, people: str) -> str:
    among = f"SEMI JOIN {people} USING (profile_id)"
    scored = dict.fromkeys(("value", "low", "high"), "DOUBLE")
    score = _object({"model": "VARCHAR", **scored, "as_of": "TIMESTAMP"})
    one = _object({"namespace": "VARCHAR", "value": "VARCHAR", "first_seen_at": "TIMESTAMP", "source": "VARCHAR"})
    event = _object({"occurred_at": "TIMESTAMP", "name": "VARCHAR", "about": "VARCHAR"})
    parts = {
        "identifiers": f"SELECT profile_id, to_json(list({one} ORDER BY namespace, value, first_seen_at, source)) AS told FROM identifiers {among} GROUP BY profile_id",
        "traits": _traits(engine, among),
        "segments": f"SELECT profile_id, to_json(segments) AS told FROM ({membership.lists_sql(engine, people)})",
        "segmentations": f"SELECT profile_id, json_group_object(segmentation, segment) AS told FROM assignments {among} GROUP BY profile_id",
        # Where two models give a score of one name, the last of them counts.
        "scores": f"SELECT profile_id, json_group_object(score, {score}) AS told FROM (SELECT * FROM scores {among} "
        "QUALIFY row_number() OVER (PARTITION BY profile_id, score ORDER BY model DESC NULLS FIRST, value DESC NULLS FIRST) = 1) GROUP BY profile_id",
        # Properties become text for the latest alone: that is most of what a document costs.
        "events": f"SELECT profile_id, to_json(list({event} ORDER BY place)) AS told FROM ("
        "SELECT *, row_number() OVER (PARTITION BY profile_id ORDER BY occurred_at DESC, name, about) AS place "
        f"FROM ({happened_sql(f'{among} QUALIFY rank() OVER (PARTITION BY profile_id ORDER BY occurred_at DESC) <= {LATEST}')}) "
        f"QUALIFY place <= {LATEST}) GROUP BY profile_id",
    }
    empty = {"identifiers": "[]", "segments": "[]", "events": "[]"}
    named = ", ".join(f"{name} AS ({sql})" for name, sql in parts.items())
    joined = " ".join(f"LEFT JOIN {name} USING (profile_id)" for name in parts)
    told = {name: f"""'"{name}":' || coalesce({name}.told, '{empty.get(name, "{}")}') || ','""" for name in parts}
    head, tail = ([text for name, text in told.items() if (name in _FIRST) is is_first] for is_first in (True, False))
    return f"""WITH {named} SELECT p.profile_id,
        encode('{{"profile_id":' || p.profile_id || ',' || left({" || ".join(head)}, -2)) AS head,
        encode('}},' || {" || ".join(tail)} || '"merges":') AS tail FROM {people} AS p {joined}"""


def _traits_there(engine: Engine) -> dict[str, str]:
    """Trait → type."""
    columns = engine.columns("traits") if "traits" in engine.tables() else {}
    return {name: kind for name, kind in columns.items() if name != "profile_id"}


def _traits(engine: Engine, among: str) -> str:
    columns = {name: kind for name, kind in _traits_there(engine).items() if _value(name, kind) is not None}
    if not columns:
        return "SELECT NULL::BIGINT AS profile_id, NULL::JSON AS told WHERE FALSE"
    return f"SELECT profile_id, {_object(columns)} AS told FROM traits {among}"


def _object(columns: Mapping[str, str]) -> str:
    """SQL of columns as an object of JSON."""
    return f"json_object({', '.join(f'{literal(name)}, {_value(identifier(name), kind)}' for name, kind in columns.items())})"


def _value(column: str, kind: str) -> str | None:
    """SQL of a value as ``as_json`` has it: instants as ISO text, decimals as floats, a number that is none as null.

    None for types that are left to ``as_json`` itself.
    """
    if kind.removesuffix("[]") in _WHOLE:
        return column
    if kind.endswith("[]"):
        each = _value("each", kind.removesuffix("[]"))
        return each and f"list_transform({column}, lambda each: {each})"
    found = next((sql for start, sql in _WRITTEN if re.fullmatch(start, kind)), None)
    return found and found.format(column)
