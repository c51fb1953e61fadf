"""What it changed: KPIs, campaigns read out against their holdout, past campaigns compared with care."""

from __future__ import annotations

from coterie.measure.buyers import Concentration, retention_cohorts, value_concentration
from coterie.measure.campaign import ArmEffect, ArmReading, CampaignFacts, Freshness, SegmentEffect
from coterie.measure.estimators import ESTIMATORS
from coterie.measure.findings import CampaignReadout
from coterie.measure.intervals import wilson
from coterie.measure.kpi import Kpi, KpiCatalog, kpi_catalog, ready_kpis
from coterie.measure.kpi_table import By, measure_kpis
from coterie.measure.past_campaigns import compare_matched
from coterie.measure.past_findings import PastComparison
from coterie.measure.power import SampleRatio, holdout_share, sample_ratio
from coterie.measure.readout import outcome_of, read_out
from coterie.settings.kpi_targets import Every

__all__ = [
    "ESTIMATORS",
    "ArmEffect",
    "ArmReading",
    "By",
    "CampaignFacts",
    "CampaignReadout",
    "Concentration",
    "Every",
    "Freshness",
    "Kpi",
    "KpiCatalog",
    "PastComparison",
    "SampleRatio",
    "SegmentEffect",
    "compare_matched",
    "holdout_share",
    "kpi_catalog",
    "measure_kpis",
    "outcome_of",
    "read_out",
    "ready_kpis",
    "retention_cohorts",
    "sample_ratio",
    "value_concentration",
    "wilson",
]
