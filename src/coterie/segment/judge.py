"""Is a segmentation worth using? Kotler's criteria and the statistics of clusters, each with a verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pyarrow as pa

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.engines import Engine
from coterie.errors import Refused
from coterie.segment.contrasts import Contrast, contrast, split_columns
from coterie.segment.groups import Groups, named, opened
from coterie.segment.judge_figures import (
    Sizes,
    alike_pairs,
    known_share,
    reach,
    response_strength,
    responses,
    shape,
    sizes,
    turnover,
    value_strength,
)
from coterie.segment.segmentations.candidates import draw_sample
from coterie.segment.segmentations.evidence import stability_label
from coterie.segment.segmentations.model import KeptModel, kept_model
from coterie.words import Sentence, sentence
from coterie.words.column import sentence_array

Verdict = Literal["good", "fair", "poor", "unknown"]


@dataclass(frozen=True)
class Criterion:
    """One criterion: its name, its figure (or why there is none), the verdict and the sentence behind it."""

    key: str
    name: str
    figure: Readout | float
    verdict: Verdict
    sentence: str
    values: dict[str, object]
    groups: Groups = field(default_factory=Groups)
    segments: tuple[tuple[str, str], ...] = ()
    """Segments that the sentence names: placeholder → key."""

    def say(self) -> Sentence:
        """The finding as a sentence."""
        if isinstance(self.figure, NotEstimable):
            return sentence("Not known: {reason}. Needed: {needs}.", reason=self.figure.reason, needs=self.figure.needs)
        named = {place: self.groups.name_of(segment) for place, segment in self.segments}
        words = {name: Sentence(value) if type(value) is str else value for name, value in self.values.items()}
        return Sentence(self.sentence, {**words, **named})

    @property
    def value(self) -> float | None:
        """The figure as a number, None when it cannot be estimated."""
        if isinstance(self.figure, NotEstimable):
            return None
        return self.figure.value if isinstance(self.figure, Estimate) else self.figure


@dataclass(frozen=True)
class Judgement:
    """All criteria of one segmentation or set of rule segments."""

    groups: Groups
    as_of: datetime
    criteria: tuple[Criterion, ...]

    def __getitem__(self, key: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.key == key)

    def table(self) -> pa.Table:
        """A row per criterion: ``criterion, name, value, low, high, verdict, finding``."""
        bounds = [criterion.figure if isinstance(criterion.figure, Estimate) else None for criterion in self.criteria]
        return pa.table(
            {
                "criterion": [criterion.key for criterion in self.criteria],
                "name": sentence_array(criterion.name for criterion in self.criteria),
                "value": pa.array([criterion.value for criterion in self.criteria], pa.float64()),
                "low": pa.array([bound.low if bound else None for bound in bounds], pa.float64()),
                "high": pa.array([bound.high if bound else None for bound in bounds], pa.float64()),
                "verdict": [criterion.verdict for criterion in self.criteria],
                "finding": sentence_array(criterion.say() for criterion in self.criteria),
            }
        )


def judge(engine: Engine, groups: Groups, *, as_of: datetime, traits: Sequence[str] | None = None) -> Judgement:
    """Every criterion for ``groups`` as of one instant.

    ``traits`` are those in which segments should differ (all when None); silhouettes are taken
    in the coordinates a discovery used, else in the telling numeric traits. Raises
    ``UnknownName`` or ``NotReady`` as ``opened`` does.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO profiles (profile_id) SELECT i FROM range(400) t(i)")
    >>> engine.execute("CREATE VIEW traits AS SELECT profile_id, profile_id % 2 * 9 + profile_id / 400 AS visits FROM profiles")
    >>> engine.execute(
    ...     "INSERT INTO assignments SELECT profile_id, 'halves', ['even', 'odd'][profile_id % 2 + 1], NULL FROM profiles"
    ... )
    >>> found = judge(engine, Groups("halves"), as_of=datetime(2026, 1, 1))
    >>> found["separated"].verdict, found["accessible"].verdict
    ('good', 'unknown')
    """
    groups = named(engine, groups)
    kept = kept_model(engine, groups.segmentation) if groups.segmentation else None
    with opened(engine, groups) as opening:
        members, names = opening.members, opening.segments
        found = sizes(engine, members)
        contrasts = contrast(engine, members, traits)
        numeric, words = split_columns(engine, traits)
        criteria = [
            _measurable(
                engine, list(dict.fromkeys(f.trait for f in kept.model.features)) if kept else [*numeric, *words]
            ),
            _substantial(groups, found),
            _accessible(engine, members, groups),
            _differentiable(engine, members, contrasts, numeric, names),
            _actionable_response(engine, members, as_of),
            _actionable_value(engine, members, as_of),
            _stable(engine, members, groups, kept, as_of),
            *(_separated(engine, members, kept, _built_on(groups, traits, numeric)) if groups.is_exclusive else ()),
            _overlap(found),
            _coverage(found),
            _over_segmented(engine, members, groups, numeric, found),
        ]
    return Judgement(groups, as_of, tuple(criteria))


_BUILT_ON = {
    "rfm": ("recency_days", "orders", "revenue"),
    "lifecycle": ("recency_days", "orders", "tenure_days"),
}


def _built_on(groups: Groups, traits: Sequence[str] | None, numeric: list[str]) -> list[str] | None:
    """The traits in which an exclusive segmentation should separate: those named, else those it is made of."""
    if traits:
        return numeric
    made_of = _BUILT_ON["lifecycle" if groups.is_lifecycle else "rfm"]
    is_known = groups.is_lifecycle or (groups.segmentation or "").startswith("rfm")
    return list(made_of) if is_known and set(made_of) <= set(numeric) else None


def _grade(value: float, good: float, fair: float) -> Verdict:
    return "good" if value >= good else "fair" if value >= fair else "poor"


def _unknown(key: str, name: str, why: NotEstimable) -> Criterion:
    return Criterion(key, name, why, "unknown", "", {})


def _measurable(engine: Engine, traits: list[str]) -> Criterion:
    name = "Measurable"
    if not traits:
        return _unknown("measurable", name, NotEstimable("there are no traits to measure by", needs="traits"))
    share = known_share(engine, traits)
    sentence = "The traits it can be measured by are known for {share:.0%} of the profiles on average."
    return Criterion("measurable", name, share, _grade(share, 0.8, 0.5), sentence, {"share": share})


def _substantial(groups: Groups, found: Sizes) -> Criterion:
    least = max(30.0, 0.01 * found.base)
    small = [name for name, members in found.members.items() if members < least]
    share = 1 - len(small) / len(found.members)
    values: dict[str, object] = {"count": len(small), "segments": len(found.members), "least": least}
    if not small:
        sentence = "All {segments} {segments|segment is|segments are} large enough to be worth a treatment of their own (at least {least:,.0f} {least|member|members})."
    else:
        sentence = (
            "{count} of {segments} {segments|segment|segments} {count|has|have} fewer than {least:,.0f} {least|member|members}, too few for a treatment of their own; "
            "the smallest is “{smallest}”."
        )
    named = (("smallest", list(found.members)[-1]),) if small else ()
    return Criterion("substantial", "Substantial", share, _grade(share, 1, 0.75), sentence, values, groups, named)


def _accessible(engine: Engine, members: str, groups: Groups) -> Criterion:
    found = reach(engine, members)
    if isinstance(found, NotEstimable):
        return _unknown("accessible", "Accessible", found)
    worst = min(found, key=lambda name: (found[name], name))
    sentence = "Of “{worst}”, the segment least within reach, {share:.0%} have an address or a number, those who said no included."
    verdict = _grade(found[worst], 0.7, 0.3)
    values: dict[str, object] = {"share": found[worst]}
    return Criterion("accessible", "Accessible", found[worst], verdict, sentence, values, groups, (("worst", worst),))


def _differentiable(
    engine: Engine, members: str, contrasts: list[Contrast], numeric: list[str], names: list[str]
) -> Criterion:
    clear = {found.segment for found in contrasts if found.is_sure and found.strength >= 0.5}
    if numeric:
        # A segment in the middle differs from every other, though not from all the others taken together.
        alike = {name for pair in alike_pairs(engine, members, numeric, least=0.5) for name in pair}
        clear |= set(names) - alike
    share = len(clear) / len(names)
    sentence = (
        "{count} of {segments} {segments|segment|segments} {count|differs|differ} clearly from the rest, or from each other segment, "
        "in at least one trait (half a standard deviation or more)."
    )
    values: dict[str, object] = {"count": len(clear), "segments": len(names)}
    return Criterion("differentiable", "Differentiable", share, _grade(share, 0.9, 0.6), sentence, values)


def _actionable_response(engine: Engine, members: str, as_of: datetime) -> Criterion:
    found = responses(engine, members, as_of)
    if isinstance(found, NotEstimable):
        return _unknown("responsive", "Actionable: response differs", found)
    strength = response_strength(found)
    if isinstance(strength, NotEstimable):
        return _unknown("responsive", "Actionable: response differs", strength)
    rates = {name: found.responded[name] / n for name, n in found.contacted.items() if n >= 30}
    rates = rates or {name: found.responded[name] / n for name, n in found.contacted.items() if n}
    sentence = (
        "Response to contacts ranges from {least:.1%} to {most:.1%} between segments (Cramér's V {value:.2f}, "
        "{low:.2f} to {high:.2f}; descriptive, since contacts were not drawn at random)."
    )
    values: dict[str, object] = {
        "least": min(rates.values()),
        "most": max(rates.values()),
        "value": strength.value,
        "low": strength.low,
        "high": strength.high,
    }
    verdict = _grade(strength.value, 0.2, 0.1)
    return Criterion("responsive", "Actionable: response differs", strength, verdict, sentence, values)


def _actionable_value(engine: Engine, members: str, as_of: datetime) -> Criterion:
    strength = value_strength(engine, members, as_of)
    if isinstance(strength, NotEstimable):
        return _unknown("valuable", "Actionable: value differs", strength)
    sentence = "The segments explain {value:.0%} of the spread in what customers have spent ({low:.0%} to {high:.0%})."
    values: dict[str, object] = {"value": strength.value, "low": strength.low, "high": strength.high}
    return Criterion(
        "valuable", "Actionable: value differs", strength, _grade(strength.value, 0.14, 0.06), sentence, values
    )


def _stable(engine: Engine, members: str, groups: Groups, kept: KeptModel | None, as_of: datetime) -> Criterion:
    if kept:
        least = min(kept.stability.values())
        sentence = "The least stable segment comes back with a mean Jaccard of {value:.2f} when customers are drawn anew: {label}."
        values: dict[str, object] = {"value": least, "label": stability_label(least)}
        return Criterion("stable", "Stable", least, _grade(least, 0.75, 0.6), sentence, values)
    if groups.is_exclusive:
        why = NotEstimable(
            "its parts are cut by fixed rules, so they come back by themselves, and who moves between them from one refresh to the next is not recorded",
            needs="a rule segment for the part in question (segmentation.<name> in its rule), whose entries and exits are recorded",
        )
        return _unknown("stable", "Stable", why)
    changed = turnover(engine, members, as_of)
    if isinstance(changed, NotEstimable):
        return _unknown("stable", "Stable", changed)
    sentence = "Entries and exits of the last 30 days amount to {share:.0%} of the members."
    return Criterion("stable", "Stable", changed, _grade(-changed, -0.2, -0.5), sentence, {"share": changed})


def _separated(engine: Engine, members: str, kept: KeptModel | None, numeric: list[str] | None) -> list[Criterion]:
    if kept:
        features = kept.model.features
    else:
        try:
            features = draw_sample(engine, numeric, size=5000, seed=0, preprocess="full").features
        except Refused as why:
            return [_unknown("separated", "Separated", NotEstimable(str(why), needs="numeric traits that vary"))]
    found = shape(
        engine, members, [feature.sql() for feature in features], [feature.expression() for feature in features]
    )
    if isinstance(found, NotEstimable):
        return [_unknown("separated", "Separated", found)]
    sentence = "Silhouette {silhouette:.2f}, Calinski-Harabasz {calinski:,.0f}, Davies-Bouldin {davies:.2f} over {traits} {traits|trait|traits}: {reading}."
    reading = (
        "well separated groups"
        if found.silhouette > 0.5
        else "groups that touch"
        if found.silhouette > 0.25
        else "cuts through a continuum"
    )
    values: dict[str, object] = {
        "silhouette": found.silhouette,
        "calinski": found.calinski_harabasz,
        "davies": found.davies_bouldin,
        "traits": len(features),
        "reading": reading,
    }
    return [
        Criterion("separated", "Separated", found.silhouette, _grade(found.silhouette, 0.5, 0.25), sentence, values)
    ]


def _overlap(found: Sizes) -> Criterion:
    share = found.in_several / found.covered if found.covered else 0.0
    sentence = "{share:.0%} of the members are in more than one segment."
    return Criterion("overlap", "Overlap", share, _grade(-share, -0.1, -0.4), sentence, {"share": share})


def _coverage(found: Sizes) -> Criterion:
    share = found.covered / found.base if found.base else 0.0
    sentence = "{share:.0%} of the base is in a segment."
    return Criterion("coverage", "Coverage", share, _grade(share, 0.9, 0.6), sentence, {"share": share})


def _over_segmented(engine: Engine, members: str, groups: Groups, numeric: list[str], found: Sizes) -> Criterion:
    if not numeric:
        why = NotEstimable("no trait holds numbers to tell segments apart by", needs="numeric traits")
        return _unknown("economical", "Not over-segmented", why)
    pairs = alike_pairs(engine, members, numeric)
    named: tuple[tuple[str, str], ...] = ()
    values: dict[str, object] = {"count": len(pairs), "segments": len(found.members)}
    if pairs:
        one, two = pairs[0]
        named = (("first", one), ("second", two))
        sentence = (
            "Too many segments? {count} {count|pair differs|pairs differ} in no trait by more than 0.2 standard deviations, "
            "such as “{first}” and “{second}”; treat them as one."
        )
    else:
        sentence = "Every pair of the {segments} {segments|segment|segments} differs in some trait by at least 0.2 standard deviations."
    verdict: Verdict = "good" if not pairs else "fair" if len(pairs) == 1 else "poor"
    return Criterion("economical", "Not over-segmented", float(len(pairs)), verdict, sentence, values, groups, named)
