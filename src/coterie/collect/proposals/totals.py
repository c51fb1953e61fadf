"""Rows that sum up others, such as the “Total” beneath a report: found, so that nothing counts twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coterie.collect.kinds import Kind
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.numbers import as_number, read_numbers
from coterie.domain.loading import MappedField

_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|report|page)[\s-]*)?totals?\s*:?|total(?:s?:| of | general).{0,60}|(?:zwischen|gesamt)?summe\s*:?|gesamt\s*:?"
    r"|sous-total|总计|合计|小计|共计|总和|汇总|總計|合計|小計|итого|totale|totaal|сумма",
    re.IGNORECASE,
)
"""What stands in a row that only adds up others."""

_AMOUNTS = ("revenue", "amount")


def find_totals(kind: Kind, fields: dict[str, MappedField], sample: Sample) -> dict[str, tuple[str, ...]]:
    """Field → words by which rows of the sample are known as the sum of others; ``""`` where the field is empty.

    A word counts wherever it stands; an empty campaign or number of an order only in the
    first or last row of a small file, where the amount is the sum of all the others.

    >>> from coterie.collect.kinds import KINDS
    >>> cells = {"no": ("A1", "A2", "Grand Total"), "sum": ("1", "2", "3")}
    >>> sample = Sample({name: Column(name, each) for name, each in cells.items()}, 3, 3, True)
    >>> mapped = {"order_id": MappedField(columns=("no",)), "revenue": MappedField(columns=("sum",))}
    >>> find_totals(KINDS["orders"], mapped, sample)
    {'order_id': ('Grand Total',)}
    """
    amount = next((fields[name].columns[0] for name in _AMOUNTS if name in fields and fields[name].columns), None)
    if amount is None:
        return _counting(kind, fields, sample)
    words = {
        field.name: sample.columns[fields[field.name].columns[0]]
        for field in kind.fields
        if field.type == "text" and field.name in fields and len(fields[field.name].columns) == 1
    }
    found = {name: _spoken(column.values) for name, column in words.items()}
    place = _summing_row(sample.columns[amount], sample)
    if place is not None:
        for name, column in words.items():
            if column.cells[place] is None and len(column.values) == sample.rows - 1:
                found[name] = (*found[name], "")
    return {name: each for name, each in found.items() if each}


def _counting(kind: Kind, fields: dict[str, MappedField], sample: Sample) -> dict[str, tuple[str, ...]]:
    """Words under a person's number in the first or last row of a small file, such as ``Total``, beside how many there are."""
    who = [name for name in kind.identities if name in fields and len(fields[name].columns) == 1]
    if kind.name != "customers" or not sample.is_whole or sample.rows < 3:
        return {}
    edges = {name: sample.columns[fields[name].columns[0]].cells for name in who}
    found = {name: _spoken(cell for cell in (cells[0], cells[-1]) if cell) for name, cells in edges.items()}
    return {name: words for name, words in found.items() if words}


def _spoken(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if _TOTAL.fullmatch(value)))


def _summing_row(amount: Column, sample: Sample) -> int | None:
    """The first or last row, where its amount is that of all others together; None where there is none such."""
    if not sample.is_whole or sample.rows < 4:
        return None
    reading = read_numbers(amount.counts)
    sizes = [as_number(cell, reading) or 0.0 if cell else 0.0 for cell in amount.cells]
    whole = sum(sizes)
    return next(
        (place for place in (0, sample.rows - 1) if sizes[place] and abs(whole - 2 * sizes[place]) < 0.02), None
    )
