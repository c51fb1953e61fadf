"""Whom identifiers name, kept beside profile documents: a person asked for by a key is found there as the warehouse would find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import pyarrow as pa

from coterie.engines import Engine
from coterie.identifiers import keys_of
from coterie.store.document_rows import DocumentRows, NameRow

_AT_ONCE = 5_000
_PROFILE = "profile"
_NAMES = """
    SELECT p.profile_id, p.number, i.namespace, i.value, k.key
    FROM identifiers AS i LEFT JOIN identifier_keys AS k USING (identifier_id)
    JOIN (SELECT identifier_id, profile_id, identifier_id AS number FROM identifiers WHERE profile_id IS NOT NULL
          UNION ALL SELECT identifier_id, profile_id, NULL FROM shared_identifiers) AS p USING (identifier_id)
    WHERE i.namespace IS NOT NULL AND i.value IS NOT NULL{among}"""


class KnownNames:
    """What of the names is in the rows: all, all but those of profiles that were touched since, or not all yet.

    Whoever has it holds a lock of theirs around what changes it.
    """

    def __init__(self, country: Callable[[], str]) -> None:
        self._country = country
        self._namespaces: tuple[str, ...] | None = None
        self.waiting: set[int] = set()
        """Profiles that were touched, whose names are to be read anew."""

    @property
    def is_whole(self) -> bool:
        """Whether all names are there, but for those that are waited for."""
        return self._namespaces is not None

    def forget(self) -> None:
        """Nothing is there."""
        self._namespaces, self.waiting = None, set()

    def have(self, namespaces: tuple[str, ...], read: set[int]) -> None:
        """All names are there, of those that were waited for what was ``read``; these are the namespaces that there are."""
        self._namespaces = namespaces
        self.waiting -= read

    def number(self, rows: DocumentRows, key: str, *, is_quick: bool = False) -> int | None:
        """The number of the one person whom ``key`` names, as ``find_profile`` reads it; None where that cannot be told here.

        The number of a person may be one that nobody has, where ``key`` is a number. ``is_quick`` leaves out whatever has to be
        normalized, which takes milliseconds for each namespace.
        """
        namespaces = self._namespaces
        if namespaces is None or self.waiting:
            return None
        before, _, value = key.partition(":")
        if before == _PROFILE:
            return _numbered(value)
        if value and before in namespaces:
            found = rows.named(before, value) or (set() if is_quick else self._spelled_otherwise(rows, before, value))
            return next(iter(found)) if len(found) == 1 else None
        if is_quick:
            return None
        all_of = (rows.named(each, key) or self._spelled_otherwise(rows, each, key) for each in namespaces)
        found = set().union(*all_of)
        return next(iter(found)) if len(found) == 1 else None if found else _numbered(key)

    def _spelled_otherwise(self, rows: DocumentRows, namespace: str, value: str) -> set[int]:
        key = _key_of(namespace, value, self._country())
        return set() if key is None else rows.named(namespace, key, by="key")


@lru_cache(10_000)
def _key_of(namespace: str, value: str, country: str) -> str | None:
    found: str | None = keys_of(namespace, pa.array([value], pa.string()), country)[0].as_py()
    return found


def _numbered(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() and len(text) <= 18 else None


def read_namespaces(engine: Engine) -> tuple[str, ...]:
    """Those that any identifier has."""
    found = engine.query("SELECT DISTINCT namespace FROM identifiers WHERE namespace IS NOT NULL ORDER BY ALL")
    return tuple(map(str, found["namespace"].to_pylist()))


def read_names(engine: Engine, people: str = "") -> Iterator[list[NameRow]]:
    """What names everybody, or the profiles of the table ``people`` (``profile_id``), some at a time."""
    among = f" AND p.profile_id IN (SELECT profile_id FROM {people})" if people else ""
    for batch in engine.query(_NAMES.format(among=among)).to_batches(max_chunksize=_AT_ONCE):
        yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
