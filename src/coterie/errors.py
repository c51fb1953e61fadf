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
    │   └── ProviderUnavailable  a provider could not be reached or asked for time
    ├── StatementFailed       an engine could not run a statement: values that do not convert, or a fault of ours
    └── Damaged               stored state contradicts itself; stop and look

A message says what was asked, what is true and what would work. Facts are attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

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


class CoterieError(Exception):
    """The root of every error that Coterie raises on purpose. Values in its message are shown shortened."""

    def __init__(self, *told: object) -> None:
        super().__init__(*(shortened(each) if isinstance(each, str) else each for each in told))

    def __str__(self) -> str:
        return Exception.__str__(self)


class Refused(CoterieError):
    """The request cannot be done as asked; a changed request can."""


class UnknownName(Refused, KeyError):
    """Nothing of this kind has this name; ``advice`` says how there could be, where that is known.

    A ``KeyError`` too, so that what is looked up by name behaves as mappings do.

    >>> raise UnknownName("trait", "recencey", ["recency", "frequency"])
    Traceback (most recent call last):
    coterie.errors.UnknownName: no trait named 'recencey'; did you mean 'recency'? known: frequency, recency
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "", advice: str = "") -> None:
        self.kind, self.name, self.known, self.where, self.advice = kind, name, sorted(known), where, advice
        self.nearest = get_close_matches(name, self.known, n=3, cutoff=0.6)
        hint = f"did you mean {' or '.join(repr(n) for n in self.nearest)}? " if self.nearest else ""
        shown = ", ".join(self.known[:12]) + (f", and {len(self.known) - 12} more" if len(self.known) > 12 else "")
        place = f"{where}: " if where else ""
        more = f"; {advice}" if advice else ""
        super().__init__(f"{place}no {kind} named {name!r}; {hint}known: {shown or 'none yet'}{more}")


class NameClash(Refused):
    """Two parts of one kind claim the same name."""

    def __init__(self, kind: str, name: str, first: str, second: str) -> None:
        self.kind, self.name, self.first, self.second = kind, name, first, second
        super().__init__(f"two {kind} parts are named {name!r}: {first} and {second}; rename or uninstall one")


class BadDefinition(Refused):
    """A definition breaks a rule; ``where`` names the file and the path inside it."""

    def __init__(self, message: str, *, where: str = "") -> None:
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class Overtaken(Refused):
    """A definition was saved by somebody else after the version that a change was made from."""

    def __init__(self, kind: str, name: str, made_from: int, version: int, author: str) -> None:
        self.kind, self.name, self.made_from, self.version, self.author = kind, name, made_from, version, author
        super().__init__(
            f"{kind} {name} has version {version} by {author}, and this change was made from version {made_from}; "
            "look at what is new and make the change again"
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
        self.file, self.line, self.column, self.value = file, line, column, value
        place = ", ".join(
            part
            for part in (
                file,
                f"line {line}" if line is not None else "",
                f"column {column!r}" if column is not None else "",
                f"value {value!r}" if value is not None else "",
            )
            if part
        )
        super().__init__(f"{place}: {message}" if place else message)


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


class ProviderUnavailable(Transient):
    """A provider could not be reached, or asked for time."""


class Damaged(CoterieError):
    """Stored state contradicts itself."""


class StatementFailed(CoterieError):
    """An engine could not run a statement; its own words follow."""
