"""Rules become sets of people; discovery, quality, personas."""

from __future__ import annotations

from coterie.segment.definition import SegmentDefinition
from coterie.segment.explain import Explanation, explain
from coterie.segment.preview import Preview, members, overlap, preview, sql_of
from coterie.segment.refresh import RefreshResult, refresh
from coterie.segment.rule import OPERATORS, Rule
from coterie.segment.segmentations import (
    DiscoveredModel,
    Discovery,
    DiscoveryDefinition,
    RfmDefinition,
    RfmResult,
    assign_discovered,
    discover,
    rfm,
)

__all__ = [
    "OPERATORS",
    "DiscoveredModel",
    "Discovery",
    "DiscoveryDefinition",
    "Explanation",
    "Preview",
    "RefreshResult",
    "RfmDefinition",
    "RfmResult",
    "Rule",
    "SegmentDefinition",
    "assign_discovered",
    "discover",
    "explain",
    "members",
    "overlap",
    "preview",
    "refresh",
    "rfm",
    "sql_of",
]
