"""Why a profile is in a segment or not: each condition, whether it holds, and the value that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict
from sqlglot import exp

from coterie.domain.clock import to_local
from coterie.engines import Engine
from coterie.errors import UnknownName
from coterie.profile import Measure, TraitDefinition
from coterie.segment.definition import SegmentDefinition, rule_names
from coterie.segment.plan import SegmentPlan
from coterie.segment.preview import definitions_catalog
from coterie.segment.refreshed import is_as_refreshed
from coterie.segment.rule import Rule
from coterie.words import Sentence, joined, sentence


class Explanation(BaseModel):
    """One condition of a rule as it stands for one profile, with the conditions inside it.

    ``value`` is what decided, None for groups; ``words`` says what was needed.
    """

    model_config = ConfigDict(frozen=True)

    op: str
    words: Sentence
    holds: bool
    value: Sentence | None = None
    parts: tuple[Explanation, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[Sentence]:
        """The tree as indented lines, ✓ or ✗ first."""
        group = {"all": "all of:", "any": "any of:", "none": "none of:", "not": "not:"}.get(self.op)
        shown = Sentence(group) if group else self.words
        if self.value is not None:
            shown = sentence("{words} (is: {value})", words=self.words, value=self.value)
        mark = f"{'  ' * depth}{'✓' if self.holds else '✗'}"
        yield sentence("{mark} {condition}", mark=mark, condition=shown)
        for part in self.parts:
            yield from part.lines(depth + 1)

    def into(self, locale: str) -> Explanation:
        """The same with its texts in the language ``locale``."""
        return self.model_copy(
            update={
                "words": self.words.into(locale),
                "value": self.value and self.value.into(locale),
                "parts": tuple(part.into(locale) for part in self.parts),
            }
        )


def explain(
    engine: Engine,
    definition: SegmentDefinition | Rule,
    profile_id: int,
    *,
    as_of: datetime,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    zone: str = "UTC",
    currency: str = "",
) -> Explanation:
    """Every condition of a rule for one profile at ``as_of``; instants are told by the clock in ``zone``.

    The same plan as a refresh, restricted to the profile. Traits and segments are computed
    anew where their definitions are given, else read as last refreshed. Raises
    ``UnknownName`` when there is no such profile.
    """
    number = int(profile_id)
    only = exp.select(exp.alias_(exp.Literal.number(number), "profile_id", quoted=True))
    traits, segments = tuple(traits), tuple(segments)
    names = rule_names(traits, segments, currency)
    rule = (definition.rule if isinstance(definition, SegmentDefinition) else definition).named_by(names)
    plan = SegmentPlan(definitions_catalog(engine, traits, segments), as_of, traits, segments, only=only, zone=zone)
    plan.is_past = not is_as_refreshed(engine, as_of)
    asked: list[exp.Expr] = []
    outline = _outline(rule, plan, {each.name: each.rule.named_by(names) for each in segments}, asked, [])
    wanted = [exp.alias_(plan.beyond_base(each), f"c{place}", quoted=True) for place, each in enumerate(asked)]
    statement = plan.finished(plan.stages(), wanted)
    rows = engine.query(statement, plan.parameters).to_pylist()
    if not rows:
        raise UnknownName("profile", str(profile_id), [])
    return _explained(outline, list(rows[0].values()), zone)


class _Outline(BaseModel):
    """Where a condition's truth and value stand among the columns asked for."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rule: Rule
    holds: int
    value: int | None
    parts: list[_Outline]


def _outline(
    rule: Rule, plan: SegmentPlan, defined: Mapping[str, Rule], asked: list[exp.Expr], inside: list[str]
) -> _Outline:
    asked.append(plan.rule(rule, "rule"))
    holds, value = len(asked) - 1, None
    measured = rule.measured(plan)
    if measured is not None:
        asked.append(measured.sql)
        value = len(asked) - 1
    parts = [_outline(child, plan, defined, asked, inside) for child in rule.children()]
    if not parts:
        parts = [
            _outline(defined[name], plan, defined, asked, [*inside, name])
            for name in rule.named_segments()
            if name in defined and name not in inside
        ]
    return _Outline(rule=rule, holds=holds, value=value, parts=parts)


def _explained(outline: _Outline, row: list[object], zone: str) -> Explanation:
    return Explanation(
        op=outline.rule.op,
        words=outline.rule.words(),
        holds=bool(row[outline.holds]),
        value=None if outline.value is None else _shown(row[outline.value], outline.rule, zone),
        parts=tuple(_explained(part, row, zone) for part in outline.parts),
    )


def _limits(rule: Rule) -> list[float]:
    """The numbers that a rule compares with."""
    written = getattr(rule, "value", ())
    listed = written if isinstance(written, tuple) else (written,)
    return [float(each) for each in listed if isinstance(each, int | float)]


def _shown(value: object, rule: Rule, zone: str) -> Sentence:
    if value is None:
        return Sentence("unknown")
    if isinstance(value, bool):
        return Sentence("yes" if value else "no")
    if isinstance(value, float | Decimal):
        near, measure = _rounded(float(value), _limits(rule)), getattr(rule, "trait", None)
        return measure.limit(near) if isinstance(measure, Measure) else sentence("{number:,.15g}", number=near)
    if isinstance(value, datetime):
        return sentence("{at:%Y-%m-%d %H:%M:%S}", at=to_local(value, zone))
    if isinstance(value, date):
        return sentence("{day}", day=value)
    return joined(map(str, value), ", ") if isinstance(value, list) else sentence("{value}", value=value)


def _rounded(value: float, limits: Iterable[float]) -> float:
    """Two decimals, and more where rounding would put the number on the other side of a limit.

    >>> _rounded(89.9999, [90.0]), _rounded(12.0, [90.0])
    (89.9999, 12.0)
    """
    for places in range(2, 17):
        near = round(value, places)
        if all((near < each, near > each) == (value < each, value > each) for each in limits):
            return near
    return value
