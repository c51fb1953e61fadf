"""Definitions of a workspace as files: diff, apply, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pyarrow as pa

from coterie.decide import CampaignDefinition, check_campaign
from coterie.errors import BadDefinition, CoterieError, NotReady, UnknownName
from coterie.profile import TraitDefinition, read_catalog
from coterie.run import (
    SECTIONS,
    Change,
    WrittenDefinition,
    YamlPlace,
    compare,
    parse_definition,
    read_definitions,
    save_changes,
    segment_definitions,
    steps_of,
    trait_definitions,
    write_definitions,
)
from coterie.segment import SegmentDefinition, faults, preview
from coterie.words import Sentence, sentence
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand


class Definitions:
    """Reads YAML, says what would change, changes it; ``ws.apply``, ``ws.diff``, ``ws.export``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def diff(self, place: Path, *, prune: bool = False) -> Frame:
        """What ``apply`` would change, with the sizes of changed segments before and after."""
        with self._stand.brought():
            return _frame(self._changes(read_definitions(place), prune=prune), self._stand.lang)

    def apply(self, place: Path, *, prune: bool = False, dry_run: bool = False) -> Frame:
        """Check every definition, then save those that differ as new versions; all or none."""
        if dry_run:
            return self.diff(place, prune=prune)
        given = read_definitions(place)
        self._stand.bring_people()
        changes = self._changes(given, prune=prune)
        save_changes(self._stand.ledger, changes, given, author=self._stand.actor, at=self._stand.clock())
        return _frame(changes, self._stand.lang)

    def export(self, folder: Path) -> list[Path]:
        """Write every definition in use into ``folder`` and return the files."""
        bodies = [(kind, body) for kind in SECTIONS.values() for body in self._stand.bodies(kind).values()]
        if not bodies:
            raise NotReady("nothing is defined yet; write definitions in YAML and `coterie apply` them")
        return write_definitions(folder, bodies)

    def _changes(self, given: Sequence[WrittenDefinition], *, prune: bool) -> list[Change]:
        records = {(d.kind, d.name): parse_definition(d.kind, d.body, place=d.place) for d in given}
        changes = compare(self._stand.ledger, given, prune=prune)
        gone = {change.name for change in changes if change.act == "retire" and change.kind == "segment"}
        traits = self._together("trait", records, trait_definitions(self._stand.engine, self._stand.ledger))
        kept = [s for s in segment_definitions(self._stand.ledger) if s.name not in gone]
        segments = self._together("segment", records, kept)
        places = {f"{d.kind} {d.name}": d.place for d in given}
        self._check(records, places, cast("list[TraitDefinition]", traits), cast("list[SegmentDefinition]", segments))
        return [
            self._sized(change, cast("list[TraitDefinition]", traits), cast("list[SegmentDefinition]", segments))
            for change in changes
        ]

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
    ) -> None:
        """Every name that a definition uses is known; errors carry the file and line."""
        from coterie.compose import TemplateDefinition, check_template

        engine = self._stand.engine
        try:
            faults.check_definitions(engine, traits=traits, segments=segments, given=places)
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
        catalog = read_catalog(engine)
        known = {*catalog.attributes, *(trait.name for trait in traits)}
        for (kind, name), record in records.items():
            try:
                if isinstance(record, TemplateDefinition):
                    check_template(record, traits=known, segments=names)
                elif isinstance(record, CampaignDefinition):
                    check_campaign(record, segments=names, templates=templates, events=catalog.events)
            except CoterieError as fault:
                raise _placed(fault, places, f"{kind} {name}") from fault

    def _sized(self, change: Change, traits: list[TraitDefinition], segments: list[SegmentDefinition]) -> Change:
        """The change with the size of its segment now and under the new rule, and a warning where that is odd."""
        if change.kind != "segment":
            return change
        stand = self._stand
        now = self._size_now(change.name)
        if change.act in ("keep", "retire") or not stand.engine.query("SELECT 1 FROM profiles LIMIT 1").num_rows:
            return replace(change, size_before=now, size_after=now if change.act == "keep" else None)
        rule = next(segment.rule for segment in segments if segment.name == change.name)
        as_of = stand.present
        found = preview(
            stand.engine, rule, as_of=as_of, traits=traits, segments=segments, sample=1, zone=stand.settings.timezone
        )
        warning = Sentence("")
        if found.size == 0:
            warning = sentence("matches nobody")
        elif found.size == found.base:
            warning = sentence("matches everybody")
        return replace(change, size_before=now, size_after=found.size, warning=warning)

    def _size_now(self, name: str) -> int | None:
        rows = self._stand.engine.query(
            "SELECT size FROM segment_history WHERE segment = $name ORDER BY refresh_id DESC LIMIT 1", {"name": name}
        )
        return int(rows["size"][0].as_py()) if rows.num_rows else None


def _placed(fault: CoterieError, places: Mapping[str, YamlPlace], checked: str = "") -> CoterieError:
    """The fault with file, line and part, where what it is about, or what was ``checked``, was given in a file."""
    definition, steps = steps_of(fault.where)
    word = fault.name if isinstance(fault, UnknownName) else ""
    if definition in places:
        return BadDefinition(fault.said, where=places[definition].at(steps, word), found=fault)
    return BadDefinition(fault.sentence, where=places[checked].at(word=word), found=fault) if checked else fault


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
