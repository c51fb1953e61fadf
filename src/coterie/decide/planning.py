"""What a campaign would do, before it does anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.assignment import arms_at, propensities
from coterie.decide.audience import audience_sql, known_segments, read_audience
from coterie.decide.campaign import HOLDOUT, CampaignDefinition, check_campaign
from coterie.decide.goals import known_events, past_rate, smallest_lift
from coterie.domain import NotEstimable
from coterie.engines import Engine
from coterie.protect import REASONS, WorkspaceKey, check_basis
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger
from coterie.words import say


@dataclass(frozen=True)
class CampaignPlan:
    """An audience frozen at ``as_of``, divided into arms, with what it would cost and could show.

    ``audience`` counts those meant; ``refused`` says by reason why some cannot be written
    to; ``arms`` divides the ``reachable`` rest. ``people`` holds them: ``profile_id, arm,
    propensity, address, address_key, identities``. ``past_rate`` is the share that reached
    the goal in as long a window before; ``smallest_lift`` the absolute rise that would be
    seen four times in five.
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
    smallest_lift: float | NotEstimable
    people: pa.Table = field(repr=False)

    @property
    def reachable(self) -> int:
        """Profiles that may be written to, the holdout included."""
        return sum(self.arms.values())

    @property
    def contacts(self) -> int:
        """Messages that would be sent."""
        return self.reachable - self.arms.get(HOLDOUT, 0)

    def warnings(self, locale: str = "en") -> tuple[str, ...]:
        """What to read before anything else: a campaign to nobody, to everybody, or that cannot be measured."""
        found = []
        if not self.audience:
            found.append(say("This campaign would send to nobody: no customer is in its audience.", locale))
        elif not self.contacts:
            found.append(say("This campaign would send to nobody: no one in its audience may be written to.", locale))
        if self.base and self.audience - self.refused.get("excluded", 0) >= self.base:
            found.append(
                say("This campaign is meant for everybody: all {base:,} customers are in it.", locale, base=self.base)
            )
        if not self.campaign.holdout:
            found.append(say("It has no holdout, so what it causes cannot be measured.", locale))
        return tuple(found)

    def sentences(self, locale: str = "en") -> tuple[str, ...]:
        """The plan in words, warnings first."""
        from coterie.decide.wording import plan_sentences

        return (*self.warnings(locale), *plan_sentences(self, locale))

    def figures(self) -> dict[str, object]:
        """The numbers, for a machine."""
        lift = self.smallest_lift
        return {
            "campaign": self.campaign.name,
            "as_of": self.as_of.isoformat(),
            "audience": self.audience,
            "reachable": self.reachable,
            "contacts": self.contacts,
            "refused": dict(self.refused),
            "arms": dict(self.arms),
            "cost": self.cost,
            "currency": self.currency,
            "past_rate": self.past_rate,
            "smallest_lift": None if isinstance(lift, NotEstimable) else lift,
        }


def plan_campaign(
    engine: Engine,
    ledger: Ledger,
    campaign: CampaignDefinition,
    settings: WorkspaceSettings,
    as_of: datetime,
    *,
    key: WorkspaceKey,
) -> CampaignPlan:
    """The plan of ``campaign`` at ``as_of``; changes nothing.

    Raises ``UnknownName`` with the nearest names for a segment, template or event,
    ``NotReady`` before the first refresh, ``NotPermitted`` for a legal basis that the
    workspace's country does not admit.
    """
    check_basis(campaign.basis, settings.country)
    meant = audience_sql(engine, campaign)
    with ledger.reading() as t:
        templates = t.definitions.all("template")
        check_campaign(campaign, segments=known_segments(engine), templates=templates, events=known_events(engine))
        everyone = read_audience(engine, t, key, campaign, as_of=as_of, timezone=settings.timezone)
    people = _in_arms(everyone.filter(pc.is_null(everyone["reason"])), campaign)
    arms = dict.fromkeys(campaign.shares(), 0) | _counts(people["arm"])
    contacts = people.num_rows - arms.get(HOLDOUT, 0)
    rate = past_rate(engine, f"SELECT profile_id FROM ({meant}) AS m WHERE NOT is_excluded", campaign.goal, as_of)
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
        smallest_lift=smallest_lift(rate, arms.get(HOLDOUT, 0), contacts),
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
