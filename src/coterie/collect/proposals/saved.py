"""A mapping saved earlier, proposed again where the file still fits it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coterie.collect.formats.detection import detect_anew
from coterie.collect.hints.words import name_fit
from coterie.collect.kinds import KINDS, Kind
from coterie.collect.proposals.columns import sample_columns
from coterie.collect.proposals.extras import sort_out
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.permissions import with_consents
from coterie.collect.proposals.sentences import total_notes
from coterie.collect.proposals.totals import find_totals
from coterie.domain.loading import FileFormat, Mapping, Proposal
from coterie.engines import Engine
from coterie.words import sentence

_USUAL = 0.97


@dataclass(frozen=True)
class Misfit:
    """Columns of a file, and those that a saved mapping reads and the file lacks."""

    columns: tuple[str, ...]
    lacking: tuple[str, ...]


def propose_saved(path: Path, saved: Mapping, engine: Engine, readings: Readings) -> Proposal | Misfit:
    """``saved`` as the proposal for the file, or what the file lacks of it.

    The format is detected anew, so that a mapping made for a CSV in one encoding serves
    for the next in another.
    """
    form = _as_saved(detect_anew(path, saved.format), saved.format)
    sample = sample_columns(path, form, engine)
    read = {column for field in saved.fields.values() for column in field.columns}
    if lacking := sorted(read - set(sample.columns)):
        return Misfit(tuple(sample.columns), tuple(lacking))
    kind = KINDS[saved.kind]
    known = read | set(saved.extras) | set(saved.ignored)
    new = [column for column in sample.columns.values() if column.name not in known]
    kept, left_out = sort_out(new, kind, taken=saved.extras.values())
    missed = dict(_new_fields(kind, saved, kept))
    notes = [sentence("The mapping saved for this source fits the file.")]
    if kept:
        notes.append(
            sentence(
                "New columns, kept as they are, for the saved mapping does not know them: {columns}.",
                columns=", ".join(kept),
            )
        )
    for field, name in missed.items():
        notes.append(
            sentence("“{column}” may be {field}; take it with --set {field}={column}.", column=name, field=field)
        )
    totals = {**find_totals(KINDS[saved.kind], saved.fields, sample), **saved.totals}
    notes += total_notes(totals)
    extras = {column: name for column, name in saved.extras.items() if column in sample.columns} | kept
    ignored = tuple(column for column in (*saved.ignored, *left_out) if column in sample.columns)
    found = Proposal(
        mapping=saved.model_copy(update={"format": form, "extras": extras, "ignored": ignored, "totals": totals}),
        confidence=0.95 if missed else 1.0,
        notes=tuple(notes),
        sample=sample.shown(),
        columns=tuple(sample.columns),
    )
    # Columns that came later may say who refused.
    return with_consents(found, path, sample, readings, known=known)


def _new_fields(kind: Kind, saved: Mapping, kept: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Fields that the saved mapping lacks, with the new column that is called so."""
    for field in kind.fields:
        name = next((column for column in kept if name_fit(kind.name, field.name, column) >= _USUAL), None)
        if name and field.name not in saved.fields:
            yield field.name, name


def _as_saved(found: FileFormat, saved: FileFormat) -> FileFormat:
    """What a person may have set by hand stays where the container is still the same."""
    if found.container != saved.container:
        return found
    if found.container == "csv":
        return found.model_copy(update={"has_header": saved.has_header})
    return found.model_copy(update={"sheet": saved.sheet}) if saved.sheet else found
