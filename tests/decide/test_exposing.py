"""What is kept of the exposed is what was true before a message could reach anybody."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from coterie.decide import admit
from coterie.domain import Origin, Outcome
from coterie.store import HELD
from tests.decide.conftest import KEY, NOW, campaign


def exposures(shop):
    with shop.ledger.reading() as t:
        return t.exposures.of(Origin("campaign", "spring")).to_pylist()


@pytest.mark.parametrize(
    ("changes", "exposed_at"),
    [
        pytest.param({}, NOW, id="at-once"),
        pytest.param({"starts_at": NOW + timedelta(days=3)}, NOW + timedelta(days=3), id="from-its-start"),
        pytest.param({"starts_at": NOW - timedelta(days=3)}, NOW, id="a-start-long-past"),
        pytest.param(
            {"quiet_hours": {"start": "10:00", "end": "18:30"}}, datetime(2026, 3, 10, 18, 30), id="after-quiet-hours"
        ),
        pytest.param(
            {"starts_at": datetime(2026, 3, 12, 23), "quiet_hours": {"start": "21:00", "end": "08:00"}},
            datetime(2026, 3, 13, 8),
            id="after-the-quiet-hours-around-its-start",
        ),
    ],
)
def test_every_arm_is_exposed_when_a_message_could_first_leave(shop, changes, exposed_at):
    shop.settings = shop.settings.model_copy(update={"timezone": "UTC"})
    shop.launch(campaign(holdout=0.3, **changes))
    rows = exposures(shop)
    assert {row["arm"] for row in rows} == {"holdout", "message"}
    assert {row["exposed_at"] for row in rows} == {exposed_at}


def test_the_window_waits_for_the_first_message_and_for_no_later_one(shop):
    for name in ("spring", "other"):
        shop.launch(campaign(name=name, holdout=0.3))
    first, second = NOW + timedelta(days=2), NOW + timedelta(days=4)
    batch = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=first, limit=3)
    assert {row["exposed_at"] for row in exposures(shop)} == {first}
    with shop.ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome(m.message_id, "sent", first) for m in batch.messages])
    admit(shop.ledger, KEY, Origin("campaign", "spring"), now=second, limit=3)
    assert {row["exposed_at"] for row in exposures(shop)} == {first}
    with shop.ledger.reading() as t:
        assert set(t.exposures.of(Origin("campaign", "other"))["exposed_at"].to_pylist()) == {NOW}


def test_nobody_is_exposed_by_messages_that_were_all_put_off_or_held(shop):
    shop.launch(campaign(holdout=0.3))
    later, latest = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    batch = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW, limit=100)
    with shop.ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome(m.message_id, "deferred", NOW, retry_at=later) for m in batch.messages])
        t.facts.put(HELD, "a look first")
    assert {row["exposed_at"] for row in exposures(shop)} == {NOW}
    with shop.ledger.transaction() as t:
        t.facts.put(HELD, None)
    admit(shop.ledger, KEY, Origin("campaign", "spring"), now=latest, limit=100)
    assert {row["exposed_at"] for row in exposures(shop)} == {latest}


def test_segments_and_spending_are_kept_as_they_were_at_the_plan(shop):
    engine = shop.engine
    engine.execute(
        "UPDATE orders SET revenue = 10, profile_id = CASE WHEN order_id = '0' THEN NULL ELSE profile_id END"
    )
    engine.execute(
        "INSERT INTO assignments SELECT profile_id, s, s || (profile_id % 3), NULL "
        "FROM profiles, (VALUES ('rfm'), ('lifecycle')) AS v(s) WHERE profile_id <> 2"
    )
    engine.execute(
        "INSERT INTO orders (order_id, profile_id, occurred_at, revenue, status) VALUES ('late', 4, $at, 99, 'completed')",
        {"at": NOW},
    )
    for profile, before in ((6, timedelta(days=90)), (10, timedelta(days=90, microseconds=1))):
        engine.execute(
            "INSERT INTO orders (order_id, profile_id, occurred_at, revenue, status) VALUES ($id, $profile, $at, 7, 'completed')",
            {"id": f"edge-{profile}", "profile": profile, "at": NOW - before},
        )
    engine.execute("UPDATE assignments SET segment = NULL WHERE profile_id = 10 AND segmentation = 'rfm'")
    shop.launch(campaign(holdout=0.3))
    engine.execute("UPDATE assignments SET segment = 'changed'")
    rows = {row["profile_id"]: row for row in exposures(shop)}
    assert json.loads(rows[4]["segments"]) == {"rfm": "rfm1", "lifecycle": "lifecycle1"}
    assert rows[2]["segments"] is None
    assert (rows[4]["spend_before"], rows[4]["orders_before"]) == (10, 1)
    assert (rows[6]["spend_before"], rows[6]["orders_before"]) == (7, 1), "the far edge of ninety days counts"
    assert (rows[10]["spend_before"], rows[10]["orders_before"]) == (0, 0)
    assert json.loads(rows[10]["segments"]) == {"lifecycle": "lifecycle1"}
