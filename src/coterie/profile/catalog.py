"""What the warehouse knows: events and their properties, attributes, scores, segments. Names in definitions come from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from weakref import WeakKeyDictionary

from coterie.domain import EVENT_MEANINGS
from coterie.domain.meanings import ACTIVITY, COMPUTED, DONE, LINE, ORDER, PLACED, REFUND, UNPAID
from coterie.engines import (
    AMOUNTS,
    Engine,
    EventRows,
    identifier,
    literal,
    read_fact,
    read_rows,
    settled_mark,
    unpriced_currencies,
)
from coterie.errors import UnknownName
from coterie.profile.listed import lists_by_hand
from coterie.profile.named_events import SAMPLED_ROWS, read_keys, read_named_events
from coterie.profile.order_coverage import OrderCoverage, activity_coverage, order_coverage
from coterie.profile.ready_entries import ready_entries
from coterie.profile.values import ValueType, is_exact, type_of_column
from coterie.resolve import COUNTRY
from coterie.words import sentence

_UNSEEN = {
    "identifier_id",
    "profile_id",
    "batch_id",
    "is_derived",
    "occurred_at",
    "received_at",
    "properties",
    "context",
    "undoes",
    "rate",
    "stands_until",
    "unmatched",
}

_MADE_OF = {
    ORDER: "load a file of orders or order lines first",
    PLACED: "load a file of orders or order lines first",
    REFUND: "load a file of orders or order lines with refunds first",
    UNPAID: "load a file of orders that tells which were never paid first",
    LINE: "load a file of order lines first",
}
"""Event that is read from a table → what has to be loaded for it to happen."""


@dataclass(frozen=True)
class Property:
    """A named value on an event; ``table`` is where its column stands, empty for a key of VARIANT ``properties``."""

    name: str
    type: ValueType
    table: str
    column: str
    is_exact: bool = False


@dataclass(frozen=True)
class EventKind:
    """Events of one name: the table they stand in and what is known of their properties."""

    name: str
    table: str
    properties: Mapping[str, Property]
    rows: EventRows | None = None


_OF_THE_INSTANT: dict[str, ValueType] = {
    "hour": "number",
    "weekday": "number",
    "month": "number",
    "day": "date",
    "occurred_at": "instant",
}


@dataclass(frozen=True)
class Catalog:
    """Names that definitions may use, with their types.

    ``attributes`` are columns of ``profiles``; ``computed`` those of ``traits_computed``
    as last refreshed; ``segments`` what the room of segments has refreshed; ``tables`` all there are;
    ``lists_by_hand`` are those of the ``lists`` that people are put on one by one;
    ``pattern_fault`` says why the engine would refuse a regular expression.
    ``unpriced`` says which currencies have no rate, where that leaves all amounts unknown.
    ``country`` is where phone numbers without a country code are dialled. ``coverage`` says, for an instant and a zone,
    until when orders are known; None takes them as known until then. ``activity`` says the same of what people did.
    """

    events: Mapping[str, EventKind] = field(default_factory=dict)
    attributes: Mapping[str, ValueType] = field(default_factory=dict)
    computed: Mapping[str, ValueType] = field(default_factory=dict)
    scores: frozenset[str] = frozenset()
    segmentations: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    lists_by_hand: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()
    pattern_fault: Callable[[str], str] = lambda _: ""
    unpriced: str = ""
    country: str = ""
    coverage: Callable[[datetime, str], OrderCoverage] | None = None
    activity: Callable[[datetime, str], OrderCoverage] | None = None

    def event(self, name: str, where: str = "") -> EventKind:
        """What is known of the events ``name``; raises ``UnknownName`` with the nearest."""
        if name not in self.events:
            raise UnknownName("event", name, self.events, where=where, advice=_MADE_OF.get(name, ""))
        return self.events[name]

    def lacks(self, trait: str) -> str:
        """What has to be loaded for a ready ``trait``; empty for names that are none."""
        if trait not in ready_entries():
            return ""
        if self.unpriced and ready_entries()[trait].get("unit") == "money":
            return self.unpriced
        made_of = str(ready_entries()[trait]["value"])
        missing = next((event for event in _MADE_OF if event in made_of and event not in self.events), None)
        if missing:
            return _MADE_OF[missing]
        return sentence("{trait} is a ready trait that the data loaded so far do not support", trait=trait)

    def property_of(self, event: str, name: str, where: str = "") -> Property:
        """What is known of a property of an event; raises ``UnknownName`` with the nearest."""
        kind = self.event(event, where)
        if name not in kind.properties:
            advice = self.unpriced if name in AMOUNTS and kind.rows is not None and kind.rows.has_money else ""
            raise UnknownName(
                sentence("property of {event!r}", event=event), name, kind.properties, where=where, advice=advice
            )
        return kind.properties[name]


_read: WeakKeyDictionary[Engine, tuple[tuple[str, tuple[str, ...]], tuple[EventKind, ...]]] = WeakKeyDictionary()


def read_catalog(engine: Engine) -> Catalog:
    """What definitions may name in this warehouse now.

    Property names and types of ``events`` are read from up to 2,000 of the newest events
    of each name and remembered until the tables change.
    """
    with engine.reading():
        return _read_catalog(engine)


def _read_catalog(engine: Engine) -> Catalog:
    tables = engine.tables()

    def columns(table: str) -> dict[str, str]:
        return engine.columns(table) if table in tables else {}

    def names(query: str) -> frozenset[str]:
        return frozenset(str(name) for name in engine.query(query).column(0).to_pylist() if name is not None)

    by_hand = lists_by_hand(engine) if "warehouse_facts" in tables else frozenset[str]()
    return Catalog(
        events=_by_name(_event_kinds(engine, tables)),
        attributes=_typed(columns("profiles")),
        computed=_typed(columns("traits_computed")),
        scores=names("SELECT DISTINCT score FROM scores") if "scores" in tables else frozenset(),
        segmentations=names("SELECT DISTINCT segmentation FROM assignments")
        if "assignments" in tables
        else frozenset(),
        lists=by_hand | (names("SELECT DISTINCT list FROM lists") if "lists" in tables else frozenset()),
        lists_by_hand=by_hand,
        tables=frozenset(tables),
        pattern_fault=engine.pattern_fault,
        country=(read_fact(engine, COUNTRY) or "") if "warehouse_facts" in tables else "",
        unpriced=_advice(unpriced_currencies(engine)),
        coverage=partial(order_coverage, engine) if "orders" in tables else None,
        activity=partial(activity_coverage, engine) if "events" in tables else None,
    )


def _by_name(kinds: Iterable[EventKind]) -> dict[str, EventKind]:
    """Kinds by name; events called as the rows of a typed table are do not hide those."""
    found: dict[str, EventKind] = {}
    for kind in kinds:
        found.setdefault(kind.name, kind)
    return found


def _advice(currencies: tuple[str, ...]) -> str:
    if not currencies:
        return ""
    return sentence(
        "orders are in several currencies, and no rate is known for {currencies}: `coterie rates load FILE`",
        currencies=currencies,
    )


def _typed(columns: Mapping[str, str]) -> dict[str, ValueType]:
    return {name: type_of_column(kind) for name, kind in columns.items() if name != "profile_id"}


def _event_kinds(engine: Engine, tables: Iterable[str]) -> tuple[EventKind, ...]:
    used = [table for table in ("orders", "order_lines", "products", "events") if table in tables]
    seen = (_row_counts(engine, used) + settled_mark(engine), tuple(str(engine.columns(t)) for t in used))
    known = _read.get(engine)
    if known is None or known[0] != seen:
        kinds = (*_table_kinds(engine, used), *(_named_kinds(engine) if "events" in used else ()))
        _read[engine] = known = (seen, kinds)
    return known[1]


def _row_counts(engine: Engine, tables: list[str]) -> str:
    """What changes when rows come or go, without reading them where the engine keeps count."""
    if engine.dialect == "duckdb":
        listed = ", ".join(map(literal, tables))
        kept = f"SELECT table_name, estimated_size FROM duckdb_tables() WHERE table_name IN ({listed}) ORDER BY 1"
        return str(engine.query(kept).to_pylist()) if tables else ""
    return str([engine.query(f"SELECT COUNT(*) AS n FROM {identifier(table)}").to_pylist() for table in tables])


def _table_kinds(engine: Engine, tables: list[str]) -> list[EventKind]:
    kinds = []
    unknown = {*_UNSEEN, *AMOUNTS} if unpriced_currencies(engine) else _UNSEEN
    for event, meaning in EVENT_MEANINGS.items():
        table = meaning.table
        if table not in tables or not _any_rows(engine, table, meaning.condition):
            continue
        known = {
            name: Property(name, type_of_column(kind), table, name, is_exact(kind))
            for name, kind in engine.columns(table).items()
            if name not in unknown
        }
        if table == "order_lines" and "products" in tables:
            for name, kind in engine.columns("products").items():
                alias = "product_name" if name == "name" else name
                if name not in _UNSEEN | {"source"} and alias not in known:
                    known[alias] = Property(alias, type_of_column(kind), "products", name, is_exact(kind))
        if "revenue" in known:
            known |= {name: Property(name, "number", table, sql, is_exact=True) for name, sql in COMPUTED.items()}
        kinds.append(EventKind(event, table, known | _of_the_instant(table), read_rows(engine, event)))
    return kinds


def _any_rows(engine: Engine, table: str, condition: str) -> bool:
    found = engine.query(f"SELECT 1 AS one FROM {identifier(table)} WHERE {condition} LIMIT 1")
    return bool(found.num_rows)


def _of_the_instant(table: str) -> dict[str, Property]:
    return {name: Property(name, kind, table, name) for name, kind in _OF_THE_INSTANT.items()}


def _named_kinds(engine: Engine) -> list[EventKind]:
    typed = {
        name: Property(name, type_of_column(kind), "events", name)
        for name, kind in engine.columns("events").items()
        if name not in _UNSEEN | {"name", "event_id"}
    } | _of_the_instant("events")
    known = read_named_events(engine)
    named = [
        EventKind(name, "events", typed | {p: Property(p, kind, "", p) for p, kind in sorted(properties.items())})
        for name, properties in sorted(known.items())
    ]
    return [*named, *_activity(engine, typed, known)]


_OF_ACTIVITY = ("product_id", "category", "store")
"""Properties of what people did by which one may ask whatever it was: further ones belong to events of one name."""


def _activity(engine: Engine, typed: Mapping[str, Property], names: Iterable[str]) -> list[EventKind]:
    """All that people did, as one kind of events beside those by name; none where a sender calls events so."""
    if ACTIVITY in names or not _any_rows(engine, "events", DONE):
        return []
    there = read_keys(engine, f"SELECT properties FROM events WHERE {DONE} LIMIT {SAMPLED_ROWS}")
    own = {"name": Property("name", "text", "events", "name")} | {
        p: Property(p, "text", "", p) for p in sorted(_OF_ACTIVITY) if p in there
    }
    return [EventKind(ACTIVITY, "events", {**typed, **own}, EventRows(identifier("events"), (DONE,), has_money=False))]
