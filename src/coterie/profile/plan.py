"""One plan for many traits and rules: distinct aggregates, grouped by what they scan, each stage a named CTE."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.errors import BadDefinition, UnknownName
from coterie.profile.catalog import Catalog
from coterie.profile.rows import Rows, Scan, column
from coterie.profile.values import Scalar, Value, ValueType
from coterie.profile.windows import Bounds

if TYPE_CHECKING:
    from coterie.profile.definition import TraitDefinition

LIFETIME = Bounds(None, datetime.max)  # noqa: DTZ901 - naive UTC, as stored


@dataclass(frozen=True)
class _Entry:
    """One aggregate: its function over the rows that meet the conditions inside the bounds."""

    alias: str
    function: Expr
    conditions: tuple[Expr, ...]
    bounds: Bounds


@dataclass
class _Group:
    """Aggregates of one scan or derivation, computed in one pass."""

    rows: Rows
    derived: Callable[[], exp.Select] | None = None
    entries: dict[str, _Entry] = field(default_factory=dict)


class Plan:
    """Collects what traits and rules need and becomes one statement.

    Parts ask it for rows, aggregates, attributes and bound values; whatever two of them
    ask alike is computed once. ``only`` is a query that yields ``profile_id``: the same
    plan restricted to those profiles, which gives each of them the same values.
    """

    def __init__(
        self,
        catalog: Catalog,
        as_of: datetime,
        traits: Iterable[TraitDefinition] = (),
        *,
        only: exp.Query | None = None,
    ) -> None:
        self.catalog, self.as_of, self.only = catalog, as_of, only
        self.definitions: dict[str, TraitDefinition] = {}
        for trait in traits:
            if trait.name in self.definitions:
                raise BadDefinition(f"two traits are named {trait.name!r}")
            self.definitions[trait.name] = trait
        self.parameters: dict[str, Scalar] = {}
        self._bound: dict[tuple[type, Scalar], str] = {}
        self._scans: dict[str, Scan] = {}
        self._groups: dict[str, _Group] = {}
        self._attributes: set[str] = set()
        self._computed: dict[str, tuple[int, Value]] = {}
        self._pending: list[str] = []
        self._levels: list[int] = []
        self._path: list[str] = []
        self.is_relative = False

    # --- values and places -------------------------------------------------------------

    def bind(self, value: Scalar) -> Expr:
        """``value`` as a bound parameter; equal values share one."""
        key = (type(value), value)
        if key not in self._bound:
            self._bound[key] = f"p{len(self._bound) + 1}"
            self.parameters[self._bound[key]] = value
        placeholder = exp.Placeholder(this=self._bound[key])
        if isinstance(value, datetime):
            return exp.cast(placeholder, "TIMESTAMP")
        return exp.cast(placeholder, "DATE") if isinstance(value, date) else placeholder

    def values_in(self, statement: Expr) -> dict[str, Scalar]:
        """The bound values that a statement names."""
        named = {placeholder.name for placeholder in statement.find_all(exp.Placeholder)}
        return {name: value for name, value in self.parameters.items() if name in named}

    @contextmanager
    def at(self, *place: object) -> Iterator[None]:
        """Names the part of the definition being compiled, for messages."""
        self._path.extend(map(str, place))
        try:
            yield
        finally:
            del self._path[len(self._path) - len(place) :]

    @property
    def where(self) -> str:
        """The path inside the definition being compiled."""
        return ".".join(self._path)

    # --- rows and aggregates -----------------------------------------------------------

    def rows(self, event: str) -> Rows:
        """The events named ``event``; raises ``UnknownName`` with the nearest."""
        kind = self.catalog.event(event, self.where)
        scan = self._scans.setdefault(kind.table, Scan(kind.table))
        name = column("name" if kind.table == "events" else "status")
        wanted = (event,) if kind.table == "events" else kind.statuses
        listed = [exp.Literal.string(each) for each in wanted]
        condition: Expr = exp.In(this=name, expressions=list(listed))
        if len(listed) == 1:
            condition = exp.EQ(this=name, expression=listed[0])
        where = self.where
        return Rows(kind.table, scan, (event,), (condition,), lambda name: self.catalog.property_of(event, name, where))

    def facts(self, table: str, instant: str, condition: Expr) -> Rows:
        """Rows of a further table with ``profile_id``, such as ``scores``."""
        return Rows(table, self._scans.setdefault(table, Scan(table, instant)), (), (condition,))

    def aggregate(
        self, rows: Rows, function: Expr, *, bounds: Bounds = LIFETIME, conditions: Iterable[Expr] = ()
    ) -> Expr:
        """``function`` over the rows of each profile that meet the conditions inside the bounds, as a column.

        NULL for a profile without such rows (the caller says what that means).
        """
        group = self._groups.setdefault(rows.key, _Group(rows))
        wanted = (*rows.conditions, *conditions)
        key = " | ".join([function.sql(), *(c.sql() for c in wanted), str(bounds)])
        if key not in group.entries:
            alias = f"{function.key}_{len(group.entries) + 1}"
            group.entries[key] = _Entry(alias, function, wanted, bounds)
        return column(group.entries[key].alias, self._group_name(rows.key))

    def derive(
        self,
        rows: Rows,
        name: str,
        columns: Mapping[str, Expr],
        *,
        by: Sequence[str] = (),
        bounds: Bounds = LIFETIME,
        conditions: Iterable[Expr] = (),
    ) -> Rows:
        """Rows made from rows: ``columns`` beside ``profile_id``, one row each or one per profile and ``by``."""
        wanted = self._bounded((*rows.conditions, *conditions), bounds, rows)
        made = [exp.alias_(expression.copy(), alias, quoted=True) for alias, expression in columns.items()]

        def select() -> exp.Select:
            source = self._source(rows.scan, columns.values(), wanted)
            flat = exp.select(column("profile_id"), *made).from_(source)
            return flat.group_by(column("profile_id"), *(columns[each].copy() for each in by)) if by else flat

        key = f"{name}: {rows.key} {[m.sql() for m in made]} {[w.sql() for w in wanted]} {by}"
        derived = Rows(key, Scan(name), rows.events)
        self._groups.setdefault(key, _Group(derived, select))
        return derived

    # --- attributes and traits ---------------------------------------------------------

    def attribute(self, name: str) -> Value:
        """A given attribute, a computed trait, ``score.<name>`` or ``segmentation.<name>`` of a profile.

        Traits defined in the plan come first, then given attributes, then traits as last
        refreshed. Raises ``UnknownName`` with the nearest.
        """
        if name in self.definitions:
            return self._trait(name)
        if name in self.catalog.attributes:
            self._attributes.add(name)
            return Value(column(name, "profiles"), self.catalog.attributes[name])
        if name in self.catalog.computed:
            rows = self.facts("traits_computed", "", exp.true())
            any_value = exp.AnyValue(this=column(name))
            return Value(self.aggregate(rows, any_value), self.catalog.computed[name])
        kind, _, rest = name.partition(".")
        if kind == "score" and rest in self.catalog.scores:
            return self._latest("scores", "score", rest, "value", "number")
        if kind == "segmentation" and rest in self.catalog.segmentations:
            return self._latest("assignments", "segmentation", rest, "segment", "text")
        raise UnknownName("trait", name, self.known_attributes(), where=self.where)

    def known_attributes(self) -> set[str]:
        """Every name that ``attribute`` would take."""
        return (
            set(self.definitions)
            | set(self.catalog.attributes)
            | set(self.catalog.computed)
            | {f"score.{name}" for name in self.catalog.scores}
            | {f"segmentation.{name}" for name in self.catalog.segmentations}
        )

    def _latest(self, table: str, key: str, name: str, value: str, kind: ValueType) -> Value:
        condition = exp.EQ(this=column(key), expression=self.bind(name))
        latest = exp.ArgMax(this=column(value), expression=column("as_of"))
        return Value(self.aggregate(self.facts(table, "as_of", condition), latest), kind)

    def _trait(self, name: str) -> Value:
        if name not in self._computed:
            if name in self._pending:
                raise BadDefinition(f"traits need each other: {' → '.join([*self._pending, name])}", where=self.where)
            self._pending.append(name)
            self._levels.append(0)
            outer, self._path = self._path, ["trait " + name]
            value = self.definitions[name].value.compiled(self)
            self._path = outer
            self._computed[name] = (self._levels.pop(), value)
            self._pending.pop()
        level, value = self._computed[name]
        if self._levels:
            self._levels[-1] = max(self._levels[-1], level + 1)
        return Value(column(name), value.type)

    def ranked(self, value: Value, rank: Callable[[Expr, Expr], Expr]) -> Expr:
        """``rank(value, partition)`` among all profiles that have a value; NULL for the others.

        A plan with a rank needs everybody, so ``only`` restricts its outcome, not its scans.
        """
        self.is_relative = True
        missing = exp.Is(this=exp.paren(value.sql.copy()), expression=exp.null())
        return exp.Case(ifs=[exp.If(this=exp.Not(this=missing.copy()), true=rank(value.sql, missing))])

    def add_traits(self) -> dict[str, ValueType]:
        """Compile every defined trait; name → type."""
        return {name: self._trait(name).type for name in self.definitions}

    # --- the statement -----------------------------------------------------------------

    def stages(self) -> list[tuple[str, exp.Select]]:
        """Named stages in order: aggregates of each scan, profiles with them beside, then traits by level."""
        found: list[tuple[str, exp.Select]] = []
        beside: list[str] = []
        for key, group in self._groups.items():
            if not group.entries:
                continue
            name = self._group_name(key)
            if group.derived is not None:
                found.append((f"{name}_rows", group.derived()))
            found.append((name, self._grouped(group, f"{name}_rows")))
            beside.append(name)
        return [*found, ("measured", self._measured(beside)), *self._trait_stages()]

    def statement(self, *, profile_id: bool = True) -> exp.Select:
        """Every computed trait of every profile (or of ``only``), as one statement."""
        chosen = [column(name) for name in self._computed]
        return self.finished(self.stages(), ([column("profile_id")] if profile_id else []) + chosen)

    def finished(self, stages: Sequence[tuple[str, exp.Select]], wanted: Sequence[Expr]) -> exp.Select:
        """``wanted`` of the last stage, the stages before it as CTEs."""
        select = exp.select(*wanted).from_(column_table(stages[-1][0]))
        if self.only and self.is_relative:
            select = select.where(self._restricted(stages[-1][0]))
        for name, stage in stages:
            select = select.with_(exp.to_identifier(name, quoted=True), as_=stage)
        return select

    def _trait_stages(self) -> Iterator[tuple[str, exp.Select]]:
        before = "measured"
        for level in range(1 + max((level for level, _ in self._computed.values()), default=-1)):
            made = [
                exp.alias_(self.beyond_base(value.sql), name, quoted=True)
                for name, (at, value) in self._computed.items()
                if at == level
            ]
            stage = f"traits_{level}"
            yield stage, exp.select("*", *made).from_(column_table(before))
            before = stage

    def beyond_base(self, sql: Expr) -> Expr:
        """An expression over profiles and aggregates, said of the stages after ``measured``."""

        def replaced(node: Expr) -> Expr:
            if isinstance(node, exp.Column) and node.table and node.table != "products":
                return column(node.name if node.table == "profiles" else f"{node.table}.{node.name}")
            return node

        return sql.copy().transform(replaced)

    def _measured(self, beside: list[str]) -> exp.Select:
        wanted: list[Expr] = [column("profile_id", "profiles")]
        wanted += [column(name, "profiles") for name in sorted(self._attributes)]
        for key, group in self._groups.items():
            if group.entries:
                name = self._group_name(key)
                wanted += [
                    exp.alias_(column(entry.alias, name), f"{name}.{entry.alias}", quoted=True)
                    for entry in group.entries.values()
                ]
        select = exp.select(*wanted).from_(column_table("profiles"))
        for name in beside:
            matched = exp.EQ(this=column("profile_id", name), expression=column("profile_id", "profiles"))
            select = select.join(column_table(name), on=matched, join_type="left")
        return select.where(self._restricted("profiles")) if self.only and not self.is_relative else select

    def _restricted(self, table: str) -> Expr:
        if self.only is None:
            return exp.true()
        return exp.In(this=column("profile_id", table), query=exp.Subquery(this=self.only.copy()))

    def _grouped(self, group: _Group, derived: str) -> exp.Select:
        entries = list(group.entries.values())
        rows = group.rows
        if group.derived is not None:
            made = [self._filtered(entry, set(), LIFETIME, rows) for entry in entries]
            source: Expr = column_table(derived)
        else:
            shared = set.intersection(*({c.sql() for c in entry.conditions} for entry in entries))
            outer = _around([entry.bounds for entry in entries])
            hoisted = {c.sql(): c for entry in entries for c in entry.conditions if c.sql() in shared}
            conditions = [*hoisted.values(), *self._any_event(entries, shared)]
            made = [self._filtered(entry, shared, outer, rows) for entry in entries]
            source = self._source(rows.scan, made, self._bounded(conditions, outer, rows))
        return exp.select(column("profile_id"), *made).from_(source).group_by(column("profile_id"))

    def _any_event(self, entries: list[_Entry], shared: set[str]) -> list[Expr]:
        """``name IN (…)`` when the aggregates are of several events, so that others are never read."""
        firsts = {entry.conditions[0].sql(): entry.conditions[0] for entry in entries if entry.conditions}
        if not firsts or any(sql in shared for sql in firsts):
            return []
        return [exp.or_(*(condition.copy() for condition in firsts.values()))]

    def _filtered(self, entry: _Entry, shared: set[str], outer: Bounds, rows: Rows) -> Expr:
        conditions = [c.copy() for c in entry.conditions if c.sql() not in shared]
        if entry.bounds.start is not None and entry.bounds.start != outer.start:
            conditions.append(exp.GTE(this=rows.instant, expression=self.bind(entry.bounds.start)))
        if entry.bounds.end != outer.end:
            conditions.append(exp.LT(this=rows.instant, expression=self.bind(entry.bounds.end)))
        function = entry.function.copy()
        if conditions:
            function = exp.Filter(this=function, expression=exp.Where(this=exp.and_(*conditions)))
        return exp.alias_(function, entry.alias, quoted=True)

    def _bounded(self, conditions: Iterable[Expr], bounds: Bounds, rows: Rows) -> list[Expr]:
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
            exp.alias_(scan.sources[name].copy(), name, quoted=True)
            if name in scan.sources
            else column(name, scan.table)
            for name in wanted
        ]
        applied = [_at_table(condition, scan) for condition in conditions]
        known = exp.Not(this=exp.Is(this=column("profile_id", scan.table), expression=exp.null()))
        select = exp.select(column("profile_id", scan.table), *made).from_(column_table(scan.table))
        joined = {n for n in wanted if n in scan.joined} | {
            found.table
            for condition in applied
            for found in condition.find_all(exp.Column)
            if found.table == "products"
        }
        if joined:
            matched = exp.EQ(this=column("product_id", "products"), expression=column("product_id", scan.table))
            select = select.join(column_table("products"), on=matched, join_type="left")
        select = select.where(*(c for c in applied if c != exp.true()), known)
        if self.only and not self.is_relative:
            select = select.where(self._restricted(scan.table))
        return select.subquery("facts")

    def _group_name(self, key: str) -> str:
        kind = key.partition(":")[0]
        if key == kind:
            return f"{kind}_measures"
        alike = [other for other in self._groups if other.partition(":")[0] == kind]
        return f"{kind}_{alike.index(key) + 1}"


def column_table(name: str) -> exp.Table:
    """A quoted table or CTE."""
    return exp.to_table(exp.to_identifier(name, quoted=True))


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

    return condition.copy().transform(replaced)
