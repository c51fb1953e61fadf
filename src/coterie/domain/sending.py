"""A message on its way, its words, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

MessageState = Literal["queued", "sending", "sent", "failed", "refused", "unknown"]
"""Where a message stands. ``unknown``: an intent was written and no outcome is known; never sent again."""


IN_DOUBT = "in_doubt"
"""The reason of a message that goes again although it may have been taken: by one who knows it by its id, and takes it once."""

OriginKind = Literal["campaign", "journey", "test"]
"""What can want a message sent."""


class Origin(NamedTuple):
    """What a message or an exposure comes from: a campaign, a step of a journey (``journey/step``), or a test.

    >>> str(Origin("journey", "welcome/first"))
    'journey welcome/first'
    """

    kind: OriginKind
    name: str

    def __str__(self) -> str:
        """As people and logs name it."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address, as the outbox holds it.

    ``message_id`` is the same for the same origin, occurrence and address for ever, and cannot be
    guessed. ``variant`` names the template to render; ``identities`` are all identifiers
    of the person (``namespace:value``) whose consent counts. ``occurrence`` tells apart the
    times that one origin may write to the same person, such as two passages of a journey; a
    campaign is sent once, and has none. ``zone`` is that of the person, where quiet hours ask for it.
    """

    message_id: str
    origin: Origin
    profile_id: int
    channel: str
    purpose: str
    address: str
    address_key: str
    arm: str
    variant: str
    attempts: int = 0
    identities: tuple[str, ...] = ()
    occurrence: str = ""
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider answered about one message.

    ``sent``: the provider took responsibility. ``failed``: it refused for good. ``deferred``:
    it asked for time and has certainly not accepted; the message is queued again for
    ``retry_at``. ``unknown``: it may or may not have accepted. ``reason`` is the code of a
    failure that has one: ``bounced`` when the address itself will take no mail.
    """

    message_id: str
    state: Literal["sent", "failed", "deferred", "unknown"]
    occurred_at: datetime
    code: int | None = None
    reply: str = ""
    retry_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one person will read.

    ``subject`` and every header are single lines without control characters. ``html`` is
    empty for channels of plain text; ``text`` always stands. ``headers`` are further
    headers by name, such as ``List-Unsubscribe``. ``lacks`` names pools of coupons of which the words hold
    no code yet but what stands for one, so that they are not sent.
    """

    subject: str
    text: str
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    lacks: tuple[str, ...] = ()
