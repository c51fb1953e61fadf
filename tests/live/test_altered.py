"""An attribute that a step of a journey changed is the same live and refreshed: after records, merges and erasures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from coterie.profile import ready
from tests.live.conftest import FEW
from tests.live.twins import Twins

SET = {"trait": "plan", "act": "set", "value": "pro"}


def identified(twins: Twins, number: str, **said: object) -> None:
    stamp = twins.clock.now.isoformat() + "Z"
    twins.take({"type": "identify", "messageId": number, "timestamp": stamp, **said})


def test_what_a_step_changed_is_alike_live_and_refreshed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(each for each in ready.library() if each.name in FEW)
    monkeypatch.setattr(ready, "library", lambda: few)
    twins = Twins(tmp_path)
    twins.define("segment", {"name": "pro", "rule": {"op": "=", "trait": "plan", "value": "pro"}})

    def changed(number: int, key: str, change: dict[str, object]) -> list[object]:
        twins.wait(timedelta(seconds=5))
        twins.both(lambda one: one.alter(key, twins.clock.now, number, change))
        return stands()

    def stands() -> list[object]:
        twins.wait(timedelta(seconds=5))
        assert twins.step().kind != "nobody"
        return [
            (row["plan"], row["visits"], bool(row["pro"]))
            for row in twins.live.engine.query(
                "SELECT p.plan, p.visits, f.pro FROM profiles AS p JOIN membership_flags AS f USING (profile_id) ORDER BY profile_id"
            ).to_pylist()
        ]

    identified(twins, "m1", userId="u1", traits={"plan": "free"})
    identified(twins, "m2", userId="u2", traits={"plan": "free"})
    twins.wait(timedelta(seconds=5))
    twins.step()
    assert changed(1, "u1", SET) == [("pro", None, True), ("free", None, False)]
    assert changed(2, "u1", {"trait": "visits", "act": "add", "value": 2})[0] == ("pro", 2.0, True)
    identified(twins, "m3", userId="u1", traits={"plan": "free"})
    assert stands()[0] == ("free", 2.0, False)
    assert changed(3, "u1", {"trait": "plan", "act": "unset"})[0] == (None, 2.0, False)
    assert changed(4, "u2", SET)[1] == ("pro", None, True)
    identified(twins, "m4", userId="u1", traits={"email": "a@shop.example"})
    identified(twins, "m5", userId="u2", traits={"email": "a@shop.example"})
    twins.take({"type": "alias", "messageId": "m6", "userId": "u1", "previousId": "u2"})
    assert stands() == [("pro", 2.0, True)]  # the newest change of either, and what either added
    twins.close()
