"""When the members of a segment change: with every event, with refreshes alone, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlglot.expressions import Expr

from coterie.engines import Engine, identifier, keep_fact, literal, read_fact
from coterie.profile import TraitDefinition, read_catalog
from coterie.segment.definition import Cadence, SegmentDefinition
from coterie.segment.dependence import Dependences
from coterie.segment.lists import show_list_members
from coterie.segment.operators.in_list import InList
from coterie.segment.plan import SegmentPlan
from coterie.segment.refreshed import digest_of, readers_of
from coterie.words import Sentence, sentence

_FACT, _RELATIVE = "cadences", "relative segments"
_LIST = "frozen segment {0}"
_NEEDS_EVERYBODY = Sentence("it ranks people among all others, by where they stood at the last refresh")


@dataclass(frozen=True)
class Kept:
    """How a segment is kept.

    ``since`` is the instant as of which its members stand, None where that is the last turn's; ``slowed_by`` a segment that it reads and
    so cannot be truer than. ``frozen_in`` names the frozen ones by which it lets people in, itself where it is one; ``frozen_out`` those
    by which it keeps people out: what it reads counts too, at any remove, save what a frozen one read when it was frozen.
    """

    cadence: Cadence
    since: datetime | None = None
    is_relative: bool = False
    slowed_by: str = ""
    frozen_in: tuple[str, ...] = ()
    frozen_out: tuple[str, ...] = ()
    digest: str = ""

    def why(self) -> Sentence | None:
        """Why it is not kept live, where nobody asked for that."""
        if self.cadence != "refreshed":
            return None
        if self.is_relative:
            return _NEEDS_EVERYBODY
        return sentence("it reads {segment}, which is refreshed", segment=self.slowed_by) if self.slowed_by else None


def read_cadences(engine: Engine) -> dict[str, Kept]:
    """Segment → how it is kept, as last refreshed; none before the first."""
    noted: dict[str, dict[str, object]] = json.loads(read_fact(engine, _FACT) or "{}")
    return {name: _kept(each) for name, each in noted.items()}


def _kept(noted: Mapping[str, object]) -> Kept:
    since, read = noted["since"], noted["frozen_in"]
    return Kept(
        **{  # type: ignore[arg-type]
            **noted,
            "since": datetime.fromisoformat(str(since)) if since else None,
            "frozen_in": tuple(read),  # type: ignore[arg-type]
            # Versions before ADR 80 noted what was read without how: it may have been either.
            "frozen_out": tuple(noted.get("frozen_out", read)),  # type: ignore[arg-type]
        }
    )


def keep_cadences(engine: Engine, kept: Mapping[str, Kept]) -> None:
    """Note how segments are kept, in place of what was noted before."""
    told = {name: {**vars(each), "since": each.since and each.since.isoformat()} for name, each in kept.items()}
    keep_fact(engine, _FACT, json.dumps(told))


class FrozenMembers(InList):
    """Those who were in a segment when it was frozen, as one: whoever is that person by now."""

    frozen_at: datetime

    def condition(self, plan: SegmentPlan) -> Expr:
        """Rows of ``list_members`` counted; there may be none, where nobody was in it."""
        return self._is_on_it(plan)

    def words(self) -> Sentence:
        """When that was."""
        return sentence("in it when it was frozen ({at:%Y-%m-%d %H:%M} UTC)", at=self.frozen_at)


def settled(
    engine: Engine, segments: Iterable[SegmentDefinition], noted: Mapping[str, Kept] | None = None
) -> list[SegmentDefinition]:
    """``segments``, of which those that are frozen are by whom they hold rather than by their rule; ``noted`` is what ``read_cadences`` has."""
    noted = read_cadences(engine) if noted is None else noted
    return [_settled(each, noted.get(each.name)) for each in segments]


def _settled(segment: SegmentDefinition, kept: Kept | None) -> SegmentDefinition:
    if kept is None or kept.since is None or not _is_frozen(segment, kept):
        return segment
    rule = FrozenMembers(op="in_list", list=_LIST.format(segment.name), frozen_at=kept.since)
    return segment.model_copy(update={"rule": rule})


def _is_frozen(segment: SegmentDefinition, kept: Kept) -> bool:
    """Whether its members were kept when it was as it is defined now."""
    return segment.cadence == "frozen" == kept.cadence and kept.digest == digest_of(segment)


def are_frozen(segments: Iterable[SegmentDefinition], noted: Mapping[str, Kept]) -> bool:
    """Whether all of the ``segments`` that are to be frozen are."""
    return all(
        each.name in noted and _is_frozen(each, noted[each.name]) for each in segments if each.cadence == "frozen"
    )


def thaw(engine: Engine, name: str) -> None:
    """Have the next refresh freeze a segment anew."""
    noted = read_cadences(engine)
    if name in noted:
        keep_cadences(engine, {**noted, name: replace(noted[name], digest="")})


def freeze(engine: Engine, segments: Iterable[SegmentDefinition]) -> None:
    """Keep who is in the ``segments`` that are to be frozen and are not yet; forget whom those held that no longer are.

    Kept are all their identifiers, so that members are followed through merges, and through merges that are undone.
    """
    wanted, noted = {each.name: each for each in segments if each.cadence == "frozen"}, read_cadences(engine)
    there = engine.tables()
    lists = "SELECT DISTINCT list FROM lists WHERE list LIKE 'frozen segment %'"
    known = {row["list"] for row in engine.query(lists).to_pylist()} if "lists" in there else set()
    fresh = [each for name, each in wanted.items() if name not in noted or not _is_frozen(each, noted[name])]
    for name in known - {_LIST.format(each) for each in wanted} | {_LIST.format(each.name) for each in fresh} & known:
        engine.execute("DELETE FROM lists WHERE list = $name", {"name": name})
    if fresh:
        engine.execute("CREATE TABLE IF NOT EXISTS lists (list VARCHAR, identifier_id BIGINT)")
    for each in fresh:
        engine.insert(
            "lists",
            f"SELECT {literal(_LIST.format(each.name))} AS list, i.identifier_id FROM identifiers AS i "
            f"JOIN membership_flags AS f USING (profile_id) WHERE f.{identifier(each.name)}",
        )
    if fresh:
        show_list_members(engine)


def cadences(
    segments: Sequence[SegmentDefinition],
    relative: Collection[str],
    former: Mapping[str, Kept],
    as_of: datetime,
) -> dict[str, Kept]:
    """Segment → how it is kept after a refresh ``as_of``; ``relative`` are those that need everybody.

    What is not said is chosen: live, unless it needs everybody or reads what is refreshed. ``live`` is not more than can be.
    """
    frozen = {each.name for each in segments if each.cadence == "frozen"}
    rules = [each for each in segments if each.name not in frozen]
    slow = sorted(each.name for each in rules if each.cadence == "refreshed" or each.name in relative)
    slows = {name: readers_of([f"segment {name}"], (), rules) for name in slow}
    leaning = {each.name: set(each.rule.leaning()) for each in rules}
    found: dict[str, Kept] = {}
    for each in segments:
        called, before = f"segment {each.name}", former.get(each.name)
        if each.name in frozen:
            since = before.since if before and _is_frozen(each, before) else as_of
            found[each.name] = Kept("frozen", since, frozen_in=(each.name,), digest=digest_of(each))
            continue
        by = "" if each.name in slow else next((name for name, readers in slows.items() if called in readers), "")
        is_slow = bool(by) or each.name in slow
        cadence: Cadence = "refreshed" if is_slow else "live"
        read = _reached(each.name, leaning)
        ins, outs = (
            tuple(sorted(name for name, is_in in read if name in frozen and is_in is way)) for way in (True, False)
        )
        found[each.name] = Kept(cadence, as_of if is_slow else None, each.name in relative, by, ins, outs)
    return found


def _reached(name: str, leaning: Mapping[str, Collection[tuple[str, bool]]]) -> set[tuple[str, bool]]:
    """What a segment reads, at any remove, each with whether its members are let in: who is kept out by what is kept out is let in."""
    reached, ahead = {(name, True)}, [(name, True)]
    while ahead:
        through, is_in = ahead.pop()
        fresh = {(read, way is is_in) for read, way in leaning.get(through, ())} - reached
        reached |= fresh
        ahead += fresh
    return reached


def relative_segments(
    engine: Engine,
    traits: Sequence[TraitDefinition],
    segments: Sequence[SegmentDefinition],
    as_of: datetime,
    zone: str,
) -> frozenset[str]:
    """The segments that need everybody; looked for where others were looked at the last time, or whom the frozen ones hold is new."""
    of = hashlib.blake2b(
        " ".join([*map(digest_of, traits), *map(digest_of, segments)]).encode(), digest_size=12
    ).hexdigest()
    noted = json.loads(read_fact(engine, _RELATIVE) or "{}")
    if noted.get("of") != of:
        names = Dependences(read_catalog(engine), tuple(traits), tuple(segments), zone).relative_segments(as_of)
        noted = {"of": of, "names": names}
        keep_fact(engine, _RELATIVE, json.dumps(noted))
    return frozenset(noted["names"])
