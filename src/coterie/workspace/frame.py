"""Rows handed to people: Arrow inside, any data frame outside, files that other programs open."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from coterie.errors import Refused, UnknownName
from coterie.words import Sentence, sentence
from coterie.words.column import SENTENCE
from coterie.writing import written_whole

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_MOST_SHOWN = 50
"""Rows that a notebook shows."""


class Frame:
    """A table of results. Arrow underneath; pandas and polars on request.

    It is a sequence of rows, each a dictionary; a name gives the values of a column. It speaks the
    Arrow PyCapsule interface, so ``polars.DataFrame(frame)``, ``pyarrow.table(frame)`` and DuckDB
    take it as it is.

    >>> frame = Frame(pa.table({"segment": ["vip", "new"], "size": [3, 5]}))
    >>> frame[0], frame["size"], len(frame[:1])
    ({'segment': 'vip', 'size': 3}, [3, 5], 1)
    >>> [row["segment"] for row in frame]
    ['vip', 'new']
    >>> frame.polars().shape
    (2, 2)
    """

    def __init__(self, arrow: pa.Table, sentences: Mapping[str, Sequence[object]] | None = None) -> None:
        self.arrow = arrow
        self._sentences = sentences or {}

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, object]], locale: str = "en", schema: pa.Schema | None = None) -> Self:
        """A frame of ``rows``, which have the same keys; sentences in them are told in ``locale`` and stay sentences."""
        told = [
            {name: value.into(locale) if isinstance(value, Sentence) else value for name, value in row.items()}
            for row in rows
        ]
        said = dict.fromkeys(name for row in told for name, value in row.items() if isinstance(value, Sentence))
        return cls(pa.Table.from_pylist(told, schema), {name: [row[name] for row in told] for name in said})

    @classmethod
    def told(cls, arrow: pa.Table, locale: str) -> Self:
        """A frame of ``arrow``, of which columns of sentences are told in ``locale`` and stay sentences."""
        said = {
            field.name: [each and each.into(locale) for each in arrow[field.name].to_pylist()]
            for field in arrow.schema
            if field.type == SENTENCE
        }
        for name, column in said.items():
            arrow = arrow.set_column(arrow.column_names.index(name), name, pa.array(column, pa.string()))
        return cls(arrow, said)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.arrow.column_names)

    def rows(self) -> list[dict[str, object]]:
        """A list of dictionaries, one a row."""
        return list(self)

    def pandas(self) -> pd.DataFrame:
        """A pandas data frame."""
        found: pd.DataFrame = self.arrow.to_pandas()
        return found

    def to_pandas(self) -> pd.DataFrame:
        """``pandas`` under the name that Arrow and polars have for it."""
        return self.pandas()

    def to_polars(self) -> pl.DataFrame:
        """``polars`` under the name that others have for it."""
        return self.polars()

    def polars(self) -> pl.DataFrame:
        """A polars data frame; ``Refused`` saying what to install where polars is not."""
        try:
            import polars as pl
        except ImportError as fault:
            raise Refused("polars is not installed; install coterie[polars]") from fault

        found = pl.from_arrow(self.arrow)
        return found if isinstance(found, pl.DataFrame) else found.to_frame()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.arrow.__arrow_c_stream__(requested_schema)

    @overload
    def __getitem__(self, key: int) -> dict[str, object]: ...

    @overload
    def __getitem__(self, key: slice) -> Frame: ...

    @overload
    def __getitem__(self, key: str) -> list[object]: ...

    def __getitem__(self, key: int | slice | str) -> dict[str, object] | Frame | list[object]:
        if isinstance(key, str):
            if key not in self.arrow.column_names:
                raise UnknownName("column", key, self.arrow.column_names)
            return list(self._sentences.get(key) or self.arrow[key].to_pylist())
        if isinstance(key, slice):
            chosen = self.arrow.take(pa.array(range(len(self))[key], pa.int64()))
            return Frame(chosen, {name: said[key] for name, said in self._sentences.items()})
        place = range(len(self))[key]
        row: dict[str, object] = self.arrow.slice(place, 1).to_pylist()[0]
        return row | {name: said[place] for name, said in self._sentences.items()}

    def __iter__(self) -> Iterator[dict[str, object]]:
        rows = (row for batch in self.arrow.to_batches() for row in batch.to_pylist())
        for place, row in enumerate(rows):
            yield row | {name: said[place] for name, said in self._sentences.items()} if self._sentences else row

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __repr__(self) -> str:
        return f"Frame({self.arrow.num_rows} rows: {', '.join(self.arrow.column_names)})"

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

    def _repr_html_(self) -> str:
        """The first rows as a table for a notebook; all text is escaped."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = ["".join(map(_cell, row.values())) for row in self[:_MOST_SHOWN]]
        if len(self) > _MOST_SHOWN:
            rows.append("<td>…</td>" * len(self.columns))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        size = f"{len(self):,} × {len(self.columns)}"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{size}</p>"


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    # Six digits tell a share; a turnover of millions is not to be read as 1.23e+06.
    is_large = isinstance(value, float) and 1e5 <= abs(value) < 1e15
    told = f"{value:.2f}" if is_large else f"{value:.6g}" if isinstance(value, float) else str(value)
    return f'<td style="text-align: right">{told}</td>' if is_number else f"<td>{escape(told)}</td>"


_ROWS_OF_A_SHEET = 1_048_576
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN = (
    pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean, pa.types.is_temporal,
    pa.types.is_null,
)  # fmt: skip


def write_frame(frame: Frame, file: Path) -> Path:
    """Write ``frame`` to ``file``, CSV, XLSX or Parquet by its ending; its owner's alone.

    A text that a spreadsheet would run as a formula gets an apostrophe before it. CSV begins with the mark by
    which spreadsheets know UTF-8.
    """
    if file.suffix not in (".parquet", ".csv", ".xlsx"):
        raise Refused(
            sentence(
                "{file} ends in {ending}; name a .csv, .xlsx or .parquet file",
                file=file.name,
                ending=file.suffix or "nothing",
            )
        )
    with written_whole(file, private=True) as aside:  # whom it names is for its owner alone to pass on
        if file.suffix == ".parquet":
            pyarrow.parquet.write_table(frame.arrow, aside)
        else:
            columns = [_harmless(frame.arrow[name]) for name in frame.arrow.column_names]
            table = pa.Table.from_arrays(columns, names=[_as_text(name) for name in frame.arrow.column_names])
            (_write_csv if file.suffix == ".csv" else _write_xlsx)(table, aside)
    return file


def _write_csv(table: pa.Table, file: Path) -> None:
    with file.open("wb") as stream:
        stream.write(codecs.BOM_UTF8)
        pyarrow.csv.write_csv(table, stream)


def _write_xlsx(table: pa.Table, file: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if table.num_rows >= _ROWS_OF_A_SHEET:
        raise Refused(
            sentence(
                "{rows:,} {rows|row is|rows are} more than a sheet holds; write a .csv or .parquet file",
                rows=table.num_rows,
            )
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Coterie")
    sheet.append(table.column_names)
    for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value for value in row])
    with file.open("wb") as stream:
        book.save(stream)


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """The column, what is neither number, yes or no, nor instant as text that no spreadsheet runs."""
    if any(is_kind(column.type) for is_kind in _PLAIN):
        return column.cast(pa.timestamp(column.type.unit)) if getattr(column.type, "tz", None) else column
    return pa.array([None if value is None else _as_text(value) for value in column.to_pylist()], pa.string())


def _as_text(value: object) -> str:
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
