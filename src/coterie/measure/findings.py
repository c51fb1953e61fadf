"""A campaign as read, and what was found in sentences that claim no more than the intervals do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from coterie.domain import Estimate, NotEstimable, format_money
from coterie.measure.campaign import ArmEffect, ArmPair, ArmReading, CampaignFacts, Freshness, SegmentEffect
from coterie.measure.sample_ratio import SampleRatio
from coterie.segment import Groups
from coterie.words import say


@dataclass(frozen=True)
class CampaignReadout:
    """A campaign read against its holdout; ``sentences`` says the finding in words.

    ``refusal`` is why no effect may be read at all, if so. ``contaminated`` profiles stood in two arms (after a merge) and count in that of
    the older. ``groups`` names the ``segments``. ``heterogeneity_p`` tests whether the segments' effects differ at all
    (Cochran's Q). ``pairs`` are arms against arms; ``comparisons`` counts those of arms, which are corrected together.
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

    def sentences(self, locale: str = "en") -> tuple[str, ...]:
        """The finding, never claiming more than the intervals do."""
        return readout_sentences(self, locale)


def readout_sentences(readout: CampaignReadout, locale: str = "en") -> tuple[str, ...]:
    """The finding of a campaign readout, most important first."""
    held = sum(arm.exposed for arm in readout.arms if arm.arm == readout.facts.control)
    treated = sum(arm.exposed for arm in readout.arms) - held
    sentences = [
        say(
            "{treated:,} customers were assigned to be contacted and {held:,} were held out.",
            locale,
            treated=treated,
            held=held,
        )
    ]
    if readout.refusal:
        reason, needs = readout.refusal.in_words(locale)
        said = say("No effect is read: {reason}. What is needed: {needs}.", locale, reason=reason, needs=needs)
        return (said, *sentences, *_cautions(readout, locale))
    several = len(readout.effects) > 1
    effects = [
        said for effect in readout.effects for said in _effect_sentences(readout, effect, locale, several=several)
    ]
    return (
        *effects,
        *_pair_sentences(readout, locale),
        *sentences,
        *_segment_sentences(readout, locale),
        *_cautions(readout, locale),
    )


def _points(estimate: Estimate) -> dict[str, str]:
    return {name: f"{100 * getattr(estimate, name):+.2f}" for name in ("value", "low", "high")}


def _effect_sentences(readout: CampaignReadout, effect: ArmEffect, locale: str, *, several: bool) -> list[str]:
    said = [_conversion(effect, locale)]
    if isinstance(effect.incremental_conversions, Estimate):
        said.append(_count(effect.incremental_conversions, locale))
    if readout.facts.value:
        said.append(_revenue(readout, effect, locale))
        if isinstance(effect.revenue, Estimate) and effect.revenue_reduction >= 0.001:
            said.append(
                say(
                    "Revenue is adjusted for what was spent before, which took {revenue:.1%} of its variance away.",
                    locale,
                    revenue=effect.revenue_reduction,
                )
            )
    if isinstance(effect.roi, Estimate):
        said.append(_return(effect.roi, locale))
    label = ("{arm}：" if locale == "zh" else "{arm}: ").format(arm=effect.arm) if several else ""
    return [f"{label}{sentence}" for sentence in said]


def _count(found: Estimate, locale: str) -> str:
    values = {"value": abs(found.value), "low": found.low, "high": found.high}
    if found.low > 0:
        return say(
            "Over all who were to be contacted that is {value:,.0f} conversions more than without it (between {low:+,.0f} and {high:+,.0f}).",
            locale,
            **values,
        )
    if found.high < 0:
        return say(
            "Over all who were to be contacted that is {value:,.0f} conversions fewer than without it (between {low:+,.0f} and {high:+,.0f}).",
            locale,
            **values,
        )
    return say(
        "Over all who were to be contacted, anything between {low:+,.0f} and {high:+,.0f} conversions fits, no change included.",
        locale,
        **values,
    )


def _pair_sentences(readout: CampaignReadout, locale: str) -> list[str]:
    said = []
    for pair in readout.pairs:
        found = pair.conversion
        if isinstance(found, NotEstimable):
            continue
        better, worse = (pair.arm, pair.other) if found.value >= 0 else (pair.other, pair.arm)
        low, high = (found.low, found.high) if found.value >= 0 else (-found.high, -found.low)
        values = {
            "better": better, "worse": worse, "value": f"{100 * abs(found.value):.2f}", "low": f"{100 * low:+.2f}",
            "high": f"{100 * high:+.2f}",
        }  # fmt: skip
        said.append(
            say("{better} converted {value} percentage points more than {worse} ({low} to {high}).", locale, **values)
            if low > 0
            else say(
                "Which of {better} and {worse} converts more cannot be told: {better} by {value} percentage points, interval {low} to {high}.",
                locale,
                **values,
            )
        )
    if readout.comparisons > 1:
        said.append(
            say(
                "The intervals of the {count} comparisons of arms are so wide that all of them together hold as often as each says.",
                locale,
                count=readout.comparisons,
            )
        )
    return said


def _conversion(effect: ArmEffect, locale: str) -> str:
    found = effect.conversion
    if isinstance(found, NotEstimable):
        return _unread(say("the effect on conversion", locale), found, locale)
    values = {**_points(found), "confidence": found.confidence}
    plain = values | {"value": f"{100 * abs(found.value):.2f}"}
    if found.low > 0:
        return say(
            "The campaign raised conversion by {value} percentage points ({confidence:.0%} interval {low} to {high}).",
            locale,
            **plain,
        )
    if found.high < 0:
        return say(
            "The campaign lowered conversion by {value} percentage points ({confidence:.0%} interval {low} to {high}).",
            locale,
            **plain,
        )
    seen = effect.detectable.value if isinstance(effect.detectable, Estimate) else 0.0
    return say(
        "No effect on conversion can be told from chance: {value} percentage points, {confidence:.0%} interval {low} to {high}. "
        "A true lift below {seen:.2f} points would more often than one time in five have gone unseen.",
        locale,
        seen=100 * seen,
        **values,
    )


def _revenue(readout: CampaignReadout, effect: ArmEffect, locale: str) -> str:
    found = effect.incremental_revenue
    if isinstance(found, NotEstimable):
        return _unread(say("the effect on revenue", locale), found, locale)
    currency = readout.facts.currency
    money = {name: format_money(getattr(found, name), currency, decimals=0) for name in ("value", "low", "high")}
    if found.low > 0:
        return say("It raised revenue by {value} (between {low} and {high}).", locale, **money)
    if found.high < 0:
        money["value"] = format_money(abs(found.value), currency, decimals=0)
        return say("It lowered revenue by {value} (between {low} and {high}).", locale, **money)
    return say(
        "Whether it changed revenue is open: anything between {low} and {high} fits, no change included.",
        locale,
        **money,
    )


def _return(roi: Estimate, locale: str) -> str:
    values = {"value": f"{roi.value:+.0%}", "low": f"{roi.low:+.0%}", "high": f"{roi.high:+.0%}"}
    if roi.low > 0:
        return say("It earned its cost back: return {value} (between {low} and {high}).", locale, **values)
    if roi.high < 0:
        return say("It did not earn its cost back: return {value} (between {low} and {high}).", locale, **values)
    return say("Whether it earned its cost back is open: return {value} (between {low} and {high}).", locale, **values)


def _unread(what: str, refusal: NotEstimable, locale: str) -> str:
    reason, needs = refusal.in_words(locale)
    return say(
        "There is no estimate of {what}: {reason}. What is needed: {needs}.",
        locale,
        what=what,
        reason=reason,
        needs=needs,
    )


def _segment_sentences(readout: CampaignReadout, locale: str) -> list[str]:
    if not readout.segments:
        return []
    alpha = 0.05
    tested = [s for s in readout.segments if s.adjusted_p is not None]
    sure = [s for s in tested if s.adjusted_p is not None and s.adjusted_p < alpha]
    several = len(readout.effects) > 1
    names = ("、" if locale == "zh" else ", ").join(_segment_found(readout, s, locale, several=several) for s in sure)
    said = [
        say(
            "By segment before the campaign, corrected for {count} comparisons, an effect is clear in: {names}.",
            locale,
            count=len(tested),
            names=names,
        )
        if sure
        else say(
            "By segment before the campaign, corrected for {count} comparisons, no effect is clear in any.",
            locale,
            count=len(tested),
        )
    ]
    if readout.heterogeneity_p is not None:
        said.append(
            say(
                "That the effect differs between segments is not shown (p = {p:.2g}).",
                locale,
                p=readout.heterogeneity_p,
            )
            if readout.heterogeneity_p >= alpha
            else say("The effect differs between segments (p = {p:.2g}).", locale, p=readout.heterogeneity_p)
        )
    return said


def _segment_found(readout: CampaignReadout, found: SegmentEffect, locale: str, *, several: bool) -> str:
    name = readout.groups.name_of(found.segment, locale)
    points = 100 * found.conversion.value if isinstance(found.conversion, Estimate) else 0.0
    named = say("{segment} ({points:+.1f} points)", locale, segment=name, points=points)
    return f"{found.arm} · {named}" if several else named


SKEWED = 0.6
"""Skewness of a difference in revenue from which on its interval is doubted; see the table of A/A splits in the docs."""


def _cautions(readout: CampaignReadout, locale: str) -> list[str]:
    fresh, said = readout.freshness, []
    skewness = max((abs(e.skewness) for e in readout.effects if isinstance(e.revenue, Estimate)), default=0.0)
    if skewness > SKEWED:
        said.append(
            say(
                "A few customers who spend much weigh heavily in the revenue of the smaller arm (skewness of the difference {skewness:.1f}): "
                "its range is rougher than it looks. Trust the reading of conversion more.",
                locale,
                skewness=skewness,
            )
        )
    unknown = sum(arm.unknown or 0 for arm in readout.arms)
    if unknown:
        said.append(
            say("{count:,} messages are of unknown outcome; their customers stay in their arm.", locale, count=unknown)
        )
    if readout.contaminated:
        said.append(
            say(
                "{count:,} customers stood in two arms after a merge; they count in the arm of their older profile.",
                locale,
                count=readout.contaminated,
            )
        )
    # A shop does not sell every minute: only a gap of more than a day says that facts are missing.
    is_stale = fresh.newest_fact_at and fresh.closes_at and fresh.closes_at - fresh.newest_fact_at > timedelta(days=1)
    if is_stale and not fresh.open:
        said.append(
            say(
                "The newest fact here is of {newest:%Y-%m-%d}, before the window closed on {closes:%Y-%m-%d}: later conversions are missing from every arm.",
                locale,
                newest=fresh.newest_fact_at,
                closes=fresh.closes_at,
            )
        )
    if readout.sample_ratio is None and readout.arms:
        said.append(say("The planned shares of the arms are unknown, so their sizes could not be checked.", locale))
    said.append(
        say("Read by intention to treat: every customer counts in the arm it was assigned to, reached or not.", locale)
    )
    return said
