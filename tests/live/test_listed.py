"""Who is on a list is the same live and refreshed, and one who is put on it touches nobody else."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from coterie.collect import record_events
from coterie.collect.intake.newcomers import take_in_newcomers
from coterie.profile import ready
from coterie.profile.listed import LIST_JOINED, LIST_LEFT, note_lists
from tests.live.conftest import FEW
from tests.live.twins import One, Twins


def changed(one: One, number: int, key: str, name: str) -> None:
    known = one.engine.query("SELECT min(identifier_id) AS n FROM identifiers WHERE value = $key", {"key": key})
    row = {
        "event_id": f"list-{number}",
        "name": name,
        "occurred_at": one.clock.now,
        "identifier_id": known["n"][0].as_py(),
        "properties": json.dumps({"list": "beta", "visit": number}),
    }
    record_events(one.engine, pa.Table.from_pylist([row]), clock=one.clock)


def newcomer(one: One, number: int, key: str) -> None:
    with one.engine.transaction():
        who = [("email", key)]
        assert take_in_newcomers(one.engine, one.settings, one.ledger, who, source="lists", at=one.clock.now) == [True]
        changed(one, number, key, LIST_JOINED)


def test_lists_are_alike_live_and_refreshed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(each for each in ready.library() if each.name in FEW)
    monkeypatch.setattr(ready, "library", lambda: few)
    twins = Twins(tmp_path)
    twins.both(lambda one: note_lists(one.engine, ["beta"]))
    twins.define("segment", {"name": "testers", "rule": {"in_list": "beta"}})
    twins.define("segment", {"name": "others", "rule": {"not": {"in_list": "beta"}}})

    def told(*said: dict[str, object]) -> None:
        stamp = twins.clock.now.isoformat() + "Z"
        twins.take(*({"timestamp": stamp, **each} for each in said))

    def stands() -> tuple[int, list[bool]]:
        twins.wait(timedelta(seconds=5))
        turn = twins.step()
        assert turn.kind == "touched"
        rows = twins.live.engine.query("SELECT testers, others FROM membership_flags ORDER BY profile_id").to_pylist()
        assert all(row["testers"] != row["others"] for row in rows)
        return turn.people, [row["testers"] for row in rows]

    told(*({"type": "identify", "messageId": f"m{n}", "userId": f"u{n}", "traits": {}} for n in range(1, 5)))
    twins.wait(timedelta(seconds=5))
    twins.step()
    twins.wait(timedelta(minutes=2))
    twins.step()
    twins.both(lambda one: changed(one, 1, "u1", LIST_JOINED))
    assert stands() == (1, [True, False, False, False])
    twins.both(lambda one: changed(one, 2, "u2", LIST_JOINED))
    twins.wait(timedelta(seconds=5))
    twins.both(lambda one: changed(one, 3, "u1", LIST_LEFT))
    assert stands()[1] == [False, True, False, False]
    twins.both(lambda one: newcomer(one, 4, "new@shop.example"))
    assert stands()[1] == [False, True, False, False, True]
    told({"type": "alias", "messageId": "m8", "userId": "u1", "previousId": "u2"})
    assert stands()[1] == [False, False, False, True]  # the last change of either
    told({"type": "identify", "messageId": "m9", "userId": "u3", "traits": {"email": "NEW@shop.example"}})
    assert stands()[1] == [False, True, False]  # who was on it before anything else was known
    twins.close()
