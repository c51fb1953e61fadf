"""Sentences kept as JSON, id and values, so that whoever reads them later is told them in the language of then."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from coterie.words.sentences import Sentence, cased, joined, own

_Data = TypeVar("_Data")

_KINDS: dict[str, tuple[type, Callable[[Any], object], Callable[[Any], object]]] = {
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "time": (time, time.isoformat, time.fromisoformat),
    "timedelta": (timedelta, lambda span: [span.days, span.seconds, span.microseconds], lambda of: timedelta(*of)),
    "decimal": (Decimal, str, Decimal),
}
"""Kind of value that JSON has no form for → its class, and how it is written and read; a class before those it inherits from."""


def keeps(kind: type[_Data]) -> type[_Data]:
    """A data class whose instances may be values of a sentence that is kept.

    >>> from coterie.domain import Money
    >>> restored(kept(Sentence("{cost}", {"cost": Money(3, "EUR")})))
    '€3.00'
    """
    assert is_dataclass(kind)  # noqa: S101 - a mistake of ours
    names = [field.name for field in fields(kind)]
    _KINDS[kind.__name__.lower()] = (kind, lambda of: [getattr(of, name) for name in names], lambda of: kind(*of))
    return kind


def kept(said: str) -> str:
    """``said`` as JSON; a text that is no sentence is one without values.

    >>> kept(Sentence("{size:,} {size|customer|customers}", {"size": 1200}))
    '{"id": "{size:,} {size|customer|customers}", "values": {"size": 1200}}'
    """
    return json.dumps(_written(said if isinstance(said, Sentence) else Sentence(said)), ensure_ascii=False)


def restored(text: str) -> Sentence:
    """The sentence that ``kept`` wrote; of any other text a sentence without values.

    >>> restored('{"id": "{size:,} {size|customer|customers}", "values": {"size": 1200}}').told("zh"), restored("sold out")
    ('1,200 位客户', 'sold out')
    """
    try:
        made = _read(json.loads(text)) if text.startswith("{") else text
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):  # a text of another's that begins so
        made = text
    return made if isinstance(made, Sentence) else Sentence(text)


def matched(template: str, text: str) -> Sentence | None:
    """The sentence ``template`` whose English is ``text``, with the values read back from it as text, or None where it is not.

    >>> matched("the table {table} is empty", "the table costs is empty").values
    {'table': 'costs'}
    """
    pieces = re.split(r"\{(\w+)\}", template)
    words = [f"(?P<{piece}>.*)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces)]
    found = re.fullmatch("".join(words), text, re.DOTALL)
    return Sentence(template, found.groupdict()) if found else None


def _written(value: object) -> object:
    if isinstance(value, Sentence):
        return {name: _parts_written(part) for name, part in value.form.items()}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_written(each) for each in value]
    for name, (kind, write, _) in _KINDS.items():
        if isinstance(value, kind):
            return {"kind": name, "of": write(value)}
    item = getattr(value, "item", None)  # a number of numpy's
    return _written(item()) if callable(item) else str(value)


def _parts_written(part: object) -> object:
    return {name: _written(value) for name, value in part.items()} if isinstance(part, dict) else _written(part)


_READ: dict[str, Callable[[dict[str, Any]], object]] = {
    "kind": lambda of: _KINDS[of["kind"]][2](of["of"]),
    "by": lambda of: joined(map(_read, of["parts"]), of["by"], of["sense"]),
    "texts": lambda of: own(of["texts"], **_values(of)),
    "initial": lambda of: cased(_read(of["plain"]), of["initial"]),
    "id": lambda of: Sentence("".join(of["id"]), _values(of), sense=of.get("sense", "")),
}
"""First name of an object → what it is read as."""


def _read(given: Any) -> Any:
    if isinstance(given, list):
        return [_read(each) for each in given]
    return _READ[next(iter(given))](given) if isinstance(given, dict) else given


def _values(of: Mapping[str, Any]) -> dict[str, object]:
    return {name: _read(value) for name, value in of.get("values", {}).items()}
