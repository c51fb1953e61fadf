"""Facts come in: formats, mappings, quality, quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coterie.faces import loaded_when_used

if TYPE_CHECKING:
    from coterie.collect.checks.quality import QUALITY_SCHEMA, quality, quality_by_source, quality_findings
    from coterie.collect.derive import derive_orders
    from coterie.collect.formats.detection import detect_format
    from coterie.collect.kinds import GROUPS, KINDS, NAMESPACES, Kind, KindField
    from coterie.collect.loading.load import load
    from coterie.collect.loading.waiting import waiting_identities
    from coterie.collect.mapping_store import list_mappings, parse_mapping, read_mapping, write_mapping
    from coterie.collect.proposals.proposing import propose
    from coterie.collect.quarantine import quarantined, replay
    from coterie.collect.rates import load_rates
    from coterie.collect.record import Recorded, record_events
    from coterie.collect.settling import settle_orders
    from coterie.collect.touching import bring_touched_orders

__all__ = [
    "GROUPS",
    "KINDS",
    "NAMESPACES",
    "QUALITY_SCHEMA",
    "Kind",
    "KindField",
    "Recorded",
    "bring_touched_orders",
    "derive_orders",
    "detect_format",
    "list_mappings",
    "load",
    "load_rates",
    "parse_mapping",
    "propose",
    "quality",
    "quality_by_source",
    "quality_findings",
    "quarantined",
    "read_mapping",
    "record_events",
    "replay",
    "settle_orders",
    "waiting_identities",
    "write_mapping",
]

__getattr__ = loaded_when_used(
    __name__,
    {
        "GROUPS": "collect.kinds",
        "KINDS": "collect.kinds",
        "NAMESPACES": "collect.kinds",
        "QUALITY_SCHEMA": "collect.checks.quality",
        "Kind": "collect.kinds",
        "KindField": "collect.kinds",
        "Recorded": "collect.record",
        "bring_touched_orders": "collect.touching",
        "derive_orders": "collect.derive",
        "detect_format": "collect.formats.detection",
        "list_mappings": "collect.mapping_store",
        "load": "collect.loading.load",
        "load_rates": "collect.rates",
        "parse_mapping": "collect.mapping_store",
        "propose": "collect.proposals.proposing",
        "quality": "collect.checks.quality",
        "quality_by_source": "collect.checks.quality",
        "quality_findings": "collect.checks.quality",
        "quarantined": "collect.quarantine",
        "read_mapping": "collect.mapping_store",
        "record_events": "collect.record",
        "replay": "collect.quarantine",
        "settle_orders": "collect.settling",
        "waiting_identities": "collect.loading.waiting",
        "write_mapping": "collect.mapping_store",
    },
)
