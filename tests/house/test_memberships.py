"""Only the room of segments knows how memberships are stored; the others ask it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.house import SOURCE

STORED = re.compile(r"\b(membership_flags|membership_changes|memberships)\b")
KNOWS = ("segment/", "engines/warehouse.py")


def texts(tree: ast.AST) -> list[str]:
    """The texts of a file that are no docstrings."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]


def elsewhere() -> list[Path]:
    return [file for file in sorted(SOURCE.rglob("*.py")) if not str(file.relative_to(SOURCE)).startswith(KNOWS)]


def test_no_other_room_names_the_tables_of_memberships() -> None:
    named = {
        str(file.relative_to(SOURCE)): found
        for file in elsewhere()
        if (found := [text for text in texts(ast.parse(file.read_text("utf-8"))) if STORED.search(text)])
    }
    assert named == {}, "ask coterie.segment.membership instead"


def test_a_name_inside_of_sql_would_be_found() -> None:
    tree = ast.parse('"""memberships"""\nsql = f"SELECT * FROM memberships WHERE {x}"')
    assert [text for text in texts(tree) if STORED.search(text)] != []
