"""A load generator for servers on this machine: requests over connections that stay open, in a closed or an open loop.

In a closed loop each connection asks again as soon as it was answered: how much a server takes. In an open loop requests
come at their own pace, whether or not the ones before were answered, and each waits from when it was due: how long who
comes has to wait. It runs in one process beside the server and takes its share of the same machine: ``Seen.processor``.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

Asked = Callable[[], bytes]
"""The whole of the next request, head and body."""


@dataclass
class Seen:
    """What came back: waits in seconds of the requests that were answered with a yes, and how many there were by status."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    without_retry_after: int = 0
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second that were answered with a yes."""
        return len(self.waits) / self.seconds

    def wait(self, percent: int) -> float:
        """Milliseconds that so many per cent waited at most."""
        if len(self.waits) < 2:
            return self.waits[0] * 1000 if self.waits else float("nan")
        return statistics.quantiles(self.waits, n=100, method="inclusive")[percent - 1] * 1000

    def told(self, yes: int = 200) -> str:
        """p50, p95 and p99, and what was not answered with a yes, which ``yes`` is beside those below 300."""
        others = ", ".join(
            f"{count} × {status}" for status, count in sorted(self.statuses.items()) if status >= 300 and status != yes
        )
        return f"p50 {self.wait(50):6.1f}  p95 {self.wait(95):6.1f}  p99 {self.wait(99):6.1f} ms" + (
            f"   ({others})" if others else ""
        )


class Connection:
    """One connection to a server; it is opened anew where the server closed it."""

    def __init__(self, address: str) -> None:
        self._host, port = address.removeprefix("http://").split(":")
        self._port = int(port)
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and head of the answer; 0 where there was none."""
        try:
            self._open = self._open or await asyncio.open_connection(self._host, self._port)
            reader, writer = self._open
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b":0")
            await reader.readexactly(int(length.partition(b":")[2]))
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0, b""
        if b"connection: close" in head:
            self.close()
        return int(head[9:12]), head

    def close(self) -> None:
        """Let go of it."""
        if self._open is not None:
            self._open[1].close()
        self._open = None


def post(address: str, path: str, body: bytes, authorization: str) -> bytes:
    """A whole request."""
    host = address.removeprefix("http://")
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(address: str, path: str, authorization: str) -> bytes:
    """A whole request."""
    host = address.removeprefix("http://")
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\r\n".encode()


def _note(seen: Seen, began: float, status: int, head: bytes, yes: int) -> None:
    seen.statuses[status] += 1
    if 200 <= status < 300 or status == yes:
        seen.waits.append(time.perf_counter() - began)
    elif status in (429, 503, 507) and b"\r\nretry-after:" not in head:
        seen.without_retry_after += 1


async def closed_loop(
    address: str, asked: Asked, seconds: float, connections: int, *, refused_waits: float = 0.1, yes: int = 200
) -> Seen:
    """So many connections, each asking again as soon as it was answered; after a no it waits."""
    seen, began, own = Seen(), time.perf_counter(), time.process_time()

    async def one() -> None:
        connection = Connection(address)
        while time.perf_counter() < began + seconds:
            at = time.perf_counter()
            status, head = await connection.ask(asked())
            _note(seen, at, status, head, yes)
            if not (200 <= status < 300 or status == yes):
                await asyncio.sleep(refused_waits)
        connection.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    seen.seconds, seen.processor = time.perf_counter() - began, time.process_time() - own
    return seen


async def open_loop(
    address: str,
    asked: Asked,
    rate: float,
    seconds: float,
    *,
    most: int = 512,
    until: asyncio.Event | None = None,
    yes: int = 200,
) -> Seen:
    """``rate`` requests a second for so long, or until an event; who finds ``most`` connections busy waits, and that counts."""
    seen, began, own = Seen(), time.perf_counter(), time.process_time()
    free: deque[Connection] = deque(Connection(address) for _ in range(most))
    due: deque[float] = deque()
    running: set[asyncio.Task[None]] = set()

    async def serve(connection: Connection) -> None:
        while due:
            at = due.popleft()
            status, head = await connection.ask(asked())
            _note(seen, at, status, head, yes)
        free.append(connection)

    sent = 0
    while (now := time.perf_counter()) < began + seconds and not (until and until.is_set()):
        while sent < (now - began) * rate:
            due.append(began + sent / rate)
            sent += 1
            if free:
                task = asyncio.create_task(serve(free.pop()))
                running.add(task)
                task.add_done_callback(running.discard)
        await asyncio.sleep(min(0.001, 1 / rate))
    seen.seconds = time.perf_counter() - began
    await asyncio.gather(*running)
    for connection in free:
        connection.close()
    seen.processor = time.process_time() - own
    return seen
