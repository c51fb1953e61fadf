"""Rules become sets of people; discovery, quality, personas."""

from __future__ import annotations

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
    "DiscoveredModel",
    "Discovery",
    "DiscoveryDefinition",
    "RfmDefinition",
    "RfmResult",
    "assign_discovered",
    "discover",
    "rfm",
]
