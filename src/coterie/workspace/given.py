"""What a method of the face was given is of the kind it asks for: a list where one name is meant is refused in words, and the reverse."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cache, wraps
from numbers import Real
from os import PathLike
from types import FunctionType
from typing import Any, TypeVar

from coterie.errors import Refused
from coterie.words import Sentence, joined, sentence, word
from coterie.workspace.frame import Frame

K = TypeVar("K", bound=type)

_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(("str", "By", "Every", "MessageState", "Locale", "Literal['flag', 'refuse']"), (str, "text")),
    "int": (Real, "a number"),
    "Path": (PathLike, "a path"),
    "Mapping[str, object]": (Mapping, "a mapping"),
    "Mapping[str, float]": (Mapping, "a mapping"),
    "Frame": (Frame, "a frame"),
    "timedelta": (timedelta, "a timedelta"),
    "Instant": ((date, str), "an instant"),
    "None": (type(None), "None"),
}
"""What a word of an annotation allows, and how it is called; a parameter with any other word is read by its method."""
_IS_CHECKING = "_is_checking_given"
_MANY = {"Sequence[By]", "Sequence[str]", "Iterable[str]", "tuple[str, ...]"}


def checking_given(kind: K) -> K:
    """The class ``kind`` with public methods that raise ``Refused`` where a list is given for one name, or one name for a list.

    It is told by annotations. Elements of a list are looked at, those of an iterator are not. Asked twice, it is done once.
    """
    if vars(kind).get(_IS_CHECKING):
        return kind
    setattr(kind, _IS_CHECKING, True)
    for name, member in list(vars(kind).items()):
        if isinstance(member, FunctionType) and (not name.startswith("_") or name == "__getitem__"):
            setattr(kind, name, _checked(member, f"{kind.__name__}.{name}"))
    return kind


def _checked(method: Callable[..., Any], called: str) -> Callable[..., Any]:
    @wraps(method)
    def checked(self: object, /, *given: object, **named: object) -> object:
        asked = _asked(method)
        for one, (name, words) in zip(given, asked.placed.items(), strict=False):
            _check(called, name, words, one)
        for one in given[len(asked.placed) :] if asked.others else ():
            _check(called, asked.others_called, asked.others, one, others=given)
        for name, one in named.items():
            _check(called, name, asked.named.get(name, ()), one)
        return method(self, *given, **named)

    return checked


class _Asked:
    """The words of the annotations of a method: of what is given by place, by name, and of all others by place."""

    def __init__(self, method: Callable[..., object]) -> None:
        self.placed: dict[str, tuple[str, ...]] = {}
        self.named: dict[str, tuple[str, ...]] = {}
        self.others: tuple[str, ...] = ()
        self.others_called = ""
        for name, each in list(inspect.signature(method).parameters.items())[1:]:
            words = tuple(str(each.annotation).split(" | "))
            if each.kind is each.VAR_POSITIONAL:
                self.others, self.others_called = words, name
            elif each.kind is not each.VAR_KEYWORD:
                self.named[name] = words
                if each.kind is not each.KEYWORD_ONLY:
                    self.placed[name] = words


_asked = cache(_Asked)


def _check(called: str, name: str, words: tuple[str, ...], given: object, others: tuple[object, ...] = ()) -> None:
    if not words or _is_of(words, given):
        return
    wanted = joined([word(_called(each), "given") for each in words], " or ")
    values = {"method": called, "name": name, "wanted": wanted, "given": _shown(given)}
    raise Refused(sentence(_SAID[_advice(words, given, is_many=bool(others))], **values, example=_example(given)))


_SAID = {
    "": "{method}: {name} is {wanted}, and not {given}",
    "each": "{method}: {name} is {wanted}, and not {given}; ask once for each",
    "list": "{method}: {name} is {wanted}, and not {given}; write {name}=[{example}]",
    "spread": "{method}: each of {name} is {wanted}, and not {given}; write them one after another, as in ({example})",
}


def _advice(words: tuple[str, ...], given: object, *, is_many: bool) -> str:
    if isinstance(given, str):
        return "list" if _MANY & set(words) else ""
    has_many = isinstance(given, list | tuple | set | frozenset) and bool(given) and not _MANY & set(words)
    return ("spread" if is_many else "each") if has_many else ""


def _called(one: str) -> str | Sentence:
    return "a list of texts" if one in _MANY else _KINDS[one][1]


def _is_of(words: tuple[str, ...], given: object) -> bool:
    if not all(each in _KINDS or each in _MANY for each in words):
        return True
    if any(isinstance(given, _KINDS[each][0]) for each in words if each in _KINDS):
        return True
    if not _MANY & set(words) or isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        return False
    return not isinstance(given, list | tuple | set | frozenset) or all(isinstance(each, str | int) for each in given)


def _shown(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _example(given: object) -> str:
    found = given if isinstance(given, list | tuple | set | frozenset) else [given]
    return _shown(tuple(found))[1:-1].rstrip(",") if found else ""
