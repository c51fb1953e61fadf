"""Events in over HTTP beside a bare server that keeps nothing.

Both answer the same requests, of batches of 50 events (Segment's shape, about 19 kB) and of single events: in a closed
loop over 16 connections, which tells how much is taken, and in an open loop at the goals and at a quarter of them, which
tells how long who comes waits. The bare server is uvicorn with a raw ASGI callable that decodes the body and answers;
Coterie answers once the request is on the disk, and takes it into the warehouse beside that. ``processor`` is that of the
server a message, until it answered all for the bare one, until all is in the warehouse for Coterie's. The
generator runs on the same machine and takes its share; what it took is printed.

    python bench/intake.py [--seconds 6]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psutil

from load_generator import Seen, closed_loop, open_loop
from load_generator import post as posted
from running_server import Running, basic, run_coterie

CONNECTIONS, BATCH = 16, 50
GOALS = {"batches of 50": 40_000, "single events": 4_000}
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

    def asked(self, server: Running, numbers: count) -> Callable[[], bytes]:
        """What makes its requests, each with ids of its own."""
        whole = posted(server.address, self.path, self.body, basic(server.key))
        return lambda: whole.replace(ID, b"%012d" % next(numbers))


KINDS = (
    Kind("batches of 50", "/v1/batch", BATCH, json.dumps({"batch": [message(nth) for nth in range(BATCH)]}).encode()),
    Kind("single events", "/v1/track", 1, json.dumps(message(0)).encode()),
)


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


def run_bare(application: Callable[..., object] = bare) -> None:
    """Serve it until the process is ended."""
    import socket

    import uvicorn
    import uvloop

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(1_024)
    print(
        json.dumps(
            {"address": f"http://127.0.0.1:{listener.getsockname()[1]}", "write_key": "none", "owner_link": None}
        ),
        flush=True,
    )
    server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False, lifespan="off"))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listener]))


def measure(what: str, server: Running, seconds: float) -> None:
    """Print both loops of both kinds."""
    numbers = count(1)
    for kind in KINDS:
        asked, goal = kind.asked(server, numbers), GOALS[kind.name]
        before = server.processor()
        seen = asyncio.run(closed_loop(server.address, asked, seconds, CONNECTIONS))
        rest = server.drained() if what == "coterie" else 0.0
        messages = len(seen.waits) * kind.messages
        spent = (server.processor() - before) / messages * 1e6
        print(
            f"{what:8} {kind.name}: {seen.rate * kind.messages:9,.0f} events/s (goal {goal:,})   {seen.told()}   processor "
            f"{spent:6.1f} µs an event"
            + (f"; in the warehouse {rest:.1f} s later" if what == "coterie" else "")
            + f"   memory {server.memory():,.0f} MB   generator {seen.processor / messages * 1e6:5.1f} µs an event",
            flush=True,
        )
        for share in (0.25, 1.0):
            tell_open(what, kind, goal * share, asyncio.run(open_loop(server.address, asked, goal * share / kind.messages, seconds)))  # fmt: skip
            if what == "coterie":
                server.drained()


def tell_open(what: str, kind: Kind, rate: float, seen: Seen) -> None:
    print(
        f"{what:8} {kind.name}, open loop at {rate:7,.0f} events/s: ack {seen.told()} (goal p99 ≤ 150 ms)   generator "
        f"{seen.processor / seen.seconds:4.2f} cores",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--bare", action="store_true")
    given = parser.parse_args()
    if given.bare:
        run_bare()
        return
    process = subprocess.Popen([sys.executable, __file__, "--bare"], stdout=subprocess.PIPE, text=True)
    with Running(process) as server:
        measure("bare", server, given.seconds)
    with tempfile.TemporaryDirectory() as folder, run_coterie(Path(folder) / "shop") as server:
        measure("coterie", server, given.seconds)
    print(f"load of the machine {psutil.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
