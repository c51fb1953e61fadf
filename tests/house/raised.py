"""The sentences that errors are raised with, as the source spells them."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from tests.house.house import modules

VALUE = "900{}"
"""What stands in a sentence for a value: nothing that any sentence or catalogue has."""

COMPOSED = {"UnknownName", "NameClash"}
"""Errors that make their sentence themselves, in ``errors.py``."""

Bound = Mapping[str, tuple[ast.expr, ...]]
Spelling = tuple[str | ast.expr, ...]
"""A sentence in pieces: text, and the expressions of its values."""


@cache
def sentences() -> dict[str, str]:
    """Every sentence that an error, or a check inside a definition, is made with → where that is.

    A value is a mark; both sides of ``a if b else c`` are sentences; names are followed to
    what the same function gave them, and calls to what a function of the same file returns.
    """
    found: dict[str, str] = {}
    for module in modules():
        functions = {n.name: n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        returned = {name: tuple(_returned(function)) for name, function in functions.items()}
        for scope in (module.tree, *functions.values()):
            here = _locals(scope)
            for call in _own_calls(scope):
                if _is_error(call) and call.args:
                    # The sentence is the last of what is given by place; a code may stand before it.
                    for spelling in _spelled(call.args[-1], here, returned):
                        if any(letter.isalpha() for piece in spelling if isinstance(piece, str) for letter in piece):
                            found.setdefault(_marked(spelling), f"{module.shown}:{call.lineno}")
    return found


@cache
def kinds() -> dict[str, str]:
    """What ``UnknownName`` says was looked for → where."""
    return {
        _marked(spelling): f"{module.shown}:{call.lineno}"
        for module in modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("UnknownName", "Registry") and call.args
        for spelling in _spelled(call.args[0], {}, {})
        if any(isinstance(piece, str) for piece in spelling)
    }


@cache
def _errors() -> frozenset[str]:
    """Names of error classes: the tree in ``errors.py``, what inherits from it anywhere, and ``ValueError``."""
    classes = [node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    known = {"CoterieError", "ValueError"}
    while more := {c.name for c in classes if known.intersection(map(ast.unparse, c.bases))} - known:
        known |= more
    return frozenset(known - COMPOSED)


def _is_error(call: ast.Call) -> bool:
    return ast.unparse(call.func) in _errors()


def _own_calls(scope: ast.AST) -> Iterator[ast.Call]:
    """Calls in ``scope`` and not in a function inside it."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.Call):
            yield node
        yield from _own_calls(node)


def _locals(scope: ast.AST) -> Bound:
    found: dict[str, tuple[ast.expr, ...]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_text(node.value):
            name = node.targets[0].id
            found[name] = (*found.get(name, ()), node.value)
    return found


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) or _is_text(node.orelse)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr]:
    return (n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value and _is_text(n.value))


def _spelled(node: ast.expr, here: Bound, returned: Bound) -> Iterable[Spelling]:
    """The ways to spell ``node``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [(node.value,)]
    if isinstance(node, ast.JoinedStr):
        return _joined(node.values, here, returned)
    if isinstance(node, ast.FormattedValue):
        # !r puts quotes around, so that a value is told from a word.
        is_value = node.conversion != -1 or node.format_spec
        return [(node.value,)] if is_value else _spelled(node.value, here, returned)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([node.left, node.right], here, returned)
    if isinstance(node, ast.IfExp):
        return [*_spelled(node.body, here, returned), *_spelled(node.orelse, here, returned)]
    followed: tuple[ast.expr, ...] = ()
    if isinstance(node, ast.Name):
        followed = here.get(node.id, ())
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        followed = returned.get(node.func.id, ())
    return [way for each in followed for way in _spelled(each, {}, {})] or [(node,)]


def _joined(nodes: list[ast.expr], here: Bound, returned: Bound) -> list[Spelling]:
    ways = itertools.product(*(list(_spelled(node, here, returned)) for node in nodes))
    return [tuple(itertools.chain.from_iterable(way)) for way in ways]


def _marked(spelling: Spelling) -> str:
    marks: dict[str, str] = {}
    told = ""
    for piece in spelling:
        if isinstance(piece, str):
            told += piece
        else:
            told += marks.setdefault(ast.unparse(piece), VALUE.format(len(marks) + 1))
    return told
