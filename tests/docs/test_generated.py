"""What is generated in git is what the code says now."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _generated() -> dict[str, tuple[Path, str]]:
    return {file.name: (file, text) for file, text in _generator().generated().items()}


FILES = [*_generator().PAGES, "help_en.txt", "help_zh.txt"]


@pytest.mark.parametrize("name", FILES)
def test_generated_files_are_current(name: str) -> None:
    file, text = _generated()[name]
    assert file.read_text("utf-8") == text, "run `python docs/generate.py` and commit what changed"


def test_every_generated_file_is_looked_at() -> None:
    assert list(_generated()) == FILES


def test_every_page_of_the_site_exists() -> None:
    import re

    pages = re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8"))
    assert [page for page in pages if not (ROOT / "docs" / page).exists()] == []
