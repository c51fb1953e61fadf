"""Whatever another hand wrote into the stores, every command ends in a sentence."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

import coterie
from coterie.cli.running import run
from coterie.workspace.finding import STATE
from tests.laws import by_day
from tests.workspace.shop import NOW, filled

LEDGER, WAREHOUSE = Path(STATE) / "ledger.sqlite", Path(STATE) / "warehouse.duckdb"
COMMANDS = [line.split() for line in (
    "status", "doctor", "segments list", "segments members oslo", "segments history oslo", "profiles show C4",
    "campaigns list", "campaigns plan spring", "campaigns send spring --dry-run", "campaigns messages spring",
    "consents suppress a@b.example --by Ann", "quarantine list", "merges list", "export out", "diff definitions", "quality",
)]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    folder = filled(tmp_path_factory.mktemp("every") / "shop")
    coterie.open(folder, clock=lambda: NOW).close()
    return folder


def _ledger(*statements: str):
    def damage(folder: Path) -> None:
        with closing(sqlite3.connect(folder / LEDGER)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return damage


def _warehouse(statement: str):
    def damage(folder: Path) -> None:
        with duckdb.connect(str(folder / WAREHOUSE)) as connection:
            connection.execute(statement)

    return damage


DAMAGES = {
    "no-consents": _ledger("DROP TABLE consents"),
    "no-definitions": _ledger("DROP TABLE definitions"),
    "no-audit": _ledger("DROP TABLE audit"),
    "another-column": _ledger("ALTER TABLE suppressions RENAME COLUMN reason TO cause"),
    "definitions-no-json": _ledger("UPDATE definitions SET body = '{'"),
    "definitions-of-bytes": _ledger("UPDATE definitions SET body = x'ff00fe'"),
    "definitions-nested-for-ever": _ledger(f"UPDATE definitions SET body = '{'[' * 100_000}'"),
    "definitions-a-list": _ledger("UPDATE definitions SET body = '[1]'"),
    "definitions-nothing": _ledger("UPDATE definitions SET body = '{}'"),
    "audit-no-json": _ledger("UPDATE audit SET detail = '{'"),
    "no-orders": _warehouse("DROP TABLE orders CASCADE"),
    "no-profiles": _warehouse("DROP TABLE profiles CASCADE"),
    "no-identifiers": _warehouse("DROP TABLE identifiers CASCADE"),
    "identifiers-without-values": _warehouse("ALTER TABLE identifiers RENAME COLUMN value TO valve"),
}


BY_DAY = ("no-consents", "definitions-no-json", "no-orders")


@pytest.mark.parametrize("damage", by_day((pytest.param(each, id=name) for name, each in DAMAGES.items()), *BY_DAY))
def test_every_command_on_a_damaged_workspace_ends_in_a_sentence(shop, tmp_path, monkeypatch, capsys, damage):
    folder = Path(shutil.copytree(shop, tmp_path / "shop"))
    damage(folder)
    monkeypatch.chdir(folder)
    ends = {}
    for command in COMMANDS:
        code = run(command)
        told = capsys.readouterr()
        if (
            code not in (0, 1)
            or "nobody foresaw" in told.err
            or (code and command != ["doctor"] and "Not done" not in told.err)
        ):
            ends[" ".join(command)] = (code, told.err[-300:])
    assert ends == {}
    run(["doctor", "--json"])
    told = capsys.readouterr()
    assert '"bad"' in told.out or told.err
