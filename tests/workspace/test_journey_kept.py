"""What a journey keeps of somebody goes with them, and what it has queued is in a backup."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import coterie
from coterie.testing.smtp_sink import RunningSink
from tests.workspace.journey_shop import TEMPLATES, JourneyShop

WELCOME = TEMPLATES + (
    "journeys:\n- {name: welcome, entry: {event: Product Added}, holdout: 0, steps: "
    "[{id: hello, message: help}, {id: rest, wait: 1h}, {id: more, message: cart}]}\n"
)


def test_who_is_erased_inside_a_journey_leaves_no_way_and_hears_nothing(tmp_path: Path, sink: RunningSink) -> None:
    shop = JourneyShop(tmp_path, sink, WELCOME)
    ws = shop.ws
    ws.journeys.publish("welcome")
    shop.events([("Product Added", n, shop.now + timedelta(minutes=1), {}) for n in (1, 2)])
    shop.now += timedelta(minutes=2)
    ws.journeys.tick()
    ws.backup(tmp_path / "backup")
    told = ws.profiles.export("C1").tables
    assert len(told["enrolments"]) == 1
    assert [row["step"] for row in told["enrolment_path"]] == ["entry", "hello"]
    ws.profiles.erase("C1", actor="ann")
    arrived = shop.run(after=timedelta(hours=2))
    assert [address for address, _ in arrived] == ["c2@shop-mail.es"] * 2
    with ws._stand.ledger.reading() as t:
        assert len(t.enrolments.numbers("welcome")) == 1
    ws.close()

    coterie.restore(tmp_path / "backup", tmp_path / "again")
    with coterie.open(tmp_path / "again", clock=lambda: shop.now) as again, again._stand.ledger.reading() as t:
        assert {origin for origin, _ in t.enrolments.queued("welcome")} == {"welcome/hello"}
        assert again._stand.ledger.fenced is not None, "and nothing of it leaves"
