"""SMTP: several connections kept open, and a clear answer for each message.

The dot that ends DATA is the point of no return. Whatever goes wrong before it, the server
has not accepted, and the message may go again. After it only the server's own 4xx or 5xx
says "not accepted"; silence, a timeout or a broken connection leave it ``unknown``
(RFC 1047; RFC 5321 §4.5.3.2.6 asks to wait 600 seconds, since a shorter wait makes copies).
The dot is written when all before it has left, so that an answer to a message that the server
cannot have read is known for one: then no dot follows, and a 250 leaves it ``unknown``.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import aiosmtplib
from aiosmtplib.response import SMTPResponse
from pydantic import BaseModel

from coterie.deliver.breaker import BOUNCED, is_bounce
from coterie.deliver.contract import Envelope, Trouble
from coterie.domain import Clock, Outcome, utc_now
from coterie.errors import BadSetting, ProviderUnavailable
from coterie.settings import SmtpSettings

CONNECT_SECONDS = 60.0
COMMAND_SECONDS = 300.0

_FAULTS = (aiosmtplib.SMTPException, OSError, asyncio.TimeoutError, UnicodeError)


class SmtpProvider:
    """Sends through one SMTP server. ``secret`` is the account's password."""

    name: ClassVar[str] = "smtp"
    channel: ClassVar[str] = "email"
    answers: ClassVar[frozenset[str]] = frozenset()
    Settings: ClassVar[type[BaseModel]] = SmtpSettings

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        secret: str | None = None,
        clock: Clock = utc_now,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._clock = clock
        self._tls = tls
        self._idle: list[aiosmtplib.SMTP] = []
        self._slots = asyncio.Semaphore(settings.connections)
        self._trouble: Trouble | None = None
        self._hostname: str | None = None

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
        """What the server, or the way to it, last had against us as a whole; None after a success."""
        return self._trouble

    async def open(self) -> None:
        """Connect, secure and log in once; the connection is kept for the first message."""
        try:
            self._idle.append(await self._connect())
        except _FAULTS as fault:
            self._trouble = Trouble(self._where(fault), is_final=_is_final(fault))
            raise (BadSetting if self._trouble.is_final else ProviderUnavailable)(self._trouble.words) from fault
        self._trouble = None

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Outcome]:
        """What became of each envelope, in order."""
        return await asyncio.gather(*(self._send_one(envelope) for envelope in batch))

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        while self._idle:
            await _part(self._idle.pop())
        await asyncio.sleep(0.02)  # lets closed connections be forgotten before the loop ends

    async def _send_one(self, envelope: Envelope) -> Outcome:
        async with self._slots:
            try:
                client, response = await self._begin(envelope)
            except _FAULTS as fault:
                self._trouble = Trouble(self._where(fault), is_final=_is_final(fault))
                return self._outcome(envelope, "deferred", None, self._trouble.words)
            return await self._transfer(client, envelope, response)

    async def _begin(self, envelope: Envelope) -> tuple[aiosmtplib.SMTP, SMTPResponse]:
        """A connection and its answer to MAIL. One that the server closed meanwhile says nothing about the message."""
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                try:
                    response = await self._mail(client, envelope)
                except _FAULTS:
                    _drop(client)
                    continue
                if response.code != 421:
                    return client, response
                _drop(client)
        client = await self._connect()
        return client, await self._mail(client, envelope)

    async def _transfer(self, client: aiosmtplib.SMTP, envelope: Envelope, response: SMTPResponse) -> Outcome:
        stage = "MAIL"
        try:
            if response.code // 100 == 2:
                stage = "RCPT"
                response = await self._command(client, b"RCPT", b"TO:<" + envelope.recipient.encode("ascii") + b">")
            if stage == "RCPT" and response.code // 100 == 2:
                stage = "DATA"
                response = await self._command(client, b"DATA", seconds=120.0)
            if stage == "DATA" and response.code // 100 in {2, 3} and not (response.code == 354 and _in_step(client)):
                return self._out_of_step(client, envelope, response)
            if stage != "DATA" or response.code != 354:
                return await self._refused(client, envelope, stage, response)
            stage = "the message"
            answer, is_early = await self._write(client, envelope.content)
        except _FAULTS as fault:
            _drop(client)
            return self._outcome(envelope, "deferred", None, f"{stage}: {_words(fault)}")
        return await self._final_answer(client, envelope, answer, is_early=is_early)

    async def _write(self, client: aiosmtplib.SMTP, content: bytes) -> tuple[asyncio.Task[SMTPResponse], bool]:
        """Write the message; its answer, and whether that came too early, so that no dot was written. What raises left none."""
        protocol = client.protocol
        if protocol is None or not isinstance(protocol.transport, asyncio.WriteTransport):
            raise aiosmtplib.SMTPServerDisconnected("the connection broke before the message was sent")
        transport, answer = protocol.transport, asyncio.ensure_future(protocol.read_response())
        try:
            await asyncio.sleep(0)  # it listens
            protocol.write(_wire(content).removesuffix(_DOT))
            await asyncio.sleep(0)  # what lies there already is heard
            async with asyncio.timeout(self._settings.timeout_seconds):
                while not answer.done() and transport.get_write_buffer_size():
                    await asyncio.wait([answer], timeout=0.01)
            if not answer.done():
                protocol.write(_DOT)
                return answer, False
        except BaseException:
            answer.cancel()
            raise
        await answer  # a broken connection raises
        return answer, True

    async def _final_answer(
        self, client: aiosmtplib.SMTP, envelope: Envelope, answer: asyncio.Task[SMTPResponse], *, is_early: bool
    ) -> Outcome:
        if is_early:
            _drop(client)
        try:
            response = await asyncio.wait_for(answer, self._settings.timeout_seconds)
        except _FAULTS as fault:
            _drop(client)
            return self._outcome(envelope, "unknown", None, f"no answer after the message: {_words(fault)}")
        kind = response.code // 100
        if kind in {4, 5}:
            return await self._refused(client, envelope, "the message", response)
        if is_early:
            return replace(self._out_of_step(client, envelope, response), state="unknown")
        self._keep(client)
        if kind != 2:
            return self._outcome(envelope, "unknown", response.code, f"the message: {response.message}")
        self._trouble = None
        return self._outcome(envelope, "sent", response.code, response.message)

    def _out_of_step(self, client: aiosmtplib.SMTP, envelope: Envelope, response: SMTPResponse) -> Outcome:
        """Not taken: the server answered what it was not asked, so which answer is for which message is not known."""
        _drop(client)
        words = f"{self._place()} answers {response.code} before it has the message: {response.message}"
        self._trouble = Trouble(_readable(words))
        return self._outcome(envelope, "deferred", response.code, words)

    async def _refused(
        self, client: aiosmtplib.SMTP, envelope: Envelope, stage: str, response: SMTPResponse
    ) -> Outcome:
        state = "failed" if response.code // 100 == 5 else "deferred"
        if response.code == 421 or stage == "MAIL":
            words = f"{self._place()} answers {response.code} to {stage}: {response.message}"
            self._trouble = Trouble(_readable(words), is_final=state == "failed")
        if response.code == 421 or not client.is_connected:
            _drop(client)
        else:
            try:
                await self._command(client, b"RSET")
                self._keep(client)
            except _FAULTS:
                _drop(client)
        is_final = stage != "MAIL" and is_bounce(response.code, response.message)
        outcome = self._outcome(envelope, state, response.code, f"{stage}: {response.message}")
        return replace(outcome, reason=BOUNCED) if is_final else outcome

    async def _command(self, client: aiosmtplib.SMTP, *words: bytes, seconds: float = COMMAND_SECONDS) -> SMTPResponse:
        return await client.execute_command(*words, timeout=min(seconds, self._settings.timeout_seconds))

    async def _mail(self, client: aiosmtplib.SMTP, envelope: Envelope) -> SMTPResponse:
        return await self._command(client, b"MAIL", b"FROM:<" + envelope.sender.encode("ascii") + b">")

    async def _connect(self) -> aiosmtplib.SMTP:
        if self._hostname is None:
            self._hostname = socket.gethostname()
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=self._secret if settings.user else None,
            local_hostname=self._hostname,
            timeout=min(CONNECT_SECONDS, settings.timeout_seconds),
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except _FAULTS:
            _drop(client)
            raise
        return client

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected and _in_step(client):
            self._idle.append(client)
        else:
            _drop(client)

    def _outcome(self, envelope: Envelope, state: str, code: int | None, reply: str) -> Outcome:
        return Outcome(envelope.message_id, state, self._clock(), code, _readable(reply)[:500])  # type: ignore[arg-type]

    def _place(self) -> str:
        return f"the SMTP server {self._settings.host}:{self._settings.port}"

    def _where(self, fault: BaseException) -> str:
        return _readable(f"{self._place()} could not be used: {_words(fault)}")


_DOT = b".\r\n"


def _in_step(client: aiosmtplib.SMTP) -> bool:
    """Whether nothing is left of what the server said; what is would be taken for the answer to the next command."""
    return client.protocol is not None and not client.protocol._buffer  # noqa: SLF001 - it has no other door


def _wire(content: bytes) -> bytes:
    # CRLF alone ends a line and every leading dot is doubled, so nothing inside can end the message early.
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    lines = (b"." if lines.startswith(b".") else b"") + lines.replace(b"\r\n.", b"\r\n..")
    return lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n")


def _readable(reply: str) -> str:
    """A server's words as text that can be kept and shown: what is no UTF-8 and what controls a terminal made visible."""
    text = reply.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


def _words(fault: BaseException) -> str:
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        return f"{fault.code} {fault.message}"
    return str(fault) or type(fault).__name__


def _is_final(fault: BaseException) -> bool:
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        return fault.code // 100 == 5
    is_missing = type(fault) in {
        aiosmtplib.SMTPException,
        aiosmtplib.SMTPNotSupported,
    }  # STARTTLS or AUTH is not offered
    return is_missing or isinstance(fault, ssl.SSLError) or isinstance(fault.__cause__, ssl.SSLError)


async def _part(client: aiosmtplib.SMTP) -> None:
    transport = client.transport
    try:
        await client.quit(timeout=5)
    except _FAULTS:
        client.close()
    _abort(transport)


def _drop(client: aiosmtplib.SMTP) -> None:
    transport = client.transport
    client.close()
    _abort(transport)


def _abort(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()  # TLS would go on saying goodbye after the loop has ended
