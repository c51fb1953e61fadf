"""Frames to files that other programs open."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from coterie.errors import Refused
from coterie.workspace.frame import Frame
from coterie.writing import written_whole

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_frame(frame: Frame, file: Path) -> Path:
    """Write ``frame`` to ``file``, CSV or Parquet by its ending.

    In CSV a text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    if file.suffix not in (".parquet", ".csv"):
        raise Refused(f"{file.name} ends in {file.suffix or 'nothing'}; name a .csv or .parquet file")
    with written_whole(file) as aside:
        if not file.exists():
            aside.touch(mode=0o600)  # whom it names is for its owner alone to pass on
        if file.suffix == ".parquet":
            pyarrow.parquet.write_table(frame.arrow, aside)
        else:
            harmless = {name: _harmless(frame.arrow[name]) for name in frame.arrow.column_names}
            pyarrow.csv.write_csv(pa.table(harmless), aside)
    return file


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pa.array(
            [
                f"'{text}" if text is not None and text.startswith(FORMULA_STARTS) else text
                for text in column.to_pylist()
            ],
            column.type,
        )
    if pa.types.is_nested(column.type):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    return column
