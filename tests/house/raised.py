"""The sentences that the source makes, and errors whose words are no sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.house.house import Module, modules

MAKERS = {"sentence", "Sentence", "say", "word"}
COMPOSED = {"UnknownName": 0, "NameClash": 0, "Overtaken": 0, "Registry": 0}
"""Makers whose first argument is a word in a sentence of theirs."""

Key = tuple[str, str]
"""Sense and English."""


@cache
def sentences() -> dict[Key, str]:
    """Every sentence that is made from a text in the source, or that an error is raised with → where that is."""
    found: dict[Key, str] = {}
    for module in modules():
        for call in _calls(module):
            name = ast.unparse(call.func)
            if name in MAKERS:
                for text in _texts(call.args[0]) if call.args else ():
                    found.setdefault((_sense(call), text), f"{module.shown}:{call.lineno}")
            elif name in COMPOSED and call.args:
                for text in _texts(call.args[0]):
                    found.setdefault(("", text), f"{module.shown}:{call.lineno}")
            for given in _said_by(call):
                for text in _texts(given):
                    found.setdefault(("", text), f"{module.shown}:{call.lineno}")
    return {key: where for key, where in found.items() if any(letter.isalpha() for letter in _bare(key[1]))}


def put_together() -> list[str]:
    """Places where an error is raised with a text that was put together, so that nobody can tell it in another language."""
    return [
        f"{module.shown}:{call.lineno}"
        for module in modules()
        for call in _calls(module)
        for given in (*_said_by(call), *(word.value for word in call.keywords if word.arg in ("where", "advice")))
        if _is_put_together(given)
    ]


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def _said_by(call: ast.Call) -> list[ast.expr]:
    """What an error is raised with: the last of what is given by place; a code may stand before it."""
    name = ast.unparse(call.func)
    if name == "NotADocument":
        return [word.value for word in call.keywords if word.arg == "problem"]
    return [call.args[-1]] if name in _errors() and call.args else []


def _texts(given: ast.expr) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from _texts(given.body)
        yield from _texts(given.orelse)


def _is_put_together(given: ast.expr) -> bool:
    """Whether a text with letters of its own is put together from pieces; ``f"{file}:{path}"`` has none."""
    if isinstance(given, ast.IfExp):
        return _is_put_together(given.body) or _is_put_together(given.orelse)
    if isinstance(given, ast.JoinedStr):
        return any(c.isalpha() for part in given.values if isinstance(part, ast.Constant) for c in str(part.value))
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute):
        return given.func.attr == "format"
    return isinstance(given, ast.Call) and ast.unparse(given.func) == "str" and "fault" in ast.unparse(given)


def _sense(call: ast.Call) -> str:
    if ast.unparse(call.func) == "word" and isinstance(call.args[1], ast.Constant):
        return str(call.args[1].value)
    return next(
        (str(w.value.value) for w in call.keywords if w.arg == "sense" and isinstance(w.value, ast.Constant)), ""
    )


def _bare(text: str) -> str:
    """``text`` without its places, but with its words for one."""
    text = re.sub(r"\{\w+\|([^|{}]*)\|[^|{}]*\}", r"\1", text)
    kept, depth = [], 0
    for letter in text.replace("{{", "").replace("}}", ""):
        depth += (letter == "{") - (letter == "}")
        if not depth and letter != "}":
            kept.append(letter)
    return "".join(kept)


@cache
def _errors() -> frozenset[str]:
    """Names of error classes: the tree in ``errors.py``, what inherits from it anywhere, and ``ValueError``."""
    classes = [node for module in modules() for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    known = {"CoterieError", "ValueError"}
    while more := {c.name for c in classes if known.intersection(map(ast.unparse, c.bases))} - known:
        known |= more
    return frozenset(known - set(COMPOSED))
