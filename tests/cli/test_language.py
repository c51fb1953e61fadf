"""The command line speaks the language that was asked for, else the workspace's, else the environment's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from coterie.cli.running import run

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shops")
    for lang in ("en", "zh"):
        assert run(["init", str(folder / lang), "--lang", lang, "--json"]) == 0
    return folder


@pytest.mark.parametrize("environment", ["en", "zh"])
@pytest.mark.parametrize(
    ("of_workspace", "asked", "told"),
    [
        pytest.param("zh", (), "zh", id="the-workspace's"),
        pytest.param("en", (), "en", id="the-workspace's-english"),
        pytest.param("zh", ("--lang", "en"), "en", id="asked-for"),
        pytest.param("en", ("--lang", "zh"), "zh", id="asked-for-chinese"),
    ],
)
@pytest.mark.parametrize("line", [("kpis", "list"), ("segmentations", "show", "nothing")], ids=["answer", "error"])
def test_what_is_asked_for_comes_before_the_workspace_and_that_before_the_environment(
    shops: Path,
    line: tuple[str, ...],
    of_workspace: str,
    asked: tuple[str, ...],
    told: str,
    environment: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COTERIE_LOCALE", environment)
    capsys.readouterr()
    run([*line, "-w", str(shops / of_workspace), *asked])
    assert bool(CHINESE.search("".join(capsys.readouterr()))) == (told == "zh")


@pytest.mark.parametrize("fault", ["currency: nonsense\n", "surprise: 1\n"])
def test_what_is_wrong_in_opening_is_told_in_its_language_too(
    tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COTERIE_LOCALE", "en")
    (tmp_path / "coterie.yaml").write_text(f"name: x\nlocale: zh\n{fault}", "utf-8")
    assert run(["status", "-w", str(tmp_path), "--json"]) == 1
    assert CHINESE.search(json.loads(capsys.readouterr().err)["message"])


def test_without_a_workspace_the_environment_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COTERIE_LOCALE", "zh")
    assert run(["status", "-w", str(tmp_path)]) == 1
    assert CHINESE.search(capsys.readouterr().err)
    monkeypatch.setenv("COTERIE_LOCALE", "en")
    assert run(["status", "-w", str(tmp_path)]) == 1
    assert not CHINESE.search(capsys.readouterr().err)


def test_one_command_line_leaves_the_next_alone(
    shops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COTERIE_LOCALE", "en")
    run(["kpis", "list", "-w", str(shops / "zh")])
    capsys.readouterr()
    assert run(["status", "-w", str(tmp_path)]) == 1
    assert not CHINESE.search(capsys.readouterr().err)
