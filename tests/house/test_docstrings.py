"""What is public is documented, and its examples are true."""

from __future__ import annotations

import ast
import doctest
import importlib

import pytest

from tests.house.house import Module, is_public, modules


@pytest.mark.parametrize("module", [pytest.param(m, id=m.name) for m in modules() if ">>>" in m.text])
def test_examples_in_docstrings_are_true(module: Module) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    failed, tried = doctest.testmod(importlib.import_module(module.name), optionflags=flags)
    assert tried > 0
    assert failed == 0


def test_every_public_name_has_a_docstring() -> None:
    public = [
        (f"{module.shown}:{node.name}", ast.get_docstring(node))
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and is_public(node.name) and not _is_command(module, node)
    ]
    public += [(module.shown, ast.get_docstring(module.tree)) for module in modules()]
    assert [where for where, words in public if not words and "/migrations/versions/" not in where] == []


def _is_command(module: Module, node: ast.stmt) -> bool:
    """Commands say what they do in their help, in two languages."""
    return (
        module.name.startswith("coterie.cli.")
        and isinstance(node, ast.FunctionDef)
        and "as_json" in ast.unparse(node.args)
    )
