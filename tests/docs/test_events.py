"""The page of events names what a rule may ask of an order."""

from __future__ import annotations

import re
from pathlib import Path

from coterie.engines import open_warehouse
from coterie.profile import read_catalog

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "events.md"


def test_every_property_of_orders_and_lines_is_told_with_its_type() -> None:
    engine = open_warehouse(None)
    for table in ("orders", "order_lines"):
        engine.execute(
            f"INSERT INTO {table} BY NAME SELECT 'A' AS order_id, 1 AS profile_id, TIMESTAMP '2026-01-01' AS occurred_at, "
            "20 AS revenue, 'completed' AS status"
        )
    text = PAGE.read_text("utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE))
    moments = {"occurred_at", "day", "hour", "weekday", "month"}
    assert {name for name in moments if f"`{name}`" not in text} == set()
    kinds = read_catalog(engine).events
    assert {"Order Completed", "Product Purchased"} <= set(kinds)
    known = {name: of.type for kind in kinds.values() for name, of in kind.properties.items() if name not in moments}
    assert known == told
