"""What came in, as a plan would say it: events, properties, types, how many, since when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from coterie.collect.hints.shop_events import ORDERED, TAKEN_BACK, plain_name
from coterie.collect.tracking.plan import PropertyType
from coterie.engines import Engine, literal

IDENTIFIED = "identify"
"""What the traits that tell of a person are listed under: they are no event."""

PEOPLE_BEHIND_AN_EXAMPLE = 5
MOST_PROPERTIES = 500
"""Names of properties that are looked at, the most frequent first: a sender may use anything as one."""

_LOOKED_THROUGH, _EXAMPLES = 200_000, 3
_TELLING = re.compile(r"@|\d{7}")
"""What an address or a number of a person has, so that it is no example however many sent it."""

_TYPES: tuple[tuple[str, PropertyType], ...] = (
    ("VARCHAR", "text"),
    ("BOOL", "boolean"),
    ("ARRAY", "list"),
    ("OBJECT", "object"),
    ("DATE", "text"),
    ("TIME", "text"),
)


@dataclass(frozen=True)
class Traffic:
    """An event of a source, or a ``property`` of it: ``messages`` that have it, and their ``share`` of those of the event.

    ``types`` counts the values by type; null is no value. ``examples`` are values that several people sent.
    """

    source: str
    event: str
    property: str | None
    messages: int
    share: float
    first_at: datetime
    last_at: datetime
    types: dict[PropertyType, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


def read_traffic(engine: Engine, *, since: datetime, source: str | None = None) -> list[Traffic]:
    """What came in since an instant (naive UTC, by when it was received), an event before its properties.

    Coterie's own events are left out. Each property is one pass over the events that have it.
    """
    told = _told(engine, source)
    values = {"since": since, **({"source": source} if source is not None else {})}
    found = engine.query(
        f"SELECT source, name, count(*) AS n, min(received_at) AS first, max(received_at) AS last FROM ({told}) "
        "GROUP BY ALL ORDER BY source, n DESC, name",
        values,
    ).to_pylist()
    keys = engine.query(
        f"SELECT key, list(DISTINCT name) AS names FROM (SELECT name, unnest(variant_keys(properties)) AS key "
        f"FROM ({told})) GROUP BY key ORDER BY count(*) DESC, key "
        f"LIMIT {MOST_PROPERTIES}",
        values,
    ).to_pylist()
    events = {(row["source"], row["name"]): row for row in found}
    inside: dict[tuple[str, str], list[Traffic]] = {}
    for key in keys:
        for each in _of_property(engine, told, values, key["key"], key["names"], events):
            inside.setdefault((each.source, each.event), []).append(each)
    return [
        traffic
        for (of, name), row in events.items()
        for traffic in (
            Traffic(of, name, None, row["n"], 1.0, row["first"], row["last"]),
            *sorted(inside.get((of, name), ()), key=lambda each: (-each.messages, each.property)),
        )
    ]


def _told(engine: Engine, source: str | None) -> str:
    """The events that came in, and what is no row of ``events``: orders and what is told of people."""
    named = engine.query("SELECT DISTINCT name FROM messages WHERE name IS NOT NULL").column(0).to_pylist()
    orders = [name for name in named if plain_name(name) in ORDERED | TAKEN_BACK]
    ordered = f"OR (type = 'track' AND name IN ({', '.join(map(literal, orders))}))" if orders else ""
    chosen = "received_at >= $since" + (" AND source = $source" if source is not None else "")
    return (
        "SELECT source, name, received_at, properties, identifier_id FROM events "
        f"WHERE {chosen} AND source <> 'coterie' AND name IS NOT NULL "
        f"UNION ALL SELECT source, CASE type WHEN 'identify' THEN {literal(IDENTIFIED)} ELSE name END, received_at, "
        f"properties, NULL FROM messages WHERE {chosen} AND (type = 'identify' {ordered})"
    )


def _of_property(
    engine: Engine,
    told: str,
    values: dict[str, object],
    key: str,
    names: Iterable[str],
    events: dict[tuple[str, str], dict[str, int]],
) -> list[Traffic]:
    rows = engine.query(
        f"SELECT source, name, variant_typeof(variant_extract(properties, {literal(key)})) AS kind, count(*) AS n, "
        f"min(received_at) AS first, max(received_at) AS last FROM ({told}) "
        f"WHERE name IN ({', '.join(map(literal, names))}) GROUP BY ALL",
        values,
    ).to_pylist()
    by_event: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in rows:
        if row["kind"] in (None, "VARIANT_NULL"):
            continue
        by_event.setdefault((str(row["source"]), str(row["name"])), []).append(row)
    return [_summed(key, events[event]["n"], *event, several) for event, several in by_event.items()]


def _summed(key: str, whole: int, source: str, event: str, rows: Sequence[dict[str, object]]) -> Traffic:
    types: Counter[PropertyType] = Counter()
    for row in rows:
        types[type_called(str(row["kind"]))] += int(str(row["n"]))
    messages = types.total()
    first, last = min(_instant(row["first"]) for row in rows), max(_instant(row["last"]) for row in rows)
    return Traffic(source, event, key, messages, messages / whole, first, last, dict(types.most_common()))


def type_called(kind: str) -> PropertyType:
    """The type of a value as the engine calls it.

    >>> type_called("BOOL_TRUE"), type_called("UINT64"), type_called("OBJECT(a, b)")
    ('boolean', 'number', 'object')
    """
    return next((found for start, found in _TYPES if kind.startswith(start)), "number")


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is no instant")
    return value


def with_examples(engine: Engine, found: Sequence[Traffic], *, since: datetime) -> list[Traffic]:
    """``found`` with values of texts, numbers and booleans that at least five people each sent, the most usual first.

    They are looked for among the newest 200,000 events of a source, and the rest of the batch in which those begin. What tells of a person (traits, values with an @ or
    with seven digits in a row) is never one, nor what belongs to an order, whose message is kept without its person.
    """
    wanted: dict[tuple[str, str], list[Traffic]] = {}
    for each in found:
        is_plain = each.types.keys() <= {"text", "number", "boolean"}
        if each.property is not None and each.event != IDENTIFIED and is_plain:
            wanted.setdefault((each.source, each.property), []).append(each)
    newest = {source: _newest_batch(engine, source) for source, _ in wanted}
    told = {
        (source, event, name): examples
        for (source, name), several in wanted.items()
        for event, examples in _examples(engine, source, name, several, since, newest[source]).items()
    }
    return [replace(each, examples=told.get((each.source, each.event, each.property or ""), ())) for each in found]


def _newest_batch(engine: Engine, source: str) -> int:
    """The batch from which on the newest events of a source are looked through."""
    found = engine.query(
        "SELECT min(batch_id) AS batch FROM (SELECT batch_id, n, sum(n) OVER (ORDER BY batch_id DESC) AS so_far FROM "
        "(SELECT batch_id, count(*) AS n FROM events WHERE source = $source GROUP BY batch_id)) "
        f"WHERE so_far - n < {_LOOKED_THROUGH}",
        {"source": source},
    )
    return int(found["batch"][0].as_py() or 0)


def _examples(
    engine: Engine, source: str, name: str, several: Sequence[Traffic], since: datetime, batch: int
) -> dict[str, tuple[str, ...]]:
    """Event → examples of a property, which ``several`` events of a source have."""
    events = ", ".join(literal(each.event) for each in several)
    rows = engine.query(
        "SELECT name, told, count(DISTINCT identifier_id) AS people FROM ("
        f"SELECT name, variant_extract(properties, {literal(name)})::VARCHAR AS told, identifier_id FROM events "
        f"WHERE source = $source AND batch_id >= $batch AND received_at >= $since AND name IN ({events})) "
        f"WHERE length(told) <= 60 GROUP BY name, told HAVING people >= {PEOPLE_BEHIND_AN_EXAMPLE} "
        "QUALIFY row_number() OVER (PARTITION BY name ORDER BY people DESC, told) <= 20 ORDER BY name, people DESC, told",
        {"source": source, "since": since, "batch": batch},
    ).to_pylist()
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if not _TELLING.search(row["told"]):
            found[row["name"]] = (*found.get(row["name"], ()), row["told"])[:_EXAMPLES]
    return found
