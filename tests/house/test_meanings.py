"""What the rows of orders mean as events is said in one place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from coterie.domain import EVENT_MEANINGS

SOURCE = Path(__file__).parents[2] / "src" / "coterie"
_STATUS = re.compile(r"status\s*(?:=|<>|!=|IN\s*\()\s*'")
SAYS_IT = {"domain/meanings.py"}
MAKES_IT = {"collect/derive.py", "collect/settling.py", "collect/loading/standing.py", "collect/checks/rules.py"}
"""Where statuses are written or checked as such: their place is collect, which makes them."""


def _texts(file: Path) -> list[str]:
    """The strings of a file, without its docstrings, whose examples show what people write."""
    tree = ast.parse(file.read_text("utf-8"))
    shown = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body
        if isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in shown
    ]


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda file: str(file.relative_to(SOURCE)))
def test_no_room_says_itself_which_rows_are_an_order(file: Path) -> None:
    name = str(file.relative_to(SOURCE))
    if name in SAYS_IT:
        return
    texts = _texts(file)
    assert [text for text in texts if text in EVENT_MEANINGS] == []
    if name not in MAKES_IT:
        assert [text for text in texts if "orders" in text and _STATUS.search(text)] == []
