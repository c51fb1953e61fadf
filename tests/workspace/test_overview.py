"""What is new and what wants a look, before data, of the small shop, and where time went on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import coterie
from tests.workspace.shop import NOW, filled


def test_an_empty_workspace_has_nothing_to_tell(tmp_path: Path) -> None:
    with coterie.open(coterie.init(tmp_path / "shop")) as ws:
        found = ws.overview.show()
    assert (len(found.value), found.moves, len(found.segments), len(found.stale)) == (0, (), 0, 0)


def test_value_is_that_of_the_last_thirty_days_beside_the_thirty_before(tmp_path: Path) -> None:
    with coterie.open(filled(tmp_path / "shop"), clock=lambda: NOW) as ws:
        found = ws.overview.show()
        counted = ws.query(
            "SELECT sum(revenue) FILTER (occurred_at >= TIMESTAMP '2026-01-30') AS now, sum(revenue) AS ever FROM orders"
        )[0]
    revenue = next(row for row in found.value if row["kpi"] == "revenue")
    assert revenue["value"] == counted["now"]
    assert 0 < revenue["before"] < counted["ever"] - counted["now"]
    assert (found.currency, found.days, len(found.stale)) == ("USD", 30, 0)


def test_a_source_that_fell_silent_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    with coterie.open(filled(tmp_path / "shop"), clock=lambda: NOW + timedelta(days=40)) as ws:
        [english], [chinese] = (ws.overview.show(lang=lang).stale for lang in ("en", "zh"))
    assert english["finding"] == "No orders came from orders since 2026-02-28, which is longer than usual."
    assert "orders" in chinese["finding"]
    assert "longer" not in chinese["finding"]
