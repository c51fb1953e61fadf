"""How long laws may search, where they may look, and what is made once for all tests."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from coterie.store import opening

# A busy machine is no fault of the code; `make test` looks at the same examples every time, `make test-all` at new ones.
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("searching", deadline=None, suppress_health_check=SLOW_IS_FINE)

# A commit waits for the disk, and tests make some hundred thousand; none of them asks what a disk keeps when the power
# fails but those that answer for the disk themselves. Where memory is too small for all that tests leave, the disk does.
MEMORY, ROOM = Path("/dev/shm"), 6 * 1024**3
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# The source is compiled once, and not by each of some hundred programs that tests start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Notes about the workspaces that tests use are none of this user's.
if "COTERIE_STATE_HOME" not in os.environ:
    os.environ["COTERIE_STATE_HOME"] = tempfile.mkdtemp(prefix="coterie-state-")
    atexit.register(shutil.rmtree, os.environ["COTERIE_STATE_HOME"], ignore_errors=True)

# Workspaces are made in the same place everywhere, whatever this machine's locale and clock say.
os.environ |= {"LC_MONETARY": "C", "TZ": "UTC"}

# A new ledger in SQLite is a copy of the first that the migrations made: thousands are opened, and migrating takes
# nearly all of the time. The tests of the store migrate every one.
_migrate, _ours = opening._upgrade, (opening.NEWEST, opening.MIGRATIONS)


@cache
def _migrated() -> str:
    """What the migrations make of nothing, as SQL."""
    engine = opening.connect(opening._url_of(None))
    _migrate(engine, None, None)
    with engine.connect() as connection:
        script = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    engine.dispose()
    return script


def _copied(engine: sa.Engine, found: str | None, file: Path | None) -> None:
    is_of_the_store = "tests/store/" in os.environ.get("PYTEST_CURRENT_TEST", "")
    is_as_shipped = _ours == (opening.NEWEST, opening.MIGRATIONS)
    if found is not None or engine.dialect.name != "sqlite" or is_of_the_store or not is_as_shipped:
        _migrate(engine, found, file)
        return
    with engine.connect() as connection:
        connection.connection.driver_connection.executescript(_migrated())  # type: ignore[union-attr]


opening._upgrade = _copied


# Files of few tests that take long, longest first: begun last, one of them would be waited for alone.
LONG = (
    "tests/web/test_pages.py",
    "tests/engines/test_engines.py",
    "tests/live/test_turns.py",
    "tests/live/test_live_law.py",
    "tests/workspace/test_kills.py",
    "tests/workspace/test_main_job.py",
    "tests/live/test_documents_law.py",
    "tests/workspace/test_reads_write_nothing.py",
    "tests/api/test_faults_of_the_disk.py",
    "tests/docs/test_parts.py",
    "tests/api/test_figures.py",
    "tests/api/test_power_loss.py",
    "tests/workspace/test_former_workspaces.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, the others as they stand."""
    place = {file: number for number, file in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONG)))


def pytest_collection_finish() -> None:
    """What was loaded stays, and is looked through for garbage no more, which takes a tenth of the processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_sessionfinish() -> None:
    """What is left is let go in order when the process ends."""
    gc.unfreeze()
