"""Segments looked at side by side: parts of a segmentation, or rule segments that may overlap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from coterie.engines import Engine
from coterie.errors import NotReady, UnknownName
from coterie.profile import STAGES
from coterie.segment.membership import LONG, members_sql
from coterie.segment.segmentations.model import DiscoveredModel, kept_model
from coterie.segment.segmentations.naming import trait_words
from coterie.segment.segmentations.rfm_names import SEGMENTS
from coterie.words import Sentence


@dataclass(frozen=True)
class Groups:
    """Which segments to look at: a segmentation by name, or rule segments by theirs (all when empty).

    ``labels`` gives a segment's name; RFM and lifecycle parts have theirs already.
    """

    segmentation: str | None = None
    segments: tuple[str, ...] = ()
    labels: Mapping[str, Sentence] = field(default_factory=dict)

    @property
    def is_exclusive(self) -> bool:
        """Whether a profile is in one segment at most."""
        return self.segmentation is not None

    @property
    def is_lifecycle(self) -> bool:
        """Whether the parts are lifecycle stages; RFM parts share some of their keys."""
        return (self.segmentation or "").startswith("lifecycle")

    def name_of(self, segment: str) -> Sentence:
        """The name a reader sees.

        >>> Groups("rfm").name_of("cannot_lose"), Groups().name_of("big_spenders")
        ('Cannot lose them', 'big spenders')
        """
        if segment in self.labels:
            return self.labels[segment]
        if self.is_lifecycle and segment in STAGES:
            return STAGES[segment].name()
        if self.is_exclusive and segment in SEGMENTS:
            return SEGMENTS[segment].name()
        return trait_words(segment)


def labels_of(model: DiscoveredModel) -> dict[str, Sentence]:
    """Names of discovered parts, for ``Groups.labels``."""
    return {part.key: part.name() for part in model.parts}


def named(engine: Engine, groups: Groups) -> Groups:
    """``groups`` with the names of its parts, where it is a discovered segmentation and no labels were given."""
    kept = kept_model(engine, groups.segmentation) if groups.segmentation and not groups.labels else None
    return replace(groups, labels=labels_of(kept.model)) if kept else groups


@dataclass(frozen=True)
class OpenGroups:
    """Segments under the glass: the table aside of their ``members`` (``segment, profile_id``), and their names."""

    members: str
    segments: list[str]


@contextmanager
def opened(engine: Engine, groups: Groups) -> Iterator[OpenGroups]:
    """The members as a table for as long as the block lasts, and the names of their segments.

    Raises ``NotReady`` when nobody has been assigned yet and ``UnknownName`` for a segment that is not there.
    """
    if groups.segmentation is not None:
        source = "SELECT segment, profile_id FROM assignments WHERE segmentation = $segmentation"
        bound: dict[str, object] | None = {"segmentation": groups.segmentation}
    elif LONG in engine.tables():
        source, bound = members_sql(engine), None
    else:
        raise NotReady("no segment has members yet; refresh first")
    with engine.temporary("members", source, bound) as members:
        present = engine.query(f"SELECT DISTINCT segment FROM {members} ORDER BY segment")["segment"].to_pylist()
        if not present:
            _refuse_empty(engine, groups)
        yield _wanted(engine, groups.segments, OpenGroups(members, present))


def _wanted(engine: Engine, wanted: Sequence[str], every: OpenGroups) -> OpenGroups:
    for name in wanted:
        if name not in every.segments:
            raise UnknownName("segment with members", name, every.segments)
    if not wanted:
        return every
    kept = f"SELECT * FROM {every.members} WHERE list_contains($wanted, segment)"
    members = engine.aside("members", kept, {"wanted": list(wanted)})
    return OpenGroups(members, [name for name in every.segments if name in wanted])


def _refuse_empty(engine: Engine, groups: Groups) -> None:
    if groups.segmentation is None:
        raise NotReady("no segment has members; refresh, or widen the rules")
    known = engine.query("SELECT DISTINCT segmentation FROM assignments ORDER BY 1").column(0).to_pylist()
    raise UnknownName("segmentation with members", groups.segmentation, known)
