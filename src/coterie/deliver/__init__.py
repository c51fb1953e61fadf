"""A message leaves, a receipt returns: channels, providers, outbox.

``send_outbox`` sends what a launched campaign queued; ``CHANNELS`` and ``PROVIDERS`` are
the parts it is given. ``record_receipts`` takes what became of the messages back in.
"""

from __future__ import annotations

from coterie.deliver.contract import (
    CHANNELS,
    PROVIDERS,
    Channel,
    Envelope,
    Provider,
    Renderer,
    Trouble,
    Unsendable,
    channel_advice,
    form_of,
    pieces_of,
    says_stop,
)
from coterie.deliver.mime import lint
from coterie.deliver.once import send_once
from coterie.deliver.outgoing import Answered, check_url, post
from coterie.deliver.receipts import record_receipts
from coterie.deliver.result import Retry, SendResult
from coterie.deliver.sending import send_outbox

__all__ = [
    "CHANNELS",
    "PROVIDERS",
    "Answered",
    "Channel",
    "Envelope",
    "Provider",
    "Renderer",
    "Retry",
    "SendResult",
    "Trouble",
    "Unsendable",
    "channel_advice",
    "check_url",
    "form_of",
    "lint",
    "pieces_of",
    "post",
    "record_receipts",
    "says_stop",
    "send_once",
    "send_outbox",
]
