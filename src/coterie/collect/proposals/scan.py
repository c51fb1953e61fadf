"""What only the whole of a file tells: every value of a column, rows that sum up others, numbers that begin anew."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from coterie.collect.formats.preparation import prepare
from coterie.collect.kinds import Kind
from coterie.collect.proposals.columns import Column, Sample
from coterie.collect.proposals.fields import Asked, Chosen
from coterie.collect.proposals.numbers import as_number, read_numbers
from coterie.collect.readers import READERS
from coterie.domain.loading import FileFormat, MappedField
from coterie.engines import Engine, identifier, let_in, literal
from coterie.errors import StatementFailed

_DIFFERENT_DATES = 200_000
_READ_AS_THEY_ARE = frozenset({"utf-8", "utf-8-sig"})


def count_dates(
    path: Path, form: FileFormat, engine: Engine, columns: tuple[str, ...], wanted: list[str]
) -> dict[str, dict[str, int]]:
    """For each wanted column the different dates in all rows of the file, without their times, and how often each occurs.

    ``columns`` are all of the file's. Empty where the engine cannot read the file; then
    the sample has to do. One scan for each column.
    """
    if (
        form.container == "csv"
        and form.compression == "none"
        and form.encoding in _READ_AS_THEY_ARE
        and form.delimiter != " "
    ):
        with engine.folder() as folder:
            relation = _as_it_is(let_in(path, folder), form, len(columns))
            try:
                return {column: _dates(engine, relation, f"c{columns.index(column)}") for column in wanted}
            except StatementFailed:
                # Some bytes are no UTF-8, or a quote is never closed; loading will say where.
                return {}
    with prepare(path, form, engine) as prepared:
        found = READERS[form.container](prepared, engine).relation()
        if found is None:
            return {}
        names = {column: found.columns[column][0] for column in wanted if column in found.columns}
        return {column: _dates(engine, found.sql, name) for column, name in names.items()}


def _as_it_is(path: Path, form: FileFormat, width: int) -> str:
    types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, delim={literal(form.delimiter)}, "
        f"quote={literal(form.quote)}, escape={literal(form.quote)}, header={str(form.has_header).lower()}, "
        f"columns={{{types}}}, skip={form.skip_lines}, strict_mode=false, ignore_errors=true)"
    )


def _dates(engine: Engine, relation: str, column: str) -> dict[str, int]:
    name = identifier(column)
    found = engine.query(
        f"SELECT split_part(trim({name}), ' ', 1) AS date, count(*) AS times FROM {relation} "
        f"WHERE trim({name}) <> '' GROUP BY 1 ORDER BY 2 DESC LIMIT {_DIFFERENT_DATES}"
    )
    return dict(zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True))


_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|report|page)[\s-]*)?totals?\s*:?|total(?:s?:| of | general).{0,60}|(?:zwischen|gesamt)?summe\s*:?|gesamt\s*:?"
    r"|sous-total|[本当]?[页日周月季年店]?(?:总计|合计|小计|共计|总和|汇总|總計|合計|小計)\s*[:：]?|итого|totale|totaal|сумма",
    re.IGNORECASE,
)
"""What stands in a row that only adds up others."""
_GROUP = re.compile(r"(.+?)\s*(?:(?:sub)?total|summe|ergebnis|汇总|小计|合计|匯總|小計|合計)", re.IGNORECASE)

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
    told = dict.fromkeys(values)
    return tuple(value for value in told if _TOTAL.fullmatch(value) or _of_a_group(value) in told)


def _of_a_group(value: str) -> str | None:
    """What a row adds up whose label is a value and a word for the sum, as spreadsheets write them under each group."""
    found = _GROUP.fullmatch(value)
    return found[1] if found else None


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


_FEWEST, _MOST_REUSED, _MOST_MIXED = 3, 0.5, 0.05
_ANEW = "“{number}” begins anew: most of its numbers stand at several instants for several people. Together with “{at}” it names one order."


def join_numbers_that_begin_anew(chosen: Chosen, sample: Sample) -> None:
    """Give ``order_id`` the column of the instant too where a number alone is several people's; and ask.

    >>> from coterie.collect.kinds import KINDS
    >>> from coterie.collect.proposals.columns import Column
    >>> from coterie.collect.proposals.fields import Choice
    >>> cells = {"no": "123123", "who": "abcdef", "day": "111222"}
    >>> sample = Sample({name: Column(name, tuple(each)) for name, each in cells.items()}, 6, 6, True)
    >>> fields = {"order_id": "no", "customer_id": "who", "occurred_at": "day"}
    >>> chosen = Chosen(KINDS["order_lines"], {name: Choice((column,), 1.0, 1.0) for name, column in fields.items()})
    >>> join_numbers_that_begin_anew(chosen, sample)
    >>> chosen.fields["order_id"].columns
    ('no', 'day')
    """
    who = next((name for name in chosen.kind.identities if name in chosen.fields), None)
    if who is None or not {"order_id", "occurred_at"} <= set(chosen.fields):
        return
    number, at = chosen.fields["order_id"], chosen.fields["occurred_at"]
    if len(number.columns) != 1:
        return
    people: dict[str, set[str]] = defaultdict(set)
    instants: dict[str, set[str]] = defaultdict(set)
    together: dict[tuple[str, str], set[str]] = defaultdict(set)
    columns = (number.columns[0], at.columns[0], chosen.fields[who].columns[0])
    for row in zip(*(sample.columns[name].cells[: sample.head_rows] for name in columns), strict=True):
        if None in row:
            continue
        order, instant, person = (str(cell) for cell in row)
        people[order].add(person)
        instants[order].add(instant)
        together[order, instant].add(person)
    reused = sum(len(people[order]) > 1 and len(instants[order]) > 1 for order in people)
    mixed = sum(len(each) > 1 for each in together.values())
    if reused < _FEWEST or reused < _MOST_REUSED * len(people) or mixed > _MOST_MIXED * len(together):
        return
    joined = "+".join((number.columns[0], at.columns[0]))
    chosen.fields["order_id"] = replace(number, columns=(number.columns[0], at.columns[0]), combine="join")
    values: dict[str, object] = {"number": number.columns[0], "at": at.columns[0]}
    options = (f"order_id={joined}", f"order_id={number.columns[0]}")
    chosen.asked.append(Asked("order_id", number.columns[0], _ANEW, values, options))
