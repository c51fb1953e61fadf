"""What Twilio, and who is shaped like it, tells of text messages: a form for each step of a message, and for each answer to one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from coterie.deliver.calling import Called, ProviderCall, check_form, unreadable, whole
from coterie.domain.receipts import Receipt, ReceiptKind, Reply

STATUSES: Mapping[str, ReceiptKind] = {
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "soft_bounced",
    "failed": "soft_bounced",
}
"""Status of a message → what it means; others are steps on its way."""

CODES: Mapping[str, ReceiptKind] = {
    "21211": "bounced",
    "21214": "bounced",
    "21217": "bounced",
    "21610": "unsubscribed",
    "21614": "bounced",
    "30005": "bounced",
    "30006": "bounced",
    "63024": "bounced",
}
"""Why a message did not arrive: numbers that are none, or of a line that takes no texts; 21610 is a reader who answered STOP."""


class TwilioCallback:
    """Reads status callbacks, and answers to the number. ``secret`` is the auth token of the account.

    The signature bears no instant: what is told again is known by message and status. ``?message={{ id }}`` behind the address
    of the callback names the message by our own id.
    """

    name: ClassVar[str] = "twilio"
    channel: ClassVar[str | None] = "sms"
    is_quiet: ClassVar[bool] = True

    def __init__(self, secret: str, within: timedelta) -> None:  # noqa: ARG002 - nothing in a call says when it was made
        self._secret = secret

    def read(self, call: ProviderCall) -> Called:
        """The step of a message, or the answer, that a call tells of."""
        fields = check_form(call, "x-twilio-signature", self._secret)
        number = fields.get("MessageSid") or fields.get("SmsSid")
        if not number:
            raise unreadable()
        status = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
        if status == "received":
            return Called(replies=[Reply(fields.get("From", ""), fields.get("Body", ""), call.at)])
        code, kind = fields.get("ErrorCode", ""), STATUSES.get(status, "other")
        ours = parse_qs(urlsplit(call.urls[0]).query).get("message", [None])[0]
        receipt = Receipt(
            f"{number}-{status}",
            CODES.get(code, kind) if kind == "soft_bounced" else kind,
            call.at,
            message_id=ours,
            number=number,
            address=fields.get("To"),
            code=whole(code),
            words=fields.get("ErrorMessage", ""),
        )
        return Called([receipt])
