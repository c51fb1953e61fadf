"""Segmentations of a workspace: divisions of the whole base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, overload

from coterie.domain import Progress
from coterie.domain.meanings import ORDER
from coterie.engines import event_rows
from coterie.errors import NotReady, Refused, UnknownName
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
    grid_shown,
    kept_labels,
)

_SEED = 7

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
    def show(self, name: str, *, lang: str | None = None) -> SegmentationShown:
        """The parts of a segmentation with size, revenue and persona."""
        lang = lang or self._stand.lang
        self._known(name)
        parts = self._stand.engine.query(
            _PARTS.format(orders=event_rows(self._stand.engine, ORDER)), {"name": name, "as_of": self._stand.as_of}
        )
        groups = self.groups(name)
        personas = described(self._stand, groups)
        names = sentence_array(groups.name_of(str(key)) for key in parts["segment"].to_pylist())
        return SegmentationShown(
            segmentation=name,
            as_of=self._stand.as_of,
            parts=Frame.told(parts.add_column(0, "name", names), lang),
            personas={persona.name().told(lang): each_into(persona.sentences(), lang) for persona in personas},
        )

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
