"""What the first choice of columns gets wrong, mended by looking at how values hang together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from coterie.collect.checks.rules import country_code, currency_code
from coterie.collect.hints.kinds import EVENT_NAMES
from coterie.collect.hints.meanings import GENDERS
from coterie.collect.hints.words import name_fit, words_of
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Choice
from coterie.collect.proposals.fit import Readings, is_rate
from coterie.collect.proposals.numbers import as_number
from coterie.collect.proposals.ranking import Candidate
from coterie.collect.proposals.status_words import meaning_of, stands
from coterie.collect.values.meaning import COMPLETED_WORDS

_BY_DAY = "No column numbers the orders: what one customer bought on one day is taken as one order."

_USUAL = 0.95


def refine(best: Candidate, sample: Sample, readings: Readings) -> None:
    """Mend the choices of ``best`` in place and note what a person should know."""
    chosen = best.chosen
    if best.name == "order_lines":
        if "order_id" not in chosen.fields:
            chosen.notes.append((_BY_DAY, {}))
        _drop_order_totals(best, sample, readings)
    if best.name in {"orders", "order_lines"}:
        _note_returns(best, sample, readings)
        _note_status(best, sample)
        _rename_rates(best, sample, readings)
        _note_anonymous(best, sample)
    if best.name == "events":
        _name_events(best, sample)
    if best.name == "customers":
        _leave_firms(best)
    _unify(best, sample, "currency", currency_code, by_code=True)
    _unify(best, sample, "country", country_code, by_code=False)
    _unify(best, sample, "gender", lambda value: GENDERS.get(value.lower()), by_code=False)
    for name in ("age", "score"):
        for column in sample.columns.values():
            if name not in chosen.fields and column.name.lower() == name and chosen.kind.field(name):
                chosen.renamed[column.name] = f"{name}_group"


def _leave_firms(best: Candidate) -> None:
    """The name of an account or company is no person's where first and last names stand beside it."""
    fields = best.chosen.fields
    if {"name", "first_name", "last_name"} <= set(fields) and _FIRMS & set(words_of(fields["name"].columns[0])):
        del fields["name"]


_FIRMS = frozenset({"account", "company", "organisation", "organization", "firma", "entreprise", "empresa"})


def _name_events(best: Candidate, sample: Sample) -> None:
    """Views, carts and the like get the names that ready traits and rules ask for."""
    choice = best.chosen.fields.get("name")
    if choice is None:
        return
    _name_things(best, sample)
    if not choice.columns:
        return
    counts = sample.columns[choice.columns[0]].counts
    named = {value: EVENT_NAMES[word] for value in counts if (word := " ".join(words_of(value))) in EVENT_NAMES}
    named = {value: name for value, name in named.items() if value != name}
    if named:
        best.chosen.fields["name"] = replace(choice, translations=named)
        told = ", ".join(f"{value} = {name}" for value, name in named.items())
        best.chosen.notes.append(("Events get their usual names: {told}.", {"told": told}))


_THINGS = {"product_id": "order_lines", "category": "products", "store": "orders"}
"""Property by which ready traits ask what an event was about, and where → kind that has it as a field."""


def _name_things(best: Candidate, sample: Sample) -> None:
    """The one column that is a product, a category or a place gets the name that ready traits ask for."""
    for name, kind in _THINGS.items():
        free = [column for column in sample.columns if column not in {*best.chosen.taken, *best.chosen.renamed}]
        fitting = [
            column
            for column in free
            if name_fit(kind, name, column) >= _USUAL or " ".join(words_of(column)) in _ALSO.get(name, ())
        ]
        if len(fitting) == 1 and name not in free:
            best.chosen.renamed[fitting[0]] = name


_ALSO = {
    "category": ("class", "lesson", "course", "service", "treatment", "workshop"),
    "store": ("club", "gym", "studio", "venue", "salon", "library", "clinic"),
}
"""What they are called besides in logs of visits."""


def _unify(best: Candidate, sample: Sample, name: str, code_of: Callable[[str], str | None], *, by_code: bool) -> None:
    """Spellings of one thing become one: the code itself, or the commonest spelling of the file."""
    choice = best.chosen.fields.get(name)
    if choice is None or not choice.columns:
        return
    counts = sample.columns[choice.columns[0]].counts
    commonest: dict[str, str] = {}
    for value, _ in counts.most_common():
        if code := code_of(value):
            commonest.setdefault(code, code if by_code else value)
    unified = {value: commonest[code] for value in counts if (code := code_of(value)) and commonest[code] != value}
    best.chosen.fields[name] = replace(choice, translations=unified)


def _drop_order_totals(best: Candidate, sample: Sample, readings: Readings) -> None:
    """An order's total repeated on its lines, or standing on the first only, is not the line's revenue."""
    chosen = best.chosen
    revenue, order = chosen.fields.get("revenue"), chosen.fields.get("order_id")
    if not revenue or not order or best.rows_per_order <= 1.02 or not {"quantity", "unit_price"} <= set(chosen.fields):
        return
    column = sample.columns[revenue.columns[0]]
    if _is_order_level(sample.columns[order.columns[0]], column, sample.head_rows) and not _is_product(
        [sample.columns[chosen.fields[name].columns[0]] for name in ("revenue", "quantity", "unit_price")], readings
    ):
        del chosen.fields["revenue"]
        chosen.renamed[column.name] = "order_total"
        chosen.notes.append(
            (
                "“{column}” holds the total of the whole order, so the revenue of a line is its quantity times its price.",
                {"column": column.name},
            )
        )


def _is_product(columns: list[Column], readings: Readings) -> bool:
    """Whether the first column is the second times the third on most rows."""
    agreeing = compared = 0
    for row in zip(*(column.cells for column in columns), strict=True):
        sizes = [as_number(cell, readings.number(column)) for cell, column in zip(row, columns, strict=True) if cell]
        total, *factors = [size for size in sizes if size is not None] or [0.0]
        if len(factors) == 2:
            compared += 1
            agreeing += abs(total - factors[0] * factors[1]) <= 0.01 + 0.01 * abs(total)
    return compared > 0 and agreeing > 0.9 * compared


def _is_order_level(order: Column, amount: Column, head: int) -> bool:
    found: dict[str, list[str | None]] = {}
    for number, value in zip(order.cells[:head], amount.cells[:head], strict=True):
        if number is not None:
            found.setdefault(number, []).append(value)
    several = [values for values in found.values() if len(values) > 1]
    if not several:
        return False
    equal = sum(len(set(values)) == 1 for values in several)
    first_only = sum(values[0] is not None and not any(values[1:]) for values in several)
    return equal + first_only > 0.95 * len(several)


def _note_returns(best: Candidate, sample: Sample, readings: Readings) -> None:
    fields = best.chosen.fields
    for name in ("quantity", "revenue"):
        if name in fields and fields[name].columns:
            column = sample.columns[fields[name].columns[0]]
            sizes = readings.sizes(column)
            share = sum(size < 0 for size in sizes) / max(len(sizes), 1)
            if share:
                best.chosen.notes.append(
                    (
                        "{share:.1%} of the rows seen have a negative “{column}”: they are read as returns or cancellations.",
                        {"share": share, "column": column.name},
                    )
                )
                break
    if "order_id" in fields:
        numbers = sample.columns[fields["order_id"].columns[0]]
        share = numbers.share(lambda value: value[:1] in {"C", "c"} and value[1:].isdecimal())
        if 0 < share < 0.5:
            best.chosen.notes.append(
                (
                    "{share:.1%} of the order numbers seen begin with C, as cancellations do; they are read so.",
                    {"share": share},
                )
            )


def _note_status(best: Candidate, sample: Sample) -> None:
    choice = best.chosen.fields.get("status")
    if choice is None:
        return
    columns = [sample.columns[name] for name in choice.columns]
    words = {value.lower(): value for column in columns for value in column.counts}
    if set(words) <= {"0", "1", "true", "false", "yes", "no", "是", "否"}:
        _read_flag(best, choice, columns[0])
        return
    told = choice.translations
    known = {value: meaning for word, value in words.items() if value not in told and (meaning := meaning_of(word))}
    known |= {value: told[value] for value in words.values() if told.get(value, "completed") != "completed"}
    if known:
        column = max(columns, key=lambda each: each.share(known.__contains__))
        share = column.share(known.__contains__)
        best.chosen.notes.append(
            (
                "{share:.1%} of the rows seen are unpaid, cancelled or returned, as “{column}” says: {words}.",
                {"share": share, "column": column.name, "words": ", ".join(list(known)[:6])},
            )
        )
    seen = dict.fromkeys(value for column in columns for value in column.counts)
    new = [value for value in seen if value not in known and value not in told]
    strange = [value for value in new if not stands(value.lower())]
    like = [value for value in new if value.lower() not in COMPLETED_WORDS]
    known |= {value: "completed" for value in like if value not in strange}
    best.chosen.fields["status"] = replace(choice, translations=known | told)
    if strange:
        best.chosen.notes.append(
            (
                "Nothing known is said by these words of “{column}”: such orders do not count until the mapping's values say what they mean: {words}.",
                {
                    "column": ", ".join(each.name for each in columns if not each.counts.keys().isdisjoint(strange)),
                    "words": ", ".join(strange[:6]),
                },
            )
        )


def _read_flag(best: Candidate, choice: Choice, column: Column) -> None:
    low = column.name.lower()
    meaning = "returned" if any(word in low for word in ("return", "refund", "退")) else "cancelled"
    flags = ("1", "1.0", "true", "True", "TRUE", "yes", "Yes", "是")
    off = ("0", "0.0", "false", "False", "FALSE", "no", "No", "否")
    if any(word in low for word in ("cancel", "return", "refund", "退", "取消")):
        translations = {flag: meaning for flag in flags if flag in column.counts}
        translations |= {flag: "completed" for flag in off if flag in column.counts}
        best.chosen.fields["status"] = replace(choice, translations=translations)
    else:
        del best.chosen.fields["status"]


def _rename_rates(best: Candidate, sample: Sample, readings: Readings) -> None:
    for column in sample.columns.values():
        if column.name not in best.chosen.taken and "discount" in column.name.lower() and is_rate(column, readings):
            best.chosen.renamed[column.name] = "discount_rate"


def _note_anonymous(best: Candidate, sample: Sample) -> None:
    chosen = best.chosen
    who = [column for name in chosen.kind.identities if name in chosen.fields for column in chosen.fields[name].columns]
    if not who:
        chosen.notes.append(("No column says who bought: these orders count in totals and belong to no profile.", {}))
        return
    if set(who) & set(chosen.shared):
        return
    rows = list(zip(*(sample.columns[column].cells for column in who), strict=True))
    nobody = sum(not any(row) for row in rows) / max(len(rows), 1)
    if nobody > 0.001:
        chosen.notes.append(
            (
                "{share:.1%} of the rows seen name nobody: they count in totals and belong to no profile.",
                {"share": nobody},
            )
        )
