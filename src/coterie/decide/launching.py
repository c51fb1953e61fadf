"""A plan made real: exposures and queued messages, in one ledger transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.campaign import HOLDOUT, CampaignDefinition
from coterie.decide.exposing import planned_exposures
from coterie.decide.plan import CampaignPlan
from coterie.errors import Refused
from coterie.protect import WorkspaceKey
from coterie.store import Launch, Ledger
from coterie.words import joined


@dataclass(frozen=True, slots=True)
class LaunchResult:
    """What a launch wrote. ``is_new`` is False when the campaign had been launched before: then nothing was."""

    campaign: str
    exposed: int
    queued: int
    is_new: bool


def launch_campaign(
    ledger: Ledger, key: WorkspaceKey, plan: CampaignPlan, *, now: datetime, actor: str
) -> LaunchResult:
    """Write the exposures of every arm and queue the messages of all but the holdout.

    All of it or nothing, once: launching again adds nobody. Nothing leaves yet; see
    ``admit``. Raises ``Refused`` when nobody would get a message.
    """
    campaign = plan.campaign
    with ledger.transaction() as t:
        if t.launches.find(campaign.name) is not None:
            return LaunchResult(campaign.name, 0, 0, is_new=False)
        if not plan.contacts:
            raise Refused(joined(plan.sentences(), " "))
        exposed = t.exposures.add(planned_exposures(plan, now))
        queued = t.outbox.queue(_messages(plan, key, now))
        body = {"definition": campaign.model_dump(mode="json"), "timezone": plan.timezone}
        t.launches.add(Launch(campaign.name, body, plan.figures(), plan.as_of, now))
        t.audit.append("campaign launched", campaign.name, plan.figures(), actor=actor, at=now)
    return LaunchResult(campaign.name, exposed, queued, is_new=True)


def launched_definition(launch: Launch) -> CampaignDefinition:
    """The campaign as it was launched, whatever its definition says now."""
    return CampaignDefinition.model_validate(launch.body["definition"])


def _messages(plan: CampaignPlan, key: WorkspaceKey, now: datetime) -> pa.Table:
    campaign = plan.campaign
    people = plan.people.filter(pc.not_equal(plan.people["arm"], HOLDOUT))
    count = people.num_rows
    identities = people["identities"].to_pylist()
    templates = {arm.name: arm.template for arm in campaign.arms()}
    message_ids = key.hashes_of("message", people["address_key"].to_pylist(), campaign.name, campaign.channel)
    start = max(now, campaign.starts_at or now)

    def every(value: str) -> pa.Array:
        return pa.array([value] * count, pa.string())

    return pa.table(
        {
            "message_id": pa.array(message_ids, pa.string()),
            "origin_kind": every("campaign"),
            "origin": every(campaign.name),
            "occurrence": every(""),
            "profile_id": people["profile_id"],
            "channel": every(campaign.channel),
            "purpose": every(campaign.purpose),
            "address": people["address"],
            "address_key": people["address_key"],
            "identities": pa.array(
                [json.dumps(sorted(set(held)), ensure_ascii=False) for held in identities], pa.string()
            ),
            "arm": people["arm"],
            "variant": pa.array([templates[arm] for arm in people["arm"].to_pylist()], pa.string()),
            "queued_at": pa.array([now] * count, pa.timestamp("us")),
            "not_before": pa.array([start] * count, pa.timestamp("us")),
        }
    )
