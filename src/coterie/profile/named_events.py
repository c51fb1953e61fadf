"""Which events there are by name, and which properties of which types the newest of each name have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from coterie.engines import Engine, Parameters, literal
from coterie.profile.growth import Extent, grown, read_extent
from coterie.profile.values import ValueType

SAMPLED_ROWS = 2000

Types = Mapping[str, ValueType]
"""Property → type."""
_Shape = frozenset[tuple[str, ValueType | None]]
_Seen = tuple[datetime, _Shape]


@dataclass(frozen=True)
class _Kept:
    """The instants and shapes of the newest events of each name, when the table reached so far; what they come to."""

    extent: Extent
    newest: Mapping[str, list[_Seen]]
    types: Mapping[str, Types]


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def read_named_events(engine: Engine) -> Mapping[str, Types]:
    """Name → property → type among the 2,000 newest events of that name; a property of mixed types reads as text.

    While events are only added, those that came since are looked at and no others.
    """
    kept = _kept.get(engine)
    extent = grown(engine, kept.extent) if kept else None
    if kept and extent == kept.extent:
        return kept.types
    if kept and extent:
        fresh = _seen(engine, f"SELECT name, occurred_at, properties FROM events WHERE {kept.extent.beyond}")
        newest = {**kept.newest, **{name: _newest([*kept.newest.get(name, []), *seen]) for name, seen in fresh.items()}}
        types = {**kept.types, **{name: _types(shape for _, shape in newest[name]) for name in fresh}}
    else:
        extent = read_extent(engine, "events")
        named = engine.query("SELECT DISTINCT name FROM events WHERE name IS NOT NULL").column(0).to_pylist()
        if extent is None:
            return {name: _schema(engine, _NEWEST, {"event": name}) for name in named}
        newest = {name: _newest(_seen(engine, _NEWEST, {"event": name})[name]) for name in named}
        types = {name: _types(shape for _, shape in seen) for name, seen in newest.items()}
    if extent.is_committed:
        _kept[engine] = _Kept(extent, newest, types)
    return types


_NEWEST = f"SELECT name, occurred_at, properties FROM events WHERE name = $event ORDER BY occurred_at DESC LIMIT {SAMPLED_ROWS}"


def _newest(seen: list[_Seen]) -> list[_Seen]:
    return sorted(seen, key=lambda each: each[0], reverse=True)[:SAMPLED_ROWS]


def _types(shapes: Iterable[_Shape]) -> Types:
    found: dict[str, ValueType | None] = {}
    for shape in set(shapes):
        for key, kind in shape:
            former = found.setdefault(key, kind)
            found[key] = kind if former is None else former if kind in (None, former) else "text"
    return {key: kind or "text" for key, kind in found.items()}


def _seen(engine: Engine, rows: str, parameters: Parameters | None = None) -> dict[str, list[_Seen]]:
    """Name → the instant of each row of a query and what properties it has."""
    keys = sorted(read_keys(engine, rows, parameters))
    kinds = ", ".join(f"variant_typeof(variant_extract(properties, {literal(key)}))" for key in keys)
    told = engine.query(
        f"SELECT name, occurred_at, variant_keys(properties) AS keys, [{kinds}] AS kinds FROM ({rows}) WHERE name IS NOT NULL",
        parameters,
    )
    found: dict[str, list[_Seen]] = {}
    shapes: dict[tuple[tuple[str, ...], tuple[str, ...]], _Shape] = {}
    for row in told.to_pylist():
        given = tuple(row["keys"] or ()), tuple(row["kinds"])
        if given not in shapes:
            shapes[given] = _shape(given[0], dict(zip(keys, given[1], strict=True)))
        found.setdefault(row["name"], []).append((row["occurred_at"] or datetime.min, shapes[given]))  # noqa: DTZ901
    return found


def _shape(own: Iterable[str], kinds: Mapping[str, str]) -> _Shape:
    """The properties that a row has; of one without a value the type is not known by it."""
    return frozenset((key, None if kinds[key] == "VARIANT_NULL" else _variant_type(kinds[key])) for key in own)


def read_keys(engine: Engine, some: str, parameters: Parameters | None = None) -> frozenset[str]:
    """The names of properties in the rows of a query."""
    if engine.dialect == "spark":
        return frozenset(_schema(engine, some, parameters))
    found = engine.query(f"SELECT DISTINCT unnest(variant_keys(properties)) AS key FROM ({some})", parameters)
    return frozenset(found.column(0).to_pylist())


def _schema(engine: Engine, some: str, parameters: Parameters | None) -> dict[str, ValueType]:
    """Property → type in the rows of a query, as Spark tells them."""
    found = engine.query(f"SELECT schema_of_variant_agg(properties) AS s FROM ({some})", parameters)
    return _read_schema(str(found.column(0)[0].as_py()))


_VARIANT_TYPES: tuple[tuple[str, ValueType], ...] = (
    ("INT", "number"),
    ("UINT", "number"),
    ("DECIMAL", "number"),
    ("DOUBLE", "number"),
    ("FLOAT", "number"),
    ("BIGINT", "number"),
    ("SMALLINT", "number"),
    ("TINYINT", "number"),
    ("BOOL", "boolean"),
    ("TIMESTAMP", "instant"),
    ("DATE", "date"),
    ("ARRAY", "list"),
)


def _variant_type(name: str) -> ValueType:
    return next((kind for start, kind in _VARIANT_TYPES if name.upper().startswith(start)), "text")


def _read_schema(schema: str) -> dict[str, ValueType]:
    """Properties of Spark's ``OBJECT<a: BIGINT, b: STRING>``; nested objects read as text."""
    body = schema.removeprefix("OBJECT<").removesuffix(">") if schema.startswith("OBJECT<") else ""
    found: dict[str, ValueType] = {}
    depth, start = 0, 0
    for place, sign in enumerate(body + ","):
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            name, _, kind = body[start:place].partition(":")
            found[name.strip().strip("`")] = _variant_type(kind.strip())
            start = place + 1
    return found
