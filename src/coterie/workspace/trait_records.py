"""What is told of one trait: as it stands, as it would be, what it is made of and what uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coterie.workspace.frame import Frame


@dataclass(frozen=True)
class TraitShown:
    """One trait: what it is, for how many it is known, what it is made of, and in ``bars`` how its values are spread.

    ``finding`` says that in sentences; ``traits, events, tables, sources`` are what it is made of. ``definition`` is as a
    file would hold it, null for one that was given; ``version`` counts its definitions here, 0 for a ready trait. ``is_current`` is false where
    the definition is another than that by which its values were computed.
    """

    name: str
    label: str
    description: str
    unit: str
    type: str
    is_computed: bool
    profiles: int
    base: int
    missing_share: float
    distinct: int
    mean: float | None
    low: float | None
    high: float | None
    quantiles: Sequence[float]
    newest_at: datetime | None
    finding: Sequence[str]
    bars: Frame
    traits: Sequence[str]
    events: Sequence[str]
    tables: Sequence[str]
    sources: Sequence[str]
    definition: Mapping[str, object] | None
    version: int | None
    is_current: bool


@dataclass(frozen=True)
class TraitTried:
    """What a trait would hold, before it is saved: ``words`` say how it is measured, ``bars`` how its values are spread.

    ``examples`` are people whose values lie apart: ``profile_id, key, value``. ``yaml`` is the definition as a file holds
    it; ``notes`` say what was read as it stands now, where it was asked of another instant.
    """

    name: str
    words: str
    type: str
    unit: str
    profiles: int
    base: int
    missing_share: float
    distinct: int
    mean: float | None
    low: float | None
    high: float | None
    quantiles: Sequence[float]
    newest_at: datetime | None
    as_of: datetime
    finding: Sequence[str]
    bars: Frame
    examples: Frame
    traits: Sequence[str]
    events: Sequence[str]
    tables: Sequence[str]
    sources: Sequence[str]
    yaml: str
    notes: Sequence[str]


@dataclass(frozen=True)
class LineageShown:
    """What a trait is made of and what uses it, at any remove, as a graph.

    ``nodes`` have ``node, kind, name, label, about, step``: ``step`` 0 is the trait itself, those below 0 feed it, those
    above use it. ``links`` lead from a ``node`` ``to`` what reads it. ``finding`` says how many there are.
    """

    name: str
    label: str
    finding: Sequence[str]
    nodes: Frame
    links: Frame
