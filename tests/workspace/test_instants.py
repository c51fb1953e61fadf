"""What is computed between two refreshes is as of the last one, until files are loaded."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import coterie
from tests.workspace.shop import NOW

ASKED = NOW - timedelta(days=20)


def test_models_grids_and_sizes_are_as_of_the_refresh(shop: coterie.Workspace) -> None:
    shop.refresh(as_of=ASKED)
    assert shop.predict.fit(dry_run=True).as_of == ASKED
    assert shop.segmentations.rfm(dry_run=True).as_of == ASKED
    assert shop.segmentations.rfm().as_of == ASKED


def test_files_loaded_since_ask_for_a_new_instant(tmp_path: Path) -> None:
    now = [NOW]
    with coterie.open(coterie.init(tmp_path / "shop"), clock=lambda: now[0]) as ws:
        for day, order in ((5, "A"), (1, "B")):
            file = tmp_path / f"{order}.csv"
            at = NOW - timedelta(days=day)
            file.write_text(f"order_id,customer_id,order_date,total\n{order},C1,{at:%Y-%m-%d},5\n", "utf-8")
            ws.load(file, kind="orders")
            now[0] += timedelta(minutes=1)
            assert ws.segmentations.rfm(dry_run=True).as_of == now[0]
            ws.refresh(as_of=datetime(2026, 2, 25))
            assert ws.segmentations.rfm(dry_run=True).as_of == datetime(2026, 2, 25)
            now[0] += timedelta(minutes=1)
