"""One page that says what was found."""

from __future__ import annotations

from coterie.report.facts import CampaignStory, ReportFacts, Targets
from coterie.report.sections import SECTIONS
from coterie.report.writing import write_report

__all__ = ["SECTIONS", "CampaignStory", "ReportFacts", "Targets", "write_report"]
