"""Ways to divide the whole base: RFM grids and discovered segments."""

from __future__ import annotations

from coterie.segment.segmentations.discover import DiscoveredPart, Discovery, DiscoveryDefinition, discover
from coterie.segment.segmentations.model import DiscoveredModel, assign_discovered
from coterie.segment.segmentations.rfm import RfmDefinition, RfmResult, rfm

__all__ = [
    "DiscoveredModel",
    "DiscoveredPart",
    "Discovery",
    "DiscoveryDefinition",
    "RfmDefinition",
    "RfmResult",
    "assign_discovered",
    "discover",
    "rfm",
]
