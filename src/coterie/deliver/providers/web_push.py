"""Push messages to browsers, posted to the push service that each subscribed with (RFC 8030), encrypted for that browser alone."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

from coterie.deliver.answering import Meaning, meaning_of, shown
from coterie.deliver.breaker import BOUNCED
from coterie.deliver.contract import Envelope
from coterie.deliver.outgoing import Answered
from coterie.deliver.posting import Posted, PostingProvider, PostingSettings
from coterie.deliver.push_encryption import bytes_of, point_of, private_key, sealed, sender_token, unpadded
from coterie.domain import Clock, Outcome, utc_now
from coterie.errors import BadSetting, CoterieError, NotPermitted, Refused
from coterie.words import sentence

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as all instants are kept
_TOKEN_SECONDS = 12 * 3_600
_RENEWED = 3_600
_GONE = frozenset({404, 410})
_TAKEN = frozenset({200, 201, 202, 204})
_MOST_UNREACHED = 20
"""So many in a row that could not be reached, and it is our network and not theirs."""


class WebPushProviderSettings(PostingSettings):
    """Who sends, and how long a message waits for a browser that is not there."""

    url: str = Field(
        "",
        max_length=2_000,
        description="Address of a push service that is reached for before anything is sent; none if empty, for each browser has its own.",
    )
    contact: str = Field(
        description="Where a push service reaches whoever sends: mailto:you@shop.example, or an https address."
    )
    keep_seconds: int = Field(
        86_400,
        ge=0,
        le=2_419_200,
        description="How long a push service keeps a message for a browser that is not there.",
    )
    urgency: Literal["very-low", "low", "normal", "high"] = Field(
        "normal", description="very-low, low, normal or high: whether a telephone with little power is woken."
    )

    @field_validator("contact")
    @classmethod
    def _a_contact(cls, value: str) -> str:
        if not value.startswith(("mailto:", "https://")) or any(sign.isspace() for sign in value):
            raise ValueError("write mailto:you@shop.example, or an https address")
        return value


class WebPushProvider(PostingProvider[WebPushProviderSettings]):
    """Posts each message to its browser's push service. ``secret`` is the private key of the sender (VAPID, RFC 8292)."""

    name: ClassVar[str] = "web_push"
    channel: ClassVar[str] = "web_push"
    answers: ClassVar[frozenset[str]] = frozenset()
    Settings: ClassVar[type[BaseModel]] = WebPushProviderSettings

    def __init__(self, settings: WebPushProviderSettings, *, secret: str | None = None, clock: Clock = utc_now) -> None:
        if not secret:
            raise BadSetting(
                "push messages are signed: make a key with `coterie channels push-key` and give its secret in COTERIE_SECRET_WEB_PUSH"
            )
        super().__init__(settings, secret=secret, clock=clock)
        self._key = private_key(secret)
        self._public = unpadded(point_of(self._key.public_key()))
        self._tokens: dict[str, tuple[int, str]] = {}
        self._unreached = 0

    def _request(self, envelope: Envelope) -> Posted:
        endpoint, _, keys = envelope.recipient.partition("#")
        reader, _, secret = keys.partition(".")
        try:
            body = sealed(envelope.content, bytes_of(reader), bytes_of(secret))
        except ValueError:
            endpoint, body = "", b""  # a key that is no point of the curve: nobody reads it
        parts = urlsplit(endpoint)
        headers = {
            "Authorization": f"vapid t={self._token(f'{parts.scheme}://{parts.netloc}')}, k={self._public}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._settings.keep_seconds),
            "Urgency": self._settings.urgency,
            "Topic": envelope.message_id[:32],  # one that is told twice is shown once
        }
        return Posted(envelope.message_id, endpoint, body, headers)

    def _token(self, audience: str) -> str:
        now = int((self._clock() - _EPOCH).total_seconds())
        until, token = self._tokens.get(audience, (0, ""))
        if until - now < _TOKEN_SECONDS - _RENEWED or until - now > _TOKEN_SECONDS:
            until = now + _TOKEN_SECONDS
            token = sender_token(self._key, audience, self._settings.contact, until)
            self._tokens[audience] = (until, token)
        return token

    def _read(self, answered: Answered) -> tuple[Meaning, str]:
        """What an answer means; anybody may subscribe with an address of their own, so that no answer is about our settings."""
        self._unreached, words = 0, shown(answered.body, self._secret)
        if answered.status in _TAKEN:
            return "taken", words
        if answered.status in _GONE:
            return "gone", words
        meaning = meaning_of(answered.status)
        return ("refused" if meaning == "settings" else meaning), words

    def _unsent(self, request: Posted, fault: CoterieError) -> Outcome:
        """An address that is none, or of no public network, is gone; of one service that is away nobody else hears."""
        if isinstance(fault, NotPermitted | Refused):
            words = fault.sentence if request.url else sentence("its key is none, so nobody could read the message")
            return Outcome(request.message_id, "failed", self._clock(), None, words, reason=BOUNCED)
        self._unreached += 1
        is_watched = bool(self._settings.url) and urlsplit(self._settings.url).netloc == urlsplit(request.url).netloc
        if is_watched or self._unreached >= _MOST_UNREACHED:
            return super()._unsent(request, fault)
        return Outcome(request.message_id, "deferred", self._clock(), None, fault.sentence)
