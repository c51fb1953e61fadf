"""What a channel, a provider and a renderer are to the sender."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol, cast

from pydantic import BaseModel

from coterie.domain import Message, Outcome, Rendered
from coterie.errors import Refused
from coterie.registry import Registry
from coterie.words import Sentence


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

    It is made of its ``Settings``. ``coterie.testing.channels`` checks it. Where it is so it also says that its ``form`` is
    ``text`` (see ``form_of``), how many ``pieces`` of a rendered message are paid for, what ``advice`` it has on one, that
    it ``hears_replies``, so that people can say no by answering, and which answer ``says_stop``.
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

    ``answers`` names what it can be asked by afterwards (``message_id``, ``idempotency_key``);
    empty when an ambiguous send stays ``unknown`` for ever. ``width`` is how many messages
    may be on their way at once. One that is told of receipts over a connection of its own says that it ``listens``, and does so in
    ``listen``, until the connection ends. It is made as ``Provider(settings, secret=…, clock=…)``: of its
    ``Settings``, its password or token (or None), and the clock that outcomes are dated by.
    """

    name: ClassVar[str]
    channel: ClassVar[str]
    Settings: ClassVar[type[BaseModel]]

    @property
    def answers(self) -> frozenset[str]:
        """What it can be asked by; with ``idempotency_key`` a message in doubt may go again, for it is known by its id."""

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
    """Turns outbox messages into words; ``compose.Composer`` is one.

    Where templates hold codes of coupons it says of which by ``pools``, a mapping of template to the names of pools: each
    of their messages takes a code of every one with its intent, and is rendered again then.
    """

    def render(self, messages: Sequence[Message]) -> Iterable[Rendered | str]:
        """For each message its words, or a sentence that says why there are none; made as they are drawn."""


CHANNELS: Registry[type[Channel]] = Registry(
    "channel",
    {
        "email": "coterie.deliver.channels.email:EmailChannel",
        "sms": "coterie.deliver.channels.sms:SmsChannel",
        "web_push": "coterie.deliver.channels.web_push:WebPushChannel",
        "webhook": "coterie.deliver.channels.webhook:WebhookChannel",
    },
)

PROVIDERS: Registry[type[Provider]] = Registry(
    "provider",
    {
        "mailgun": "coterie.deliver.providers.mailgun:MailgunProvider",
        "mandrill": "coterie.deliver.providers.mandrill:MandrillProvider",
        "smpp": "coterie.deliver.providers.smpp:SmppProvider",
        "smtp": "coterie.deliver.providers.smtp:SmtpProvider",
        "sms_http": "coterie.deliver.providers.sms_http:SmsHttpProvider",
        "web_push": "coterie.deliver.providers.web_push:WebPushProvider",
        "webhook": "coterie.deliver.providers.webhook:WebhookProvider",
    },
)

Form = Literal["page", "text"]
"""What templates of a channel are made of: ``page`` of a subject, HTML and text; ``text`` of plain text alone."""


def form_of(channel: str) -> Form:
    """The form of templates for ``channel``: ``page`` unless the channel says otherwise. Raises ``UnknownName``.

    >>> form_of("email"), form_of("sms")
    ('page', 'text')
    """
    return cast("Form", getattr(CHANNELS[channel], "form", "page"))


def pieces_of(channel: str, rendered: Rendered) -> int | None:
    """How many pieces of ``rendered`` are paid for on ``channel``; None where it is paid for as one, whatever its length."""
    pieces = getattr(CHANNELS[channel], "pieces", None)
    return None if pieces is None else cast("int", pieces(rendered))


def says_stop(channel: str, text: str) -> bool:
    """Whether an answer on ``channel`` ends its messages; False where the channel knows no such words.

    >>> says_stop("sms", "Stop!"), says_stop("email", "Stop!")
    (True, False)
    """
    says = getattr(CHANNELS[channel], "says_stop", None)
    return says is not None and bool(says(text))


def channel_advice(channel: str, rendered: Rendered) -> list[Sentence]:
    """What ``channel`` has to say of a message as it is rendered, such as how many parts a text has."""
    advice = getattr(CHANNELS[channel], "advice", None)
    return [] if advice is None else [*advice(rendered)]
