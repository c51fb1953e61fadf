"""What comes back about a message after it left: what its provider says of it, and what its reader answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ReceiptKind = Literal["delivered", "bounced", "soft_bounced", "complaint", "unsubscribed", "other"]
"""``bounced``: the address takes nothing, for good; ``soft_bounced``: it did not arrive, which says nothing of the address;
``complaint``: the reader called it spam; ``unsubscribed``: the reader told the provider that they want no more; ``other`` changes nothing."""


ReceiptState = Literal["unmatched", "matched", "told", "noted"]
"""Whether a receipt is of a message that is not known, of one that is, is an event besides, or says nothing that anybody needs."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says of one message, known by ``event_id`` for ever; instants are naive UTC.

    The message is named by our own ``message_id``, or by the ``number`` that the provider gave it; ``address`` is where it went, as
    far as the provider says so. ``proof`` is what may prove only one event, where a signature does not cover what is said.
    """

    event_id: str
    kind: ReceiptKind
    occurred_at: datetime
    message_id: str | None = None
    number: str | None = None
    address: str | None = None
    code: int | None = None
    words: str = ""
    channel: str | None = None
    proof: str | None = None


@dataclass(frozen=True)
class Reply:
    """One answer: the address that it came from, what it says, and when, None where nobody wrote that down."""

    sender: str
    text: str
    at: datetime | None = None
