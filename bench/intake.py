"""Events in over HTTP beside a bare server that keeps nothing.

Both answer the same requests: batches of 50 events (Segment's shape, about 19 kB), then single events, closed loop over
16 connections. The bare server is uvicorn with a raw ASGI callable that decodes the body and answers; Coterie answers
once the request is on the disk, and takes it into the warehouse beside that. ``processor`` is that of the server a
message: until it answered all for the bare one, until all is in the warehouse for Coterie's. The load generator runs on
the same machine and takes its share; what it took is printed.

    python bench/intake.py [--seconds 8]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psutil

CONNECTIONS, BATCH = 16, 50
ID = b"0" * 12


def message(nth: int) -> dict[str, object]:
    return {
        "type": "track", "messageId": f"{ID.decode()}-{nth}", "userId": f"u{nth}", "anonymousId": f"a{nth}",
        "event": "Product Viewed", "timestamp": "2026-11-29T09:59:59.123Z",
        "properties": {"product_id": f"p{nth}", "price": 12.5, "category": "kitchen", "name": "A pot of iron", "position": nth},
        "context": {"ip": "192.0.2.7", "library": {"name": "bench", "version": "1"}, "userAgent": "Mozilla/5.0 (X11; Linux x86_64)"},
    }  # fmt: skip


@dataclass
class Kind:
    name: str
    path: str
    messages: int
    body: bytes


KINDS = (
    Kind("batches of 50", "/v1/batch", BATCH, json.dumps({"batch": [message(nth) for nth in range(BATCH)]}).encode()),
    Kind("single events", "/v1/track", 1, json.dumps(message(0)).encode()),
)


@dataclass
class Seen:
    messages: int = 0
    waits: list[float] = field(default_factory=list)
    refused: int = 0


async def bare(scope: dict[str, object], receive: object, send: object) -> None:
    import msgspec

    from coterie.collect.intake import Envelope, Single

    body, more = b"", True
    while more:
        event = await receive()
        body, more = body + event.get("body", b""), event.get("more_body", False)
    msgspec.json.decode(body, type=Envelope if scope["path"] == "/v1/batch" else Single)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"16")]})
    await send({"type": "http.response.body", "body": b'{"success":true}'})


def run_bare() -> None:
    import socket

    import uvicorn
    import uvloop

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1_024)
    print(json.dumps({"address": f"http://127.0.0.1:{listener.getsockname()[1]}", "write_key": "none"}), flush=True)
    server = uvicorn.Server(uvicorn.Config(bare, log_config=None, access_log=False, lifespan="off"))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listener]))


async def send_for(seconds: float, address: str, key: str, kind: Kind, numbers: count) -> Seen:
    host, port = address.removeprefix("http://").split(":")
    secret = base64.b64encode(f"{key}:".encode()).decode()
    head = (
        f"POST {kind.path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(kind.body)}\r\n\r\n"
    ).encode()
    seen, until = Seen(), time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.perf_counter() < until:
            began = time.perf_counter()
            writer.write(head + kind.body.replace(ID, b"%012d" % next(numbers)))
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")
            )
            await reader.readexactly(length)
            if answer.startswith(b"HTTP/1.1 200"):
                seen.messages += kind.messages
                seen.waits.append(time.perf_counter() - began)
            else:
                seen.refused += 1
                await asyncio.sleep(0.1)
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return seen


def drained(address: str) -> float:
    """Seconds until nothing waits for the warehouse."""
    began = time.perf_counter()
    while True:
        with urllib.request.urlopen(f"{address}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        if "coterie_messages_waiting 0" in lines:
            return time.perf_counter() - began
        time.sleep(0.1)


def measure(what: str, command: list[str], seconds: float) -> None:
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    told = json.loads(server.stdout.readline())
    numbers = count(1)
    for kind in KINDS:
        watched, own = psutil.Process(server.pid), time.process_time()
        before = sum(watched.cpu_times()[:2])
        seen = asyncio.run(send_for(seconds, told["address"], told["write_key"], kind, numbers))
        own = time.process_time() - own
        rest = drained(told["address"]) if what == "coterie" else 0.0
        spent = sum(watched.cpu_times()[:2]) - before
        p50, p99 = (statistics.quantiles(seen.waits, n=100)[nth] * 1000 for nth in (49, 98))
        print(
            f"{what:8} {kind.name}: {seen.messages / seconds:9,.0f} events/s   ack p50 {p50:6.1f} ms  p99 {p99:6.1f} ms   "
            f"processor {spent / seen.messages * 1e6:6.1f} µs an event   memory {watched.memory_info().rss / 1e6:5,.0f} MB   "
            f"refused {seen.refused}   generator {own / seen.messages * 1e6:5.1f} µs an event"
            + (f"   in the warehouse {rest:.1f} s later" if what == "coterie" else ""),
            flush=True,
        )
    server.terminate()
    server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--bare", action="store_true")
    given = parser.parse_args()
    if given.bare:
        run_bare()
        return
    import coterie

    with tempfile.TemporaryDirectory() as folder:
        shop = coterie.init(Path(folder) / "shop")
        run = "from coterie.cli import main; main()"
        measure("bare", [sys.executable, __file__, "--bare"], given.seconds)
        measure(
            "coterie", [sys.executable, "-c", run, "serve", "--port", "0", "--json", "-w", str(shop)], given.seconds
        )


if __name__ == "__main__":
    main()
