"""What becomes of the columns that are no field: kept under a safe name, or left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from coterie.collect.hints.meanings import CARD_NUMBER, SECRETS
from coterie.collect.hints.words import words_of
from coterie.collect.kinds import Kind
from coterie.collect.proposals.columns import Column
from coterie.engines.warehouse import TABLES

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
    """Columns to keep (name in the file → name in Coterie) and to leave out (name → why: number, secret or empty).

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
    spoken = " ".join(words_of(column.name))
    if SECRETS.search(spoken) or column.share(CARD_NUMBER.fullmatch) > 0.5:
        return "secret"
    is_numbering = spoken in _ROW_NUMBERS and column.whole > 0.99 and len(column.values) > 2 and _counts_up(column)
    return "number" if is_numbering else ""


def _counts_up(column: Column) -> bool:
    head = [int(float(value)) for value in column.values[:50] if value.lstrip("-").replace(".", "", 1).isdecimal()]
    return len(head) > 2 and all(after == before + 1 for before, after in pairwise(head))
