"""Who is exposed to which arm, from when, and what was true of each before: the ground of every readout.

What a campaign changed may only be told apart by what it cannot have changed. Segments,
stage and spending are therefore kept as they stood when the audience was frozen, and the
windows of outcomes begin when a message could first have reached anybody, for the holdout
too. Read by the segments of today, customers who bought because of the campaign stand in
better segments because of it, and segments differ that never did.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.audience import audience_sql
from coterie.decide.campaign import CampaignDefinition
from coterie.decide.plan import CampaignPlan
from coterie.decide.timing import quiet_until
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows

BEFORE = timedelta(days=90)
"""The period whose spending is kept as a covariate."""


def with_past(engine: Engine, campaign: CampaignDefinition, people: pa.Table, as_of: datetime) -> pa.Table:
    """``people`` with ``segments`` (JSON, segmentation to segment), ``spend_before`` and ``orders_before`` as of ``as_of``."""
    past = engine.query(
        f"""SELECT a.profile_id, s.segments, coalesce(b.spend, 0)::DOUBLE AS spend_before,
            coalesce(b.orders, 0)::DOUBLE AS orders_before
        FROM ({audience_sql(engine, campaign)}) AS a
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


def first_instant(campaign: CampaignDefinition, now: datetime, timezone: str) -> datetime:
    """When the first message of a campaign launched at ``now`` may leave: from its start, outside quiet hours.

    >>> campaign = CampaignDefinition(
    ...     name="spring", audience={"everybody": True}, template="hello", quiet_hours={"start": "21:00", "end": "08:00"}
    ... )
    >>> first_instant(campaign, datetime(2026, 3, 10, 23), "UTC")
    datetime.datetime(2026, 3, 11, 8, 0)
    """
    start = max(now, campaign.starts_at or now)
    return quiet_until(campaign.quiet_hours, start, timezone) or start


def planned_exposures(plan: CampaignPlan, now: datetime) -> pa.Table:
    """The exposures of every arm as a launch at ``now`` plans them; one instant for all."""
    people, campaign = plan.people, plan.campaign
    exposed_at = first_instant(campaign, now, plan.timezone)
    kept = people.select(["profile_id", "arm", "propensity", "segments", "spend_before", "orders_before"])
    for name, value in (("origin_kind", "campaign"), ("origin", campaign.name), ("occurrence", "")):
        kept = kept.append_column(name, pa.array([value] * people.num_rows, pa.string()))
    return kept.append_column("exposed_at", pa.array([exposed_at] * people.num_rows, pa.timestamp("us")))
