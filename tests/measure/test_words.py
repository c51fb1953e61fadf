"""Every sentence of the rooms measure and allocate is in the Chinese catalogue."""

import ast
from pathlib import Path

import pytest

from coterie.words import say

SOURCE = Path(__file__).parents[2] / "src/coterie"
SPEAKING = {"say", "NotEstimable", "because", "_none", "_share"}


def sentences(room):
    """Constant texts given to what speaks: say(…), NotEstimable(…), because(…), and needs=…/method=… anywhere."""
    for file in sorted((SOURCE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [a for a in node.args[:1] if name in SPEAKING] + [
                k.value for k in node.keywords if k.arg in ("needs", "method")
            ]
            yield from (a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str))


@pytest.mark.parametrize("room", ["measure", "allocate"])
def test_every_sentence_has_a_translation(room):
    spoken = {s for s in sentences(room) if s.strip("{}% ,.:")}
    assert len(spoken) > 3
    assert sorted(s for s in spoken if say(s, "zh") == s) == []
