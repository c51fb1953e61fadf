"""Whose a key or a session is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
Found_co = TypeVar("Found_co", covariant=True)

_SECONDS = 1.0
"""How long a key may still be taken once it was revoked, and how long a new one may wait."""
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a program by its key, or a user who signed in (``session``, a hash), and what they may do."""

    name: str
    role: str
    allows: frozenset[str]
    session: str = ""


class Ring(Protocol[Found_co]):
    """What keeps secrets as hashes and knows those that stand."""

    def hash_of(self, secret: str, /) -> str: ...  # noqa: D102 - as in KeyRing
    def standing(self) -> Mapping[str, Found_co]: ...  # noqa: D102 - as in KeyRing


class Access(Generic[T]):
    """The secrets that stand, looked up anew every second, since they may be revoked meanwhile; it lives in one event loop."""

    def __init__(self) -> None:
        self._hashes: dict[str, str] = {}
        self._standing: Mapping[str, T] = {}
        self._read_at = -_SECONDS
        self._reading = asyncio.Lock()

    async def find(self, ring: Ring[T], secret: str) -> T | None:
        """What this is the secret of; None where there is none, or it was revoked."""
        if monotonic() - self._read_at > _SECONDS and not (self._standing and self._reading.locked()):
            await self._read(ring)
        if secret not in self._hashes:
            if len(self._hashes) > _MOST_KEPT:
                self._hashes.clear()
            self._hashes[secret] = ring.hash_of(secret)
        return self._standing.get(self._hashes[secret])

    def forget(self) -> None:
        """Look the secrets up anew at the next question: one was just made or revoked here."""
        self._read_at = -_SECONDS

    async def _read(self, ring: Ring[T]) -> None:
        """Look the secrets up, once for all who wait for it."""
        async with self._reading:
            if monotonic() - self._read_at <= _SECONDS:
                return
            began = monotonic()
            self._standing = await asyncio.to_thread(ring.standing)
            self._read_at = began
