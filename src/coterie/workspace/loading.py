"""Facts into a workspace: files and frames proposed, corrected, loaded; refused rows; exchange rates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from coterie.collect import (
    KINDS,
    list_mappings,
    load,
    load_rates,
    parse_mapping,
    propose,
    quarantined,
    read_mapping,
    replay,
    write_mapping,
)
from coterie.collect.intake import archive_packing
from coterie.domain import LoadResult, MappedField, Mapping, Progress, Proposal
from coterie.domain.loading import Compression, Question
from coterie.errors import BadFile, Refused, UnknownName
from coterie.words import sentence
from coterie.workspace.feeding import MESSAGES, Edits, archive_mapping, load_archive, replay_messages
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    Loadable: TypeAlias = Path | str | pa.Table | pd.DataFrame | pl.DataFrame


class Loading:
    """What ``ws.propose`` and ``ws.load`` do."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def propose(
        self,
        file: Path | str,
        *,
        kind: str | None = None,
        mapping: Path | str | None = None,
        source: str | None = None,
        corrections: Iterable[str] = (),
    ) -> Proposal:
        """How ``file`` would be read: a mapping given, one saved for its source, or a new proposal, corrected."""
        found = self._proposed(Path(file), kind, mapping, source, tuple(corrections))
        return _open_to_change(found).into(self._stand.lang)

    def _proposed(
        self, file: Path, kind: str | None, mapping: Path | str | None, source: str | None, corrections: tuple[str, ...]
    ) -> Proposal:
        if kind is not None and kind not in (*KINDS, MESSAGES):
            raise UnknownName("kind", kind, (*KINDS, MESSAGES))
        name = source or source_name(file)
        if kind in (None, MESSAGES) and mapping is None and not corrections:
            packing = archive_packing(file)
            if packing is not None:
                return _of_archive(name, packing)
            if kind == MESSAGES:
                raise BadFile("its lines are no messages as Segment's clients send them", file=file.name)
        saved = parse_mapping(Path(mapping)) if mapping else self._saved(name) if kind is None else None
        settings = self._stand.settings
        found = propose(
            file,
            kind=kind,
            saved=saved,
            must_fit=mapping is not None,
            corrections=corrections,
            currency=settings.currency,
            country=settings.country,
        )
        found = self._with_further(found, file, name)
        found = _corrected(found, corrections)
        settled = {c.partition("=")[0].partition(".")[0] for c in corrections}
        # A column that was named is not its date's format: what is open about it stays open.
        answered = {c.partition("=")[0].partition(".")[0] for c in corrections if "." in c.partition("=")[0]}
        questions = tuple(q for q in found.questions if q.field not in answered)
        if not corrections:
            return found
        told = {field: sentence("set by you") for field in settled}
        changed = {
            "questions": questions,
            "reasons": found.reasons | told,
            "confidence": 1.0,
        }
        return found.model_copy(update=changed)

    def _with_further(self, found: Proposal, file: Path, name: str) -> Proposal:
        """``found`` under the source ``name``, with what else the file holds under names beside it."""
        further = [
            each.model_copy(update={"mapping": _renamed(each.mapping, found.mapping.source, name)})
            for each in found.further
        ]
        if found.mapping.also:
            known = {each.mapping.source for each in further}
            saved = [
                mapping for source in found.mapping.also if source not in known and (mapping := self._saved(source))
            ]
            settings = self._stand.settings
            again = [propose(file, saved=each, currency=settings.currency, country=settings.country) for each in saved]
            further = further + [
                each.model_copy(update={"mapping": each.mapping.model_copy(update={"source": mapping.source})})
                for each, mapping in zip(again, saved, strict=True)
            ]
        also = tuple(each.mapping.source for each in further)
        mapping = found.mapping.model_copy(update={"source": name, "also": also})
        return found.model_copy(update={"mapping": mapping, "further": tuple(further)})

    def _saved(self, source: str) -> Mapping | None:
        return read_mapping(self._stand.folder, source) if source in list_mappings(self._stand.folder) else None

    def load(
        self,
        facts: Loadable,
        *,
        mapping: Mapping | Path | None = None,
        kind: str | None = None,
        source: str | None = None,
        corrections: Iterable[str] = (),
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> LoadResult:
        """Load a file or a data frame, and what else it holds; the mappings used are saved for the next time.

        A ``Mapping`` given is loaded alone.
        """
        if not isinstance(facts, Path | str):
            return self._load_frame(facts, source or "frame", mapping, kind, corrections, dry_run=dry_run)
        file = Path(facts)
        if not file.exists():
            raise BadFile("there is no such file; check the path", file=str(file))
        if isinstance(mapping, Mapping):
            return self._load_one(file, mapping, dry_run=dry_run, progress=progress)
        found = self.propose(file, kind=kind, mapping=mapping, source=source, corrections=corrections)
        first, *further = [
            self._load_one(file, each.mapping, dry_run=dry_run, progress=progress) for each in (found, *found.further)
        ]
        return first.model_copy(update={"further": tuple(further)}) if further else first

    def _load_one(self, file: Path, mapping: Mapping, *, dry_run: bool, progress: Progress | None) -> LoadResult:
        stand = self._stand
        if mapping.kind == MESSAGES:
            return load_archive(stand, file, mapping, dry_run=dry_run, progress=progress)
        result = load(
            stand.engine,
            file,
            mapping,
            ledger=stand.ledger,
            settings=stand.settings,
            clock=stand.clock,
            progress=progress,
            dry_run=dry_run,
        )
        if not dry_run:
            write_mapping(stand.folder, mapping)
        return result.into(stand.lang)

    def _load_frame(
        self,
        frame: pa.Table | pd.DataFrame | pl.DataFrame,
        source: str,
        mapping: Mapping | Path | None,
        kind: str | None,
        corrections: Iterable[str],
        *,
        dry_run: bool,
    ) -> LoadResult:
        import pyarrow.parquet as pq

        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{source}.parquet"
            pq.write_table(arrow_of(frame), file)
            return self.load(file, mapping=mapping, kind=kind, source=source, corrections=corrections, dry_run=dry_run)


def _of_archive(source: str, packing: Compression) -> Proposal:
    said = sentence("Messages as Segment's clients send them, one a line; they come in as they would over HTTP.")
    return Proposal(mapping=archive_mapping(source, packing), confidence=1, notes=(said,))


def _corrected(found: Proposal, corrections: Iterable[str]) -> Proposal:
    """``found`` with the corrections made, in what else the file holds too, where they speak of the same."""
    first, further = found.mapping, [each.mapping for each in found.further]
    for correction in corrections:
        name = correction.partition("=")[0].partition(".")[0].strip()
        meant = [_means_too(each, first, name) for each in further]
        if not any(meant) or KINDS[first.kind].field(name) or name in first.extras:
            corrected = first if _holds(first, correction) else correct(first, correction, found.columns)
        else:
            corrected = first
        further = [
            correct(each, correction, found.columns) if is_meant and not _holds(each, correction) else each
            for each, is_meant in zip(further, meant, strict=True)
        ]
        first = corrected
    others = tuple(
        each.model_copy(update={"mapping": mapping}) for each, mapping in zip(found.further, further, strict=True)
    )
    return found.model_copy(update={"mapping": first, "further": others})


def _means_too(mapping: Mapping, first: Mapping, field: str) -> bool:
    """Whether a correction of ``field`` is one of ``mapping``: it reads it as ``first`` does, or ``first`` knows no such field."""
    kind = KINDS[mapping.kind]
    if field in mapping.fields:
        before = first.fields.get(field)
        return before is None or before.columns == mapping.fields[field].columns
    return field in kind.identities and field not in first.fields


def _holds(mapping: Mapping, correction: str) -> bool:
    """Whether the proposal already took what the correction says of a field's columns."""
    name, _, value = correction.partition("=")
    wanted = tuple(part.strip() for part in value.split("+") if part.strip())
    return bool(wanted) and name.strip() in mapping.fields and mapping.fields[name.strip()].columns == wanted


def _open_to_change(found: Proposal) -> Proposal:
    """``found`` with what could be corrected: the fields that nothing is read for, and what settles each question."""
    kind = KINDS.get(found.mapping.kind)
    questions = (
        each.model_copy(update={"settled_by": {option: each.corrections(option) for option in each.options}})
        for each in found.questions
    )
    return found.model_copy(
        update={
            "unmapped": tuple(each.name for each in kind.fields if each.name not in found.mapping.fields)
            if kind
            else (),
            "questions": tuple(questions),
            "further": tuple(map(_open_to_change, found.further)),
        }
    )


def _renamed(mapping: Mapping, old: str, new: str) -> Mapping:
    """``mapping`` under the source that is called after ``new`` as its own is after ``old``."""
    return mapping.model_copy(update={"source": f"{new}{mapping.source.removeprefix(old)}"})


def arrow_of(frame: pa.Table | pd.DataFrame | pl.DataFrame) -> pa.Table:
    """A data frame as Arrow; anything with the Arrow stream interface will do."""
    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "__arrow_c_stream__"):
        return pa.table(frame)
    raise Refused(
        sentence("expected a file, or a pandas, polars or Arrow table; found {what}", what=type(frame).__name__)
    )


def source_name(file: Path) -> str:
    """The name of a source by its file: without folders, endings, dates and numbers at the end.

    >>> source_name(Path("exports/orders_2026-11-21.csv.gz")), source_name(Path("orders.csv"))
    ('orders', 'orders')
    """
    stem = file.name.split(".")[0]
    short = re.sub(r"[-_ ]*\d{4}[-_]?\d{2}([-_]?\d{2})?$|[-_ ]+\d+$", "", stem)
    return short or stem


def correct(mapping: Mapping, correction: str, columns: Iterable[str]) -> Mapping:
    """``mapping`` with one thing changed: ``field=column``, ``field=`` (leave out), or ``field.option=value``.

    Options are those of a mapped field: ``date_format``, ``decimal``, ``thousands``,
    ``timezone``, ``constant``, ``combine``, ``unit``, and ``values.WORD`` for what a word of
    the file means (empty for no value). ``column=`` leaves out a further column that would
    be kept. Raises ``Refused`` and ``UnknownName`` in words.
    """
    target, is_set, value = correction.partition("=")
    if not is_set:
        raise Refused(
            sentence("{text!r} is no correction; write FIELD=COLUMN or FIELD.date_format=%d/%m/%Y", text=correction)
        )
    name, _, option = target.strip().partition(".")
    kind = KINDS[mapping.kind]
    if target.strip() in mapping.extras and not value:
        kept = {column: own for column, own in mapping.extras.items() if column != target.strip()}
        return mapping.model_copy(update={"extras": kept, "ignored": (*mapping.ignored, target.strip())})
    if kind.field(name) is None:
        raise UnknownName(sentence("field of {kind}", kind=mapping.kind), name, (f.name for f in kind.fields))
    fields = dict(mapping.fields)
    old = fields.get(name, MappedField())
    if option.startswith("values."):
        told = old.model_dump()
        told["values"][option.removeprefix("values.")] = value
        fields[name] = MappedField.model_validate({**told, "confidence": 1})
        return mapping.model_copy(update={"fields": fields})
    if option:
        if option not in MappedField.model_fields or option in ("columns", "values", "confidence"):
            raise UnknownName(
                "option of a field",
                option,
                ("date_format", "decimal", "thousands", "timezone", "constant", "combine", "unit", "values.WORD"),
            )
        fields[name] = MappedField.model_validate({**old.model_dump(), option: value, "confidence": 1})
        return mapping.model_copy(update={"fields": fields})
    return _moved(mapping, fields, name, tuple(c.strip() for c in value.split("+") if c.strip()), tuple(columns))


def _moved(
    mapping: Mapping, fields: dict[str, MappedField], name: str, wanted: tuple[str, ...], columns: tuple[str, ...]
) -> Mapping:
    for column in wanted:
        if columns and column not in columns:
            raise UnknownName("column", column, columns)
    field = KINDS[mapping.kind].field(name)
    several = "join" if field and field.type in ("instant", "text") else "sum"
    # A number joined with a day takes the day from nobody.
    taken = set(wanted) if len(wanted) == 1 or several == "sum" else set()
    others = {other: f for other, f in fields.items() if other != name and not set(f.columns) & taken}
    released = {c for c in fields[name].columns if c not in wanted} if name in fields else set()
    released -= {c for f in others.values() for c in f.columns}
    released |= {c for other, f in fields.items() if other not in others and other != name for c in f.columns} - set(
        wanted
    )
    if wanted:
        is_text = field is not None and field.type == "text"
        likes = [] if is_text and len(wanted) > 1 else fields.values()
        formats = next((f for f in likes if set(f.columns) & set(wanted)), MappedField())
        combine = several if len(wanted) > 1 else "first"
        chosen = {**formats.model_dump(), "columns": wanted, "combine": combine, "confidence": 1, "constant": None}
        others[name] = MappedField.model_validate(chosen)
    extras = {column: kept for column, kept in mapping.extras.items() if column not in wanted}
    ignored = tuple(c for c in (*mapping.ignored, *sorted(released)) if c not in wanted)
    return mapping.model_copy(update={"fields": others, "extras": extras, "ignored": ignored})


def answer(mapping: Mapping, question: Question, choice: str) -> Mapping:
    """``mapping`` with the question answered by one of its options."""
    for correction in question.corrections(choice):
        mapping = correct(mapping, correction, ())
    return mapping


class Quarantine:
    """Rows that were refused, and loading them again; ``ws.quarantine``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads
    def list(self, *, source: str | None = None, most: int | None = None) -> Frame:
        """Refused rows that wait: file, line, column, value, reason."""
        return Frame.told(quarantined(self._stand.engine, source=source, limit=most), self._stand.lang)

    def replay(
        self,
        *,
        source: str | None = None,
        mapping: Path | Mapping | None = None,
        edits: Edits | None = None,
        dry_run: bool = False,
    ) -> Sequence[LoadResult]:
        """Load refused rows again, source by source, with the ``mapping`` given or the one saved.

        ``edits`` mend what waits: number in the quarantine → column of a row, or field of a message → what is to stand
        there. Messages that came in over HTTP are taken in again as they are sent again. Raises ``UnknownName`` where
        nothing of that number waits.
        """
        edits = edits or {}
        waiting = quarantined(self._stand.engine, source=source).drop_columns("reason").to_pylist()
        if unknown := set(edits) - {row["quarantine_id"] for row in waiting}:
            raise UnknownName("waiting row", str(min(unknown)), [str(row["quarantine_id"]) for row in waiting])
        results = []
        # What was too long is kept cut off: only mended it is a message.
        messages = [
            row
            for row in waiting
            if row["kind"] == MESSAGES and (row["code"] != "too_large" or row["quarantine_id"] in edits)
        ]
        for name in sorted({row["source"] for row in messages}):
            mine = [row for row in messages if row["source"] == name]
            results.append(replay_messages(self._stand, name, mine, edits, dry_run=dry_run))
        rows = [row for row in waiting if row["kind"] != MESSAGES]
        for name in sorted({row["source"] for row in rows}):
            mended = {
                row["quarantine_id"]: {column: str(value) for column, value in edits[row["quarantine_id"]].items()}
                for row in rows
                if row["source"] == name and row["quarantine_id"] in edits
            }
            results.append(self._again(name, mapping, mended, dry_run=dry_run))
        return results

    def _again(
        self, name: str, mapping: Path | Mapping | None, edits: dict[int, dict[str, str]], *, dry_run: bool
    ) -> LoadResult:
        chosen = mapping if isinstance(mapping, Mapping) else read_mapping_file(mapping) if mapping else None
        saved = list_mappings(self._stand.folder)
        # What came in over HTTP has no mapping of its own; that of its last batch holds.
        agreed = chosen or (read_mapping(self._stand.folder, name) if name in saved else None)
        result = replay(
            self._stand.engine,
            source=name,
            mapping=agreed,
            edits=edits,
            ledger=self._stand.ledger,
            clock=self._stand.clock,
            settings=self._stand.settings,
            dry_run=dry_run,
        )
        if chosen and not dry_run:
            write_mapping(self._stand.folder, chosen)
        return result


def read_mapping_file(file: Path) -> Mapping:
    """A mapping from the YAML file ``file``; raises ``BadDefinition`` saying what is wrong."""
    from coterie.collect import parse_mapping

    return parse_mapping(file)


class Rates:
    """What other currencies are worth in the workspace's own; ``ws.rates``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def load(self, file: Path | str) -> int:
        """Keep the rates of a CSV file (date, currency, rate); the next refresh tells amounts by them. How many there were.

        Raises ``BadFile`` for a file that holds anything else; nothing is kept then.
        """
        return load_rates(self._stand.engine, Path(file), self._stand.clock)

    @reads
    def list(self) -> Frame:
        """The rates there are, by file and by hand: ``currency, occurred_on, rate``, a rate set by hand without a day."""
        kept = self._stand.engine.query("SELECT currency, occurred_on, rate FROM rates ORDER BY ALL").to_pylist()
        fixed = [{"currency": c, "occurred_on": None, "rate": r} for c, r in sorted(self._stand.settings.rates.items())]
        schema = pa.schema([("currency", pa.string()), ("occurred_on", pa.date32()), ("rate", pa.float64())])
        return Frame(pa.Table.from_pylist([*kept, *fixed], schema=schema))
