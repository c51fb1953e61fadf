"""Whether an amount already has the discount off it: proven by the rows seen, or asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from coterie.collect.hints.words import name_fit
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Asked, Choice, Chosen
from coterie.collect.proposals.fit import Readings, is_rate
from coterie.collect.proposals.numbers import as_number
from coterie.domain.loading import Unit

_RATE_NAME = re.compile(r"%|percent|pct|\brate\b|_rate|率|折扣比", re.IGNORECASE)
_DISCOUNT_NAME = re.compile(r"discount|\bdisc\b|rabatt|desconto|descuento|remise|折扣|优惠", re.IGNORECASE)
_OPEN: dict[Unit, str] = {
    "amount": "No column proves how “{discount}” lowers the amount of a row; it is taken off quantity times price as money.",
    "share": "No column proves how “{discount}” lowers the amount of a row; it is taken off quantity times price as a share.",
    "percent": "No column proves how “{discount}” lowers the amount of a row; it is taken off quantity times price as percent.",
}
_CENTS_NAME = re.compile(
    r"(?<![a-z])(?:cents?|pence|minor[ _-]?units?)(?![a-z])|[(（](?:单位[:：]\s*)?分[)）]", re.IGNORECASE
)
_FEWEST, _MOST = 3, 0.9
_LIKE_A_TOTAL = 0.5


@dataclass(frozen=True)
class _Line:
    """What one row says: its amount before the discount, and how far rounding may take it off; the discount as written."""

    before: float
    slack: float
    off: float


_LEFT: dict[Unit, Callable[[_Line], float]] = {
    "amount": lambda line: line.before - _signed(line.off, line.before),
    "share": lambda line: line.before * (1 - line.off),
    "percent": lambda line: line.before * (1 - line.off / 100),
}
"""What remains of an amount, by the unit of its discount."""


def take_discounts_off(chosen: Chosen, sample: Sample, readings: Readings) -> None:
    """See to it that the revenue of ``chosen`` is what was left after the discount, and say where that is not proven."""
    if chosen.kind.name not in {"orders", "order_lines"}:
        return
    offs = _discounts(chosen, sample)
    if not offs:
        return
    unit = _unit_by_itself(offs, readings)
    if {"quantity", "unit_price"} <= set(chosen.fields):
        _judge_lines(chosen, sample, readings, offs, unit)
    elif unit in {None, "amount"} and "revenue" in chosen.fields:
        _prefer_net(chosen, sample, readings, offs)
    else:
        _set_aside(chosen, offs)


_FEE_NAME = re.compile(r"\bfees?\b|commission|gebühr|provision|\bfrais\b|comisi[oó]n|手续费|佣金", re.IGNORECASE)


def put_fees_back(chosen: Chosen, sample: Sample, readings: Readings) -> None:
    """Take what people paid for the revenue, not what a payment provider left of it after its own fee."""
    choice = chosen.fields.get("revenue")
    if choice is None or len(choice.columns) != 1 or chosen.kind.name not in {"orders", "order_lines"}:
        return
    left = sample.columns[choice.columns[0]]
    free = [each for each in sample.columns.values() if each.name not in chosen.taken and each.numeric > 0.9]
    fees = [each for each in free if _FEE_NAME.search(each.name.replace("_", " "))]
    for paid in free:
        named = name_fit(chosen.kind.name, "revenue", paid.name)
        if named >= _LIKE_A_TOTAL and any(_leaves(paid, fee, left, readings) for fee in fees if fee is not paid):
            chosen.fields["revenue"] = replace(
                choice, columns=(paid.name,), rivals=(left.name,), name=max(named, choice.name)
            )
            told = "“{left}” is “{paid}” less a fee; the revenue is what was paid."
            chosen.notes.append((told, {"left": left.name, "paid": paid.name}))
            return


def _leaves(paid: Column, fee: Column, left: Column, readings: Readings) -> bool:
    """Whether ``left`` is ``paid`` less ``fee`` on nearly all rows with a fee."""
    rows = zip(*(_numbers(each, readings) for each in (paid, fee, left)), strict=True)
    told = [(p, f, rest) for p, f, rest in rows if p is not None and f and rest is not None]
    agreeing = sum(abs(p - _signed(abs(f), p) - rest) <= 0.011 for p, f, rest in told)
    return len(told) >= _FEWEST and agreeing > _MOST * len(told)


def count_in_cents(chosen: Chosen, sample: Sample) -> None:
    """Read money whose column is named for cents, and holds whole numbers alone, as hundredths.

    >>> from coterie.collect.kinds import KINDS
    >>> sample = Sample({"total_cents": Column("total_cents", ("1999", "250"))}, 2, 2, True)
    >>> chosen = Chosen(KINDS["orders"], {"revenue": Choice(("total_cents",), 0.8, 1.0)})
    >>> count_in_cents(chosen, sample)
    >>> chosen.fields["revenue"].unit
    'cents'
    """
    for name, choice in chosen.fields.items():
        field = chosen.kind.field(name)
        columns = [sample.columns[each] for each in choice.columns]
        if field is None or field.type != "money" or choice.unit != "amount" or not columns:
            continue
        if all(_counts_cents(column.name) and column.whole == 1 for column in columns):
            chosen.fields[name] = replace(choice, unit="cents")
            sentence = "“{column}” counts cents, as its name says: its numbers are divided by 100."
            chosen.notes.append((sentence, {"column": columns[0].name}))


def _counts_cents(name: str) -> bool:
    return bool(_CENTS_NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ")))


def _judge_lines(chosen: Chosen, sample: Sample, readings: Readings, offs: Sequence[Column], unit: Unit | None) -> None:
    quantity, price = (sample.columns[chosen.fields[name].columns[0]] for name in ("quantity", "unit_price"))
    lines = [
        _Line(q * p, 0.011 + 0.005 * abs(q), off) if q is not None and p is not None and off else None
        for q, p, off in zip(
            _numbers(quantity, readings), _numbers(price, readings), _added(offs, readings), strict=True
        )
    ]
    if not any(lines):
        if unit not in {None, "amount"}:
            _set_aside(chosen, offs)
        return
    for total in _totals(chosen, sample, offs):
        proven = _proven(total, lines, readings, [unit] if unit else list(_LEFT))
        if proven:
            _take(chosen, total, offs)
            if proven != "amount":
                _set_aside(chosen, offs)
            return
    if "revenue" in chosen.fields:
        total = sample.columns[chosen.fields["revenue"].columns[0]]
        if not _agrees(total, lines, readings, unit or "amount", is_before=True):
            if unit not in {None, "amount"}:
                _set_aside(chosen, offs)
            return
        del chosen.fields["revenue"]
        chosen.renamed[total.name] = "gross_amount"
        sentence = "“{column}” is quantity times price, before the discount under “{discount}”; the revenue is what remains of it."
        chosen.notes.append((sentence, {"column": total.name, "discount": offs[0].name}))
    _ask(chosen, offs, readings, unit)


def _ask(chosen: Chosen, offs: Sequence[Column], readings: Readings, unit: Unit | None) -> None:
    """Take the discount off quantity times price; ask whether and how, where the values do not make it plain."""
    name, guessed = offs[0].name, unit or "amount"
    choice = chosen.fields.get("discount") or Choice(tuple(each.name for each in offs), 0.7, 1.0)
    chosen.fields["discount"] = replace(choice, unit=guessed, values=1.0)
    options = [f"discount.unit={guessed}", "discount="]
    if unit is None and _may_be_percent(offs, readings):
        options.insert(1, "discount.unit=percent")
    chosen.asked.append(Asked("discount", name, _OPEN[guessed], {"discount": name}, tuple(options)))


def _prefer_net(chosen: Chosen, sample: Sample, readings: Readings, offs: Sequence[Column]) -> None:
    """Of two totals of an order, one being the other less the discount, the lesser is the revenue."""
    before = _numbers(sample.columns[chosen.fields["revenue"].columns[0]], readings)
    lines = [
        _Line(amount, 0.011, off) if amount is not None and off else None
        for amount, off in zip(before, _added(offs, readings), strict=True)
    ]
    for total in _totals(chosen, sample, offs)[1:]:
        if _proven(total, lines, readings, ["amount"]):
            _take(chosen, total, offs)
            return


def _take(chosen: Chosen, total: Column, offs: Sequence[Column]) -> None:
    old = chosen.fields.get("revenue")
    if old and old.columns == (total.name,):
        return
    chosen.fields["revenue"] = Choice((total.name,), 0.9, 1.0, rivals=old.columns if old else ())
    sentence = "“{column}” is what remains after the discount under “{discount}”, so it is the revenue."
    chosen.notes.append((sentence, {"column": total.name, "discount": offs[0].name}))


def _set_aside(chosen: Chosen, offs: Sequence[Column]) -> None:
    """Keep a discount that is no amount of money as a further column."""
    chosen.fields.pop("discount", None)
    for place, column in enumerate(offs):
        chosen.renamed[column.name] = "discount_rate" if not place else f"discount_rate_{place + 1}"


def _discounts(chosen: Chosen, sample: Sample) -> list[Column]:
    """The columns of the discount: those chosen, or the one other column that is called so."""
    if "discount" in chosen.fields:
        return [sample.columns[name] for name in chosen.fields["discount"].columns]
    found = [
        column
        for column in sample.columns.values()
        if column.name not in chosen.taken and column.numeric > 0.9 and _DISCOUNT_NAME.search(column.name)
    ]
    return found if len(found) == 1 else []


def _unit_by_itself(offs: Sequence[Column], readings: Readings) -> Unit | None:
    """The unit that names and values alone tell; None where it may be either."""
    if len(offs) > 1:
        return "amount"
    if any(readings.number(column).percent or is_rate(column, readings) for column in offs):
        return "share"
    if any(_RATE_NAME.search(column.name) for column in offs):
        return "percent"
    is_money = any(readings.number(column).currency or column.whole < 0.9 for column in offs)
    return "amount" if is_money or not _may_be_percent(offs, readings) else None


def _may_be_percent(offs: Sequence[Column], readings: Readings) -> bool:
    sizes = {abs(size) for column in offs for size in readings.sizes(column)}
    return len(offs) == 1 and max(sizes, default=0) <= 100 and all(size == int(size) for size in sizes)


def _totals(chosen: Chosen, sample: Sample, offs: Sequence[Column]) -> list[Column]:
    """Columns that may be the amount of a row, the chosen one first."""
    first = [sample.columns[name] for name in chosen.fields["revenue"].columns] if "revenue" in chosen.fields else []
    others = [
        column
        for column in sample.columns.values()
        if column.name not in chosen.taken
        and column not in offs
        and column.numeric > 0.9
        and name_fit(chosen.kind.name, "revenue", column.name) >= _LIKE_A_TOTAL
    ]
    return [*first, *others]


def _proven(total: Column, lines: Sequence[_Line | None], readings: Readings, units: Sequence[Unit]) -> Unit | None:
    """The unit in which the discount, taken off, gives ``total``."""
    return next((unit for unit in units if _agrees(total, lines, readings, unit)), None)


def _agrees(
    total: Column, lines: Sequence[_Line | None], readings: Readings, unit: Unit, *, is_before: bool = False
) -> bool:
    """Whether ``total`` is what remains on nearly all rows whose discount shows; ``is_before``: what was there before."""
    told = []
    for amount, line in zip(_numbers(total, readings), lines, strict=True):
        if amount is None or line is None:
            continue
        left = _LEFT[unit](line)
        if abs(line.before - left) > 2 * line.slack:
            told.append(abs(amount - (line.before if is_before else left)) <= line.slack + 1e-6 * abs(amount))
    return len(told) >= _FEWEST and sum(told) >= _MOST * len(told)


def _numbers(column: Column, readings: Readings) -> list[float | None]:
    reading = readings.number(column)
    scale = 0.01 if reading.percent else 1.0
    sizes = (as_number(cell, reading) if cell else None for cell in column.cells)
    return [None if size is None else scale * size for size in sizes]


def _added(columns: Sequence[Column], readings: Readings) -> list[float]:
    """The discount of each row, all columns of it added; how it is signed does not matter."""
    return [
        abs(sum(size or 0.0 for size in row))
        for row in zip(*(_numbers(each, readings) for each in columns), strict=True)
    ]


def _signed(size: float, like: float) -> float:
    return -size if like < 0 else size
