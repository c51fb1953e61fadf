"""``--lang`` is of every command, and what was kept before is told in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from coterie.cli.app import app_of
from coterie.cli.running import run


def _commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    inner = getattr(command, "commands", {})
    for name, each in inner.items():
        yield from _commands(each, (*path, name))
    if not inner:
        yield path, command


@pytest.mark.parametrize("alone", [None, "kpis", "status"])
def test_every_command_takes_it_once(alone: str | None) -> None:
    found = dict(_commands(get_command(app_of(alone))))
    options = {
        path: [name for p in command.params for name in p.opts].count("--lang") for path, command in found.items()
    }
    assert len(options) > (60 if alone is None else 0)
    assert {path: times for path, times in options.items() if times != 1} == {}


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "shop"
    assert run(["init", str(folder), "--lang", "en"]) == 0
    orders = "order_id,email,ordered_at,total\n1,ann@example.com,2025-03-04,10\n2,ben@example.com,yesterday,20\n"
    (tmp_path / "orders.csv").write_text(orders, "utf-8")
    assert run(["load", str(tmp_path / "orders.csv"), "-w", str(folder), "--yes"]) == 0
    capsys.readouterr()
    return folder


@pytest.mark.parametrize("line", ["status", "quarantine list", "doctor", "kpis list", "campaigns list", "merges list"])
def test_a_command_is_told_in_the_language_asked_for(shop: Path, capsys, line: str) -> None:
    said = {}
    for lang in ("en", "zh"):
        assert run([*line.split(), "-w", str(shop), "--lang", lang]) in (0, 1)
        said[lang] = capsys.readouterr().out
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said["zh"])
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in said["en"])


@pytest.mark.parametrize("line", ["schema", "schema segment", "parts operator did", "parts channel email"])
def test_schemas_are_described_in_the_language_asked_for(capsys, line: str) -> None:
    said = {}
    for lang in ("en", "zh"):
        assert run([*line.split(), "--lang", lang]) == 0
        said[lang] = json.loads(capsys.readouterr().out)["description"]
    assert "\u4e00" <= said["zh"][0] <= "\u9fff"
    assert said["en"].isascii()


def test_rows_refused_in_english_are_told_in_the_language_that_the_workspace_has_now(shop: Path, capsys) -> None:
    settings = shop / "coterie.yaml"
    settings.write_text(settings.read_text("utf-8").replace("locale: en", "locale: zh"), "utf-8")
    assert run(["quarantine", "list", "-w", str(shop), "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["reason"]["text"].startswith("按映射对 occurred_at 的读法")
    assert row["reason"]["id"].startswith("'{value}' is no date")
    assert row["reason"]["values"]["value"] == "yesterday"
