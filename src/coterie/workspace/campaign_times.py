"""Campaigns of a workspace by time: put on the wheel, launched when it comes, going on while messages wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from coterie.decide import CampaignDefinition
from coterie.decide.recurring import base_name, next_time, stamp_of
from coterie.decide.timing import ALL_CLOCKS
from coterie.decide.wheel import TimeCome, due_again, on_the_wheel, times_come
from coterie.errors import Refused, UnknownName
from coterie.run import parse_definition
from coterie.settings.schedules import Cron
from coterie.words import sentence
from coterie.workspace.stand import Stand


def campaign_written(body: Mapping[str, object]) -> CampaignDefinition:
    """The campaign that a kept body says."""
    return cast("CampaignDefinition", parse_definition("campaign", body))


def check_time(campaign: CampaignDefinition, wall: datetime) -> None:
    """Raise ``UnknownName`` where ``wall`` is none of the times of a campaign that repeats."""
    if campaign.repeats is None or Cron.read(campaign.repeats.cron).latest(wall, "UTC") != wall:
        raise UnknownName(sentence("time of campaign {campaign!r}", campaign=campaign.name), stamp_of(wall), ())


def launch_of(stand: Stand, campaign: CampaignDefinition) -> datetime:
    """When (naive UTC) it is launched next; raises ``Refused`` where it names no time, or all of its times are over."""
    now = stand.clock()
    found = next_time(campaign, now, stand.settings.timezone)
    if found is None:
        raise Refused(
            sentence(
                "campaign {campaign!r} names no time that is still to come: give it starts_at or repeats, or send it now",
                campaign=campaign.name,
            )
        )
    last = found.due + (ALL_CLOCKS if campaign.in_zone is not None else timedelta(0))
    if last <= now:
        raise Refused(
            sentence(
                "campaign {campaign!r} was to start at {at:%Y-%m-%d %H:%M}, which is over: send it now, or give it another time",
                campaign=campaign.name,
                at=found.wall,
            )
        )
    return max(found.due, now)


def next_launches(stand: Stand, campaigns: Mapping[str, Mapping[str, object]]) -> dict[str, datetime | None]:
    """Campaign on the wheel → when (naive UTC) it is launched next, None where no time of it comes any more."""
    with stand.ledger.reading() as t:
        held = on_the_wheel(t)
    found = {}
    for name, kept in held.items():
        if name in campaigns:
            since = max(kept.since, stand.clock())
            time = next_time(campaign_written(campaigns[name]), since, stand.settings.timezone)
            found[name] = None if time is None else time.due
    return found


def is_scheduled(stand: Stand, campaign: str) -> bool:
    """Whether a campaign, of which ``campaign`` may be one time, is launched by itself at the times that it names."""
    with stand.ledger.reading() as t:
        return base_name(campaign) in on_the_wheel(t)


def campaigns_to_launch(stand: Stand) -> list[TimeCome]:
    """Campaigns on the wheel whose time has come."""
    with stand.ledger.reading() as t:
        held = on_the_wheel(t)
        if not held:
            return []
        kept = t.definitions.all("campaign")
        defined = {name: campaign_written(kept[name].body) for name in held if name in kept}
        return times_come(t, defined, stand.clock(), stand.settings_now.timezone)


def campaigns_to_go_on(stand: Stand) -> list[str]:
    """Launched campaigns that go on by themselves and have messages due."""
    with stand.ledger.reading() as t:
        return due_again(t, stand.clock())
