"""Rules become sets of people; discovery, quality, personas."""

from __future__ import annotations

from coterie.segment import faults
from coterie.segment.definition import SegmentDefinition
from coterie.segment.explain import Explanation, explain
from coterie.segment.groups import Groups
from coterie.segment.judge import judge
from coterie.segment.list_definition import ListDefinition
from coterie.segment.persona import Persona
from coterie.segment.personas import describe_personas
from coterie.segment.preview import Preview, members, overlap, preview, sql_of
from coterie.segment.refresh import RefreshResult, refresh
from coterie.segment.rule import Rule
from coterie.segment.segmentations import (
    Discovery,
    DiscoveryDefinition,
    RfmDefinition,
    RfmResult,
    discover,
    rfm,
)
from coterie.segment.targets import rank_targets
from coterie.segment.templates import ready_templates

__all__ = [
    "Discovery",
    "DiscoveryDefinition",
    "Explanation",
    "Groups",
    "ListDefinition",
    "Persona",
    "Preview",
    "RefreshResult",
    "RfmDefinition",
    "RfmResult",
    "Rule",
    "SegmentDefinition",
    "describe_personas",
    "discover",
    "explain",
    "faults",
    "judge",
    "members",
    "overlap",
    "preview",
    "rank_targets",
    "ready_templates",
    "refresh",
    "rfm",
    "sql_of",
]
