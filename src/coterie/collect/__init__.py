"""Facts come in: formats, mappings, quality, quarantine."""

from __future__ import annotations

from coterie.collect.detect import detect_format
from coterie.collect.kinds import GROUPS, KINDS, NAMESPACES, Kind, KindField
from coterie.collect.load import load
from coterie.collect.mapping_store import list_mappings, parse_mapping, read_mapping, write_mapping
from coterie.collect.propose import propose

__all__ = [
    "GROUPS",
    "KINDS",
    "NAMESPACES",
    "Kind",
    "KindField",
    "detect_format",
    "list_mappings",
    "load",
    "parse_mapping",
    "propose",
    "read_mapping",
    "write_mapping",
]
