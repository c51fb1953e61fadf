"""Which column becomes which field of a kind, in files with names and without, and what becomes of the others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from coterie.collect.hints.meanings import CARD_NUMBER, CONTACT_CHANNEL, SECRETS
from coterie.collect.hints.permission_names import speaks_of_consent
from coterie.collect.hints.words import misspelt_fit, name_fit, words_of
from coterie.collect.kinds import Kind, KindField
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fit import Readings, guess_fit, question_fit, value_fit
from coterie.domain.consenting import ANSWERS, spelt
from coterie.domain.loading import Combine, Unit
from coterie.engines.warehouse import TABLES

_FLOOR = 0.3
_CHECKED = frozenset({"email", "phone"})
"""Namespaces whose values tell by themselves that they are such."""
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
    """The choices for the fields of one kind, names for further columns, what to say and to ask about the file.

    ``filled`` are columns of which a row fills one, ``shared`` those that one line of an order fills for all,
    ``beside`` those that are read for a field and kept besides.
    """

    kind: Kind
    fields: dict[str, Choice] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    filled: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

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
        own = (choice.columns for name, choice in self.fields.items() if name != "is_test")
        return frozenset(column for columns in own for column in columns if column not in self.beside)


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
            if kind.name == "customers" and wanted.identifies:
                # What numbers a few of the people numbers something else of theirs.
                weight *= 0.5 + 0.5 * column.filled
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
    if kind.name == "customers":
        _number_of_the_account(chosen, sample, [each[-1] for each in candidates if each[2] == "customer_id"])
    _number_of_the_order(chosen, sample)
    _no_namesakes(chosen, sample)
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
    if named < _FLOOR or (wanted.identifies and wanted.identifies not in _CHECKED and _is_said(column)):
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


def _is_said(column: Column) -> bool:
    """Whether a column holds what people said, which numbers nobody: by its name, or by a yes and a no."""
    if speaks_of_consent(column.name):
        return True
    words = {spelt(value) for value in column.counts}
    return len(words) > 1 and all(word in ANSWERS and not word[:1].isdigit() for word in words)


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


_OF_ACCOUNTS = frozenset({"account", "acct", "company", "organization", "organisation", "org", "公司", "企业"})
_SHARED = 1.2


def _number_of_the_account(chosen: Chosen, sample: Sample, numbers: list[Choice]) -> None:
    """Tell a person's own number from that of an account, under which several addresses stand: they would all become one."""
    group, who = chosen.fields.get("account_id"), chosen.fields.get("customer_id")
    if group is not None and who is None and not _is_shared(chosen, group, sample):
        whose = next((each for each in numbers if each.columns == group.columns), None)
        if whose is not None:
            del chosen.fields["account_id"]
            chosen.fields["customer_id"] = whose
    elif group is None and who is not None and _names_an_account(who) and _is_shared(chosen, who, sample):
        del chosen.fields["customer_id"]
        chosen.fields["account_id"] = replace(who, rivals=())
        own = [
            each
            for each in numbers
            if each.columns[0] not in chosen.taken and sample.columns[each.columns[0]].distinct > 0.97
        ]
        if own:
            chosen.fields["customer_id"] = own[0]


def _names_an_account(number: Choice) -> bool:
    return bool(_OF_ACCOUNTS & set(words_of(number.columns[0])))


def _is_shared(chosen: Chosen, number: Choice, sample: Sample) -> bool:
    if "email" not in chosen.fields:
        return False
    columns = (*number.columns, *chosen.fields["email"].columns)
    cells = [sample.columns[each].cells[: sample.head_rows] for each in columns]
    rows = {row for row in zip(*cells, strict=False) if None not in row}
    return len(rows) >= _SHARED * max(len({each for each, _ in rows}), 1)


_PERSON = re.compile(r"[^\W\d_]+(?:[.'’-]? ?[^\W\d_]+)*\.?(?:, ?| )[^\W\d_]+(?:[.'’ -]+[^\W\d_]+)*\.?")
_REACHED = 0.8


def _no_namesakes(chosen: Chosen, sample: Sample) -> None:
    """People's names number nobody where an address or telephone stands beside: two of one name would become one person."""
    who = chosen.fields.get("customer_id")
    if who is None or not {"email", "phone"} & set(chosen.fields):
        return
    names = sample.columns[who.columns[0]]
    if names.share(_PERSON.fullmatch) < _REACHED:
        return
    reached = [
        sample.columns[chosen.fields[each].columns[0]].cells for each in ("email", "phone") if each in chosen.fields
    ]
    called = [row for row in zip(names.cells, *reached, strict=True) if row[0] is not None]
    if sum(any(row[1:]) for row in called) < _REACHED * len(called):
        return
    del chosen.fields["customer_id"]
    if chosen.kind.name == "customers" and "name" not in chosen.fields and "last_name" not in chosen.fields:
        chosen.fields["name"] = who


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


_SURE = 0.6


def choose_by_values(kind: Kind, sample: Sample, readings: Readings) -> Chosen:
    """Fields of orders or their lines in a file that names no column.

    The first dates are the order's, the last amounts its revenue, small whole numbers the
    quantity. Of several numbers or codes, that whose every value goes with one value of
    another is the order's number, and the other the customer's.
    """
    chosen = Chosen(kind)
    columns = [column for column in sample.columns.values() if column.values]
    dates = [column for column in columns if readings.date(column).share > 0.95]
    amounts = [column for column in columns if column not in dates and column.numeric > 0.95 and column.whole < 0.9]
    counts = [column for column in columns if column not in dates and _is_count(column, readings)]
    ids = [column for column in columns if column not in [*dates, *amounts, *counts] and _is_id(column)]
    found: dict[str, Column] = {}
    if dates:
        found["occurred_at"] = dates[0]
    if counts:
        found["quantity"] = counts[0]
    if amounts:
        found["revenue"] = amounts[-1]
        if len(amounts) > 1 and kind.field("unit_price"):
            found["unit_price"] = amounts[0]
    found |= _identities(ids)
    if kind.name == "order_lines" and "order_id" not in found:
        return chosen
    for name, column in found.items():
        if kind.field(name):
            chosen.fields[name] = Choice((column.name,), _SURE, 1.0, "place")
    return chosen


def _is_count(column: Column, readings: Readings) -> bool:
    if column.whole < 0.99 or any(len(value) > 1 and value.startswith("0") for value in column.values):
        return False
    sizes = readings.sizes(column)
    return (
        bool(sizes)
        and max(map(abs, sizes)) <= 5000
        and sum(map(abs, sizes)) / len(sizes) < 60
        and column.distinct < 0.5
    )


def _is_id(column: Column) -> bool:
    return column.lengths <= 64 and len(column.counts) > 2 and " " not in column.values[0]


def _identities(ids: list[Column]) -> dict[str, Column]:
    """The order's number and the customer's among ``ids``; the product's where orders have several rows."""
    if not ids:
        return {}
    for order in ids:
        for customer in ids:
            if order is customer or len(order.counts) <= len(customer.counts) or not _decides(order, customer):
                continue
            found = {"order_id": order, "customer_id": customer}
            rest = [column for column in ids if column not in (order, customer)]
            if order.distinct < 0.98 and rest:
                found["product_id"] = rest[0]
            return found
    return {"customer_id": ids[0]}


def _decides(order: Column, customer: Column) -> bool:
    pairs = {pair for pair in zip(order.cells, customer.cells, strict=True) if all(pair)}
    return len(pairs) <= 1.01 * len(order.counts)


_OURS = frozenset({"received_at", "lines", "properties", "context"})
"""Names that some table has for something of Coterie's own."""

_ROW_NUMBERS = frozenset(
    {"", "unnamed 0", "index", "row id", "row number", "row", "rownum", "序号", "column1", "id", "no", "x", "unnamed"}
)


def safe_name(column: str) -> str:
    """A column's name as Coterie writes names: lower case words joined by underscores; Chinese stays.

    >>> safe_name("Annual Income (k$)"), safe_name("subCategory"), safe_name("商品 名称"), safe_name("2nd name")
    ('annual_income_k', 'sub_category', '商品_名称', 'n_2nd_name')
    """
    spread = re.sub(r"[()\[\]]", " ", column)
    name = "_".join(words_of(spread)) or "further"
    return f"n_{name}" if name[0].isdigit() else name


def sort_out(
    columns: Iterable[Column], kind: Kind, *, rename: dict[str, str] | None = None, taken: Iterable[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """Columns to keep (name in the file → name in Coterie) and to leave out (name → why: number, secret, record or empty).

    ``taken`` are names that other columns have already.
    """
    reserved = {field.name for field in kind.fields} | set(TABLES.get(kind.table, {})) | _OURS
    given = set(taken)
    kept: dict[str, str] = {}
    ignored: dict[str, str] = {}
    for column in columns:
        why = _why_ignored(column)
        if why:
            ignored[column.name] = why
            continue
        name = (rename or {}).get(column.name) or safe_name(column.name)
        if name in reserved:
            name = f"{name}_given"
        base, number = name, 2
        while name in kept.values() or name in given:
            name, number = f"{base}_{number}", number + 1
        kept[column.name] = name
    return kept, ignored


def _why_ignored(column: Column) -> str:
    if not column.values:
        return "empty"
    if column.is_record:
        return "record"
    spoken = " ".join(words_of(column.name))
    if SECRETS.search(spoken) or column.share(CARD_NUMBER.fullmatch) > 0.5:
        return "secret"
    is_numbering = spoken in _ROW_NUMBERS and column.whole > 0.99 and len(column.values) > 2 and _counts_up(column)
    return "number" if is_numbering else ""


def _counts_up(column: Column) -> bool:
    head = [int(float(value)) for value in column.values[:50] if value.lstrip("-").replace(".", "", 1).isdecimal()]
    return len(head) > 2 and all(after == before + 1 for before, after in pairwise(head))
