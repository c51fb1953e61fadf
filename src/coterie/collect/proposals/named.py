"""The columns of a named export chosen for the fields of a kind, as if they had been proposed."""

from __future__ import annotations

from collections.abc import Iterable

from coterie.collect.kinds import KINDS
from coterie.collect.named.formats import NamedField, NamedFormat, NamedLoad, has, plain, plain_names
from coterie.collect.proposals.columns import Sample
from coterie.collect.proposals.fields import Choice, Chosen
from coterie.domain.loading import Group, Mapping


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
    for name, field in load.fields.items():
        if chosen.kind.field(name) and (choice := _choice(field, sample, names)):
            chosen.fields[name] = choice
    return chosen


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
    return mapping.model_copy(update={"extras": kept, "ignored": ignored, "group": group, "filled": filled})


def _among(column: str, beginnings: Iterable[str]) -> bool:
    name = plain(column)
    return any(name == plain(each) or name.startswith(f"{plain(each)} ") for each in beginnings)
