"""The library of ready traits, and which of them the data at hand supports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

import pyarrow as pa

from coterie.domain.meanings import COMPUTED, LINE, ORDER
from coterie.engines import Engine, identifier
from coterie.profile.catalog import Catalog, read_catalog
from coterie.profile.definition import TraitDefinition
from coterie.profile.measures import EventMeasure, Measure
from coterie.profile.parts import parse
from coterie.profile.ready_entries import ready_entries
from coterie.profile.windows import moved

_SLACK = timedelta(days=7)
"""By so much orders may begin later than a window: the first week of a shop is seldom its fullest."""


@cache
def library() -> tuple[TraitDefinition, ...]:
    """All ready traits, supported or not.

    >>> [trait.name for trait in library()][:3]
    ['recency_days', 'orders', 'revenue']
    """
    return tuple(parse(TraitDefinition, entry, where="ready.yaml") for entry in ready_entries().values())


def ready_traits(engine: Engine, catalog: Catalog | None = None) -> tuple[TraitDefinition, ...]:
    """The ready traits whose events have happened and whose properties hold values here.

    Trends and comparisons with earlier time need orders as far back as they look. Preferences and counts of different values need at least two values in the data; a trait over other
    traits needs those. The answer is closed: whatever a trait names is in it. ``catalog`` is the warehouse's, where it was just read.
    """
    with engine.reading():
        return _supported(_Filled(engine, catalog or read_catalog(engine)))


def _supported(filled: _Filled) -> tuple[TraitDefinition, ...]:
    known = {trait.name: trait for trait in library()}
    supported: dict[str, bool] = {}
    given = {attribute.lower() for attribute in filled.catalog.attributes}

    def is_supported(name: str) -> bool:
        if name not in supported:
            supported[name] = False  # while it is being looked at, so that a cycle ends
            supported[name] = (
                name in known
                and name not in given
                and all(filled.supports(measure) for measure in _event_measures(known[name].value))
                and all(is_supported(other) for other in known[name].value.named_traits())
            )
        return supported[name]

    return tuple(trait for trait in library() if is_supported(trait.name))


def _event_measures(measure: Measure) -> Iterator[Measure]:
    yield measure
    for child in measure.children():
        yield from _event_measures(child)


class _Filled:
    """How many different values (0, 1, many) each property of each event holds, looked up once."""

    def __init__(self, engine: Engine, catalog: Catalog) -> None:
        self.engine, self.catalog = engine, catalog
        self._seen: dict[tuple[str, str], int] = {}
        self._known: pa.Table | None = None

    def supports(self, measure: Measure) -> bool:
        """Whether the data can say anything by this measure."""
        lookup = getattr(measure, "property", None)
        if not isinstance(measure, EventMeasure):
            return measure.op != "lookup" or self._values(LINE, str(lookup)) > 0
        if measure.event not in self.catalog.events or not self._reaches(measure):
            return False
        needs_choice = measure.op in {"favorite", "favorite_share", "distinct"}
        enough = lookup is None or self._values(measure.event, str(lookup)) >= (2 if needs_choice else 1)
        return enough and all(self._values(measure.event, each.property) > 0 for each in measure.where)

    def _reaches(self, measure: EventMeasure) -> bool:
        """Whether orders go back as far as a trend, or a window that ended before now, looks."""
        if self._known is None:
            self._known = self.engine.query("SELECT min(occurred_at) AS first, max(occurred_at) AS newest FROM orders")
        first, newest = (self._known[name][0].as_py() for name in ("first", "newest"))
        if first is None or measure.event not in (ORDER, LINE):
            return True
        if (every := getattr(measure, "every", None)) and (periods := getattr(measure, "periods", None)):
            start: datetime | None = moved(newest, every, "UTC", -periods)
        else:
            start = measure.bounds(newest, "UTC").start if measure.until else None
        return start is None or start >= first - _SLACK

    def _values(self, event: str, name: str) -> int:
        if event not in self.catalog.events or name not in self.catalog.events[event].properties:
            return 0
        found = self.catalog.events[event].properties[name]
        if found.table == "":
            return 2
        if name == "hour":
            return self._hours(found.table)
        if name in {"weekday", "month", "day", "occurred_at"}:
            return 2
        of = (found.table, "revenue" if found.column in COMPUTED.values() else found.column)
        if of not in self._seen:
            self._seen[of] = self._count(*of)
        return self._seen[of]

    def _hours(self, table: str) -> int:
        """0 where facts carry days alone, which begin at one instant, or two with summer time; else many."""
        if (table, "hour") not in self._seen:
            times = f"SELECT count(*) FROM (SELECT DISTINCT occurred_at::TIME FROM {identifier(table)} LIMIT 3)"
            self._seen[table, "hour"] = 2 if self.engine.query(times).column(0)[0].as_py() > 2 else 0
        return self._seen[table, "hour"]

    def _count(self, table: str, name: str) -> int:
        """Whether a column holds no value, one or several: asked so that the first rows that tell it end the search."""
        column, rows = identifier(name), identifier(table)
        first = self.engine.query(f"SELECT {column} FROM {rows} WHERE {column} IS NOT NULL LIMIT 1")
        if not first.num_rows:
            return 0
        other = f"SELECT 1 AS one FROM {rows} WHERE {column} <> $first LIMIT 1"
        return 2 if self.engine.query(other, {"first": first[0][0].as_py()}).num_rows else 1
