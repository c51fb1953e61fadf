"""Find out what a campaign would do, before it does anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.assignment import arms_at, propensities
from coterie.decide.audience import audience_sql, instants, known_segments, read_audience
from coterie.decide.campaign import HOLDOUT, CampaignDefinition, check_campaign
from coterie.decide.goals import Power, Rules, enough, forward_rate, smallest_difference, smallest_lift
from coterie.decide.launching import with_past
from coterie.decide.own_zones import clocks_of
from coterie.decide.plan import CampaignPlan, Leaving
from coterie.decide.timing import first_instants
from coterie.domain import NotEstimable
from coterie.domain.readout import comparisons_of
from coterie.engines import Engine
from coterie.profile import read_catalog
from coterie.protect import REASONS, WorkspaceKey, check_basis
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger, Transaction

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
    is_draft: bool = False,
) -> CampaignPlan:
    """The plan of ``campaign`` at ``as_of``; changes nothing.

    Segments are those of ``as_of``; with their ``rules`` the rate at which such an audience
    reaches the goal by itself is known, from one window earlier. Consents and frequency caps are asked
    at ``now`` (``as_of`` when absent), as the send will ask them. The templates of a draft need not be there yet.

    Raises ``UnknownName`` with the nearest names for a segment, template, event or property,
    ``NotReady`` before the first refresh, ``NotPermitted`` for a legal basis that the
    workspace's country does not admit, ``Damaged`` where another hand changed the ledger.
    """
    with ledger.reading() as t:
        way = PlanUnderWay(engine, t, campaign, settings, as_of, key, now or as_of, rules, is_draft)
        for stage in PLANNING:
            stage(way)
    return _told(way)


@dataclass
class PlanUnderWay:
    """One plan under way; every stage reads what those before it found, and adds what it finds."""

    engine: Engine
    t: Transaction
    campaign: CampaignDefinition
    settings: WorkspaceSettings
    as_of: datetime
    key: WorkspaceKey
    now: datetime
    rules: Rules
    is_draft: bool = False

    everyone: pa.Table = field(init=False)
    people: pa.Table = field(init=False)
    past_rate: float | None = None


def check_terms(way: PlanUnderWay) -> None:
    """The legal basis, and every segment, template, event and property that the campaign names."""
    check_basis(way.campaign.basis, way.settings.country, way.campaign.channel)
    audience_sql(way.engine, way.campaign)  # refuses what it does not know
    way.t.prove()
    yet_to_come = [arm.template for arm in way.campaign.arms()] if way.is_draft else []
    templates = [*way.t.definitions.all("template"), *yet_to_come]
    catalog = read_catalog(way.engine)
    traits = {*catalog.attributes, *(way.engine.columns("traits") if "traits" in way.engine.tables() else ())}
    segments = known_segments(way.engine)
    known = {"segments": segments, "lists": catalog.lists, "templates": templates, "traits": traits}
    check_campaign(way.campaign, events=catalog.events, **known)
    way.campaign = way.campaign.model_copy(update={"goal": way.campaign.goal_among(catalog.events)})


def ask_everyone(way: PlanUnderWay) -> None:
    """Those meant, each with an address and whether it may be written to, or the reason why not."""
    way.everyone = read_audience(
        way.engine,
        way.t,
        way.key,
        way.campaign,
        as_of=way.as_of,
        now=way.now,
        timezone=way.settings.timezone,
        country=way.settings.country,
    )


def assign_to_arms(way: PlanUnderWay) -> None:
    """Those who may be written to, divided at random; a share is left out on purpose."""
    way.people = _in_arms(way.everyone.filter(pc.is_null(way.everyone["reason"])), way.campaign)


def add_past(way: PlanUnderWay) -> None:
    """What was true of each before: segments, spending, orders."""
    way.people = with_past(way.engine, audience_sql(way.engine, way.campaign), way.people, way.as_of)


def add_clocks(way: PlanUnderWay) -> None:
    """By whose clock each lives, where the campaign goes by that."""
    attribute = way.campaign.in_zone
    if attribute is not None:
        clocks = clocks_of(way.engine, attribute, way.people["profile_id"].to_pylist(), way.settings.timezone)
        way.people = way.people.append_column("zone", pa.array(clocks, pa.string()))


def look_back(way: PlanUnderWay) -> None:
    """How many of such an audience reached the goal by themselves, one window earlier."""
    way.past_rate = forward_rate(
        way.engine, way.campaign.audience, way.campaign.goal, way.as_of, way.rules, way.settings.timezone
    )


PLANNING: tuple[Callable[[PlanUnderWay], None], ...] = (
    check_terms,
    ask_everyone,
    assign_to_arms,
    add_past,
    add_clocks,
    look_back,
)
"""The way of a plan; nothing is written."""


def _told(way: PlanUnderWay) -> CampaignPlan:
    campaign = way.campaign
    arms = dict.fromkeys(campaign.shares(), 0) | _counts(way.people["arm"])
    contacts = way.people.num_rows - arms.get(HOLDOUT, 0)
    counted = _counts(way.everyone["reason"].drop_null())
    return CampaignPlan(
        campaign=campaign,
        as_of=way.as_of,
        timezone=way.settings.timezone,
        currency=way.settings.currency,
        base=way.engine.query("SELECT COUNT(*) AS n FROM profiles").column(0)[0].as_py(),
        audience=way.everyone.num_rows,
        refused={reason: counted[reason] for reason in REASONS if reason in counted},
        arms=arms,
        cost=(campaign.cost.fixed if contacts else 0.0) + campaign.cost.per_contact * contacts,
        past_rate=way.past_rate,
        power=_power(way, arms),
        people=way.people,
        leaving=_leaving(way),
        instants=instants(way.engine, campaign, way.as_of, way.settings.timezone),
    )


def _power(way: PlanUnderWay, arms: Mapping[str, int]) -> Power:
    """What the readout will be able to show: every variant against the holdout and against each other, corrected together."""
    campaign, rate = way.campaign, way.past_rate
    variants, held = [arms[each.name] for each in campaign.arms()], arms.get(HOLDOUT, 0)
    together = comparisons_of(len(variants), control=bool(campaign.holdout))
    lift = _NO_GOAL if campaign.goal is None else smallest_lift(rate, held, min(variants), together)
    if not rate or rate >= 1 or len(campaign.shares()) == 1:
        return Power(lift)
    return Power(
        lift,
        smallest_difference(rate, variants, together) if len(variants) > 1 and all(variants) else None,
        enough(rate, tuple(campaign.shares().values()), together),
    )


def _leaving(way: PlanUnderWay) -> Leaving | None:
    """When the first and the last message would leave; None where all go at once, now."""
    contacts = way.people.filter(pc.not_equal(way.people["arm"], HOLDOUT))
    instants = first_instants(contacts, way.campaign, way.now, way.settings.timezone)
    first, last = (pc.min_max(instants)[end].as_py() for end in ("min", "max"))
    return None if first is None or first == last == way.now else Leaving(first, last)


def _in_arms(people: pa.Table, campaign: CampaignDefinition) -> pa.Table:
    arms = arms_at(people["position"].combine_chunks(), campaign.shares())
    return (
        people.append_column("arm", arms)
        .append_column("propensity", propensities(arms, campaign.shares()))
        .drop_columns(["position", "reason"])
    )


def _counts(values: pa.ChunkedArray) -> dict[str, int]:
    return {row["values"]: row["counts"] for row in pc.value_counts(values).to_pylist()}
