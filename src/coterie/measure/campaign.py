"""The facts a readout needs of a campaign, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from coterie.domain import Readout
from coterie.domain.meanings import ORDER


class CampaignFacts(BaseModel):
    """What was tried: the goal, its window after exposure, the value at stake and the cost.

    ``shares`` are the arms' intended shares; without them the mean propensity of the
    exposures stands in. ``planned_lift`` (relative) is what the campaign hoped for; the
    power to have seen it is reported, never the power for what was observed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    campaign: str
    goal_event: str | None = ORDER
    within: timedelta = Field(timedelta(days=14), gt=timedelta(0))
    value: str | None = Field("revenue", description="Numeric property of the goal event summed as revenue.")
    currency: str = "USD"
    timezone: str = Field("UTC", description="Zone by whose clock instants are told.")
    control: str = "holdout"
    shares: dict[str, float] = Field(default_factory=dict)
    cost_per_contact: float = Field(0, ge=0)
    fixed_cost: float = Field(0, ge=0, description="Divided over the arms by their size.")
    margin: float = Field(1.0, gt=0, le=1, description="Share of revenue that is kept.")
    planned_lift: float | None = Field(None, description="Relative lift in conversion that was hoped for.")
    before: timedelta = Field(timedelta(days=90), gt=timedelta(0), description="Period whose spend adjusts (CUPED).")


@dataclass(frozen=True)
class ArmReading:
    """What happened in one arm, whether or not a message reached the profile (intention to treat).

    ``contacts`` are messages that left (``Message Sent``), or None when the warehouse
    holds no such events of the campaign; ``unknown`` are sends of unknown outcome. ``revenue`` is None where
    currencies have no rate.
    """

    arm: str
    exposed: int
    conversions: int
    rate: Readout
    revenue: float | None
    revenue_per_profile: Readout
    spend_before: float
    contacts: int | None = None
    unknown: int | None = None


@dataclass(frozen=True)
class ArmEffect:
    """What one arm changed against the control: one estimate per outcome, from which all else follows.

    ``conversion`` and ``revenue`` are absolute per profile; revenue is adjusted by what was
    spent before, which took ``revenue_reduction`` (0-1) of its variance away. ``…_relative``
    divides by the control's mean, ``incremental_…`` multiplies by the arm's size, ``roi``
    is of incremental revenue × margin. With several arms the intervals of all comparisons
    hold together as often as they say, and p-values are corrected alike. ``skewness`` is
    that of the difference in revenue. ``detectable`` is the absolute lift in conversion
    that a true effect had to reach to be seen four times in five, ``power`` the chance
    that the planned lift would have been seen.
    """

    arm: str
    conversion: Readout
    conversion_relative: Readout
    revenue: Readout
    revenue_relative: Readout
    revenue_reduction: float
    skewness: float
    incremental_conversions: Readout
    incremental_revenue: Readout
    cost: float
    roi: Readout
    power: Readout
    detectable: Readout


@dataclass(frozen=True)
class ArmPair:
    """One treated arm against another: ``arm`` less ``other``, corrected together with all comparisons of arms."""

    arm: str
    other: str
    conversion: Readout
    revenue: Readout


@dataclass(frozen=True)
class SegmentEffect:
    """The lift in conversion within one segment as it was before the exposure.

    ``adjusted_p`` is corrected for every segment asked and, being no smaller than the p of
    the arm as a whole, for the arms too; None where nothing could be tested.
    """

    segment: str
    arm: str
    exposed: int
    control: int
    conversion: Readout
    adjusted_p: float | None


@dataclass(frozen=True)
class Freshness:
    """How complete the window of the exposures is.

    ``open`` counts profiles whose window is not over at ``as_of``; ``closes_at`` is when the
    last one is; ``newest_fact_at`` the newest fact of the goal's kind: an order where
    orders are the goal, whatever was sent since.
    """

    as_of: datetime
    first_exposed_at: datetime | None
    last_exposed_at: datetime | None
    closes_at: datetime | None
    open: int
    newest_fact_at: datetime | None
