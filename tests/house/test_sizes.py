"""Small files, small functions, small faces."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.house import ROOT, SOURCE, is_public, modules

LONG_FILES_ALLOWED: dict[str, str] = {}
"""Data tables: path → why it may be long."""


def _span(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body
    has_docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    doc = (body[0].end_lineno or 0) - body[0].lineno + 1 if has_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - doc


def test_no_file_is_longer_than_500_lines() -> None:
    files = [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    lengths = {str(f.relative_to(ROOT)): len(f.read_text("utf-8").splitlines()) for f in files}
    assert {f: n for f, n in lengths.items() if n > 500 and f not in LONG_FILES_ALLOWED} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    long = {
        f"{module.shown}:{node.name}": _span(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _span(node) > 60
    }
    assert long == {}


def test_no_class_has_more_than_20_public_methods() -> None:
    wide = {
        f"{module.shown}:{node.name}": len(methods)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and len(methods := [m for m in node.body if isinstance(m, ast.FunctionDef) and is_public(m.name)]) > 20
    }
    assert wide == {}


def test_no_room_shows_more_than_25_names() -> None:
    faces = {
        module.shown: len(ast.literal_eval(node.value))
        for module in modules()
        if module.path.name == "__init__.py"
        for node in module.tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
    }
    assert {room: names for room, names in faces.items() if names > 25} == {}


def test_folders_are_at_most_three_deep() -> None:
    depths = {str(p.relative_to(SOURCE)): len(p.relative_to(SOURCE).parts) for p in _folders(SOURCE)}
    assert {folder: depth for folder, depth in depths.items() if depth > 3} == {}


def _folders(root: Path) -> list[Path]:
    return [p for p in root.rglob("*") if p.is_dir() and p.name != "__pycache__"]


def test_most_files_are_under_150_lines() -> None:
    lengths = [len(module.text.splitlines()) for module in modules()]
    assert sum(n <= 150 for n in lengths) / len(lengths) > 0.5
