"""What Mailgun tells of e-mail: events as JSON, signed over an instant and a token."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from coterie.deliver.calling import (
    Called,
    ProviderCall,
    Unsigned,
    check_fresh,
    forged,
    instant,
    is_of_the_message,
    text_in,
    unreadable,
    whole,
)
from coterie.domain.receipts import Receipt, ReceiptKind

KINDS: Mapping[str, ReceiptKind] = {
    "delivered": "delivered",
    "complained": "complaint",
    "unsubscribed": "unsubscribed",
}
"""Name of an event → what it means; ``failed`` says more."""

_LISTED: Mapping[str, ReceiptKind] = {"suppress-complaint": "complaint", "suppress-unsubscribe": "unsubscribed"}
_NOT_THE_ADDRESS = frozenset({"old", "espblock", "greylisted"})


class MailgunCallback:
    """Reads the webhooks of a domain. ``secret`` is the HTTP webhook signing key of the account.

    The signature does not cover the event: each token proves one event, and no other.
    """

    name: ClassVar[str] = "mailgun"
    channel: ClassVar[str | None] = "email"
    is_quiet: ClassVar[bool] = False

    def __init__(self, secret: str, within: timedelta) -> None:
        self._secret, self._within = secret, within

    def read(self, call: ProviderCall) -> Called:
        """The one event of a call."""
        try:
            said = json.loads(call.body)
        except (ValueError, RecursionError) as fault:
            raise unreadable() from fault
        second, token, signature = (text_in(said, "signature", each) for each in ("timestamp", "token", "signature"))
        if second is None or token is None or signature is None:
            raise Unsigned("the call is not signed: it has no signature with timestamp and token")
        made = hmac.new(self._secret.encode(), f"{second}{token}".encode("utf-8", "replace"), sha256).hexdigest()
        if not hmac.compare_digest(made.encode(), signature.encode("utf-8", "replace")):
            raise forged()
        check_fresh(second, call.at, self._within)
        event = said.get("event-data")
        number = text_in(event, "id")
        if not isinstance(event, Mapping) or number is None:
            raise unreadable()
        words = text_in(event, "delivery-status", "message") or text_in(event, "delivery-status", "description") or ""
        status = text_in(event, "delivery-status", "enhanced-code") or ""
        header = text_in(event, "message", "headers", "message-id")
        receipt = Receipt(
            number,
            _kind(event, f"{status} {words}"),
            instant(event.get("timestamp"), call.at),
            message_id=text_in(event, "user-variables", "message_id"),
            number=f"<{header}>" if header else None,
            address=text_in(event, "recipient"),
            code=whole(text_in(event, "delivery-status", "code")),
            words=f"{status} {words}".strip(),
            proof=token,
        )
        return Called([receipt])


def _kind(event: Mapping[str, object], words: str) -> ReceiptKind:
    name, reason = text_in(event, "event") or "", text_in(event, "reason") or ""
    if name != "failed":
        return KINDS.get(name, "other")
    if reason in _LISTED:
        return _LISTED[reason]
    is_final = text_in(event, "severity") == "permanent" and reason not in _NOT_THE_ADDRESS
    return "bounced" if is_final and not is_of_the_message(words) else "soft_bounced"
