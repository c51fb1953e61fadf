"""What the methods of a workspace hand back where it is no table: records, whose fields are their JSON keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coterie.decide.plan import PlanFigures
from coterie.measure import CampaignReadout, PastComparison
from coterie.segment import DiscoveryDefinition
from coterie.workspace.frame import Frame


@dataclass(frozen=True)
class Status:
    """What is here, how much, how fresh.

    ``rows`` counts by table, ``definitions`` by kind, ``fits`` what was fitted; ``sources`` has a row a source and kind of file, ``messages``
    one a campaign and state. ``sending_held`` and ``fenced`` say why nothing leaves, None where it may.
    """

    workspace: str
    folder: str
    as_of: datetime | None
    refreshed_at: str | None
    newest_fact_at: datetime | None
    orders_known_until: Mapping[str, datetime | None]
    rows: Mapping[str, int]
    in_quarantine: int
    definitions: Mapping[str, int]
    fits: int
    sources: Frame
    messages: Frame
    sending_held: str | None
    fenced: str | None


@dataclass(frozen=True)
class Backup:
    """A copy that was made and proved; ``files`` maps each file of it to its SHA-256."""

    backup: str
    files: Mapping[str, str]
    made_at: str
    workspace: str


@dataclass(frozen=True)
class Restored:
    """A workspace made of a backup: where it is, of when it is, how many files it has."""

    restored: str
    made_at: str
    workspace: str
    files: int


@dataclass(frozen=True)
class Unsubscribed:
    """What an unsubscribe link ended, for whoever got that message."""

    campaign: str
    channel: str
    purpose: str
    unsubscribed: bool = True


@dataclass(frozen=True, kw_only=True)
class PlanShown(PlanFigures):
    """What sending a campaign that is not launched would do, in words and numbers."""

    sentences: Sequence[str]
    warnings: Sequence[str]
    dry_run: bool = False


@dataclass(frozen=True)
class SendShown:
    """What sending a launched campaign on would do now.

    ``sent``, ``failed`` and ``unknown`` count what became of messages; ``contacts`` would leave, ``refused`` would
    not, by reason; ``later`` wait, the first until ``next_at``. ``held`` says why nothing leaves, or is empty.
    """

    sentences: Sequence[str]
    campaign: str
    launched_at: datetime
    sent: int
    failed: int
    unknown: int
    contacts: int
    refused: Mapping[str, int]
    later: int
    next_at: datetime | None
    held: str
    dry_run: bool = True


@dataclass(frozen=True)
class CampaignResults:
    """A campaign's readout, with its sentences first."""

    campaign: str
    sentences: Sequence[str]
    readout: CampaignReadout


@dataclass(frozen=True)
class PastCampaign:
    """What past campaigns of one type did, without a holdout."""

    sentences: Sequence[str]
    comparison: PastComparison


@dataclass(frozen=True)
class SegmentShown:
    """A segment with its rule in words, its size at the last refresh (None before one) and its persona."""

    name: str
    label: str
    rule: str
    size: int | None
    share: float | None
    as_of: datetime | None
    persona: Sequence[str]


@dataclass(frozen=True)
class Adopted:
    """A segment that was kept: its name, label, rule as a tree, and version."""

    segment: str
    label: str
    rule: Mapping[str, object]
    version: int


@dataclass(frozen=True)
class RolledBack:
    """The new ``version`` of a segment, which says the ``same_as`` an earlier one."""

    segment: str
    version: int
    same_as: int


@dataclass(frozen=True)
class WouldRollBack:
    """The definition that a segment would have again."""

    segment: str
    would_become: Mapping[str, object]


@dataclass(frozen=True)
class GridShown:
    """Everybody by recency, frequency and money.

    ``parts`` has a row a named segment, ``cells`` one a cell of the grid, ``ranges`` one a score with its values.
    """

    as_of: datetime
    customers: int
    with_orders: int
    parts: Frame
    cells: Frame
    ranges: Frame


@dataclass(frozen=True)
class DiscoveryShown:
    """Groups found in the traits.

    ``parts`` has a row a group, ``evidence`` one a number of groups that was tried; ``is_clear`` says whether
    they stand apart at all. ``notes`` and ``preparation`` are sentences.
    """

    as_of: datetime
    k: int
    assigned: int
    parts: Frame
    evidence: Frame
    is_clear: bool
    notes: Sequence[str]
    preparation: Sequence[str]


@dataclass(frozen=True)
class SegmentationShown:
    """The parts of a segmentation with size and revenue, and a persona of each by its name."""

    segmentation: str
    as_of: datetime
    parts: Frame
    personas: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Score:
    """A model's figure of a person, with its range where it has one."""

    model: str
    value: float | None
    low: float | None
    high: float | None
    as_of: datetime


@dataclass(frozen=True)
class Person:
    """One profile: its identifiers, what is known of it, where it is, and its twenty latest events."""

    profile_id: int
    identifiers: Frame
    traits: Mapping[str, object]
    segments: Sequence[str]
    segmentations: Mapping[str, str]
    scores: Mapping[str, Score]
    events: Frame
    merges: Frame


@dataclass(frozen=True)
class WouldUndo:
    """The merge that ``unmerge`` would undo, as ``merges`` has it."""

    would_undo: Frame


@dataclass(frozen=True)
class WouldRefresh:
    """The instant that a refresh would be for; ``is_historic`` where it is the end of old data, not now."""

    as_of: datetime
    is_historic: bool
    dry_run: bool = True


@dataclass(frozen=True)
class WouldCut:
    """The instant and the tiles that an RFM grid would be cut by."""

    as_of: datetime
    tiles: int
    dry_run: bool = True


@dataclass(frozen=True)
class WouldDiscover:
    """The instant and the definition that groups would be looked for by."""

    as_of: datetime
    definition: DiscoveryDefinition
    dry_run: bool = True


@dataclass(frozen=True)
class WouldFit:
    """The model, instant and horizon that would be fitted."""

    model: str
    as_of: datetime
    horizon_days: int
    dry_run: bool = True
