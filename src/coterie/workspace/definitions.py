"""Definitions of a workspace as files: diff, apply, export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

import pyarrow as pa
import yaml

from coterie.decide import CampaignDefinition, check_campaign
from coterie.decide.journeys import JourneyDefinition, check_journey
from coterie.decide.journeys.altering import altered_columns, check_alterations, given_attributes
from coterie.decide.journeys.bounds import over_caps
from coterie.decide.journeys.circles import check_circles
from coterie.deliver import CHANNELS
from coterie.domain.clock import Instant
from coterie.errors import BadDefinition, CoterieError, NotReady, Refused, UnknownName
from coterie.profile import TraitDefinition, read_catalog
from coterie.profile.changed import changed_traits
from coterie.profile.given import declare_attributes
from coterie.profile.listed import lists_by_hand
from coterie.resolve import has_people
from coterie.run import (
    SECTIONS,
    Change,
    WrittenDefinition,
    YamlPlace,
    compare,
    parse_definition,
    plain,
    read_definitions,
    save_changes,
    segment_definitions,
    steps_of,
    trait_definitions,
    write_definitions,
)
from coterie.run.definition_files import parse_definitions
from coterie.segment import SegmentDefinition, faults
from coterie.segment.lists import declare_lists
from coterie.segment.membership import sizes
from coterie.segment.preview import plan_rule, sizes_of
from coterie.store import Definition
from coterie.words import Sentence, sentence
from coterie.workspace.ahead_of_launch import check_form, check_forms
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads, reads_brought
from coterie.workspace.stand import Stand
from coterie.workspace.trait_records import LineageShown, TraitTried


@dataclass(frozen=True)
class DefinitionKept:
    """One version of a definition as it is kept; ``is_retired`` where it is out of use."""

    kind: str
    name: str
    version: int
    body: Mapping[str, object]
    author: str
    created_at: datetime
    is_retired: bool


class Definitions:
    """Definitions of every kind: as files (``ws.apply``, ``ws.diff``, ``ws.export``), as text, and one by one; ``ws.definitions``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def all(self, kind: str) -> dict[str, DefinitionKept]:
        """Name → newest version, of those of a kind that are in use; raises ``UnknownName`` for another kind."""
        _check_kind(kind)
        with self._stand.ledger.reading() as t:
            return {name: _kept(found) for name, found in t.definitions.all(kind).items()}

    def one(self, kind: str, name: str, version: int | None = None) -> DefinitionKept:
        """The newest version in use, or the ``version`` asked for; raises ``UnknownName`` with the nearest."""
        _check_kind(kind)
        with self._stand.ledger.reading() as t:
            return _kept(t.definitions.one(kind, name, version))

    def versions(self, kind: str, name: str) -> Sequence[DefinitionKept]:
        """Every version of a definition, the oldest first; raises ``UnknownName`` where there never was one."""
        _check_kind(kind)
        with self._stand.ledger.reading() as t:
            found = [_kept(each) for each in t.definitions.history(kind, name)]
            return found or [_kept(t.definitions.one(kind, name))]

    def put(
        self, kind: str, body: Mapping[str, object], *, made_from: int | None = None, dry_run: bool = False
    ) -> DefinitionKept:
        """Check one definition and save it as a new version; one that says the same makes none.

        ``made_from`` is the version that was seen before the change, 0 where there was none: raises ``Overtaken``
        where another stands by then.
        """
        _check_kind(kind)
        section = next(section for section, of in SECTIONS.items() if of == kind)
        text = yaml.safe_dump({section: [plain(body)]}, allow_unicode=True, sort_keys=False)
        given = parse_definitions(text, kind)
        if not dry_run:
            self._stand.bring_people()
        with self._trying(given):
            [change] = self._changes(given, prune=False)
        if dry_run:
            at, author = self._stand.clock(), self._stand.actor
            return DefinitionKept(kind, change.name, (change.made_from or 0) + 1, plain(body), author, at, False)
        seen = change.made_from if made_from is None else made_from
        change = replace(change, made_from=seen, act="change" if change.act == "keep" else change.act)
        self._declare(given)
        save_changes(self._stand.ledger, [change], given, author=self._stand.actor, at=self._stand.clock())
        return self.one(kind, change.name)

    def retire(self, kind: str, name: str, *, made_from: int | None = None) -> DefinitionKept:
        """Take a definition out of use; raises ``BadDefinition`` where one that stays needs it, ``Overtaken`` as ``put`` does."""
        stand, kept = self._stand, self.one(kind, name)
        self._check_without(kind, name)
        with stand.ledger.transaction() as t:
            gone = t.definitions.retire(kind, name, author=stand.actor, at=stand.clock(), made_from=made_from)
            detail = {"version": gone.version, "before": kept.version}
            t.audit.append("definition retire", f"{kind} {name}", detail, actor=stand.actor, at=stand.clock())
        return _kept(gone)

    @reads
    def trait_names(self, *, lang: str | None = None) -> Frame:
        """What traits are called, without how their values are spread: ``name, label, type, unit``; none before the first refresh."""
        from coterie.workspace.traits import trait_names_of

        return trait_names_of(self._stand, lang or self._stand.lang)

    @reads
    def lineage(self, trait: str, *, lang: str | None = None) -> LineageShown:
        """What a trait is made of, down to sources, and what uses it, up to campaigns; raises ``UnknownName``."""
        from coterie.workspace.lineage import lineage_of

        return lineage_of(self._stand, trait, lang or self._stand.lang)

    @reads_brought
    def preview_trait(
        self,
        definition: Path | str | Mapping[str, object],
        *,
        as_of: Instant | None = None,
        examples: int = 5,
        lang: str | None = None,
    ) -> TraitTried:
        """What a trait would hold before it is saved: its values over everybody, and people whose values lie apart.

        ``definition`` is a YAML file, a definition, or the measure alone. ``as_of`` without an offset is read by the clock
        of the workspace's zone. Raises ``BadDefinition`` and ``UnknownName`` as saving it would.
        """
        from coterie.workspace.traits import preview_trait

        return preview_trait(self._stand, definition, as_of=as_of, examples=examples, lang=lang or self._stand.lang)

    def _check_without(self, kind: str, name: str) -> None:
        """What stays can do without the definition."""
        stand = self._stand
        with stand.brought():
            traits = [t for t in trait_definitions(stand.engine, stand.ledger) if (kind, name) != ("trait", t.name)]
            segments = [s for s in segment_definitions(stand.ledger) if (kind, name) != ("segment", s.name)]
            faults.check_definitions(stand.engine, traits=traits, segments=segments, given=[f"{kind} {name}"])
            needing = [s.name for s in segments if kind == "list" and name in s.rule.named_lists()]
        if needing:
            raise _needed(kind, name, "segment", needing[0])
        users = [(user, body) for user in ("campaign", "journey") for body in stand.bodies(user).values()]
        with stand.ledger.reading() as t:  # people may follow an older version than the one that is written
            users += [("journey", each.body) for each in t.journeys.all() if each.state != "stopped"]
        for user, body in users:
            found = cast("CampaignDefinition | JourneyDefinition", parse_definition(user, body))
            if name in found.needs().get(kind, ()):
                raise _needed(kind, name, user, found.name)

    def diff(self, place: Path | str, *, prune: bool = False) -> Frame:
        """What ``apply`` would change, with the sizes of changed segments before and after."""
        return self._differing(read_definitions(Path(place)), prune=prune)

    def apply(self, place: Path | str, *, prune: bool = False, dry_run: bool = False) -> Frame:
        """Check every definition, then save those that differ as new versions; all or none."""
        given = read_definitions(Path(place))
        return self._differing(given, prune=prune) if dry_run else self._taken(given, prune=prune)

    def apply_text(self, text: str, *, prune: bool = False, dry_run: bool = False) -> Frame:
        """``apply`` for what a file of definitions would say, YAML or JSON."""
        given = parse_definitions(text, "definitions")
        return self._differing(given, prune=prune) if dry_run else self._taken(given, prune=prune)

    def _differing(self, given: Sequence[WrittenDefinition], *, prune: bool) -> Frame:
        with self._trying(given):
            return _frame(self._changes(given, prune=prune), self._stand.lang)

    def _taken(self, given: Sequence[WrittenDefinition], *, prune: bool) -> Frame:
        self._stand.bring_people()
        with self._stand.engine.transaction():
            self._declare(given)
            changes = self._changes(given, prune=prune)
        save_changes(self._stand.ledger, changes, given, author=self._stand.actor, at=self._stand.clock())
        return _frame(changes, self._stand.lang)

    @contextmanager
    def _trying(self, given: Sequence[WrittenDefinition]) -> Iterator[None]:
        """One state to read, with the attributes that journeys among those ``given`` bring; nothing of that is kept."""
        stand = self._stand
        is_known = {each.name for each in given if each.kind == "list"} <= lists_by_hand(stand.engine)
        if is_known and {*altered_columns(_journeys(given).values())} <= changed_traits(stand.engine):
            with stand.brought():
                self._declare(given)
                yield
            return
        with stand.engine.trial() as may_write:
            if may_write:
                stand.bring_people()
                self._declare(given)
            yield

    def _declare(self, given: Sequence[WrittenDefinition]) -> None:
        """Let there be the lists that are ``given``, and the attributes that steps of journeys change, where they may."""
        engine, journeys = self._stand.engine, _journeys(given)
        declare_lists(engine, [each.name for each in given if each.kind == "list"])
        if not (altered := altered_columns(journeys.values())):
            return
        attributes = read_catalog(engine).attributes
        own = [trait.name for trait in trait_definitions(engine, self._stand.ledger)]
        kept = [parse_definition("journey", body) for body in self._stand.bodies("journey").values()]
        known = given_attributes([*journeys.values(), *cast("list[JourneyDefinition]", kept)])
        for written, journey in journeys.items():
            try:
                computed = [*own, *(d.name for d in given if d.kind == "trait")]
                check_alterations(journey, attributes=attributes, computed=computed, given=known)
            except CoterieError as fault:
                if has_people(engine) or not faults.names_data(fault):
                    raise BadDefinition(fault.sentence, where=written.at(), found=fault) from fault
        declare_attributes(engine, altered)

    def written(self) -> dict[str, list[Mapping[str, object]]]:
        """Every definition in use, as ``export`` writes it: section → bodies."""
        return {
            section: list(bodies.values()) for section, kind in SECTIONS.items() if (bodies := self._stand.bodies(kind))
        }

    def export(self, folder: Path | str) -> list[Path]:
        """Write every definition in use into ``folder`` and return the files."""
        bodies = [(kind, body) for kind in SECTIONS.values() for body in self._stand.bodies(kind).values()]
        if not bodies:
            raise NotReady("nothing is defined yet; write definitions in YAML and `coterie apply` them")
        return write_definitions(Path(folder), bodies)

    def _changes(self, given: Sequence[WrittenDefinition], *, prune: bool) -> list[Change]:
        records = {(d.kind, d.name): parse_definition(d.kind, d.body, place=d.place) for d in given}
        changes = compare(self._stand.ledger, given, prune=prune)
        gone = {change.name for change in changes if change.act == "retire" and change.kind == "segment"}
        known = self._together("trait", records, trait_definitions(self._stand.engine, self._stand.ledger))
        kept = [s for s in segment_definitions(self._stand.ledger) if s.name not in gone]
        traits = cast("list[TraitDefinition]", known)
        segments = cast("list[SegmentDefinition]", self._together("segment", records, kept))
        places = {f"{d.kind} {d.name}": d.place for d in given}
        ahead = not has_people(self._stand.engine)
        self._check(records, places, traits, segments, ahead=ahead)
        changes = [_bounded(change, records) for change in changes]
        return [_ahead(change) for change in changes] if ahead else self._sized(changes, traits, segments)

    def _together(self, kind: str, records: Mapping[tuple[str, str], object], kept: Sequence[object]) -> list[object]:
        """Definitions as they would be: those given, and those kept."""
        new = {name: record for (of, name), record in records.items() if of == kind}
        return [*(old for old in kept if getattr(old, "name", "") not in new), *new.values()]

    def _check(
        self,
        records: Mapping[tuple[str, str], object],
        places: Mapping[str, YamlPlace],
        traits: list[TraitDefinition],
        segments: list[SegmentDefinition],
        *,
        ahead: bool,
    ) -> None:
        """Every name that a definition uses is known, unless it is ``ahead`` of all data; errors carry the file and line."""
        from coterie.compose import TemplateDefinition, check_template

        engine = self._stand.engine
        try:
            faults.check_definitions(engine, traits=traits, segments=segments, given=places, ahead=ahead)
        except CoterieError as fault:
            definition = steps_of(fault.where)[0]
            cause = None if definition in places else faults.broken_by(definition, places, traits, segments)
            if cause is None:
                raise _placed(fault, places) from fault
            told = sentence(
                "{part}, which is kept, reads it and cannot be computed so: {why}", part=fault.where, why=fault.said
            )
            raise BadDefinition(told, where=places[cause].at(), found=fault) from fault
        templates = {*self._stand.bodies("template"), *(name for kind, name in records if kind == "template")}
        names = [segment.name for segment in segments]
        with self._stand.ledger.reading() as t:
            pools = t.coupons.first_codes()
        catalog = read_catalog(engine)
        known = {*catalog.attributes, *(trait.name for trait in traits)}
        there: dict[str, Iterable[str]] = {"segments": names, "templates": templates, "traits": known}
        kept = [parse_definition("journey", body) for body in self._stand.bodies("journey").values()]
        journeys = cast("list[JourneyDefinition]", self._together("journey", records, kept))
        events = {*catalog.events, *(event for each in journeys for event in each.emits())}
        for (kind, name), record in records.items():
            try:
                if isinstance(record, TemplateDefinition):
                    check_template(record, traits=known, segments=names, pools=pools)
                    if record.channel in CHANNELS:
                        check_form(record, record.channel)
                elif isinstance(record, CampaignDefinition):
                    check_campaign(record, lists=catalog.lists, events=catalog.events, **there)
                    check_forms(self._stand, record, records)
                elif isinstance(record, JourneyDefinition):
                    beside = [each for each in journeys if each.name != name]
                    own = {"lists": catalog.lists_by_hand, "journeys": [each.name for each in beside]}
                    check_journey(record, channels=CHANNELS, events=events, **own, **there)
                    check_circles(record, beside)
                    check_forms(self._stand, record, records)
                    self._check_rules(record, traits, segments)
            except CoterieError as fault:
                if ahead and faults.names_data(fault):
                    continue
                raise _placed(fault, places, f"{kind} {name}") from fault

    def _check_rules(
        self, journey: JourneyDefinition, traits: list[TraitDefinition], segments: list[SegmentDefinition]
    ) -> None:
        for rule in journey.rules():
            plan_rule(self._stand.engine, rule, self._stand.clock(), traits=traits, segments=segments)

    def _sized(
        self, changes: Sequence[Change], traits: list[TraitDefinition], segments: list[SegmentDefinition]
    ) -> list[Change]:
        """The changes with the sizes of their segments now and under the new rules, and a warning where that is odd."""
        stand = self._stand
        now = sizes(stand.engine)[0]
        rules = {segment.name: segment.rule for segment in segments}
        tried = [each.name for each in changes if each.kind == "segment" and each.act in ("add", "change")]
        if not stand.engine.query("SELECT 1 FROM profiles LIMIT 1").num_rows:
            tried = []
        asked = [rules[name] for name in tried]
        zone = stand.settings.timezone
        found, base = sizes_of(stand.engine, asked, as_of=stand.present, traits=traits, segments=segments, zone=zone)
        after = dict(zip(tried, found, strict=True))
        return [_with_sizes(each, now, after, base) if each.kind == "segment" else each for each in changes]


def _journeys(given: Sequence[WrittenDefinition]) -> dict[YamlPlace, JourneyDefinition]:
    """Where it is written → each journey among these."""
    return {
        each.place: cast("JourneyDefinition", parse_definition("journey", each.body, place=each.place))
        for each in given
        if each.kind == "journey"
    }


def _needed(kind: str, name: str, user: str, by: str) -> Refused:
    told = "the {user} {by} needs {kind} {name}; change or retire it first"
    return Refused(sentence(told, user=Sentence(user), by=by, kind=Sentence(kind), name=name))


def _bounded(change: Change, records: Mapping[tuple[str, str], object]) -> Change:
    """The change of a journey with a warning where it could send more than its caps let out."""
    journey = records.get((change.kind, change.name))
    over = list(over_caps(journey)) if isinstance(journey, JourneyDefinition) else []
    return replace(change, warning=over[0]) if over else change


def _with_sizes(change: Change, now: Mapping[str, int], after: Mapping[str, int], base: int) -> Change:
    """The change of a segment with its size ``now`` and ``after``, where that was counted, and what is odd of it."""
    name = change.name
    size = after.get(name, now.get(name) if change.act == "keep" else None)
    warning = change.warning
    if name in after and size in (0, base):
        warning = sentence("matches everybody") if size else sentence("matches nobody")
    return replace(change, size_before=now.get(name), size_after=size, warning=warning)


def _ahead(change: Change) -> Change:
    """The change as it is told while there are no data."""
    is_unchecked = change.kind in ("trait", "segment") and change.act in ("add", "change")
    told = sentence("there are no data yet, so that names are not checked")
    return replace(change, warning=told) if is_unchecked else change


def _placed(fault: CoterieError, places: Mapping[str, YamlPlace], checked: str = "") -> CoterieError:
    """The fault with file, line and part, where what it is about, or what was ``checked``, was given in a file."""
    definition, steps = steps_of(fault.where)
    word = fault.name if isinstance(fault, UnknownName) else ""
    if definition in places:
        return BadDefinition(fault.said, where=places[definition].at(steps, word), found=fault)
    return BadDefinition(fault.sentence, where=places[checked].at(word=word), found=fault) if checked else fault


def _check_kind(kind: str) -> None:
    if kind not in SECTIONS.values():
        raise UnknownName("kind of definition", kind, SECTIONS.values())


def _kept(found: Definition) -> DefinitionKept:
    names = ("kind", "name", "version", "body", "author", "created_at", "is_retired")
    return DefinitionKept(*(getattr(found, name) for name in names))


def _frame(changes: Sequence[Change], locale: str) -> Frame:
    schema = pa.schema(
        [
            ("kind", pa.string()),
            ("name", pa.string()),
            ("act", pa.string()),
            ("fields", pa.string()),
            ("size_before", pa.int64()),
            ("size_after", pa.int64()),
            ("warning", pa.string()),
            ("where", pa.string()),
        ]
    )
    rows = [
        {f.name: getattr(change, f.name) for f in schema} | {"fields": ", ".join(change.fields)} for change in changes
    ]
    return Frame.of(rows, locale, schema)
