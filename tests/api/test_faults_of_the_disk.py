"""A disk that is full, or does not confirm, or a process that ends at any of its writes: nothing answered with 200 is lost."""

from __future__ import annotations

import errno
import random
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from tests.api.faulty import built, end_all, start_faulty
from tests.api.server import Server, start


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("faults"))


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    end_all()


def _batch(name: str, number: int = 20) -> dict[str, object]:
    return {
        "batch": [{"type": "track", "event": "Kept", "userId": "u", "messageId": f"{name}-{n}"} for n in range(number)]
    }


def _there(folder: Path) -> list[str]:
    with coterie.open(folder) as ws:
        return [str(row["event_id"]) for row in ws.query("SELECT event_id FROM events").rows()]


def test_a_full_disk_is_said_and_passes(tmp_path: Path, library: Path) -> None:
    """507 at once, nothing kept of it; as soon as there is room all goes on by itself."""
    folder, full = coterie.init(tmp_path / "shop"), tmp_path / "full"
    server = start_faulty(
        folder,
        library,
        FAULT_UNDER=str(folder),
        FAULT_WHILE=str(full),
        FAULT_CALL="write",
        FAULT_ERROR=str(errno.ENOSPC),
    )
    assert server.post("batch", _batch("before")) == 200
    server.settle()
    full.touch()
    began = time.monotonic()
    assert server.post("batch", _batch("refused")) == 507
    assert time.monotonic() - began < 10, "who is refused is told, not left waiting"
    time.sleep(1)
    assert server.process.poll() is None
    full.unlink()
    until = time.monotonic() + 30
    while (status := server.post("batch", _batch("after"))) != 200 and time.monotonic() < until:
        time.sleep(0.2)
    assert status == 200
    assert server.settle()["accepted"] == 40
    assert server.end() == (0, "")
    assert sorted(_there(folder)) == sorted(each["messageId"] for name in ("before", "after") for each in _batch(name)["batch"])  # type: ignore[attr-defined, index]  # fmt: skip


def test_a_disk_that_does_not_confirm_ends_the_server(tmp_path: Path, library: Path) -> None:
    """After fsync failed nobody knows what is there: it is not tried again, and the next process reads what is."""
    folder, broken = coterie.init(tmp_path / "shop"), tmp_path / "broken"
    server = start_faulty(
        folder,
        library,
        FAULT_UNDER=str(folder / ".coterie" / "journal"),
        FAULT_WHILE=str(broken),
        FAULT_CALL="sync",
        FAULT_ERROR=str(errno.EIO),
    )
    key = server.key
    assert server.post("batch", _batch("before")) == 200
    broken.touch()
    assert server.post("batch", _batch("unknown")) == 503
    _, complaint = server.process.communicate(timeout=60)
    assert server.process.returncode == 1
    assert "the disk did not confirm" in complaint
    again = start(folder)
    again.key = key
    assert again.post("batch", _batch("unknown")) == 200
    figures = again.settle()
    assert again.end() == (0, "")
    assert figures["accepted"] == 40
    assert len(set(_there(folder))) == 40


def _sent(server: Server, names: list[str]) -> list[str]:
    """Which of the batches were answered with 200 before the server was gone."""
    kept = []
    for name in names:
        try:
            if server.post("batch", _batch(name)) == 200:
                kept.append(name)
        except (urllib.error.URLError, ConnectionError, TimeoutError, OSError):
            return kept
    return kept


SAMPLES = [pytest.param(1, id="one-of-them"), pytest.param(60, id="60-of-them", marks=pytest.mark.slow)]


@pytest.mark.parametrize("samples", SAMPLES)
def test_the_end_at_any_write_loses_and_repeats_nothing(tmp_path: Path, library: Path, samples: int) -> None:
    """Ten batches, and SIGKILL before the n-th write, truncation or sync of any file of the workspace; then all is sent again."""
    names = [f"batch-{number}" for number in range(10)]
    counted, whole = tmp_path / "calls", coterie.init(tmp_path / "whole")
    server = start_faulty(whole, library, FAULT_UNDER=str(whole), FAULT_COUNT=str(counted))
    before = counted.stat().st_size
    assert _sent(server, names) == names
    server.settle()
    calls = counted.stat().st_size
    server.end()
    assert calls > before > 0
    points = random.Random(samples).sample(range(before + 1, calls + 1), samples)
    for point in points:
        folder = coterie.init(tmp_path / f"at-{point}")
        dying = start_faulty(folder, library, FAULT_UNDER=str(folder), FAULT_AT=str(point))
        key, kept = dying.key, _sent(dying, names)
        time.sleep(0.5)
        dying.process.kill()
        dying.process.communicate()
        again = start(folder)
        again.key = key
        promised = {each["messageId"] for name in kept for each in _batch(name)["batch"]}  # type: ignore[attr-defined, index]
        again.settle()
        assert _sent(again, names) == names
        figures = again.settle()
        assert again.end() == (0, "")
        there = _there(folder)
        assert promised <= set(there), f"lost at call {point}"
        assert len(there) == len(set(there)) == 200, f"repeated at call {point}"
        assert figures["received"] == figures["accepted"] + figures["duplicate"] + figures["refused"]
