"""A plan made real: exposures, with what was true before, and queued messages, in one ledger transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.campaign import HOLDOUT, CampaignDefinition
from coterie.decide.plan import CampaignPlan
from coterie.decide.recurring import base_name
from coterie.decide.timing import first_instants
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows
from coterie.errors import Refused
from coterie.protect import WorkspaceKey
from coterie.store import Launch, Ledger, Transaction
from coterie.words import joined

BEFORE = timedelta(days=90)
"""The period whose spending is kept as a covariate."""


def with_past(engine: Engine, meant: str, people: pa.Table, as_of: datetime) -> pa.Table:
    """``people``, all of the SQL ``meant``, with ``segments`` (JSON, segmentation to segment), ``spend_before`` and ``orders_before`` as of ``as_of``."""
    past = engine.query(
        f"""SELECT a.profile_id, s.segments, coalesce(b.spend, 0)::DOUBLE AS spend_before,
            coalesce(b.orders, 0)::DOUBLE AS orders_before
        FROM ({meant}) AS a
        LEFT JOIN (
            SELECT profile_id, to_json(map_from_entries(list((segmentation, segment) ORDER BY segmentation))) AS segments
            FROM (SELECT profile_id, segmentation, min(segment) AS segment FROM assignments
                WHERE segment IS NOT NULL GROUP BY ALL)
            GROUP BY profile_id) AS s ON s.profile_id = a.profile_id
        LEFT JOIN (
            SELECT profile_id, sum(revenue) AS spend, count(*) AS orders FROM {event_rows(engine, ORDER)} AS o
            WHERE occurred_at >= $start AND occurred_at < $as_of
            GROUP BY profile_id) AS b ON b.profile_id = a.profile_id""",
        {"start": as_of - BEFORE, "as_of": as_of},
    )
    place = pc.index_in(people["profile_id"], value_set=past["profile_id"].combine_chunks())
    for name in ("segments", "spend_before", "orders_before"):
        people = people.append_column(name, past[name].take(place))
    return people


def planned_exposures(plan: CampaignPlan, now: datetime) -> pa.Table:
    """The exposures of every arm as a launch at ``now`` plans them, the holdout's too at the instants of ``first_instants``."""
    people, campaign = plan.people, plan.campaign
    exposed_at = first_instants(people, campaign, now, plan.timezone)
    kept = people.select(["profile_id", "arm", "propensity", "segments", "spend_before", "orders_before"])
    for name, value in (("origin_kind", "campaign"), ("origin", campaign.name), ("occurrence", "")):
        kept = kept.append_column(name, pa.array([value] * people.num_rows, pa.string()))
    return kept.append_column("exposed_at", exposed_at)


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
    name = plan.campaign.name
    with ledger.transaction() as t:
        if t.launches.find(name) is not None:
            return LaunchResult(name, 0, 0, is_new=False)
        way = LaunchUnderWay(t, key, plan, now, actor)
        for stage in LAUNCHING:
            stage(way)
    return LaunchResult(name, way.exposed, way.queued, is_new=True)


@dataclass
class LaunchUnderWay:
    """One launch under way, inside its transaction."""

    t: Transaction
    key: WorkspaceKey
    plan: CampaignPlan
    now: datetime
    actor: str

    exposed: int = 0
    queued: int = 0


def refuse_empty(way: LaunchUnderWay) -> None:
    """A campaign that nobody would get is not launched."""
    if not way.plan.contacts:
        raise Refused(joined(way.plan.sentences(), " "))


def expose_arms(way: LaunchUnderWay) -> None:
    """Who is in which arm, the holdout too, with what was true of each before."""
    way.exposed = way.t.exposures.add(planned_exposures(way.plan, way.now))


def queue_messages(way: LaunchUnderWay) -> None:
    """A message in the outbox for everybody but the holdout, due from the campaign's start."""
    way.queued = way.t.outbox.queue(_messages(way.plan, way.key, way.now))


def note_launch(way: LaunchUnderWay) -> None:
    """The definition as it was launched, the figures of the plan, and in the audit log who did it."""
    plan, campaign = way.plan, way.plan.campaign
    written = campaign.model_dump(mode="json") | {"name": base_name(campaign.name)}
    body = {"definition": written, "timezone": plan.timezone}
    figures: dict[str, object] = {**vars(plan.figures()), "as_of": plan.as_of.isoformat()}
    way.t.launches.add(Launch(campaign.name, body, figures, plan.as_of, way.now))
    way.t.audit.append("campaign launched", campaign.name, figures, actor=way.actor, at=way.now)


LAUNCHING: tuple[Callable[[LaunchUnderWay], None], ...] = (refuse_empty, expose_arms, queue_messages, note_launch)
"""The way of a plan to the outbox, in one transaction of the ledger."""


def launched_definition(launch: Launch) -> CampaignDefinition:
    """The campaign as it was launched, under the name it was launched by, whatever its definition says now."""
    return CampaignDefinition.model_validate(launch.body["definition"]).model_copy(update={"name": launch.campaign})


def _messages(plan: CampaignPlan, key: WorkspaceKey, now: datetime) -> pa.Table:
    campaign = plan.campaign
    is_contact = pc.not_equal(plan.people["arm"], HOLDOUT).combine_chunks()
    people = plan.people.filter(is_contact)
    count = people.num_rows
    identities = people["identities"].to_pylist()
    templates = {arm.name: arm.template for arm in campaign.arms()}
    message_ids = key.hashes_of("message", people["address_key"].to_pylist(), campaign.name, campaign.channel)
    not_before = first_instants(plan.people, campaign, now, plan.timezone).filter(is_contact)

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
            "not_before": not_before,
        }
    )
