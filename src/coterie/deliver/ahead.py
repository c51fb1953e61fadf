"""Messages made before their turn, so that the network seldom waits for words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coterie.deliver.contract import Channel, Envelope, Renderer, Unsendable
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
        self._made: dict[str, Envelope] = {}
        self.unmade: dict[str, Unsendable] = {}

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
                    "{bad} of the first {tried} messages cannot be made; nothing of them was sent or refused. "
                    "The first: {why}",
                    bad=bad,
                    tried=tried,
                    why=next(iter(self.unmade.values())).sentence,
                )
            )

    def take(self, message: Message) -> Envelope | Unsendable:
        """The envelope of ``message``, made now when it was not made before."""
        found = self._made.pop(message.message_id, None)
        if found is not None:
            return found
        (rendered,) = self._renderer.render([message])
        return self._seal(message, rendered)

    def forget(self) -> None:
        """Drop what was made: the messages are no longer those that come next."""
        self._coming = iter(())
        self._made.clear()

    def _seal(self, message: Message, rendered: Rendered | str) -> Envelope | Unsendable:
        if isinstance(rendered, str):
            return Unsendable("not_renderable", rendered)
        try:
            return self._channel.seal(message, rendered, at=self._clock())
        except Unsendable as fault:
            return fault
