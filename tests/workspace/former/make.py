"""Make, with an earlier Coterie on the path, the workspace of it that the tests open with today's.

    git worktree add ../earlier COMMIT
    PYTHONPATH=../earlier/src COTERIE_ACTOR=ann python tests/workspace/former/make.py tests/workspace/former/NAME.tar.xz

It asks nothing but what every version so far has, and puts beside the workspace what that version
said of it (``said.json``). Names, addresses and numbers are made up.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import random
import sys
import tarfile
import threading
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import TemporaryDirectory

from aiosmtpd.smtp import SMTP

import coterie

NOW = datetime(2026, 3, 1, 9)
LATER = datetime(2026, 4, 15, 9)
CUSTOMERS = 240
BUSY = 7
"""Every customer of a number divisible by it has an address whose server asks to be tried again."""

SETTINGS = """
name: Former
locale: en
currency: EUR
country: ES
timezone: Europe/Madrid
sender: Former <news@former.test>
postal_address: Calle Mayor 1, 28013 Madrid
public_url: https://former.test
smtp: {port: %d, connections: 2%s}
"""

DEFINITIONS = """
traits:
- {name: spent_60d, unit: money, value: {sum: revenue, event: Order Completed, within: 60d}}
- {name: favorite_channel, value: {favorite: channel, event: Order Completed}}
segmentations:
- {name: rfm, method: rfm, tiles: 4}
segments:
- {name: frequent, label: Frequent buyers, rule: {did: Order Completed, at_least: 4}}
- {name: madrid, rule: {trait: city, '=': Madrid}}
- {name: frequent-madrid, rule: {all: [{in_segment: frequent}, {in_segment: madrid}]}}
- {name: listed, rule: {in_list: friends}}
- {name: quiet, rule: {none: [{did: Order Completed, within: 30d}]}}
templates:
- {name: hello, subject: 'Hello from {{ profile.city }}', body: '<p>You spent {{ profile.spent_60d }}.</p>', defaults: {city: us, spent_60d: 0}}
campaigns:
- {name: spring, audience: {segments: [frequent]}, template: hello, holdout: 0.3, goal: {event: Order Completed, value: revenue, within: 30d}}
- {name: autumn, audience: {segments: [quiet]}, template: hello, holdout: 0.1}
channels:
- {name: leaflet, label: Leaflets, kind: paid, aliases: [flyer], cost: {model: per_contact, amount: 0.4}, reach: 0.5, measurability: 0.2,
   personalization: 0.1, immediacy: 0.2, attention: 0.1, contacts: true, sells: false}
"""


class Server:
    """Takes messages, and asks those to a busy server to come again."""

    def __init__(self) -> None:
        self.links: dict[str, str] = {}

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - the library's name
        if address.endswith("@busy.example"):
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.links[envelope.rcpt_tos[0]] = message["List-Unsubscribe"].strip("<>").split(">")[0]
        return "250 OK"


def address_of(n: int) -> str:
    return f"c{n}@{'busy' if n % BUSY == 0 else 'shop'}.example"


def rows(until: datetime) -> dict[str, list[dict[str, object]]]:
    """The files of the shop, the orders those before ``until``."""
    customers = [
        {
            "customer_id": f"C{n}",
            "email": address_of(n),
            "phone": f"+34 600 11{n:04d}" if n % 3 else "",
            "city": ("Madrid", "Sevilla", "Bilbao")[n % 3],
            "updated_at": "2025-01-01 00:00:00",
        }
        for n in range(1, CUSTOMERS + 1)
    ]
    customers += [{**customers[n - 1], "customer_id": f"W{n}", "phone": ""} for n in (3, 5, 8)]  # a second number
    orders = []
    draw = random.Random(5)
    for n in range(1, CUSTOMERS + 1):
        first = datetime(2025, 1, 5, 12) + timedelta(days=draw.randrange(300))
        for k in range(n % 9):
            at = first + timedelta(days=k * draw.randrange(8, 60))
            amount = draw.randrange(1000, 20000) / 100
            orders.append(
                {
                    "order_id": f"O{n}-{k}",
                    "customer_id": f"C{n}",
                    "order_date": f"{at:%Y-%m-%d %H:%M:%S}",
                    "total": f"{amount:.2f}",
                    "channel": ("email", "search", "flyer")[draw.randrange(3)],
                    "status": "cancelled" if (n + k) % 23 == 0 else "completed",
                }
            )
    orders = [row for row in orders if str(row["order_date"]) < f"{until:%Y-%m-%d %H:%M:%S}"]
    orders.append({**orders[0], "order_id": "O-bad", "order_date": "no day at all"})
    consents = [
        {
            "customer_id": f"C{n}",
            "channel": "email",
            "granted": "no" if n % 10 == 0 else "yes",
            "occurred_at": "2025-12-01 00:00:00",
        }
        for n in range(1, CUSTOMERS + 1)
    ]
    return {"customers": customers, "orders": orders, "consents": consents}


def load(ws: coterie.Workspace, files: Path, until: datetime) -> None:
    files.mkdir(exist_ok=True)
    for kind, table in rows(until).items():
        file = files / f"{kind}.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(table[0]))
            writer.writeheader()
            writer.writerows(table)
        ws.load(file, kind=kind)


def first_half(folder: Path, files: Path, server: Server) -> None:
    """All before the campaign's end: loaded, defined, refreshed, fitted, sent, unsubscribed."""
    with coterie.open(folder, clock=lambda: NOW) as ws:
        load(ws, files, NOW)
        ws.refresh()
        ws.segments.upload_list("friends", ["C1", address_of(2), "C30"])
        (folder / "definitions" / "all.yaml").write_text(DEFINITIONS, "utf-8")
        ws.apply(folder / "definitions")
        ws.refresh()
        ws.segmentations.discover(k=3)
        ws.predict.fit()
        ws.campaigns.send("spring")
        left = sorted(server.links)
        ws.brakes.unsubscribe(server.links[left[0]])
        ws.brakes.suppress(left[1], reason="complaint", actor="ann")
        ws.brakes.suppress("c11@shop.example", reason="objected", actor="ann")
        ws.brakes.suppress("c13@shop.example", reason="objected", actor="ann")
        ws.brakes.lift("c13@shop.example", reason="a slip", actor="ann")
        merges = ws.profiles.merges().rows()
        ws.profiles.unmerge(min(int(row["merge_id"]) for row in merges))
    with coterie.open(folder, clock=lambda: LATER) as ws:
        load(ws, files, LATER)
        ws.refresh()


def said(folder: Path) -> dict[str, object]:
    """What this version says of the workspace."""
    with coterie.open(folder, clock=lambda: LATER) as ws:
        readout = ws.campaigns.read("spring")
        plan = ws.campaigns.plan("autumn")
        ask = ws.query
        model = ws.predict.show()
        told = {
            "version": coterie.__version__,
            "segments": {n: sorted(r["key"] for r in ws.segments[n].members().rows()) for n in sorted(ws.segments)},
            "rows": ws.status()["rows"],
            "definitions": ws.status()["definitions"],
            "revenue": ask("SELECT CAST(sum(revenue) AS DOUBLE) AS r FROM orders").rows()[0]["r"],
            "people": ask(
                "SELECT CAST(profile_id AS BIGINT) AS id, string_agg(DISTINCT namespace || ':' || value, ' ' ORDER BY"
                " namespace || ':' || value) AS names FROM identifiers WHERE namespace IN ('customer_id', 'email')"
                " GROUP BY ALL ORDER BY names"
            ).rows(),
            "merges": [{k: row[k] for k in ("merge_id", "undone_at")} for row in ws.profiles.merges().rows()],
            "groups": ask(
                "SELECT segmentation, segment, count(*) AS n FROM assignments GROUP BY ALL ORDER BY ALL"
            ).rows(),
            "scores": ask("SELECT score, count(*) AS n, sum(value) AS s FROM scores GROUP BY ALL ORDER BY ALL").rows(),
            "messages": sorted(
                (row["state"], int(row["messages"])) for row in ws.status()["messages"] if row["campaign"] == "spring"
            ),
            "exposed": sorted(
                [int(r["profile_id"]), str(r["arm"]), str(r["exposed_at"])]
                for r in ws.campaigns.exposures("spring").rows()
            ),
            "readout": list(readout.sentences("en")),
            "reachable": plan["reachable"],
            "left_out": plan.get("excluded", plan.get("refused")),
            "model": model.model_dump(mode="json"),
            "waiting": len(ws.quarantine.list()),
            "doctor": {row["check"]: row["state"] for row in ws.doctor().rows()},
        }
    return json.loads(json.dumps(told, default=str))


def main(target: Path) -> None:
    server, loop = Server(), asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(lambda: SMTP(server, hostname="sink"), "127.0.0.1", 0))
    port = listening.sockets[0].getsockname()[1]
    threading.Thread(target=loop.run_forever, daemon=True).start()
    knows_sinks = "is_sink" in coterie.WorkspaceSettings.model_fields["smtp"].annotation.model_fields
    with TemporaryDirectory() as made:
        os.chdir(made)  # so that no place of this machine is written into it
        folder = coterie.init(Path("former"))
        (folder / "coterie.yaml").write_text(SETTINGS % (port, ", is_sink: true" if knows_sinks else ""), "utf-8")
        first_half(folder, Path("files"), server)
        (folder / "said.json").write_text(json.dumps(said(folder), indent=1, ensure_ascii=False), "utf-8")
        _pack(folder, target)


def _pack(folder: Path, target: Path) -> None:
    with tarfile.open(target, "w:xz", preset=9) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.name.endswith((".wal", "-shm", "-wal", ".lock")):
                info = archive.gettarinfo(file, arcname=str(file.relative_to(folder)))
                info.uid = info.gid = 0
                info.uname = info.gname = ""
                info.mtime = int(NOW.timestamp())
                with file.open("rb") as stream:
                    archive.addfile(info, stream)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
