"""Every error Coterie raises, as one tree.

::

    CoterieError
    ├── Refused               what was asked cannot be done as asked; change the request (exit code 1)
    │   ├── UnknownName       no such part, trait, segment, event …; the nearest known names are given
    │   ├── NameClash         two parts claim one name
    │   ├── BadDefinition     a YAML/JSON definition breaks a rule; says where
    │   ├── Overtaken         somebody else changed a definition since it was read; look again
    │   ├── BadFile           a data file cannot be read as asked; says file, line, column, value
    │   ├── BadSetting        a setting is missing or out of range
    │   ├── NotReady          an earlier step has to run first; says which
    │   └── NotPermitted      consent, suppression or policy forbids it
    ├── Transient             nothing is wrong with the request; trying again may work
    │   ├── WorkspaceLocked   another process holds the workspace
    │   ├── StorageFull       the disk is full; nothing of it was kept
    │   └── ProviderUnavailable  a provider could not be reached or asked for time
    ├── Cancelled             somebody asked for the work to be stopped; nothing of it was kept
    ├── StatementFailed       an engine could not run a statement: values that do not convert, or a fault of ours
    └── Damaged               stored state contradicts itself; stop and look
        └── NotDurable        the disk did not confirm what was written; end, and read it anew

A message says what was asked, what is true and what would work; it is a ``Sentence``, so that it can be
told in the reader's language. Facts are attributes, and stand in ``facts`` by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from coterie.words import Sentence, joined, sentence, word

_LONG_WORD, _LONG_MESSAGE = 300, 4_000
_WORD = re.compile(rf"\S{{{_LONG_WORD + 1},}}")


def shortened(text: str) -> str:
    """``text`` as a person can read it: the middle of a word, or of a whole, that is far too long is left out.

    >>> len(shortened("no column named " + "a" * 100_000))
    316
    """
    return _cut(_WORD.sub(lambda word: _cut(word[0], _LONG_WORD), text), _LONG_MESSAGE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most * 3 // 4 - 1]}…{text[-(most // 4) :]}"


def code_of(kind: str) -> str:
    """The code of a kind of error.

    >>> code_of("UnknownName")
    'unknown_name'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


class CoterieError(Exception):
    """The root of every error that Coterie raises on purpose.

    ``sentence`` is what is said, after the place ``where`` if there is one; ``code`` names the kind
    of error for programs and never changes. Values in a message are shown shortened.

    >>> fault = BadFile(sentence("it holds {n} rows", n=0), file="a.csv", line=3)
    >>> fault.code, fault.path, fault.line, fault.facts["n"]
    ('bad_file', 'a.csv', 3, 0)
    """

    code = "coterie_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = code_of(cls.__name__)

    def __init__(self, said: str = "", *, where: str = "") -> None:
        self.where = where
        self.said = said if isinstance(said, Sentence) else Sentence(said)
        self.sentence = joined([where, self.said], ": ") if where else self.said
        super().__init__(shortened(self.sentence))

    @property
    def facts(self) -> dict[str, object]:
        """The values of the sentence by their names."""
        return self.said.facts

    @property
    def path(self) -> str:
        """The file, or the path in a definition, that the error is about; empty where it is about none."""
        return str(self._place.get("file", self.where))

    @property
    def line(self) -> int | None:
        """The line of ``path``, where it is known."""
        found = self._place.get("line")
        return found if isinstance(found, int) else None

    @property
    def _place(self) -> dict[str, object]:
        return self.where.facts if isinstance(self.where, Sentence) else {}

    def told(self, locale: str = "en") -> str:
        """What is said, in the language ``locale``."""
        return shortened(self.sentence.told(locale))

    def __str__(self) -> str:
        return Exception.__str__(self)


class Refused(CoterieError):
    """The request cannot be done as asked; a changed request can."""


_UNKNOWN = {
    (False, False): "no {kind} named {name!r}; known: {known}",
    (False, True): "no {kind} named {name!r}; known: {known}; {advice}",
    (True, False): "no {kind} named {name!r}; did you mean {nearest}? known: {known}",
    (True, True): "no {kind} named {name!r}; did you mean {nearest}? known: {known}; {advice}",
}
"""By whether names are near, and whether there is advice."""


class UnknownName(Refused, KeyError):
    """Nothing of this kind has this name; ``advice`` says how there could be, where that is known.

    A ``KeyError`` too, so that what is looked up by name behaves as mappings do.

    >>> raise UnknownName("trait", "recencey", ["recency", "frequency"])
    Traceback (most recent call last):
    coterie.errors.UnknownName: no trait named 'recencey'; did you mean 'recency' or 'frequency'? known: frequency, recency
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "", advice: str = "") -> None:
        self.kind, self.name, self.known, self.advice = kind, name, sorted(known), advice
        self.nearest = get_close_matches(name, self.known, n=3, cutoff=0.6)
        nearest = joined(map(repr, self.nearest), " or ")
        values = {"kind": _spoken(kind), "name": name, "known": listed(self.known)}
        values |= {"nearest": nearest} if nearest else {}
        values |= {"advice": _spoken(advice)} if advice else {}
        super().__init__(Sentence(_UNKNOWN[bool(nearest), bool(advice)], values), where=where)

    @property
    def facts(self) -> dict[str, object]:
        """What was asked, all that is known, and the nearest to it."""
        told: dict[str, object] = {
            "kind": str(self.kind),
            "name": self.name,
            "known": self.known,
            "nearest": self.nearest,
        }
        return told | ({"advice": str(self.advice)} if self.advice else {})


def listed(names: list[str], most: int = 12) -> Sentence:
    """Names in a row, the first ``most`` of them.

    >>> listed(["a", "b", "c"], 2)
    'a, b, and 1 more'
    """
    if len(names) > most:
        return sentence("{names}, and {n} more", names=names[:most], n=len(names) - most)
    return sentence("{names}", names=names) if names else word("none yet", "names")


def _spoken(text: str) -> Sentence:
    return text if isinstance(text, Sentence) else Sentence(text)


class NameClash(Refused):
    """Two parts of one kind claim the same name."""

    def __init__(self, kind: str, name: str, first: str, second: str) -> None:
        self.kind, self.name, self.first, self.second = kind, name, first, second
        super().__init__(
            sentence(
                "two {kind} parts are named {name!r}: {first} and {second}; rename or uninstall one",
                kind=_spoken(kind),
                name=name,
                first=first,
                second=second,
            )
        )


class BadDefinition(Refused):
    """A definition breaks a rule; ``where`` names the file and the path inside it.

    Its facts are also those of what was found there first, such as the names that are known.

    >>> unknown = UnknownName("trait", "recencey", ["recency"])
    >>> BadDefinition(unknown.said, where="vip.rule", found=unknown).facts["known"]
    ['recency']
    """

    def __init__(self, said: str = "", *, where: str = "", found: CoterieError | None = None) -> None:
        self.found = found
        super().__init__(said, where=where)

    @property
    def facts(self) -> dict[str, object]:
        """The values of the sentence by their names, and what was found first."""
        return super().facts | (self.found.facts if self.found else {})


class Overtaken(Refused):
    """A definition was saved by somebody else after the version that a change was made from."""

    def __init__(self, kind: str, name: str, made_from: int, version: int, author: str) -> None:
        self.kind, self.name, self.made_from, self.version, self.author = kind, name, made_from, version, author
        super().__init__(
            sentence(
                "{kind} {name} has version {version} by {author}, and this change was made from version {made_from}; "
                "look at what is new and make the change again",
                kind=_spoken(kind),
                name=name,
                version=version,
                author=author,
                made_from=made_from,
            )
        )


class BadFile(Refused):
    """A data file cannot be read as asked."""

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        self.file, self.column, self.value = file, column, value
        found = {"file": file or None, "line": line, "column": column, "value": value}
        known = {name: fact for name, fact in found.items() if fact is not None}
        place = ", ".join(_PLACES[name] for name in known)
        super().__init__(message, where=sentence(place, **known) if known else "")


_PLACES = {"file": "{file}", "line": "line {line}", "column": "column {column!r}", "value": "value {value!r}"}


class BadSetting(Refused):
    """A setting is missing or out of range."""


class NotReady(Refused):
    """An earlier step has to run first; the message names it."""


class NotPermitted(Refused):
    """Consent, suppression or policy forbids the act."""


class Transient(CoterieError):
    """Nothing is wrong with the request; trying again may work."""


class WorkspaceLocked(Transient):
    """Another process holds the workspace."""


class StorageFull(Transient):
    """The disk is full, so nothing of this was kept."""


class ProviderUnavailable(Transient):
    """A provider could not be reached, or asked for time."""


class Cancelled(CoterieError):
    """Somebody asked for the work to be stopped, and nothing of it was kept."""


class Damaged(CoterieError):
    """Stored state contradicts itself."""


class NotDurable(Damaged):
    """The disk did not confirm what was written; what it holds is unknown until it is read anew."""


class StatementFailed(CoterieError):
    """An engine could not run a statement; its own words follow."""
