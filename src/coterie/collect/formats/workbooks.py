"""Excel workbooks, opened with suspicion: none that is a trap, and whatever is broken in one is said of the file."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from coterie.collect.formats.content import refuse_bomb
from coterie.collect.formats.preparation import MOST_TIMES_LARGER, UNQUESTIONED_BYTES
from coterie.errors import BadFile, CoterieError
from coterie.words import sentence

if TYPE_CHECKING:
    from openpyxl import Workbook

_PIECE, _LONGEST_PROLOGUE = 65_536, 1 << 20


@contextmanager
def opened_workbook(path: Path) -> Iterator[Workbook]:
    """The workbook while the context lasts, to be read in it.

    Raises ``BadFile`` for an archive that claims far more than it weighs, for XML with a
    document type (entities), and for whatever openpyxl stumbles over.
    """
    try:
        _refuse_traps(path)
        # openpyxl looks at the name of a path, and a workbook may be called anything.
        with path.open("rb") as stream:
            book = _read(stream)
            try:
                yield book
            finally:
                book.close()
    except CoterieError:
        raise
    except Exception as fault:  # openpyxl checks little: each kind of damage ends in another type of error
        raise BadFile(
            sentence("the workbook is damaged ({why}); open it and save it again as .xlsx or CSV", why=fault),
            file=path.name,
        ) from fault


_texts: dict[tuple[int, ...], list[str]] = {}
"""The texts that the cells of the workbook opened last share, by what tells one state of a file from another.

A load opens its workbook several times, and reading these takes most of the time."""


def _read(stream: BinaryIO) -> Workbook:
    from openpyxl.reader.excel import ExcelReader

    about = os.fstat(stream.fileno())
    state = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)

    class Reader(ExcelReader):
        def read_strings(self) -> None:
            if state not in _texts:
                super().read_strings()
                _texts.clear()
                _texts[state] = self.shared_strings
            self.shared_strings = _texts[state]

    reader = Reader(stream, read_only=True, data_only=True)
    reader.read()
    book: Workbook = reader.wb
    return book


def _refuse_traps(path: Path) -> None:
    refuse_bomb(path)
    with zipfile.ZipFile(path) as archive:
        claimed = sum(entry.file_size for entry in archive.infolist())
        packed = max(sum(entry.compress_size for entry in archive.infolist()), 1)
        if claimed > UNQUESTIONED_BYTES and claimed > MOST_TIMES_LARGER * packed:
            raise BadFile(
                sentence(
                    "the workbook unpacks to {ratio:,} times its size, as harmful archives do; nothing was loaded",
                    ratio=claimed // packed,
                ),
                file=path.name,
            )
        for entry in archive.infolist():
            if _has_document_type(archive, entry):
                raise BadFile(
                    sentence(
                        "its part {name} defines XML entities, which no workbook needs and harmful ones use; "
                        "nothing was loaded",
                        name=entry.filename,
                    ),
                    file=path.name,
                )


def _has_document_type(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether the part is XML with a document type, in whatever encoding and after however long a comment."""
    seen: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: seen.append(True)
    parser.StartElementHandler = lambda *_: seen.append(False)
    with archive.open(entry) as part:
        for _ in range(_LONGEST_PROLOGUE // _PIECE):
            piece = part.read(_PIECE)
            try:
                parser.Parse(piece, not piece)
            except expat.ExpatError:
                break  # no XML at all, or broken: no entity of it was read
            if seen or not piece:
                return seen[:1] == [True]
        else:
            return True
    return seen[:1] == [True]
