"""What a person said of a file's columns, taken as chosen before anything is decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coterie.collect.kinds import KINDS
from coterie.collect.proposals.columns import Sample
from coterie.collect.proposals.fields import Choice, Chosen
from coterie.collect.proposals.fit import Readings
from coterie.domain.loading import Combine
from coterie.errors import UnknownName

_READABLE = 0.95


@dataclass(frozen=True)
class Told:
    """The kind, fields with the columns they come from, and fields with the one value they have, as corrections name them."""

    kind: str | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

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
