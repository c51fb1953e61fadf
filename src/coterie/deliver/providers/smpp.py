"""Text messages through a message centre that speaks SMPP 3.4, over connections that are kept.

A message may have several parts. Where the first was taken, the message is no longer one that never left: a part that is
throttled is tried again here, and one that is refused leaves the message ``unknown``.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from coterie.deliver.breaker import BOUNCED
from coterie.deliver.calling import Called
from coterie.deliver.contract import Envelope, Trouble
from coterie.deliver.smpp import AGAIN, Hear, SmppLink, SmppRefused, SmppUnsent, party, submissions
from coterie.deliver.smpp_receipts import called_by, read_delivered
from coterie.domain import Clock, Outcome, utc_now
from coterie.errors import BadSetting, CoterieError, ProviderUnavailable
from coterie.words import Sentence, sentence, system_says

QUEUE_FULL, THROTTLED, SYSTEM_ERROR = 0x14, 0x58, 0x08
LATER = frozenset({QUEUE_FULL, THROTTLED, SYSTEM_ERROR})
NO_SUCH_NUMBER = 0x0B
ABOUT_US = frozenset({0x04, 0x05, 0x0A, 0x0D, 0x0E, 0x0F, 0x48, 0x49, 0x53})
"""Not bound, bound already, our sender, and why a bind is refused: SMPP 3.4, 5.1.3."""

_PAUSE_SECONDS = 1.0
_FAULTS = (OSError, asyncio.TimeoutError)


class SmppSettings(BaseModel):
    """Where the message centre is, and who we are there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(description="Name or address of the message centre.")
    port: int = Field(2775, ge=1, le=65535, description="Its port.")
    user: str = Field(
        max_length=15,
        description="Our system_id; its password is read from COTERIE_SECRET_SMPP, 8 characters as a rule.",
    )
    system_type: str = Field(
        "", max_length=12, description="What the operator calls the kind of our system, if anything."
    )
    security: Literal["tls", "none"] = Field("none", description="tls or none.")
    connections: int = Field(1, ge=1, le=16, description="Connections kept open at the same time.")
    window: int = Field(10, ge=1, le=500, description="Messages on their way on each connection.")
    per_second: float | None = Field(
        None, gt=0, description="At most this many messages a second; unlimited if absent."
    )
    timeout_seconds: float = Field(30.0, ge=1, le=600, description="Wait for an answer.")
    receipts: bool = Field(
        False,
        description="Whether the centre is asked to tell what became of messages; `coterie serve` then stays bound as a transceiver, and hears "
        "answers too.",
    )
    receipt_ids: Literal["same", "decimal"] = Field(
        "same",
        description="How the centre writes the number of a message in a receipt: as it answered, or in decimal where it answered in "
        "hexadecimal.",
    )


class SmppProvider:
    """Submits each message to one centre. ``secret`` is the account's password."""

    name: ClassVar[str] = "smpp"
    channel: ClassVar[str] = "sms"
    answers: ClassVar[frozenset[str]] = frozenset()
    Settings: ClassVar[type[BaseModel]] = SmppSettings

    def __init__(self, settings: SmppSettings, *, secret: str | None = None, clock: Clock = utc_now) -> None:
        if not secret:
            raise BadSetting("the message centre asks for a password: give it in COTERIE_SECRET_SMPP")
        self._settings, self._secret, self._clock = settings, secret, clock
        self._links: list[SmppLink | None] = [None] * settings.connections
        self._opening = [asyncio.Lock() for _ in self._links]
        self._slots = asyncio.Semaphore(settings.connections * settings.window)
        self._turn = 0
        self._pause_until = 0.0
        self._trouble: Trouble | None = None

    @property
    def width(self) -> int:
        """As many messages as the connections have room for."""
        return self._settings.connections * self._settings.window

    @property
    def per_second(self) -> float | None:
        """As many messages a second as the settings allow."""
        return self._settings.per_second

    @property
    def trouble(self) -> Trouble | None:
        """What the centre, or the way to it, last had against us as a whole; None after a success."""
        return self._trouble

    async def open(self) -> None:
        """Connect and bind once; the connection is kept for the first message."""
        try:
            await self._link()
        except (SmppRefused, *_FAULTS) as fault:
            trouble = self._told(fault)
            raise (BadSetting if trouble.is_final else ProviderUnavailable)(trouble.words) from fault
        self._trouble = None

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Outcome]:
        """What became of each envelope, in order."""
        return await asyncio.gather(*(self._send_one(envelope) for envelope in batch))

    @property
    def listens(self) -> bool:
        """Whether the centre is to tell what becomes of messages."""
        return self._settings.receipts

    async def listen(self, tell: Callable[[Called], None]) -> None:
        """Be bound as a transceiver until the connection ends; the centre is answered once ``tell`` has kept what it delivers.

        ``ProviderUnavailable`` where it cannot be reached, ``BadSetting`` where it will not have us.
        """

        async def hear(body: bytes) -> int:
            try:
                delivered = read_delivered(body)
            except ValueError:
                return 0  # it would only come again
            called = called_by(delivered, self._clock(), is_decimal=self._settings.receipt_ids == "decimal")
            try:
                await asyncio.to_thread(tell, called)
            except CoterieError:
                return AGAIN
            return 0

        try:
            link = await self._bound(hear)
        except (SmppRefused, *_FAULTS) as fault:
            trouble = self._told(fault)
            raise (BadSetting if trouble.is_final else ProviderUnavailable)(trouble.words) from fault
        try:
            await link.ended()
        finally:
            await link.close()

    async def close(self) -> None:
        """Unbind every connection."""
        for place, link in enumerate(self._links):
            self._links[place] = None
            if link is not None:
                await link.close()

    async def _send_one(self, envelope: Envelope) -> Outcome:
        async with self._slots:
            if (pause := self._pause_until - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(pause)
            try:
                link = await self._link()
            except (SmppRefused, *_FAULTS) as fault:
                return Outcome(envelope.message_id, "deferred", self._clock(), None, self._told(fault).words)
            return await self._submit(link, envelope)

    async def _submit(self, link: SmppLink, envelope: Envelope) -> Outcome:
        sender, receiver = party(envelope.sender), party(envelope.recipient)
        parts, number, taken = submissions(envelope.content.decode(), envelope.message_id), "", 0
        until = asyncio.get_running_loop().time() + self._settings.timeout_seconds
        while taken < len(parts):
            try:
                given = await link.submit(
                    sender,
                    receiver,
                    parts[taken],
                    self._settings.timeout_seconds,
                    is_told_of=self._settings.receipts and not taken,  # the first, by whose number the message is known
                )
            except SmppRefused as no:
                is_late = asyncio.get_running_loop().time() > until
                if taken and no.status in LATER and not is_late:
                    await asyncio.sleep(_PAUSE_SECONDS)
                    continue
                return self._refused(envelope, no.status, taken, len(parts))
            except _FAULTS as fault:
                if isinstance(fault, SmppUnsent) and not taken:
                    return Outcome(envelope.message_id, "deferred", self._clock(), None, _why(fault))
                if not isinstance(fault, TimeoutError):  # others on the connection may still be answered
                    link.drop()
                return Outcome(envelope.message_id, "unknown", self._clock(), None, self._unanswered(fault))
            number, taken = number or given, taken + 1
        self._trouble = None
        return Outcome(envelope.message_id, "sent", self._clock(), 0, number)

    def _refused(self, envelope: Envelope, status: int, taken: int, parts: int) -> Outcome:
        now, number = self._clock(), envelope.message_id
        if taken:
            words = sentence(
                "{taken:,} of {parts:,} parts were taken, and the next was refused (0x{status:X})",
                taken=taken,
                parts=parts,
                status=status,
            )
            return Outcome(number, "unknown", now, status, words)
        words = sentence("the message centre answers 0x{status:X}", status=status)
        if status in ABOUT_US:
            self._trouble = Trouble(words, is_final=True)
        if status == THROTTLED:
            self._pause_until = asyncio.get_running_loop().time() + _PAUSE_SECONDS
        if status in ABOUT_US | LATER:
            return Outcome(number, "deferred", now, status, words)
        return Outcome(number, "failed", now, status, words, reason=BOUNCED if status == NO_SUCH_NUMBER else None)

    async def _link(self) -> SmppLink:
        """The connection whose turn it is, bound anew where it was lost."""
        place = self._turn = (self._turn + 1) % len(self._links)
        async with self._opening[place]:
            link = self._links[place]
            if link is None or not link.is_open:
                link = self._links[place] = await self._bound()
            return link

    async def _bound(self, hear: Hear | None = None) -> SmppLink:
        settings = self._settings
        return await SmppLink.bound(
            settings.host,
            settings.port,
            user=settings.user,
            secret=self._secret,
            kind=settings.system_type,
            tls=ssl.create_default_context() if settings.security == "tls" else None,
            seconds=min(settings.timeout_seconds, 60.0),
            hear=hear,
        )

    def _told(self, fault: BaseException) -> Trouble:
        """Why nothing can be sent now; refused by the centre, or by what proves who it is, waiting will not help."""
        why = _why(fault)
        words = sentence(
            "{host}:{port} could not be used: {why}", host=self._settings.host, port=self._settings.port, why=why
        )
        is_final = isinstance(fault, ssl.SSLError) or (isinstance(fault, SmppRefused) and fault.status not in LATER)
        self._trouble = Trouble(words, is_final=is_final)
        return self._trouble

    def _unanswered(self, fault: BaseException) -> Sentence:
        return sentence("no answer after the message: {why}", why=_why(fault))


def _why(fault: BaseException) -> Sentence | str:
    if isinstance(fault, SmppRefused):
        return sentence("the message centre answers 0x{status:X}", status=fault.status)
    if isinstance(fault, TimeoutError) or not str(fault):
        return sentence("nobody answered in time")
    return system_says(fault) if isinstance(fault, OSError) else str(fault)
