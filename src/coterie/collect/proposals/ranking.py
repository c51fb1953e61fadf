"""Which kind of facts a file holds, from its columns and from how its rows repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from coterie.collect.hints.kinds import OTHER_PARTIES, PERSONAL, PERSONAL_WORDS, signs_of
from coterie.collect.hints.words import words_of
from coterie.collect.kinds import KINDS
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Choice, Chosen, choose_by_values, choose_fields
from coterie.collect.proposals.fit import Readings

_FULL = {
    "order_lines": 8.0,
    "orders": 5.0,
    "returns": 5.0,
    "customers": 2.5,
    "products": 3.5,
    "offers": 4.0,
    "events": 4.5,
    "contacts": 4.0,
    "responses": 4.0,
    "consents": 4.0,
    "costs": 5.5,
    "surveys": 3.5,
    "tickets": 4.0,
}
_SAYS_SOMETHING = 0.6
_STEPS = {str(step) for step in range(11)}
_A_QUESTIONNAIRE = 4
_BESIDE_ANSWERS = 2
ACCEPTED = 0.4
"""A kind is believed from this score on."""


@dataclass(frozen=True)
class Candidate:
    """A kind with the columns chosen for it, and how well all of it fits, 0 to 1.

    ``lead`` is by how much it fits better than the next kind; ``understood`` the share of
    the file's columns whose names or values say something under any kind.
    """

    chosen: Chosen
    score: float
    rows_per_order: float = 1.0
    lead: float = 1.0
    understood: float = 1.0

    @property
    def name(self) -> str:
        """The kind's name."""
        return self.chosen.kind.name

    @property
    def is_whole(self) -> bool:
        """Whether every field that the kind needs has a column."""
        return not self.chosen.missing


def rank_kinds(
    sample: Sample, readings: Readings, *, is_named: bool = True, only: str | None = None
) -> list[Candidate]:
    """The kinds, the likeliest first; those that miss something they need come after those that do not.

    ``is_named`` is false for a file without a header, where values have to do.
    """
    everything = {name: choose_fields(kind, sample, readings) for name, kind in KINDS.items()}
    if not is_named:
        everything |= {name: choose_by_values(KINDS[name], sample, readings) for name in ("orders", "order_lines")}
    repetition = _repetition(everything["order_lines"], sample)
    if only != "returns" and not _only_takes_back(everything):
        del everything["returns"]
    candidates = [
        Candidate(chosen, _score(chosen, everything, sample, repetition), repetition)
        for name, chosen in everything.items()
        if only in {None, name}
    ]
    best, *others = sorted(candidates, key=lambda each: (-each.is_whole, -each.score))
    lead = best.score - max((each.score for each in others if each.is_whole), default=0.0)
    return [replace(best, lead=lead, understood=_understood(everything, sample)), *others]


def _understood(everything: dict[str, Chosen], sample: Sample) -> float:
    known = {
        name
        for chosen in everything.values()
        for choice in chosen.fields.values()
        if choice.name >= _SAYS_SOMETHING
        for name in (*choice.columns, *choice.rivals)
    }
    named = [column.name for column in sample.columns.values() if column.values]
    return sum(name in known for name in named) / max(len(named), 1)


def rows_per_value(column: Column, rows: int) -> float:
    """How many of the first ``rows`` rows there are for each value of ``column``."""
    head = [cell for cell in column.cells[:rows] if cell is not None]
    return len(head) / max(len(set(head)), 1)


_SEVERAL = 1.02
_RETURNED = re.compile(r"refund|return|credit|退款|退货|退貨|erstatt|rembours|reembols", re.IGNORECASE)


def _only_takes_back(everything: dict[str, Chosen]) -> bool:
    """Whether amounts or instants are called refunds, and there is no amount beside that orders would have."""
    chosen, ordered = everything["returns"], everything["orders"].fields.get("revenue")
    columns = [name for field in ("revenue", "occurred_at") if (c := chosen.fields.get(field)) for name in c.columns]
    sold = [name for name in (ordered.columns if ordered else ()) if name not in columns]
    return any(_RETURNED.search(name) for name in columns) and not sold


def _repetition(lines: Chosen, sample: Sample) -> float:
    order = lines.fields.get("order_id")
    if order is None:
        return _rows_a_visit(lines, sample)
    return rows_per_value(sample.columns[order.columns[0]], sample.head_rows)


def _rows_a_visit(lines: Chosen, sample: Sample) -> float:
    """How many rows there are for each person and instant, where rows name products and no orders; else 1."""
    who = next((name for name in lines.kind.identities if name in lines.fields), None)
    if who is None or not {"occurred_at", "product_id"} <= set(lines.fields):
        return 1.0
    cells = [sample.columns[lines.fields[name].columns[0]].cells[: sample.head_rows] for name in (who, "occurred_at")]
    visits = [row for row in zip(*cells, strict=False) if None not in row]
    return len(visits) / max(len(set(visits)), 1)


def _score(chosen: Chosen, everything: dict[str, Chosen], sample: Sample, repetition: float) -> float:
    name, signs = chosen.kind.name, signs_of(chosen.kind.name, chosen.kind.required)
    present = sum(weight * chosen.score(field) for field, weight in signs.weights.items())
    if name == "order_lines" and "order_id" not in chosen.fields and repetition > _SEVERAL:
        present += signs.weights["order_id"]  # a person and a day name the order
    if name == "customers":
        present += max((chosen.score(each) for each in chosen.kind.identities), default=0.0)
        present += _are_answers(sample)
    score = min(1.0, present / _FULL.get(name, 3.5)) * _structure(chosen, sample, repetition)
    if signs.needs_one and not any(field in chosen.fields for field in signs.needs_one):
        score *= 0.3
    if name == "orders":
        score *= _rows_that_load(chosen, sample) * (_HARDLY if _is_priced_by_piece(everything) else 1.0)
    if name == "customers" and _is_only_a_sale(everything):
        score *= signs.against_keeps
    if name == "customers" and _is_only_an_answer(everything):
        score *= signs.against_keeps
    if name == "events" and _is_a_kind_of_order(chosen, everything["orders"], sample):
        score *= signs.against_keeps
    for field in signs.against:
        score *= 1 - (1 - signs.against_keeps) * _presence(field, everything, sample)
    return score


def _rows_that_load(chosen: Chosen, sample: Sample) -> float:
    """1 where most rows have what orders need; else their share, as of purchases among the events of a log."""
    needed = [chosen.fields[each].columns[0] for each in ("occurred_at", "revenue") if each in chosen.fields]
    share = min((sample.columns[each].filled for each in needed), default=1.0)
    return share if share < _MOSTLY_FILLED else 1.0


def _is_a_kind_of_order(events: Chosen, orders: Chosen, sample: Sample) -> bool:
    """Whether the column that would name events is but a “type” beside the number and the amount of an order in most rows."""
    named, number = events.fields.get("name"), orders.fields.get("order_id")
    if named is None or number is None or orders.missing or named.name >= _CALLED_AN_EVENT:
        return False
    numbered = sample.columns[number.columns[0]].filled
    return numbered >= _MOSTLY_FILLED and _rows_that_load(orders, sample) >= _MOSTLY_FILLED


_CALLED_AN_EVENT = 0.7
_SURELY = 0.9
_HARDLY = 0.3
_MOSTLY_FILLED = 0.5
_SOURCES = {"campaign": ("contacts",), "coupon": ("responses",), "priority": ("tickets",), "score": ("surveys",)}


def _presence(field: str, everything: dict[str, Chosen], sample: Sample) -> float:
    """How sure it is that the file has a field that speaks against a kind."""
    if field == "granted":
        return everything["consents"].score("granted") if _is_only_permission(everything) else 0.0
    if field == "other_party":
        return float(_is_of_others(everything["customers"], sample))
    found = [
        choice for kind in _SOURCES.get(field, ("order_lines", "orders")) if (choice := _top(everything[kind], field))
    ]
    if field == "score":
        # Customers have scores too; an answer to a question spelt out is a survey's alone. Without a day it is known of them.
        if "occurred_at" in everything["surveys"].missing:
            return 0.0
        found = [choice for choice in found if choice.basis == "question"]
    # A number of an order on few rows is that of the purchases among other events.
    found = [each for each in found if not each.columns or sample.columns[each.columns[0]].filled >= _MOSTLY_FILLED]
    best = max((choice.confidence for choice in found), default=0.0)
    return best if best >= 0.65 else 0.0


def _top(chosen: Chosen, field: str) -> Choice | None:
    """The choice for ``field`` where it is no value within a record of properties."""
    choice = chosen.fields.get(field)
    return choice if choice and "." not in choice.columns[0] else None


def _is_of_others(customers: Chosen, sample: Sample) -> bool:
    """Whether the rows carry the numbers of suppliers, employees or machines, and no customer's."""
    numbered = any(customers.score(each) >= 0.8 for each in customers.kind.identities if each not in {"email", "phone"})
    return not numbered and any(
        words[0] in OTHER_PARTIES and words[-1] in {"id", "no", "number", "code", "key"}
        for words in map(words_of, sample.columns)
        if len(words) > 1
    )


def _is_only_permission(everything: dict[str, Chosen]) -> bool:
    """Whether the rows are whole as consents, and say nothing of the person beside who it is and when."""
    customers = everything["customers"]
    told = set(customers.fields) - {*customers.kind.identities, "joined_at", "updated_at", "language", "country"}
    return not everything["consents"].missing and not told


def _is_only_a_sale(everything: dict[str, Chosen]) -> bool:
    """Whether the rows are whole as orders, say nothing of the person beside who it is, and their day is sooner that of a sale."""
    customers, orders = everything["customers"], everything["orders"]
    told = set(customers.fields) - {*customers.kind.identities, "joined_at", "country", "language"}
    if orders.missing or told or not _names_people(orders):
        return False
    joined, sold = customers.fields.get("joined_at"), orders.fields["occurred_at"]
    return joined is None or joined.name < sold.name or (joined.name == sold.name and _is_of_one_order(orders))


_OF_ONE_ORDER = frozenset({"price", "order", "invoice", "grand", "financial", "payment", "transaction"})


def _is_of_one_order(orders: Chosen) -> bool:
    """Whether the amount or the status is called that of an order, which nobody has who is no order."""
    named = [
        word
        for field in ("revenue", "status")
        if field in orders.fields
        for word in words_of(orders.fields[field].columns[0])
    ]
    return not _OF_ONE_ORDER.isdisjoint(named)


def _is_only_an_answer(everything: dict[str, Chosen]) -> bool:
    """Whether the rows are whole as answers to a question or with a score, and say nothing of the person beside who it is and when."""
    customers, surveys = everything["customers"], everything["surveys"]
    told = set(customers.fields) - {*customers.kind.identities, "joined_at", "updated_at", "language", "country"}
    if surveys.missing or told or not _names_people(surveys) or not everything["consents"].missing:
        return False
    return "score" in surveys.fields and max(surveys.fields[each].name for each in ("score", "occurred_at")) >= _SURELY


def _is_priced_by_piece(everything: dict[str, Chosen]) -> bool:
    """Whether the one amount is the price of a piece beside how many there were of which product: what was paid is their product."""
    lines, amount = everything["order_lines"], everything["orders"].fields.get("revenue")
    piece = lines.fields.get("unit_price")
    is_the_same = amount is not None and piece is not None and amount.columns == piece.columns
    return is_the_same and not lines.missing and {"product_id", "quantity"} <= set(lines.fields)


def _structure(chosen: Chosen, sample: Sample, repetition: float) -> float:
    """What the repetition of values says: an order's number comes once among orders, several times among lines."""
    name = chosen.kind.name
    if name == "order_lines":
        is_detailed = "product_id" in chosen.fields or "unit_price" in chosen.fields
        return (1.0 if is_detailed else 0.8) if repetition > 1.02 else (0.65 if is_detailed else 0.4)
    if name == "orders":
        return _as_orders(chosen, sample, repetition)
    if name == "customers":
        return _uniqueness(chosen, sample)
    if name == "products" and "product_id" in chosen.fields:
        column = sample.columns[chosen.fields["product_id"].columns[0]]
        return 1.0 if column.distinct > 0.97 else 0.25
    is_wide = (
        name == "costs" and "amount" in chosen.fields and _is_one_of_many(chosen.fields["amount"].columns[0], sample)
    )
    return 0.3 if is_wide else 0.5 if name == "events" and not _names_people(chosen) else 1.0


def _as_orders(chosen: Chosen, sample: Sample, repetition: float) -> float:
    if chosen.score("order_id") >= 0.7 or ("order_id" in chosen.fields and _names_people(chosen)):
        return 0.4 if repetition > 1.02 else 1.0
    revenue = chosen.fields.get("revenue")
    is_wide = revenue is not None and revenue.basis != "place" and _is_one_of_many(revenue.columns[0], sample)
    return 0.9 if _names_people(chosen) and not is_wide else 0.3


def _names_people(chosen: Chosen) -> bool:
    return any(each in chosen.fields for each in chosen.kind.identities)


def _is_one_of_many(name: str, sample: Sample) -> bool:
    """Whether further columns are called the same but for a number, as in a table with one column a channel."""
    alike = re.sub(r"\d+", "0", name)
    return (
        any(char.isdigit() for char in name) and sum(re.sub(r"\d+", "0", each) == alike for each in sample.columns) > 2
    )


def _are_answers(sample: Sample) -> bool:
    """Whether nearly every column holds answers in steps, as a questionnaire has them: each row is who filled it in."""
    steps = [each for each in sample.columns.values() if each.values and each.counts.keys() <= _STEPS]
    return len(steps) >= _A_QUESTIONNAIRE and len(steps) >= len(sample.columns) - _BESIDE_ANSWERS


def _uniqueness(chosen: Chosen, sample: Sample) -> float:
    who = [chosen.fields[each] for each in chosen.kind.identities if each in chosen.fields]
    # A bare id may number anything, so it counts only where nothing else says who it is.
    sure = [choice for choice in who if choice.name >= 0.7] or who
    shares = [sample.columns[column].distinct for choice in sure for column in choice.columns]
    best = max(shares, default=1.0)
    is_somebody = (
        any(each in chosen.fields for each in PERSONAL)
        or any(not PERSONAL_WORDS.isdisjoint(words_of(name)) for name in sample.columns)
        or _are_answers(sample)
    )
    if not is_somebody and max((chosen.score(each) for each in chosen.kind.identities), default=0.0) < 0.8:
        return 0.2
    return 1.0 if best > 0.95 else 0.7 if best > 0.8 else 0.2
