"""From a file of products with lower prices, or with something on the shelf again, to a message."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from coterie.testing.smtp_sink import RunningSink
from tests.workspace.journey_shop import JourneyShop


def test_who_looked_hears_that_it_costs_less_and_later_that_it_is_there_again(
    tmp_path: Path, sink: RunningSink
) -> None:
    """A journey can be written before anything of the kind ever happened."""
    shop = JourneyShop(tmp_path, sink, "templates: []")
    seen = {"event": "Product Viewed", "product_id": "P1"}
    ago = {1: 3, 2: 50, 3: 3}
    shop.load(
        "events",
        [
            {"event_id": f"L{n}", "customer_id": f"C{n}", "occurred_at": shop.now - timedelta(days=days), **seen}
            for n, days in ago.items()
        ],
    )
    shop.load("products", [{"product_id": "P1", "name": "Lamp", "price": 100, "stock": 1}])
    shop.ws.refresh()
    for name in ("price-drop", "back-in-stock"):
        shop.ws.journeys.adopt(name)
        body = dict(shop.ws.definitions.one("journey", name).body) | {"holdout": 0}
        shop.ws.definitions.put("journey", body)
        shop.ws.journeys.publish(name)

    shop.load("products", [{"product_id": "P1", "name": "Lamp", "price": 95, "stock": 0}])  # too little to tell of
    shop.load("products", [{"product_id": "P1", "name": "Lamp", "price": 80, "stock": 0}])
    heard = shop.run(after=timedelta(minutes=1))
    assert [address for address, _ in heard] == ["c1@shop-mail.es", "c3@shop-mail.es"]

    shop.now += timedelta(days=1)
    shop.load("products", [{"product_id": "P1", "name": "Lamp", "price": 80, "stock": 7}])
    there = shop.run(after=timedelta(minutes=1))
    assert [address for address, _ in there] == ["c1@shop-mail.es", "c2@shop-mail.es", "c3@shop-mail.es"]
    shop.ws.close()
