"""What rows of orders say as documents: which take earlier ones back, and which columns stand on the first line of an order only."""

from __future__ import annotations

import re
from dataclasses import replace

from coterie.collect.hints.meanings import STATUS_WORDS
from coterie.collect.hints.words import words_of
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Choice, Chosen
from coterie.collect.proposals.fit import Readings
from coterie.collect.proposals.numbers import as_number
from coterie.collect.values.meaning import COMPLETED_WORDS

_CREDIT_NOTE = "credit note"
_TYPES = frozenset({"type", "kind", "art", "tipo", "typ", "soort", "类型", "種類", "種別"})
_TYPE_PARTS = ("belegart", "dokumentart", "doctype", "单据类型", "交易类型", "业务类型", "订单类型")
_TAKES_BACK = re.compile(
    r"credit (?:note|memo)|refund|\breturns?\b|gutschrift|storno|erstattung|r\u00fcckgabe|avoir|rembours|devoluci|reembolso|nota d[ei] cr\w+"
    r"|creditnota|retour|kreditnota|退款|退货|退貨|红字|红冲|返品|返金|환불",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"estimate|\bquot(?:e|ation)\b|pro.?forma|angebot|kostenvoranschlag|\bdevis\b|presupuesto|preventivo|offerte|报价|見積|견적",
    re.IGNORECASE,
)
"""Documents of what nobody has bought yet."""
_MOST_TYPES = 20
_FILLED_FIRST = 0.95
_OF_THE_ORDER = ("occurred_at", "status", "currency", "channel", "store", "cancelled_at", "refunded_at", "is_test")


def take_documents_back(chosen: Chosen, sample: Sample, readings: Readings) -> None:
    """Read rows that a column of types calls credit notes or refunds as such, where their amounts are written without a minus.

    A status that says that such a document was itself cancelled or never booked outranks its type.
    """
    if chosen.kind.name not in {"orders", "order_lines"}:
        return
    for column in sample.columns.values():
        if column.name in chosen.taken or not _tells_types(column):
            continue
        back = [value for value in column.counts if _TAKES_BACK.search(value)]
        offers = [value for value in column.counts if _OFFERS.search(value) and value not in back]
        if offers and len(offers) < len(column.counts):
            _add_type(chosen, column, dict.fromkeys(offers, "unpaid"), sample)
            told = "“{column}” tells documents of what is not bought yet ({words}): they do not count."
            chosen.notes.append((told, {"column": column.name, "words": ", ".join(offers[:4])}))
        if not back or len(back) == len(column.counts) or not _is_positive(chosen, column, back, sample, readings):
            continue
        _add_type(chosen, column, dict.fromkeys(back, _CREDIT_NOTE), sample)
        told = "“{column}” tells documents that take earlier ones back ({words}): their amounts are taken off."
        chosen.notes.append((told, {"column": column.name, "words": ", ".join(back[:4])}))
        return


def _tells_types(column: Column) -> bool:
    words = words_of(column.name)
    named = bool(words) and (words[-1] in _TYPES or any(part in column.name.lower() for part in _TYPE_PARTS))
    return named and 1 < len(column.counts) <= _MOST_TYPES


def _is_positive(chosen: Chosen, column: Column, back: list[str], sample: Sample, readings: Readings) -> bool:
    """Whether all amounts and quantities of these rows are written without a minus, and some are there."""
    found = False
    for name in ("revenue", "quantity", "unit_price"):
        choice = chosen.fields.get(name)
        if choice is None or not choice.columns:
            continue
        amount = sample.columns[choice.columns[0]]
        reading = readings.number(amount)
        for value, cell in zip(column.cells, amount.cells, strict=True):
            size = as_number(cell, reading) if cell is not None and value in back else None
            if size is not None and size < 0:
                return False
            found = found or bool(size)
    return found


def _add_type(chosen: Chosen, column: Column, meant: dict[str, str], sample: Sample) -> None:
    status = chosen.fields.get("status")
    words = dict.fromkeys(column.counts, "") | meant
    if status is not None and column.name in status.columns:
        chosen.fields["status"] = replace(status, translations=status.translations | meant)
        return
    if status is None or not status.columns:
        chosen.fields["status"] = Choice((column.name,), 0.8, 1.0, "values", translations=words)
        return
    told = status.translations
    # A status by which the row stands leaves it to the type to say what the row is.
    stands = {
        value: ""
        for value in sample.columns[status.columns[0]].counts
        if told.get(value, value).lower() in COMPLETED_WORDS and told.get(value, value).lower() not in STATUS_WORDS
    }
    chosen.fields["status"] = replace(
        status, columns=(*status.columns, column.name), translations=words | told | stands, combine="first"
    )


def share_with_lines(chosen: Chosen, sample: Sample) -> None:
    """Let columns that stand on the first line of each order only hold for all of its lines."""
    order = chosen.fields.get("order_id")
    if chosen.kind.name != "order_lines" or order is None or len(order.columns) != 1:
        return
    names = [name for name in (*chosen.kind.identities, *_OF_THE_ORDER) if name in chosen.fields]
    columns = [column for name in names for column in chosen.fields[name].columns if column != order.columns[0]]
    numbers = sample.columns[order.columns[0]].cells[: sample.head_rows]
    found = tuple(dict.fromkeys(each for each in columns if _stands_first(numbers, sample.columns[each], sample)))
    if not found:
        return
    chosen.shared = found
    told = "These stand on the first line of an order only, and hold for all of its lines: {columns}."
    chosen.notes.append((told, {"columns": ", ".join(found)}))


def _stands_first(numbers: tuple[str | None, ...], column: Column, sample: Sample) -> bool:
    """Whether orders of several lines have a value on their first line, and on none after it."""
    lines: dict[str, list[str | None]] = {}
    for number, cell in zip(numbers, column.cells[: sample.head_rows], strict=True):
        if number is not None:
            lines.setdefault(number, []).append(cell)
    several = [cells for cells in lines.values() if len(cells) > 1]
    alone = sum(cells[0] is not None and not any(cells[1:]) for cells in several)
    return bool(several) and alone >= _FILLED_FIRST * len(several)
