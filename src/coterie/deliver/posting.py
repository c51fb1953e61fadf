"""Envelopes posted over HTTP by several threads, and what all providers that do so have in common."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coterie.deliver.answering import Meaning, outcome_of
from coterie.deliver.contract import Envelope, Trouble
from coterie.deliver.outgoing import Answered, Unanswered, check_url, post, reach
from coterie.domain import Clock, Outcome, utc_now
from coterie.errors import CoterieError, NotPermitted, ProviderUnavailable, Refused
from coterie.words import sentence

_Answer = TypeVar("_Answer")
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Posted:
    """One message as it is posted."""

    message_id: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"


class PostingSettings(BaseModel):
    """Where requests go, and how many."""

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
        if not self.url and not type(self).model_fields["url"].is_required():
            return self
        try:
            check_url(self.url, is_private=self.private)
        except Refused as fault:
            raise ValueError(fault.sentence) from None
        return self


_Settings = TypeVar("_Settings", bound=PostingSettings)


class PostingProvider(ABC, Generic[_Settings]):
    """Posts each message by itself, as many at once as it has connections, and keeps to the pauses that the other side asks for.

    Who inherits says by ``_request`` what is posted, and by ``_read`` what an answer means.
    """

    def __init__(self, settings: _Settings, *, secret: str | None, clock: Clock = utc_now) -> None:
        self._settings, self._secret, self._clock = settings, secret, clock
        self._pool: ThreadPoolExecutor | None = None
        self._pauses: dict[str, float] = {}
        self._trouble: Trouble | None = None

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
        """What the other side last had against us as a whole; None after a success."""
        return self._trouble

    async def open(self) -> None:
        """Connect once, and part; ``ProviderUnavailable`` where nobody is there, ``NotPermitted`` where it is no public address."""
        settings = self._settings
        if not settings.url:
            self._trouble = None
            return
        try:
            await self._apart(
                lambda: reach(settings.url, is_private=settings.private, seconds=settings.timeout_seconds)
            )
        except ProviderUnavailable as fault:
            self._trouble = Trouble(fault.sentence)
            raise
        self._trouble = None

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Outcome]:
        """What became of each envelope, in order."""
        return await asyncio.gather(*(self._send(self._request(envelope)) for envelope in batch))

    async def close(self) -> None:
        """Let the threads go."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    @abstractmethod
    def _request(self, envelope: Envelope) -> Posted:
        """What is posted for ``envelope``."""

    @abstractmethod
    def _read(self, answered: Answered) -> tuple[Meaning, str]:
        """What an answer means, and the words to keep of it."""

    async def _send(self, request: Posted) -> Outcome:
        """What became of it: ``deferred`` where it did not leave whole, ``unknown`` where nobody said."""
        loop = asyncio.get_running_loop()
        host = urlsplit(request.url).netloc
        if (pause := self._pauses.get(host, 0.0) - loop.time()) > 0:
            await asyncio.sleep(pause)
        try:
            answered = await self._apart(
                lambda: post(
                    request.url,
                    request.body,
                    request.headers,
                    is_private=self._settings.private,
                    seconds=self._settings.timeout_seconds,
                    method=request.method,
                )
            )
        except Unanswered as fault:
            return Outcome(request.message_id, "unknown", self._clock(), None, fault.sentence)
        except CoterieError as fault:
            return self._unsent(request, fault)
        meaning, reply = self._read(answered)
        if meaning == "throttled":
            self._pauses[host] = loop.time() + min(
                1.0 if answered.retry_after is None else answered.retry_after, _LONGEST_PAUSE
            )
        if meaning == "settings":
            words = sentence(
                "the server answers {status}, which is about coterie.yaml and not about anybody: {reply}",
                status=answered.status,
                reply=reply,
            )
            self._trouble = Trouble(words, is_final=True)
        elif meaning == "taken":
            self._trouble = None
        return outcome_of(request.message_id, meaning, answered.status, reply, self._clock())

    def _unsent(self, request: Posted, fault: CoterieError) -> Outcome:
        """What becomes of a message that could not leave; who posts to one place sends nothing more there for now."""
        self._trouble = Trouble(fault.sentence, is_final=isinstance(fault, NotPermitted | Refused))
        return Outcome(request.message_id, "deferred", self._clock(), None, fault.sentence)

    async def _apart(self, work: Callable[[], _Answer]) -> _Answer:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._settings.connections, "coterie-http")
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)
