"""The providers that may carry a channel's messages, in order: where one cannot be used, they go on by the next.

A provider gives way when it cannot be reached, has something against us as a whole, or gives
nearly everybody one refusal. What it certainly did not take goes by the next; what it may
have taken is ``unknown`` and goes by nobody. Why it gave way is kept, and for a while it is
asked last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from coterie.deliver.contract import Provider
from coterie.store import Transaction
from coterie.words import kept

REST = timedelta(minutes=5)
"""How long one that gave way is asked last."""


class Carrier(NamedTuple):
    """A provider under the name that it has on its channel."""

    name: str
    provider: Provider


class GaveWay(NamedTuple):
    """Since when a provider cannot be used, and why, as ``words.restored`` reads it."""

    since: datetime
    why: str


def _fact(channel: str, name: str) -> str:
    return f"carrier {channel}/{name}"


def gave_way(t: Transaction, channel: str, names: Iterable[str]) -> dict[str, GaveWay]:
    """Of those of ``names`` that could not be used when they were last: since when and why."""
    asked = {_fact(channel, name): name for name in names}
    found = {asked[fact]: json.loads(value) for fact, value in t.facts.some(asked).items()}
    return {name: GaveWay(datetime.fromisoformat(told["since"]), told["why"]) for name, told in found.items()}


class Carriers:
    """Those of a channel, and which of them carries now."""

    def __init__(self, channel: str, carriers: Sequence[Carrier]) -> None:
        self._channel = channel
        self._left = list(carriers)
        self._open: set[str] = set()
        self.knows_again = len(carriers) == 1 and "idempotency_key" in carriers[0].provider.answers
        """Whether what is in doubt may go again: only where it goes to the same one, which knows it by its id."""

    @property
    def now(self) -> Carrier:
        """Who carries now."""
        return self._left[0]

    @property
    def others(self) -> bool:
        """Whether there is one to go on by."""
        return len(self._left) > 1

    def arrange(self, t: Transaction, now: datetime) -> None:
        """Put last who gave way a moment ago."""
        found = gave_way(t, self._channel, [each.name for each in self._left])
        self._open = set(found)
        rests = {name for name, told in found.items() if now - REST < told.since <= now}
        self._left.sort(key=lambda each: each.name in rests)

    def give_way(self, t: Transaction, why: str, now: datetime) -> bool:
        """Note why who carries now cannot; whether there is a next, who carries from here on."""
        name = self.now.name
        t.facts.put(_fact(self._channel, name), json.dumps({"since": now.isoformat(), "why": kept(why)}))
        self._open.add(name)
        if self.others:
            del self._left[0]
            return True
        return False

    def took(self, t: Transaction) -> None:
        """Who carries now took a message: what was noted against them is over."""
        name = self.now.name
        if name in self._open:
            t.facts.put(_fact(self._channel, name), None)
            self._open.discard(name)
