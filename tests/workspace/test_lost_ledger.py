"""Where a ledger was lost, whoever objected is not known: nothing is sent before a person says so."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import coterie
from coterie.errors import Damaged, NotPermitted
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import RunningSink
from coterie.workspace.finding import STATE
from tests.laws import by_day
from tests.workspace.shop import DEFINITIONS, NOW, fill

SETTINGS = "coterie.yaml"


def opened(folder: Path) -> coterie.Workspace:
    return coterie.open(folder, clock=lambda: NOW)


@pytest.fixture(scope="module")
def settings(sink: RunningSink) -> WorkspaceSettings:
    return WorkspaceSettings(smtp=SmtpSettings(port=sink.port, is_sink=True))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, settings: WorkspaceSettings) -> Path:
    """A shop that was used, with its files beside it."""
    folder = coterie.init(tmp_path_factory.mktemp("kept") / "shop", settings)
    with opened(folder) as ws:
        assert ws.status().fenced is None
        fill(ws, folder.parent / "files", DEFINITIONS)
        ws.brakes.suppress("c1@shop.example", actor="ann")
    return folder


@pytest.fixture
def shop(kept: Path, tmp_path: Path) -> Path:
    """A shop like it, which may send."""
    shutil.copytree(kept.parent / "files", tmp_path / "files")
    folder = Path(shutil.copytree(kept, tmp_path / "shop"))
    with opened(folder) as ws:
        ws.brakes.release(actor="ann")
    return folder


def remove_all(folder: Path) -> None:
    shutil.rmtree(folder)


def remove_state(folder: Path) -> None:
    shutil.rmtree(folder / STATE)


def remove_stores(folder: Path) -> None:
    for file in (folder / STATE).iterdir():
        if file.name.partition(".")[0] in ("ledger", "warehouse"):
            file.unlink()


def remove_settings_and_state(folder: Path) -> None:
    remove_state(folder)
    (folder / SETTINGS).unlink()


def leave_definitions(folder: Path) -> None:
    definitions = (folder / "definitions").rename(folder.parent / "elsewhere")
    shutil.rmtree(folder)
    folder = folder.with_name("begun-anew")
    folder.mkdir()
    definitions.rename(folder / "definitions")


@pytest.mark.parametrize(
    ("lose", "at"),
    by_day(
        [
            pytest.param(remove_state, "shop", id="its-state"),
            pytest.param(remove_stores, "shop", id="both-stores"),
            pytest.param(remove_settings_and_state, "shop", id="all-but-its-definitions"),
            pytest.param(remove_all, "shop", id="its-folder"),
            pytest.param(leave_definitions, "begun-anew", id="all-but-its-definitions-elsewhere"),
        ],
        "its-state",
        "all-but-its-definitions-elsewhere",
    ),
)
def test_a_ledger_that_begins_where_one_was_lost_sends_nothing(
    shop: Path, sink: RunningSink, settings: WorkspaceSettings, lose: Callable[[Path], None], at: str
) -> None:
    lose(shop)
    folder, sent = shop.parent / at, len(sink.accepted())
    if not (folder / SETTINGS).exists():
        coterie.init(folder, settings)
    with opened(folder) as ws:
        fill(ws, shop.parent / "files", DEFINITIONS)
    for _ in range(2):  # it is not forgotten
        with opened(folder) as ws:
            assert "who objected then is not known" in str(ws.status().fenced)
            with pytest.raises(NotPermitted, match="who objected then is not known"):
                ws.campaigns.send("spring")
    assert len(sink.accepted()) == sent
    with opened(folder) as ws:
        assert "ledger is gone" in str(ws.brakes.release(actor="ann"))
        assert ws.campaigns.send("spring", limit=1).sent == 1
    with opened(folder) as ws:
        assert ws.status().fenced is None


@pytest.mark.parametrize("name", ["ledger.sqlite", "warehouse.duckdb"])
def test_one_store_lost_opens_nothing(shop: Path, name: str) -> None:
    (shop / STATE / name).unlink()
    for _ in range(2):
        with pytest.raises(Damaged, match="Put the file back from a backup"):
            opened(shop)


def test_a_kill_while_a_new_workspace_is_opened_first_loses_no_leave_to_send(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = coterie.init(tmp_path / "new")
    monkeypatch.setattr("coterie.workspace.fence.Fence._write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        opened(folder)
    monkeypatch.undo()
    for _ in range(2):
        with opened(folder) as ws:
            assert ws.status().fenced is None


def test_plan_and_export_ask_no_ledger_that_another_hand_changed(shop: Path) -> None:
    with closing(sqlite3.connect(shop / STATE / "ledger.sqlite")) as intruder:
        intruder.execute("DELETE FROM suppressions")
        intruder.commit()
    with opened(shop) as ws:
        for ask in (
            lambda: ws.campaigns.plan("spring"),
            lambda: ws.campaigns.send("spring", dry_run=True),
            lambda: ws.campaigns.send("spring"),
            ws.segments["frequent"].members,
        ):
            with pytest.raises(Damaged, match="suppressions"):
                ask()


def test_what_holds_peoples_data_is_for_its_owner_alone(shop: Path) -> None:
    (shop / STATE).chmod(0o755)
    (shop / STATE / "warehouse.duckdb").chmod(0o644)  # as an earlier version left it
    with opened(shop) as ws:
        ws.brakes.suppress("c2@shop.example", actor="ann")
        assert stat.S_IMODE((shop / STATE).stat().st_mode) == 0o700
    open_to_others = {
        path.name for path in (shop / STATE).iterdir() if path.stat().st_size and path.stat().st_mode & 0o077
    }
    assert open_to_others == set()
