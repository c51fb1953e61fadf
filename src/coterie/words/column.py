"""Columns of sentences in Arrow tables: JSON underneath, sentences when read, told by whoever shows the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from coterie.words.keeping import kept, restored
from coterie.words.sentences import Sentence


class _SentenceScalar(pa.ExtensionScalar):  # type: ignore[misc]  # Arrow is untyped
    def as_py(self, **_: Any) -> Sentence | None:
        return None if self.value is None else restored(self.value.as_py())


class SentenceType(pa.ExtensionType):  # type: ignore[misc]  # Arrow is untyped
    """The type of a column of sentences.

    >>> column = sentence_array([Sentence("{size:,} {size|customer|customers}", {"size": 1}), None])
    >>> column.type == SENTENCE, column.to_pylist(), column[0].as_py().told("zh")
    (True, ['1 customer', None], '1 位客户')
    """

    def __init__(self) -> None:
        super().__init__(pa.string(), "coterie.sentence")

    def __arrow_ext_serialize__(self) -> bytes:
        return b""

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: pa.DataType, serialized: bytes) -> SentenceType:
        return cls()

    def __arrow_ext_scalar_class__(self) -> type[pa.ExtensionScalar]:
        return _SentenceScalar


SENTENCE = SentenceType()


def sentence_array(said: Iterable[str | None]) -> pa.ExtensionArray:
    """A column of ``said``; a text that is no sentence is one without values."""
    texts = [None if each is None else kept(each) for each in said]
    return pa.ExtensionArray.from_storage(SENTENCE, pa.array(texts, pa.string()))


def table_of(rows: Iterable[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """``rows`` as ``schema`` has them, whose columns of type ``SENTENCE`` take sentences; what a row lacks is null."""
    rows = list(rows)
    columns: dict[str, list[Any]] = {field.name: [row.get(field.name) for row in rows] for field in schema}
    return pa.table(
        [
            sentence_array(columns[field.name]) if field.type == SENTENCE else pa.array(columns[field.name], field.type)
            for field in schema
        ],
        schema=schema,
    )
