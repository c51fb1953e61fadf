"""The columns of a file as a sample shows them: head, middle and end, never the whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from coterie.collect.formats.content import HEAD_BYTES, read_head
from coterie.collect.formats.detection import read_text
from coterie.collect.formats.layout import cut, without_lines
from coterie.collect.formats.nesting import shallow
from coterie.collect.formats.parquets import blamed_parquet
from coterie.collect.formats.preparation import prepare
from coterie.collect.formats.workbooks import opened_workbook
from coterie.collect.hints import meanings
from coterie.collect.hints.meanings import is_empty
from coterie.collect.readers import READERS
from coterie.collect.readers.columns import join_headers, name_columns
from coterie.collect.values.reading import DRESSED
from coterie.domain.loading import FileFormat
from coterie.engines import Engine, identifier, let_in, literal
from coterie.errors import BadFile
from coterie.identifiers.text import plain
from coterie.words import sentence

_HEAD_ROWS = 2000
_WINDOWS, _WINDOW_BYTES = 5, 48_000


@dataclass(frozen=True)
class Column:
    """A column and the values a sample of rows has in it, as trimmed text; what stands for nothing is None.

    ``type`` is the engine's type where the file itself has types (Parquet), else ``VARCHAR``. Of a record
    (``is_record``) the values inside are columns besides.
    """

    name: str
    cells: tuple[str | None, ...]
    type: str = "VARCHAR"
    is_record: bool = False

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The cells that hold something."""
        return tuple(cell for cell in self.cells if cell is not None)

    @cached_property
    def filled(self) -> float:
        """Share of rows that hold something."""
        return len(self.values) / max(len(self.cells), 1)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value occurs."""
        return Counter(self.values)

    @property
    def distinct(self) -> float:
        """Distinct values as a share of those there are; 1 means that none recurs."""
        return len(self.counts) / max(len(self.values), 1)

    def share(self, claim: Callable[[str], object]) -> float:
        """Share of the values of which ``claim`` is true."""
        if not self.values:
            return 0.0
        return sum(times for value, times in self.counts.items() if claim(value)) / len(self.values)

    @cached_property
    def plain_counts(self) -> Counter[str]:
        """How often each value occurs as it is read: without what spreadsheets add; what names nobody as it stands."""
        read = zip(plain(pa.array(self.counts, pa.string())).to_pylist(), self.counts.items(), strict=True)
        found: Counter[str] = Counter()
        for text, (value, times) in read:
            found[text or value] += times
        return found

    def share_plain(self, claim: Callable[[str], object]) -> float:
        """Share of the values of which ``claim`` is true as they are read."""
        if not self.values:
            return 0.0
        return sum(times for value, times in self.plain_counts.items() if claim(value)) / len(self.values)

    @cached_property
    def is_timed(self) -> bool:
        """Whether the file itself says that these are dates or instants."""
        return self.type.startswith(("TIMESTAMP", "DATE"))

    @cached_property
    def numeric(self) -> float:
        """Share of values that are numbers."""
        return self.share(meanings.is_number)

    @cached_property
    def whole(self) -> float:
        """Share of values that are whole numbers."""
        return self.share(_is_whole)

    @cached_property
    def emails(self) -> float:
        """Share of values that are e-mail addresses."""
        return self.share_plain(meanings.EMAILS.fullmatch)

    @cached_property
    def mobiles(self) -> float:
        """Share of values that are telephone numbers beyond doubt: Chinese mobiles, or with a country's code."""
        return max(self.share_plain(meanings.CHINESE_MOBILE.fullmatch), self.share_plain(_is_foreign_phone))

    @cached_property
    def lengths(self) -> float:
        """Mean length of the values."""
        return sum(map(len, self.values)) / max(len(self.values), 1)


@dataclass(frozen=True)
class Sample:
    """Columns by name; how many of the first rows stand one after another in the file; the fewest and most cells of a row."""

    columns: dict[str, Column]
    rows: int
    head_rows: int
    is_whole: bool
    widths: tuple[int, int] = (0, 0)

    def shown(self, count: int = 5) -> tuple[dict[str, str | None], ...]:
        """The first rows, to be shown to a person."""
        return tuple(
            {name: column.cells[row] for name, column in self.columns.items()} for row in range(min(count, self.rows))
        )

    def where(self, column: str, claim: Callable[[str], bool]) -> Sample:
        """The rows of the sample of whose value in a column the ``claim`` is true."""
        cells = self.columns[column].cells
        places = [place for place, cell in enumerate(cells) if cell is not None and claim(cell)]
        head = sum(place < self.head_rows for place in places)
        kept = {
            name: replace(each, cells=tuple(each.cells[place] for place in places))
            for name, each in self.columns.items()
        }
        return replace(self, columns=kept, rows=len(places), head_rows=head)


def sample_columns(path: Path, form: FileFormat, engine: Engine) -> Sample:
    """A sample of the file's rows, by column.

    Raises ``BadFile`` for columns that are named twice and for a file without rows.
    """
    if form.container == "parquet":
        with blamed_parquet(path, form.container), engine.folder() as folder:
            return _sample_parquet(path.name, let_in(path, folder), engine)
    if form.container == "csv":
        return _sample_csv(path, form)
    if form.container == "jsonl":
        return _sample_jsonl(path, form)
    return _sample_excel(path, form) if form.container == "excel" else _sample_as_read(path, form, engine)


def _sample_as_read(path: Path, form: FileFormat, engine: Engine) -> Sample:
    """The first rows as the reader of the container gives them."""
    with prepare(path, form, engine) as prepared:
        reader = READERS[form.container](prepared, engine)
        names, relation = reader.columns(), reader.relation()
        if relation is not None:
            cells = ", ".join(f"CAST({relation.columns[name][0]} AS VARCHAR) AS {identifier(name)}" for name in names)
            first = engine.query(f"SELECT {cells} FROM {relation.sql} LIMIT {_HEAD_ROWS}")
        else:
            batch: pa.Table = next(iter(reader.batches() or ()))
            first = batch.filter(pc.is_null(batch["_problem"])).drop_columns(["_line", "_problem", "_raw"])
        rows = list(zip(*first.slice(0, _HEAD_ROWS).to_pydict().values(), strict=True))
    return _sampled(path, names, rows, len(rows), is_whole=first.num_rows < _HEAD_ROWS)


def _is_whole(value: str) -> bool:
    return meanings.INTEGER.fullmatch(value) is not None or (
        value.endswith(".0") and value[:-2].lstrip("-").isdecimal()
    )


def _is_foreign_phone(value: str) -> bool:
    return value.startswith("+") and meanings.PHONE.fullmatch(value) is not None


def _sampled(
    path: Path, names: Sequence[str], rows: Sequence[Sequence[str | None]], head: int, *, is_whole: bool
) -> Sample:
    if not rows:
        raise BadFile("there is a header but no row beneath it" if names else "there are no rows", file=path.name)
    columns = {
        name: Column(name, tuple(_cell(row[place]) if place < len(row) else None for row in rows))
        for place, name in enumerate(names)
    }
    return Sample(columns, len(rows), head, is_whole)


def _cell(value: str | None) -> str | None:
    bare = DRESSED.sub(r"\1\2", value.strip()) if value is not None else None
    return None if is_empty(bare) else bare


def _sample_csv(path: Path, form: FileFormat) -> Sample:
    head = read_head(path, form.compression, HEAD_BYTES + 1)
    is_whole = len(head) <= HEAD_BYTES
    text = without_lines(read_text(head, form.encoding), form.skip_lines)
    rows = cut(text, form.delimiter, form.quote, is_whole=is_whole, limit=_HEAD_ROWS)
    if not rows:
        raise BadFile("no row could be cut out of its beginning; is a quote left open?", file=path.name, line=1)
    width = len(rows[0]) if form.has_header else max(Counter(map(len, rows)).items(), key=lambda each: each[1])[0]
    first = join_headers(rows[: form.named_by]) if form.has_header else [""] * width
    names = name_columns(first, has_header=form.has_header, file=path.name)
    body = rows[form.named_by :]
    later = [] if is_whole else _windows(path, form, width)
    is_whole = is_whole and len(rows) < _HEAD_ROWS
    sample = _spread(_sampled(path, names, [*body, *later], len(body), is_whole=is_whole))
    return replace(sample, widths=(min(map(len, rows)), max(map(len, rows))))


_MOST_INSIDE = 60


def _spread(sample: Sample) -> Sample:
    """``sample`` with what stands in columns of JSON objects as columns of their own, named with a dot."""
    columns: dict[str, Column] = {}
    for name, column in sample.columns.items():
        columns[name] = column
        records = _records(column) if "." not in name else []
        inside = list(dict.fromkeys(each for record in records for each in record))
        if 0 < len(inside) <= _MOST_INSIDE:
            columns[name] = replace(column, is_record=True)
            cells = {each: tuple(_cell(record.get(each)) for record in records) for each in inside}
            columns |= {f"{name}.{each}": Column(f"{name}.{each}", cells[each]) for each in inside}
    return replace(sample, columns=columns)


def _records(column: Column) -> list[dict[str, str | None]]:
    """The cells as records, empty ones for cells without; none at all unless every cell that is filled holds an object."""
    if not column.values or not all(value.startswith("{") and value.endswith("}") for value in column.values):
        return []
    try:
        found = [shallow(json.loads(cell), cell) if cell else {} for cell in column.cells]
    except (ValueError, RecursionError):
        return []
    return [_flat(each) for each in found if isinstance(each, dict)]


def _windows(path: Path, form: FileFormat, width: int) -> list[list[str]]:
    """Rows from places all through a plain file; those that a quoted line end cut wrongly are left out."""
    size = path.stat().st_size
    if form.compression != "none" or form.encoding.startswith("utf-16") or size < 2 * HEAD_BYTES:
        return []
    found: list[list[str]] = []
    with path.open("rb") as stream:
        for window in range(1, _WINDOWS + 1):
            stream.seek(HEAD_BYTES + (size - HEAD_BYTES - _WINDOW_BYTES) * window // _WINDOWS)
            text = read_text(stream.read(_WINDOW_BYTES), form.encoding)
            lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[1:]
            lines = lines if window == _WINDOWS else lines[:-1]
            rows = cut("\n".join(lines), form.delimiter, form.quote, limit=_HEAD_ROWS // 4)
            found += [row for row in rows if len(row) == width]
    return found


def _sample_parquet(name: str, file: Path, engine: Engine) -> Sample:
    relation = f"read_parquet({literal(str(file))})"
    total = int(engine.query(f"SELECT count(*) AS n FROM {relation}").column(0)[0].as_py())
    described = engine.query(f"DESCRIBE SELECT * FROM {relation}")
    types = dict(zip(described.column(0).to_pylist(), described.column(1).to_pylist(), strict=True))
    shown = ", ".join(f"CAST({identifier(each)} AS VARCHAR) AS {identifier(each)}" for each in types)
    parts = [(0, _HEAD_ROWS)] + [
        (total * window // (_WINDOWS + 1), _HEAD_ROWS // 4)
        for window in range(1, _WINDOWS + 1)
        if total > 4 * _HEAD_ROWS
    ]
    tables = [
        engine.query(f"SELECT {shown} FROM {relation} LIMIT {count} OFFSET {start}").to_pydict()
        for start, count in parts
    ]
    if not total:
        raise BadFile("there are no rows", file=name)
    columns = {
        each: Column(each, tuple(_cell(cell) for table in tables for cell in table[each]), kind)
        for each, kind in types.items()
    }
    head = min(total, _HEAD_ROWS)
    rows = len(next(iter(columns.values())).cells)
    return Sample(columns, rows, head, is_whole=total <= _HEAD_ROWS)


def _sample_jsonl(path: Path, form: FileFormat) -> Sample:
    head = read_head(path, form.compression, HEAD_BYTES * 4 + 1)
    text = read_text(head, form.encoding)
    records = _array_records(text) if text.lstrip().startswith("[") else _line_records(text)
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [[record.get(name) for name in names] for record in records]
    return _sampled(path, names, rows, len(rows), is_whole=len(head) <= HEAD_BYTES * 4)


def _line_records(text: str) -> list[dict[str, str | None]]:
    records = []
    for line in text.splitlines()[:_HEAD_ROWS]:
        try:
            found = shallow(json.loads(line), line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            records.append(_flat(found))
    return records


def _array_records(text: str) -> list[dict[str, str | None]]:
    decoder, place = json.JSONDecoder(), text.index("[") + 1
    records: list[dict[str, str | None]] = []
    while len(records) < _HEAD_ROWS:
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1
        try:
            found, after = decoder.raw_decode(text, place)
            shallow(found, text[place:after])
        except (ValueError, RecursionError):
            break
        place = after
        if isinstance(found, dict):
            records.append(_flat(found))
    return records


def _flat(record: dict[str, object], before: str = "") -> dict[str, str | None]:
    """Objects inside an object become columns named with a dot, as the reader names them."""
    flat: dict[str, str | None] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{name}.")
        elif value is None or isinstance(value, str):
            flat[before + name] = value
        else:
            flat[before + name] = json.dumps(value, ensure_ascii=False)
    return flat


def _sample_excel(path: Path, form: FileFormat) -> Sample:
    with opened_workbook(path) as book:
        sheet = book[form.sheet] if form.sheet else book.worksheets[0]
        sheet.reset_dimensions()
        cells = [
            list(row) for row in sheet.iter_rows(min_row=form.skip_lines + 1, max_row=_HEAD_ROWS, values_only=True)
        ]
    rows = [
        ["" if cell is None else str(cell) for cell in row] for row in cells if any(cell is not None for cell in row)
    ]
    if not rows:
        raise BadFile(sentence("sheet {name!r} is empty", name=form.sheet), file=path.name)
    first = join_headers(rows[: max(form.named_by, 1)])
    while first and not first[-1]:
        first.pop()
    names = name_columns(first, has_header=form.has_header, file=path.name)
    body = rows[form.named_by :]
    return _sampled(path, names, body, len(body), is_whole=len(cells) < _HEAD_ROWS)
