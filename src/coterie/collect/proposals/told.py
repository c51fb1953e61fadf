"""Columns that somebody chose before: a person, a saved mapping, a named export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from pathlib import Path

from coterie.collect.formats.detection import detect_anew
from coterie.collect.hints.words import name_fit
from coterie.collect.kinds import KINDS, Kind
from coterie.collect.named.formats import NamedField, NamedFormat, NamedLoad, has, plain, plain_names
from coterie.collect.proposals.columns import Sample, sample_columns
from coterie.collect.proposals.fields import Choice, Chosen, sort_out
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.permissions import with_consents
from coterie.collect.proposals.scan import find_totals
from coterie.collect.proposals.sentences import total_notes
from coterie.domain.loading import Combine, FileFormat, Group, Mapping, Proposal
from coterie.engines import Engine
from coterie.errors import UnknownName
from coterie.words import sentence

_READABLE = 0.95


@dataclass(frozen=True)
class Told:
    """The kind, fields with the columns they come from, and fields with the one value they have, as corrections name them."""

    kind: str | None = None
    columns: Named[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Named[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        """All fields of which something is told."""
        return frozenset(self.columns) | frozenset(self.constants)

    def fits(self, kind: str) -> bool:
        """Whether the kind has all these fields."""
        return all(KINDS[kind].field(name) for name in self.fields)


def told_by(corrections: Iterable[str], kind: str | None = None) -> Told:
    """What corrections such as ``occurred_at=Day`` and ``currency.constant=EUR`` tell.

    >>> told_by(["occurred_at=Day+Time", "currency.constant=EUR", "age="]).columns
    {'occurred_at': ('Day', 'Time')}
    """
    columns: dict[str, tuple[str, ...]] = {}
    constants: dict[str, str] = {}
    for each in corrections:
        target, _, value = each.partition("=")
        name, _, option = target.strip().partition(".")
        wanted = tuple(part.strip() for part in value.split("+") if part.strip())
        if option == "constant":
            constants[name] = value
        elif not option and wanted:
            columns[name] = wanted
    return Told(kind, columns, constants)


def take_told(chosen: Chosen, told: Told, sample: Sample, readings: Readings) -> None:
    """Choose as told, in place of what was chosen, and note what speaks against it."""
    for name, columns in told.columns.items():
        wanted = chosen.kind.field(name)
        if wanted is None:
            continue
        for column in columns:
            if column not in sample.columns:
                raise UnknownName("column", column, sample.columns)
        for other, choice in list(chosen.fields.items()):
            if other != name and set(choice.columns) & set(columns):
                del chosen.fields[other]
        several: Combine = "join" if wanted.type in {"instant", "text"} else "sum"
        chosen.fields[name] = Choice(columns, 1.0, 1.0, "told", combine=several if len(columns) > 1 else "first")
        if len(columns) == 1:
            _doubt(chosen, name, sample, readings)
    for name, value in told.constants.items():
        if chosen.kind.field(name):
            chosen.fields[name] = Choice((), 1.0, 1.0, "told", constant=value)


def _doubt(chosen: Chosen, name: str, sample: Sample, readings: Readings) -> None:
    column, wanted = sample.columns[chosen.fields[name].columns[0]], chosen.kind.field(name)
    if wanted is None or not column.values:
        return
    said = {"column": column.name, "field": name}
    if wanted.identifies and len(column.counts) == 1 and len(column.values) > 1:
        sentence = "“{column}” is the same in all rows seen (“{value}”), so all of them would be one person's."
        chosen.notes.append((sentence, {**said, "value": column.values[0]}))
    readable = (
        readings.date(column).share
        if wanted.type in {"instant", "date"}
        else column.numeric
        if wanted.type in {"money", "number", "integer"} and column.type == "VARCHAR"
        else 1.0
    )
    if readable < _READABLE:
        sentence = "Only {share:.0%} of “{column}” can be read as {field}; the other rows will be refused."
        chosen.notes.append((sentence, {**said, "share": readable}))


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
    for lack, name in missed.items():
        notes.append(
            sentence("“{column}” may be {field}; take it with --set {field}={column}.", column=name, field=lack)
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
    for each in kind.fields:
        name = next((column for column in kept if name_fit(kind.name, each.name, column) >= _USUAL), None)
        if name and each.name not in saved.fields:
            yield each.name, name


def _as_saved(found: FileFormat, saved: FileFormat) -> FileFormat:
    """What a person may have set by hand stays where the container is still the same."""
    if found.container != saved.container:
        return found
    if found.container == "csv":
        return found.model_copy(update={"has_header": saved.has_header})
    return found.model_copy(update={"sheet": saved.sheet}) if saved.sheet else found


def loads_in(form: NamedFormat, sample: Sample, kind: str | None) -> list[tuple[NamedLoad, Chosen]]:
    """What the file holds of what the export may hold, with the fields of each; of ``kind`` alone if that is given."""
    names = plain_names(sample.columns)
    found = [
        (load, _chosen(load, sample, names))
        for load in form.loads
        if kind in {None, load.kind} and all(has(names, need) for need in load.needs) and _says(load, sample, names)
    ]
    return [(load, chosen) for load, chosen in found if not chosen.missing]


def _says(load: NamedLoad, sample: Sample, names: dict[str, str]) -> bool:
    """Whether anything stands in the columns of which each row fills one."""
    filled = [sample.columns[names[plain(column)]] for column in load.filled if plain(column) in names]
    return not load.filled or any(column.values for column in filled)


def _chosen(load: NamedLoad, sample: Sample, names: dict[str, str]) -> Chosen:
    chosen = Chosen(KINDS[load.kind])
    for name, named in load.fields.items():
        if chosen.kind.field(name) and (choice := _choice(named, sample, names)):
            chosen.fields[name] = choice
    if chosen.kind.name != "returns" and chosen.fields.keys().isdisjoint(chosen.kind.identities):
        chosen.fields.update(_reached_by(chosen, sample))
    return chosen


_ADDRESSES = {"email": re.compile(r".+@.+"), "phone": re.compile(r"(?:[^\d]*\d){7,}[^\d]*")}
_CALLED_SO = 0.7


def _reached_by(chosen: Chosen, sample: Sample) -> Iterator[tuple[str, Choice]]:
    """The addresses in columns that an export has under other names than are known of it: without, its rows would name nobody."""
    for name, form in _ADDRESSES.items():
        found = [
            (fit, column.name)
            for column in sample.columns.values()
            if column.name not in chosen.taken
            and (fit := name_fit(chosen.kind.name, name, column.name)) >= _CALLED_SO
            and column.share(form.fullmatch) > 0.5
        ]
        if chosen.kind.field(name) and found:
            yield name, Choice((max(found)[1],), 1.0, 1.0, "name")


def _choice(field: NamedField, sample: Sample, names: dict[str, str]) -> Choice | None:
    if field.constant is not None:
        return Choice((), 1.0, 1.0, "export", constant=field.constant)
    columns = [names[plain(each)] for each in field.all_of or field.columns if plain(each) in names]
    if not columns:
        return None
    columns = columns if field.all_of else columns[:1]
    combine = field.combine if len(columns) > 1 else "first"
    words = _words(field.values, (sample.columns[column].values for column in columns))
    return Choice(tuple(columns), 1.0, 1.0, "export", translations=words, combine=combine, unit=field.unit)


def _words(meanings: dict[str, str], seen: Iterable[Iterable[str]]) -> dict[str, str]:
    """The words with what they mean, in the spellings usual and in those of the file."""
    known = {word.casefold(): meaning for word, meaning in meanings.items()}
    spelt = {
        form: known[word.casefold()] for word in meanings for form in (word, word.lower(), word.upper(), word.title())
    }
    return spelt | {value: known[value.casefold()] for values in seen for value in values if value.casefold() in known}


def as_named(mapping: Mapping, load: NamedLoad, others: Iterable[NamedLoad]) -> Mapping:
    """``mapping`` with the groups of the export and without the further columns that are not of these facts."""
    theirs = [each for other in others for each in other.keeps or ()]
    kept = {
        column: name
        for column, name in mapping.extras.items()
        if (_among(column, load.keeps) if load.keeps is not None else not _among(column, theirs))
    }
    read = (each for field in mapping.fields.values() for each in field.columns)
    names = plain_names([*mapping.extras, *mapping.ignored, *read])
    shared = tuple(names[plain(each)] for each in load.shared if plain(each) in names)
    group = Group(by=names[plain(load.group)], one=load.one, shared=shared) if plain(load.group) in names else None
    ignored = (*mapping.ignored, *(column for column in mapping.extras if column not in kept))
    filled = tuple(names[plain(each)] for each in load.filled if plain(each) in names)
    only = {names[plain(column)]: words for column, words in load.only.items() if plain(column) in names}
    return mapping.model_copy(
        update={"extras": kept, "ignored": ignored, "group": group, "filled": filled, "only": only}
    )


def _among(column: str, beginnings: Iterable[str]) -> bool:
    name = plain(column)
    return any(name == plain(each) or name.startswith(f"{plain(each)} ") for each in beginnings)
