"""What the columns of a file are called, and whether a mapping fits them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from coterie.collect.kinds import KINDS, Kind
from coterie.domain.loading import Mapping
from coterie.errors import BadFile, UnknownName

MOST_COLUMNS = 2_000
"""A wider file is refused: a table of facts has tens of columns, and thousands cost memory per row."""


def name_columns(cells: Sequence[str], *, has_header: bool = True, file: str = "") -> tuple[str, ...]:
    """The names of a file's columns, from the cells of its first row.

    Names lose surrounding blanks and a byte-order mark; a column without a name is called
    ``column1`` by its place, as are all where ``has_header`` is false. Raises ``BadFile``
    where a name occurs twice, because one of the two would silently be lost.

    >>> name_columns(["\ufefforder id ", "", "total"])
    ('order id', 'column2', 'total')
    """
    if len(cells) > MOST_COLUMNS:
        raise BadFile(
            f"the file has {len(cells):,} columns and at most {MOST_COLUMNS:,} can be read; "
            "leave out those that are not needed, or turn them into rows",
            file=file,
            line=1,
        )
    if not has_header:
        return tuple(f"column{place}" for place in range(1, len(cells) + 1))
    bare = [cell.replace("\ufeff", "").replace("\x00", "").strip() for cell in cells]
    repeated = [name for name, times in Counter(bare).items() if times > 1 and name]
    if repeated:
        places = [str(place) for place, name in enumerate(bare, 1) if name == repeated[0]]
        raise BadFile(
            f"the header names this column more than once (columns {', '.join(places)}); rename or remove all but one",
            file=file,
            line=1,
            column=repeated[0],
        )
    return tuple(name or f"column{place}" for place, name in enumerate(bare, 1))


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
            raise UnknownName(f"field of {kind.name}", name, known)
        for column in mapped.columns:
            _check_column(column, columns, f"the mapping reads {name} from it", file)
    for column in mapping.extras:
        _check_column(column, columns, "the mapping keeps it", file)
    grouping = (mapping.group.by, *mapping.group.shared) if mapping.group else ()
    for column in (*grouping, *mapping.filled):
        _check_column(column, columns, "the mapping tells rows by it", file)
    _check_needs(mapping, kind, file)
    return kind


def _check_needs(mapping: Mapping, kind: Kind, file: str) -> None:
    """Raise ``BadFile`` where the mapping leaves out what its kind needs."""
    mapped_names = {name for name, field in mapping.fields.items() if field.columns or field.constant is not None}
    for name in kind.required:
        if name not in mapped_names:
            raise BadFile(
                f"{kind.name} need {name}, and the mapping says of no column that it is the {name}; "
                f"map one, or give a constant",
                file=file,
            )
    if kind.one_of and not any(mapped_names.issuperset(group) for group in kind.one_of):
        ways = " or ".join(" and ".join(group) for group in kind.one_of)
        raise BadFile(f"{kind.name} need {ways}, and the mapping has neither; map the columns that hold it", file=file)
    _check_who(kind, mapped_names, file)


def _check_who(kind: Kind, mapped_names: set[str], file: str) -> None:
    if kind.is_unnumbered(mapped_names):
        raise BadFile("order_lines need an order_id or a column that says who, and the mapping has neither", file=file)
    if kind.person == "required" and not mapped_names.intersection(kind.identities):
        raise BadFile(
            f"{kind.name} need a column that says who, and the mapping has none; map one of {', '.join(kind.identities)}",
            file=file,
        )


def _check_column(column: str, columns: Sequence[str], why: str, file: str) -> None:
    if column in columns or column.partition(".")[0] in columns:
        return
    near = get_close_matches(column, columns, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    shown = ", ".join(columns[:20]) + (f" and {len(columns) - 20} more" if len(columns) > 20 else "")
    raise BadFile(
        f"the file has no such column and {why}; {hint}its columns are {shown}; mend the file or the mapping",
        file=file,
        column=column,
    )
