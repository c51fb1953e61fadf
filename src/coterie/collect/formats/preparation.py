"""A file made ready to be read: unpacked, in UTF-8, within limits, with the hash of its content."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from coterie.collect.formats.content import first_bytes, unpacked
from coterie.domain.loading import FileFormat
from coterie.engines import Engine, let_in
from coterie.errors import BadFile
from coterie.words import sentence

MOST_TIMES_LARGER = 200
"""Real tables shrink 3 to 30 times; one that shrinks more than this is a trap or nothing but repetition."""

UNQUESTIONED_BYTES = 32 << 20
"""Up to here the packing ratio is not asked for: a short file of equal rows is harmless."""

LONGEST_LINE = 16 << 20
_CHUNK = 1 << 20
_LINE_END = 10
_UTF8 = frozenset({"utf-8", "utf-8-sig", "ascii"})


@dataclass
class TextFacts:
    """What is seen of a text on its way past, before anything parses it.

    ``has_odd_blanks``: there may be blanks other than the space, such as tabs or wide ones;
    ``has_lone_returns``: some carriage return is followed by no line feed.
    """

    delimiter: bytes = b","
    lines: int = 0
    has_nul: bool = False
    has_long_line: bool = False
    has_odd_blanks: bool = False
    has_lone_returns: bool = False
    has_quotes: bool = False
    quote: bytes = b'"'
    last: bytes = b"\n"

    def see(self, text: bytes) -> None:
        """Look at the next piece, of about a megabyte."""
        import numpy as np

        cut = self.last == b"\r" and not text.startswith(b"\n")
        if not text:
            self.lines += self.last != b"\n"
            self.has_lone_returns |= cut
            return
        if b"\r" in text or cut:
            returns = text.count(b"\r") - text.endswith(b"\r")
            self.has_lone_returns |= cut or returns != text.count(b"\r\n")
        self.has_quotes = self.has_quotes or (bool(self.quote) and self.quote in text)
        count = int(np.count_nonzero(np.frombuffer(text, np.uint8) == _LINE_END))
        self.lines += count
        self.last = text[-1:]
        self.has_nul = self.has_nul or b"\x00" in text
        self.has_long_line = self.has_long_line or (not count and len(text) >= _CHUNK and b"\r" not in text)
        self.has_odd_blanks = self.has_odd_blanks or not text.isascii() or (self.delimiter != b"\t" and b"\t" in text)


@dataclass(frozen=True)
class Prepared:
    """A file as the readers take it.

    ``plain`` is UTF-8 text (or Parquet or Excel) that an engine can read, or None where
    some bytes are not of the stated encoding; then only row-by-row reading of ``original``
    can tell which. ``folder`` is for temporary files and goes away after the load.
    """

    original: Path
    plain: Path | None
    format: FileFormat
    name: str
    folder: Path
    fingerprint: Callable[[], str]
    text: TextFacts


@contextmanager
def prepare(path: Path, form: FileFormat, engine: Engine) -> Iterator[Prepared]:
    """The file of ``path``, ready to be read by ``engine`` while the context lasts.

    Raises ``BadFile`` where it is missing, a folder, unreadable, empty, or packed so
    tightly that unpacking it would be a trap.
    """
    first_bytes(path)
    with engine.folder() as folder, ThreadPoolExecutor(1) as beside:
        fingerprint = beside.submit(_hash, path).result
        yield _prepared(path, form, folder, fingerprint)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _prepared(path: Path, form: FileFormat, folder: Path, fingerprint: Callable[[], str]) -> Prepared:
    is_text = form.container in {"csv", "jsonl"}
    if not is_text and form.compression == "none":
        return Prepared(path, let_in(path, folder), form, path.name, folder, fingerprint, TextFacts())
    recode = is_text and codecs.lookup(form.encoding).name not in _UTF8
    copy = folder / f"plain.{form.container}" if recode or form.compression != "none" else None
    is_whole, facts = True, TextFacts(form.delimiter.encode(), quote=form.quote.encode())
    with unpacked(path, form.compression) as stream:
        sink = copy.open("wb") if copy else None
        try:
            decoder = codecs.getincrementaldecoder(form.encoding)("strict") if recode else None
            for chunk in _chunks(stream, path):
                text = chunk
                if decoder is not None:
                    try:
                        # The empty chunk at the end lets a letter cut in two be noticed.
                        text = decoder.decode(chunk, final=not chunk).encode()
                    except UnicodeError:
                        decoder, is_whole = None, False
                if sink and is_whole:
                    sink.write(text)
                if is_text and is_whole:
                    facts.see(text)
        finally:
            if sink:
                sink.close()
    plain = (copy or let_in(path, folder)) if is_whole else None
    return Prepared(path, plain, form, path.name, folder, fingerprint, facts)


def _chunks(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """The bytes, as long as they are not suspiciously many for what the file holds on disk; at the end an empty chunk."""
    packed = max(path.stat().st_size, 1)
    total = 0
    chunk = b"-"
    while chunk:
        chunk = stream.read(_CHUNK)
        total += len(chunk)
        if total > UNQUESTIONED_BYTES and total > MOST_TIMES_LARGER * packed:
            raise BadFile(
                sentence(
                    "it unpacks to more than {n} {n|time|times} its size, as harmful archives do; unpack it yourself, "
                    "look at it, and load the result",
                    n=MOST_TIMES_LARGER,
                ),
                file=path.name,
            )
        yield chunk
