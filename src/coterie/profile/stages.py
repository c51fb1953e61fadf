"""Statements for groups of aggregates: one scan each, conditions at the table, profiles with all of them beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.profile.rows import RowSet, Scan, column, sql_of
from coterie.profile.values import Scalar
from coterie.profile.windows import Bounds

LIFETIME = Bounds(None, datetime.max)  # noqa: DTZ901 - naive UTC, as stored

# Measured on 16 M events of 11 names: a pass of its own over the rows of one event costs as
# much as three more filtered aggregates in a pass shared with other events.
_WORTH_A_PASS = 3


@dataclass(frozen=True)
class Entry:
    """One aggregate: its function over the rows that meet the conditions inside the bounds."""

    alias: str
    function: Expr
    conditions: tuple[Expr, ...]
    bounds: Bounds


@dataclass(frozen=True)
class Derivation:
    """Rows made from rows: ``columns`` beside ``profile_id``, one row each, or one per profile and ``by``."""

    rows: RowSet
    columns: Mapping[str, Expr]
    by: tuple[str, ...]
    bounds: Bounds
    conditions: tuple[Expr, ...]


@dataclass
class ScanGroup:
    """Aggregates of one event, table or derivation; ``columns`` are read as they stand, one row a profile."""

    rows: RowSet
    columns: set[str] = field(default_factory=set)
    derivation: Derivation | None = None
    entries: dict[tuple[Expr, tuple[Expr, ...], Bounds], Entry] = field(default_factory=dict)


def column_table(name: str) -> exp.Table:
    """A quoted table or CTE."""
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def within(only: exp.Query, table: str) -> Expr:
    """The profiles of ``only`` among the rows of a table."""
    return exp.In(this=column("profile_id", table), query=exp.Subquery(this=only.copy()))


def beyond_base(sql: Expr) -> Expr:
    """An expression over profiles and aggregates, said of the stages after ``measured``."""

    def replaced(node: Expr) -> Expr:
        if isinstance(node, exp.Column) and node.table and node.table != "products":
            return column(node.name if node.table == "profiles" else f"{node.table}.{node.name}")
        return node

    return sql.transform(replaced)


class Stages:
    """The statements up to ``measured``. ``names`` names each group; ``only`` restricts every scan."""

    def __init__(
        self,
        groups: Mapping[str, ScanGroup],
        names: Mapping[str, str],
        bind: Callable[[Scalar], Expr],
        only: exp.Query | None,
    ) -> None:
        self.groups = {names[key]: group for key, group in groups.items() if group.entries}
        self.beside = {names[key]: group for key, group in groups.items() if group.columns}
        self.bind, self.only = bind, only

    def measured(self, attributes: Iterable[str]) -> Iterator[tuple[str, exp.Select]]:
        """A stage for every pass, then ``measured``: profiles, attributes and all aggregates side by side."""
        wanted: list[Expr] = [column("profile_id", "profiles"), *(column(name, "profiles") for name in attributes)]
        passes = list(self._passes())
        for stage, names in passes:
            derivation = self.groups[names[0]].derivation
            if derivation is not None:
                yield f"{stage}_rows", self.derived(derivation)
            yield stage, self._pass(names, f"{stage}_rows")
            for name in names:
                wanted += [column(f"{name}.{entry.alias}", stage) for entry in self.groups[name].entries.values()]
        select = exp.select(*wanted).from_(column_table("profiles"), copy=False)
        for stage, _ in passes:
            matched = exp.EQ(this=column("profile_id", stage), expression=column("profile_id", "profiles"))
            select = select.join(column_table(stage), on=matched, join_type="left", copy=False)
        for name, group in self.beside.items():
            wanted = [exp.alias_(column(each, name), f"{name}.{each}", quoted=True) for each in sorted(group.columns)]
            matched = exp.EQ(this=column("profile_id", name), expression=column("profile_id", "profiles"))
            table = exp.alias_(column_table(group.rows.scan.table), name, table=True, quoted=True)
            select = select.select(*wanted, copy=False).join(table, on=matched, join_type="left", copy=False)
        yield "measured", select.where(within(self.only, "profiles"), copy=False) if self.only else select

    def _passes(self) -> Iterator[tuple[str, list[str]]]:
        """Which groups share a pass: those of one table that are too small for a pass of their own."""
        small: dict[str, list[str]] = {}
        for name, group in self.groups.items():
            if group.derivation is None and len(group.entries) < _WORTH_A_PASS:
                small.setdefault(group.rows.scan.key, []).append(name)
            else:
                yield name, [name]
        for key, names in small.items():
            yield (names[0] if len(names) == 1 else f"{key}_together"), names

    def _pass(self, names: list[str], derived: str) -> exp.Select:
        """One statement for the aggregates of some groups of one table."""
        entries = [(name, entry) for name in names for entry in self.groups[name].entries.values()]
        rows = self.groups[names[0]].rows
        if self.groups[names[0]].derivation is not None:
            made = [self._filtered(name, entry, set(), LIFETIME, rows) for name, entry in entries]
            source: Expr = column_table(derived)
        else:
            shared = set.intersection(*(set(entry.conditions) for _, entry in entries))
            outer = _around([entry.bounds for _, entry in entries])
            hoisted = dict.fromkeys(c for _, entry in entries for c in entry.conditions if c in shared)
            conditions = [*hoisted, *self._any_event([entry for _, entry in entries], shared)]
            made = [self._filtered(name, entry, shared, outer, rows) for name, entry in entries]
            source = self._source(rows.scan, made, self._bounded(conditions, outer, rows))
        aggregates = exp.select(column("profile_id"), *made).from_(source, copy=False)
        return aggregates.group_by(column("profile_id"), copy=False)

    def derived(self, derivation: Derivation) -> exp.Select:
        """The rows of a derivation, from its table."""
        made = [exp.alias_(e, alias, quoted=True) for alias, e in derivation.columns.items()]
        conditions = self._bounded(derivation.conditions, derivation.bounds, derivation.rows)
        source = self._source(derivation.rows.scan, derivation.columns.values(), conditions)
        flat = exp.select(column("profile_id"), *made).from_(source, copy=False)
        if not derivation.by:
            return flat
        return flat.group_by(column("profile_id"), *(derivation.columns[each].copy() for each in derivation.by))

    def _any_event(self, entries: list[Entry], shared: set[Expr]) -> list[Expr]:
        """The events of a shared pass joined by OR, so that rows of others are never aggregated."""
        firsts = dict.fromkeys(entry.conditions[0] for entry in entries if entry.conditions)
        if not firsts or any(first in shared for first in firsts):
            return []
        return [exp.or_(*(first.copy() for first in firsts))]

    def _filtered(self, group: str, entry: Entry, shared: set[Expr], outer: Bounds, rows: RowSet) -> Expr:
        conditions = [c.copy() for c in entry.conditions if c not in shared]
        if entry.bounds.start is not None and entry.bounds.start != outer.start:
            conditions.append(exp.GTE(this=rows.instant, expression=self.bind(entry.bounds.start)))
        if entry.bounds.end != outer.end:
            conditions.append(exp.LT(this=rows.instant, expression=self.bind(entry.bounds.end)))
        function = entry.function.copy()
        if conditions:
            function = exp.Filter(this=function, expression=exp.Where(this=exp.and_(*conditions)))
        return exp.alias_(function, f"{group}.{entry.alias}", quoted=True, copy=False)

    def _bounded(self, conditions: Iterable[Expr], bounds: Bounds, rows: RowSet) -> list[Expr]:
        found = [c.copy() for c in conditions]
        if bounds.start is not None:
            found.append(exp.GTE(this=rows.instant, expression=self.bind(bounds.start)))
        if bounds.end != LIFETIME.end:
            found.append(exp.LT(this=rows.instant, expression=self.bind(bounds.end)))
        return found

    def _source(self, scan: Scan, used: Iterable[Expr], conditions: Iterable[Expr]) -> Expr:
        """A subquery that reads only what is used, conditions applied at the table."""
        names = {found.name for part in used for found in part.find_all(exp.Column) if not found.table}
        wanted = sorted(names - {"profile_id"})
        made = [
            exp.alias_(scan.sources[name], name, quoted=True) if name in scan.sources else column(name, scan.table)
            for name in wanted
        ]
        applied = [_at_table(condition, scan) for condition in conditions]
        known = exp.Not(this=exp.Is(this=column("profile_id", scan.table), expression=exp.null()))
        source = _relation(scan)
        select = exp.select(column("profile_id", scan.table), *made).from_(source, copy=False)
        joined = {n for n in wanted if n in scan.joined} | {
            found.table
            for condition in applied
            for found in condition.find_all(exp.Column)
            if found.table == "products"
        }
        if joined:
            matched = exp.EQ(this=column("product_id", "products"), expression=column("product_id", scan.table))
            select = select.join(column_table("products"), on=matched, join_type="left", copy=False)
        select = select.where(*(c for c in applied if c != exp.true()), known, copy=False)
        if self.only is not None:
            select = select.where(within(self.only, scan.table), copy=False)
        return select.subquery("facts", copy=False)


def _relation(scan: Scan) -> Expr:
    """What a scan reads, under the name of its table."""
    if not scan.source:
        return column_table(scan.table)
    return exp.alias_(sql_of(scan.source), scan.table, table=True, quoted=True, copy=False)


def _around(bounds: list[Bounds]) -> Bounds:
    starts = [b.start for b in bounds]
    start = None if any(s is None for s in starts) else min(s for s in starts if s is not None)
    return Bounds(start, max(b.end for b in bounds))


def _at_table(condition: Expr, scan: Scan) -> Expr:
    """A condition on what a scan yields, said of the table's own columns."""

    def replaced(node: Expr) -> Expr:
        if isinstance(node, exp.Column) and not node.table:
            return scan.sources[node.name].copy() if node.name in scan.sources else column(node.name, scan.table)
        return node

    return condition.transform(replaced)
