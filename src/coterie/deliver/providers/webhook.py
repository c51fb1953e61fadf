"""Signed requests to one receiver, which knows each by its id (Standard Webhooks)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coterie.deliver.answering import Meaning, Posted, Poster, meaning_of, shown
from coterie.deliver.contract import Envelope, Trouble
from coterie.deliver.outgoing import Answered, check_url
from coterie.deliver.signing import check_secret, signed_headers
from coterie.domain import Clock, Outcome, utc_now
from coterie.errors import BadSetting, Refused

GONE = 410
"""The status by which a receiver says that it wants to hear no more, as Standard Webhooks have it."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as all instants are kept


class WebhookProviderSettings(BaseModel):
    """Where requests go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(max_length=2_000, description="Where messages are posted: an https address.")
    connections: int = Field(8, ge=1, le=64, description="Messages that are on their way at the same time.")
    per_second: float | None = Field(
        None, gt=0, description="At most this many messages a second; unlimited if absent."
    )
    timeout_seconds: float = Field(30.0, ge=1, le=600, description="Wait for an answer.")
    private: bool = Field(
        False,
        description="Whether the address may be http, or of this machine or network; on purpose, never by default.",
    )

    @model_validator(mode="after")
    def _an_address(self) -> Self:
        try:
            check_url(self.url, is_private=self.private)
        except Refused as fault:
            raise ValueError(fault.sentence) from None
        return self


class WebhookProvider:
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
        self._settings, self._secret, self._clock = settings, check_secret(secret), clock
        self._poster = Poster(
            settings.url,
            connections=settings.connections,
            is_private=settings.private,
            seconds=settings.timeout_seconds,
            clock=clock,
        )

    @property
    def width(self) -> int:
        """As many messages as connections."""
        return self._settings.connections

    @property
    def per_second(self) -> float | None:
        """As many messages a second as the settings allow."""
        return self._settings.per_second

    @property
    def trouble(self) -> Trouble | None:
        """What the receiver last had against us as a whole; None after a success."""
        return self._poster.trouble

    async def open(self) -> None:
        """Connect once, and part."""
        await self._poster.open()

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Outcome]:
        """What became of each envelope, in order."""
        return await asyncio.gather(*(self._poster.send(self._request(envelope)) for envelope in batch))

    async def close(self) -> None:
        """Let go."""
        await self._poster.close()

    def _request(self, envelope: Envelope) -> Posted:
        second = int((self._clock() - _EPOCH).total_seconds())
        headers = signed_headers(self._secret, envelope.message_id, second, envelope.content)
        return Posted(envelope.message_id, self._settings.url, envelope.content, headers, self._read)

    def _read(self, answered: Answered) -> tuple[Meaning, str]:
        meaning: Meaning = "settings" if answered.status == GONE else meaning_of(answered.status)
        return meaning, shown(answered.body, self._secret)
