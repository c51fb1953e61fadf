"""JSON Lines, or one JSON array of objects."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import pyarrow as pa

from coterie.collect.formats.content import unpacked
from coterie.collect.formats.encoding import is_kept_byte, opened_as_text
from coterie.collect.formats.nesting import parse_json
from coterie.collect.formats.preparation import LONGEST_LINE, Prepared
from coterie.collect.readers.columns import MOST_COLUMNS, name_columns
from coterie.collect.readers.contract import Relation, RowBatch
from coterie.engines import Engine, literal
from coterie.errors import BadFile
from coterie.words import sentence

_LOOKED_AT = 10_000
_LONGEST_ARRAY = 256 << 20
_HALF_A_LETTER = re.compile(r"\\u[dD][89a-fA-F]")


class JsonLines:
    """A JSON object a line; its keys are the columns. Nested values are JSON text, reached as ``outer.inner``."""

    def __init__(self, prepared: Prepared, engine: Engine) -> None:
        self._file, self._engine = prepared, engine
        self._columns: tuple[str, ...] | None = None

    def columns(self) -> tuple[str, ...]:
        """Keys of the first ten thousand objects, in the order in which they first occur."""
        if self._columns is None:
            names: dict[str, None] = {}
            for number, (_, row) in enumerate(self._objects()):
                if isinstance(row, dict):
                    names |= dict.fromkeys(row)
                if number >= _LOOKED_AT or len(names) > MOST_COLUMNS:
                    break
            if not names:
                raise BadFile(
                    'no line of it is a JSON object with keys, such as {"order_id": 1}; nothing was loaded',
                    file=self._file.name,
                    line=1,
                )
            name_columns(list(names), file=self._file.name)
            self._columns = tuple(names)
        return self._columns

    def relation(self) -> Relation | None:
        """The rows as the engine reads them, every value as text."""
        plain = self._file.plain
        if plain is None or self._file.text.has_nul or self._is_array():
            return None
        names = self.columns()
        types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
        sql = f"read_json({literal(str(plain))}, format='newline_delimited', columns={{{types}}})"
        if len({name.casefold() for name in names}) < len(names):
            return None
        return Relation(sql, {name: ('"' + name.replace('"', '""') + '"', "VARCHAR") for name in names})

    def rows_at(self, places: Sequence[int], rows: int) -> None:
        """None: lines are read one by one where one is at fault."""

    def mended(self, refuse: Callable[[pa.Table], None]) -> None:
        """None: lines are read one by one where one is broken."""

    def batches(self) -> Iterator[pa.Table]:
        """The rows one by one, with what is wrong with each."""
        names = self.columns()
        batch = RowBatch(len(names))
        for line, row in self._objects():
            if isinstance(row, dict):
                batch.keep(line, [_as_text(row.get(name)) for name in names])
            else:
                batch.refuse(line, row.code, {"": row.text})
            if batch.is_full:
                yield batch.table()
        yield batch.table()

    def _objects(self) -> Iterator[tuple[int, dict[str, object] | _Broken]]:
        with unpacked(self._file.original, self._file.format.compression) as stream:
            text = opened_as_text(stream, self._file.format.encoding)
            if self._is_array():
                yield from self._elements(text)
                return
            count = 0
            while line := text.readline(LONGEST_LINE):
                count += 1
                if len(line) == LONGEST_LINE:
                    raise BadFile(
                        sentence(
                            "the line is longer than {n} MB, which is no row of a table; nothing was loaded",
                            n=LONGEST_LINE >> 20,
                        ),
                        file=self._file.name,
                        line=count,
                    )
                bare = line.replace("\ufeff", "").strip()
                if bare:
                    yield count, _parse(bare)

    def _elements(self, text: io.TextIOWrapper) -> Iterator[tuple[int, dict[str, object] | _Broken]]:
        whole = text.read(_LONGEST_ARRAY)
        if len(whole) == _LONGEST_ARRAY:
            raise BadFile(
                sentence(
                    "one JSON array of more than {n} MB cannot be read in pieces; write one object a line (JSON Lines)",
                    n=_LONGEST_ARRAY >> 20,
                ),
                file=self._file.name,
            )
        try:
            found = cast("list[object]", parse_json(whole.replace("\ufeff", ""), pairs=_pairs))
        except ValueError as fault:
            raise BadFile(
                sentence("its JSON is broken: {why}; nothing was loaded", why=fault), file=self._file.name
            ) from fault
        for number, row in enumerate(found, 1):
            yield number, _checked(row, json.dumps(row))

    def _is_array(self) -> bool:
        with unpacked(self._file.original, self._file.format.compression) as stream:
            start = stream.read(4096).decode(self._file.format.encoding, "replace")
        return start.replace("\ufeff", "").lstrip().startswith("[")


class _Broken:
    """A line that is no object, with the code of the reason."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.text = text.encode("utf-8", "backslashreplace").decode()


class _RepeatedKey(ValueError):
    """A JSON object has one key twice."""


def _parse(line: str) -> dict[str, object] | _Broken:
    if not line.isascii() and any(map(is_kept_byte, line)):
        return _Broken("not_in_encoding", line)
    try:
        row = parse_json(line, pairs=_pairs)
    except _RepeatedKey:
        return _Broken("repeated_key", line)
    except ValueError:
        return _Broken("broken_json", line)
    return _checked(row, line)


def _checked(row: object, text: str) -> dict[str, object] | _Broken:
    """A row that is an object of whole letters, or what is wrong with it; ``text`` is its JSON."""
    if not isinstance(row, dict):
        return _Broken("broken_json", text)
    if "\x00" in text or "\\u0000" in text:
        return _Broken("nul_byte", text)
    if _HALF_A_LETTER.search(text) and not _is_whole(row):
        return _Broken("not_in_encoding", text)
    return row


def _is_whole(row: dict[str, object]) -> bool:
    """Whether no letter is half of a pair, as where an emoji was cut in two."""
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise _RepeatedKey
    return row


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
