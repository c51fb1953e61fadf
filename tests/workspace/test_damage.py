"""What was broken, lost or swapped is said in a sentence, and nothing is written over it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import coterie
from coterie.errors import CoterieError
from coterie.protect import KEY_FILE
from coterie.workspace.finding import STATE

WAREHOUSE, LEDGER, SETTINGS = Path(STATE) / "warehouse.duckdb", Path(STATE) / "ledger.sqlite", Path("coterie.yaml")
KEY = Path(STATE) / KEY_FILE


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A workspace that was opened once."""
    folder = coterie.init(tmp_path / "shop")
    coterie.open(folder).close()
    return folder


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scramble(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096::700] = bytes(byte ^ 0xFF for byte in content[4096::700])
    file.write_bytes(content)


def make_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def make_newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


@pytest.mark.parametrize(
    ("place", "damage", "words"),
    [
        pytest.param(WAREHOUSE, lambda f: f.write_bytes(b"no database " * 999), "damaged", id="warehouse-of-garbage"),
        pytest.param(WAREHOUSE, lambda f: f.write_bytes(b""), "damaged", id="warehouse-emptied"),
        pytest.param(WAREHOUSE, make_a_pipe, "no warehouse", id="warehouse-a-pipe"),
        pytest.param(LEDGER, make_a_pipe, "is missing", id="ledger-a-pipe"),
        pytest.param(SETTINGS, make_a_pipe, "pipe or device", id="settings-a-pipe"),
        pytest.param(KEY, make_a_pipe, "no plain file", id="key-a-pipe"),
        pytest.param(WAREHOUSE, cut, "damaged|cannot be read", id="warehouse-cut-short"),
        pytest.param(WAREHOUSE, Path.unlink, "not the one that the ledger was used with", id="warehouse-lost"),
        pytest.param(LEDGER, lambda f: f.write_bytes(b"no database " * 999), "not a ledger", id="ledger-of-garbage"),
        pytest.param(LEDGER, lambda f: f.write_bytes(b""), "is missing", id="ledger-emptied"),
        pytest.param(LEDGER, cut, "damaged|cannot be read", id="ledger-cut-short"),
        pytest.param(LEDGER, scramble, "damaged|cannot be read", id="ledger-scrambled"),
        pytest.param(LEDGER, Path.unlink, "is missing", id="ledger-lost"),
        pytest.param(LEDGER, make_newer, "newer Coterie", id="ledger-of-a-newer-coterie"),
        pytest.param(SETTINGS, lambda f: f.write_text("name: [shop"), "is not YAML", id="settings-no-yaml"),
        pytest.param(SETTINGS, lambda f: f.write_text(""), "holds no settings", id="settings-emptied"),
        pytest.param(SETTINGS, lambda f: f.write_text("- a\n"), "holds no settings", id="settings-a-list"),
        pytest.param(SETTINGS, lambda f: f.write_bytes(b"\xff\x00"), "not text in UTF-8", id="settings-no-text"),
    ],
)
def test_damage_is_said_again_and_again(used: Path, place: Path, damage: Callable[[Path], object], words: str) -> None:
    damage(used / place)
    for _ in range(2):
        with pytest.raises(CoterieError, match=words):
            coterie.open(used)


@pytest.mark.parametrize("place", [pytest.param(WAREHOUSE, id="warehouse"), pytest.param(LEDGER, id="ledger")])
def test_what_was_lost_can_be_put_back(used: Path, place: Path) -> None:
    kept = (used / place).read_bytes()
    (used / place).unlink()
    with pytest.raises(CoterieError, match="Put the file back"):
        coterie.open(used)
    (used / place).write_bytes(kept)
    with coterie.open(used) as ws:
        assert ws.status().definitions


def test_a_ledger_of_another_workspace_is_refused(used: Path, tmp_path: Path) -> None:
    other = coterie.init(tmp_path / "other")
    coterie.open(other).close()
    (used / LEDGER).write_bytes((other / LEDGER).read_bytes())
    with pytest.raises(CoterieError, match="not the key that this ledger was written with"):
        coterie.open(used)


def test_init_keeps_what_git_was_told_to_leave_out(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("secrets\n")
    coterie.init(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == f"secrets\n{STATE}/\n"


def test_a_file_is_replaced_whole_or_kept(tmp_path: Path) -> None:
    from coterie.writing import written_whole

    file = tmp_path / "report.html"
    file.write_text("old")
    with pytest.raises(FileNotFoundError), written_whole(file) as aside:
        aside.with_name("no").joinpath("folder").write_text(aside.write_text("half") * "x")
    assert (file.read_text(), [each.name for each in tmp_path.iterdir()]) == ("old", ["report.html"])
    link = tmp_path / "latest.html"
    link.symlink_to(file)
    with written_whole(link) as aside:
        aside.write_text("new")
    assert (link.is_symlink(), file.read_text()) == (True, "new")


def test_a_full_disk_names_the_file_that_found_no_room(tmp_path: Path) -> None:
    from coterie.writing import written_whole

    file = tmp_path / "report.html"
    with pytest.raises(OSError, match=r"No space left on device: .*report\.html"), written_whole(file):
        Path("/dev/full").write_text("page")
    assert list(tmp_path.iterdir()) == []
