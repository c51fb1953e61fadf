"""A message centre on this machine: somebody else's SMPP 3.4 (smpp34), behind a wire that can be cut."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import smpp34

from coterie.domain.text_messages import BASIC, EXTENSION

STATUSES = {"0001": smpp34.ESME_RINVDSTADR, "0003": smpp34.ESME_RINVMSGLEN, "0005": smpp34.ESME_RMSGQFUL, "0007": 0x0A}
"""The last digits of a number → how the centre refuses it."""

DROPPED, THROTTLED, SECOND_REFUSED, SECOND_THROTTLED = "0008", "0009", "0010", "0011"


class Centre:
    """``parts`` are ``(to, source, data_coding, esm_class, octets)`` of what it took, in order."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, str, int, int, bytes]] = []
        self.asked: Counter[str] = Counter()
        self.told_of: list[str] = []
        """Numbers of the parts of which it is asked to tell."""
        self.receivers: list[Any] = []
        self.do: Callable[[Coroutine[Any, Any, object]], object] = asyncio.run
        """Runs what it is to do in the loop that it runs in."""
        self.port = 0
        self._behind = free_port()
        self._server = smpp34.Server(host="127.0.0.1", port=self._behind, system_id="Centre", inbound_capacity=10_000)
        self._wires: set[asyncio.StreamWriter] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self._server.start()
        self._front = await asyncio.start_server(self._wire, "127.0.0.1", 0)
        self.port = self._front.sockets[0].getsockname()[1]
        self._tasks.append(asyncio.ensure_future(self._work()))

    async def stop(self) -> None:
        self._front.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        with suppress(Exception):
            await asyncio.wait_for(self._server.stop(), 5)
        await asyncio.sleep(0.05)

    def cut(self) -> None:
        """Break every connection without a word."""
        for wire in self._wires:
            wire.transport.abort()

    async def cut_from_outside(self) -> None:
        """As ``cut``, for another thread."""
        self.cut()

    def messages(self) -> list[tuple[str, str]]:
        """Receiver and text of every whole message, put together as a telephone does."""
        whole: list[tuple[str, str]] = []
        begun: dict[tuple[str, int], dict[int, str]] = {}
        for to, _, coding, kind, octets in self.parts:
            if not kind & 0x40:
                whole.append((to, read(octets, coding)))
                continue
            length, _, _, number, total, place = octets[:6]
            assert length == 5
            parts = begun.setdefault((to, number), {})
            parts[place] = read(octets[6:], coding)
            if len(parts) == total:
                whole.append((to, "".join(parts[place] for place in sorted(parts))))
        return whole

    async def _work(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.SubmitSmEvent):
                self._answer(event)
            elif isinstance(event, smpp34.Esme) and event.can_receive:
                self.receivers.append(event)

    async def deliver(self, sender: str, octets: bytes, **how: Any) -> bool:
        """Deliver to the newest receiver; whether that took it."""
        answer = await self.receivers[-1].deliver_sm(
            "+12015550199", octets, source_addr=sender.lstrip("+"), source_addr_ton=1, **how
        )
        return bool(answer.is_success)

    def _answer(self, event: Any) -> None:
        to, last = event.destination_addr, event.destination_addr[-4:]
        self.asked[to] += 1
        times = self.asked[to]
        if last in STATUSES:
            event.reject(STATUSES[last])
        elif (last == THROTTLED and times == 1) or (last == SECOND_THROTTLED and times == 2):
            event.reject(smpp34.ESME_RTHROTTLED)
        elif last == SECOND_REFUSED and times > 1:
            event.reject(smpp34.ESME_RINVMSGLEN)
        else:
            self.parts.append((to, event.source_addr, event.data_coding, event.esm_class, bytes(event.short_message)))
            if last == DROPPED:
                self.cut()
            if event.registered_delivery:
                self.told_of.append(f"{len(self.parts):x}")
            event.accept(f"{len(self.parts):x}")

    async def _wire(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind = await asyncio.open_connection("127.0.0.1", self._behind)
        self._wires |= {writer, behind}
        await asyncio.gather(_pour(reader, behind), _pour(behind_reader, writer))


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await source.read(65536):
            into.write(some)
            await into.drain()
    into.transport.abort()


def read(octets: bytes, coding: int) -> str:
    """What a telephone shows of octets in an alphabet."""
    if coding == 8:
        return octets.decode("utf-16-be")
    assert coding == 0
    extended = {place: sign for sign, place in EXTENSION.items()}
    left = iter(octets)
    return "".join(extended[next(left)] if septet == 27 else BASIC[septet] for septet in left)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running_centre() -> Iterator[Centre]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> Centre:
        made = Centre()
        await made.start()
        return made

    centre = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    centre.do = lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(10)
    try:
        yield centre
    finally:
        asyncio.run_coroutine_threadsafe(centre.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
