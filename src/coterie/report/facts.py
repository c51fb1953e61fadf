"""What a report may say, gathered beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from coterie.allocate import ScoreMatrix
from coterie.domain import NotEstimable
from coterie.measure import CampaignReadout, Concentration, PastComparison
from coterie.predict import LifetimeValueModel
from coterie.profile import LifecycleProposal, LifecycleResult
from coterie.segment import Groups, Persona, RfmResult


@dataclass(frozen=True)
class CampaignStory:
    """One campaign from plan to readout: the plan's figures, how many messages stand where, what it changed."""

    name: str
    figures: Mapping[str, object]
    messages: Mapping[str, int]
    readout: CampaignReadout


@dataclass(frozen=True)
class ReportFacts:
    """Everything a report is made of; what is None or empty gets no section.

    ``base`` counts things by name; ``months`` has ``month, revenue, orders, customers``;
    ``value`` has ``segment, customers, lifetime_value`` by part of ``personas_of``;
    ``remarks`` are sentences that a reader must see first, such as that data are simulated.
    """

    name: str
    currency: str
    as_of: datetime
    written_at: datetime
    newest_fact_at: datetime | None
    is_historic: bool
    base: Mapping[str, float]
    remarks: tuple[str, ...] = ()
    quality: pa.Table | None = None
    months: pa.Table | None = None
    concentration: Concentration | NotEstimable | None = None
    cohorts: pa.Table | None = None
    lifecycle: LifecycleResult | None = None
    lifecycle_proposal: LifecycleProposal | None = None
    rfm: RfmResult | None = None
    model: LifetimeValueModel | None = None
    value: pa.Table | None = None
    discovery: Mapping[str, object] | None = None
    segments: pa.Table | None = None
    overlap: pa.Table | None = None
    personas: tuple[Persona, ...] = ()
    rule_personas: tuple[Persona, ...] = ()
    targets: pa.Table | None = None
    matrix: ScoreMatrix | None = None
    matrix_groups: Groups | None = None
    channel_labels: Mapping[str, str] = field(default_factory=dict)
    campaigns: tuple[CampaignStory, ...] = ()
    past: tuple[PastComparison, ...] = ()
