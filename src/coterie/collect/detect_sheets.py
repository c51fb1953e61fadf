"""Which sheet of a workbook holds the rows."""

from __future__ import annotations

from pathlib import Path

from coterie.collect.detect_bytes import refuse_bomb
from coterie.errors import BadFile

_PEEK_ROWS = 50
_PEEK_COLUMNS = 200


def choose_sheet(path: Path) -> str:
    """The name of the sheet with most filled cells, judged by size and by its first rows.

    A cover sheet or a note loses against a table. Raises ``BadFile`` where the workbook
    is damaged or every sheet is empty.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    refuse_bomb(path)
    stream = path.open("rb")
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, OSError, ValueError, EOFError) as fault:
        stream.close()
        raise BadFile(f"the workbook is damaged ({fault}); save it again as .xlsx or CSV", file=path.name) from fault
    try:
        weights: dict[str, float] = {}
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=_PEEK_ROWS, max_col=_PEEK_COLUMNS, values_only=True)
            filled = sum(cell is not None for row in rows for cell in row)
            weights[sheet.title] = filled * max(1.0, (sheet.max_row or 1) / _PEEK_ROWS)
    finally:
        book.close()
        stream.close()
    best = max(weights, key=lambda title: weights[title], default=None)
    if best is None or not weights[best]:
        raise BadFile("every sheet of the workbook is empty", file=path.name)
    return best
