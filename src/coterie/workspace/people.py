"""People: one at a time, or those of a segment or a part of a segmentation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import Literal, cast, overload

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide import purposes_open
from coterie.deliver import CHANNELS
from coterie.domain.consenting import MARKETING
from coterie.domain.meanings import EVENT_MEANINGS, ORDER, REFUND, UNPAID
from coterie.engines import identifier, literal
from coterie.errors import Refused, UnknownName
from coterie.protect import namespace_of
from coterie.protect.keys import TO_PROGRAMS
from coterie.resolve import (
    ApartResult,
    MergeResult,
    UnmergeResult,
    find_profile,
    identity_graph,
    keep_apart,
    list_merges,
    merge,
    unmerge,
)
from coterie.run import parse_definition, trait_definitions
from coterie.segment import Groups, membership, ready_templates
from coterie.words import sentence
from coterie.workspace.frame import Frame
from coterie.workspace.person_facts import consents_of, segments_since
from coterie.workspace.reading import reads, reads_brought
from coterie.workspace.records import (
    Adopted,
    ConsentsShown,
    Erasure,
    GraphShown,
    Person,
    PersonExport,
    Score,
    WouldJoin,
    WouldUndo,
)
from coterie.workspace.stand import Stand
from coterie.workspace.trait_records import TraitShown
from coterie.workspace.traits import trait_of

_NAMED = " ".join(f"WHEN {EVENT_MEANINGS[event].condition} THEN {literal(event)}" for event in (ORDER, UNPAID, REFUND))

LATEST = 20
"""Events that a person is shown with."""


def happened_sql(whose: str) -> str:
    """SQL of what people did, ``profile_id, occurred_at, name, about``; ``whose`` stands behind each table and picks rows of it."""
    return f"""
    SELECT profile_id, occurred_at, CASE {_NAMED} END AS name,
           order_id || ': ' || CAST(CAST(revenue AS DECIMAL(18, 2)) AS VARCHAR) || ' ' || coalesce(currency, '') AS about
    FROM orders {whose}
    UNION ALL
    SELECT profile_id, occurred_at, name, CAST(properties AS VARCHAR) FROM events {whose}"""


_HAPPENED = happened_sql("WHERE profile_id = $profile")
_LATEST = f"SELECT occurred_at, name, about FROM ({_HAPPENED}) ORDER BY occurred_at DESC, name, about LIMIT {LATEST}"


TimelinePlace = tuple[datetime, int]
_TIMELINE = f"""
    SELECT occurred_at, name, about, number FROM (
        SELECT *, row_number() OVER (PARTITION BY occurred_at ORDER BY name, about) AS number FROM ({_HAPPENED}))
    WHERE $at IS NULL OR occurred_at < $at OR (occurred_at = $at AND number > $number)
    ORDER BY occurred_at DESC, number LIMIT $most"""


class People:
    """Profiles; ``ws.profiles``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads
    def trait(self, name: str, *, lang: str | None = None) -> TraitShown:
        """One trait of theirs: what it is, what it is made of, and how its values are spread; raises ``UnknownName``."""
        return trait_of(self._stand, name, lang or self._stand.lang)

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
            merges=Frame.told(list_merges(engine, profile_id=profile), self._stand.lang),
        )

    @reads
    def find(self, key: str | int) -> int:
        """The number of the person whom ``key`` names, as ``show`` reads it."""
        return find_profile(self._stand.engine, key, settings=self._stand.settings)

    @reads
    def page(self, *, after: int = 0, most: int = 100) -> Frame:
        """The first ``most`` people whose number is above ``after``, by number: ``profile_id, key, email`` and their traits."""
        found = self._stand.engine.query(
            "SELECT profile_id FROM profiles WHERE profile_id > $after ORDER BY profile_id LIMIT $most",
            {"after": after, "most": most},
        )
        return people_of(self._stand, found)

    @reads
    def timeline(self, key: str | int, *, before: TimelinePlace | None = None, most: int = 50) -> Frame:
        """What a person did, newest first: ``occurred_at, name, about, number``, those behind the place ``before``.

        A place is ``occurred_at`` and ``number`` of the last one seen; numbers count what happened at one instant.
        """
        profile = self.find(key)
        at, number = before or (None, 0)
        return Frame(
            self._stand.engine.query(_TIMELINE, {"profile": profile, "at": at, "number": number, "most": most})
        )

    @reads
    def consents(self, key: str | int, *, lang: str | None = None) -> ConsentsShown:
        """What a person said about being written to, with its proof, and whether each channel may be used now, and why not."""
        return consents_of(self._stand, self.find(key), lang or self._stand.lang)

    @reads
    def segments(self, key: str | int) -> Frame:
        """The segments that a person is in, ``since`` when; null where they were in it before there was a log."""
        return segments_since(self._stand, self.find(key))

    @reads
    def graph(self, key: str | int) -> GraphShown:
        """Why the identifiers of a person are one: each of them, what links them, and who was told apart from them."""
        profile = self.find(key)
        found = identity_graph(self._stand.engine, profile)
        links = Frame.told(found.links, self._stand.lang)
        return GraphShown(profile, Frame(found.identifiers), links, Frame(found.apart))

    @reads
    def merges(self) -> Frame:
        """The merges with their evidence, newest first."""
        return Frame.told(list_merges(self._stand.engine), self._stand.lang)

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
        done = unmerge(self._stand.engine, merge_id, self._stand.clock)
        self._note("merge undone", done.merge_id, done.kept_profile_id, done.restored_profile_id)
        return done

    @overload
    def merge(self, key: str | int, other: str | int, *, dry_run: Literal[False] = False) -> MergeResult: ...

    @overload
    def merge(self, key: str | int, other: str | int, *, dry_run: bool) -> MergeResult | WouldJoin: ...

    def merge(self, key: str | int, other: str | int, *, dry_run: bool = False) -> MergeResult | WouldJoin:
        """Make one person of two, by hand; it overrules whoever told them apart before, and ``unmerge`` undoes it.

        Traits and segments follow at the next refresh. Raises ``Refused`` where both are one already, or cannot be.
        """
        one, two = self.find(key), self.find(other)
        if dry_run:
            return WouldJoin([one, two], [])
        settings = self._stand.settings_now
        done = merge(self._stand.engine, one, two, settings=settings, clock=self._stand.clock)
        self._note("merge by hand", done.merge_id, done.kept_profile_id, done.merged_profile_id)
        return done

    @overload
    def keep_apart(self, key: str | int, other: str | int, *, dry_run: Literal[False] = False) -> ApartResult: ...

    @overload
    def keep_apart(self, key: str | int, other: str | int, *, dry_run: bool) -> ApartResult | WouldJoin: ...

    def keep_apart(self, key: str | int, other: str | int, *, dry_run: bool = False) -> ApartResult | WouldJoin:
        """Refuse that two are one person: no later refresh joins them, whatever links them.

        Raises ``Refused`` where both are one already; then ``unmerge`` takes them apart.
        """
        one, two = self.find(key), self.find(other)
        if dry_run:
            return WouldJoin([], [one, two])
        done = keep_apart(self._stand.engine, one, two, self._stand.clock)
        self._note("merge refused", done.merge_id, done.profile_id, done.other_profile_id)
        return done

    def _note(self, act: str, merge_id: int, one: int, two: int) -> None:
        with self._stand.ledger.transaction() as t:
            profiles = {"profiles": [one, two]}
            t.audit.append(act, f"merge {merge_id}", profiles, actor=self._stand.actor, at=self._stand.clock())

    @reads_brought
    def export(self, key: str | int) -> PersonExport:
        """Everything that is kept about a person, table by table, for whoever asks for their data (GDPR 15 and 20)."""
        from coterie.workspace.erasing import export_person

        return export_person(self._stand, key)

    def erase(self, *keys: str | int, dry_run: bool = False, actor: str = "") -> Erasure:
        """Take people out of both stores and of every file of the workspace, for good; several at once cost little more than one.

        Each of ``keys`` is read as by ``show``; who was merged is erased as one person. Kept are a keyed hash of each
        identifier, by which nobody writes to them again and data from before the erasure are refused; messages and exposures as nobody's,
        with what campaigns had brought; and a line of the audit log. ``actor`` is who decides it. Raises ``UnknownName`` or ``Refused`` before anything is
        changed; a process that is killed leaves it to the next one that opens the workspace.
        """
        from coterie.workspace.erasing import erase, would_erase

        return would_erase(self._stand, keys) if dry_run else erase(self._stand, keys, actor=actor)


def _without_number(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "profile_id"}


_OURS = ("profile_id", "key", "email", "consent_email", "consent_sms")
_MEMBERS = """
    SELECT m.profile_id, i.key, e.email{traits}
    FROM {people} m
    LEFT JOIN (SELECT profile_id, arg_min(value, identifier_id) AS key FROM identifiers GROUP BY profile_id) i USING (profile_id)
    LEFT JOIN (SELECT profile_id, arg_max(value, identifier_id) AS email FROM identifiers WHERE namespace = 'email'
               GROUP BY profile_id) e USING (profile_id)
    {known} ORDER BY m.profile_id"""
_KNOWN = "LEFT JOIN traits t USING (profile_id)"


def people_of(stand: Stand, table: pa.Table) -> Frame:
    """``profile_id, key, email``, whether marketing may go to them, and the traits of every ``profile_id`` of ``table``.

    Whoever writes to them from another program has to see who said no: ``consent_email``, and ``consent_sms``
    where there are telephone numbers, say ``granted`` or the reason why not.
    """
    engine = stand.engine
    known = engine.columns("traits") if "traits" in engine.tables() else ()
    traits = [name for name in known if name not in _OURS]
    chosen = "".join(f", t.{identifier(name)}" for name in traits)
    with engine.temporary("people", table) as people:
        found = engine.query(_MEMBERS.format(people=people, traits=chosen, known=_KNOWN if known else ""))
        return Frame(_with_consents(stand, found, f"SELECT profile_id FROM {people}"))


def _with_consents(stand: Stand, people: pa.Table, shown: str) -> pa.Table:
    kinds = stand.engine.query("SELECT DISTINCT namespace FROM identifiers")["namespace"].to_pylist()
    place = people.column_names.index("email") + 1
    with stand.ledger.reading() as t:
        t.prove()
        for channel in ("sms", "email") if "phone" in kinds else ("email",):
            now, country = stand.clock(), stand.settings.country
            asked = purposes_open(stand.engine, t, stand.key, shown, channel, MARKETING, now=now, country=country)
            people = people.add_column(place, f"consent_{channel}", pc.fill_null(asked["reason"], "granted"))
    return people


def reach_of(stand: Stand, table: pa.Table) -> Frame:
    """How many of the profiles in ``table`` marketing may go to, by channel: ``channel, size``; channels in which nobody has an address are left out."""
    kinds = set(stand.engine.query("SELECT DISTINCT namespace FROM identifiers")["namespace"].to_pylist())
    used = [each for each in CHANNELS if each not in TO_PROGRAMS or each in stand.settings.delivery]
    channels = [each for each in dict.fromkeys(("email", "sms", *used)) if namespace_of(each) in kinds]
    now, country = stand.clock(), stand.settings.country
    rows = []
    with stand.engine.temporary("meant", table) as meant, stand.ledger.reading() as t:
        t.prove()
        for each in channels:
            shown = f"SELECT profile_id FROM {meant}"
            asked = purposes_open(stand.engine, t, stand.key, shown, each, MARKETING, now=now, country=country)
            rows.append({"channel": each, "size": asked["reason"].null_count})
    return Frame.of(rows)


def labelled(stand: Stand, frame: Frame, lang: str) -> Frame:
    """``frame`` with the labels of traits as headings; a label that two share keeps the name in brackets."""
    labels = {trait.name: trait.called.told(lang) for trait in trait_definitions(stand.engine, stand.ledger)}
    wanted = [labels.get(name, name) for name in frame.arrow.column_names]
    shown = [
        f"{label} ({name})" if wanted.count(label) > 1 and label != name else label
        for label, name in zip(wanted, frame.arrow.column_names, strict=True)
    ]
    return Frame(frame.arrow.rename_columns(shown))


def part_named(stand: Stand, groups: Groups, part: str) -> str:
    """The key of the part that ``part`` names: the key itself, or its name in either language."""
    keys = _keys(stand, groups)
    for key in keys:
        if part in (key, groups.name_of(key), groups.name_of(key).told("zh")):
            return key
    raise UnknownName(sentence("part of {segmentation!r}", segmentation=groups.segmentation), part, keys)


def _keys(stand: Stand, groups: Groups) -> list[str]:
    """The parts that anybody is in, as last assigned."""
    found = stand.engine.query(
        "SELECT DISTINCT segment FROM assignments WHERE segmentation = $name ORDER BY 1", {"name": groups.segmentation}
    )
    return [str(key) for key in found["segment"].to_pylist()]


_CELL = re.compile(r"[1-9*](-[1-9*]){2}")


def _cells(stand: Stand, groups: Groups, pattern: str) -> list[str]:
    """Cells of an RFM grid that a pattern such as ``5-4-*`` stands for, empty ones too; the part itself for other names."""
    if not _CELL.fullmatch(pattern) or "*" not in pattern:
        return [part_named(stand, groups, pattern)]
    cells = [key for key in _keys(stand, groups) if _CELL.fullmatch(key)]
    if not cells:
        return [part_named(stand, groups, pattern)]
    most = max(int(score) for cell in cells for score in cell.split("-"))
    scores = [range(1, most + 1) if score == "*" else (int(score),) for score in pattern.split("-")]
    return ["-".join(map(str, cell)) for cell in product(*scores)]


def part_members(stand: Stand, groups: Groups, part: str) -> Frame:
    """The profiles in a part of a segmentation, or in the cells of an RFM grid that ``part`` stands for, as last assigned."""
    values = {"name": groups.segmentation, "parts": _cells(stand, groups, part)}
    query = "SELECT profile_id FROM assignments WHERE segmentation = $name AND segment IN (SELECT unnest($parts)) ORDER BY profile_id"
    return people_of(stand, stand.engine.query(query, values))


def adopt_part(stand: Stand, groups: Groups, part: str, *, name: str = "", lang: str | None = None) -> Adopted:
    """Keep a part of a segmentation as a segment that follows it at every refresh."""
    lang = lang or stand.lang
    keys = _cells(stand, groups, part)
    trait = f"segmentation.{groups.segmentation}"
    body: dict[str, object] = {
        "name": name or f"{groups.segmentation}_{part if len(keys) > 1 else keys[0]}".replace("*", "x")[:100],
        "label": sentence("RFM cells {cells}", cells=part).told(lang)
        if len(keys) > 1
        else groups.name_of(keys[0]).told(lang),
        "rule": {"trait": trait, "in": keys} if len(keys) > 1 else {"trait": trait, "=": keys[0]},
    }
    return _adopted(stand, body)


def adopt_template(stand: Stand, template: str, *, name: str = "", lang: str | None = None) -> Adopted:
    """Keep a ready segment of the library as a segment of the workspace; raises ``UnknownName`` with the nearest."""
    lang = lang or stand.lang
    ready = {each.name: each for each in ready_templates(stand.engine)}
    if template not in ready:
        raise UnknownName("template", template, ready)
    body = ready[template].body(lang)
    return _adopted(stand, body | ({"name": name} if name else {}))


def _adopted(stand: Stand, body: dict[str, object]) -> Adopted:
    name = str(body["name"])
    if name in stand.bodies("segment"):
        raise Refused(sentence("there is a segment {name} already; choose another name with --as", name=name))
    parse_definition("segment", body)
    with stand.ledger.transaction() as t:
        saved = t.definitions.save("segment", name, body, author=stand.actor, at=stand.clock())
        t.audit.append(
            "definition add", f"segment {name}", {"version": saved.version}, actor=stand.actor, at=stand.clock()
        )
    return Adopted(name, str(body.get("label", "")), cast("Mapping[str, object]", body["rule"]), saved.version)
