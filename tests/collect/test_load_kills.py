"""A load that is killed leaves all of the file or none of it, and loading again completes it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coterie.collect import load, quarantined
from coterie.engines import open_warehouse
from coterie.settings import WorkspaceSettings
from tests.collect.conftest import ORDERS, mapping_of

ROWS = 60_000
LOADER = """
import sys
from pathlib import Path
from coterie.collect import load
from coterie.domain import Mapping
from coterie.engines import open_warehouse
from coterie.settings import WorkspaceSettings
engine = open_warehouse(Path(sys.argv[1]))
print("ready", flush=True)
load(engine, sys.argv[2], Mapping.model_validate_json(sys.argv[3]), settings=WorkspaceSettings())
print("done", flush=True)
"""


def write_orders(file: Path, *, bad: bool) -> None:
    rows = "".join(f"{n},c{n % 5000},2025-01-{1 + n % 28:02},{n}.25,x{n}\n" for n in range(ROWS))
    file.write_text("id,who,at,amount,note\n" + rows + ("oops\n" if bad else ""))


def state(warehouse: Path) -> tuple[int, int, int, int]:
    engine = open_warehouse(warehouse)
    try:
        tables = ("orders", "identifiers", "batches", "quarantine")
        return tuple(engine.query(f"SELECT count(*) FROM {each}").column(0)[0].as_py() for each in tables)
    finally:
        engine.close()


@pytest.mark.parametrize(
    "bad", [pytest.param(False, id="a-clean-file"), pytest.param(True, id="a-file-with-a-bad-row")]
)
def test_a_kill_at_any_moment_leaves_all_or_nothing(tmp_path, bad):
    file, warehouse = tmp_path / "orders.csv", tmp_path / "warehouse.duckdb"
    write_orders(file, bad=bad)
    mapping = mapping_of("orders", ORDERS, extras={"note": "note"})
    whole = (ROWS, 5000, 1, int(bad))
    called = [sys.executable, "-c", LOADER, str(warehouse), str(file), mapping.model_dump_json()]
    rng = random.Random(7)
    longest = 2.0
    for _ in range(5):
        with subprocess.Popen(called, stdout=subprocess.PIPE, text=True) as loader:
            assert loader.stdout.readline() == "ready\n"
            started = time.monotonic()
            time.sleep(rng.uniform(0, longest))
            loader.send_signal(signal.SIGKILL)
            finished = "done" in loader.stdout.read()
        if finished:
            longest = max(0.1, time.monotonic() - started)
        found = state(warehouse)
        assert found in {(0, 0, 0, 0), whole}
        if found == whole:
            warehouse.unlink()
            Path(f"{warehouse}.wal").unlink(missing_ok=True)
    engine = open_warehouse(warehouse)
    result = load(engine, file, mapping, settings=WorkspaceSettings())
    again = load(engine, file, mapping, settings=WorkspaceSettings())
    assert (result.rows, result.accepted, again.unchanged) == (ROWS + bad, ROWS, ROWS)
    assert quarantined(engine).num_rows == int(bad)
    engine.close()
    assert state(warehouse) == whole
    assert not [each for each in tmp_path.glob("coterie-load-*") if _is_orphan(each)]


def _is_orphan(folder: Path) -> bool:
    import psutil

    return not psutil.pid_exists(int(folder.name.split("-")[2]))
