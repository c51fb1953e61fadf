"""Which column becomes which field of a kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from coterie.collect.hints.meanings import CONTACT_CHANNEL
from coterie.collect.hints.words import misspelt_fit, name_fit, words_of
from coterie.collect.kinds import Kind, KindField
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fit import Readings, guess_fit, question_fit, value_fit
from coterie.domain.loading import Combine, Unit

_FLOOR = 0.3
_BARE_IDS = frozenset({("id",), ("record", "id"), ("rec", "id"), ("编号",)})
_NESTED = re.compile(r"\w\.\w")
_MOST_SPELT = 80
"""In wider files nobody looks for misspelt names: that costs a millisecond for each name and field."""
_DISCOUNT_WORDS = frozenset({"discount", "disc", "discounts", "amount", "amt", "value"})


@dataclass(frozen=True)
class Choice:
    """A column chosen for a field: how well its name and its values fit, and what else would have fitted.

    ``basis`` is ``name``, ``spelling``, ``values``, ``question``, ``place`` or ``export``: what the choice rests on.
    ``combine`` and ``unit`` are as in a mapping.
    """

    columns: tuple[str, ...]
    name: float
    values: float
    basis: str = "name"
    rivals: tuple[str, ...] = ()
    constant: str | None = None
    translations: dict[str, str] = field(default_factory=dict)
    combine: Combine = "first"
    unit: Unit = "amount"

    @property
    def confidence(self) -> float:
        """How sure the choice is, 0 to 1."""
        return round(self.name * self.values, 2)


@dataclass(frozen=True)
class Asked:
    """What a person has to decide about a field: a sentence with its values, and the corrections among which to choose."""

    field: str
    column: str
    sentence: str
    values: dict[str, object]
    options: tuple[str, ...]


@dataclass
class Chosen:
    """The choices for the fields of one kind, names for further columns, what to say and to ask about the file, and columns of which a row fills one."""

    kind: Kind
    fields: dict[str, Choice] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    filled: tuple[str, ...] = ()

    def score(self, name: str) -> float:
        """How sure the field is; 0 where no column was found for it."""
        return self.fields[name].confidence if name in self.fields else 0.0

    @property
    def missing(self) -> tuple[str, ...]:
        """What the kind needs and no column gives: fields, alternatives joined by ``or``, and ``who``."""
        gaps = [name for name in self.kind.required if name not in self.fields]
        if self.kind.one_of and not any(set(group) <= set(self.fields) for group in self.kind.one_of):
            gaps.append(" or ".join(" and ".join(group) for group in self.kind.one_of))
        if self.kind.is_unnumbered(self.fields):
            gaps.insert(0, "order_id")
        if self.kind.person == "required" and not set(self.kind.identities) & set(self.fields):
            gaps.append("who")
        return tuple(gaps)

    @property
    def taken(self) -> frozenset[str]:
        """Columns that are fields, and are nothing besides."""
        return frozenset(c for name, choice in self.fields.items() if name != "is_test" for c in choice.columns)


def choose_fields(kind: Kind, sample: Sample, readings: Readings) -> Chosen:
    """The best column for each field, each column used once, the surest choices first."""
    candidates: list[tuple[float, int, str, str, Choice]] = []
    is_narrow = len(sample.columns) <= _MOST_SPELT
    for place, column in enumerate(sample.columns.values()):
        found = [
            (wanted, choice)
            for wanted in kind.fields
            if (choice := _candidate(kind, wanted, column, readings, is_narrow=is_narrow))
        ]
        for wanted, choice in found:
            weight = choice.name * choice.values * (0.8 + 0.2 * column.filled)
            if wanted.type == "instant":
                # Of two columns for one instant the one with the time of day says more.
                weight *= 1.0 if readings.has_time(column) else 0.97
            candidates.append((-weight, place, wanted.name, column.name, choice))
    chosen = Chosen(kind)
    for _, _, name, column_name, choice in sorted(candidates, key=lambda each: each[:3]):
        if name not in chosen.fields and column_name not in chosen.taken:
            chosen.fields[name] = choice
    for name, choice in list(chosen.fields.items()):
        rivals = [
            (weight, column)
            for weight, _, field_name, column, _ in candidates
            if field_name == name and column not in chosen.taken and weight <= -0.5
        ]
        chosen.fields[name] = replace(choice, rivals=tuple(column for _, column in sorted(rivals)[:3]))
    _sum_discounts(chosen, sample)
    _amount_of_pieces(chosen, sample, readings)
    if kind.name == "order_lines":
        _price_without_quantity(chosen)
    _number_of_the_order(chosen, sample)
    return chosen


def _candidate(kind: Kind, wanted: KindField, column: Column, readings: Readings, *, is_narrow: bool) -> Choice | None:
    named = name_fit(kind.name, wanted.name, column.name)
    basis = "name"
    guessed = guess_fit(wanted, column)
    if guessed > named:
        named, basis = guessed, "values"
    if kind.name == "surveys" and (asked := question_fit(wanted, column)) > named:
        named, basis = asked, "question"
    if not named and is_narrow:
        named, basis = misspelt_fit(kind.name, wanted.name, column.name), "spelling"
    if _NESTED.search(column.name):
        # What stands within a record says less; a record of an event's properties has the event's own time and person.
        inner = name_fit(kind.name, wanted.name, column.name.rpartition(".")[2]) if kind.name == "events" else 0.0
        named = 0.8 * max(named, inner)
    if named < _FLOOR:
        return None
    fit = value_fit(wanted, column, readings)
    if words_of(column.name) in _BARE_IDS and kind.name != "customers":
        # A bare id that never recurs is the row's own; one that does is somebody's.
        is_own = column.distinct > 0.97
        fit *= 0.3 if (wanted.identifies and is_own) or (wanted.name == "order_id" and not is_own) else 1.0
    if kind.name == "events" and wanted.name == "name" and len(column.values) > 20 and column.distinct > 0.5:
        # Names of events come again and again; those of people and things do not.
        fit *= 0.2
    if kind.name == "consents" and wanted.name == "channel":
        fit *= 1.0 if column.share(lambda value: CONTACT_CHANNEL.search(value.lower())) > 0.5 else 0.4
    return Choice((column.name,), named, fit, basis) if named * fit >= _FLOOR else None


def _number_of_the_order(chosen: Chosen, sample: Sample) -> None:
    """A column loosely named for the customer numbers orders where each order has its own and people's e-mails return."""
    who = chosen.fields.get("customer_id")
    if who is None or who.name > 0.9 or not {"order_id", "email"} <= set(chosen.fields):
        return
    wanted = ("customer_id", "order_id", "email")
    cells = [sample.columns[chosen.fields[name].columns[0]].cells[: sample.head_rows] for name in wanted]
    rows = {row for row in zip(*cells, strict=False) if row[0] is not None}
    numbers, orders, emails = (len({row[place] for row in rows}) for place in range(3))
    if numbers == orders == len(rows) and emails < 0.9 * numbers:
        del chosen.fields["customer_id"]


def _sum_discounts(chosen: Chosen, sample: Sample) -> None:
    """Several discounts of different origin (retail, coupon) are one discount: their sum."""
    choice = chosen.fields.get("discount")
    if choice is None:
        return
    free = [each for each in sample.columns.values() if each.name not in chosen.taken and each.numeric > 0.9]
    others = [each.name for each in free if name_fit(chosen.kind.name, "discount", each.name) >= 0.7]
    alike = [*choice.columns, *others]
    origins = [frozenset(words_of(name)) - _DISCOUNT_WORDS for name in alike]
    if (
        len(alike) > 1
        and all(origins)
        and len(set(origins)) == len(alike)
        and not any("total" in each for each in origins)
    ):
        ordered = tuple(name for name in sample.columns if name in alike)
        chosen.fields["discount"] = replace(choice, columns=ordered, rivals=(), combine="sum")


def _price_without_quantity(chosen: Chosen) -> None:
    """A price on each line and no quantity: each line is one piece, and its price its revenue."""
    fields = chosen.fields
    if "unit_price" in fields and "quantity" not in fields and "revenue" not in fields:
        choice = fields.pop("unit_price")
        fields["revenue"] = replace(choice, values=0.75 * choice.values)
        sentence = "No column counts pieces, so each row is taken as one piece and “{column}” as its revenue."
        chosen.notes.append((sentence, {"column": choice.columns[0]}))


def _amount_of_pieces(chosen: Chosen, sample: Sample, readings: Readings) -> None:
    """An “amount” of one, two or three beside a price of forty counts pieces, and the price is the revenue."""
    revenue = chosen.fields.get("revenue")
    if revenue is None or "quantity" in chosen.fields or words_of(revenue.columns[0])[-1:] != ("amount",):
        return
    amount = sample.columns[revenue.columns[0]]
    prices = [
        column
        for column in sample.columns.values()
        if column.name != amount.name
        and column.numeric > 0.9
        and words_of(column.name)[-1:] in {("price",), ("sales",)}
    ]
    if amount.whole > 0.99 and prices and _mean(readings.sizes(amount)) * 5 < _mean(readings.sizes(prices[0])):
        chosen.fields["quantity"] = revenue
        chosen.fields["revenue"] = Choice((prices[0].name,), 0.8, 1.0)
        if chosen.fields.get("unit_price") and chosen.fields["unit_price"].columns == (prices[0].name,):
            del chosen.fields["unit_price"]
        sentence = "“{amount}” counts pieces, being small and whole beside “{price}”, which is taken for the revenue."
        chosen.notes.append((sentence, {"amount": amount.name, "price": prices[0].name}))


def _mean(sizes: list[float]) -> float:
    return sum(map(abs, sizes)) / max(len(sizes), 1)
