"""Thresholds of the lifecycle, proposed from the base's own gaps between purchases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coterie.domain.meanings import DONE, ORDER
from coterie.engines import Engine, event_rows, local_time
from coterie.profile.gap_distribution import GapDistribution, Spells, gap_distribution
from coterie.profile.order_coverage import activity_coverage, order_coverage
from coterie.words import Sentence, joined, sentence

ENOUGH_GAPS = 100
ENOUGH_REPEATERS = 30
LEAST_DAYS = 60
"""Days of orders below which no stage can be told."""

HARDLY_ANY = 0.1
"""The chance to come back at which a silence counts as churn."""


class LifecycleDefinition(BaseModel):
    """Where one stage ends and the next begins; days since the last order day.

    A customer is at risk from ``at_risk_after_days``, dormant from ``dormant_after_days``
    and churned from ``churned_after_days`` of silence. With ``personal_pace`` these three
    stretch with the customer's own usual gap (between ``shortest_stretch`` and
    ``longest_stretch`` times), so that who buys monthly is not judged as who buys weekly;
    ``typical_gap_days`` is the gap at which nothing stretches. ``new`` and ``won_back`` last
    ``new_within_days`` and ``won_back_within_days``; ``loyal`` starts at ``loyal_orders``
    order days. Order days are counted, not orders: two invoices of one day are one visit. Days are those of the workspace's zone.

    Silence is counted from the last order day to where orders of the source are known, not to as_of. Tried in this order,
    the first stage that fits holds: ``visitor`` or ``lead`` without orders; ``churned``, ``dormant``, ``at_risk`` by silence, a
    silence of exactly the threshold being in; ``referring``, ``won_back``, ``new``, ``loyal``, ``active``. The stretch leans on the
    base's gap: it is (sum of own gaps + 2 × ``typical_gap_days``) / (number of own gaps + 2), in units of ``typical_gap_days``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["lifecycle"] = Field("lifecycle", description="Stages of a customer relationship.")
    name: str = Field("lifecycle", description="What commands and rules call the segmentation.")
    typical_gap_days: float = Field(60, gt=0, description="Gap between order days at which nothing stretches.")
    at_risk_after_days: float = Field(90, gt=0, description="Days of silence from which a customer is at risk.")
    dormant_after_days: float = Field(180, gt=0, description="Days of silence from which a customer is dormant.")
    churned_after_days: float = Field(365, gt=0, description="Days of silence from which a customer has churned.")
    new_within_days: float = Field(60, gt=0, description="Days after the first order for which a customer is new.")
    won_back_within_days: float = Field(60, gt=0, description="Days after the return for which a customer is won back.")
    loyal_orders: int = Field(5, ge=2, description="Order days from which a customer is loyal.")
    personal_pace: bool = Field(True, description="The three silences stretch with the customer's own usual gap.")
    shortest_stretch: float = Field(0.5, gt=0, le=1, description="They shrink to this factor at most.")
    longest_stretch: float = Field(3, ge=1, description="They grow to this factor at most.")
    anonymous_namespaces: tuple[str, ...] = Field(
        ("anonymous_id", "device_id", "cookie_id", "session_id"),
        description="Namespaces of identifiers; who has no others and no orders is a visitor, not yet a lead.",
    )
    referral_events: tuple[str, ...] = Field(
        ("Invite Sent", "Friend Referred", "Referral Completed"),
        description="Events by which a customer refers others.",
    )
    referring_within_days: float = Field(
        180, gt=0, description="Days after such an event for which a customer is referring."
    )

    @model_validator(mode="after")
    def _silences_grow(self) -> LifecycleDefinition:
        if not self.at_risk_after_days <= self.dormant_after_days <= self.churned_after_days:
            raise ValueError(
                "at_risk_after_days, dormant_after_days and churned_after_days must not fall in this order"
            )
        return self


@dataclass(frozen=True)
class GapEvidence:
    """Gaps between order days, every customer weighing the same, an unfinished silence counting as one at least as long.

    ``quantiles`` are days by share (0.5 → median) of the gaps of those who come back;
    ``returning`` the share of customers who ever do, None where the history is too short to
    tell. ``churn_days`` is the silence after which at most one in ten come back, None
    where no silence is so telling.
    """

    customers: int
    repeaters: int
    gaps: int
    observed_days: float
    quantiles: dict[float, float]
    returning: float | None
    churn_days: float | None
    order_days_quantile: float
    """Order days that three in four customers do not exceed."""


@dataclass(frozen=True)
class LifecycleProposal:
    """A definition with the evidence it rests on, and sentences that say so.

    ``is_held_back``: what is known spans too little time to tell any stage. ``is_of_activity``: nobody has ordered, and
    the days are those on which people did anything.
    """

    definition: LifecycleDefinition
    evidence: GapEvidence
    is_from_own_gaps: bool
    is_of_activity: bool = False

    @property
    def is_held_back(self) -> bool:
        """Whether the history is too short for stages: under 60 days, or under twice the time a customer is new."""
        return self.evidence.observed_days < max(LEAST_DAYS, 2 * self.definition.new_within_days)

    def why_held_back(self) -> Sentence:
        """The reason, as a sentence."""
        return sentence(
            _OF_ACTIVITY["held back"]
            if self.is_of_activity
            else "The orders known span {days:,.0f} {days|day|days}; telling new customers from old and silent from lost takes at least {needed:,.0f}.",
            days=self.evidence.observed_days,
            needed=max(LEAST_DAYS, 2 * self.definition.new_within_days),
        )

    def explain(self) -> list[Sentence]:
        """Why the thresholds are what they are, a sentence each."""
        if self.is_held_back:
            return [self.why_held_back()]
        if not self.is_from_own_gaps:
            return [self._why_general(), self._thresholds()]
        shares, evidence = self.evidence.quantiles, self.evidence
        return [
            sentence(
                _OF_ACTIVITY["gaps"]
                if self.is_of_activity
                else "Of {customers:,} {customers|customer|customers} {returning} are expected to order again at some time; of the gaps until then half "
                "last up to {half:,.0f} {half|day|days}, 80% up to {most:,.0f} and 90% up to {nearly:,.0f} "
                "(every customer weighs the same; who has not come back yet counts as a gap at least as long).",
                customers=evidence.customers,
                returning=_most(evidence.returning or 0.0),
                half=shares[0.5],
                most=shares[0.8],
                nearly=shares[0.9],
            ),
            self._thresholds(),
            self._churn(),
            sentence(
                _OF_ACTIVITY["loyal"]
                if self.is_of_activity
                else "Loyal starts at {orders:,} order {orders|day|days}, which at most one customer in four reaches.",
                orders=self.definition.loyal_orders,
            ),
        ]

    def _why_general(self) -> Sentence:
        evidence = self.evidence
        if evidence.repeaters >= ENOUGH_REPEATERS and evidence.gaps >= ENOUGH_GAPS:
            return sentence(
                _OF_ACTIVITY["too few days"]
                if self.is_of_activity
                else "The orders span only {days:,.0f} {days|day|days}, too few to see when customers stop coming back, so general thresholds stand.",
                days=evidence.observed_days,
            )
        return sentence(
            _OF_ACTIVITY["too few people"]
            if self.is_of_activity
            else "Only {repeaters:,} {repeaters|customer has|customers have} ordered on more than one day ({gaps:,} {gaps|gap|gaps} in all); at least "
            "{needed} {needed|customer|customers} and {needed_gaps} {needed_gaps|gap is|gaps are} needed to learn a pace, so general thresholds stand.",
            repeaters=evidence.repeaters,
            gaps=evidence.gaps,
            needed=ENOUGH_REPEATERS,
            needed_gaps=ENOUGH_GAPS,
        )

    def _churn(self) -> Sentence:
        evidence = self.evidence
        if evidence.churn_days is None:
            return sentence(
                "However long a customer was silent so far, more than one in ten still came back, so nobody can be called churned yet.",
            )
        if evidence.churn_days > evidence.observed_days:
            return sentence(
                _OF_ACTIVITY["beyond"]
                if self.is_of_activity
                else "The orders span only {days:,.0f} {days|day|days}; that at most one in ten come back after {churned:,.0f} {churned|day|days} of silence "
                "is read from the falling pace, not seen.",
                days=evidence.observed_days,
                churned=evidence.churn_days,
            )
        return sentence(
            "Of those silent for {churned:,.0f} {churned|day|days} at most one in ten ever come back.",
            churned=evidence.churn_days,
        )

    def _thresholds(self) -> Sentence:
        definition = self.definition
        said = sentence(
            "A customer is at risk after {at_risk:,.0f} {at_risk|day|days} of silence, dormant after {dormant:,.0f} "
            "and churned after {churned:,.0f}.",
            at_risk=definition.at_risk_after_days,
            dormant=definition.dormant_after_days,
            churned=definition.churned_after_days,
        )
        if not definition.personal_pace:
            return said
        more = sentence(
            "Customers whose own gaps are longer or shorter get {least:g} to {most:g} {most|time|times} as long.",
            least=definition.shortest_stretch,
            most=definition.longest_stretch,
        )
        return joined([said, more], " ")


_OF_ACTIVITY = {
    "held back": "The activities known span {days:,.0f} {days|day|days}; telling new people from old and silent from lost takes at least {needed:,.0f}.",
    "gaps": "Nobody has ordered, so what people did is counted. Of {customers:,} {customers|person|people} {returning} are expected to come again at "
    "some time; of the gaps until then half last up to {half:,.0f} {half|day|days}, 80% up to {most:,.0f} and 90% up to {nearly:,.0f} (everybody "
    "weighs the same; who has not come back yet counts as a gap at least as long).",
    "loyal": "Loyal starts at {orders:,} active {orders|day|days}, which at most one in four reaches.",
    "too few days": "The activities span only {days:,.0f} {days|day|days}, too few to see when people stop coming back, so general thresholds stand.",
    "too few people": "Only {repeaters:,} {repeaters|person was|people were} active on more than one day ({gaps:,} {gaps|gap|gaps} in all); at least {needed} "
    "{needed|person|people} and {needed_gaps} {needed_gaps|gap is|gaps are} needed to learn a pace, so general thresholds stand.",
    "beyond": "The activities span only {days:,.0f} {days|day|days}; that at most one in ten come back after {churned:,.0f} {churned|day|days} of silence is "
    "read from the falling pace, not seen.",
}
"""What is said instead where stages are those of behavior alone."""


def is_of_activity(engine: Engine) -> bool:
    """Whether stages are told by what people did, because nobody in the base has ordered anything.

    >>> from coterie.engines import open_warehouse
    >>> is_of_activity(open_warehouse(None))
    False
    """
    bought = "SELECT 1 FROM orders WHERE profile_id IS NOT NULL LIMIT 1"
    did = f"SELECT 1 FROM events WHERE profile_id IS NOT NULL AND {DONE} LIMIT 1"
    return not engine.query(bought).num_rows and bool(engine.query(did).num_rows)


@contextmanager
def order_gaps(engine: Engine, as_of: datetime, zone: str) -> Iterator[str]:
    """Order days before ``as_of`` with the days since the one before, as a table while the block lasts; yields its name.

    Columns ``profile_id, day, gap, silence``: ``gap`` is NULL for a customer's first; ``silence`` are the days from
    the customer's last order to the end of what is known, the least over the sources they bought in.
    Days are those of ``zone``. Silence ends with the newest order of the source, not with ``as_of``. Where nobody has
    ordered, days are those on which people did anything, and silence ends with what their source knows last.
    """
    by_activity = is_of_activity(engine)
    known = (activity_coverage if by_activity else order_coverage)(engine, as_of, zone)
    rows = f"(SELECT * FROM events WHERE {DONE})" if by_activity else event_rows(engine, ORDER)
    until = local_time(known.until_sql(), zone)
    statement = f"""
            WITH days AS (
                SELECT profile_id, CAST({local_time("occurred_at", zone)} AS DATE) AS day,
                       min(CAST({until} AS DATE) - CAST({local_time("occurred_at", zone)} AS DATE)) AS since
                FROM {rows} AS orders
                WHERE profile_id IS NOT NULL AND occurred_at < CAST($as_of AS TIMESTAMP)
                GROUP BY ALL)
            SELECT profile_id, day, day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap,
                   min(since) OVER (PARTITION BY profile_id) AS silence FROM days"""
    with engine.temporary("lifecycle_gaps", statement, {"as_of": as_of}) as gaps:
        yield gaps


def _most(share: float) -> str:
    """A share that never claims everybody where some stay away: whoever is silent long enough may be gone.

    >>> _most(0.57), _most(0.998)
    ('57%', '>99%')
    """
    return ">99%" if share >= 0.995 else f"{share:.0%}"


def propose_lifecycle(engine: Engine, *, as_of: datetime, zone: str = "UTC") -> LifecycleProposal:
    """Thresholds from the gaps between order days (of ``zone``) before ``as_of``, by Kaplan and Meier.

    At risk after the days within which 80 % of those who come back have done so; churned after
    the silence of which at most one in ten come back (never, where more always did); dormant
    after 90 %, but no later than halfway between the two. Dormant and churned are at least 1.25
    and 1.5 times the days of at risk. With fewer than 30 repeat customers or 100 gaps the general thresholds
    stand and the proposal says so.

    >>> from coterie.engines import open_warehouse
    >>> proposal = propose_lifecycle(open_warehouse(None), as_of=datetime(2026, 1, 1))
    >>> proposal.is_from_own_gaps, proposal.definition.churned_after_days
    (False, 365)
    """
    with order_gaps(engine, as_of, zone) as gaps:
        return thresholds_from_gaps(engine, gaps)


def thresholds_from_gaps(engine: Engine, gaps: str) -> LifecycleProposal:
    """The proposal from the table ``gaps`` that ``order_gaps`` yields."""
    evidence, by_activity = _evidence(engine, gaps), is_of_activity(engine)
    if evidence.repeaters < ENOUGH_REPEATERS or evidence.gaps < ENOUGH_GAPS or evidence.returning is None:
        return LifecycleProposal(LifecycleDefinition(), evidence, is_from_own_gaps=False, is_of_activity=by_activity)
    half, most, nearly = (evidence.quantiles[share] for share in (0.5, 0.8, 0.9))
    at_risk = max(most, 2.0)
    never = 2 * max(evidence.observed_days, nearly, at_risk)
    churned = max(evidence.churn_days or never, 1.5 * at_risk)
    definition = LifecycleDefinition(
        typical_gap_days=max(half, 1.0),
        at_risk_after_days=at_risk,
        dormant_after_days=max(1.25 * at_risk, min(nearly, (at_risk + churned) / 2)),
        churned_after_days=churned,
        new_within_days=max(half, 30.0),
        won_back_within_days=max(half, 30.0),
        loyal_orders=max(int(evidence.order_days_quantile) + 1, 3),
    )
    return LifecycleProposal(definition, evidence, is_from_own_gaps=True, is_of_activity=by_activity)


def _evidence(engine: Engine, gaps: str) -> GapEvidence:
    totals = engine.query(
        f"""WITH counted AS (SELECT profile_id, count(*) AS n FROM {gaps} GROUP BY profile_id)
            SELECT count(*) AS customers, count(*) FILTER (n > 1) AS repeaters,
                   CAST(coalesce(sum(n - 1), 0) AS BIGINT) AS gaps,
                   CAST(coalesce(quantile_disc(n, 0.75), 0) AS DOUBLE) AS order_days,
                   (SELECT coalesce(date_diff('day', min(day), max(day)) + 1, 0) FROM {gaps}) AS span
            FROM counted"""
    ).to_pylist()[0]
    found = _distribution(engine, gaps)
    churn = found.silence_for_chance(HARDLY_ANY) if found.steps else inf
    return GapEvidence(
        customers=totals["customers"],
        repeaters=totals["repeaters"],
        gaps=totals["gaps"],
        observed_days=float(totals["span"]),
        quantiles={} if found.returning is None else {q: found.quantile(q) for q in (0.5, 0.8, 0.9)},
        returning=found.returning,
        churn_days=churn if isfinite(churn) else None,
        order_days_quantile=totals["order_days"],
    )


def _distribution(engine: Engine, gaps: str) -> GapDistribution:
    # Whole days make few distinct gaps, so a histogram replaces sorting every gap there is. Of who came back the
    # gaps that ended count, each for its share of one customer; of who did not, the silence (Wang and Chang 1999).
    # The day on which the known orders end is not over: a silence up to it is known for a day less.
    spells = engine.query(
        f"""WITH paces AS (SELECT profile_id, count(gap) AS n, min(silence) AS silence FROM {gaps} GROUP BY profile_id)
            SELECT days, sum(returned) AS returned, sum(still) AS still FROM (
                SELECT CAST(gap AS BIGINT) AS days, 1.0 / n AS returned, 0 AS still FROM {gaps} JOIN paces USING (profile_id)
                WHERE gap IS NOT NULL
                UNION ALL SELECT greatest(silence - 1, 0), 0, 1 FROM paces WHERE n = 0)
            GROUP BY days ORDER BY days"""
    )
    days, returned, still = (
        [float(value) for value in spells[name].to_pylist()] for name in ("days", "returned", "still")
    )
    return gap_distribution(Spells(days, returned, still))
