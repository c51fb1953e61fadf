"""E-mail through Mandrill (Mailchimp Transactional), whole as it was written (``messages/send-raw``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, Field

from coterie.deliver.answering import Meaning, at_path, meaning_of, shown
from coterie.deliver.contract import Envelope
from coterie.deliver.outgoing import Answered
from coterie.deliver.posting import Posted, PostingProvider, PostingSettings
from coterie.domain import Clock, utc_now
from coterie.errors import BadSetting

REJECTED: Mapping[str, Meaning] = {
    "hard-bounce": "gone",
    "invalid": "gone",
    "spam": "stopped",
    "unsub": "stopped",
    "soft-bounce": "refused",
    "rule": "refused",
    "custom": "refused",
    "invalid-sender": "settings",
    "unsigned": "settings",
    "test-mode-limit": "settings",
}
"""Why an e-mail was rejected → what that means."""

FAULTS: Mapping[str, Meaning] = {
    "Invalid_Key": "settings",
    "PaymentRequired": "settings",
    "Unknown_Subaccount": "settings",
    "ValidationError": "refused",
    "ServiceUnavailable": "later",
}
"""Names of faults, which come with whatever status, 500 as a rule; of another it is unknown how far it came."""


class MandrillSettings(PostingSettings):
    """Where messages are posted."""

    url: str = Field(
        "https://mandrillapp.com/api/1.0/messages/send-raw", max_length=2_000, description="Address of send-raw."
    )


class MandrillProvider(PostingProvider[MandrillSettings]):
    """Posts each e-mail to Mandrill. ``secret`` is the key of the account."""

    name: ClassVar[str] = "mandrill"
    channel: ClassVar[str] = "email"
    answers: ClassVar[frozenset[str]] = frozenset()
    Settings: ClassVar[type[BaseModel]] = MandrillSettings

    def __init__(self, settings: MandrillSettings, *, secret: str | None = None, clock: Clock = utc_now) -> None:
        if not secret:
            raise BadSetting("Mandrill asks for a key: give it in COTERIE_SECRET_MANDRILL")
        super().__init__(settings, secret=secret, clock=clock)

    def _request(self, envelope: Envelope) -> Posted:
        said = {
            "key": self._secret,
            "raw_message": envelope.content.decode("ascii"),
            "from_email": envelope.sender,
            "to": [envelope.recipient],
            "async": False,
        }
        headers = {"Content-Type": "application/json"}
        return Posted(envelope.message_id, self._settings.url, json.dumps(said).encode(), headers)

    def _read(self, answered: Answered) -> tuple[Meaning, str]:
        words = shown(answered.body, self._secret)
        if meaning_of(answered.status) == "taken":
            status, number = at_path(answered.body, "0.status"), at_path(answered.body, "0._id")
            if status in {"sent", "queued", "scheduled"} and number is not None:
                return "taken", number
            reason = "invalid" if status == "invalid" else at_path(answered.body, "0.reject_reason")
            if status in {"rejected", "invalid"}:
                return REJECTED.get(reason or "", "refused"), words
            return "unknown", words
        name = at_path(answered.body, "name")
        return FAULTS.get(name or "", meaning_of(answered.status)), words
