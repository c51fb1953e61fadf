"""A rule tried before it is saved, its SQL, and what segments have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from time import perf_counter

import pyarrow as pa
from pydantic import BaseModel, ConfigDict
from sqlglot import exp

from coterie.engines import Engine, identifier
from coterie.errors import NotReady, UnknownName
from coterie.profile import Catalog, TraitDefinition, language, read_catalog
from coterie.segment.definition import SegmentDefinition, rule_names
from coterie.segment.membership import FLAGS, refreshed_segments
from coterie.segment.plan import SegmentPlan
from coterie.segment.refreshed import changed_since, is_as_refreshed
from coterie.segment.rule import Rule
from coterie.words import Sentence, each_into, joined, sentence

_AT_ONCE = 100
"""Rules counted in one statement."""


class CountedCondition(BaseModel):
    """One condition of a rule by itself: how many profiles meet it, and those inside of it."""

    model_config = ConfigDict(frozen=True)

    op: str
    words: Sentence
    size: int
    parts: tuple[CountedCondition, ...] = ()

    def into(self, locale: str) -> CountedCondition:
        """The same with its words in the language ``locale``."""
        parts = tuple(part.into(locale) for part in self.parts)
        return self.model_copy(update={"words": self.words.into(locale), "parts": parts})


class Preview(BaseModel):
    """Size and share of a rule over the whole base, and a few of the profiles that meet it.

    ``condition`` counts the rule and every condition inside it, each by itself, where that was asked for.
    """

    model_config = ConfigDict(frozen=True)

    size: int
    base: int
    share: float
    sample: tuple[int, ...]
    words: Sentence
    seconds: float
    condition: CountedCondition | None = None
    notes: tuple[Sentence, ...] = ()

    def into(self, locale: str) -> Preview:
        """The same with its texts in the language ``locale``."""
        told = {"words": self.words.into(locale), "notes": each_into(self.notes, locale)}
        return self.model_copy(update=told | {"condition": self.condition and self.condition.into(locale)})


def plan_rule(
    engine: Engine,
    rule: Rule,
    as_of: datetime,
    *,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    only: exp.Query | None = None,
    zone: str = "UTC",
    beside: Sequence[Rule] = (),
) -> tuple[SegmentPlan, exp.Select]:
    """The plan of one rule and the statement that yields ``profile_id``, ``is_member`` and ``c0`` … for the rules ``beside``.

    A trait or segment that was refreshed for ``as_of`` is read as it then was; one that was not, or that
    is defined otherwise since, is compiled from its definition, if that is given.
    """
    fresh, unseen = changed_since(engine, traits, segments, as_of)
    plan = SegmentPlan(known_catalog(engine), as_of, fresh, unseen, only=only, zone=zone)
    plan.is_past = not is_as_refreshed(engine, as_of)
    asked = {"is_member": plan.rule(rule, "rule")}
    asked |= {f"c{place}": plan.rule(each, "rule") for place, each in enumerate(beside)}
    stages = plan.stages()
    met = [exp.alias_(plan.beyond_base(condition), name, quoted=True) for name, condition in asked.items()]
    wanted = [language.column("profile_id"), *met]
    return plan, plan.finished(stages, wanted)


def known_catalog(engine: Engine) -> Catalog:
    """What is known in the warehouse, the segments as last refreshed among it."""
    return replace(read_catalog(engine), segments=frozenset(refreshed_segments(engine)))


def definitions_catalog(
    engine: Engine, traits: Iterable[TraitDefinition], segments: Iterable[SegmentDefinition]
) -> Catalog:
    """What is known in the warehouse, less the traits and segments that are defined here anew."""
    known = known_catalog(engine)
    given, defined = {trait.name for trait in traits}, {segment.name for segment in segments}
    computed = {name: kind for name, kind in known.computed.items() if name not in given}
    return replace(known, computed=computed, segments=known.segments - defined)


def preview(
    engine: Engine,
    rule: Rule,
    *,
    as_of: datetime,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    sample: int = 10,
    zone: str = "UTC",
    currency: str = "",
    by_condition: bool = False,
) -> Preview:
    """How many profiles meet ``rule`` at ``as_of``, and the first ``sample`` of them by number.

    ``by_condition`` also counts each of its conditions by itself, in the same pass.
    """
    began, traits, segments = perf_counter(), tuple(traits), tuple(segments)
    inside = list(_conditions(rule))[1:] if by_condition else []
    plan, statement = plan_rule(engine, rule, as_of, traits=traits, segments=segments, zone=zone, beside=inside)
    counted = exp.select(
        exp.alias_(exp.Count(this=exp.Star()), "base"),
        exp.alias_(_met("is_member"), "size"),
        exp.alias_(_first(sample), "sample"),
        *(exp.alias_(_met(f"c{place}"), f"c{place}") for place in range(len(inside))),
    ).from_(statement.subquery("tried"))
    row = engine.query(counted, plan.parameters).to_pylist()[0]
    base, size = int(row["base"]), int(row["size"])
    named = rule.named_by(rule_names(traits, segments, currency))
    sizes = iter([size, *(int(row[f"c{place}"]) for place in range(len(inside)))])
    return Preview(
        size=size,
        base=base,
        share=size / base if base else 0.0,
        sample=tuple(row["sample"] or ()),
        words=named.words(),
        seconds=perf_counter() - began,
        condition=_counted(named, sizes) if by_condition else None,
        notes=_notes(plan),
    )


def sizes_of(
    engine: Engine,
    rules: Sequence[Rule],
    *,
    as_of: datetime,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    zone: str = "UTC",
) -> tuple[list[int], int]:
    """How many profiles meet each of ``rules`` at ``as_of``, as ``preview`` counts them, and how many there are."""
    traits, segments = tuple(traits), tuple(segments)
    sizes: list[int] = []
    base = 0
    for start in range(0, len(rules), _AT_ONCE):
        first, *others = rules[start : start + _AT_ONCE]
        plan, statement = plan_rule(engine, first, as_of, traits=traits, segments=segments, zone=zone, beside=others)
        names = ["is_member", *(f"c{place}" for place in range(len(others)))]
        counted = exp.select(
            exp.alias_(exp.Count(this=exp.Star()), "base"), *(exp.alias_(_met(name), name) for name in names)
        ).from_(statement.subquery("tried"))
        row = engine.query(counted, plan.parameters).to_pylist()[0]
        base = int(row["base"])
        sizes += [int(row[name]) for name in names]
    return sizes, base


def _conditions(rule: Rule) -> Iterator[Rule]:
    """``rule`` and every rule inside it, the outer before the inner."""
    yield rule
    for child in rule.children():
        yield from _conditions(child)


def _counted(rule: Rule, sizes: Iterator[int]) -> CountedCondition:
    """``rule`` with its sizes, which come in the order of ``_conditions``."""
    size = next(sizes)
    return CountedCondition(
        op=rule.op,
        words=rule.words(),
        size=size,
        parts=tuple(_counted(child, sizes) for child in rule.children()),
    )


def _met(column: str) -> exp.Expr:
    """How many profiles a condition is true of."""
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=exp.column(column, quoted=True)))


def _notes(plan: SegmentPlan) -> tuple[Sentence, ...]:
    """What the rule reads as it stands now, where it was asked as of another instant."""
    if not plan.is_past or not plan.undated:
        return ()
    return (
        sentence(
            "Read as they stand now, since their past is not kept: {names}.", names=joined(sorted(plan.undated), ", ")
        ),
    )


def _first(many: int) -> exp.Expr:
    member = exp.Where(this=exp.column("is_member"))
    smallest = exp.Min(this=exp.column("profile_id"), expressions=[exp.Literal.number(many)])
    return exp.Filter(this=smallest, expression=member)


def matching(
    engine: Engine,
    rule: Rule,
    *,
    as_of: datetime,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    zone: str = "UTC",
) -> pa.Table:
    """The ``profile_id`` of every profile that meets ``rule`` at ``as_of``, in no order."""
    plan, statement = plan_rule(engine, rule, as_of, traits=traits, segments=segments, zone=zone)
    return engine.query(_members(statement), plan.parameters)


def _members(statement: exp.Select) -> exp.Select:
    return exp.select(language.column("profile_id")).from_(statement.subquery("tried")).where(exp.column("is_member"))


def sql_of(
    engine: Engine,
    rule: Rule,
    *,
    as_of: datetime,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    zone: str = "UTC",
) -> str:
    """The SQL of one rule as people read it: each stage a named CTE, values in place, members selected."""
    plan, statement = plan_rule(engine, rule, as_of, traits=traits, segments=segments, zone=zone)
    members = _members(statement)

    def shown(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            value = plan.parameters[node.name]
            return exp.convert(str(value) if isinstance(value, datetime) else value)
        return node

    return members.transform(shown).sql(dialect=engine.dialect, pretty=True)


def members(engine: Engine, name: str) -> pa.Table:
    """``profile_id`` of everybody in a segment as last refreshed; raises ``UnknownName`` with the nearest."""
    known = _refreshed(engine)
    if name not in known:
        raise UnknownName("segment", name, known)
    return engine.query(f"SELECT profile_id FROM {FLAGS} WHERE {identifier(name)} ORDER BY profile_id")


def overlap(engine: Engine, names: Iterable[str] | None = None) -> pa.Table:
    """Every pair of segments: sizes, how many are in both, Jaccard index, share of each that is in the other.

    Columns ``segment, other, size, other_size, both, jaccard, share, other_share``; each
    pair once; ``jaccard`` is NULL when both are empty.
    """
    known = _refreshed(engine)
    chosen = list(known if names is None else names)
    for name in chosen:
        if name not in known:
            raise UnknownName("segment", name, known)
    if len(chosen) < 2:
        return engine.query(f"{_PAIR.format(both='0', size='0', other='0', a='NULL', b='NULL')} WHERE FALSE")
    flag = {name: f"CAST({identifier(name)} AS INT)" for name in chosen}
    sums = ", ".join(f"SUM({flag[name]}) AS {identifier(name)}" for name in chosen)
    pairs = [(a, b) for place, a in enumerate(chosen) for b in chosen[place + 1 :]]
    both = ", ".join(f"SUM({flag[a]} * {flag[b]}) AS {identifier(f'{a}&{b}')}" for a, b in pairs)
    row = engine.query(f"SELECT {sums}, {both} FROM {FLAGS}").to_pylist()[0]
    rows = [_pair(a, b, int(row[a] or 0), int(row[b] or 0), int(row[f"{a}&{b}"] or 0)) for a, b in pairs]
    return pa.Table.from_pylist(rows)


_PAIR = (
    "SELECT CAST({a} AS VARCHAR) AS segment, CAST({b} AS VARCHAR) AS other, CAST({size} AS BIGINT) AS size, "
    "CAST({other} AS BIGINT) AS other_size, CAST({both} AS BIGINT) AS both, CAST(0 AS DOUBLE) AS jaccard, "
    "CAST(0 AS DOUBLE) AS share, CAST(0 AS DOUBLE) AS other_share"
)


def _pair(a: str, b: str, size: int, other: int, both: int) -> dict[str, object]:
    union = size + other - both
    return {
        "segment": a,
        "other": b,
        "size": size,
        "other_size": other,
        "both": both,
        "jaccard": both / union if union else None,
        "share": both / size if size else None,
        "other_share": both / other if other else None,
    }


def _refreshed(engine: Engine) -> list[str]:
    if FLAGS not in engine.tables():
        raise NotReady("no segment has been refreshed yet; run `coterie refresh` first")
    return refreshed_segments(engine)
