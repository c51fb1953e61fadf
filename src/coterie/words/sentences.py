"""Sentences that know how they were made: which sentence it is, and with which values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

from coterie.words.catalogue import find, find_plural


class Sentence(str):
    """An English sentence that can be told in the reader's language.

    It is a ``str``, and its text is the English. ``id`` is the English with ``{name}`` where a
    value stands, and the key of the catalogues; ``values`` are what stands there, sentences
    among them; ``sense`` tells a word from the same word elsewhere (gettext's context).

    >>> found = Sentence("{file} holds {n:,} rows", {"file": "a.csv", "n": 1200})
    >>> found, found.values["n"]
    ('a.csv holds 1,200 rows', 1200)
    >>> Sentence("customers").told("zh")
    '客户'
    """

    __slots__ = ("id", "sense", "values")
    id: str
    values: Mapping[str, object]
    sense: str

    def __new__(cls, id: str, values: Mapping[str, object] | None = None, *, sense: str = "") -> Self:  # noqa: A002, D102
        made = super().__new__(cls, filled(id, values or {}, "en"))
        made.id, made.values, made.sense = id, values or {}, sense
        return made

    def told(self, locale: str = "en") -> str:
        """The sentence in the language ``locale``; in English where the catalogue lacks it."""
        return str(self) if locale == "en" else filled(find(self.id, self.sense, locale), self.values, locale)

    @property
    def facts(self) -> dict[str, object]:
        """The values by their names, and those of the sentences among them."""
        found: dict[str, object] = {}
        for name, value in self.values.items():
            inner = value.facts if isinstance(value, Sentence) else {}
            found |= {**inner, name: str(value)} if isinstance(value, Sentence) else {name: value}
        return found


class _Counted(Sentence):
    """A sentence whose words depend on a number: ``id`` for one, ``many`` for more."""

    __slots__ = ("many", "number")
    many: str
    number: float

    def told(self, locale: str = "en") -> str:
        return (
            str(self)
            if locale == "en"
            else filled(find_plural(self.id, self.many, self.number, locale), self.values, locale)
        )


_CLOSE = ("zh",)
"""Languages whose sentences follow each other without a space."""


class _Joined(Sentence):
    """Sentences in a row; ``id`` is what stands between them."""

    __slots__ = ()

    def told(self, locale: str = "en") -> str:
        joint = "" if self.id == " " and locale in _CLOSE else find(self.id, "joint", locale)
        return joint.join(tell(part, locale) for part in self.values.values())

    @property
    def facts(self) -> dict[str, object]:
        """Those of the sentences in it."""
        found: dict[str, object] = {}
        for part in self.values.values():
            found |= part.facts if isinstance(part, Sentence) else {}
        return found


def sentence(id: str, /, **values: object) -> Sentence:  # noqa: A002
    """The sentence ``id`` said with ``values``.

    >>> sentence("two traits are named {name!r}", name="spend").told("zh")
    "有两个特征都叫 'spend'"
    """
    return Sentence(id, values)


def say(id: str, locale: str = "en", /, **values: object) -> str:  # noqa: A002
    """The sentence ``id`` told in the language ``locale`` at once.

    Values are placed with ``str.format``, so ``{size:,}`` works.

    >>> say("{size:,} customers", size=1200)
    '1,200 customers'
    >>> say("customers", "zh")
    '客户'
    """
    return Sentence(id, values).told(locale)


def counted(one: str, many: str, number: float, /, **values: object) -> Sentence:
    """The sentence ``one`` where ``number`` is 1, else ``many``; the number is ``{n}`` in them.

    >>> counted("{n:,} row", "{n:,} rows", 1), counted("{n:,} row", "{n:,} rows", 1200)
    ('1 row', '1,200 rows')
    """
    values = {"n": number, **values}
    made = str.__new__(_Counted, filled(one if number == 1 else many, values, "en"))
    made.id, made.many, made.number, made.values, made.sense = one, many, number, values, ""
    return made


def word(text: str, sense: str) -> Sentence:
    """A word in one of its senses, such as the ``type`` of a value.

    >>> word("number", "type").told("zh")
    '数字'
    """
    return Sentence(text, sense=sense)


def joined(parts: Iterable[str], by: str = "; ") -> Sentence:
    """Sentences one after another, with the joint ``by`` as the reader's language has it.

    >>> joined(["a.yaml:3", Sentence("the file is empty")], ": ").told("zh")
    'a.yaml:3：文件是空的'
    """
    numbered = {f"part_{place}": part for place, part in enumerate(parts)}
    made = str.__new__(_Joined, by.join(str(part) for part in numbered.values()))
    made.id, made.values, made.sense = by, numbered, "joint"
    return made


def tell(text: object, locale: str) -> str:
    """``text`` in the language ``locale`` where it is a sentence, else as it is.

    >>> tell("customers", "zh"), tell(sentence("customers"), "zh")
    ('customers', '客户')
    """
    return text.told(locale) if isinstance(text, Sentence) else str(text)


def filled(template: str, values: Mapping[str, object], locale: str) -> str:
    """``template`` with its values, the sentences among them told too; without values it is text as it stands."""
    if not values:
        return template
    return template.format(**{name: _inside(value, locale) for name, value in values.items()})


def _inside(value: object, locale: str) -> object:
    if isinstance(value, Sentence):
        return value.told(locale)
    if isinstance(value, list | tuple):
        return ", ".join(tell(each, locale) for each in value)
    return value
