"""One person at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, overload

import pyarrow.compute as pc

from coterie.domain.meanings import EVENT_MEANINGS, ORDER, REFUND, UNPAID
from coterie.engines import literal
from coterie.resolve import UnmergeResult, find_profile, list_merges, unmerge
from coterie.segment import membership
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads
from coterie.workspace.records import Person, Score, WouldUndo
from coterie.workspace.stand import Stand

_NAMED = " ".join(f"WHEN {EVENT_MEANINGS[event].condition} THEN {literal(event)}" for event in (ORDER, UNPAID, REFUND))

_LATEST = f"""
    SELECT occurred_at, name, about FROM (
        SELECT occurred_at, CASE {_NAMED} END AS name,
               order_id || ': ' || CAST(CAST(revenue AS DECIMAL(18, 2)) AS VARCHAR) || ' ' || coalesce(currency, '') AS about
        FROM orders WHERE profile_id = $profile
        UNION ALL
        SELECT occurred_at, name, CAST(properties AS VARCHAR) FROM events WHERE profile_id = $profile)
    ORDER BY occurred_at DESC, name LIMIT 20"""


class People:
    """Profiles; ``ws.profiles``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads
    def show(self, key: str | int) -> Person:
        """A person, with what is known of them and their twenty latest events.

        ``key`` is a customer key, an e-mail, ``namespace:value`` or ``profile:number``.
        Raises ``UnknownName`` with the nearest keys, ``Refused`` when it names several people.
        """
        engine = self._stand.engine
        profile = find_profile(engine, key, settings=self._stand.settings)
        found = {"profile": profile}
        tables = engine.tables()
        identifiers = engine.query(
            "SELECT namespace, value, first_seen_at, source FROM identifiers WHERE profile_id = $profile ORDER BY ALL",
            found,
        )
        traits = (
            engine.query("SELECT * FROM traits WHERE profile_id = $profile", found).to_pylist()
            if "traits" in tables
            else []
        )
        stages = engine.query(
            "SELECT segmentation, segment FROM assignments WHERE profile_id = $profile ORDER BY ALL", found
        ).to_pylist()
        scores = engine.query(
            "SELECT score, model, value, low, high, as_of FROM scores WHERE profile_id = $profile ORDER BY ALL", found
        ).to_pylist()
        return Person(
            profile_id=profile,
            identifiers=Frame(identifiers),
            traits=_without_number(traits[0]) if traits else {},
            segments=membership.segments_of(engine, [profile]).get(profile, []),
            segmentations={row["segmentation"]: row["segment"] for row in stages},
            scores={row.pop("score"): Score(**row) for row in scores},
            events=Frame(engine.query(_LATEST, found)),
            merges=Frame(list_merges(engine, profile_id=profile, locale=self._stand.settings.locale)),
        )

    @reads
    def merges(self) -> Frame:
        """The merges with their evidence, newest first."""
        return Frame(list_merges(self._stand.engine, locale=self._stand.settings.locale))

    @overload
    def unmerge(self, merge_id: int, *, dry_run: Literal[False] = False) -> UnmergeResult: ...

    @overload
    def unmerge(self, merge_id: int, *, dry_run: bool) -> UnmergeResult | WouldUndo: ...

    def unmerge(self, merge_id: int, *, dry_run: bool = False) -> UnmergeResult | WouldUndo:
        """Undo a merge; remembered by later refreshes. With ``dry_run`` only what would be undone.

        Raises ``Refused`` where there is no such merge, or it was undone already.
        """
        merges = self.merges().arrow
        standing = merges.filter((pc.field("merge_id") == merge_id) & pc.field("undone_at").is_null())
        if dry_run and standing.num_rows:
            return WouldUndo(Frame(standing))
        return unmerge(self._stand.engine, merge_id, self._stand.clock)


def _without_number(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "profile_id"}
