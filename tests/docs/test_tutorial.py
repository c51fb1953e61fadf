"""The tutorial, followed word for word on the real file."""

from __future__ import annotations

import runpy
from pathlib import Path

import duckdb
import pytest

from coterie.cli.running import run
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
    duckdb.sql(f"COPY (FROM '{FILE}') TO '{target}' (HEADER)")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_following_the_tutorial_word_for_word_works(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: dict[str, str] = {}
    for block in blocks(PAGE):
        if block.title:
            file = Path(block.title)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
            if block.language == "python":
                runpy.run_path(str(file))
        elif block.language == "console":
            for words in block.commands():
                if words[0] == "cd":
                    monkeypatch.chdir(words[1])
                    continue
                capsys.readouterr()
                code = run(words[1:])
                out = capsys.readouterr()
                assert code == 0, f"{' '.join(words)}: {out.err}"
                shown.setdefault(" ".join(words), out.out)
    assert sorted(file.name for file in (place / "shop" / "exported").iterdir()) == [
        "campaigns.yaml",
        "segments.yaml",
        "templates.yaml",
        "traits.yaml",
    ]
    for command, sentence in SHOWN:
        assert sentence in _told(command), f"the page no longer shows: {sentence}"
        assert sentence in shown[command], f"{command} no longer says: {sentence}"


SHOWN = (
    ("coterie load ../online_retail.csv", "320,705 rows: 320,705 accepted (0 were here already, 0 updated), 0 refused"),
    ("coterie diff definitions/", "segment   quiet-vip     add"),
    ("coterie segments list", "in segment VIP and no orders in the last 30 days"),
    ("coterie segments show vip", "VIP: 244 customers, 7.3% of the base."),
    ("coterie segments preview -f rule.yaml", "size  188"),
    ("coterie segmentations quality discovered", "Not known: no profile has an e-mail address"),
    ("coterie predict show", "Nobody can be seen to have left in these orders"),
    ("coterie quarantine list", "'perhaps' is neither a yes nor a no"),
    ("coterie campaigns plan vip-thanks", "Left out: 25, because the person said no, or took the consent back."),
)


def _told(command: str) -> str:
    """What the page prints below ``$ command``, until the next command."""
    found = ""
    for block in blocks(PAGE):
        is_here = False
        for line in block.text.splitlines(keepends=True) if block.language == "console" else ():
            if line.startswith("$ "):
                is_here = line[2:].strip() == command
            elif is_here:
                found += line
    return found
