"""Messages to a program of the business: who, which campaign, and the words, as JSON."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from coterie.deliver.contract import Envelope, Form, Unsendable
from coterie.domain import Message, Rendered
from coterie.words import sentence

_CUSTOMER = re.compile(r"[^\s,;\x00-\x1f\x7f]{1,200}")


class WebhookChannelSettings(BaseModel):
    """What the receiver is told that it gets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: str = Field(
        "campaign.message", pattern=r"^[A-Za-z0-9_.-]{1,80}$", description="The `type` by which the receiver knows it."
    )


class WebhookChannel:
    """Messages as JSON to a program, about a customer by their number."""

    name: ClassVar[str] = "webhook"
    form: ClassVar[Form] = "text"
    Settings: ClassVar[type[BaseModel]] = WebhookChannelSettings

    def __init__(self, settings: WebhookChannelSettings) -> None:
        self._event = settings.event

    def seal(self, message: Message, rendered: Rendered, *, at: datetime) -> Envelope:  # noqa: ARG002 - sent again, it says the same
        """``type`` and ``data`` (``id, campaign, variant, purpose, customer_id, text``); ``Unsendable`` for what is no number of a customer."""
        if not _CUSTOMER.fullmatch(message.address):
            raise Unsendable(
                "bad_address",
                sentence(
                    "{address!r} is no customer's number without spaces and commas", address=message.address[:120]
                ),
            )
        data = {
            "id": message.message_id,
            "campaign": message.origin.name,
            "variant": message.variant,
            "purpose": message.purpose,
            "customer_id": message.address,
            "text": rendered.text.strip(),
        }
        body = json.dumps({"type": self._event, "data": data}, ensure_ascii=False).encode("utf-8", "replace")
        return Envelope(message.message_id, self._event, message.address, body)
