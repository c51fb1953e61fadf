"""A shop whose journey is run again and again, and killed at any moment of that; real mail goes to a sink.

``python -m tests.workspace.journey_kills --kills 100`` prints what was found as a line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import coterie
from coterie.domain import Origin
from coterie.testing.smtp_sink import RunningSink, running_sink
from tests.workspace.journey_shop import NOW, TEMPLATES, JourneyShop
from tests.workspace.kills import forked

WITH_CARTS = 30
JOURNEY = """
journeys:
- name: cart
  entry: {event: Product Added, key: cart_id, again: always}
  holdout: 0
  goal: {event: Order Completed, within: 7d}
  steps:
  - {id: first, message: help}
  - {id: settle, wait: 1h}
  - id: hesitates
    wait_for: {event: Checkout Started}
    at_most: 5h
    then: [{id: t1, message: help}]
    otherwise:
    - {id: arm, split: {plain: 50, coupon: 50}, into: {plain: [{id: m1, message: cart}], coupon: [{id: m2, message: coupon}]}}
  - {id: note, emit: Cart Reminded}
  - {id: count, increment_trait: reminders}
  - {id: turn, branch: [{if: {rule: {trait: reminders, '>=': 1}}, steps: [{id: mark, set_trait: last_way, to: cart}]}]}
  - {id: last, wait: 2h}
  - {id: m3, message: cart}
"""


@dataclass
class Found:
    """What the kills left: how many fell into a run and how many came too late, and everything that is wrong."""

    kills: int = 0
    too_late: int = 0
    runs: int = 0
    enrolments: int = 0
    steps: int = 0
    sent: int = 0
    unknown: int = 0
    faults: list[str] = field(default_factory=list)


def run_at(folder: Path, now: datetime) -> None:
    """What a scheduled job does: everything that is due at an instant."""
    with coterie.open(folder, clock=lambda: now) as ws:
        ws.journeys.run()


def killed(folder: Path, now: datetime, after: float) -> bool:
    """Run in a child that is killed ``after`` so many seconds; whether it was still at it."""
    child = os.fork()
    if child == 0:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 2)
            run_at(folder, now)
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def made(folder: Path, sink: RunningSink) -> None:
    """The shop, and all that happens in it, told beforehand and heard as its time comes."""
    shop = JourneyShop(folder, sink, TEMPLATES + JOURNEY)
    shop.ws.journeys.publish("cart")
    minute = timedelta(minutes=1)
    carts = [("Product Added", n, NOW + (n % 7) * minute, {"cart_id": f"K{n}"}) for n in range(1, WITH_CARTS + 1)]
    more = [("Product Added", n, NOW + 240 * minute, {"cart_id": f"L{n}"}) for n in range(1, 11)]
    begun = [("Checkout Started", n, NOW + 130 * minute, {}) for n in range(1, WITH_CARTS, 3)]
    shop.events([*carts, *more, *begun])
    for n in (2, 5, 8):
        shop.order(n, NOW + 200 * minute)
    shop.ws.close()


def live(folder: Path, sink: RunningSink, kills: int, seed: int) -> Found:
    """Kill runs until there were so many kills, then let the journey come to its end; look at what is there."""
    found, dice = Found(), random.Random(seed)
    forked(lambda: made(folder, sink))
    shop = folder / "shop"
    began = time.perf_counter()
    forked(lambda: run_at(shop, NOW + timedelta(seconds=1)))
    usual = time.perf_counter() - began
    minutes = range(10, 730, 20) if kills > 10 else (80, 400)
    for now in (NOW + timedelta(minutes=minute) for minute in minutes):
        for _ in range(max(1, -(-2 * kills // len(minutes)))):
            if found.kills < kills:
                was_at_it = killed(shop, now, dice.uniform(0, usual))
                found.kills += was_at_it
                found.too_late += not was_at_it
        if dice.random() < 0.4 or kills <= 10:
            forked(partial(run_at, shop, now))
            found.runs += 1
    last = NOW + timedelta(minutes=400)
    for end in (NOW + timedelta(hours=13), NOW + timedelta(hours=14)) if kills > 10 else ():
        last = end
        forked(partial(run_at, shop, end))
    look(shop, sink, found, last)
    return found


def look(shop: Path, sink: RunningSink, found: Found, last: datetime) -> None:
    """Everything that a kill must not have done."""
    kept = forked(lambda: _kept(shop))
    found.enrolments, found.steps = len(kept["rows"]), len(kept["path"])
    visits: dict[int, list[int]] = {}
    taken = Counter((row["enrolment_id"], row["step"]) for row in kept["path"])
    for row in kept["path"]:
        visits.setdefault(row["enrolment_id"], []).append(row["visit"])
    found.faults += [
        f"{step} of {number} was taken {times} times" for (number, step), times in taken.items() if times > 1
    ]
    for row in kept["rows"]:
        mine = visits.get(row["enrolment_id"], [])
        if mine != list(range(1, row["visits"] + 1)):
            found.faults.append(f"the visits of {row['enrolment_id']} are {mine}")
        if row["state"] == "running" and row["due_at"] is None:
            found.faults.append(f"{row['enrolment_id']} waits for ever at {row['step']}")
        elif row["state"] == "running" and row["due_at"] <= str(last):
            found.faults.append(f"{row['enrolment_id']} is still at {row['step']}")
    wanted = sum(row["turn"] == "queued" for row in kept["path"])
    if len(kept["messages"]) != wanted:
        found.faults.append(f"{wanted} messages were queued by the path, and {len(kept['messages'])} are in the outbox")
    arrived = Counter(str(line["message_id"]).strip("<>").partition("@")[0] for line in sink.accepted())
    found.sent, states = sum(arrived.values()), kept["messages"]
    found.unknown = sum(state == "unknown" for state in states.values())
    found.faults += [f"{message} arrived {times} times" for message, times in arrived.items() if times > 1]
    found.faults += [
        f"{message} is {state}" for message, state in states.items() if state not in ("sent", "unknown", "refused")
    ]
    found.faults += [
        f"{m} is said to be sent and did not arrive"
        for m, state in states.items()
        if state == "sent" and m not in arrived
    ]
    strange = [m for m in arrived if states.get(m) not in ("sent", "unknown")]
    found.faults += [f"{message} arrived and is {states.get(message)}" for message in strange]
    counted = Counter(str(row["person"]) for row in kept["path"] if row["step"] == "count")
    if kept["counted"] != counted:
        found.faults.append(f"attributes say {kept['counted']}, and the path {dict(counted)}")
    unseen = [row["enrolment_id"] for row in kept["path"] if row["step"] == "turn" and row["turn"] != "1"]
    found.faults += [f"{number} turned before what was counted of them was told" for number in unseen]
    if kept["reminded"] != sum(row["step"] == "note" for row in kept["path"]):
        found.faults.append(f"{kept['reminded']} events were recorded")


def _kept(shop: Path) -> dict[str, Any]:
    with coterie.open(shop, clock=lambda: NOW + timedelta(days=3)) as ws:
        with ws._stand.ledger.reading() as t:
            rows = t.enrolments.of_profiles("cart", t.enrolments.numbers("cart")).to_pylist()
            path = t.enrolments.path([row["enrolment_id"] for row in rows]).to_pylist()
            steps = sorted({row["step"] for row in path})
            messages = [
                row for step in steps for row in t.outbox.messages(Origin("journey", f"cart/{step}")).to_pylist()
            ]
        known = ws.query("SELECT profile_id, reminders FROM profiles WHERE reminders IS NOT NULL").rows()
        reminded = ws.query("SELECT count(*) AS n FROM events WHERE name = 'Cart Reminded'").rows()[0]["n"]
    person = {row["enrolment_id"]: row["profile_id"] for row in rows}
    told = [{**row, "occurred_at": None, "person": person[row["enrolment_id"]]} for row in path]
    stood = [
        {name: row[name] for name in ("enrolment_id", "visits", "state", "step")}
        | {"due_at": row["due_at"] and str(row["due_at"])}
        for row in rows
    ]
    return {
        "rows": stood,
        "path": told,
        "messages": {row["message_id"]: row["state"] for row in messages},
        "counted": {row["profile_id"]: row["reminders"] for row in known},
        "reminded": reminded,
    }


def main() -> None:
    """Kill, look, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_sink(Path(folder)) as sink:
        sys.stdout.write(json.dumps(asdict(live(Path(folder), sink, asked.kills, asked.seed))) + "\n")


if __name__ == "__main__":
    main()
