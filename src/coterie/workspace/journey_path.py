"""One person's way through a journey."""

from __future__ import annotations

from typing import cast

import pyarrow as pa

from coterie.decide import own_zones
from coterie.decide.journeys.people import BEFORE
from coterie.decide.journeys.publishing import ZonesOf, published_definition
from coterie.resolve import find_profile
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand


def clocks_of(stand: Stand) -> ZonesOf:
    """By whose clock people wait: the zone that an attribute names, else the workspace's."""
    return lambda attribute, people: own_zones.clocks_of(stand.engine, attribute, people, stand.settings.timezone)


def path_of(stand: Stand, name: str, who: str) -> Frame:
    """What somebody did at which step of a journey, when, and where they are now."""
    with stand.ledger.reading() as t:
        places = published_definition(t.journeys.one(name)).layout.places
    with stand.engine.reading():
        number, clocks = find_profile(stand.engine, who, settings=stand.settings), clocks_of(stand)
        numbers = stand.engine.query(
            "SELECT identifier_id FROM identifiers WHERE profile_id = $number", {"number": number}
        )["identifier_id"].to_pylist()
        zones = {p.step.id: clocks(p.step.zone_from(), [number])[0] for p in places if p.step.op == "wait_until"}
    with stand.ledger.reading() as t:
        rows = t.enrolments.of_profiles(name, [number, *numbers]).to_pylist()
        path = t.enrolments.path([row["enrolment_id"] for row in rows]).to_pylist()
    keys = {row["enrolment_id"]: row["key"] for row in rows}
    told = [{name: row[name] for name in ("enrolment_id", "step", "turn", "occurred_at")} for row in path]
    for row in rows:
        if row["state"] == "running":
            step = str(row["step"]).removeprefix(BEFORE)
            waits = {"step": step, "turn": "waits", "occurred_at": row["entered_step_at"], "until": row["due_at"]}
            told.append({"enrolment_id": row["enrolment_id"], **waits, "zone": zones.get(step)})
        elif row["state"] == "held":
            held = {"step": "entry", "turn": "held out", "occurred_at": row["entered_at"]}
            told.append({"enrolment_id": row["enrolment_id"], **held})
    every: list[dict[str, object]] = [
        {"enrolment": row["enrolment_id"], "key": keys[row["enrolment_id"]], "until": None, "zone": None}
        | {name: value for name, value in row.items() if name != "enrolment_id"}
        for row in sorted(told, key=lambda row: cast("int", row["enrolment_id"]))
    ]
    return Frame.of(every, schema=_PATH)


_PATH = pa.schema(
    [
        ("enrolment", pa.int64()),
        ("key", pa.string()),
        ("step", pa.string()),
        ("turn", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("until", pa.timestamp("us")),
        ("zone", pa.string()),
    ]
)
