"""Parts by name: built-ins from a room's own table, strangers from entry points.

A lookup imports only the part asked for. Strangers declare the entry-point group
``coterie.<kind>``; a name claimed twice raises instead of picking a winner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from coterie.errors import NameClash, UnknownName

Part = TypeVar("Part")


class Registry(Generic[Part]):
    """The parts of one kind, by name.

    ``builtin`` maps a name to ``"module:attribute"``. Nothing is imported until a
    part is asked for. Raises ``UnknownName`` listing the known names, and
    ``NameClash`` when an installed stranger claims a taken name.

    >>> shapes = Registry[type]("shape", {"text": "builtins:str"})
    >>> shapes["text"]
    <class 'str'>
    >>> shapes["txt"]
    Traceback (most recent call last):
    coterie.errors.UnknownName: no shape named 'txt'; did you mean 'text'? known: text
    """

    def __init__(self, kind: str, builtin: Mapping[str, str]) -> None:
        self.kind = kind
        self._builtin = dict(builtin)

    @cached_property
    def _places(self) -> dict[str, str]:
        places = dict(self._builtin)
        for point in entry_points(group=f"coterie.{self.kind}"):
            if point.name in places:
                raise NameClash(self.kind, point.name, places[point.name], point.value)
            places[point.name] = point.value
        return places

    def __getitem__(self, name: str) -> Part:
        module, _, attribute = self.place(name).partition(":")
        return cast("Part", getattr(import_module(module), attribute))

    def place(self, name: str) -> str:
        """Where a part is, as ``"module:attribute"``, without importing it; raises ``UnknownName``."""
        if name not in self._places:
            raise UnknownName(self.kind, name, self._places)
        return self._places[name]

    @property
    def strangers(self) -> list[str]:
        """Names that installed packages have brought, in their order."""
        return [name for name in self._places if name not in self._builtin]

    def names_by_part(self) -> dict[Part, list[str]]:
        """Part → the names that it goes by, in their order.

        >>> {part.__name__: names for part, names in Registry[type]("shape", {"a": "builtins:str", "b": "builtins:str"}).names_by_part().items()}
        {'str': ['a', 'b']}
        """
        found: dict[Part, list[str]] = {}
        for name in self:
            found.setdefault(self[name], []).append(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._places))

    def __len__(self) -> int:
        return len(self._places)
