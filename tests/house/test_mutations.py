"""The changes made by hand can still be made: what each changes stands once, and its test is there."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_each_change_by_hand_changes_stands_once_and_its_test_is_there(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "bench"), *sys.path])
    changes = importlib.import_module("by_hand").HAND
    texts: dict[Path, str] = {}

    def text(path: Path) -> str:
        return texts.setdefault(path, path.read_text("utf-8"))

    stale = [each.name for each in changes if text(ROOT / "src/coterie" / each.file).count(each.old) != 1]
    assert stale == []
    places = [each.test.partition("[")[0].split("::") for each in changes]
    gone = [f"{file}::{name}" for file, name in places if not re.search(rf"def {name}\b", text(ROOT / file))]
    assert gone == []
    names = [each.name for each in changes]
    assert len(names) == len(set(names))
