"""What a channel, a provider and a renderer are to the sender."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from pydantic import BaseModel

from coterie.domain import Message, Outcome, Rendered
from coterie.errors import Refused
from coterie.registry import Registry


class Unsendable(Refused):
    """A message that a channel cannot carry; ``code`` is the reason it is refused with."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message as it goes over the wire: from whom, to whom, and its bytes."""

    message_id: str
    sender: str
    recipient: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a provider cannot be used as a whole; ``is_final`` when waiting will not help."""

    words: str
    is_final: bool = False


class Channel(Protocol):
    """A medium: knows how an address and a message look there. A part: one file, one line in ``parts``.

    It is made of its ``Settings``. ``coterie.testing.channels`` checks it.
    """

    name: ClassVar[str]
    Settings: ClassVar[type[BaseModel]]

    def seal(self, message: Message, rendered: Rendered, *, at: datetime) -> Envelope:
        """The envelope of a message, the same each time it is sealed; it goes to ``message.address`` and nobody else.

        ``Unsendable`` when the address or the words cannot travel; its code is one that
        ``protect`` has words for: ``bad_address``, or ``malformed``.
        """


class Provider(Protocol):
    """Somebody who carries envelopes. A part: one file, one line in ``parts``.

    ``answers`` names what it can be asked afterwards (``message_id``, ``idempotency_key``);
    empty when an ambiguous send stays ``unknown`` for ever. ``width`` is how many messages
    may be on their way at once. It is made as ``Provider(settings, secret=…, clock=…)``: of its
    ``Settings``, its password or token (or None), and the clock that outcomes are dated by.
    """

    name: ClassVar[str]
    channel: ClassVar[str]
    answers: ClassVar[frozenset[str]]
    Settings: ClassVar[type[BaseModel]]

    @property
    def width(self) -> int:
        """How many messages may be on their way at once."""

    @property
    def per_second(self) -> float | None:
        """How many messages a second it takes, or None; the sender keeps to it, before it writes an intent."""

    @property
    def trouble(self) -> Trouble | None:
        """Why it cannot be used right now, or None."""

    async def open(self) -> None:
        """Reach the provider; ``ProviderUnavailable`` when it cannot be reached, ``BadSetting`` when it will not have us."""

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Outcome]:
        """What became of each envelope, in order. Never raises for one: what is not certain is ``unknown``.

        May be called again while an earlier call runs. ``deferred`` is said only when the
        provider has certainly not accepted.
        """

    async def close(self) -> None:
        """Let go."""


class Renderer(Protocol):
    """Turns outbox messages into words; ``compose.Composer`` is one."""

    def render(self, messages: Sequence[Message]) -> Iterable[Rendered | str]:
        """For each message its words, or a sentence that says why there are none; made as they are drawn."""


CHANNELS: Registry[type[Channel]] = Registry("channel", {"email": "coterie.deliver.channels.email:EmailChannel"})

PROVIDERS: Registry[type[Provider]] = Registry("provider", {"smtp": "coterie.deliver.providers.smtp:SmtpProvider"})
