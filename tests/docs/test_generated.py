"""What is generated in git is what the code says now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _generated() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    files: dict[Path, str] = module.generated()
    return files


@pytest.mark.parametrize(("file", "text"), [pytest.param(f, t, id=f.name) for f, t in _generated().items()])
def test_generated_files_are_current(file: Path, text: str) -> None:
    assert file.read_text("utf-8") == text, "run `python docs/generate.py` and commit what changed"


def test_every_page_of_the_site_exists() -> None:
    import re

    pages = re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8"))
    assert [page for page in pages if not (ROOT / "docs" / page).exists()] == []
