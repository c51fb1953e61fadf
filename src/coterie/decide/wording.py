"""A plan in words."""

from __future__ import annotations

from collections.abc import Iterator

from coterie.decide.campaign import HOLDOUT
from coterie.decide.planning import CampaignPlan
from coterie.domain import NotEstimable, format_money
from coterie.protect import reason_in_words
from coterie.words import say


def plan_sentences(plan: CampaignPlan, locale: str = "en") -> tuple[str, ...]:
    """Who would get it, who would not and why, what it costs and what it could show."""
    return (*_people(plan, locale), *_arms(plan, locale), _cost(plan, locale), *_power(plan, locale))


def _people(plan: CampaignPlan, locale: str) -> Iterator[str]:
    yield say(
        "{audience:,} customers are meant; {reachable:,} of them may be written to.",
        locale,
        audience=plan.audience,
        reachable=plan.reachable,
    )
    for code, count in plan.refused.items():
        reason = reason_in_words(code, locale)
        yield say("Left out: {count:,}, because {reason}.", locale, count=count, reason=reason)


def _arms(plan: CampaignPlan, locale: str) -> Iterator[str]:
    shares = plan.campaign.shares()
    if HOLDOUT in plan.arms:
        held = {"count": plan.arms[HOLDOUT], "share": shares[HOLDOUT]}
        yield say("{count:,} get nothing, on purpose (holdout, {share:.0%}).", locale, **held)
    for arm in plan.campaign.arms():
        words = {"count": plan.arms[arm.name], "template": arm.template, "arm": arm.name}
        yield say("{count:,} get the template {template} (arm {arm}).", locale, **words)


def _cost(plan: CampaignPlan, locale: str) -> str:
    cost = format_money(plan.cost, plan.currency)
    return say("{contacts:,} messages, expected cost {cost}.", locale, contacts=plan.contacts, cost=cost)


def _power(plan: CampaignPlan, locale: str) -> Iterator[str]:
    lift = plan.smallest_lift
    if isinstance(lift, NotEstimable):
        reason, needs = lift.in_words(locale)
        yield say("What it could show cannot be said: {reason} (needed: {needs}).", locale, reason=reason, needs=needs)
        return
    rate = plan.past_rate or 0.0
    if rate + lift > 1:
        held = plan.arms.get(HOLDOUT, 0)
        yield say("With {held:,} in the holdout, no rise however large could be shown.", locale, held=held)
        return
    yield say(
        "In the {days:g} days before, {rate:.1%} of the audience reached the goal “{event}”. A rise to {target:.1%} "
        "or more would be seen four times in five; a smaller one may be missed.",
        locale,
        days=plan.campaign.goal.within.total_seconds() / 86400,
        rate=rate,
        event=plan.campaign.goal.event,
        target=rate + lift,
    )
