"""Segmentations of a workspace: divisions of the whole base."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, overload

from coterie.domain import Progress
from coterie.domain.clock import Instant, instant_of
from coterie.domain.meanings import ORDER
from coterie.engines import event_rows
from coterie.errors import NotReady, Refused, UnknownName
from coterie.profile import LifecycleDefinition
from coterie.profile.lifecycle_moves import lifecycle_moves
from coterie.run import parse_definition, trait_definitions
from coterie.segment import (
    DiscoveryDefinition,
    Groups,
    RfmDefinition,
    discover,
    judge,
)
from coterie.segment.segmentations import rfm_grid
from coterie.words import each_into, sentence
from coterie.words.column import sentence_array
from coterie.workspace.frame import Frame
from coterie.workspace.people import adopt_part, part_members
from coterie.workspace.reading import reads
from coterie.workspace.records import (
    Adopted,
    DiscoveryShown,
    GridShown,
    MovesShown,
    SegmentationShown,
    WouldCut,
    WouldDiscover,
)
from coterie.workspace.stand import Stand
from coterie.workspace.telling import (
    described,
    discovery_body,
    discovery_restored,
    discovery_shown,
    evidence_shown,
    grid_shown,
    kept_labels,
    moves_shown,
    parts_in_words,
)

_SEED = 7
_MOVED_WITHIN = timedelta(days=90)

_LIST = """
    SELECT segmentation, count(DISTINCT segment) AS segments, count(*) AS profiles, max(as_of) AS as_of
    FROM assignments GROUP BY segmentation ORDER BY segmentation"""

_PARTS = """
    WITH revenue AS (
        SELECT profile_id, sum(revenue) AS revenue, count(*) AS orders FROM {orders} AS o
        WHERE profile_id IS NOT NULL AND occurred_at < $as_of GROUP BY profile_id)
    SELECT a.segment, count(*) AS size, count(*) / sum(count(*)) OVER () AS share,
           CAST(coalesce(sum(r.revenue), 0) AS DOUBLE) AS revenue,
           CAST(coalesce(sum(r.revenue), 0) / nullif(sum(sum(r.revenue)) OVER (), 0) AS DOUBLE) AS revenue_share,
           CAST(coalesce(sum(r.orders), 0) / count(*) AS DOUBLE) AS orders_each
    FROM assignments a LEFT JOIN revenue r USING (profile_id)
    WHERE a.segmentation = $name GROUP BY a.segment ORDER BY size DESC, a.segment"""


class Segmentations:
    """RFM, lifecycle and discovered segmentations; ``ws.segmentations``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads
    def list(self) -> Frame:
        """``segmentation, segments, profiles, as_of`` of each there is."""
        return Frame(self._stand.engine.query(_LIST))

    @overload
    def rfm(self, *, tiles: int = 5, lang: str | None = None, dry_run: Literal[False] = False) -> GridShown: ...

    @overload
    def rfm(self, *, tiles: int = 5, lang: str | None = None, dry_run: bool) -> GridShown | WouldCut: ...

    def rfm(self, *, tiles: int = 5, lang: str | None = None, dry_run: bool = False) -> GridShown | WouldCut:
        """Everybody scored by recency, frequency and money: the parts with size and revenue, and the grid.

        Nothing is kept: a refresh assigns everybody, with the ``tiles`` of the definition of ``rfm`` where there is one.
        """
        lang = lang or self._stand.lang
        stand = self._stand
        with stand.brought():
            as_of = stand.present
            if dry_run:
                return WouldCut(as_of, tiles)
            zone = stand.settings.timezone
            found = rfm_grid(stand.engine, RfmDefinition(tiles=tiles), as_of=as_of, zone=zone)
            return grid_shown(found, lang)

    @overload
    def discover(
        self,
        *,
        k: str | int | None = None,
        traits: tuple[str, ...] | None = None,
        name: str = "discovered",
        seed: int | None = None,
        lang: str | None = None,
        dry_run: Literal[False] = False,
        progress: Progress | None = None,
    ) -> DiscoveryShown: ...

    @overload
    def discover(
        self,
        *,
        k: str | int | None = None,
        traits: tuple[str, ...] | None = None,
        name: str = "discovered",
        seed: int | None = None,
        lang: str | None = None,
        dry_run: bool,
        progress: Progress | None = None,
    ) -> DiscoveryShown | WouldDiscover: ...

    def discover(
        self,
        *,
        k: str | int | None = None,
        traits: tuple[str, ...] | None = None,
        name: str = "discovered",
        seed: int | None = None,
        lang: str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> DiscoveryShown | WouldDiscover:
        """Find groups in the traits; the groups, and the evidence for their number.

        What is not given is as defined under ``name``, or else the number of groups is chosen
        by the evidence.
        """
        lang = lang or self._stand.lang
        stand = self._stand
        if isinstance(k, str) and k != "auto" and not (k.isdecimal() and int(k) >= 2):
            raise Refused(sentence("--k is auto or a number from 2; found {k!r}", k=k))
        wanted = int(k) if k is not None and k != "auto" else k
        given = {"k": wanted, "traits": traits, "seed": seed}
        definition = self._defined(name).model_copy(update={n: v for n, v in given.items() if v is not None})
        if dry_run:
            return WouldDiscover(stand.as_of, definition)
        with stand.engine.transaction():
            found = discover(stand.engine, definition, as_of=stand.as_of, labels=self._labels(), progress=progress)
            body = discovery_body(found)
            tested = {each: body[each] for each in ("is_clear", "evidence")}
            stand.keep("discovery", name, body, as_of=found.as_of, profiles=found.assigned, validation=tested)
        return discovery_shown(found, lang)

    def _labels(self) -> dict[str, str]:
        """Labels of the traits that were defined here, by name."""
        return {
            trait.name: trait.label
            for trait in trait_definitions(self._stand.engine, self._stand.ledger)
            if trait.label
        }

    def _defined(self, name: str) -> DiscoveryDefinition:
        body = self._stand.bodies("segmentation").get(name)
        defined = parse_definition("segmentation", body) if body else DiscoveryDefinition(name=name, seed=_SEED)
        if isinstance(defined, DiscoveryDefinition):
            return defined
        raise Refused(
            sentence(
                "the segmentation {name!r} is defined otherwise, and refresh divides by it; name another one", name=name
            )
        )

    @reads
    def show(self, name: str, *, personas: bool = True, lang: str | None = None) -> SegmentationShown:
        """The parts of a segmentation with size, revenue and persona; ``personas`` take most of the time, and may be left out."""
        lang = lang or self._stand.lang
        self._known(name)
        parts = self._stand.engine.query(
            _PARTS.format(orders=event_rows(self._stand.engine, ORDER)), {"name": name, "as_of": self._stand.as_of}
        )
        groups = self.groups(name)
        found = described(self._stand, groups) if personas else []
        names = sentence_array(groups.name_of(str(key)) for key in parts["segment"].to_pylist())
        said = [{**row, "name": groups.name_of(str(row["segment"]))} for row in parts.to_pylist()]
        return SegmentationShown(
            segmentation=name,
            kind=self._kind(name),
            as_of=self._stand.as_of,
            finding=each_into(parts_in_words(said), lang),
            parts=Frame.told(parts.add_column(0, "name", names), lang),
            personas={persona.name().told(lang): each_into(persona.sentences(), lang) for persona in found},
        )

    def _kind(self, name: str) -> str:
        if self._stand.kept("discovery", name):
            return "discovered"
        defined = self._definition(name)
        for kind, of in (("rfm", RfmDefinition), ("lifecycle", LifecycleDefinition)):
            if isinstance(defined, of) or (defined is None and name == kind):
                return kind
        return "given"

    def _definition(self, name: str) -> object:
        body = self._stand.bodies("segmentation").get(name)
        return parse_definition("segmentation", body) if body else None

    @reads
    def evidence(self, name: str = "discovered", *, lang: str | None = None) -> DiscoveryShown:
        """The groups that were discovered under that name, and the evidence for their number."""
        return evidence_shown(self.discovered(name), lang or self._stand.lang)

    @reads
    def moves(
        self,
        name: str = "lifecycle",
        *,
        since: Instant | None = None,
        until: Instant | None = None,
        lang: str | None = None,
    ) -> MovesShown:
        """Who moved between the stages of a lifecycle from one instant to another, by default in the ninety days before the as-of.

        Stages are told from the orders known now, by the thresholds of ``until``. Raises ``Refused`` for a segmentation that
        has no stages and for instants in the wrong order, ``NotReady`` where too little time is known.
        """
        self._known(name)
        if self._kind(name) != "lifecycle":
            raise Refused(sentence("{name!r} has no stages; who moved is told of a lifecycle", name=name))
        stand, defined = self._stand, self._definition(name)
        zone, as_of = stand.settings.timezone, stand.as_of
        ended = as_of if until is None else instant_of(until, zone)
        if ended > as_of:
            raise Refused(sentence("who moved is told up to {as_of}; found {until}", as_of=as_of, until=ended))
        began = ended - _MOVED_WITHIN if since is None else instant_of(since, zone)
        if began >= ended:
            raise Refused(sentence("who moved is told from before {as_of}; found {since}", as_of=ended, since=began))
        definition = defined if isinstance(defined, LifecycleDefinition) else None
        found = lifecycle_moves(stand.engine, definition, since=began, as_of=ended, zone=zone, is_past=ended < as_of)
        return moves_shown(name, found, lang or stand.lang)

    @reads
    def groups(self, name: str) -> Groups:
        """The parts of a segmentation with the names a reader sees."""
        return Groups(name, labels=kept_labels(self._stand.kept("discovery", name)))

    @reads
    def members(self, name: str, part: str) -> Frame:
        """The people in a part (its key or its name): ``profile_id, key, email`` and their traits."""
        self._known(name)
        return part_members(self._stand, self.groups(name), part)

    def adopt(self, name: str, part: str, *, as_name: str = "", lang: str | None = None) -> Adopted:
        """Keep a part as a segment, which follows it at every refresh."""
        self._known(name)
        return adopt_part(self._stand, self.groups(name), part, name=as_name, lang=lang)

    @reads
    def quality(self, name: str, *, lang: str | None = None) -> Frame:
        """Is it worth using? Each criterion with its value and verdict."""
        lang = lang or self._stand.lang
        self._known(name)
        return Frame.told(judge(self._stand.engine, self.groups(name), as_of=self._stand.as_of).table(), lang)

    @reads
    def discovered(self, name: str = "discovered") -> Mapping[str, object]:
        """The newest discovery of that name as it was kept, with its evidence."""
        found = self._stand.kept("discovery", name)
        if found is None:
            raise NotReady(
                sentence(
                    "nothing was discovered under the name {name!r}; run `coterie segmentations discover`", name=name
                )
            )
        return discovery_restored(found)

    def _known(self, name: str) -> None:
        known = [str(row["segmentation"]) for row in self.list().rows()]
        if not known:
            raise NotReady("there is no segmentation yet; run `coterie refresh` first")
        if name not in known:
            raise UnknownName("segmentation", name, known)
