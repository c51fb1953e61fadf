"""Frames to files that other programs open."""

from __future__ import annotations

import codecs
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from coterie.errors import Refused
from coterie.words import sentence
from coterie.workspace.frame import Frame
from coterie.writing import written_whole

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
            sentence("{rows:,} rows are more than a sheet holds; write a .csv or .parquet file", rows=table.num_rows)
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
