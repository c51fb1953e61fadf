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
from coterie.words import Sentence


@dataclass(frozen=True)
class CampaignStory:
    """One campaign from plan to readout: the plan's figures, how many messages stand where, what it changed."""

    name: str
    figures: Mapping[str, object]
    messages: Mapping[str, int]
    readout: CampaignReadout


@dataclass(frozen=True)
class Targets:
    """Segments ranked as targets, a row each, best first, and what the reader must know of the scores."""

    ranking: pa.Table
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportFacts:
    """Everything a report is made of; what is None or empty is said to be absent, with the reason.

    ``base`` counts things by name; ``sources`` has ``source, kind, rows, refused, loaded_at``;
    ``months`` has ``month, revenue, orders, customers``, whole months only, the first maybe
    not; ``value`` has ``segment, name, customers, lifetime_value`` by RFM part; ``reasons``
    says for a section, by its key, why its facts could not be had; ``remarks`` are sentences
    that a reader must see first, such as that data are simulated. Instants are shown by the clock in ``zone``; those here
    are what it shows (naive).
    """

    name: str
    currency: str
    as_of: datetime
    written_at: datetime
    newest_fact_at: datetime | None
    is_historic: bool
    base: Mapping[str, float]
    zone: str = "UTC"
    first_order_at: datetime | None = None
    remarks: tuple[str, ...] = ()
    reasons: Mapping[str, Sentence] = field(default_factory=dict)
    sources: pa.Table | None = None
    quality: pa.Table | None = None
    months: pa.Table | None = None
    concentration: Concentration | NotEstimable | None = None
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
    targets: Targets | None = None
    matrix: ScoreMatrix | None = None
    matrix_groups: Groups | None = None
    channel_labels: Mapping[str, str] = field(default_factory=dict)
    campaigns: tuple[CampaignStory, ...] = ()
    past: tuple[PastComparison, ...] = ()

    @property
    def has_orders(self) -> bool:
        """Whether anybody whose name is known has bought."""
        return self.base["buyers"] > 0

    @property
    def has_few_buyers(self) -> bool:
        """Whether shares of the buyers rest on so few that one customer more would change them."""
        return self.base["buyers"] < FEW


FEW = 30
"""Below this many customers the report says that shares are not to be relied on."""
