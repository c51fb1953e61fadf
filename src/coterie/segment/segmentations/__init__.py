"""Ways to divide the whole base: RFM grids and discovered segments."""

from __future__ import annotations

from coterie.segment.segmentations.comparison import Comparison, compare_segmentations
from coterie.segment.segmentations.discover import discover
from coterie.segment.segmentations.discovery import DiscoveredPart, Discovery, DiscoveryDefinition, groups_in_words
from coterie.segment.segmentations.model import (
    DiscoveredModel,
    KeptModel,
    assign_discovered,
    kept_model,
    reassign_discovered,
)
from coterie.segment.segmentations.rfm import RfmDefinition, RfmResult, rfm, rfm_grid

__all__ = [
    "Comparison",
    "DiscoveredModel",
    "DiscoveredPart",
    "Discovery",
    "DiscoveryDefinition",
    "KeptModel",
    "RfmDefinition",
    "RfmResult",
    "assign_discovered",
    "compare_segmentations",
    "discover",
    "groups_in_words",
    "kept_model",
    "reassign_discovered",
    "rfm",
    "rfm_grid",
]
