"""Which column is which in a file without names: what values alone, and how they hang together, can tell."""

from __future__ import annotations

from coterie.collect.kinds import Kind
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Choice, Chosen
from coterie.collect.proposals.fit import Readings

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
