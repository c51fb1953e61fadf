"""What the columns of a file are called, and whether a mapping fits them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from coterie.collect.kinds import KINDS, Kind
from coterie.domain.loading import Mapping
from coterie.errors import BadFile, UnknownName, listed
from coterie.words import Sentence, joined, sentence

MOST_COLUMNS = 2_000
"""A wider file is refused: a table of facts has tens of columns, and thousands cost memory per row."""


def name_columns(cells: Sequence[str], *, has_header: bool = True, file: str = "") -> tuple[str, ...]:
    """The names of a file's columns, from the cells of its first row.

    Names lose surrounding blanks and a byte-order mark; a column without a name is called
    ``column1`` by its place, as are all where ``has_header`` is false. Where a name occurs
    again, its number is set behind it, so that neither is lost.

    >>> name_columns(["\ufefforder id ", "", "total", "total"])
    ('order id', 'column2', 'total', 'total (2)')
    """
    if len(cells) > MOST_COLUMNS:
        raise BadFile(
            sentence(
                "the file has {n:,} {n|column|columns} and at most {most:,} can be read; leave out those that are not "
                "needed, or turn them into rows",
                n=len(cells),
                most=MOST_COLUMNS,
            ),
            file=file,
            line=1,
        )
    if not has_header:
        return tuple(f"column{place}" for place in range(1, len(cells) + 1))
    bare = [cell.replace("\ufeff", "").replace("\x00", "").strip() for cell in cells]
    names: dict[str, None] = {}
    for place, cell in enumerate(bare, 1):
        name, nth = cell or f"column{place}", 1
        while name in names:
            nth += 1
            name = f"{cell or f'column{place}'} ({nth})"
        names[name] = None
    return tuple(names)


def check_repeated(mapping: Mapping, columns: Sequence[str], *, file: str = "") -> None:
    """Raise ``BadFile`` where a field is read from a column whose name the header has again: which was meant?"""
    for column in (name for field in mapping.fields.values() for name in field.columns):
        alike = [place for place, name in enumerate(columns, 1) if re.sub(r" \(\d+\)$", "", name) == column]
        if len(alike) > 1:
            places = ", ".join(map(str, alike))
            raise BadFile(
                sentence(
                    "the header names this column more than once (columns {places}); rename or remove all but one",
                    places=places,
                ),
                file=file,
                line=1,
                column=column,
            )


def join_headers(rows: Sequence[Sequence[str]]) -> list[str]:
    """The cells that name the columns, of the first rows of a table.

    A first row that names every column names them alone; what stands below are units or a translation.
    Otherwise the first holds headings of groups, which name a column together with a name of one word.

    >>> join_headers([["Order", "", "Customer", ""], ["ID", "Order date", "ID", "Email"]])
    ['Order ID', 'Order date', 'Customer ID', 'Customer Email']
    >>> join_headers([["订单", "", "客户"], ["编号", "下单时间", "手机号"]])
    ['订单编号', '下单时间', '客户手机号']
    """
    first, *others = rows
    if not others or all(cell.strip() for cell in first):
        return list(first)
    names = join_headers(others)
    heading, joined = "", []
    for place, cell in enumerate(names):
        name = cell.strip()
        heading = (first[place].strip() if place < len(first) else "") or heading
        if not name or not heading:
            joined.append(name or heading)
        elif not name.isascii():
            joined.append(heading + name if len(name) <= _SHORT_NAME else name)
        else:
            joined.append(name if len(name.split()) > 1 or "_" in name else f"{heading} {name}")
    return joined


_SHORT_NAME = 3
"""Signs of a Chinese name that says too little without the heading above it."""


def check_mapping(mapping: Mapping, columns: Sequence[str], *, file: str = "") -> Kind:
    """The kind of ``mapping``, once every column it names is in the file and every field it needs is mapped.

    Raises ``UnknownName`` for a kind or field that does not exist, ``BadFile`` for a
    missing column or an unmapped required field.
    """
    if mapping.kind not in KINDS:
        raise UnknownName("kind", mapping.kind, KINDS)
    kind = KINDS[mapping.kind]
    known = {field.name for field in kind.fields}
    for name, mapped in mapping.fields.items():
        if name not in known:
            raise UnknownName(sentence("field of {kind}", kind=kind.name), name, known)
        for column in mapped.columns:
            _check_column(column, columns, sentence("the mapping reads {name} from it", name=name), file)
    check_repeated(mapping, columns, file=file)
    for column in mapping.extras:
        _check_column(column, columns, Sentence("the mapping keeps it"), file)
    grouping = (mapping.group.by, *mapping.group.shared) if mapping.group else ()
    for column in (*grouping, *mapping.filled, *mapping.only, *mapping.leaves):
        _check_column(column, columns, Sentence("the mapping tells rows by it"), file)
    _check_needs(mapping, kind, file)
    return kind


def _check_needs(mapping: Mapping, kind: Kind, file: str) -> None:
    """Raise ``BadFile`` where the mapping leaves out what its kind needs."""
    mapped_names = {name for name, field in mapping.fields.items() if field.columns or field.constant is not None}
    for name in kind.required:
        if name not in mapped_names:
            raise BadFile(
                sentence(
                    "{kind} need {name}, and the mapping says of no column that it is the {name}; map one, or "
                    "give a constant",
                    kind=kind.name,
                    name=name,
                ),
                file=file,
            )
    if kind.one_of and not any(mapped_names.issuperset(group) for group in kind.one_of):
        ways = joined((joined(group, " and ") for group in kind.one_of), " or ")
        raise BadFile(
            sentence(
                "{kind} need {ways}, and the mapping has neither; map the columns that hold it",
                kind=kind.name,
                ways=ways,
            ),
            file=file,
        )
    _check_who(kind, mapped_names, file)


def _check_who(kind: Kind, mapped_names: set[str], file: str) -> None:
    if kind.is_unnumbered(mapped_names):
        raise BadFile("order_lines need an order_id or a column that says who, and the mapping has neither", file=file)
    if kind.person == "required" and not mapped_names.intersection(kind.identities):
        raise BadFile(
            sentence(
                "{kind} need a column that says who, and the mapping has none; map one of {names}",
                kind=kind.name,
                names=", ".join(kind.identities),
            ),
            file=file,
        )


def _check_column(column: str, columns: Sequence[str], why: Sentence, file: str) -> None:
    if column in columns or column.partition(".")[0] in columns:
        return
    values: dict[str, object] = {"why": why, "columns": listed(list(columns), 20)}
    text = "the file has no such column and {why}; its columns are {columns}; mend the file or the mapping"
    if near := get_close_matches(column, columns, n=1):
        values["nearest"] = near[0]
        text = "the file has no such column and {why}; did you mean {nearest!r}? its columns are {columns}; mend the file or the mapping"
    raise BadFile(Sentence(text, values), file=file, column=column)
