"""What two processes tell each other, as bytes: values of the face and their classes, and nothing that runs by being read."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from types import FunctionType, MethodDescriptorType
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

import msgspec

from coterie.errors import CoterieError, Refused
from coterie.words import Sentence, sentence
from coterie.words.sentences import own

if TYPE_CHECKING:
    import pyarrow as pa

_PLAIN = (type(None), bool, float, str, bytes)
_SMALL = 1 << 62


@dataclass
class SpeltPaths:
    """How paths are spelt: absolute → as the one who asks wrote them."""

    spelt: dict[str, str] = field(default_factory=dict)
    around: Path | None = None
    """Where relative paths begin, for the one who asks; None for the one who answers."""

    def told(self, text: str) -> str:
        """``text`` as the one who asks would have it, where it is one of the paths or lies in one."""
        for whole, given in self.spelt.items():
            if text == whole or text.startswith(f"{whole}/"):
                return given + text[len(whole) :]
        return text


@runtime_checkable
class _Named(Protocol):
    """A tuple whose places have names."""

    _fields: tuple[str, ...]
    _asdict: Any


class PathText(str):
    """A path that was given as text."""

    __slots__ = ()


def packed(value: object, places: SpeltPaths | None = None) -> bytes:
    """``value`` as bytes; raises ``Refused`` for what cannot be told to another process.

    >>> unpacked(packed({"at": date(2026, 1, 2), "of": ("a", Decimal("1.50"))}))
    {'at': datetime.date(2026, 1, 2), 'of': ('a', Decimal('1.50'))}
    """
    return msgspec.msgpack.encode(_told(value, places or SpeltPaths()))


def unpacked(raw: bytes, places: SpeltPaths | None = None) -> object:
    """What ``packed`` made the bytes of; paths in it are noted in ``places`` as they were spelt."""
    return _read(msgspec.msgpack.decode(raw), places)


def _told(value: object, places: SpeltPaths) -> object:
    if type(value) is str:
        return places.told(value) if places.spelt else value
    if type(value) in _PLAIN or (type(value) is int and -_SMALL < value < _SMALL):
        return value
    if isinstance(value, Path | PathText) and places.around is not None:
        return ["path", str(places.around / value), str(value), *(["str"] if isinstance(value, str) else [])]
    for fits, tag, tell in _KINDS:
        if isinstance(value, fits) and not (fits is Mapping and _is_ours(type(value))):
            told = tell(value, places)
            return [tag, *told] if tag in _OF_PARTS else [tag, told]
    return _thing(value, places)


def _each(values: Iterable[object], places: SpeltPaths) -> list[object]:
    return [_told(each, places) for each in values]


def _pairs(value: Mapping[object, object], places: SpeltPaths) -> list[object]:
    return [[_told(key, places), _told(each, places)] for key, each in value.items()]


def _sentence(value: Sentence, places: SpeltPaths) -> list[object]:
    slots = {name for each in type(value).__mro__ for name in getattr(each, "__slots__", ())}
    try:
        return [_class(type(value)), _pairs({name: getattr(value, name) for name in slots}, places)]
    except Refused:  # a change that nobody can name
        return _sentence(own({"en": value.told("en"), "zh": value.told("zh")}), places)


def _class(kind: type | FunctionType | MethodDescriptorType) -> str:
    name = f"{getattr(kind, '__module__', None) or 'builtins'}:{kind.__qualname__}"
    if "<" in name:
        raise Refused(sentence("{what} cannot be handed to another process", what=name))
    return name


def _thing(value: object, places: SpeltPaths) -> object:
    module = type(value).__module__
    if module.startswith(("pandas.", "polars.", "pyarrow.")) and hasattr(value, "__arrow_c_stream__"):
        import pyarrow as pa

        return ["table", _ipc(value if isinstance(value, pa.Table) else pa.table(cast("Any", value)))]
    if module.startswith("numpy"):
        return _told(value.tolist(), places)  # type: ignore[attr-defined]
    if not _is_ours(type(value)):
        raise Refused(sentence("{what} cannot be handed to another process", what=f"{module}.{type(value).__name__}"))
    return ["thing", _class(type(value)), _told(value.__getstate__(), places)]


def _ipc(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def _fault(value: BaseException, places: SpeltPaths) -> object:
    state = {name: each for name, each in vars(value).items() if not name.startswith("__")}
    if isinstance(value, CoterieError):
        return [_class(type(value)), _told(state, places), []]
    known = type(value) if getattr(builtins, type(value).__name__, None) is type(value) else RuntimeError
    args = value.args if known is type(value) else (f"{type(value).__name__}: {value}",)
    plain = [each if isinstance(each, str | int) else str(each) for each in args]
    if isinstance(value, OSError) and value.filename is not None:
        plain = [*plain[:2], str(value.filename)]
    return [_class(known), [], _each(plain, places)]


_KINDS: tuple[tuple[Any, str, Callable[[Any, SpeltPaths], Any]], ...] = (
    (Sentence, "said", _sentence),
    (str, "str", lambda value, places: places.told(str(value))),
    (int, "int", lambda value, _: str(int(value))),
    (float, "float", lambda value, _: float(value)),
    (Enum, "enum", lambda value, _: [_class(type(value)), value.name]),
    (datetime, "datetime", lambda value, _: value.isoformat()),
    (date, "date", lambda value, _: value.isoformat()),
    (time, "time", lambda value, _: value.isoformat()),
    (timedelta, "span", lambda value, _: [value.days, value.seconds, value.microseconds]),
    (Decimal, "decimal", lambda value, _: str(value)),
    (Path, "path", lambda value, places: places.told(str(value))),
    (_Named, "named", lambda value, places: [_class(type(value)), _each(value, places)]),
    (list, "list", _each),
    (tuple, "tuple", _each),
    (set, "set", _each),
    (frozenset, "frozenset", _each),
    (BaseException, "fault", _fault),
    (type, "class", lambda value, _: _class(value)),
    ((FunctionType, MethodDescriptorType), "class", lambda value, _: _method(value)),
    (Mapping, "dict", _pairs),
)
"""Kind → its tag and how it is told; the first that fits."""

_OF_PARTS = ("said", "named")
"""Tags of which more than one part is told."""


def _method(value: FunctionType | MethodDescriptorType) -> str:
    return f"builtins:{value.__qualname__}" if isinstance(value, MethodDescriptorType) else _class(value)


def _is_ours(kind: type) -> bool:
    return kind.__module__ == "coterie" or kind.__module__.startswith("coterie.")


def _read(told: object, places: SpeltPaths | None) -> Any:
    if not isinstance(told, list):
        return told
    tag, *parts = told
    return _READERS[tag](parts, places)


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    if module not in ("builtins", "coterie") and not module.startswith("coterie."):
        raise Refused(sentence("{what} cannot be handed to another process", what=place))
    return attrgetter(name)(import_module(module))


def _read_said(parts: list[Any], places: SpeltPaths | None) -> Sentence:
    kind = cast("type[Sentence]", _named(parts[0]))
    found, locale = str.__new__(kind, ""), ""
    for name, value in parts[1]:
        locale = value if name == "locale" else locale
        setattr(found, name, "" if name == "locale" else _read(value, places))
    return found.into(locale)  # its text is told anew, with paths as they are spelt here


def _read_thing(parts: list[Any], places: SpeltPaths | None) -> object:
    kind, state = _named(parts[0]), _read(parts[1], places)
    made = kind.__new__(kind)
    if hasattr(kind, "__setstate__"):
        made.__setstate__(state)
        return made
    fields, slots = state if isinstance(state, tuple) else (state, None)
    for name, value in {**(fields or {}), **(slots or {})}.items():
        object.__setattr__(made, name, value)
    return cast("object", made)


def _read_fault(parts: list[Any], places: SpeltPaths | None) -> BaseException:
    place, state, args = parts[0]
    kind = _named(place)
    if not issubclass(kind, CoterieError):
        return cast("BaseException", kind(*[_read(each, places) for each in args]))
    fields = _read(state, places)
    made = cast("CoterieError", kind.__new__(kind))
    CoterieError.__init__(made, fields["said"], where=fields["where"])
    vars(made).update(fields)
    return made


def _read_path(parts: list[Any], places: SpeltPaths | None) -> object:
    whole, *given = parts
    if given and places is not None:
        places.spelt[whole] = given[0]
    return whole if given[1:] == ["str"] else Path(whole)


def _read_table(parts: list[Any], _places: SpeltPaths | None) -> pa.Table:
    import pyarrow as pa

    return pa.ipc.open_stream(parts[0]).read_all()


_READERS: dict[str, Callable[[list[Any], SpeltPaths | None], Any]] = {
    "str": lambda parts, _: parts[0],
    "int": lambda parts, _: int(parts[0]),
    "float": lambda parts, _: parts[0],
    "enum": lambda parts, _: _named(parts[0][0])[parts[0][1]],
    "datetime": lambda parts, _: datetime.fromisoformat(parts[0]),
    "date": lambda parts, _: date.fromisoformat(parts[0]),
    "time": lambda parts, _: time.fromisoformat(parts[0]),
    "span": lambda parts, _: timedelta(*parts[0]),
    "decimal": lambda parts, _: Decimal(parts[0]),
    "path": _read_path,
    "list": lambda parts, places: [_read(each, places) for each in parts[0]],
    "tuple": lambda parts, places: tuple(_read(each, places) for each in parts[0]),
    "set": lambda parts, places: {_read(each, places) for each in parts[0]},
    "frozenset": lambda parts, places: frozenset(_read(each, places) for each in parts[0]),
    "named": lambda parts, places: _named(parts[0])(*[_read(each, places) for each in parts[1]]),
    "dict": lambda parts, places: {_read(key, places): _read(each, places) for key, each in parts[0]},
    "fault": _read_fault,
    "class": lambda parts, _: _named(parts[0]),
    "said": _read_said,
    "thing": _read_thing,
    "table": _read_table,
}
