"""What Mandrill (Mailchimp Transactional) tells of e-mail: a form with up to a thousand events, signed over the address and all of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from coterie.deliver.calling import (
    Called,
    ProviderCall,
    check_form,
    instant,
    is_of_the_message,
    is_signed_form,
    text_in,
    unreadable,
    whole,
)
from coterie.domain.receipts import Receipt, ReceiptKind

KINDS: Mapping[str, ReceiptKind] = {
    "delivered": "delivered",
    "hard_bounce": "bounced",
    "soft_bounce": "soft_bounced",
    "spam": "complaint",
    "unsub": "unsubscribed",
}
"""Name of an event → what it means."""

_HEADER = "x-mandrill-signature"
_TRIAL = "test-webhook"
"""What the service signs its empty trial with, before the webhook has a key."""


class MandrillCallback:
    """Reads the webhooks of an account. ``secret`` is the key of the webhook.

    The signature bears no instant: what is told again is known by its event, and changes nothing.
    """

    name: ClassVar[str] = "mandrill"
    channel: ClassVar[str | None] = "email"
    is_quiet: ClassVar[bool] = False

    def __init__(self, secret: str, within: timedelta) -> None:  # noqa: ARG002 - nothing in a call says when it was made
        self._secret = secret

    def read(self, call: ProviderCall) -> Called:
        """The events of a call."""
        said = call.fields()
        if said.get("mandrill_events", "").strip() != "[]" or not is_signed_form(call, _HEADER, _TRIAL):
            said = check_form(call, _HEADER, self._secret)
        try:
            events = json.loads(said["mandrill_events"])
        except (KeyError, ValueError, RecursionError) as fault:
            raise unreadable() from fault
        if not isinstance(events, list):
            raise unreadable()
        return Called([receipt for each in events if (receipt := _receipt(each, call.at))])


def _receipt(event: object, now: datetime) -> Receipt | None:
    """An event of a message; None for one of the account's lists."""
    name, number = text_in(event, "event"), text_in(event, "msg", "_id") or text_in(event, "_id")
    if name is None or number is None or not isinstance(event, Mapping):
        return None
    second = event.get("ts")
    words = text_in(event, "msg", "diag") or text_in(event, "msg", "bounce_description") or ""
    kind = KINDS.get(name, "other")
    return Receipt(
        f"{number}-{name}-{second}",
        "soft_bounced" if kind == "bounced" and is_of_the_message(words) else kind,
        instant(second, now),
        message_id=text_in(event, "msg", "metadata", "message_id"),
        number=number,
        address=text_in(event, "msg", "email"),
        code=whole(words.partition(";")[2][:3]),
        words=words,
    )
