"""From the moments of arms to readings and effects: one estimate per outcome, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt

from coterie.domain import Estimate, NotEstimable, Readout
from coterie.domain.clock import to_local
from coterie.measure.campaign import ArmEffect, ArmPair, ArmReading, CampaignFacts, Freshness
from coterie.measure.estimators import ESTIMATORS
from coterie.measure.intervals import mean_interval, wilson
from coterie.measure.moments import Moments, pooled_slope, shared_spread, variance_reduction
from coterie.measure.power import SampleRatio, detectable_effect, power_for

INTENTION_TO_TREAT = (
    "every customer stays in the arm it was assigned to, also when its message failed or its outcome is unknown"
)
RANDOM = "customers were assigned to arms at random and do not influence one another"


OWN = "Message "
"""How the names of events about our own messages begin."""


def refusal_to_compare(
    arms: Mapping[str, Moments], freshness: Freshness, ratio: SampleRatio | None, facts: CampaignFacts
) -> NotEstimable | None:
    """Why no arm of this campaign may be compared with any other now, if so."""
    if facts.goal_event is None:
        return NotEstimable("the campaign has no goal", needs="an event that it is for")
    if not arms:
        return NotEstimable("nobody has been exposed yet", needs="exposures before this instant")
    if ratio and not ratio.passed:
        return NotEstimable.because(
            "the arms came out in sizes that chance does not explain (p = {p:.2g})",
            needs="the cause found: lost exposures, a broken split or customers removed from one arm only",
            p=ratio.p_value,
        )
    if freshness.open and freshness.closes_at:
        return NotEstimable.because(
            "the window is still open for {count:,} {count|customer|customers}",
            needs="a reading after {closes:%Y-%m-%d %H:%M} ({zone})",
            count=freshness.open,
            closes=to_local(freshness.closes_at, facts.timezone),
            zone=facts.timezone,
        )
    return None


def refusal_to_read(arms: Mapping[str, Moments], facts: CampaignFacts) -> NotEstimable | None:
    """Why the holdout says nothing of what this campaign changed, if so."""
    if (facts.goal_event or "").startswith(OWN):
        return NotEstimable(
            "the goal is an event of the campaign's own messages, which the holdout cannot reach",
            needs="a goal that people can reach without the message, such as an order",
        )
    if facts.control not in arms:
        return NotEstimable("there is no holdout", needs="a share of the audience left out on purpose")
    if len(arms) == 1:
        return NotEstimable("everybody is in the holdout", needs="an arm that was treated")
    return None


def arm_reading(
    arm: str,
    moments: Moments,
    contacts: tuple[int, int] | None,
    facts: CampaignFacts,
    confidence: float,
    unpriced: NotEstimable | None = None,
) -> ArmReading:
    """What happened in one arm; ``unpriced`` says why nobody knows its money."""
    hits, n = moments.counted("converted")
    low, high = wilson(hits, n, confidence)
    rate = Estimate(hits / n, low, high, confidence, "share", "share with Wilson interval", n)
    revenue = moments.only(y="revenue")
    per_profile: Readout = unpriced or NotEstimable("nothing was bought in this arm", needs="orders")
    if revenue.sums["y"] and not unpriced:
        per_profile = mean_interval(revenue, confidence=confidence, unit=facts.currency)
    sent, unknown = contacts or (None, None)
    return ArmReading(
        arm,
        n,
        round(hits),
        rate,
        None if unpriced else revenue.sums["y"],
        per_profile,
        moments.mean("spend_before"),
        sent,
        unknown,
    )


def arm_effect(
    reading: ArmReading,
    control: Moments,
    treated: Moments,
    facts: CampaignFacts,
    audience: int,
    refusal: NotEstimable | None,
    confidence: float,
    together: int = 1,
    unpriced: NotEstimable | None = None,
) -> ArmEffect:
    """What one arm changed, as one of ``together`` comparisons.

    Every number is refused together when ``refusal`` is given, those of money when ``unpriced`` is.
    """
    contacted = reading.exposed if reading.contacts is None else reading.contacts
    cost = facts.cost_per_contact * contacted + facts.fixed_cost * reading.exposed / max(audience, 1)
    if refusal:
        no: Readout = refusal
        return ArmEffect(reading.arm, no, no, no, no, 0.0, 0.0, no, no, cost, no, no, no)
    share = [arm.only(y="converted") for arm in (control, treated)]
    money = [arm.only(y="revenue", x="spend_before", b="converted") for arm in (control, treated)]
    conversion = _effect("difference_of_proportions", share, confidence, together)
    revenue = unpriced or _effect("difference_of_skewed_means", money, confidence, together, unit=facts.currency)
    incremental_revenue = _scaled(revenue, treated.n, facts.currency)
    relative = "relative_lift_of_proportions"
    return ArmEffect(
        arm=reading.arm,
        conversion=conversion,
        conversion_relative=_effect(relative, share, confidence, together)
        if isinstance(conversion, Estimate)
        else conversion,
        revenue=revenue,
        revenue_relative=_effect("difference_of_skewed_means", money, confidence, together, relative=True)
        if isinstance(revenue, Estimate)
        else revenue,
        revenue_reduction=variance_reduction(*money),
        skewness=shared_spread(money[0], money[1], pooled_slope(*money))[1],
        incremental_conversions=_scaled(conversion, treated.n, "conversions"),
        incremental_revenue=incremental_revenue,
        cost=cost,
        roi=_roi(incremental_revenue, facts, cost),
        **_sight(share[0], share[1], facts, 1 - (1 - confidence) / together),
    )


def arm_pairs(
    arms: Mapping[str, Moments],
    facts: CampaignFacts,
    refusal: NotEstimable | None,
    confidence: float,
    together: int,
    unpriced: NotEstimable | None = None,
) -> tuple[ArmPair, ...]:
    """Every treated arm against every other."""
    names = [name for name in arms if name != facts.control]
    found = []
    for place, other in enumerate(names):
        for arm in names[place + 1 :]:
            if refusal:
                found.append(ArmPair(arm, other, refusal, refusal))
                continue
            share = [arms[name].only(y="converted") for name in (other, arm)]
            money = [arms[name].only(y="revenue", x="spend_before") for name in (other, arm)]
            conversion = _effect("difference_of_proportions", share, confidence, together)
            revenue = unpriced or _effect(
                "difference_of_skewed_means", money, confidence, together, unit=facts.currency
            )
            found.append(ArmPair(arm, other, conversion, revenue))
    return tuple(found)


def winner_of(pairs: Sequence[ArmPair], effects: Sequence[ArmEffect]) -> str | None:
    """The treated arm that surely converts more than each other one, all comparisons counted, if there is one.

    An arm that surely converts less than the holdout is none, however bad the others are.
    """
    arms = {name for pair in pairs for name in (pair.arm, pair.other)}
    harmful = {each.arm for each in effects if _sign(each.conversion) < 0}
    better = [beats for pair in pairs if (beats := better_of(pair))]
    return next((arm for arm in sorted(arms - harmful) if better.count(arm) == len(arms) - 1), None)


def better_of(pair: ArmPair) -> str | None:
    """Which of two arms surely converts more; None where that cannot be told."""
    return {1: pair.arm, -1: pair.other}.get(_sign(pair.conversion))


def _sign(found: Readout) -> int:
    """1 or -1 where the interval lies on one side of 0, else 0."""
    return 0 if isinstance(found, NotEstimable) else (found.low > 0) - (found.high < 0)


def _effect(name: str, arms: list[Moments], confidence: float, together: int, **settings: object) -> Readout:
    """One of ``together`` comparisons whose intervals hold together at ``confidence`` (Bonferroni)."""
    chosen = ESTIMATORS[name](confidence=1 - (1 - confidence) / together, **settings)  # type: ignore[call-arg]
    found = chosen.estimate(*arms)
    if isinstance(found, NotEstimable):
        return found
    p_value = min(together * found.p_value, 1.0) if found.p_value is not None else None
    return replace(found, confidence=confidence, p_value=p_value, assumptions=(RANDOM, INTENTION_TO_TREAT))


def _scaled(
    effect: Readout, by: float, unit: str, method: str = "effect per customer × customers of the arm"
) -> Readout:
    if isinstance(effect, NotEstimable):
        return effect
    return replace(
        effect, value=effect.value * by, low=effect.low * by, high=effect.high * by, unit=unit, method=method
    )


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
    """What size of lift could have been seen, and the power for the planned one; two-sided z at the share of both arms."""
    n, alpha = control.n + treated.n, 1 - confidence
    base = (control.sums["y"] + treated.sums["y"]) / n
    error = sqrt(base * (1 - base) * (1 / control.n + 1 / treated.n))
    if error == 0:
        reason = NotEstimable("the outcome does not vary", needs="outcomes that vary")
        return {"power": reason, "detectable": reason}
    seen = detectable_effect(error, alpha=alpha)
    detectable = Estimate(seen, seen, seen, confidence, "share", "smallest lift seen with 80 % power (two-sided z)", n)
    if facts.planned_lift is None:
        needs = "planned_lift in the campaign"
        return {"power": NotEstimable("no lift was planned for", needs=needs), "detectable": detectable}
    power = power_for(facts.planned_lift * control.mean(), error, alpha=alpha)
    method = "power for the planned lift (two-sided z)"
    return {"power": Estimate(power, power, power, confidence, "share", method, n), "detectable": detectable}
