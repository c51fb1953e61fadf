"""A backup is whole, readable by its owner alone, and what it makes sends nothing unasked."""

from __future__ import annotations

import stat
import tarfile
from pathlib import Path

import pytest

import coterie
from coterie.errors import CoterieError, NotPermitted, Refused
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
from coterie.workspace.stand import STATE
from tests.workspace.shop import DEFINITIONS, NOW, fill


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backup")
    with running_sink(folder) as sink:
        shop = coterie.init(folder / "shop", WorkspaceSettings(smtp=SmtpSettings(port=sink.port, is_sink=True)))
        with coterie.open(shop, clock=lambda: NOW) as ws:
            fill(ws, folder / "files", DEFINITIONS)
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


@pytest.mark.parametrize("what", ["nothing", "folder", "text", "cut"])
def test_what_is_no_backup_is_refused_in_a_sentence(made, tmp_path, what):
    source = tmp_path / "source.tar.gz"
    if what == "folder":
        source.mkdir()
    elif what == "text":
        source.write_text("hello")
    elif what == "cut":
        whole = (made[0] / "kept.tar.gz").read_bytes()
        source.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(CoterieError, match="is no backup"):
        coterie.restore(Path(source), tmp_path / "again")
    assert not (tmp_path / "again").exists()
