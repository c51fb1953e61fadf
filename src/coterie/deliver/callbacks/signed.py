"""What any program tells of messages by Standard Webhooks: signed over its id, its instant and all of its body."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from coterie.deliver.calling import Called, ProviderCall, check_fresh, forged, instant, text_in, unreadable, whole
from coterie.deliver.signing import check_secret, signature
from coterie.domain.clock import instant_of
from coterie.domain.receipts import Receipt, ReceiptKind
from coterie.errors import CoterieError

KINDS: Mapping[str, ReceiptKind] = {
    "message.delivered": "delivered",
    "message.bounced": "bounced",
    "message.soft_bounced": "soft_bounced",
    "message.complaint": "complaint",
    "message.unsubscribed": "unsubscribed",
}
"""``type`` of a call → what it means."""

WITHIN = timedelta(minutes=5)
"""How far from now a call may be, as Standard Webhooks have it."""


class SignedCallback:
    """Reads ``{"type": "message.bounced", "data": {…}}`` of any program. ``secret`` is ``whsec_…``, shared with it.

    In ``data`` stand ``message_id`` (ours) or ``number`` (the provider's), and as far as known ``address``, ``channel``, ``code``,
    ``words`` and ``occurred_at`` (ISO 8601).
    """

    name: ClassVar[str] = "signed"
    channel: ClassVar[str | None] = None
    is_quiet: ClassVar[bool] = False

    def __init__(self, secret: str, within: timedelta) -> None:
        self._secret, self._within = check_secret(secret), min(within, WITHIN)

    def read(self, call: ProviderCall) -> Called:
        """The receipt of a call."""
        number, second, given = (call.header(f"webhook-{each}") for each in ("id", "timestamp", "signature"))
        if not (second.isascii() and second.isdigit() and len(second) < 15):
            raise forged()
        made = signature(self._secret, number, int(second), call.body).encode()
        if not any(hmac.compare_digest(made, each.encode()) for each in given.split(" ")):
            raise forged()
        check_fresh(second, call.at, self._within)
        try:
            said = json.loads(call.body)
        except (ValueError, RecursionError) as fault:
            raise unreadable() from fault
        kind, data = text_in(said, "type"), said.get("data") if isinstance(said, Mapping) else None
        if kind is None or not isinstance(data, Mapping):
            raise unreadable()
        at = text_in(data, "occurred_at")
        try:
            told = min(instant_of(at, "UTC"), call.at) if at else instant(second, call.at)
        except CoterieError as fault:
            raise unreadable() from fault
        receipt = Receipt(
            number,
            KINDS.get(kind, "other"),
            told,
            message_id=text_in(data, "message_id"),
            number=text_in(data, "number"),
            address=text_in(data, "address"),
            code=whole(text_in(data, "code")),
            words=text_in(data, "words") or "",
            channel=text_in(data, "channel"),
        )
        return Called([receipt])
