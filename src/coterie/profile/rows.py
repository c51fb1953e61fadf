"""Sets of facts that a plan scans: the events of some kinds, or rows derived from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.expressions import Expr

from coterie.domain.meanings import COMPUTED
from coterie.errors import BadDefinition
from coterie.profile.catalog import Property
from coterie.profile.values import Value, ValueType
from coterie.profile.zones import local_sql
from coterie.words import sentence

_VARIANT_CASTS: dict[ValueType, str] = {
    "number": "DOUBLE",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "list": "VARCHAR[]",
}


def column(name: str, table: str = "") -> exp.Column:
    """A quoted column."""
    return exp.column(name, table=table or None, quoted=True)


def sql_of(text: str) -> Expr:
    """A condition or value over a table's columns, as a tree of its own."""
    return _parsed(text).copy()


@lru_cache(maxsize=2_000)
def _parsed(text: str) -> Expr:
    tree = parse_one(text, dialect="duckdb")
    for node in tree.walk():
        # Where a word stood in the text is asked by nobody, and copying it takes longer than copying the node.
        node._meta = None  # noqa: SLF001
    return tree


@dataclass
class Scan:
    """One table as a plan reads it: which properties are asked for, and how each is computed from the table.

    ``source`` is SQL of what is read under the table's name, where that is not the table itself.
    """

    table: str
    instant: str = "occurred_at"
    zone: str = "UTC"
    source: str = ""
    sources: dict[str, Expr] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """What tells this scan from others of its table."""
        return f"{self.table}_settled" if self.source else self.table

    def alias(self, wanted: Property) -> str:
        """The name by which the scan yields a property."""
        name = f"{wanted.name} ({wanted.type})" if wanted.table == "" else wanted.name
        if name not in self.sources:
            self.sources[name] = self._source(wanted)
            if wanted.table == "products":
                self.joined.add(name)
        return name

    def _source(self, wanted: Property) -> Expr:
        if wanted.table == "":
            key = exp.Literal.string(wanted.column)
            extracted = exp.Anonymous(this="VARIANT_EXTRACT", expressions=[column("properties"), key])
            return exp.TryCast(this=extracted, to=exp.DataType.build(_VARIANT_CASTS[wanted.type], dialect="duckdb"))
        if wanted.name in _INSTANT_PARTS:
            return _INSTANT_PARTS[wanted.name](local_sql(column(self.instant), self.zone))
        if wanted.column in COMPUTED.values():
            return sql_of(wanted.column)
        return column(wanted.column, wanted.table)


_INSTANT_PARTS: dict[str, Callable[[Expr], Expr]] = {
    "hour": lambda at: exp.Extract(this=exp.var("HOUR"), expression=at),
    "weekday": lambda at: exp.DayOfWeekIso(this=at),
    "month": lambda at: exp.Extract(this=exp.var("MONTH"), expression=at),
    "day": lambda at: exp.cast(at, "DATE"),
}


@dataclass(frozen=True)
class RowSet:
    """Facts that an aggregate may read. ``key`` names the scan or derivation; ``conditions`` hold of every row."""

    key: str
    scan: Scan
    events: tuple[str, ...] = ()
    conditions: tuple[Expr, ...] = ()
    properties: Callable[[str], Property] | None = None
    value_property: str = ""

    @property
    def instant(self) -> Expr:
        """When the fact occurred."""
        return column(self.scan.instant)

    def value(self, name: str) -> Value:
        """A property of the facts; raises ``UnknownName`` with the nearest."""
        if self.properties is None:
            raise BadDefinition(sentence("{name} has no properties", name=self.key))
        found = self.properties(name)
        if found.name == "occurred_at":
            return Value(self.instant, "instant")
        return Value(column(self.scan.alias(found)), found.type, found.is_exact)
