"""Examples of answers, as a server gave them; recorded by ``tests/api/record_examples.py``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("examples.json")


@cache
def examples() -> Mapping[str, object]:
    """Operation → what it answered once. In the file one whose answers have the shape of another's names that."""
    found: dict[str, object] = json.loads(FILE.read_text("utf-8"))
    return {name: found[each] if isinstance(each, str) else each for name, each in found.items()}
