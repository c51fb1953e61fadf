"""The tutorial, followed word for word on the real file."""

from __future__ import annotations

import runpy
import shlex
from pathlib import Path

import duckdb
import pytest

from coterie.cli.running import run
from tests.docs.outputs import differences
from tests.docs.pages import blocks

PAGE = "tutorials/online-retail.md"
FILE = Path(__file__).parents[3] / "shared" / "data" / "online_retail_to_2011_08.parquet"
WANTED = """init; load; quality; apply; diff; export; refresh; report; status; doctor; segments list; segments show;
segments preview; segments explain; segments sql; segments overlap; segmentations rfm; segmentations discover;
segmentations show; segmentations quality; predict fit; predict show; profiles show; campaigns plan; campaigns send;
channels score; quarantine list; quarantine replay"""


def test_the_tutorial_shows_every_command_of_the_main_job() -> None:
    lines = [" ".join(words) for block in blocks(PAGE) if block.language == "console" for words in block.commands()]
    wanted = [each.strip() for each in WANTED.split(";")]
    assert [each for each in wanted if not any(line.startswith(f"coterie {each}") for line in lines)] == []


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not FILE.exists():
        pytest.skip(f"the tutorial was NOT followed: {FILE} is not here")
    target = tmp_path / "online_retail.csv"
    with duckdb.connect() as connection:  # the module's own is shared with whoever ran before
        connection.execute(f"COPY (FROM '{FILE}') TO '{target}' (HEADER)")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_following_the_tutorial_word_for_word_works(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[tuple[str, str, str]] = []
    for block in blocks(PAGE):
        if block.title:
            file = Path(block.title)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
            if block.language == "python":
                runpy.run_path(str(file))
        elif block.language == "console":
            for command, told in block.told():
                words = shlex.split(command)
                if words[0] == "cd":
                    monkeypatch.chdir(words[1])
                    continue
                capsys.readouterr()
                code = run(words[1:])
                out = capsys.readouterr()
                assert code == 0, f"{command}: {out.err}"
                shown.append((command, told, out.out))
    assert sorted(file.name for file in (place / "shop" / "exported").iterdir()) == [
        "campaigns.yaml",
        "segments.yaml",
        "templates.yaml",
        "traits.yaml",
    ]
    wrong = {f"{n}. {command}": differences(told, out) for n, (command, told, out) in enumerate(shown, 1) if told}
    assert {command: found for command, found in wrong.items() if found} == {}
