"""The bytes of a file, unpacked and bounded: what to look at before believing a name."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from coterie.domain.loading import Compression
from coterie.errors import BadFile
from coterie.plain_files import is_plain
from coterie.words import Sentence, sentence, system_says

HEAD_BYTES = 262_144
"""Enough for some thousand rows; wider heads changed no decision on the files tried."""

PLAIN_SCAN_BYTES = 4 << 30
PACKED_SCAN_BYTES = 64 << 20
"""How far late evidence of the encoding is looked for; looking costs 0.1 s a gigabyte, unpacking 3 s."""

_CHUNK = 1 << 20
_HIGH_BYTES = 200_000
_ZIP_RATIO = 500

_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls); save it as .xlsx or CSV"),
    (b"BZh", "compressed with bzip2; unpack it first, or use gzip, zstd or zip"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first, or use gzip, zstd or zip"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first, or use gzip, zstd or zip"),
    (b"Rar!", "a RAR archive; unpack it first, or use gzip, zstd or zip"),
    (b"SQLite format 3", "an SQLite database; export its tables to CSV or Parquet"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ORC", "an ORC file; convert it to Parquet"),
    (b"Obj\x01", "an Avro file; convert it to Parquet or JSON Lines"),
    (b"ARROW1", "an Arrow file; write it as Parquet"),
)
_READABLE = "CSV, TSV, JSON Lines, Parquet or Excel (.xlsx), plain or packed with gzip, zstd or zip"


@dataclass(frozen=True)
class Evidence:
    """What was seen of a file: its first bytes, lines with bytes above 127 from anywhere in it, and its packing.

    ``is_whole`` says that ``head`` is the whole file; ``is_utf8`` that everything
    scanned (``scanned`` bytes) is UTF-8.
    """

    compression: Compression
    head: bytes
    high: bytes
    is_whole: bool
    is_utf8: bool
    scanned: int


def compression_of(path: Path) -> Compression:
    """How the file is packed, by its first bytes; an Excel workbook is a zip but not packed.

    Raises ``BadFile`` for a missing, empty or foreign file, naming what it is.
    """
    start = first_bytes(path)
    for magic, words in _FOREIGN:
        if start.startswith(magic):
            raise BadFile(
                sentence(
                    "this is {what}; Coterie reads {readable}", what=Sentence(words), readable=Sentence(_READABLE)
                ),
                file=path.name,
            )
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "none" if is_workbook(path) else "zip"
    return "none"


def is_workbook(path: Path) -> bool:
    """Whether the file is an Excel workbook (a zip that holds ``xl/workbook.xml`` or ``.bin``)."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in archive.namelist() for name in ("xl/workbook.xml", "xl/workbook.bin"))
    except (zipfile.BadZipFile, OSError):
        return False


def zip_member(path: Path) -> str:
    """The one file inside a zip that holds rows.

    Folders, hidden files and what macOS adds do not count. Raises ``BadFile`` where none
    or several remain, or where the contents are suspiciously large for their packing.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [entry for entry in archive.infolist() if _is_member(entry)]
    except zipfile.BadZipFile as fault:
        raise BadFile(
            sentence("the zip is damaged ({why}); make or download it again", why=fault), file=path.name
        ) from fault
    if len(members) != 1:
        names = ", ".join(entry.filename for entry in members[:5])
        n = len(members)
        seen = (
            sentence(
                "a zip must hold one file with rows; it holds {n} {n|file|files} ({names}); unpack it and load them one by one",
                n=n,
                names=names,
            )
            if n
            else "a zip must hold one file with rows; it holds no file"
        )
        raise BadFile(seen, file=path.name)
    entry = members[0]
    if entry.flag_bits & 1:
        raise BadFile("the zip is locked with a password; unpack it first", file=path.name)
    refuse_bomb(path)
    return entry.filename


def refuse_bomb(path: Path) -> None:
    """Raise ``BadFile`` where some content of a zip or workbook claims far more bytes than its packing can hold."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            ratio = entry.file_size // max(entry.compress_size, 1)
            if ratio > _ZIP_RATIO and entry.file_size > _CHUNK:
                raise BadFile(
                    sentence(
                        "its contents claim {ratio:,} {ratio|time|times} their packed size, as harmful archives do; unpack it "
                        "and look",
                        ratio=ratio,
                    ),
                    file=path.name,
                )


def _is_member(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    return not entry.is_dir() and "__MACOSX" not in parts and not any(part.startswith(".") for part in parts)


@contextmanager
def unpacked(path: Path, compression: Compression) -> Iterator[BinaryIO]:
    """The bytes of the file as if it were not packed, to be read forwards.

    Raises ``BadFile`` where the packing turns out damaged while it is read.
    """
    import zstandard

    try:
        with path.open("rb") as raw:
            if compression == "gzip":
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield cast("BinaryIO", stream)
            elif compression == "zstd":
                with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as reader:
                    yield cast("BinaryIO", reader)
            elif compression == "zip":
                member = zip_member(path)
                with zipfile.ZipFile(raw) as archive, archive.open(member) as inside:
                    yield cast("BinaryIO", inside)
            else:
                yield raw
    except (gzip.BadGzipFile, zlib.error, EOFError, zipfile.BadZipFile, zstandard.ZstdError) as fault:
        raise BadFile(
            sentence(
                "its {compression} packing is damaged or cut short ({why}); make or download it again",
                compression=compression,
                why=fault,
            ),
            file=path.name,
        ) from fault


def read_head(path: Path, compression: Compression, size: int = HEAD_BYTES) -> bytes:
    """The first ``size`` unpacked bytes."""
    with unpacked(path, compression) as stream:
        return read_fully(stream, size)


def read_fully(stream: BinaryIO, size: int) -> bytes:
    """Up to ``size`` bytes; fewer only at the end of the stream."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def gather(path: Path, compression: Compression) -> Evidence:
    """What the encoding and the layout are to be judged by.

    Reads on past the head, in chunks, because the first accented letter may come in the
    four-millionth row; stops when there is enough of it, or at a bound.
    """
    bound = PLAIN_SCAN_BYTES if compression == "none" else PACKED_SCAN_BYTES
    with unpacked(path, compression) as stream:
        head = read_fully(stream, HEAD_BYTES)
        if not head:
            raise BadFile("the file is empty", file=path.name)
        gathered = _Gathered()
        gathered.add(head)
        while gathered.scanned < bound and not gathered.is_enough:
            chunk = read_fully(stream, _CHUNK)
            if not chunk:
                break
            gathered.add(chunk)
        gathered.finish()
    is_whole = gathered.scanned == len(head)
    return Evidence(compression, head, bytes(gathered.high), is_whole, gathered.is_utf8, gathered.scanned)


class _Gathered:
    """Lines with high bytes met so far. UTF-8 is believed until disproved, and read on for until it is sure."""

    def __init__(self) -> None:
        self.high = bytearray()
        self.scanned = 0
        self.is_utf8 = True
        self._tail = b""

    def add(self, chunk: bytes) -> None:
        self.scanned += len(chunk)
        if chunk.isascii() and not self._tail:
            return
        block = self._tail + chunk
        cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if cut == 0:
            cut = len(block) if len(block) > _CHUNK else 0
        self._tail = block[cut:]
        if self._tail.isascii():
            self._tail = b""
        self._judge(block[:cut])

    def finish(self) -> None:
        self._judge(self._tail)
        self._tail = b""

    def _judge(self, block: bytes) -> None:
        if block.isascii():
            return
        if self.is_utf8:
            try:
                block.decode("utf-8")
            except UnicodeDecodeError:
                self.is_utf8 = False
        room = _HIGH_BYTES - len(self.high)
        if room > 0:
            lines = (line for line in block.splitlines(keepends=True) if not line.isascii())
            for line in lines:
                self.high += line[: min(room, 4096)]
                room = _HIGH_BYTES - len(self.high)
                if room <= 0:
                    break

    @property
    def is_enough(self) -> bool:
        return len(self.high) >= _HIGH_BYTES


def check_plain(path: Path) -> None:
    """Raise ``BadFile`` for what would be waited for for ever, or has a name that is no text."""
    if path.exists() and not is_plain(path) and not path.is_dir():
        raise BadFile(
            sentence(
                "{path!r} is a device or a pipe, or made by the system as it is read; save what it gives to a file and load that",
                path=str(path),
            )
        )
    if not str(path).isprintable() and any("\ud800" <= letter <= "\udfff" for letter in str(path)):
        raise BadFile(sentence("the file name {path!r} is not UTF-8; rename the file", path=str(path)))


def first_bytes(path: Path) -> bytes:
    """The first bytes of a file as it lies there; ``BadFile`` where it is missing, a folder, unreadable or empty."""
    check_plain(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(64)
    except FileNotFoundError:
        raise BadFile(sentence("there is no file {path!r}; check the name and the folder", path=str(path))) from None
    except IsADirectoryError:
        raise BadFile(sentence("{path!r} is a folder; name the file to load", path=str(path))) from None
    except PermissionError:
        raise BadFile(
            sentence("{path!r} may not be read by this user; ask for the permission to read it", path=str(path))
        ) from None
    except OSError as fault:
        raise BadFile(sentence("{path!r} cannot be read: {why}", path=str(path), why=system_says(fault))) from fault
    if not start:
        raise BadFile("the file is empty", file=path.name)
    return start
