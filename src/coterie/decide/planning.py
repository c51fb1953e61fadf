"""Find out what a campaign would do, before it does anything."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.assignment import arms_at, propensities
from coterie.decide.audience import audience_sql, known_segments, read_audience
from coterie.decide.campaign import HOLDOUT, CampaignDefinition, check_campaign
from coterie.decide.goals import Rules, forward_rate, smallest_lift
from coterie.decide.launching import with_past
from coterie.decide.plan import CampaignPlan
from coterie.domain import NotEstimable
from coterie.engines import Engine
from coterie.profile import read_catalog
from coterie.protect import REASONS, WorkspaceKey, check_basis
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger

_NO_GOAL = NotEstimable("the campaign has no goal", needs="an event that it is for")


def plan_campaign(
    engine: Engine,
    ledger: Ledger,
    campaign: CampaignDefinition,
    settings: WorkspaceSettings,
    as_of: datetime,
    *,
    key: WorkspaceKey,
    now: datetime | None = None,
    rules: Rules = Rules(),  # noqa: B008 - frozen
) -> CampaignPlan:
    """The plan of ``campaign`` at ``as_of``; changes nothing.

    Segments are those of ``as_of``; with their ``rules`` the rate at which such an audience
    reaches the goal by itself is known, from one window earlier. Consents and frequency caps are asked
    at ``now`` (``as_of`` when absent), as the send will ask them.

    Raises ``UnknownName`` with the nearest names for a segment, template, event or property,
    ``NotReady`` before the first refresh, ``NotPermitted`` for a legal basis that the
    workspace's country does not admit, ``Damaged`` where another hand changed the ledger.
    """
    check_basis(campaign.basis, settings.country)
    audience_sql(engine, campaign)  # refuses what it does not know
    with ledger.reading() as t:
        t.prove()
        templates = t.definitions.all("template")
        events = read_catalog(engine).events
        check_campaign(campaign, segments=known_segments(engine), templates=templates, events=events)
        campaign = campaign.model_copy(update={"goal": campaign.goal_among(events)})
        everyone = read_audience(
            engine,
            t,
            key,
            campaign,
            as_of=as_of,
            now=now or as_of,
            timezone=settings.timezone,
            country=settings.country,
        )
    people = _in_arms(everyone.filter(pc.is_null(everyone["reason"])), campaign)
    people = with_past(engine, campaign, people, as_of)
    arms = dict.fromkeys(campaign.shares(), 0) | _counts(people["arm"])
    contacts = people.num_rows - arms.get(HOLDOUT, 0)
    rate = forward_rate(engine, campaign.audience, campaign.goal, as_of, rules, settings.timezone)
    counted = _counts(everyone["reason"].drop_null())
    return CampaignPlan(
        campaign=campaign,
        as_of=as_of,
        timezone=settings.timezone,
        currency=settings.currency,
        base=engine.query("SELECT COUNT(*) AS n FROM profiles").column(0)[0].as_py(),
        audience=everyone.num_rows,
        refused={reason: counted[reason] for reason in REASONS if reason in counted},
        arms=arms,
        cost=(campaign.cost.fixed if contacts else 0.0) + campaign.cost.per_contact * contacts,
        past_rate=rate,
        smallest_lift=_NO_GOAL if campaign.goal is None else smallest_lift(rate, arms.get(HOLDOUT, 0), contacts),
        people=people,
    )


def _in_arms(people: pa.Table, campaign: CampaignDefinition) -> pa.Table:
    arms = arms_at(people["position"].combine_chunks(), campaign.shares())
    return (
        people.append_column("arm", arms)
        .append_column("propensity", propensities(arms, campaign.shares()))
        .drop_columns(["position", "reason"])
    )


def _counts(values: pa.ChunkedArray) -> dict[str, int]:
    return {row["values"]: row["counts"] for row in pc.value_counts(values).to_pylist()}
