"""The demonstration, running: the server on what ``make demo`` left, and shoppers whose every step arrives as it happens.

Run it with ``make serve``; Ctrl-C ends it. It prints what segments hold, ever anew, while shoppers come and go.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, time

from rich.console import Console
from shoppers import Message, Shoppers, Till, shop_on

import coterie
from coterie.errors import UnknownName
from coterie.words import say
from coterie.workspace import open_keys

HERE = Path(__file__).parent
KEY = "online-shop"
SEGMENTS = ("shopping-now", "left-the-cart", "bought-today")
EVERY_SECONDS = 10


def main() -> int:
    """Serve, let shoppers come, tell what follows; until it is ended, or for ``--seconds``."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lang", choices=("en", "zh"), default="en")
    arguments.add_argument("--folder", type=Path, default=Path("demo"))
    arguments.add_argument("--port", type=int, default=8000)
    arguments.add_argument("--visits", type=float, default=60, help="visits a minute")
    arguments.add_argument("--seconds", type=float, default=float("inf"))
    chosen = arguments.parse_args()
    screen, shop = Console(highlight=False), chosen.folder / "shop"
    if not (shop / "coterie.yaml").exists():
        screen.print(say("There is no demonstration yet; run `make demo` first.", chosen.lang))
        return 1
    with serving(shop, chosen.port) as address, coterie.open(shop) as ws:
        screen.print(say("The server is at {address}. Ctrl-C ends it.", chosen.lang, address=address), soft_wrap=True)
        with open_keys(shop) as keys:
            with suppress(UnknownName):  # none was made before
                keys.revoke(KEY, actor="make serve")
            key = keys.create(KEY, "write", actor="make serve").key
        households = [row["value"] for row in ws.query(_HOUSEHOLDS).rows()]
        shoppers = Shoppers([int(str(each)) for each in households], seed=int(time()))
        _watch(ws, shop_on(shoppers, Till(address, key), visits_a_minute=chosen.visits), chosen, screen)
    return 0


_HOUSEHOLDS = "SELECT value FROM identifiers WHERE namespace = 'customer_id' AND value SIMILAR TO '[0-9]+' ORDER BY 1"


def _watch(
    ws: coterie.Workspace, visits: Iterator[Sequence[Message]], chosen: argparse.Namespace, screen: Console
) -> None:
    """Tell every few seconds what came and what segments hold; the segments are applied once there are events for them."""
    came: Counter[str] = Counter()
    ends, due, is_applied = monotonic() + chosen.seconds, monotonic() + EVERY_SECONDS, False
    for visit in visits:
        came["visits"] += 1
        came.update(str(message.get("event", message["type"])) for message in visit)
        if monotonic() > ends:
            return
        if monotonic() < due:
            continue
        due = monotonic() + EVERY_SECONDS
        if not is_applied and came["Order Completed"]:
            ws.apply(HERE / "live")
            is_applied = True
        sizes = {row["name"]: row["size"] for row in ws.segments.list().rows()} if is_applied else {}
        told = " · ".join(f"{name} {sizes.get(name, 0)}" for name in SEGMENTS) if is_applied else "…"
        screen.print(
            say(
                "{visits} {visits|visit|visits}, {orders} {orders|order|orders}; {segments}",
                chosen.lang, visits=came["visits"], orders=came["Order Completed"], segments=told,
            )
        )  # fmt: skip


@contextmanager
def serving(shop: Path, port: int) -> Iterator[str]:
    """``coterie serve`` beside; yields its address, and ends it in order."""
    command = [str(Path(sys.executable).with_name("coterie")), "serve", "-w", str(shop), "--port", str(port), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            if not line:
                raise SystemExit(server.wait())
            yield json.loads(line)["address"]
        finally:
            server.terminate()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
