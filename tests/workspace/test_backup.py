"""A backup is whole, readable by its owner alone, and what it makes sends nothing unasked."""

from __future__ import annotations

import os
import re
import resource
import signal
import stat
import tarfile
from datetime import datetime
from pathlib import Path

import pytest

import coterie
from coterie.errors import CoterieError, NotPermitted, Refused
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.store import Request, open_journal
from coterie.testing.smtp_sink import running_sink
from coterie.workspace.finding import JOURNAL, STATE
from coterie.writing import folder_aside
from tests.workspace.kills import forked
from tests.workspace.shop import DEFINITIONS, NOW, filled


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backup")
    with running_sink(folder) as sink:
        settings = WorkspaceSettings(smtp=SmtpSettings(port=sink.port, is_sink=True))
        shop = filled(folder / "shop", settings=settings)
        with coterie.open(shop, clock=lambda: NOW) as ws:
            ws.campaigns.send("spring", limit=2)
            for name in ("kept", "kept.tar.gz"):
                assert len(ws.backup(folder / name).files) >= 5
            before = figures(ws)
        yield folder, before


def figures(ws: coterie.Workspace) -> dict[str, object]:
    found = ws.status()
    return {"rows": found.rows, "messages": found.messages.rows(), "definitions": found.definitions}


@pytest.mark.parametrize("name", ["kept", "kept.tar.gz"])
def test_what_is_restored_is_what_was_backed_up_and_is_fenced(made, tmp_path, name):
    folder, before = made
    coterie.restore(folder / name, tmp_path / "again")
    with coterie.open(tmp_path / "again", clock=lambda: NOW) as ws:
        assert figures(ws) == before
        assert {row["state"] for row in ws.doctor().rows() if row["check"] in ("files", "audit")} == {"good"}
        with pytest.raises(NotPermitted, match="release"):
            ws.campaigns.send("spring")
        assert (tmp_path / "again" / "definitions" / "all.yaml").read_text("utf-8") == DEFINITIONS


def test_only_its_owner_can_read_a_backup(made):
    folder, _ = made
    for path in [folder / "kept", *(folder / "kept").rglob("*"), folder / "kept.tar.gz"]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_nothing_is_written_over(made):
    folder, _ = made
    with coterie.open(folder / "shop", clock=lambda: NOW) as ws, pytest.raises(Refused, match="is there already"):
        ws.backup(folder / "kept")
    with pytest.raises(Refused, match="is there already"):
        coterie.restore(folder / "kept", folder / "shop")


@pytest.mark.parametrize("part", [f"{STATE}/warehouse.duckdb", f"{STATE}/ledger.sqlite", f"{STATE}/workspace.key"])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.95])
def test_a_backup_that_was_changed_makes_no_workspace(made, tmp_path, part, place):
    folder, _ = made
    with tarfile.open(folder / "kept.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    file = tmp_path / "backup" / part
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 0x01
    file.write_bytes(content)
    with pytest.raises(CoterieError, match="is not as it was made"):
        coterie.restore(tmp_path / "backup", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_what_a_killed_backup_left_goes_with_the_next_and_what_is_at_work_stays(made, tmp_path):
    folder, _ = made
    target = tmp_path / "copy"
    children = [start_and_stop(folder / "shop", target) for _ in range(2)]
    left = sorted(tmp_path.glob(".copy.*"))
    assert len(left) == 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o700 for path in left)
    os.kill(children[0], signal.SIGKILL)
    os.waitpid(children[0], 0)
    try:
        coterie.restore(folder / "kept", tmp_path / "other")
        assert len(list(tmp_path.glob(".copy.*"))) == 1
        assert not target.exists()
    finally:
        os.kill(children[1], signal.SIGKILL)
        os.waitpid(children[1], 0)
    coterie.restore(folder / "kept", tmp_path / "third")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "third"]


def start_and_stop(shop: Path, target: Path) -> int:
    """A process that stands still in the middle of making ``target``."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with folder_aside(target) as made:
            (made / "half").write_bytes((shop / STATE / "ledger.sqlite").read_bytes()[:1000])
            os.write(write, b"x")
            signal.pause()
        os._exit(1)
    os.close(write)
    os.read(read, 1)
    os.close(read)
    return child


def test_a_full_disk_leaves_nothing_and_is_told_with_its_own_place(made, tmp_path):
    folder, _ = made
    for limit in (200_000, 2_000_000):
        for make in (
            lambda: coterie.restore(folder / "kept", tmp_path / "new"),
            lambda: _back_up(folder / "shop", tmp_path / "new.tgz"),
        ):
            said = forked(lambda make=make, limit=limit: in_room(make, limit))
            assert str(tmp_path) in said, said
            assert "File too large" in said
            assert list(tmp_path.iterdir()) == []


def _back_up(shop: Path, target: Path) -> object:
    with coterie.open(shop, clock=lambda: NOW) as ws:
        return ws.backup(target)


def in_room(make, limit: int) -> str:
    """What is said where no file may grow above ``limit`` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        make()
    except OSError as fault:
        return f"{fault.filename}: {fault.strerror}"
    return "done"


@pytest.mark.parametrize("what", ["link", "pipe"])
def test_what_is_no_file_is_not_backed_up(made, tmp_path, what):
    folder, _ = made
    odd = folder / "shop" / "definitions" / "odd.yaml"
    odd.symlink_to("/dev/zero") if what == "link" else os.mkfifo(odd)
    try:
        with coterie.open(folder / "shop", clock=lambda: NOW) as ws, pytest.raises(Refused, match=r"odd\.yaml is"):
            ws.backup(tmp_path / "copy")
    finally:
        odd.unlink()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["nothing", "folder", "text", "cut", "pipe", "device"])
def test_what_is_no_backup_is_refused_in_a_sentence(made, tmp_path, what):
    source = tmp_path / "source.tar.gz"
    if what == "folder":
        source.mkdir()
    elif what == "text":
        source.write_text("hello")
    elif what == "pipe":
        os.mkfifo(source)
    elif what == "cut":
        whole = (made[0] / "kept.tar.gz").read_bytes()
        source.write_bytes(whole[: len(whole) // 3])
    elif what == "device":
        source = Path("/dev/zero")
    with pytest.raises(CoterieError, match="is no backup") as caught:
        coterie.restore(Path(source), tmp_path / "again")
    assert not (tmp_path / "again").exists()
    if "can be read" in str(caught.value):  # the other names a file and a command
        assert not re.search("[a-z]{3,}", caught.value.told("zh").replace(str(source), ""))


def test_what_waits_in_the_journal_is_backed_up(tmp_path):
    """Whoever was answered with a yes finds it again, also where a server was killed before the warehouse had it."""
    shop = coterie.init(tmp_path / "shop")
    told = b'{"type": "track", "event": "Cart Viewed", "userId": "u1", "messageId": "m1"}'
    with coterie.open(shop) as ws:
        journal = open_journal(shop / STATE / JOURNAL)
        journal.append([Request(datetime(2026, 11, 1), "web", "track", 1, told)], trim_to=0)
        journal.close()
        ws.backup(tmp_path / "kept")
    coterie.restore(tmp_path / "kept", tmp_path / "again")
    with coterie.open(tmp_path / "again") as ws:
        intake = ws.intake(lambda *_: None, lambda fault: pytest.fail(str(fault)))
        intake.start()
        intake.stop()
        assert ws.query("SELECT name, event_id FROM events").rows() == [{"name": "Cart Viewed", "event_id": "m1"}]
    assert stat.S_IMODE((tmp_path / "kept" / STATE / JOURNAL).stat().st_mode) == 0o600
