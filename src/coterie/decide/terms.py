"""What the messages of an origin obey when they leave."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from coterie.decide.campaign import CampaignDefinition, FrequencyCap, QuietHours, Throttle
from coterie.decide.capping import quiet_until
from coterie.decide.journeys import JourneyDefinition
from coterie.domain import Message, Origin
from coterie.errors import UnknownName
from coterie.protect import LegalBasis
from coterie.store import Transaction


@dataclass(frozen=True, slots=True)
class Terms:
    """Where, when and how often the messages of an origin may go.

    ``begins_together``: nobody is exposed before its first message could have left, the
    holdout neither; where people come one by one, each is exposed at an instant of its own.
    ``is_paused``: nothing leaves until the origin goes on. ``throttle``: how many may leave in a time. ``apart``: how long after one message of the origin another may go to the
    same address, whoever it is meant for; None for never.
    """

    channel: str
    purpose: str
    basis: LegalBasis
    quiet_hours: QuietHours | None
    frequency_caps: tuple[FrequencyCap, ...]
    timezone: str
    begins_together: bool
    is_paused: bool = False
    throttle: Throttle | None = None
    apart: timedelta | None = timedelta(0)

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours around ``now`` end for everybody; None outside them, and where they go by the clock of each person."""
        return None if self._sleeps_apart else quiet_until(self.quiet_hours, now, self.timezone)

    def asleep_until(self, message: Message, now: datetime) -> datetime | None:
        """When those of its person end, by the clock of their own zone, the workspace's where it has none; None outside them, and where they are everybody's."""
        return quiet_until(self.quiet_hours, now, message.zone or self.timezone) if self._sleeps_apart else None

    @property
    def _sleeps_apart(self) -> bool:
        return self.quiet_hours is not None and self.quiet_hours.zone is not None


def terms_of(t: Transaction, origin: Origin) -> Terms:
    """The terms of ``origin`` as they were decided; ``NotReady`` for a campaign before its launch."""
    find = TERMS.get(origin.kind)
    if find is None:
        raise UnknownName("origin", origin.kind, TERMS)
    return find(t, origin.name)


def _of_campaign(t: Transaction, name: str) -> Terms:
    launch = t.launches.one(name)
    return _campaign_terms(json.dumps(launch.body["definition"]), str(launch.body["timezone"]))


@lru_cache  # a send asks once a transaction, and a launch does not change
def _campaign_terms(definition: str, timezone: str) -> Terms:
    campaign = CampaignDefinition.model_validate_json(definition)
    return Terms(
        channel=campaign.channel,
        purpose=campaign.purpose,
        basis=campaign.basis,
        quiet_hours=campaign.quiet_hours,
        frequency_caps=campaign.frequency_caps,
        timezone=timezone,
        begins_together=True,
        throttle=campaign.throttle,
    )


def _of_journey(t: Transaction, name: str) -> Terms:
    journey, _, step = name.partition("/")
    found = t.journeys.one(journey)
    terms = _journey_terms(json.dumps(found.body), step, found.timezone)
    return replace(terms, is_paused=True) if found.state == "paused" else terms


@lru_cache
def _journey_terms(definition: str, step: str, timezone: str) -> Terms:
    journey = JourneyDefinition.model_validate_json(definition)
    return Terms(
        channel=journey.channel_of(step),
        purpose=journey.purpose,
        basis=journey.basis,
        quiet_hours=journey.quiet_hours,
        frequency_caps=journey.frequency_caps,
        timezone=timezone,
        begins_together=False,
        apart=journey.again_after,
    )


TERMS: dict[str, Callable[[Transaction, str], Terms]] = {"campaign": _of_campaign, "journey": _of_journey}
"""How the terms of an origin are found, by its kind."""
