"""Messages made before their turn, and turns at a steady rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coterie.deliver.contract import Channel, Envelope, Provider, Renderer, Unsendable
from coterie.domain import Clock, Message, Rendered
from coterie.errors import Refused
from coterie.words import sentence

FIRST = 25
"""When most of so many cannot be made, the template is wrong, and nobody is touched."""


class Ahead:
    """Envelopes of the messages that come next. ``unmade`` are those that cannot be made, until told to the ledger."""

    def __init__(self, channel: Channel, renderer: Renderer, clock: Clock) -> None:
        self._channel, self._renderer, self._clock = channel, renderer, clock
        self._coming: Iterator[tuple[Message, Rendered | str]] = iter(())
        self._made: dict[str, Envelope | Unsendable] = {}
        self.unmade: dict[str, Unsendable] = {}

    @property
    def pools(self) -> Mapping[str, Sequence[str]]:
        """Template → the pools of coupons that it names."""
        return getattr(self._renderer, "pools", {})

    def __len__(self) -> int:
        return len(self._made)

    def read(self, coming: Sequence[Message]) -> bool:
        """Make these next; False when all of them are made already."""
        fresh = [m for m in coming if m.message_id not in self._made and m.message_id not in self.unmade]
        self._coming = zip(fresh, self._renderer.render(fresh), strict=True)
        return bool(fresh)

    def make(self) -> bool:
        """Make the next of those read; False when all are made."""
        message, rendered = next(self._coming, (None, ""))
        if message is None:
            return False
        sealed = self._seal(message, rendered)
        if isinstance(sealed, Unsendable):
            self.unmade[message.message_id] = sealed
        else:
            self._made[message.message_id] = sealed
        return True

    def check_first(self) -> None:
        """Raise ``Refused`` when most of the first cannot be made."""
        bad, tried = len(self.unmade), len(self.unmade) + len(self._made)
        if bad * 2 > tried >= 10:
            raise Refused(
                sentence(
                    "{bad} of the first {tried} {tried|message|messages} cannot be made; nothing of them was sent or refused. "
                    "The first: {why}",
                    bad=bad,
                    tried=tried,
                    why=next(iter(self.unmade.values())).sentence,
                )
            )

    def complete(self, admitted: Sequence[Message]) -> None:
        """Make those anew that hold codes of coupons: they have theirs now."""
        meant = [message for message in admitted if message.variant in self.pools]
        for message, rendered in zip(meant, self._renderer.render(meant) if meant else (), strict=True):
            self._made[message.message_id] = self._finished(message, rendered)

    def take(self, message: Message) -> Envelope | Unsendable:
        """The envelope of ``message``, made now when it was not made before."""
        found = self._made.pop(message.message_id, None)
        if found is not None:
            return found
        (rendered,) = self._renderer.render([message])
        return self._finished(message, rendered)

    def forget(self) -> None:
        """Drop what was made: the messages are no longer those that come next."""
        self._coming = iter(())
        self._made.clear()

    def _finished(self, message: Message, rendered: Rendered | str) -> Envelope | Unsendable:
        if isinstance(rendered, Rendered) and rendered.lacks:  # what stands for a code is never sent
            why = sentence("there is no code of {pools} for it", pools=", ".join(rendered.lacks))
            return Unsendable("no_coupon", why)
        return self._seal(message, rendered)

    def _seal(self, message: Message, rendered: Rendered | str) -> Envelope | Unsendable:
        if isinstance(rendered, str):
            return Unsendable("not_renderable", rendered)
        try:
            return self._channel.seal(message, rendered, at=self._clock())
        except Unsendable as fault:
            return fault


_AT_ONCE = 0.1
"""Seconds whose turns may be taken together, so that a fast rate is not slowed by one transaction for each message."""


class Pace:
    """How many messages may go at an instant (seconds of any steady clock), under the provider's ``per_second``."""

    def __init__(self, provider: Provider) -> None:
        self._rate = provider.per_second
        self._next_at: float | None = None

    def turns(self, now: float) -> float:
        """How many may go now; unlimited without a rate."""
        if self._rate is None:
            return float("inf")
        if self._next_at is None:
            return 1
        together = max(1, int(self._rate * _AT_ONCE))
        return max(0, min(together, int((now - self._next_at) * self._rate) + 1)) if now >= self._next_at else 0

    def take(self, turns: int, now: float) -> None:
        """Use up as many turns; those of the past that nobody took are gone."""
        if self._rate is None or not turns:
            return
        together = max(1, int(self._rate * _AT_ONCE))
        earliest = now - (together - 1) / self._rate
        begin = now if self._next_at is None else max(self._next_at, earliest)
        self._next_at = begin + turns / self._rate

    def wait(self, now: float) -> float:
        """Seconds until the next turn."""
        return 0.0 if self._rate is None or self._next_at is None else max(0.0, self._next_at - now)
