"""A load says at once that its amounts cannot be summed, and says nothing where they can."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.settings import WorkspaceSettings
from coterie.workspace import init_workspace, open_workspace

HEAD = "order_id,customer_id,occurred_at,total,currency"
LINES = "order_id,customer_id,occurred_at,sku,quantity,unit_price,currency"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param([["EUR", "EUR"]], [""], id="one"),
        pytest.param([["EUR", "GBP", "JPY"]], ["GBP, JPY"], id="several-in-a-file"),
        pytest.param([["EUR"], ["CHF"]], ["", "CHF"], id="another-than-before"),
        pytest.param([["CHF"], ["EUR"]], ["", "CHF"], id="the-workspace-s-own-after-another"),
        pytest.param([["CHF", "CHF"]], [""], id="one-that-is-not-the-workspace-s"),
        pytest.param([["EUR", "USD"]], [""], id="a-set-rate"),
        pytest.param([["EUR", "USD", "GBP"]], ["GBP"], id="one-rate-of-two"),
    ],
)
@pytest.mark.parametrize("is_lines", [False, True], ids=["orders", "lines"])
def test_currencies_without_a_rate_are_told_by_the_load(
    tmp_path: Path, files: list[list[str]], told: list[str], is_lines: bool
) -> None:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC", rates={"USD": 0.9}))
    with open_workspace(tmp_path / "ws") as ws:
        for place, (currencies, unpriced) in enumerate(zip(files, told, strict=True)):
            file = tmp_path / f"shop{place}.csv"
            amount = "T1,1,20" if is_lines else "20"
            rows = [f"{place}{n},A,2026-09-0{n + 1} 10:00,{amount},{code}" for n, code in enumerate(currencies)]
            file.write_text("\n".join([LINES if is_lines else HEAD, *rows]) + "\n")
            notes = " ".join(map(str, ws.load(file, kind="order_lines" if is_lines else "orders").notes))
            assert ("several currencies" in notes) == bool(unpriced)
            assert f"no rate is known for {unpriced}:" in notes or not unpriced
