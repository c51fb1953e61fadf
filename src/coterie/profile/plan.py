"""One plan for many traits and rules: distinct aggregates, grouped by what they scan, each stage a named CTE."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Protocol

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.domain.clock import to_local
from coterie.domain.meanings import ACTIVITY, EVENT_MEANINGS
from coterie.errors import BadDefinition, UnknownName
from coterie.profile.catalog import Catalog, EventKind, Property
from coterie.profile.filters import Comparison, compare
from coterie.profile.order_coverage import OrderCoverage
from coterie.profile.rows import RowSet, Scan, column, sql_of
from coterie.profile.stages import LIFETIME, Derivation, Entry, ScanGroup, Stages, beyond_base, column_table, within
from coterie.profile.values import Scalar, Value, ValueType
from coterie.profile.windows import Bounds
from coterie.words import Sentence, joined, sentence

_OF_ORDERS = frozenset(meaning.table for meaning in EVENT_MEANINGS.values())

_OF_A_STAGE = re.compile(r"profiles|measured|facts|(traits|segments)_\d+(_\d+)?(_ranks|_ranked)?|.*_(rows|together)")
"""Names that the plan's own stages bear, which events may bear as well."""


class Measured(Protocol):
    """Something that has a value for every profile."""

    def compiled(self, plan: Plan) -> Value:
        """The SQL of the value and its type."""


class Trait(Protocol):
    """What a plan needs of a trait's definition."""

    @property
    def name(self) -> str:
        """The column it becomes."""

    @property
    def value(self) -> Measured:
        """What it is made of."""


class Plan:
    """Collects what traits and rules need and becomes one statement.

    Parts ask it for rows, aggregates, attributes and bound values; whatever two of them
    ask alike is computed once. ``only`` is a query that yields ``profile_id``: the same
    plan restricted to those profiles, which gives each of them the same values. ``zone`` is
    the IANA zone whose calendar and clock definitions mean.
    """

    def __init__(
        self,
        catalog: Catalog,
        as_of: datetime,
        traits: Iterable[Trait] = (),
        *,
        only: exp.Query | None = None,
        zone: str = "UTC",
    ) -> None:
        self.catalog, self.as_of, self.only, self.zone = catalog, as_of, only, zone
        self.definitions: dict[str, Trait] = {}
        for trait in traits:
            if trait.name in self.definitions:
                raise BadDefinition(sentence("two traits are named {name!r}", name=trait.name))
            self.definitions[trait.name] = trait
        self.parameters: dict[str, Scalar] = {}
        self._bound: dict[tuple[type, Scalar], str] = {}
        self._scans: dict[str, Scan] = {}
        self._groups: dict[str, ScanGroup] = {}
        self._attributes: set[str] = set()
        self._computed: dict[str, tuple[int, Value]] = {}
        self._pending: list[str] = []
        self._levels: list[int] = []
        self._path: list[str] = []
        self._named: dict[str, str] = {}
        self._ranks: dict[tuple[int | None, Expr], tuple[str, int | None, Expr]] = {}
        self._coverage: dict[bool, OrderCoverage] = {}
        self.meanings: dict[str, str] = {}
        """What the names that were asked for mean here: where events stand, the types of properties and attributes."""
        self.is_relative = False
        self.is_past = False
        """Whether ``as_of`` is another instant than that of the last refresh: scores made later are not known then."""
        self.undated: set[str] = set()
        """What was asked for and is kept only as it stands now: given attributes, parts of segmentations, lists."""

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

    def compare(self, value: Value, op: Comparison, operand: Scalar | tuple[Scalar, ...], *, ignore_case: bool) -> Expr:
        """The condition ``value op operand`` at the place being compiled, NULL where ``value`` is."""
        return compare(
            value, op, operand, self.bind, ignore_case=ignore_case, where=self.where, zone=self.zone,
            pattern_fault=self.catalog.pattern_fault,
        )  # fmt: skip

    @contextmanager
    def at(self, *place: object) -> Iterator[None]:
        """Names the part of the definition being compiled, for messages."""
        self._path.extend(each if isinstance(each, Sentence) else str(each) for each in place)
        try:
            yield
        finally:
            del self._path[len(self._path) - len(place) :]

    @property
    def where(self) -> Sentence:
        """The path inside the definition being compiled."""
        return joined(self._path, ".")

    @property
    def local_as_of(self) -> datetime:
        """What the clock in ``zone`` shows at ``as_of``; dates are reckoned from it."""
        return to_local(self.as_of, self.zone)

    # --- rows and aggregates -----------------------------------------------------------

    def rows(self, event: str) -> RowSet:
        """The events named ``event``; raises ``UnknownName`` with the nearest."""
        kind = self.catalog.event(event, self.where)
        source = kind.rows.source if kind.rows is not None and kind.rows.source.startswith("(") else ""
        scan = self._scans.setdefault(source or kind.table, Scan(kind.table, zone=self.zone, source=source))
        key = f"{kind.table}: {event}"
        self.meanings[event] = f"{kind.table} {kind.rows}"
        return RowSet(key, scan, (event,), self._meant(kind), lambda name: self._property(event, name))

    def _property(self, event: str, name: str) -> Property:
        found = self.catalog.property_of(event, name, self.where)
        self.meanings[f"{event} {name}"] = str(found)
        return found

    def _meant(self, kind: EventKind) -> tuple[Expr, ...]:
        """What holds of the rows of an event as of the plan's instant; what makes them the event comes first."""
        if kind.rows is None:
            return (exp.EQ(this=column("name"), expression=exp.Literal.string(kind.name)),)

        def bound(node: Expr) -> Expr:
            return self.bind(self.as_of) if isinstance(node, exp.Column) and node.name == "as_of" else node

        return tuple(sql_of(each.format(as_of="as_of")).transform(bound, copy=False) for each in kind.rows.conditions)

    def known_until(self, rows: RowSet) -> Expr:
        """Until when facts such as ``rows`` are known, as an expression over them: what was not loaded is no silence.

        Orders and their lines, and all that people did (``ACTIVITY``), are known until the end of their source, as
        ``order_coverage`` says; other events until ``as_of``.
        """
        is_activity = rows.events == (ACTIVITY,)
        known = self.catalog.activity if is_activity else self.catalog.coverage
        if known is None or not (is_activity or rows.scan.table in _OF_ORDERS):
            return self.bind(self.as_of)
        if is_activity not in self._coverage:
            self._coverage[is_activity] = known(self.as_of, self.zone)
        coverage = self._coverage[is_activity]
        rest = coverage.until or self.as_of
        source = exp.Coalesce(this=column("source"), expressions=[exp.Literal.string("")])
        others = [
            exp.If(this=exp.EQ(this=source.copy(), expression=self.bind(each.name)), true=self.bind(each.until))
            for each in coverage.sources
            if each.until != rest
        ]
        return exp.Case(ifs=others, default=self.bind(rest)) if others else self.bind(rest)

    def facts(self, table: str, instant: str, condition: Expr) -> RowSet:
        """Rows of a further table with ``profile_id``, such as ``scores``."""
        return RowSet(table, self._scans.setdefault(table, Scan(table, instant, self.zone)), (), (condition,))

    def aggregate(
        self, rows: RowSet, function: Expr, *, bounds: Bounds = LIFETIME, conditions: Iterable[Expr] = ()
    ) -> Expr:
        """``function`` over the rows of each profile that meet the conditions inside the bounds, as a column.

        NULL for a profile without such rows (the caller says what that means).
        """
        group = self._groups.setdefault(rows.key, ScanGroup(rows))
        wanted = (*rows.conditions, *conditions)
        key = (function, wanted, bounds)
        if key not in group.entries:
            alias = f"{function.key}_{len(group.entries) + 1}"
            group.entries[key] = Entry(alias, function, wanted, bounds)
        return column(group.entries[key].alias, self._group_name(rows.key))

    def derive(
        self,
        rows: RowSet,
        name: str,
        columns: Mapping[str, Expr],
        *,
        by: Sequence[str] = (),
        bounds: Bounds = LIFETIME,
        conditions: Iterable[Expr] = (),
    ) -> RowSet:
        """Rows made from rows: ``columns`` beside ``profile_id``, one row each or one per profile and ``by``."""
        wanted = [*rows.conditions, *conditions]
        made = {alias: expression.copy() for alias, expression in columns.items()}
        parts = [*(f"{alias}={m.sql()}" for alias, m in made.items()), *(w.sql() for w in wanted), str(bounds), str(by)]
        derived = RowSet(f"{name}: {rows.key} {parts}", Scan(name), rows.events)
        self._groups.setdefault(
            derived.key, ScanGroup(derived, derivation=Derivation(rows, made, tuple(by), bounds, tuple(wanted)))
        )
        return derived

    # --- attributes and traits ---------------------------------------------------------

    def attribute(self, name: str) -> Value:
        """A given attribute, a computed trait, ``score.<name>`` or ``segmentation.<name>`` of a profile.

        Traits defined in the plan come first, then traits as last refreshed, then given attributes. Raises ``UnknownName`` with the nearest.
        """
        if name in self.definitions:
            return self._trait(name)
        if name in self.catalog.computed:
            return Value(self.beside("traits_computed", name), self.catalog.computed[name])
        if name in self.catalog.attributes:
            self._attributes.add(name)
            self.undated.add(name)
            self.meanings[f"trait {name}"] = self.catalog.attributes[name]
            return Value(column(name, "profiles"), self.catalog.attributes[name])
        kind, _, rest = name.partition(".")
        if kind == "score" and rest in self.catalog.scores:
            return self._latest("scores", "score", rest, "value", "number")
        if kind == "segmentation" and rest in self.catalog.segmentations:
            self.undated.add(name)
            return self._latest("assignments", "segmentation", rest, "segment", "text")
        raise UnknownName("trait", name, self.known_attributes(), where=self.where, advice=self.catalog.lacks(name))

    def known_attributes(self) -> set[str]:
        """Every name that ``attribute`` would take."""
        return (
            set(self.definitions)
            | set(self.catalog.attributes)
            | set(self.catalog.computed)
            | {f"score.{name}" for name in self.catalog.scores}
            | {f"segmentation.{name}" for name in self.catalog.segmentations}
        )

    def beside(self, table: str, name: str) -> Expr:
        """A column of a table that has one row a profile; NULL for a profile that it lacks."""
        group = self._groups.setdefault(f"{table}: as refreshed", ScanGroup(RowSet(table, Scan(table))))
        group.columns.add(name)
        return column(name, self._group_name(f"{table}: as refreshed"))

    def _latest(self, table: str, key: str, name: str, value: str, kind: ValueType) -> Value:
        condition: Expr = exp.EQ(this=column(key), expression=self.bind(name))
        if self.is_past and table == "scores":
            condition = exp.and_(condition, exp.LTE(this=column("as_of"), expression=self.bind(self.as_of)))
        latest = exp.ArgMax(this=column(value), expression=column("as_of"))
        return Value(self.aggregate(self.facts(table, "as_of", condition), latest), kind)

    def _trait(self, name: str) -> Value:
        if name not in self._computed:
            if name in self._pending:
                raise BadDefinition(
                    sentence("traits need each other: {names}", names=" → ".join([*self._pending, name])),
                    where=self.where,
                )
            self._pending.append(name)
            self._levels.append(0)
            outer, self._path = self._path, [sentence("trait {name}", name=name), "value"]
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
        ranked = exp.Case(ifs=[exp.If(this=exp.Not(this=missing.copy()), true=rank(value.sql, missing))])
        level = self._levels[-1] if self._levels else None
        key = (level, ranked)
        if key not in self._ranks:
            self._ranks[key] = (f"rank.{len(self._ranks) + 1}", level, ranked)
        return column(self._ranks[key][0])

    def add_traits(self, names: Iterable[str] | None = None) -> dict[str, ValueType]:
        """Compile every defined trait, or those of ``names``; name → type."""
        return {name: self._trait(name).type for name in (self.definitions if names is None else names)}

    # --- the statement -----------------------------------------------------------------

    def stages(self) -> list[tuple[str, exp.Select]]:
        """Named stages in order: aggregates of each scan, profiles with them beside, then traits by level."""
        only = None if self.is_relative else self.only
        scans = Stages(self._groups, self._names(), self.bind, only)
        return [*scans.measured(sorted(self._attributes)), *self._trait_stages()]

    def statement(self) -> exp.Select:
        """Every computed trait of every profile (or of ``only``), as one statement."""
        return self.finished(self.stages(), [column(name) for name in ("profile_id", *self._computed)])

    def finished(self, stages: Sequence[tuple[str, exp.Select]], wanted: Sequence[Expr], last: str = "") -> exp.Select:
        """``wanted`` of the last stage (or of ``last``), the stages before it as CTEs."""
        last = last or stages[-1][0]
        select = exp.select(*wanted).from_(column_table(last), copy=False)
        if self.only is not None and self.is_relative:
            select = select.where(within(self.only, last))
        return self.with_stages(select, stages)

    def with_stages(self, select: exp.Select, stages: Iterable[tuple[str, exp.Select]]) -> exp.Select:
        """A statement with the stages that it reads before it as CTEs."""
        whole = select.copy()
        for name, stage in stages:
            whole = whole.with_(exp.to_identifier(name, quoted=True), as_=stage, copy=False)
        return whole

    def beyond_base(self, sql: Expr) -> Expr:
        """An expression over profiles and aggregates, said of the stages after ``measured``."""
        return beyond_base(sql)

    def _trait_stages(self) -> Iterator[tuple[str, exp.Select]]:
        before = "measured"
        for level in range(1 + max((level for level, _ in self._computed.values()), default=-1)):
            made = [
                exp.alias_(beyond_base(value.sql), name, quoted=True, copy=False)
                for name, (at, value) in self._computed.items()
                if at == level
            ]
            stage = f"traits_{level}"
            yield from self._stage(stage, before, made, level)
            before = stage

    def _stage(self, stage: str, before: str, made: list[Expr], level: int | None) -> Iterator[tuple[str, exp.Select]]:
        """``made`` beside all columns of the stage before; ranks first, in a narrow stage of their own.

        A window carries every column of its rows through a sort, so ranks are computed over
        the few columns they need and joined back; ranks of ranks come in rounds.
        """
        waiting = {name: ranked for name, at, ranked in self._ranks.values() if at == level}
        turn = 1
        while waiting:
            ready = {
                name: r for name, r in waiting.items() if not any(c.name in waiting for c in r.find_all(exp.Column))
            }
            ranks, ranked = (
                f"{stage}_{kind}" if turn == 1 else f"{stage}_{turn}_{kind}" for kind in ("ranks", "ranked")
            )
            narrow = [exp.alias_(beyond_base(rank), name, quoted=True, copy=False) for name, rank in ready.items()]
            yield ranks, exp.select(column("profile_id"), *narrow).from_(column_table(before), copy=False)
            taken = [column(name, ranks) for name in ready]
            matched = exp.EQ(this=column("profile_id", ranks), expression=column("profile_id", before))
            wide = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(before, quoted=True)), *taken)
            yield ranked, wide.from_(column_table(before), copy=False).join(column_table(ranks), on=matched, copy=False)
            waiting = {name: rank for name, rank in waiting.items() if name not in ready}
            before, turn = ranked, turn + 1
        yield stage, exp.select("*", *made).from_(column_table(before), copy=False)

    def _group_name(self, key: str) -> str:
        """A short name for a group: the event's, the table's, or the derivation's with its number."""
        if key not in self._named:
            kind, _, rest = key.partition(": ")
            wanted = (
                kind
                if self._groups[key].derivation is not None or not rest or rest == "as refreshed"
                else "_".join(rest.lower().split())
            )
            taken, number = {*self._named.values(), *self.catalog.tables}, 1
            name = f"{wanted}_measures" if not rest else wanted
            while name in taken or _OF_A_STAGE.fullmatch(name):
                number += 1
                name = f"{wanted}_no{number}"  # which is no stage's name, whatever was wanted
            self._named[key] = name
        return self._named[key]

    def _names(self) -> dict[str, str]:
        return {key: self._group_name(key) for key in self._groups}
