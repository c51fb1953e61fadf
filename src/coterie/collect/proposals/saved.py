"""A mapping saved earlier, proposed again where the file still fits it."""

from __future__ import annotations

from pathlib import Path

from coterie.collect.formats.detection import detect_format
from coterie.collect.proposals.columns import sample_columns
from coterie.domain.loading import FileFormat, Mapping, Proposal
from coterie.engines import Engine
from coterie.words import say


def propose_saved(path: Path, saved: Mapping, engine: Engine, *, locale: str) -> Proposal | None:
    """``saved`` as the proposal for the file, or None where the file lacks a column that it reads.

    The format is detected anew, so that a mapping made for a CSV in one encoding serves
    for the next in another.
    """
    form = detect_format(path)
    form = _as_saved(form, saved.format)
    sample = sample_columns(path, form, engine)
    read = {column for field in saved.fields.values() for column in field.columns}
    if not read <= set(sample.columns):
        return None
    known = read | set(saved.extras) | set(saved.ignored)
    new = [column for column in sample.columns if column not in known]
    notes = [say("The mapping saved for this source fits the file.", locale)]
    if new:
        notes.append(
            say(
                "New columns, left out as the saved mapping does not know them: {columns}.",
                locale,
                columns=", ".join(new),
            )
        )
    extras = {column: name for column, name in saved.extras.items() if column in sample.columns}
    ignored = tuple(column for column in (*saved.ignored, *new) if column in sample.columns)
    return Proposal(
        mapping=saved.model_copy(update={"format": form, "extras": extras, "ignored": ignored}),
        confidence=1.0,
        notes=tuple(notes),
        sample=sample.shown(),
        columns=tuple(sample.columns),
    )


def _as_saved(found: FileFormat, saved: FileFormat) -> FileFormat:
    """What a person may have set by hand stays where the container is still the same."""
    if found.container != saved.container:
        return found
    if found.container == "csv":
        return found.model_copy(update={"has_header": saved.has_header})
    return found.model_copy(update={"sheet": saved.sheet}) if saved.sheet else found
