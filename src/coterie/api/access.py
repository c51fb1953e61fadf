"""Whose a key is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import monotonic

from coterie.protect import KeyRing
from coterie.store import ApiKey

_SECONDS = 1.0
"""How long a key may still be taken once it was revoked, and how long a new one may wait."""
_MOST_KEPT = 10_000


class Access:
    """The keys that stand, looked up anew every second, since they may be revoked meanwhile; it lives in one event loop."""

    def __init__(self) -> None:
        self._hashes: dict[str, str] = {}
        self._standing: Mapping[str, ApiKey] = {}
        self._read_at = -_SECONDS
        self._reading = asyncio.Lock()

    async def find(self, keys: KeyRing, secret: str) -> ApiKey | None:
        """The key of which this is the secret; None where there is none, or it was revoked."""
        if monotonic() - self._read_at > _SECONDS and not (self._standing and self._reading.locked()):
            await self._read(keys)
        if secret not in self._hashes:
            if len(self._hashes) > _MOST_KEPT:
                self._hashes.clear()
            self._hashes[secret] = keys.hash_of(secret)
        return self._standing.get(self._hashes[secret])

    async def _read(self, keys: KeyRing) -> None:
        """Look the keys up, once for all who wait for it."""
        async with self._reading:
            if monotonic() - self._read_at <= _SECONDS:
                return
            self._standing = await asyncio.to_thread(keys.standing)
            self._read_at = monotonic()
