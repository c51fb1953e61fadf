"""Which segments to aim at: attractiveness × ability to serve, each criterion weighted, scaled and explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, model_validator

from coterie.domain import Money, NotEstimable
from coterie.engines import Engine
from coterie.segment.groups import Groups, named, opened
from coterie.segment.target_figures import BEATEN, Figure, Figures, figures
from coterie.words import Sentence, sentence
from coterie.words.column import sentence_array

ATTRACTIVENESS = ("value", "size", "growth")
ABILITY = ("reach", "response", "cost")

_NAMES = {
    "value": "value",
    "size": "size",
    "growth": "growth",
    "reach": "reach",
    "response": "response",
    "cost": "low cost",
}


_APART = 0.05
"""The least spread, of the scale from 0 to 1, from which a criterion tells segments apart."""

_EXPLANATIONS = {
    (
        True,
        True,
    ): "No. {rank}, {name} ({score:.2f}): strongest in {best} ({best_figure}), weakest in {worst} ({worst_figure}).",
    (True, False): "No. {rank}, {name} ({score:.2f}): strongest in {best} ({best_figure}).",
    (False, True): "No. {rank}, {name} ({score:.2f}): weakest in {worst} ({worst_figure}).",
    (False, False): "No. {rank}, {name} ({score:.2f}).",
}
"""By whether a segment is ahead of most others in anything, and behind in anything."""


class TargetWeights(BaseModel):
    """How much each criterion counts; only their proportions within each half matter.

    >>> TargetWeights(growth=0).growth
    0.0
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float = Field(5.0, ge=0)
    size: float = Field(2.0, ge=0)
    growth: float = Field(3.0, ge=0)
    reach: float = Field(4.0, ge=0)
    response: float = Field(4.0, ge=0)
    cost: float = Field(2.0, ge=0)

    @model_validator(mode="after")
    def _something_counts(self) -> TargetWeights:
        for half in (ATTRACTIVENESS, ABILITY):
            if not sum(getattr(self, name) for name in half):
                raise ValueError(sentence("at least one of {names} needs a weight above 0", names=", ".join(half)))
        return self


@dataclass(frozen=True)
class Scaled:
    """One criterion of one segment: the raw figure with its unit, and the same between 0 (worst) and 1 (best)."""

    raw: float
    scaled: float
    unit: str


@dataclass(frozen=True)
class Target:
    """One segment as a target. ``score`` is ``attractiveness`` × ``ability``; both 0–1, None where nothing is known."""

    segment: str
    rank: int
    score: float
    attractiveness: float | None
    ability: float | None
    criteria: dict[str, Scaled]


@dataclass(frozen=True)
class TargetRanking:
    """Segments as targets, best first; ``unknown`` says for each criterion without data why, and what it needs."""

    groups: Groups
    as_of: datetime
    weights: TargetWeights
    targets: tuple[Target, ...]
    sources: dict[str, str]
    unknown: dict[str, NotEstimable]

    def explain(self, target: Target, *, currency: str = "") -> Sentence:
        """Why a segment stands where it does: where it is ahead of most others and where behind, of what tells them apart."""
        places = {name: place for name in target.criteria if (place := self._place(target, name)) is not None}
        ahead = max(places, key=lambda name: places[name]) if places else None
        behind = min(places, key=lambda name: places[name]) if places else None
        values: dict[str, object] = {
            "name": self.groups.name_of(target.segment),
            "rank": target.rank,
            "score": target.score,
        }
        is_ahead, is_behind = bool(ahead and places[ahead] >= 0.5), bool(behind and places[behind] < 0.5)
        if ahead and is_ahead:
            values |= {"best": sentence(_NAMES[ahead]), "best_figure": _figure(target.criteria[ahead], currency)}
        if behind and is_behind:
            values |= {"worst": sentence(_NAMES[behind]), "worst_figure": _figure(target.criteria[behind], currency)}
        return sentence(_EXPLANATIONS[is_ahead, is_behind], **values)

    def _place(self, target: Target, name: str) -> float | None:
        """Where a segment stands among all by one criterion, 0 last to 1 first; None where it tells hardly any apart."""
        known = [other.criteria[name].scaled for other in self.targets if name in other.criteria]
        spread = max(known) - min(known)
        return (target.criteria[name].scaled - min(known)) / spread if spread >= _APART else None

    def notes(self) -> list[Sentence]:
        """What the figures are, and which criteria are missing."""
        said = [
            sentence(
                "Each figure is scaled from 0, the lowest of these segments, to 1, the highest (cost the other way round; "
                "reach is the share with an address or a number, those who said no included). Score = attractiveness × ability to serve.",
            )
        ]
        said += [sentence(BEATEN)] if self.sources.get("value") == BEATEN else []
        said += [
            sentence(
                "{criterion} is left out: {reason}. Needed: {needs}.",
                criterion=sentence(_NAMES[name]),
                reason=why.reason,
                needs=why.needs,
            )
            for name, why in self.unknown.items()
        ]
        return said

    def table(self, *, currency: str = "") -> pa.Table:
        """A row per segment: rank, names, scores, each criterion raw and scaled, and the explanation, with money in ``currency``."""
        columns: dict[str, pa.Array] = {
            "rank": pa.array([target.rank for target in self.targets], pa.int64()),
            "segment": pa.array([target.segment for target in self.targets], pa.string()),
            "name": sentence_array(self.groups.name_of(target.segment) for target in self.targets),
            "score": pa.array([target.score for target in self.targets], pa.float64()),
            "attractiveness": pa.array([target.attractiveness for target in self.targets], pa.float64()),
            "ability": pa.array([target.ability for target in self.targets], pa.float64()),
        }
        for name in (*ATTRACTIVENESS, *ABILITY):
            found = [target.criteria.get(name) for target in self.targets]
            columns[name] = pa.array([one.raw if one else None for one in found], pa.float64())
            columns[f"{name}_scaled"] = pa.array([one.scaled if one else None for one in found], pa.float64())
        columns["explanation"] = sentence_array(self.explain(target, currency=currency) for target in self.targets)
        return pa.table(columns)


def _figure(found: Scaled, currency: str) -> Sentence:
    if found.unit == "share":
        return sentence("{share:.1%}", share=found.raw)
    if found.unit == "money" and currency:
        return sentence("{amount}", amount=Money(found.raw, currency, 0 if abs(found.raw) >= 100 else None))
    is_whole = abs(found.raw) >= 100 or found.unit == "customers"
    return sentence("{number:,.0f}" if is_whole else "{number:,.2f}", number=found.raw)


def rank_targets(
    engine: Engine,
    groups: Groups | None = None,
    *,
    as_of: datetime,
    weights: TargetWeights | None = None,
    is_forecast_sound: bool = True,
) -> TargetRanking:
    """The segments of ``groups`` (rule segments when None) ranked as targets.

    Value is predicted lifetime value where it was scored and ``is_forecast_sound``, else revenue of the last year. Growth is that of members
    of rule segments, or of revenue where something else than buying divides the base: of parts chosen by what they
    bought it would follow from the choice.
    Growth beyond +100 % counts as +100 %. A criterion without data is left out, its weight shared among the others of its half, and
    named in ``unknown``; a segment without a figure of its own is treated likewise. When a
    whole half is unknown the other decides alone.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO assignments SELECT i, 'kinds', CASE WHEN i < 3 THEN 'few' ELSE 'many' END, NULL FROM range(9) t(i)")
    >>> ranking = rank_targets(engine, Groups("kinds"), as_of=datetime(2026, 1, 1))
    >>> [(target.segment, target.score) for target in ranking.targets], sorted(ranking.unknown)
    ([('many', 1.0), ('few', 0.0)], ['cost', 'growth', 'reach', 'response', 'value'])
    """
    groups, weights = named(engine, groups or Groups()), weights or TargetWeights()
    with opened(engine, groups) as opening:
        members, names = opening.members, opening.segments
        found = figures(engine, members, groups, as_of, is_forecast_sound=is_forecast_sound)
    known = {name: figure for name, figure in found.items() if isinstance(figure, Figure)}
    scaled = {name: _scaled(name, figure) for name, figure in known.items()}
    unranked = [_target(name, {key: by[name] for key, by in scaled.items() if name in by}, weights) for name in names]
    ordered = sorted(unranked, key=lambda target: (-target.score, target.segment))
    return TargetRanking(
        groups=groups,
        as_of=as_of,
        weights=weights,
        targets=tuple(_ranked(target, place) for place, target in enumerate(ordered, start=1)),
        sources={name: figure.source for name, figure in known.items()},
        unknown=_unknown(found),
    )


def _unknown(found: Figures) -> dict[str, NotEstimable]:
    return {name: why for name, why in found.items() if isinstance(why, NotEstimable)}


def _scaled(name: str, figure: Figure) -> dict[str, Scaled]:
    # A doubling and a twentyfold growth are both more than anybody plans with; capped, they leave the others apart.
    capped = {key: min(raw, 1.0) if name == "growth" else raw for key, raw in figure.by_segment.items()}
    low, high = min(capped.values()), max(capped.values())

    def place(raw: float) -> float:
        if name == "reach":
            return raw
        known = min(raw, 1.0) if name == "growth" else raw
        share = (known - low) / (high - low) if high > low else 0.5
        return 1 - share if name == "cost" else share

    return {segment: Scaled(raw, place(raw), figure.unit) for segment, raw in figure.by_segment.items()}


def _target(segment: str, criteria: dict[str, Scaled], weights: TargetWeights) -> Target:
    attractiveness, ability = (_half(criteria, half, weights) for half in (ATTRACTIVENESS, ABILITY))
    score = 1.0
    for half in (attractiveness, ability):
        score *= 1.0 if half is None else half
    return Target(segment, 0, score, attractiveness, ability, criteria)


def _half(criteria: dict[str, Scaled], half: tuple[str, ...], weights: TargetWeights) -> float | None:
    counted = {name: float(getattr(weights, name)) for name in half if name in criteria}
    total = sum(counted.values())
    return sum(weight * criteria[name].scaled for name, weight in counted.items()) / total if total else None


def _ranked(target: Target, rank: int) -> Target:
    return Target(target.segment, rank, target.score, target.attractiveness, target.ability, target.criteria)
