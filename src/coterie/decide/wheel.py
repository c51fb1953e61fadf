"""Campaigns that are launched and go on by themselves: which are on the wheel, and which of their times has come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from coterie.decide.admission import rooms_left
from coterie.decide.campaign import CampaignDefinition
from coterie.decide.recurring import at_time, time_come
from coterie.decide.terms import terms_of
from coterie.domain import Origin
from coterie.store import Transaction
from coterie.store.facts import GOING, SCHEDULED


@dataclass(frozen=True, slots=True)
class OnTheWheel:
    """Who put a campaign on the wheel, and the instant (naive UTC) after which its times count."""

    by: str
    since: datetime


@dataclass(frozen=True, slots=True)
class TimeCome:
    """A time of ``campaign`` that is due: under which name it is launched, when (naive UTC) it was to be, and for whom."""

    campaign: str
    launched_as: str
    due: datetime
    by: str


def on_the_wheel(t: Transaction) -> dict[str, OnTheWheel]:
    """Campaign → who put it there and since when."""
    kept = json.loads(t.facts.get(SCHEDULED) or "{}")
    return {name: OnTheWheel(each["by"], datetime.fromisoformat(each["since"])) for name, each in kept.items()}


def put_on_the_wheel(t: Transaction, campaign: str, by: str, now: datetime) -> None:
    """From now on ``campaign`` is launched when its times come. Kept in the audit log; twice is as once."""
    held = on_the_wheel(t)
    if campaign not in held:
        t.facts.put(SCHEDULED, _written(held | {campaign: OnTheWheel(by, now)}))
        t.audit.append("campaign scheduled", campaign, {}, actor=by, at=now)


def take_off_the_wheel(t: Transaction, campaign: str, by: str, now: datetime) -> None:
    """Not any more; what was launched goes on. Kept in the audit log."""
    held = on_the_wheel(t)
    t.facts.put(SCHEDULED, _written({name: each for name, each in held.items() if name != campaign}))
    t.audit.append("campaign taken off its schedule", campaign, {}, actor=by, at=now)


def times_come(
    t: Transaction, campaigns: Mapping[str, CampaignDefinition], now: datetime, timezone: str
) -> list[TimeCome]:
    """What is to be launched at ``now``, of ``campaigns`` as they are defined; one time of each, the last, until ``pass_time``."""
    found = []
    for name, kept in on_the_wheel(t).items():
        come = time_come(campaigns[name], kept.since, now, timezone) if name in campaigns else None
        if come is not None:
            found.append(TimeCome(name, at_time(campaigns[name], come.wall).name, come.due, kept.by))
    return found


def pass_time(t: Transaction, come: TimeCome) -> None:
    """That time is over, launched or given up: of one that repeats later ones count, another leaves the wheel."""
    held = on_the_wheel(t)
    if come.launched_as == come.campaign:
        held.pop(come.campaign, None)
    elif come.campaign in held:
        held[come.campaign] = replace(held[come.campaign], since=max(come.due, held[come.campaign].since))
    t.facts.put(SCHEDULED, _written(held))


def keep_going(t: Transaction, campaign: str, *, goes_on: bool) -> None:
    """Whether what a launched campaign has waiting leaves by itself when it is due."""
    going = set(json.loads(t.facts.get(GOING) or "[]"))
    if (campaign in going) != goes_on:
        t.facts.put(GOING, json.dumps(sorted(going ^ {campaign})))


def due_again(t: Transaction, now: datetime) -> list[str]:
    """Campaigns that go on and have messages that may leave at ``now``."""
    return [name for name in json.loads(t.facts.get(GOING) or "[]") if _is_due(t, Origin("campaign", name), now)]


def _is_due(t: Transaction, origin: Origin, now: datetime) -> bool:
    terms = terms_of(t, origin)
    due = t.outbox.next_due_at(terms.channel, [origin])
    return (
        due is not None
        and due <= now
        and terms.quiet_until(now) is None
        and not rooms_left(t, {origin: terms}, now=now)[1]
    )


def _written(held: Mapping[str, OnTheWheel]) -> str:
    return json.dumps({name: asdict(each) | {"since": each.since.isoformat()} for name, each in sorted(held.items())})
