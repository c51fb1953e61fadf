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
    one a campaign and state. ``sending_held`` and ``fenced`` say why nothing leaves, None where it may; ``unsigned`` names the settings
    without which it may not; ``documents_fault`` says why a server that runs reads people from the warehouse rather than from documents.
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
    unsigned: Sequence[str]
    documents_fault: str | None


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
class TemplateShown:
    """What somebody would read of a template: ``profile_id`` None is somebody of whom nothing is known.

    ``language`` is that of the words, one of its ``languages``; ``advice`` says what could be better.
    """

    template: str
    profile_id: int | None
    language: str
    languages: Sequence[str]
    subject: str
    html: str
    text: str
    advice: Sequence[str]


@dataclass(frozen=True)
class CampaignScheduled:
    """A campaign that is launched by itself: when next (naive UTC), and to how many as its audience is now."""

    campaign: str
    next_at: datetime
    contacts: int
    dry_run: bool = False


@dataclass(frozen=True)
class CampaignApproved:
    """Who approved a campaign, as it and its templates are now, and when (naive UTC)."""

    campaign: str
    by: str
    at: datetime
    dry_run: bool = False


@dataclass(frozen=True)
class CampaignResults:
    """A campaign's readout, with its sentences first; ``engagement`` counts by arm what people opened and clicked, and what programs fetched."""

    campaign: str
    sentences: Sequence[str]
    readout: CampaignReadout
    engagement: Frame


@dataclass(frozen=True)
class PastCampaign:
    """What past campaigns of one type did, without a holdout."""

    sentences: Sequence[str]
    comparison: PastComparison


@dataclass(frozen=True)
class SegmentShown:
    """A segment with its rule in words, its size at the last refresh (None before one) and its persona.

    ``cadence`` says when its members change, ``members_as_of`` as of when they stand, ``not_live_because`` why they wait for a refresh where nobody
    asked for that.
    """

    name: str
    label: str
    rule: str
    size: int | None
    share: float | None
    as_of: datetime | None
    cadence: str | None
    members_as_of: datetime | None
    not_live_because: str | None
    persona: Sequence[str]


@dataclass(frozen=True)
class Refrozen:
    """A segment that the next refresh freezes anew, and since when it was frozen before; None where it was not yet."""

    segment: str
    frozen_before: datetime | None


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

    ``finding`` says what is most of it; ``parts`` has a row a named segment, ``cells`` one a cell of the grid, ``ranges`` one a score with its values.
    """

    as_of: datetime
    customers: int
    with_orders: int
    finding: Sequence[str]
    parts: Frame
    cells: Frame
    ranges: Frame


@dataclass(frozen=True)
class DiscoveryShown:
    """Groups found in the traits.

    ``finding`` says in sentences what was found; ``parts`` has a row a group, ``evidence`` one a number of groups that was tried; ``is_clear`` says whether
    they stand apart at all. ``notes`` and ``preparation`` are sentences.
    """

    as_of: datetime
    k: int
    assigned: int
    finding: Sequence[str]
    parts: Frame
    evidence: Frame
    is_clear: bool
    notes: Sequence[str]
    preparation: Sequence[str]


@dataclass(frozen=True)
class SegmentationShown:
    """The parts of a segmentation with size and revenue, and a persona of each by its name.

    ``kind`` is rfm, lifecycle or discovered, else given; ``finding`` says in sentences which parts are most.
    """

    segmentation: str
    kind: str
    as_of: datetime
    finding: Sequence[str]
    parts: Frame
    personas: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class MovesShown:
    """Who moved between the stages of the lifecycle since an instant.

    ``moves`` has a row a pair of stages, ``before`` being None for those who were not known then; ``finding`` are sentences.
    """

    segmentation: str
    since: datetime
    as_of: datetime
    finding: Sequence[str]
    moves: Frame


@dataclass(frozen=True)
class ModelExplained:
    """What a fitted model says, in sentences and tables.

    ``finding`` is what it expects, ``how_sure`` how it did on weeks it had not seen; ``forecasts`` compares it with simple
    rules, ``tracking`` and ``deciles`` are the words beneath these pictures; ``parameters`` have their meaning.
    """

    model: str
    finding: Sequence[str]
    how_sure: Sequence[str]
    forecasts: Frame
    tracking: Sequence[str]
    deciles: Sequence[str]
    parameters: Frame
    likelihood: Sequence[str]
    remarks: Sequence[str]


@dataclass(frozen=True)
class KpiComparison:
    """Key figures from ``since`` to ``until`` beside those of the time before, from ``before_since`` to ``before_until``; money is in ``currency``.

    ``figures`` has a row a figure and group; ``finding`` says in sentences what changed most.
    """

    since: datetime
    until: datetime
    before_since: datetime
    before_until: datetime
    currency: str
    finding: Sequence[str]
    figures: Frame


@dataclass(frozen=True)
class ChannelsFound:
    """What the score matrix comes to: ``finding`` in sentences, what a reader must know of it, and how much each principle counts."""

    by: str | None
    finding: Sequence[str]
    notes: Sequence[str]
    weights: Mapping[str, float]


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
class TriedOut:
    """A test of a template: to whom, as whom, what the provider answered.

    ``state`` is ``sent``, ``failed``, ``deferred`` or ``unknown``, as messages have it; with ``dry_run`` it is ``checked``: all was made, and nothing left.
    """

    template: str
    to: str
    profile_id: int | None
    subject: str
    state: str
    code: int | None
    reply: str
    dry_run: bool


@dataclass(frozen=True)
class ConsentsShown:
    """What a person said about being written to, and what it comes to now.

    ``channels`` has a row a channel and purpose: the ``address`` that would be written to, whether a message ``may`` go, the ``reason``
    code why not and ``why`` in words. ``statements`` are the rows of the ledger, the newest first, each with the ``file`` it was loaded
    from where that is known; of the text that was agreed to its hash. ``blocks`` are the lines of the suppression list for their addresses.
    """

    profile_id: int
    channels: Frame
    statements: Frame
    blocks: Frame


@dataclass(frozen=True)
class GraphShown:
    """Why the identifiers of a profile are one person: the identifiers, the ``links`` between them, and profiles told ``apart`` from it."""

    profile_id: int
    identifiers: Frame
    links: Frame
    apart: Frame


@dataclass(frozen=True)
class WouldJoin:
    """What a merge by hand, or a refusal of one, would join or keep apart."""

    would_join: Sequence[int]
    would_part: Sequence[int]


@dataclass(frozen=True)
class Erasure:
    """People erased: the numbers they had, how many rows of which table, and the line of the audit log that certifies it.

    ``rows`` of the outbox and of exposures stay as nobody's. Of ``hashes`` identifiers a keyed hash is kept, so that nobody writes to them again
    and old data bring nobody back. ``is_scrubbed``: what freed space still held is overwritten. With ``dry_run`` what would go,
    ``files`` too.
    """

    profiles: Sequence[int]
    rows: Mapping[str, int]
    hashes: int
    files: Sequence[str]
    certificate: int | None = None
    code: str | None = None
    erased_at: datetime | None = None
    by: str | None = None
    is_scrubbed: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class PersonExport:
    """Everything that is kept about a person: ``tables`` maps each table that has rows about them to these."""

    profile_id: int
    exported_at: datetime
    tables: Mapping[str, Sequence[Mapping[str, object]]]


@dataclass(frozen=True)
class SettingsKept:
    """All settings as the file has them, and which of those that say who writes nobody could believe (``unsigned``).

    ``counts`` says of the one that was changed when it does: ``at once`` or ``at the next start``.
    """

    version: int
    settings: Mapping[str, object]
    unsigned: Sequence[str]
    counts: str | None = None


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
