"""How lines become cells: delimiter, quote, and whether the first line names the columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|", "\x01", "^", "~", "¦", ":")
_RECORDS = 400
_TITLE_LINES = 40
_LONGEST_CELL = 10_000_000

_NUMBER = re.compile(r"\(?[-+]?\s*[$£€¥￥]?\s*[-+]?\d[\d.,' \u00a0\u202f]*\s*(?:%|元|€|[A-Z]{3})?\)?-?")
_DATE = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?(?:[T ].*)?"
    r"|\d{1,2}(?:er)?[- /.]{0,2}(?:de )?[^\W\d_]{3,10}[- /.,]*(?:de )?\d{2,4}.*|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}.*"
)
_PERIOD = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?")
_FEWEST_PERIODS = 3
_COMMENT = re.compile(r"#\s+\w|//|--\s")
_SAYS_NOTHING = frozenset(
    {"", "-", "--", "n/a", "na", "nan", "null", "none", "unknown", "missing", "?", "无", "空", "未知"}
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Layout:
    """How a text is cut into cells. A space as ``delimiter`` means a run of spaces."""

    delimiter: str
    quote: str
    has_header: bool
    skip_lines: int = 0
    header_lines: int = 1


def decide_layout(text: str, *, is_whole: bool) -> Layout:
    r"""The layout of the CSV text whose beginning is ``text``.

    A delimiter is believed where it cuts most records, the header too, into the same
    number of cells; of several, the one whose cells look most like values wins. A first
    line that holds a number, a date or an e-mail address is no header.

    >>> decide_layout("id;price\n1;2,50\n2;3,75\n", is_whole=True)
    Layout(delimiter=';', quote='"', has_header=True, skip_lines=0, header_lines=1)
    """
    quote = "'" if _is_single_quoted(text) else '"'
    best, best_score = ",", 0.0
    for delimiter in (*DELIMITERS, " "):
        score = _score(cut(text, delimiter, quote, is_whole=is_whole), delimiter)
        if score > best_score + 1e-9:
            best, best_score = delimiter, score
    skip = _title_lines(text, best, quote)
    rows = cut(without_lines(text, skip), best, quote, is_whole=is_whole)
    lines = header_lines(rows)
    return Layout(best, quote, has_header=has_header(rows[lines - 1 :]), skip_lines=skip, header_lines=lines)


def without_lines(text: str, count: int) -> str:
    r"""``text`` without its first ``count`` lines.

    >>> without_lines("Report\r\na,b\r\n", 1)
    'a,b\n'
    """
    return "\n".join(_lines(text)[count:]) if count else text


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _title_lines(text: str, delimiter: str, quote: str) -> int:
    """How many lines of a report's title, of a cell or two each, stand above the names of the columns."""
    widths = Counter(len(row) for row in cut(text, delimiter, quote))
    width = widths.most_common(1)[0][0] if widths else 0
    if width < 3 or delimiter == " ":
        return 0
    lines = _lines(text)[:_TITLE_LINES]
    for number, line in enumerate(lines):
        if _COMMENT.match(line):
            continue
        cells = [cell for row in cut(line, delimiter, quote) for cell in row]
        below = [cell for row in cut("".join(lines[number + 1 : number + 2]), delimiter, quote) for cell in row]
        if sum(bool(cell.strip()) for cell in cells) > max(1, width // 3) or is_grouping(cells, below):
            return number if number and any(each.strip() for each in lines[:number]) else 0
    return 0


def cut(text: str, delimiter: str, quote: str, *, is_whole: bool = True, limit: int = _RECORDS) -> list[list[str]]:
    """Up to ``limit`` records of ``text`` as cells; a last record that may be cut short is left out."""
    text = text.replace("\x00", "")
    lines = _lines(text)
    if delimiter == " ":
        return _cut_by_spaces(lines, is_whole=is_whole)[:limit]
    rows: list[list[str]] = []
    previous = csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in csv.reader((line + "\n" for line in lines), delimiter=delimiter, quotechar=quote):
            if row:
                rows.append(row)
            if len(rows) > limit:
                break
    except csv.Error:
        pass
    finally:
        csv.field_size_limit(previous)
    if rows and len(rows) <= limit and not is_whole:
        rows.pop()
    return rows[:limit]


def _cut_by_spaces(lines: list[str], *, is_whole: bool) -> list[list[str]]:
    rows = [line.split() for line in lines if line.strip()]
    return rows if is_whole else rows[:-1]


def looks_like_value(cell: str) -> bool:
    """Whether a cell is a number or a date, or holds an e-mail address: something that names no column.

    >>> [looks_like_value(cell) for cell in ("12.50", "£3", "2011年3月4日", "Ann <a@b.cn>", "price", "Q1")]
    [True, True, True, True, False, False]
    """
    cell = cell.strip()
    return bool(cell) and (bool(_EMAIL.search(cell)) or any(shape.fullmatch(cell) for shape in (_NUMBER, _DATE)))


def _is_single_quoted(text: str) -> bool:
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n]|$)", text[:65_536], re.MULTILINE))
    double = len(re.findall(r'(?:^|[,;\t|])"[^"\n]*"(?=[,;\t|\r\n]|$)', text[:65_536], re.MULTILINE))
    # Spreadsheets keep a number as text by an apostrophe before it, which nothing closes.
    opened = len(re.findall(r"(?:^|[,;\t|])'", text[:65_536], re.MULTILINE))
    return single > 3 * double + 2 and 2 * single > opened


def _score(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    if width < 2:
        return 0.0
    agreement = count / len(rows)
    header = 1.0 if len(rows[0]) == width else 0.4
    cells = [cell.strip() for row in rows[:100] if len(row) == width for cell in row]
    clean = sum(not cell or looks_like_value(cell) or len(cell) <= 60 for cell in cells) / max(len(cells), 1)
    rest = sum(any(other in cell for other in ",;\t|" if other != delimiter) for cell in cells) / max(len(cells), 1)
    rare = {":": 0.3, " ": 0.35, "^": 0.8, "~": 0.8}.get(delimiter, 1.0)
    if delimiter == " " and (width < 3 or agreement < 0.95):
        return 0.0
    return agreement**2 * header * (0.3 + 0.7 * clean) * (1 - 0.5 * rest) * rare * (1 + 0.02 * min(width, 20))


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns.

    >>> has_header([["name", "age"], ["Ann", "34"]]), has_header([["Ann", "34"], ["Bo", "41"]])
    (True, False)
    >>> has_header([["name", "202401", "202402", "202403"], ["Ann", "34", "", "20"]])
    True
    """
    if not rows:
        return True
    first = [cell.strip() for cell in rows[0]]
    while first and not first[-1]:
        first.pop()
    # Files put together keep the header of each.
    body = [row for row in rows[1:] if list(row) != list(rows[0])]
    valued = [place for place, cell in enumerate(first) if looks_like_value(cell)]
    if not first or (valued and not _are_periods(first, valued, body)):
        return False
    if not body or _has_typed_column(body):
        return True
    return not _recurs(first, body)


def _are_periods(first: Sequence[str], places: Sequence[int], body: Sequence[Sequence[str]]) -> bool:
    """Whether the cells at ``places`` are years, months or days that name columns of something else."""
    names = {first[place] for place in places}
    below = {row[place].strip() for place in places for row in body if place < len(row)}
    return (
        _FEWEST_PERIODS <= len(names) == len(places) < len(first)
        and all(_PERIOD.fullmatch(name) or _DATE.fullmatch(name) for name in names)
        and any(below)
        and not any(_DATE.fullmatch(cell) or cell in names for cell in below)
    )


def is_grouping(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether ``cells`` are headings of groups of columns, which ``below`` names.

    >>> is_grouping(["Order", "", "", "Customer", ""], ["ID", "Date", "Total", "ID", "Email"])
    True
    >>> is_grouping(["Report", "Sales", "", "", ""], ["ID", "Date", "Total", "Name", "Email"])
    False
    """
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    below = _without_end(below)
    is_spread = len(filled) > 1 and filled[-1] - filled[0] >= len(filled)
    names = [cell for cell in below if cell.strip()]
    is_named = len(names) > len(filled) and len(names) >= 0.8 * len(below)
    return is_spread and is_named and not any(map(looks_like_value, (*cells, *below)))


def _without_end(cells: Sequence[str]) -> Sequence[str]:
    """The cells up to the last that is filled."""
    end = max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return cells[:end]


def header_lines(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows name the columns: two under headings of groups, or over units or a translation.

    >>> header_lines([["id", "date", "total"], ["编号", "日期", "金额"], ["1", "2026-01-02", "9.50"], ["2", "2026-01-03", "4"]])
    2
    """
    if len(rows) < 3:
        return 1
    first, second, body = _without_end(rows[0]), _without_end(rows[1]), rows[2:]
    if is_grouping(first, second):
        return 2
    if not all(cell.strip() for cell in first) or len(first) < len(second) or any(map(looks_like_value, second)):
        return 1
    typed = [place for place in range(len(second)) if _is_typed(body, place)]
    said = [place for place in typed if second[place].strip().lower() not in _SAYS_NOTHING]
    text = [place for place in range(len(second)) if second[place].strip() and place not in typed]
    recurs = any(place < len(row) and row[place].strip() == second[place].strip() for place in text for row in body)
    return 2 if not recurs and (len(said) > 1 or (said and not text)) else 1


def _has_typed_column(body: Sequence[Sequence[str]]) -> bool:
    """Whether some column holds values all through, below a first line that holds none."""
    return any(_is_typed(body, column) for column in range(max(len(row) for row in body)))


def _is_typed(body: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column].strip() for row in body if column < len(row) and row[column].strip()]
    return bool(cells) and sum(map(looks_like_value, cells)) >= 0.8 * len(cells) and len(cells) >= len(body) * 0.3


def _recurs(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether words of the first line come again in their columns, as values do and names do not."""
    seen = sum(
        any(column < len(row) and row[column].strip() == cell for row in body)
        for column, cell in enumerate(first)
        if cell
    )
    is_ragged = len({len(row) for row in body}) > 3
    anywhere = {cell.strip() for row in body for cell in row}
    return seen * 2 >= len(first) or (is_ragged and sum(cell in anywhere for cell in first) * 2 >= len(first))
