"""SMPP 3.4 as far as it is needed here: its units on the wire, and one bound connection, which submits or is told."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

from coterie.domain.text_messages import BASIC, EXTENSION, parts_of, size_of

BIND_TRANSCEIVER, BIND_TRANSMITTER, SUBMIT_SM, DELIVER_SM = 0x09, 0x02, 0x04, 0x05
UNBIND, ENQUIRE_LINK, GENERIC_NACK = 0x06, 0x15, 0x80000000
AGAIN = 0x64
"""The status by which we ask the centre to deliver later (ESME_RX_T_APPN)."""
_RESPONSE = 0x80000000
_HEADER = struct.Struct(">IIII")
_LONGEST = 64 << 10
_VERSION = 0x34
_WITH_HEADER = 0x40
"""The bit of ``esm_class`` that says that the message begins with a header of its own, which joins its parts."""

_SEPTETS = {sign: place for place, sign in enumerate(BASIC)}


class SmppRefused(Exception):
    """The centre answered with a status other than 0; ``status`` is its number."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"0x{status:08X}")


class SmppUnsent(ConnectionError):
    """The connection was closed before anything was written, so that nobody can have acted on it."""


class SmppSubmission(NamedTuple):
    """One part of a message as it is submitted: the kind of its alphabet (``data_coding``), its class and its octets."""

    data_coding: int
    esm_class: int
    octets: bytes


def submissions(text: str, seed: str) -> list[SmppSubmission]:
    r"""``text`` in its parts: one septet an octet in the alphabet of telephones, else UCS-2; several are joined by a header.

    ``seed``, the id of the message, makes the number by which its parts belong together.

    >>> submissions("Tea €", "m1"), [len(each.octets) for each in submissions("茶" * 71, "m1")]
    ([SmppSubmission(data_coding=0, esm_class=0, octets=b'Tea \x1be')], [140, 14])
    """
    is_septets = size_of(text).alphabet == "GSM-7"
    parts = [_septets(part) if is_septets else part.encode("utf-16-be", "surrogatepass") for part in parts_of(text)]
    coding = 0 if is_septets else 8
    if len(parts) == 1:
        return [SmppSubmission(coding, 0, parts[0])]
    number = sha256(seed.encode()).digest()[0]
    return [
        SmppSubmission(coding, _WITH_HEADER, bytes((5, 0, 3, number, len(parts), place)) + part)
        for place, part in enumerate(parts, 1)
    ]


def _septets(text: str) -> bytes:
    return b"".join(bytes((27, EXTENSION[sign])) if sign in EXTENSION else bytes((_SEPTETS[sign],)) for sign in text)


class SmppParty(NamedTuple):
    """An address as SMPP has it: type of number, numbering plan, digits or letters."""

    ton: int
    npi: int
    digits: str


def party(address: str) -> SmppParty:
    """``address``, as a sender or receiver writes it.

    >>> [tuple(party(each)) for each in ("+4790000000", "1881", "TeaHouse")]
    [(1, 1, '4790000000'), (0, 1, '1881'), (5, 0, 'TeaHouse')]
    """
    if address.startswith("+"):
        return SmppParty(1, 1, address[1:])
    return SmppParty(0, 1, address) if address.isdecimal() else SmppParty(5, 0, address)


Hear = Callable[[bytes], Awaitable[int]]


class SmppLink:
    """One connection, bound as a transmitter, where a centre tells nothing; or, with ``hear``, as a transceiver, where it tells all.

    ``hear`` is given the body of what the centre delivers, and gives back the status that it is answered with, 0 once it is kept.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hear: Hear | None = None) -> None:
        self._reader, self._writer, self._hears = reader, writer, hear
        self._told: set[asyncio.Task[None]] = set()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._sequence = 0
        self._listener = asyncio.ensure_future(self._listen())

    @classmethod
    async def bound(
        cls,
        host: str,
        port: int,
        *,
        user: str,
        secret: str,
        kind: str,
        tls: ssl.SSLContext | None,
        seconds: float,
        hear: Hear | None = None,
    ) -> SmppLink:
        """A connection that the centre took; ``OSError`` where there is none, ``SmppRefused`` where it will not have us."""
        async with asyncio.timeout(seconds):
            link = cls(*await asyncio.open_connection(host, port, ssl=tls), hear)
        body = _text(user) + _text(secret) + _text(kind) + bytes((_VERSION, 0, 0)) + _text("")
        try:
            await link.ask(BIND_TRANSMITTER if hear is None else BIND_TRANSCEIVER, body, seconds)
        except BaseException:
            link.drop()
            raise
        return link

    @property
    def is_open(self) -> bool:
        """Whether something may be asked."""
        return not self._listener.done()

    async def ended(self) -> None:
        """Wait until nothing more can be asked or told."""
        await asyncio.wait([self._listener])

    async def submit(
        self,
        sender: SmppParty,
        receiver: SmppParty,
        part: SmppSubmission,
        seconds: float,
        *,
        is_told_of: bool = False,
    ) -> str:
        """The number that the centre gives the part; ``SmppRefused`` where it says no, ``OSError`` where nobody says.

        With ``is_told_of`` the centre is asked to tell, later, whether it arrived.
        """
        body = (
            _text("")
            + bytes((sender.ton, sender.npi))
            + _text(sender.digits)
            + bytes((receiver.ton, receiver.npi))
            + _text(receiver.digits)
            + bytes((part.esm_class, 0, 0))
            + _text("")
            + _text("")
            + bytes((int(is_told_of), 0, part.data_coding, 0, len(part.octets)))
            + part.octets
        )
        answer = await self.ask(SUBMIT_SM, body, seconds)
        return answer.partition(b"\0")[0].decode("ascii", "replace")

    async def ask(self, command: int, body: bytes, seconds: float) -> bytes:
        """What the centre answers to a command; from here on it may have acted on it."""
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        number = self._sequence
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        if not self.is_open:
            raise SmppUnsent("the connection is closed")
        try:
            self._writer.write(_unit(command, 0, number, body))
            return await asyncio.wait_for(answer, seconds)
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Unbind, and part."""
        if self.is_open:
            with suppress(OSError, SmppRefused, asyncio.TimeoutError):
                await self.ask(UNBIND, b"", 2.0)
        self.drop()
        with suppress(asyncio.CancelledError):
            await self._listener

    def drop(self) -> None:
        """Part without a word."""
        self._listener.cancel()
        self._writer.transport.abort()
        self._fail(ConnectionResetError("the connection was dropped"))

    async def _listen(self) -> None:
        try:
            while True:
                size, command, status, number = _HEADER.unpack(await self._reader.readexactly(_HEADER.size))
                if not _HEADER.size <= size <= _LONGEST:
                    raise ConnectionResetError("the centre does not speak SMPP")
                self._hear(command, status, number, await self._reader.readexactly(size - _HEADER.size))
        except (OSError, asyncio.IncompleteReadError) as fault:
            self._writer.transport.abort()
            self._fail(fault if isinstance(fault, OSError) else ConnectionResetError("the centre broke off"))

    def _hear(self, command: int, status: int, number: int, body: bytes) -> None:
        if command in {ENQUIRE_LINK, UNBIND}:
            self._writer.write(_unit(command | _RESPONSE, 0, number, b""))
            return
        if command == DELIVER_SM and self._hears is not None:
            task = asyncio.ensure_future(self._take(self._hears, number, body))
            self._told.add(task)
            task.add_done_callback(self._told.discard)
            return
        answer = self._waiting.get(number) if command & _RESPONSE else None
        if answer is None or answer.done():
            return
        if status or command == GENERIC_NACK:
            answer.set_exception(SmppRefused(status or 0xFF))
        else:
            answer.set_result(body)

    async def _take(self, hear: Hear, number: int, body: bytes) -> None:
        status = await hear(body)
        with suppress(OSError):
            self._writer.write(_unit(DELIVER_SM | _RESPONSE, status, number, b"\0"))

    def _fail(self, fault: OSError) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(fault)


def _unit(command: int, status: int, number: int, body: bytes) -> bytes:
    return _HEADER.pack(_HEADER.size + len(body), command, status, number) + body


def _text(value: str) -> bytes:
    return value.encode("latin-1", "replace").replace(b"\0", b"") + b"\0"
