"""What a file is, by its bytes before its name."""

from __future__ import annotations

import json
import re
from pathlib import Path

from coterie.collect.formats.content import Evidence, compression_of, gather, is_workbook, read_head
from coterie.collect.formats.encoding import decide_encoding
from coterie.collect.formats.layout import decide_layout
from coterie.collect.formats.parquets import check_parquet
from coterie.collect.formats.workbooks import choose_sheet
from coterie.domain.loading import FileFormat
from coterie.errors import BadFile
from coterie.words import sentence

KNOWN_BY_BYTES = frozenset({"csv", "jsonl", "parquet", "excel"})
"""Containers that ``detect_format`` tells; that of another reader is named by a mapping."""


def detect_format(path: Path | str) -> FileFormat:
    r"""How the bytes of the file become rows.

    Decided by magic bytes, then by content, and by the file's name only where the content
    is silent. The encoding is judged on evidence from the whole file within bounds (see
    ``detect_bytes``). Raises ``BadFile`` for what is missing, empty, damaged or none of
    CSV, JSON Lines, Parquet or Excel.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "orders.txt"
    ...     _ = file.write_text("订单编号;金额\n1;2,50\n", "gb18030")
    ...     found = detect_format(file)
    >>> found.container, found.encoding, found.delimiter
    ('csv', 'gb18030', ';')
    """
    path = Path(path)
    compression = compression_of(path)
    if compression == "none" and is_workbook(path):
        sheet = choose_sheet(path)
        return FileFormat(
            container="excel",
            sheet=sheet.name,
            has_header=sheet.has_header,
            skip_lines=sheet.skip_lines,
            header_lines=sheet.header_lines,
        )
    start = read_head(path, compression, 4)
    if start == b"PAR1":
        if compression != "none":
            raise BadFile(
                sentence("a Parquet file inside {compression}; unpack it first", compression=compression),
                file=path.name,
            )
        check_parquet(path)
        return FileFormat(container="parquet")
    if start == b"PK\x03\x04" and compression != "none":
        raise BadFile(
            sentence("an Excel workbook or a zip inside {compression}; unpack it first", compression=compression),
            file=path.name,
        )
    return _text_format(path, gather(path, compression))


def detect_anew(path: Path, saved: FileFormat) -> FileFormat:
    """The format of the file, of which ``saved`` was that of an earlier one; what bytes cannot tell stays as it was."""
    return detect_format(path) if saved.container in KNOWN_BY_BYTES else saved


def read_text(head: bytes, encoding: str) -> str:
    """``head`` as text; bytes that do not fit, such as a letter cut in two at the end, are replaced.

    >>> read_text("é".encode()[:1], "utf-8")
    '\ufffd'
    """
    return head.decode(encoding, "replace").removeprefix("\ufeff")


def _text_format(path: Path, evidence: Evidence) -> FileFormat:
    encoding = decide_encoding(evidence.head, evidence.high, is_utf8=evidence.is_utf8)
    text = read_text(evidence.head, encoding)
    if _is_binary(text):
        raise BadFile("its bytes are no text in any encoding Coterie knows, nor Parquet or Excel", file=path.name)
    if not text.strip():
        raise BadFile("the file holds nothing but blank lines", file=path.name)
    if _is_markup(text):
        raise BadFile("this is HTML or XML, perhaps a page saved instead of the file; export it as CSV", file=path.name)
    if _is_json(text, path):
        return FileFormat(container="jsonl", compression=evidence.compression, encoding=encoding)
    layout = decide_layout(text, is_whole=evidence.is_whole)
    return FileFormat(
        container="csv",
        compression=evidence.compression,
        encoding=encoding,
        delimiter=layout.delimiter,
        quote=layout.quote,
        has_header=layout.has_header,
        skip_lines=layout.skip_lines,
        header_lines=layout.header_lines,
    )


def _is_binary(text: str) -> bool:
    sample = text[:20_000]
    odd = sum(letter == "\ufffd" or (letter < " " and letter not in "\t\r\n\x01\f\x00") for letter in sample)
    return odd > 0.1 * len(sample) or sample.count("\x00") > 0.3 * len(sample)


def _is_markup(text: str) -> bool:
    return bool(re.match(r"\s*<(?:\?xml|!doctype|html|table|[a-z]+:?[a-z]*[\s>])", text, re.IGNORECASE))


def _is_json(text: str, path: Path) -> bool:
    """Whether the first line is a JSON object, or all is an array of them."""
    stripped = text.lstrip()
    if not stripped.startswith(("{", "[")):
        return False
    first = stripped.splitlines()[0]
    try:
        found = json.loads(first)
    except ValueError:
        return bool(re.match(r"[\[{]\s*[\[{\"]", stripped)) and not re.match(r"\{[^\"]*[,;]", stripped)
    except RecursionError:
        raise BadFile("its JSON is nested too deeply to be rows", file=path.name) from None
    return isinstance(found, dict) or (isinstance(found, list) and all(isinstance(row, dict) for row in found))
