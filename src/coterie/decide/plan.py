"""What a campaign would do, as figures and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from coterie.decide.campaign import HOLDOUT, CampaignDefinition
from coterie.decide.goals import Power
from coterie.domain import Money, NotEstimable
from coterie.domain.clock import to_local
from coterie.protect import reason_in_words
from coterie.words import Sentence, into, sentence


@dataclass(frozen=True, kw_only=True)
class PlanFigures:
    """What a plan says in numbers.

    ``audience`` counts those meant, ``reachable`` those who may be written to, ``contacts`` the messages, ``refused``
    by reason who may not be, ``arms`` how the reachable are divided. ``past_rate`` is the share of such people
    who reached the goal by themselves; ``smallest_lift``, ``smallest_difference`` and ``customers_needed`` are as ``Power`` has them, None where
    nothing could be seen.
    """

    campaign: str
    as_of: datetime
    audience: int
    reachable: int
    contacts: int
    refused: dict[str, int]
    arms: dict[str, int]
    cost: float
    currency: str
    past_rate: float | None
    smallest_lift: float | None
    smallest_difference: float | None
    customers_needed: int | None


class Leaving(NamedTuple):
    """When (naive UTC) the first and the last message of a plan would leave."""

    first: datetime
    last: datetime


@dataclass(frozen=True)
class CampaignPlan:
    """An audience frozen at ``as_of``, divided into arms, with what it would cost and could show.

    ``audience`` counts those meant; ``refused`` says by reason why some cannot be written
    to; ``arms`` divides the ``reachable`` rest. ``people`` holds them: ``profile_id, arm,
    propensity, address, address_key, identities``, and what was true of them (``segments,
    spend_before, orders_before``). ``past_rate`` is the share of those
    meant by the same rules one window earlier who then reached the goal; ``power`` what could be shown. ``instants`` says of segments whose members are not as of ``as_of`` of when they are. ``leaving`` is None where all
    would go at once.
    """

    campaign: CampaignDefinition
    as_of: datetime
    timezone: str
    currency: str
    base: int
    audience: int
    refused: Mapping[str, int]
    arms: Mapping[str, int]
    cost: float
    past_rate: float | None
    power: Power
    people: pa.Table = field(repr=False)
    leaving: Leaving | None = None
    instants: tuple[Sentence, ...] = ()

    @property
    def reachable(self) -> int:
        """Profiles that may be written to, the holdout included."""
        return sum(self.arms.values())

    @property
    def contacts(self) -> int:
        """Messages that would be sent."""
        return self.reachable - self.arms.get(HOLDOUT, 0)

    def warnings(self) -> tuple[Sentence, ...]:
        """What to read before anything else: a campaign to nobody, to everybody, or that cannot be measured."""
        found = []
        if not self.audience:
            found.append(sentence("This campaign would send to nobody: no customer is in its audience."))
        elif self.reachable and not self.contacts:
            found.append(
                sentence(
                    "This campaign would send to nobody: all {count:,} who may be written to are in the holdout.",
                    count=self.reachable,
                )
            )
        elif not self.contacts:
            found.append(sentence("This campaign would send to nobody: no one in its audience may be written to."))
        if self.base and self.audience - self.refused.get("excluded", 0) >= self.base:
            found.append(
                sentence(
                    "This campaign is meant for everybody: all {base:,} {base|customer is|customers are} in it.",
                    base=self.base,
                )
            )
        if not self.campaign.holdout:
            found.append(sentence("It has no holdout, so what it causes cannot be measured."))
        return tuple(found)

    def sentences(self) -> tuple[Sentence, ...]:
        """The plan in words, warnings first."""
        parts = [_people(self)]
        if self.contacts:
            parts += [_arms(self), _times(self), _cost(self), _power(self)]
        return (*self.warnings(), *(each for part in parts for each in part))

    def figures(self) -> PlanFigures:
        """The numbers, for a machine."""
        lift = self.power.smallest_lift
        return PlanFigures(
            campaign=self.campaign.name,
            as_of=self.as_of,
            audience=self.audience,
            reachable=self.reachable,
            contacts=self.contacts,
            refused=dict(self.refused),
            arms=dict(self.arms),
            cost=self.cost,
            currency=self.currency,
            past_rate=self.past_rate,
            smallest_lift=None if isinstance(lift, NotEstimable) else lift,
            smallest_difference=self.power.smallest_difference,
            customers_needed=self.power.enough,
        )


def _people(plan: CampaignPlan) -> Iterator[Sentence]:
    yield sentence(
        "{audience:,} {audience|customer is|customers are} meant; {reachable:,} of them may be written to.",
        audience=plan.audience,
        reachable=plan.reachable,
    )
    yield from plan.instants
    for code, count in plan.refused.items():
        reason = reason_in_words(code)
        yield sentence("Left out: {count:,}, because {reason}.", count=count, reason=reason)


def _arms(plan: CampaignPlan) -> Iterator[Sentence]:
    shares = plan.campaign.shares()
    if HOLDOUT in plan.arms:
        held = {"count": plan.arms[HOLDOUT], "share": shares[HOLDOUT]}
        yield sentence("{count:,} get nothing, on purpose (holdout, {share:.0%}).", **held)
    for arm in plan.campaign.arms():
        words = {"count": plan.arms[arm.name], "template": arm.template, "arm": arm.name}
        yield sentence("{count:,} get the template {template} (arm {arm}).", **words)


def _times(plan: CampaignPlan) -> Iterator[Sentence]:
    if plan.leaving is None:
        return
    first, last = (to_local(at, plan.timezone) for at in plan.leaving)
    if first == last:
        yield sentence("They leave at {at:%Y-%m-%d %H:%M} ({zone}).", at=first, zone=plan.timezone)
    else:
        yield sentence(
            "The first leaves at {first:%Y-%m-%d %H:%M}, the last at {last:%Y-%m-%d %H:%M} ({zone}).",
            first=first,
            last=last,
            zone=plan.timezone,
        )


def _cost(plan: CampaignPlan) -> Iterator[Sentence]:
    cost = Money(plan.cost, plan.currency)
    yield sentence("{contacts:,} {contacts|message|messages}, expected cost {cost}.", contacts=plan.contacts, cost=cost)


def _power(plan: CampaignPlan) -> Iterator[Sentence]:
    power = plan.power
    yield _lift(plan)
    if power.smallest_difference is not None:
        yield sentence(
            "Two variants that lie {apart:.1f} percentage points apart or more would be told apart four times in five.",
            apart=100 * power.smallest_difference,
        )
    if power.enough is not None and power.enough > plan.reachable:
        yield sentence(
            "To see a rise by a tenth between any two arms, {enough:,} customers would have to be reachable; {reachable:,} {reachable|is|are}.",
            enough=power.enough,
            reachable=plan.reachable,
        )


def _lift(plan: CampaignPlan) -> Sentence:
    lift, goal = plan.power.smallest_lift, plan.campaign.goal
    if isinstance(lift, NotEstimable) or goal is None:
        lift = (
            lift
            if isinstance(lift, NotEstimable)
            else NotEstimable("the campaign has no goal", needs="an event that it is for")
        )
        return sentence(
            "What it could show cannot be said: {reason} (needed: {needs}).", reason=lift.reason, needs=lift.needs
        )
    rate = plan.past_rate or 0.0
    if rate + lift > 1:
        held = plan.arms.get(HOLDOUT, 0)
        return sentence("With {held:,} in the holdout, no rise however large could be shown.", held=held)
    return sentence(
        "Of those who were such an audience {days:g} {days|day|days} earlier, {rate:.1%} reached the goal “{event}” since. A rise to "
        "{target:.1%} or more would be seen four times in five; a smaller one may be missed.",
        days=goal.within.total_seconds() / 86400,
        rate=rate,
        event=into(goal.event, "en"),
        target=rate + lift,
    )
