"""Thresholds of the lifecycle, proposed from the base's own gaps between purchases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coterie.engines import Engine
from coterie.profile.rows import column
from coterie.profile.zones import local_sql
from coterie.words import say

ENOUGH_GAPS = 100
ENOUGH_REPEATERS = 30


class LifecycleDefinition(BaseModel):
    """Where one stage ends and the next begins; days since the last order day.

    A customer is at risk from ``at_risk_after_days``, dormant from ``dormant_after_days``
    and churned from ``churned_after_days`` of silence. With ``personal_pace`` these three
    stretch with the customer's own usual gap (between ``shortest_stretch`` and
    ``longest_stretch`` times), so that who buys monthly is not judged as who buys weekly;
    ``typical_gap_days`` is the gap at which nothing stretches. ``new`` and ``won_back`` last
    ``new_within_days`` and ``won_back_within_days``; ``loyal`` starts at ``loyal_orders``
    order days. Order days are counted, not orders: two invoices of one day are one visit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["lifecycle"] = Field("lifecycle", description="Stages of a customer relationship.")
    name: str = Field("lifecycle", description="What commands and rules call the segmentation.")
    typical_gap_days: float = Field(60, gt=0, description="Gap between order days at which nothing stretches.")
    at_risk_after_days: float = Field(90, gt=0, description="Silence after which a customer is at risk.")
    dormant_after_days: float = Field(180, gt=0, description="Silence after which a customer is dormant.")
    churned_after_days: float = Field(365, gt=0, description="Silence after which a customer has churned.")
    new_within_days: float = Field(60, gt=0, description="How long a first-time customer is new.")
    won_back_within_days: float = Field(60, gt=0, description="How long a returned customer is won back.")
    loyal_orders: int = Field(5, ge=2, description="Order days from which a customer is loyal.")
    personal_pace: bool = Field(True, description="The three silences stretch with the customer's own usual gap.")
    shortest_stretch: float = Field(0.5, gt=0, le=1, description="They shrink to this factor at most.")
    longest_stretch: float = Field(3, ge=1, description="They grow to this factor at most.")
    anonymous_namespaces: tuple[str, ...] = Field(
        ("anonymous_id", "device_id", "cookie_id", "session_id"),
        description="Identifiers that make a visitor, not yet a lead.",
    )
    referral_events: tuple[str, ...] = Field(
        ("Invite Sent", "Friend Referred", "Referral Completed"),
        description="Events by which a customer refers others.",
    )
    referring_within_days: float = Field(180, gt=0, description="How long after such an event a customer is referring.")

    @model_validator(mode="after")
    def _silences_grow(self) -> LifecycleDefinition:
        if not self.at_risk_after_days <= self.dormant_after_days <= self.churned_after_days:
            raise ValueError(
                "at_risk_after_days, dormant_after_days and churned_after_days must not fall in this order"
            )
        return self


@dataclass(frozen=True)
class GapEvidence:
    """Gaps between order days, every customer weighing the same; quantiles in days by share (0.5 → median)."""

    customers: int
    repeaters: int
    gaps: int
    observed_days: float
    quantiles: dict[float, float]
    order_days_quantile: float
    """Order days that three in four customers do not exceed."""


@dataclass(frozen=True)
class LifecycleProposal:
    """A definition with the evidence it rests on, and sentences that say so."""

    definition: LifecycleDefinition
    evidence: GapEvidence
    is_from_own_gaps: bool

    def explain(self, locale: str = "en") -> list[str]:
        """Why the thresholds are what they are, a sentence each."""
        evidence, definition = self.evidence, self.definition
        if not self.is_from_own_gaps:
            return [
                say(
                    "Only {repeaters:,} customers have ordered on more than one day ({gaps:,} gaps in all); at least "
                    "{needed} customers and {needed_gaps} gaps are needed to learn a pace, so general thresholds stand.",
                    locale,
                    repeaters=evidence.repeaters,
                    gaps=evidence.gaps,
                    needed=ENOUGH_REPEATERS,
                    needed_gaps=ENOUGH_GAPS,
                ),
                self._thresholds(locale),
            ]
        shares = evidence.quantiles
        sentences = [
            say(
                "Of {repeaters:,} customers with more than one order day, half the gaps last up to {half:,.0f} days, "
                "80% up to {most:,.0f}, 90% up to {nearly:,.0f} and 97.5% up to {all:,.0f} "
                "(every customer weighs the same).",
                locale,
                repeaters=evidence.repeaters,
                half=shares[0.5],
                most=shares[0.8],
                nearly=shares[0.9],
                all=shares[0.975],
            ),
            self._thresholds(locale),
            say(
                "Loyal starts at {orders:,} order days, which fewer than one customer in four reaches.",
                locale,
                orders=definition.loyal_orders,
            ),
        ]
        if evidence.observed_days < 2 * definition.churned_after_days:
            sentences.append(
                say(
                    "The orders span only {days:,.0f} days; gaps longer than that cannot be seen, "
                    "so true thresholds may be longer.",
                    locale,
                    days=evidence.observed_days,
                )
            )
        return sentences

    def _thresholds(self, locale: str) -> str:
        definition = self.definition
        sentence = say(
            "A customer is at risk after {at_risk:,.0f} days of silence, dormant after {dormant:,.0f} "
            "and churned after {churned:,.0f}.",
            locale,
            at_risk=definition.at_risk_after_days,
            dormant=definition.dormant_after_days,
            churned=definition.churned_after_days,
        )
        if not definition.personal_pace:
            return sentence
        return sentence + say(
            " Customers whose own gaps are longer or shorter get {least:g} to {most:g} times as long.",
            locale,
            least=definition.shortest_stretch,
            most=definition.longest_stretch,
        )


GAPS = "lifecycle_gaps"
"""The temporary table of order days (``profile_id, day, gap``); ``gap`` is NULL for a customer's first."""


@contextmanager
def order_gaps(engine: Engine, as_of: datetime, zone: str) -> Iterator[None]:
    """Order days before ``as_of`` with the days since the one before, as a table while the block lasts.

    Days are those of ``zone``.
    """
    at = local_sql(column("occurred_at"), zone).sql(engine.dialect)
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE {GAPS} AS
            WITH days AS (
                SELECT profile_id, CAST({at} AS DATE) AS day FROM orders
                WHERE status = 'completed' AND profile_id IS NOT NULL AND occurred_at < CAST($as_of AS TIMESTAMP)
                GROUP BY ALL)
            SELECT profile_id, day, day - lag(day) OVER (PARTITION BY profile_id ORDER BY day) AS gap FROM days""",
        {"as_of": as_of},
    )
    try:
        yield
    finally:
        engine.execute(f"DROP TABLE IF EXISTS {GAPS}")


def propose_lifecycle(engine: Engine, *, as_of: datetime, zone: str = "UTC") -> LifecycleProposal:
    """Thresholds from quantiles of the gaps between order days (of ``zone``) before ``as_of``.

    At risk after the gap that 80 % of gaps do not exceed, dormant after 90 %, churned after
    97.5 %; each customer weighs the same however often they bought. Dormant is at least 1.25
    and churned at least 2 times the days of at risk. With fewer than 30 repeat customers or
    100 gaps the general thresholds stand and the proposal says so.

    >>> from coterie.engines import open_warehouse
    >>> proposal = propose_lifecycle(open_warehouse(None), as_of=datetime(2026, 1, 1))
    >>> proposal.is_from_own_gaps, proposal.definition.churned_after_days
    (False, 365)
    """
    with order_gaps(engine, as_of, zone):
        return thresholds_from_gaps(engine)


def thresholds_from_gaps(engine: Engine) -> LifecycleProposal:
    """The proposal from the open table of gaps."""
    evidence = _evidence(engine)
    if evidence.repeaters < ENOUGH_REPEATERS or evidence.gaps < ENOUGH_GAPS:
        return LifecycleProposal(LifecycleDefinition(), evidence, is_from_own_gaps=False)
    quantiles = evidence.quantiles
    at_risk = max(quantiles[0.8], 2.0)
    definition = LifecycleDefinition(
        typical_gap_days=max(quantiles[0.5], 1.0),
        at_risk_after_days=at_risk,
        dormant_after_days=max(quantiles[0.9], 1.25 * at_risk),
        churned_after_days=max(quantiles[0.975], 2 * at_risk),
        new_within_days=max(at_risk, 30.0),
        won_back_within_days=max(at_risk, 30.0),
        loyal_orders=max(int(evidence.order_days_quantile) + 1, 3),
    )
    return LifecycleProposal(definition, evidence, is_from_own_gaps=True)


def _evidence(engine: Engine) -> GapEvidence:
    totals = engine.query(
        f"""WITH counted AS (SELECT profile_id, count(*) AS n FROM {GAPS} GROUP BY profile_id)
            SELECT count(*) AS customers, count(*) FILTER (n > 1) AS repeaters,
                   CAST(coalesce(sum(n - 1), 0) AS BIGINT) AS gaps,
                   CAST(coalesce(quantile_disc(n, 0.75), 0) AS DOUBLE) AS order_days,
                   (SELECT coalesce(date_diff('day', min(day), max(day)), 0) FROM {GAPS}) AS span
            FROM counted"""
    ).to_pylist()[0]
    # Whole days make few distinct gaps, so a histogram replaces sorting every gap there is.
    histogram = engine.query(
        f"""WITH paces AS (SELECT profile_id, 1.0 / count(gap) AS weight FROM {GAPS} GROUP BY profile_id HAVING count(gap) > 0)
            SELECT gap, sum(weight) AS weight FROM {GAPS} JOIN paces USING (profile_id)
            WHERE gap IS NOT NULL GROUP BY gap ORDER BY gap"""
    )
    return GapEvidence(
        customers=totals["customers"],
        repeaters=totals["repeaters"],
        gaps=totals["gaps"],
        observed_days=float(totals["span"]),
        quantiles=_quantiles(histogram["gap"].to_pylist(), histogram["weight"].to_pylist()),
        order_days_quantile=totals["order_days"],
    )


def _quantiles(values: list[int], weights: list[float]) -> dict[float, float]:
    total, reached, found = sum(weights), 0.0, {}
    shares = [0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.975]
    for value, weight in zip(values, weights, strict=True):
        reached += weight
        while shares and reached >= shares[0] * total * (1 - 1e-12):
            found[shares.pop(0)] = float(value)
    return found
