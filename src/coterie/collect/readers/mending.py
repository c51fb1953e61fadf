"""A delimited file without its broken rows, so that the engine can read the rest.

The engine judges the file in pieces. A piece that it refuses is made smaller, until what is
read row by row is little more than the broken rows themselves.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST, SMALLEST = 64 << 20, 64 << 10
_GROWTH = 8


@dataclass(frozen=True)
class Record:
    """One record: the line on which it begins, how many lines it has, and its cells, None where it was refused."""

    line: int
    lines: int
    cells: list[str | None] | None


@dataclass(frozen=True)
class Mender:
    """What mending needs: whether the engine ``accepts`` a piece, given as a file, and what reads record by record.

    ``judge`` gives the records that begin where the file stands, on the line given.
    """

    piece: Path
    delimiter: str
    quote: str
    accepts: Callable[[Path], bool]
    judge: Callable[[io.BufferedReader, int], Iterator[Record]]

    def mend(self, source: Path, target: Path) -> int:
        """Write ``target``, ``source`` without its broken rows; how many lines became blank.

        Every row keeps its line. Memory does not grow with the file.
        """
        size = min(LARGEST, max(SMALLEST, source.stat().st_size))
        with source.open("rb") as rows, target.open("wb") as kept:
            line, blank = self._row_by_row(rows, 1, 1, kept)
            while True:
                start = rows.tell()
                piece = self._cut(rows, size)
                if not piece:
                    return blank
                if self._is_clean(piece):
                    rows.seek(start + len(piece))
                    kept.write(piece)
                    line, size = line + piece.count(b"\n"), min(size * _GROWTH, LARGEST)
                    continue
                rows.seek(start)
                if size > SMALLEST:
                    size = max(size // _GROWTH, SMALLEST)
                    continue
                line, made = self._row_by_row(rows, line, start + len(piece), kept)
                blank, size = blank + made, SMALLEST * 2

    def _cut(self, rows: io.BufferedReader, size: int) -> bytes:
        """The next piece, up to its last line end that follows no open quote, as far as counting quotes can tell."""
        piece = rows.read(size)
        if len(piece) < size or not rows.peek(1):
            return piece
        end = piece.rfind(b"\n") + 1
        if not end:
            return piece + rows.readline()
        quote, cut = self.quote.encode(), end
        opens = piece.count(quote, 0, end) % 2 if quote else 0
        while opens and cut:
            before = piece.rfind(b"\n", 0, cut - 1) + 1
            opens, cut = (opens + piece.count(quote, before, cut)) % 2, before
        return piece[: cut or end]

    def _is_clean(self, piece: bytes) -> bool:
        if b"\x00" in piece:
            return False
        self.piece.write_bytes(piece)
        return self.accepts(self.piece)

    def _row_by_row(self, rows: io.BufferedReader, line: int, end: int, kept: io.BufferedWriter) -> tuple[int, int]:
        """Judge records until one ends at ``end`` or beyond; the line after it, and how many lines became blank."""
        blank = 0
        for record in self.judge(rows, line):
            written = b""
            if record.cells is not None:
                text = io.StringIO(newline="")
                csv.writer(text, delimiter=self.delimiter, quotechar=self.quote or None, lineterminator="\n").writerow(
                    record.cells
                )
                written = text.getvalue().encode()
            before, after = record.line - line, record.lines - written.count(b"\n")
            # The header stands first, whatever stood above it.
            kept.write(written + b"\n" * (before + after) if line == 1 else b"\n" * before + written + b"\n" * after)
            line, blank = record.line + record.lines, blank + before + after
            if rows.tell() >= end:
                break
        return line, blank
