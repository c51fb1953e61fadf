"""What a definition's value hangs on beside the facts of its own profile: other profiles, other tables, the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Literal

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.domain.clock import to_local
from coterie.profile import Catalog, TraitDefinition
from coterie.profile.values import Scalar
from coterie.segment.definition import SegmentDefinition
from coterie.segment.plan import SegmentPlan

Kind = Literal["trait", "segment"]
Span = tuple[datetime, datetime]
Passing = Literal["never", "at instants", "always"]
"""How a value changes as time passes without facts: not at all; when the window's edge passes a fact; at any moment."""

AHEAD = timedelta(minutes=61, seconds=7)
"""So far ahead it is looked whether values only move with time, so that they need not be asked at each look. No round number of
minutes or hours, by which the beginning of each would move as well."""
_LATER = timedelta(days=401, hours=7, minutes=3)
_OF_EVERYBODY = {"assignments"}
"""Tables that a refresh writes of everybody, after looking at everybody."""
_COMPARISONS = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_PASSES = (exp.Cast, exp.TryCast, exp.Paren, exp.Case, exp.If, exp.Coalesce)
_OF_INSTANTS = (
    *_PASSES, exp.Column, exp.Identifier, exp.DataType, exp.Max, exp.Min, exp.ArgMax, exp.ArgMin, exp.Null, exp.Literal,
    exp.ConvertTimezone, exp.Filter, exp.Where, exp.Placeholder, exp.Boolean, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ,
    exp.Is, exp.In, *_COMPARISONS,
)  # fmt: skip
"""What an expression may be made of that yields nothing but instants of facts as they stand there."""


@dataclass(frozen=True)
class Dependence:
    """Of one trait or segment. ``is_relative``: it needs everybody, so that only a refresh tells it."""

    kind: Kind
    name: str
    is_relative: bool
    passing: Passing


class _Spelled(SegmentPlan):
    """A plan in which no two values share a parameter, so that plans of two instants can be laid side by side."""

    def bind(self, value: Scalar) -> Expr:
        """``value`` as a parameter of its own."""
        name = f"p{len(self.parameters) + 1}"
        self.parameters[name] = value
        placeholder = exp.Placeholder(this=name)
        if isinstance(value, datetime):
            return exp.cast(placeholder, "TIMESTAMP")
        return exp.cast(placeholder, "DATE") if isinstance(value, date) else placeholder

    def _group_name(self, key: str) -> str:
        """A number, since names tell of the instant where rows are derived."""
        return self._named.setdefault(key, f"group_{len(self._named) + 1}")


Name = tuple[Kind, str]


@dataclass
class Dependences:
    """What each of ``traits`` and ``segments`` hangs on, found by compiling them as of two instants.

    A definition hangs on whatever the definitions hang on that it reads.
    """

    catalog: Catalog
    traits: tuple[TraitDefinition, ...]
    segments: tuple[SegmentDefinition, ...]
    zone: str = "UTC"
    _course: _Course | None = None

    def all(self, as_of: datetime) -> tuple[Dependence, ...]:
        """Of every definition."""
        wanted: list[Name] = [("trait", each.name) for each in self.traits]
        wanted += [("segment", each.name) for each in self.segments]
        return tuple(self._of(wanted, as_of))

    def relative_segments(self, as_of: datetime) -> list[str]:
        """The segments that need everybody, in order of their names."""
        names = sorted(each.name for each in self.segments)
        if not names:
            return []
        made = _Made(self._laid([("segment", name) for name in names], as_of).statement)
        return [name for name in names if _is_relative(made.reached("segment", name))]

    def _of(self, names: list[Name], as_of: datetime) -> Iterator[Dependence]:
        if not names:
            return
        now, later = (self._laid(names, at) for at in (as_of, as_of + _LATER))
        if now.text == later.text:
            varying = {name for name, value in now.parameters.items() if value != later.parameters[name]}
            made = _Made(now.statement)
            for kind, name in names:
                yield made.dependence(kind, name, varying)
        elif len(names) == 1:
            yield replace(_Made(now.statement).dependence(*names[0], set()), passing="always")
        else:
            # One of them is not even written alike at both instants; the others are told apart from it by halves.
            yield from self._of(names[: len(names) // 2], as_of)
            yield from self._of(names[len(names) // 2 :], as_of)

    def _laid(self, names: Iterable[Name], as_of: datetime) -> _Laid:
        plan = _Spelled(replace(self.catalog, computed={}), as_of, self.traits, self.segments, zone=self.zone)
        plan.is_past = True
        for kind, name in names:
            if kind == "trait":
                plan.add_traits([name])
            else:
                plan.segment(name)
        statement = plan.everything()
        return _Laid(statement, statement.sql(), plan.parameters)

    def passed(
        self, names: Iterable[Name], before: datetime, after: datetime, known: object = None
    ) -> tuple[Span, ...] | None:
        """The spans (both ends counted) through which edges of these definitions went from ``before`` to ``after``.

        Whoever has no instant in any of them, nor between ``before`` and ``after`` themselves, has the same values at both, as far
        as they change ``at instants``. None where the definitions are not even written alike at both. ``known`` stands for until
        when facts are known, which the definitions ask as well; while it stays the same they are not compiled at each look.
        """
        names = tuple(names)
        course = self._course if self._course is not None and self._course.names == names else None
        then = (course.at(before) if course else None) or self._laid(names, before)
        now = course.at(after) if course and course.known == known else None
        if now is None:
            now = self._laid(names, after)
            self._course = _course(names, known, after, now, self._laid(names, after + AHEAD))
        if then.text != now.text:
            return None
        spans = set()
        of_itself = {(at(before), at(after)) for at in (lambda each: each, partial(to_local, zone=self.zone))}
        for name, value in then.parameters.items():
            other = now.parameters[name]
            if value != other and (value, other) not in of_itself:
                if not isinstance(value, date) or not isinstance(other, date):
                    return None
                spans.add(_span(value, other))
        return _joined(spans)


@dataclass(frozen=True)
class _Laid:
    """A statement with its text and what its parameters stand for."""

    statement: exp.Select
    text: str
    parameters: Mapping[str, Scalar]


@dataclass(frozen=True)
class _Course:
    """A statement as of ``since``, and which of its parameters move ``AHEAD`` with time; None where it does not go on like this."""

    names: tuple[Name, ...]
    known: object
    since: datetime
    first: _Laid
    moving: frozenset[str] | None

    def at(self, instant: datetime) -> _Laid | None:
        """The statement as of an instant, where that is known without compiling it."""
        gone = instant - self.since
        if not gone:
            return self.first
        if self.moving is None or not timedelta() < gone <= AHEAD:
            return None
        moved = {
            name: value + gone for name in self.moving if isinstance(value := self.first.parameters[name], datetime)
        }
        return replace(self.first, parameters={**self.first.parameters, **moved})


def _course(names: tuple[Name, ...], known: object, since: datetime, first: _Laid, last: _Laid) -> _Course:
    moving = moving_with_time(first.parameters, last.parameters, AHEAD) if first.text == last.text else None
    return _Course(names, known, since, first, moving)


def moving_with_time(first: Mapping[str, Scalar], last: Mapping[str, Scalar], span: timedelta) -> frozenset[str] | None:
    """Which parameters are later by just the ``span`` between two instants; None where others changed.

    >>> moving_with_time({"a": datetime(2026, 1, 1), "b": 5}, {"a": datetime(2026, 1, 2), "b": 5}, timedelta(days=1))
    frozenset({'a'})
    """
    changed = {name for name, value in first.items() if value != last[name]}
    later = {name for name in changed if isinstance(value := first[name], datetime) and last[name] == value + span}
    return frozenset(later) if later == changed else None


def _span(one: date, other: date) -> tuple[datetime, datetime]:
    """From one instant to the other; dates with a day around them, since those are compared as whole days."""
    first, last = (
        each if isinstance(each, datetime) else datetime.combine(each, time()) for each in sorted((one, other))
    )
    around = timedelta() if isinstance(one, datetime) else timedelta(days=1)
    return first - around, last + around


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _is_among_all(node: Expr) -> bool:
    """Whether a value is one's place among other profiles, rather than among one's own facts."""
    return isinstance(node, exp.Window) and "profile_id" not in {
        each.name for part in node.args.get("partition_by") or () for each in part.find_all(exp.Column)
    }


def _sources(select: exp.Select) -> list[Expr]:
    """What a select reads: tables, stages among them, and subqueries."""
    return [each.this for each in (select.args.get("from_"), *(select.args.get("joins") or ())) if each is not None]


Place = tuple[Expr, exp.Select]
"""An expression and the select that it stands in."""


def _is_relative(places: Iterable[Place]) -> bool:
    """Whether what is made of ``places`` needs everybody."""
    return any(
        _is_among_all(node) or (isinstance(node, exp.Table) and node.name in _OF_EVERYBODY)
        for place, _ in places
        for node in place.walk()
    )


class _Made:
    """What the columns of a statement are made of, through all its stages."""

    def __init__(self, statement: exp.Select) -> None:
        self._stages = {each.alias: each.this for each in statement.find_all(exp.CTE)}
        self._last = statement

    def dependence(self, kind: Kind, name: str, varying: set[str]) -> Dependence:
        """Of one definition, where the parameters ``varying`` change with time."""
        places = self.reached(kind, name)
        times = [
            (each, select)
            for place, select in places
            for each in place.find_all(exp.Placeholder)
            if each.name in varying
        ]
        edges = all(self._is_an_edge(each, select, varying) for each, select in times)
        passing: Passing = "never" if not times else "at instants" if edges else "always"
        return Dependence(kind, name, _is_relative(places), passing)

    def reached(self, kind: Kind, name: str) -> list[Place]:
        """Everything that a definition is made of."""
        return self._reached(name if kind == "trait" else f"segment.{name}")

    def _reached(self, column: str) -> list[Place]:
        """Everything that a column is made of: expressions, what holds of the rows that they aggregate, and tables."""
        found: list[Place] = []
        waiting = self._resolved(self._last, column)
        seen: set[int] = set()
        while waiting:
            part, select = waiting.pop()
            if id(part) in seen:
                continue
            seen.add(id(part))
            found.append((part, select))
            for each in part.find_all(exp.Column):
                waiting += self._resolved(select, each.name)
            waiting += self._held(select)
        return found

    def _resolved(self, select: Expr, name: str) -> list[Place]:
        """What a column that a select reads is made of in the stages and subqueries that it reads; nothing where it is a table's own."""
        found: list[Place] = []
        for source in _sources(select) if isinstance(select, exp.Select) else ():
            inner = self._inner(source)
            if isinstance(inner, exp.Select):
                found += self._yielded(inner, name)
        return found

    def _inner(self, source: Expr) -> Expr | None:
        if isinstance(source, exp.Subquery):
            inner: Expr = source.this
            return inner
        return self._stages.get(source.name) if isinstance(source, exp.Table) else None

    def _yielded(self, select: exp.Select, name: str) -> list[Place]:
        for each in select.expressions:
            if isinstance(each, exp.Alias) and each.alias == name:
                return [(each.this, select)]
        if any(isinstance(each, exp.Column) and each.name == name for each in select.expressions) or any(
            each.find(exp.Star) for each in select.expressions
        ):
            return self._resolved(select, name)
        return []

    def _held(self, select: exp.Select) -> list[Place]:
        """What holds of all rows that a select reads, and the tables that it reads them from, as far as no stage lies between."""
        found: list[Place] = []
        if where := select.args.get("where"):
            found.append((where, select))
        for source in _sources(select):
            if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Select):
                found += self._held(source.this)
            elif isinstance(source, exp.Table) and source.name not in self._stages:
                found.append((source, select))
            elif source.name.endswith("_rows"):
                found += self._held(self._stages[source.name])
        return found

    def _is_an_edge(self, place: exp.Placeholder, select: exp.Select, varying: set[str]) -> bool:
        """Whether the value at ``place`` is only ever compared with instants of facts."""
        node: Expr = place
        while isinstance(node.parent, _PASSES):
            node = node.parent
        comparison = node.parent
        if not isinstance(comparison, _COMPARISONS):
            return False
        other = comparison.expression if comparison.this is node else comparison.this
        return self._are_instants(other, select, varying)

    def _are_instants(self, made_of: Expr, select: exp.Select, varying: set[str]) -> bool:
        for node in made_of.walk():
            if not isinstance(node, _OF_INSTANTS):
                return False
            if isinstance(node, exp.Placeholder) and node.name in varying and not node.find_ancestor(*_COMPARISONS):
                return False
            if isinstance(node, exp.Column):
                made = self._resolved(select, node.name)
                if not all(self._are_instants(each, inner, varying) for each, inner in made):
                    return False
        return True
