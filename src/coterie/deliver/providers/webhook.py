"""Signed requests to one receiver, which knows each by its id (Standard Webhooks)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel

from coterie.deliver.answering import Meaning, meaning_of, shown
from coterie.deliver.contract import Envelope
from coterie.deliver.outgoing import Answered
from coterie.deliver.posting import Posted, PostingProvider, PostingSettings
from coterie.deliver.signing import check_secret, signed_headers
from coterie.domain import Clock, utc_now
from coterie.errors import BadSetting

GONE = 410
"""The status by which a receiver says that it wants to hear no more, as Standard Webhooks have it."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as all instants are kept


class WebhookProviderSettings(PostingSettings):
    """Where requests go."""


class WebhookProvider(PostingProvider[WebhookProviderSettings]):
    """Posts each message, signed. ``secret`` is what the receiver checks signatures with, ``whsec_…``."""

    name: ClassVar[str] = "webhook"
    channel: ClassVar[str] = "webhook"
    answers: ClassVar[frozenset[str]] = frozenset({"idempotency_key"})
    Settings: ClassVar[type[BaseModel]] = WebhookProviderSettings

    def __init__(self, settings: WebhookProviderSettings, *, secret: str | None = None, clock: Clock = utc_now) -> None:
        if not secret:
            raise BadSetting(
                "requests are signed: give the secret that the receiver checks with in COTERIE_SECRET_WEBHOOK"
            )
        super().__init__(settings, secret=check_secret(secret), clock=clock)

    def _request(self, envelope: Envelope) -> Posted:
        second = int((self._clock() - _EPOCH).total_seconds())
        headers = signed_headers(str(self._secret), envelope.message_id, second, envelope.content)
        return Posted(envelope.message_id, self._settings.url, envelope.content, headers)

    def _read(self, answered: Answered) -> tuple[Meaning, str]:
        meaning: Meaning = "settings" if answered.status == GONE else meaning_of(answered.status)
        return meaning, shown(answered.body, self._secret)
