"""What came back, as values that JSON knows: records as objects, frames as lists of objects, instants as ISO text."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from pydantic import BaseModel

from coterie.predict import Remark
from coterie.words import Sentence
from coterie.workspace.frame import Frame


def as_json(
    thing: object,
    said: Callable[[Sentence], object],
    lasting: Callable[[timedelta], object] = timedelta.total_seconds,
) -> object:
    """``thing`` as JSON-ready values; ``said`` decides what a sentence becomes, ``lasting`` what a span of time does.

    A number that is none (NaN, infinite) is null; instants stay as they are kept, naive and in UTC.

    >>> as_json({"at": datetime(2011, 9, 1), "money": Decimal("1.50"), "for": timedelta(minutes=1)}, str)
    {'at': '2011-09-01T00:00:00', 'money': 1.5, 'for': 60.0}
    """
    if isinstance(thing, Remark):
        thing = thing.said
    if isinstance(thing, Sentence):
        return said(thing)
    if isinstance(thing, timedelta):
        return lasting(thing)
    if isinstance(thing, BaseModel):
        thing = {name: getattr(thing, name) for name in type(thing).model_fields}
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        thing = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing) if not f.name.startswith("_")}
    elif isinstance(thing, Frame | pa.Table):
        thing = thing.rows() if isinstance(thing, Frame) else thing.to_pylist()
    if isinstance(thing, Mapping):
        return {str(key): as_json(value, said, lasting) for key, value in thing.items()}
    if isinstance(thing, Sequence | set | frozenset) and not isinstance(thing, str | bytes):
        return [as_json(value, said, lasting) for value in thing]
    return _plain(thing)


def sentence_as_json(said: Sentence, locale: str) -> dict[str, object]:
    """A sentence for a program: what it says, and which sentence it is with which values.

    >>> sentence_as_json(Sentence("{count:,} would leave now.", {"count": 3}), "en")
    {'text': '3 would leave now.', 'id': '{count:,} would leave now.', 'values': {'count': 3}}
    """
    values = as_json(said.values, lambda inner: sentence_as_json(inner, locale))
    return {"text": said.told(locale), "id": said.id, "values": values}


def as_text(thing: object, locale: str) -> bytes:
    """``thing`` as JSON that goes out, its sentences told in ``locale``; what JSON does not know is told as Python prints it.

    >>> as_text({"money": Decimal("1.50"), "said": Sentence("good")}, "en")
    b'{"money": 1.5, "said": {"text": "good", "id": "good", "values": {}}}'
    """
    plain = as_json(thing, lambda said: sentence_as_json(said, locale))
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, default=str).encode("utf-8", "replace")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, Path) else value
