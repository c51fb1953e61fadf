"""A campaign as read, and what was found in sentences that claim no more than the intervals do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from coterie.domain import Estimate, Money, NotEstimable
from coterie.domain.clock import to_local
from coterie.measure.campaign import ArmEffect, ArmPair, ArmReading, CampaignFacts, Freshness, SegmentEffect
from coterie.measure.power import SampleRatio
from coterie.segment import Groups
from coterie.words import Sentence, joined, sentence


@dataclass(frozen=True)
class CampaignReadout:
    """A campaign read against its holdout; ``sentences`` says the finding in words.

    ``refusal`` is why no effect may be read at all, if so. ``contaminated`` profiles stood in two arms (after a merge) and count in that of
    the older. ``groups`` names the ``segments``. ``heterogeneity_p`` tests whether the segments' effects differ at all
    (Cochran's Q). ``pairs`` are arms against arms, which need no holdout; ``comparisons`` counts those of arms, which are corrected
    together. ``winner`` is the arm that surely converts more than each other one, None where there is none.
    """

    facts: CampaignFacts
    freshness: Freshness
    arms: tuple[ArmReading, ...]
    effects: tuple[ArmEffect, ...]
    sample_ratio: SampleRatio | None
    refusal: NotEstimable | None = None
    segments: tuple[SegmentEffect, ...] = ()
    heterogeneity_p: float | None = None
    contaminated: int = 0
    groups: Groups = field(default_factory=Groups)
    pairs: tuple[ArmPair, ...] = ()
    comparisons: int = 1
    winner: str | None = None

    def sentences(self) -> tuple[Sentence, ...]:
        """The finding, never claiming more than the intervals do."""
        return readout_sentences(self)


def readout_sentences(readout: CampaignReadout) -> tuple[Sentence, ...]:
    """The finding of a campaign readout, most important first."""
    held = sum(arm.exposed for arm in readout.arms if arm.arm == readout.facts.control)
    treated = sum(arm.exposed for arm in readout.arms) - held
    sentences = [
        sentence(
            "{treated:,} {treated|customer was|customers were} assigned to be contacted and {held:,} {held|was|were} held out.",
            treated=treated,
            held=held,
        )
    ]
    if readout.refusal:
        said = sentence(
            "No effect is read: {reason}. What is needed: {needs}.",
            reason=readout.refusal.reason,
            needs=readout.refusal.needs,
        )
        return (said, *_pair_sentences(readout), *sentences, *_cautions(readout))
    several = len(readout.effects) > 1
    effects = [said for effect in readout.effects for said in _effect_sentences(readout, effect, several=several)]
    return (
        *effects,
        *_pair_sentences(readout),
        *sentences,
        *_segment_sentences(readout),
        *_cautions(readout),
    )


def _points(estimate: Estimate) -> dict[str, object]:
    return {name: 100 * getattr(estimate, name) for name in ("value", "low", "high")}


def _effect_sentences(readout: CampaignReadout, effect: ArmEffect, *, several: bool) -> list[Sentence]:
    said = [_conversion(effect)]
    if isinstance(effect.incremental_conversions, Estimate):
        said.append(_count(effect.incremental_conversions))
    if readout.facts.value:
        said.append(_revenue(readout, effect))
        if isinstance(effect.revenue, Estimate) and effect.revenue_reduction >= 0.001:
            said.append(
                sentence(
                    "Revenue is adjusted for what was spent before, which took {revenue:.1%} of its variance away.",
                    revenue=effect.revenue_reduction,
                )
            )
    if isinstance(effect.roi, Estimate):
        said.append(_return(effect.roi))
    return [joined([effect.arm, each], ": ") for each in said] if several else said


def _count(found: Estimate) -> Sentence:
    values = {"value": abs(found.value), "low": found.low, "high": found.high}
    if found.low > 0:
        return sentence(
            "Over all who were to be contacted that is {value:,.0f} {value|conversion|conversions} more than without it (between {low:+,.0f} and {high:+,.0f}).",
            **values,
        )
    if found.high < 0:
        return sentence(
            "Over all who were to be contacted that is {value:,.0f} {value|conversion|conversions} fewer than without it (between {low:+,.0f} and {high:+,.0f}).",
            **values,
        )
    return sentence(
        "Over all who were to be contacted, anything between {low:+,.0f} and {high:+,.0f} {high|conversion|conversions} fits, no change included.",
        **values,
    )


def _pair_sentences(readout: CampaignReadout) -> list[Sentence]:
    said = []
    read = [(pair, pair.conversion) for pair in readout.pairs if isinstance(pair.conversion, Estimate)]
    if readout.winner:
        said.append(sentence("The winner is {arm}.", arm=readout.winner))
    elif read:
        said.append(
            sentence(
                "There is no winner: no variant surely converts more than each other one and no less than the holdout."
            )
        )
    for pair, found in read:
        better, worse = (pair.arm, pair.other) if found.value >= 0 else (pair.other, pair.arm)
        low, high = (found.low, found.high) if found.value >= 0 else (-found.high, -found.low)
        values = {
            "better": better, "worse": worse, "value": 100 * abs(found.value), "low": 100 * low, "high": 100 * high,
        }  # fmt: skip
        said.append(
            sentence(
                "{better} converted {value:.2f} percentage points more than {worse} ({low:+.2f} to {high:+.2f}).",
                **values,
            )
            if low > 0
            else sentence(
                "Which of {better} and {worse} converts more cannot be told: {better} by {value:.2f} percentage points, interval {low:+.2f} to {high:+.2f}.",
                **values,
            )
        )
    if read and readout.comparisons > 1:
        said.append(
            sentence(
                "The intervals of the {count} {count|comparison|comparisons} of arms are so wide that all of them together hold as often as each says.",
                count=readout.comparisons,
            )
        )
    return said


def _conversion(effect: ArmEffect) -> Sentence:
    found = effect.conversion
    if isinstance(found, NotEstimable):
        return _unread(sentence("the effect on conversion"), found)
    values = {**_points(found), "confidence": found.confidence}
    plain = values | {"value": 100 * abs(found.value)}
    if found.low > 0:
        return sentence(
            "The campaign raised conversion by {value:.2f} percentage points ({confidence:.0%} interval {low:+.2f} to {high:+.2f}).",
            **plain,
        )
    if found.high < 0:
        return sentence(
            "The campaign lowered conversion by {value:.2f} percentage points ({confidence:.0%} interval {low:+.2f} to {high:+.2f}).",
            **plain,
        )
    seen = effect.detectable.value if isinstance(effect.detectable, Estimate) else 0.0
    return sentence(
        "No effect on conversion can be told from chance: {value:+.2f} percentage points, {confidence:.0%} interval {low:+.2f} to {high:+.2f}. "
        "A true lift below {seen:.2f} points would more often than one time in five have gone unseen.",
        seen=100 * seen,
        **values,
    )


def _revenue(readout: CampaignReadout, effect: ArmEffect) -> Sentence:
    found = effect.incremental_revenue
    if isinstance(found, NotEstimable):
        return _unread(sentence("the effect on revenue"), found)
    currency = readout.facts.currency
    money = {name: Money(getattr(found, name), currency, 0) for name in ("value", "low", "high")}
    if found.low > 0:
        return sentence("It raised revenue by {value} (between {low} and {high}).", **money)
    if found.high < 0:
        money["value"] = Money(abs(found.value), currency, 0)
        return sentence("It lowered revenue by {value} (between {low} and {high}).", **money)
    return sentence(
        "Whether it changed revenue is open: anything between {low} and {high} fits, no change included.",
        **money,
    )


def _return(roi: Estimate) -> Sentence:
    values = {"value": roi.value, "low": roi.low, "high": roi.high}
    if roi.low > 0:
        return sentence("It earned its cost back: return {value:+.0%} (between {low:+.0%} and {high:+.0%}).", **values)
    if roi.high < 0:
        return sentence(
            "It did not earn its cost back: return {value:+.0%} (between {low:+.0%} and {high:+.0%}).", **values
        )
    return sentence(
        "Whether it earned its cost back is open: return {value:+.0%} (between {low:+.0%} and {high:+.0%}).", **values
    )


def _unread(what: str, refusal: NotEstimable) -> Sentence:
    return sentence(
        "There is no estimate of {what}: {reason}. What is needed: {needs}.",
        what=what,
        reason=refusal.reason,
        needs=refusal.needs,
    )


def _segment_sentences(readout: CampaignReadout) -> list[Sentence]:
    if not readout.segments:
        return []
    alpha = 0.05
    tested = [s for s in readout.segments if s.adjusted_p is not None]
    sure = [s for s in tested if s.adjusted_p is not None and s.adjusted_p < alpha]
    several = len(readout.effects) > 1
    names = joined((_segment_found(readout, each, several=several) for each in sure), ", ")
    said = [
        sentence(
            "By segment before the campaign, corrected for {count} {count|comparison|comparisons}, an effect is clear in: {names}.",
            count=len(tested),
            names=names,
        )
        if sure
        else sentence(
            "By segment before the campaign, corrected for {count} {count|comparison|comparisons}, no effect is clear in any.",
            count=len(tested),
        )
    ]
    if readout.heterogeneity_p is not None:
        said.append(
            sentence(
                "That the effect differs between segments is not shown (p = {p:.2g}).",
                p=readout.heterogeneity_p,
            )
            if readout.heterogeneity_p >= alpha
            else sentence("The effect differs between segments (p = {p:.2g}).", p=readout.heterogeneity_p)
        )
    return said


def _segment_found(readout: CampaignReadout, found: SegmentEffect, *, several: bool) -> Sentence:
    name = readout.groups.name_of(found.segment)
    points = 100 * found.conversion.value if isinstance(found.conversion, Estimate) else 0.0
    named = sentence("{segment} ({points:+.1f} points)", segment=name, points=points)
    return joined([found.arm, named], " · ") if several else named


SKEWED = 0.6
"""Skewness of a difference in revenue from which on its interval is doubted; see the table of A/A splits in the docs."""


def _cautions(readout: CampaignReadout) -> list[Sentence]:
    fresh, said = readout.freshness, []
    skewness = max((abs(e.skewness) for e in readout.effects if isinstance(e.revenue, Estimate)), default=0.0)
    if skewness > SKEWED:
        said.append(
            sentence(
                "A few customers who spend much weigh heavily in the revenue of the smaller arm (skewness of the difference {skewness:.1f}): "
                "its range is rougher than it looks. Trust the reading of conversion more.",
                skewness=skewness,
            )
        )
    unknown = sum(arm.unknown or 0 for arm in readout.arms)
    if unknown:
        said.append(
            sentence(
                "{count:,} {count|message is|messages are} of unknown outcome; {count|its customer stays in its|their customers stay in their} arm.",
                count=unknown,
            )
        )
    if readout.contaminated:
        said.append(
            sentence(
                "{count:,} {count|customer|customers} stood in two arms after a merge; they count in the arm of their older profile.",
                count=readout.contaminated,
            )
        )
    # A shop does not sell every minute: only a gap of more than a day says that facts are missing.
    newest, closes, zone = fresh.newest_fact_at, fresh.closes_at, readout.facts.timezone
    if newest and closes and closes - newest > timedelta(days=1) and not fresh.open:
        said.append(
            sentence(
                "The newest fact here is of {newest:%Y-%m-%d}, before the window closed on {closes:%Y-%m-%d}: later conversions are missing from every arm.",
                newest=to_local(newest, zone),
                closes=to_local(closes, zone),
            )
        )
    if readout.sample_ratio is None and readout.arms:
        said.append(sentence("The planned shares of the arms are unknown, so their sizes could not be checked."))
    said.append(
        sentence("Read by intention to treat: every customer counts in the arm it was assigned to, reached or not.")
    )
    return said
