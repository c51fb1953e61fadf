"""Threads that share one opened workspace: their temporary tables do not meet, and none stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import coterie
from tests.workspace.shop import NOW, filled

WHOLE = 900.0
"""Seconds after which what must not wait is taken to wait for ever, on a machine that is busy too."""
RULE = {"did": "Order Completed", "at_least": 3}
COLUMNS = "order_id,customer_id,order_date,total\n"


def temporary(ws: coterie.Workspace) -> list[str]:
    """Temporary tables of the asking thread."""
    return ws._stand.engine.query("SELECT table_name FROM duckdb_tables() WHERE temporary")["table_name"].to_pylist()


def orders(name: str, many: int) -> str:
    return COLUMNS + "".join(f"{name}{n},{name}{n % 9},2026-02-{1 + n % 27:02} 10:00:00,{n}\n" for n in range(many))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> coterie.Workspace:
    with coterie.open(filled(tmp_path_factory.mktemp("side") / "shop"), clock=lambda: NOW) as ws:
        yield ws


STEPS: dict[str, Callable[[coterie.Workspace, Path], object]] = {
    "load": lambda ws, at: ws.load(write(at / "a.csv", orders("A", 40)), kind="orders"),
    "load with a row refused": lambda ws, at: ws.load(
        write(at / "b.csv", orders("B", 9) + "B9,C1,no date,1\n"), kind="orders"
    ),
    "preview": lambda ws, _: ws.segments.preview(RULE),
    "refresh": lambda ws, _: ws.refresh(),
    "fit": lambda ws, _: ws.predict.fit(),
    "rfm": lambda ws, _: ws.segmentations.rfm(),
    "quality of a segmentation": lambda ws, _: ws.segmentations.quality("rfm"),
    "members": lambda ws, _: ws.segments["oslo"].members(),
    "targets": lambda ws, _: ws.segments.targets(),
    "plan": lambda ws, _: ws.campaigns.plan("spring"),
    "report": lambda ws, at: ws.report(at / "report.html"),
}


def write(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("name", STEPS)
def test_no_temporary_table_stays(shared: coterie.Workspace, tmp_path: Path, name: str) -> None:
    STEPS[name](shared, tmp_path)
    assert temporary(shared) == []


def test_loads_at_once_are_all_whole(shared: coterie.Workspace, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{name}.csv", orders(name, 50)) for name in ("K", "L", "M", "N")]
    with ThreadPoolExecutor(len(files)) as pool:
        results = list(pool.map(lambda file: shared.load(file, kind="orders"), files, timeout=WHOLE))
    assert [(each.rows, each.accepted) for each in results] == [(50, 50)] * len(files)
    found = shared.query(
        "SELECT order_id[1] AS name, count(*) AS n FROM orders WHERE order_id[1] IN ('K', 'L', 'M', 'N') GROUP BY 1 ORDER BY 1"
    )
    assert found.rows() == [{"name": name, "n": 50} for name in "KLMN"]
    batches = shared.query(
        "SELECT count(DISTINCT batch_id) = count(*) AS is_unique, bool_and(accepted + refused = rows) AS adds_up FROM batches"
    )
    assert batches.rows() == [{"is_unique": True, "adds_up": True}]


def test_readers_beside_refreshes_find_what_they_find_alone(shared: coterie.Workspace) -> None:
    shared.refresh()
    asks: list[Callable[[], object]] = [
        lambda: shared.segments.preview(RULE).size,
        lambda: len(shared.segments["oslo"].members()),
        lambda: list(shared.segmentations.rfm().parts),
        lambda: shared.segmentations.quality("rfm").rows(),
        lambda: shared.segments.targets().rows(),
        lambda: list(shared.segments["frequent"].explain("C4").lines()),
        lambda: shared.profiles.show("C4").segments,
    ]
    alone = [ask() for ask in asks]
    with ThreadPoolExecutor(4) as pool:
        refreshes = [pool.submit(shared.refresh) for _ in range(2)]
        beside = [pool.submit(ask) for _ in range(2) for ask in asks]
        assert [each.result(timeout=WHOLE) for each in beside] == alone * 2
        assert all(each.result(timeout=WHOLE) for each in refreshes)
