"""From the moments of arms to readings, effects and effects by segment."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.measure.adjustment import variance_reduction
from coterie.measure.campaign import ArmEffect, ArmReading, CampaignFacts, Freshness, SegmentEffect
from coterie.measure.comparisons import holm
from coterie.measure.estimators import ESTIMATORS
from coterie.measure.intervals import interval, wilson
from coterie.measure.moments import Moments
from coterie.measure.power import detectable_effect, power_for
from coterie.measure.sample_ratio import SampleRatio

INTENTION_TO_TREAT = (
    "every customer stays in the arm it was assigned to, also when its message failed or its outcome is unknown"
)
RANDOM = "customers were assigned to arms at random and do not influence one another"


def refusal_to_read(
    arms: Mapping[str, Moments], freshness: Freshness, ratio: SampleRatio | None, facts: CampaignFacts
) -> NotEstimable | None:
    """Why no effect of this campaign may be read now, if so."""
    if not arms:
        return NotEstimable("nobody has been exposed yet", needs="exposures before this instant")
    if facts.control not in arms:
        return NotEstimable("there is no holdout", needs="a share of the audience left out on purpose")
    if len(arms) < 2:
        return NotEstimable("everybody is in the holdout", needs="an arm that was treated")
    if ratio and not ratio.passed:
        return NotEstimable.because(
            "the arms came out in sizes that chance does not explain (p = {p:.2g})",
            needs="the cause found: lost exposures, a broken split or customers removed from one arm only",
            p=ratio.p_value,
        )
    if freshness.open and freshness.closes_at:
        return NotEstimable.because(
            "the window is still open for {count:,} customers",
            needs="a reading after {closes:%Y-%m-%d %H:%M} UTC",
            count=freshness.open,
            closes=freshness.closes_at,
        )
    return None


def arm_reading(
    arm: str, moments: Moments, contacts: tuple[int, int] | None, facts: CampaignFacts, confidence: float
) -> ArmReading:
    """What happened in one arm."""
    hits, n = moments.sums["converted"], moments.n
    low, high = wilson(hits, n, confidence)
    rate = Estimate(hits / n, low, high, confidence, "share", "share with Wilson interval", n)
    revenue = moments.only(y="revenue")
    spread = revenue.variance() / n
    per_profile: Readout = NotEstimable("nothing was bought in this arm", needs="orders")
    if spread > 0:
        per_profile = interval(
            revenue.mean(), spread, n - 1, confidence=confidence, unit=facts.currency, method="mean (Student)", n=n
        )
    sent, unknown = contacts or (None, None)
    return ArmReading(
        arm, n, round(hits), rate, revenue.sums["y"], per_profile, moments.mean("spend_before"), sent, unknown
    )


def arm_effect(
    reading: ArmReading,
    control: Moments,
    treated: Moments,
    facts: CampaignFacts,
    audience: int,
    refusal: NotEstimable | None,
    confidence: float,
) -> ArmEffect:
    """What one arm changed; every number is refused together when ``refusal`` is given."""
    contacted = reading.exposed if reading.contacts is None else reading.contacts
    cost = facts.cost_per_contact * contacted + facts.fixed_cost * reading.exposed / max(audience, 1)
    if refusal:
        no: Readout = refusal
        return ArmEffect(reading.arm, no, no, no, 0.0, no, no, no, 0.0, no, no, cost, no, no, no)
    share = [arm.only(y="converted", x="spend_before") for arm in (control, treated)]
    money = [arm.only(y="revenue", x="spend_before") for arm in (control, treated)]
    unit = facts.currency
    conversion = _effect("difference_of_proportions", share, confidence)
    revenue = _effect("difference_of_means", money, confidence, unit=unit)
    sure = isinstance(conversion, Estimate)
    conversion_adjusted = _effect("cuped", share, confidence, unit="share") if sure else conversion
    revenue_adjusted = _effect("cuped", money, confidence, unit=unit)
    incremental_revenue = _scaled(revenue_adjusted, treated.n, unit)
    return ArmEffect(
        arm=reading.arm,
        conversion=conversion,
        conversion_relative=_effect("relative_lift", share, confidence, is_share=True) if sure else conversion,
        conversion_adjusted=conversion_adjusted,
        conversion_reduction=variance_reduction(*share),
        revenue=revenue,
        revenue_relative=_effect("relative_lift", money, confidence),
        revenue_adjusted=revenue_adjusted,
        revenue_reduction=variance_reduction(*money),
        incremental_conversions=_scaled(conversion_adjusted, treated.n, "conversions"),
        incremental_revenue=incremental_revenue,
        cost=cost,
        roi=_roi(incremental_revenue, facts, cost),
        **_sight(share[0], share[1], facts, confidence),
    )


def _effect(name: str, arms: list[Moments], confidence: float, **settings: object) -> Readout:
    estimator = ESTIMATORS[name]
    chosen = estimator(confidence=confidence, **settings)  # type: ignore[call-arg]
    names = {variable: variable for variable in estimator.variables}
    found = chosen.estimate(*(arm.only(**names) for arm in arms))
    return _assuming(found, RANDOM, INTENTION_TO_TREAT)


def _assuming(found: Readout, *assumptions: str) -> Readout:
    from dataclasses import replace

    return replace(found, assumptions=assumptions) if isinstance(found, Estimate) else found


def _scaled(effect: Readout, by: float, unit: str) -> Readout:
    if isinstance(effect, NotEstimable):
        return effect
    return Estimate(
        effect.value * by, effect.low * by, effect.high * by, effect.confidence, unit,
        "effect per customer × customers of the arm", effect.n, effect.p_value, effect.assumptions,
    )  # fmt: skip


def _roi(incremental: Readout, facts: CampaignFacts, cost: float) -> Readout:
    if cost == 0:
        return NotEstimable("no cost is known", needs="a cost per contact or a fixed cost in the campaign")
    if isinstance(incremental, NotEstimable):
        return incremental
    value, low, high = (
        (v * facts.margin - cost) / cost for v in (incremental.value, incremental.low, incremental.high)
    )
    return Estimate(
        value, low, high, incremental.confidence, "return on cost",
        "(incremental revenue × margin - cost) / cost", incremental.n, None,
        (*incremental.assumptions, "the cost is known exactly"),
    )  # fmt: skip


def _sight(control: Moments, treated: Moments, facts: CampaignFacts, confidence: float) -> dict[str, Readout]:
    """What size of lift could have been seen, and the power for the planned one; two-sided z, unpooled."""
    base = control.mean()
    error = sqrt(base * (1 - base) * (1 / control.n + 1 / treated.n))
    if error == 0:
        reason = NotEstimable("the control has no conversions to vary", needs="conversions in the holdout")
        return {"power": reason, "detectable": reason}
    n, alpha = control.n + treated.n, 1 - confidence
    seen = detectable_effect(error, alpha=alpha)
    detectable = Estimate(seen, seen, seen, confidence, "share", "smallest lift seen with 80 % power (two-sided z)", n)
    if facts.planned_lift is None:
        needs = "planned_lift in the campaign"
        return {"power": NotEstimable("no lift was planned for", needs=needs), "detectable": detectable}
    power = power_for(facts.planned_lift * base, error, alpha=alpha)
    method = "power for the planned lift (two-sided z)"
    return {"power": Estimate(power, power, power, confidence, "share", method, n), "detectable": detectable}


def segment_effects(
    cells: Mapping[tuple[str, str], Moments], facts: CampaignFacts, confidence: float
) -> tuple[tuple[SegmentEffect, ...], float | None]:
    """Effects within segments with Holm's p-values, and whether they differ (Cochran's Q)."""
    found = [
        (segment, arm, moments, cells.get((segment, facts.control), Moments.of([])))
        for (segment, arm), moments in sorted(cells.items())
        if arm != facts.control
    ]
    effects = [
        _effect("difference_of_proportions", [c.only(y="converted"), t.only(y="converted")], confidence)
        if c.n
        else NotEstimable("there is no holdout", needs="a share of the audience left out on purpose")
        for _, _, t, c in found
    ]
    tested = [k for k, e in enumerate(effects) if isinstance(e, Estimate)]
    adjusted = dict(zip(tested, holm([effects[k].p_value or 0.0 for k in tested]), strict=True))  # type: ignore[union-attr]
    segments = tuple(
        SegmentEffect(segment, arm, t.n, c.n, effects[k], adjusted.get(k))
        for k, (segment, arm, t, c) in enumerate(found)
    )
    return segments, _heterogeneity([e for e in effects if isinstance(e, Estimate)])


def _heterogeneity(effects: list[Estimate]) -> float | None:
    from scipy.special import chdtrc, ndtri

    if len(effects) < 2:
        return None
    widths = [(e.high - e.low) / (2 * float(ndtri((1 + e.confidence) / 2))) for e in effects]
    weights = [1 / w**2 for w in widths]
    middle = sum(w * e.value for w, e in zip(weights, effects, strict=True)) / sum(weights)
    distance = sum(w * (e.value - middle) ** 2 for w, e in zip(weights, effects, strict=True))
    return float(chdtrc(len(effects) - 1, distance))
