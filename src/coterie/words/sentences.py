"""Sentences that know how they were made: which sentence it is, and with which values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, Self

from coterie.words.catalogue import find

if TYPE_CHECKING:
    from pydantic_core import CoreSchema


class Sentence(str):
    """A sentence that can be told in the reader's language.

    It is a ``str``, and its text is English until ``into`` makes it another. ``id`` is the English
    with ``{name}`` where a value stands, and the key of the catalogues; ``values`` are what stands
    there, sentences among them, and ``{name|row|rows}`` is the word for one and for any other number; ``sense`` tells a word from the same word elsewhere (gettext's
    context); ``locale`` is the language of the text.

    >>> found = Sentence("{file} holds {n:,} rows", {"file": "a.csv", "n": 1200})
    >>> found, found.values["n"]
    ('a.csv holds 1,200 rows', 1200)
    >>> Sentence("customers").told("zh")
    '客户'
    """

    __slots__ = ("id", "locale", "sense", "values")
    id: str
    values: Mapping[str, object]
    sense: str
    locale: str

    def __new__(cls, id: str, values: Mapping[str, object] | None = None, *, sense: str = "") -> Self:  # noqa: A002, D102
        made = super().__new__(cls, filled(id, values or {}, "en"))
        made.id, made.values, made.sense, made.locale = id, values or {}, sense, "en"
        return made

    def told(self, locale: str = "en") -> str:
        """The sentence in the language ``locale``; in English where the catalogue lacks it."""
        return str(self) if locale == self.locale else self._filled(locale)

    def into(self, locale: str) -> Self:
        """The same sentence with its text in the language ``locale``.

        >>> found = sentence("{size:,} {size|customer|customers}", size=1200).into("zh")
        >>> found, found.id, found.told("en")
        ('1,200 位客户', '{size:,} {size|customer|customers}', '1,200 customers')
        """
        if locale == self.locale:
            return self
        made = str.__new__(type(self), self._filled(locale))
        for name in (name for each in type(self).__mro__ for name in getattr(each, "__slots__", ())):
            setattr(made, name, getattr(self, name))
        made.locale = locale
        return made

    def _filled(self, locale: str) -> str:
        return filled(find(self.id, self.sense, locale), self.values, locale)

    @property
    def facts(self) -> dict[str, object]:
        """The values by their names, and those of the sentences among them."""
        found: dict[str, object] = {}
        for name, value in self.values.items():
            inner = value.facts if isinstance(value, Sentence) else {}
            found |= {**inner, name: str(value)} if isinstance(value, Sentence) else {name: value}
        return found

    @property
    def form(self) -> dict[str, object]:
        """What it is made of, by names that tell which kind of sentence it is."""
        parts = {"values": dict(self.values), "sense": self.sense}
        return {"id": self.id, **{name: part for name, part in parts.items() if part}}

    def __reduce__(self) -> tuple[object, ...]:
        slots = {name for each in type(self).__mro__ for name in getattr(each, "__slots__", ())}
        return _made_again, (type(self), str(self), {name: getattr(self, name) for name in sorted(slots)})

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """A field of a model takes a sentence as it is, and a text as a sentence without values."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            lambda given: given if isinstance(given, Sentence) else cls(str(given)),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )


def _made_again(kind: type[Sentence], text: str, slots: Mapping[str, object]) -> Sentence:
    made = str.__new__(kind, text)
    for name, value in slots.items():
        setattr(made, name, value)
    return made


_CLOSE = ("zh",)
"""Languages whose sentences follow each other without a space."""


class _Joined(Sentence):
    """Sentences in a row; ``id`` is what stands between them."""

    __slots__ = ()

    def _filled(self, locale: str) -> str:
        parts = [tell(part, locale) for part in self.values.values()]
        if self.id == " " and locale in _CLOSE:
            return "".join(part + (" " if part[-1:].isascii() else "") for part in parts[:-1]) + "".join(parts[-1:])
        return find(self.id, self.sense, locale).join(parts)

    @property
    def facts(self) -> dict[str, object]:
        """Those of the sentences in it."""
        found: dict[str, object] = {}
        for part in self.values.values():
            found |= part.facts if isinstance(part, Sentence) else {}
        return found

    @property
    def form(self) -> dict[str, object]:
        """What stands between, and the parts."""
        return {"by": self.id, "sense": self.sense, "parts": list(self.values.values())}


class _Own(Sentence):
    """A text that its writer gave in every language; ``id`` is the English."""

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def _filled(self, locale: str) -> str:
        return filled(self.texts.get(locale, self.id), self.values, locale)

    @property
    def form(self) -> dict[str, object]:
        """The texts by language, and their values."""
        return {"texts": dict(self.texts), "values": dict(self.values)}


Initial = Literal["upper", "lower"]


class _Cased(Sentence):
    """A sentence that is told with another first letter."""

    __slots__ = ("initial", "plain")
    initial: Initial
    plain: Sentence

    def _filled(self, locale: str) -> str:
        return _cased(self.plain.told(locale), self.initial)

    @property
    def form(self) -> dict[str, object]:
        """The sentence as it is, and its first letter here."""
        return {"initial": self.initial, "plain": self.plain}


def _cased(text: str, initial: Initial) -> str:
    if initial == "upper":
        return text[:1].upper() + text[1:]
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def sentence(id: str, /, **values: object) -> Sentence:  # noqa: A002
    """The sentence ``id`` said with ``values``.

    >>> sentence("two traits are named {name!r}", name="spend").told("zh")
    "有两个特征都叫 'spend'"
    """
    return Sentence(id, values)


def say(id: str, locale: str = "en", /, **values: object) -> str:  # noqa: A002
    """The sentence ``id`` told in the language ``locale`` at once.

    Values are placed with ``str.format``, so ``{size:,}`` works.

    >>> say("{size:,} {size|customer|customers}", size=1200)
    '1,200 customers'
    >>> say("customers", "zh")
    '客户'
    """
    return Sentence(id, values).told(locale)


def word(text: str, sense: str) -> Sentence:
    """A word in one of its senses, such as the ``type`` of a value.

    >>> word("number", "type").told("zh")
    '数字'
    """
    return Sentence(text, sense=sense)


def joined(parts: Iterable[str], by: str = "; ", sense: str = "joint") -> Sentence:
    """Sentences one after another, with the joint ``by`` as the reader's language has it in that ``sense``.

    >>> joined(["a.yaml:3", Sentence("the file is empty")], ": ").told("zh")
    'a.yaml:3：文件是空的'
    """
    numbered = {f"part_{place}": part for place, part in enumerate(parts)}
    made = str.__new__(_Joined, by.join(str(part) for part in numbered.values()))
    made.id, made.values, made.sense, made.locale = by, numbered, sense, "en"
    return made


def own(texts: Mapping[str, str], /, **values: object) -> Sentence:
    """A text that its writer gave in every language, such as the label of a segment; English is there at least.

    >>> own({"en": "Big spenders", "zh": "大客户"}).told("zh")
    '大客户'
    """
    made = str.__new__(_Own, filled(texts["en"], values, "en"))
    made.id, made.values, made.sense, made.locale, made.texts = texts["en"], values, "", "en", texts
    return made


def cased(plain: Sentence, initial: Initial) -> Sentence:
    """``plain`` with a large or a small first letter once it is told; one that begins like VIP stays large.

    >>> cased(Sentence("Orders"), "lower"), cased(Sentence("VIP score"), "lower")
    ('orders', 'VIP score')
    """
    made = str.__new__(_Cased, _cased(plain.told(), initial))
    made.id, made.values, made.sense, made.locale = plain.id, plain.values, plain.sense, "en"
    made.plain, made.initial = plain, initial
    return made


def tell(text: object, locale: str) -> str:
    """``text`` in the language ``locale`` where it is a sentence, else as it is.

    >>> tell("customers", "zh"), tell(sentence("customers"), "zh")
    ('customers', '客户')
    """
    return text.told(locale) if isinstance(text, Sentence) else str(text)


def into(text: str, locale: str) -> Sentence:
    """``text`` as a sentence whose text is in the language ``locale``.

    >>> into("customers", "zh")
    '客户'
    """
    return (text if isinstance(text, Sentence) else Sentence(text)).into(locale)


def each_into(texts: Iterable[str], locale: str) -> tuple[Sentence, ...]:
    """``texts`` as sentences whose text is in the language ``locale``."""
    return tuple(into(each, locale) for each in texts)


_NUMBERED = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")
"""``{n|row|rows}``: the word for one, and for any other number."""


def filled(template: str, values: Mapping[str, object], locale: str) -> str:
    """``template`` with its values, the sentences among them told too; without values it is text as it stands.

    >>> filled("{n:,} {n|row was|rows were} refused", {"n": 1}, "en"), filled("{n:,} {n|row|rows}", {"n": 1200}, "en")
    ('1 row was refused', '1,200 rows')
    """
    if not values:
        return template
    if "|" in template:
        written = _NUMBERED.sub("", template)
        template = _NUMBERED.sub(lambda found: found[2 if _is_one(found[1], written, values) else 3], template)
    return template.format(**{name: _inside(value, locale) for name, value in values.items()})


def _is_one(name: str, template: str, values: Mapping[str, object]) -> bool:
    """Whether the number ``name`` reads as 1 where the template writes it."""
    place = re.search(rf"\{{{name}(:[^}}]*)?\}}", template)
    return (place[0] if place else f"{{{name}}}").format(**values).lstrip("+") == "1"


def _inside(value: object, locale: str) -> object:
    if isinstance(value, Sentence):
        return value.told(locale)
    if isinstance(value, list | tuple):
        return find(", ", "joint", locale).join(tell(each, locale) for each in value)
    return value
