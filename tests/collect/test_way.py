"""Loads never meet through what they put aside."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coterie.collect import derive_orders, load
from coterie.engines import open_warehouse
from coterie.settings import WorkspaceSettings
from tests.collect.conftest import ORDERS, mapping_of

HEAD = "id,who,at,amount\n"
SETTINGS = WorkspaceSettings(timezone="UTC", currency="EUR", country="DE")


class Meeting:
    """Progress that does something else when the stage ``at`` begins."""

    def __init__(self, at: str, act) -> None:
        self._at, self._act = at, act

    def stage(self, name: str, total: int | None = None) -> None:  # noqa: ARG002 - as Progress has it
        if name.startswith(self._at):
            self._act()

    def advance(self, steps: int = 1) -> None:
        pass


def _file(folder: Path, shop: str, rows: int) -> Path:
    """Orders of one shop, of which the last has an amount that cannot be read."""
    lines = [f"{shop}-{n},{shop} customer {n},2025-01-{n:02} 10:00,{n}\n" for n in range(1, rows)]
    file = folder / f"{shop}.csv"
    file.write_text(HEAD + "".join(lines) + f"{shop}-{rows},{shop} customer {rows},2025-01-28 10:00,dear\n")
    return file


def _load(engine, file: Path, progress=None):
    mapping = mapping_of("orders", ORDERS).model_copy(update={"source": file.stem})
    return load(engine, file, mapping, settings=SETTINGS, progress=progress)


def _found(engine) -> dict[str, list[dict[str, object]]]:
    statements = {
        "orders": "SELECT o.source, order_id, revenue, value FROM orders o JOIN identifiers USING (identifier_id) ORDER BY ALL",
        "refused": "SELECT source, file, line, value, code FROM quarantine ORDER BY ALL",
        "people": "SELECT value, source, first_seen_at FROM identifiers ORDER BY ALL",
    }
    return {name: engine.query(sql).to_pylist() for name, sql in statements.items()}


@pytest.fixture
def apart(tmp_path):
    """What two shops give that are loaded one after the other."""
    engine = open_warehouse(None)
    for shop, rows in (("north", 5), ("south", 9)):
        _load(engine, _file(tmp_path, shop, rows))
    return _found(engine)


@pytest.mark.parametrize("stage", ["reading", "finding", "writing"])
def test_a_load_within_a_load_meets_nothing_of_it(engine, tmp_path, apart, stage):
    inner = []

    def other() -> None:
        inner.append(_load(engine, _file(tmp_path, "south", 9)))

    outer = _load(engine, _file(tmp_path, "north", 5), Meeting(stage, other))
    assert (outer.accepted, outer.refused, inner[0].accepted, inner[0].refused) == (4, 1, 8, 1)
    assert _found(engine) == apart


def test_loads_of_two_threads_meet_nothing_of_each_other(engine, tmp_path, apart):
    meeting = threading.Barrier(2)
    files = [_file(tmp_path, "north", 5), _file(tmp_path, "south", 9)]

    def loaded(file: Path):
        return _load(engine, file, Meeting("writing", lambda: meeting.wait(20)))

    with ThreadPoolExecutor(2) as pool:
        assert [result.accepted for result in pool.map(loaded, files)] == [4, 8]
    assert _found(engine) == apart


def test_nothing_that_was_put_aside_stays(engine, tmp_path):
    before = engine.tables()
    _load(engine, _file(tmp_path, "north", 5))
    derive_orders(engine)
    assert engine.tables() == before
