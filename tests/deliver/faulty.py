"""An SMTP server that fails on purpose, as the recipient's name asks: ``rcpt-450@…``, ``dot-drop@…``."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class FaultySmtp:
    """``greeting``, ``ehlo`` and ``mail`` are what it answers to everybody; 0 breaks the connection."""

    greeting: int = 220
    ehlo: int = 250
    mail: int = 250
    words: str = "as asked"
    everybody: int = 250
    turns_after: int | None = None
    breaks_off: bool = False
    raw_words: bytes | None = None
    slow_seconds: float = 0.0
    answers_unasked: bool = False
    messages_per_connection: int = 1_000_000
    port: int = 0
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, _BrokenOff):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient, done = "", 0
        await _say(writer, self.greeting)
        while line := (await reader.readuntil(b"\r\n")).decode():
            verb = line[:4].upper()
            if verb in {"EHLO", "HELO"}:
                await _say(writer, self.ehlo)
            elif verb == "MAIL":
                await _say(writer, 421 if done >= self.messages_per_connection else self.mail)
            elif verb == "RCPT":
                recipient = line.partition("<")[2].partition("@")[0]
                self.tried[recipient] += 1
                has_turned = self.turns_after is not None and len(self.accepted) >= self.turns_after
                usual = 550 if has_turned else self.everybody
                await self._answer(writer, self._asked(recipient, "rcpt", usual))
            elif verb == "DATA":
                code = self._asked(recipient, "data", 354)
                await self._answer(writer, code)
                if recipient.startswith("early-"):
                    await reader.readexactly(1000)
                    await _say(writer, self._asked(recipient, "early", 0))
                    raise _BrokenOff
                if code == 354:
                    content = await _read_content(reader)
                    await self._end(writer, recipient, content)
                    done += 1
            elif verb == "QUIT":
                await _say(writer, 221)
                return
            else:
                await _say(writer, 250)

    async def _end(self, writer: asyncio.StreamWriter, recipient: str, content: bytes) -> None:
        if recipient == "dot-slow":
            await asyncio.sleep(self.slow_seconds)
        if recipient == "dot-garbage":
            self.accepted.append((recipient, content))
            writer.write(b"what?\r\n")
            return
        if recipient == "dot-drop-after-accepting" or self.breaks_off:
            self.accepted.append((recipient, content))
            raise _BrokenOff
        code = self._asked(recipient, "dot", 250)
        if code == 250:
            self.accepted.append((recipient, content))
        await self._answer(writer, code)

    async def _answer(self, writer: asyncio.StreamWriter, code: int) -> None:
        if code == 354 and self.answers_unasked:
            writer.write(b"354 go on\r\n250 taken\r\n")  # in one packet
        elif self.raw_words is None or code == 0:
            await _say(writer, code, self.words)
        else:
            writer.write(str(code).encode() + b" " + self.raw_words + b"\r\n")
            await writer.drain()

    def _asked(self, recipient: str, stage: str, usual: int) -> int:
        if recipient == f"{stage}-greylisted":
            return usual if self.tried[recipient] > 1 else 450
        if recipient == f"{stage}-drop":
            return 0
        found = re.fullmatch(rf"{stage}-(\d{{3}})", recipient)
        return int(found[1]) if found else usual


class _BrokenOff(Exception):
    pass


async def _read_content(reader: asyncio.StreamReader) -> bytes:
    lines = []
    while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
        lines.append(line.removeprefix(b"."))
    return b"".join(lines)


async def _say(writer: asyncio.StreamWriter, code: int, words: str = "as asked") -> None:
    if code == 0:
        raise _BrokenOff
    writer.write(f"{code} {words}\r\n".encode())
    await writer.drain()
    if code == 421:
        raise _BrokenOff


@contextmanager
def running(server: FaultySmtp) -> Iterator[FaultySmtp]:
    loop = asyncio.new_event_loop()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(server.serve, "127.0.0.1", 0)

    listening = loop.run_until_complete(listen())
    server.port = listening.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(stop(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def stop(listening: asyncio.Server) -> None:
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
