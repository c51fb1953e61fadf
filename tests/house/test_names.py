"""Names say what a thing is; some words say nothing."""

from __future__ import annotations

import ast
import re

from tests.house.house import ROOT, SOURCE, is_public, modules

EMPTY_WORDS = frozenset({
    "utils", "util", "helpers", "helper", "common", "misc", "core", "base", "manager", "service", "handler",
    "processor", "data", "info", "stuff", "tools",
})  # fmt: skip
FIELD_WORDS = {"DataFloor": "the architecture page's own word for how little a model can learn from"}


def test_no_module_or_class_is_named_with_an_empty_word() -> None:
    named = [(m.shown, part) for m in modules() for part in m.path.stem.lower().split("_")]
    named += [
        (f"{m.shown}:{node.name}", word.lower())
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ClassDef)
        for word in re.findall(r"[A-Z][a-z]+", node.name)
    ]
    guilty = {where for where, word in named if word in EMPTY_WORDS and where.rpartition(":")[2] not in FIELD_WORDS}
    assert guilty == set()


def test_no_function_is_called_process_something() -> None:
    assert [
        f"{m.shown}:{node.name}"
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("process_")
    ] == []


def test_nothing_carries_a_version_in_its_name() -> None:
    assert [m.shown for m in modules() if re.search(r"v\d+$", m.path.stem) and m.path.parent.name != "versions"] == []


def test_no_unfinished_work_is_left_in_the_code() -> None:
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")))
    assert [m.shown for m in modules() if marks.search(m.text)] == []


def test_the_environment_is_read_in_settings_only() -> None:
    readers = [m.shown for m in modules() if re.search(r"os\.environ|os\.getenv|getenv\(", m.text)]
    assert [r for r in readers if "/settings/" not in r] == []


def test_no_expression_reaches_an_interpreter() -> None:
    banned = {"eval", "exec", "compile", "__import__"}
    calls = [
        f"{m.shown}:{node.lineno}"
        for m in modules()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in banned
    ]
    imports = [
        m.shown
        for m in modules()
        if re.search(r"^\s*(import|from) (pickle|marshal|shelve|joblib)", m.text, re.MULTILINE)
    ]
    loads = [m.shown for m in modules() if re.search(r"yaml\.(load|unsafe_load|full_load)\(", m.text)]
    assert (calls, imports, loads) == ([], [], [])


def test_every_broad_except_says_why() -> None:
    bare = re.compile(r"except( Exception| BaseException)?:(?!.*#)")
    assert [
        f"{m.shown}:{number}"
        for m in modules()
        for number, line in enumerate(m.text.splitlines(), 1)
        if bare.search(line) and "raise" not in "\n".join(m.text.splitlines()[number : number + 4])
    ] == []


def test_public_signatures_do_not_say_any() -> None:
    found = []
    for m in modules():
        for node in ast.walk(m.tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not is_public(node.name):
                continue
            arguments = [*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs]
            annotations = [a.annotation for a in arguments if a.annotation] + ([node.returns] if node.returns else [])
            if any(re.search(r"\bAny\b", ast.unparse(a)) for a in annotations):
                found.append(f"{m.shown}:{node.name}")
    assert found == []


def test_no_machine_path_or_registry_host_is_in_the_tree() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    hosts = re.compile(
        r"https?://[A-Za-z0-9.-]*(pypi|pythonhosted|npmjs|debian)\.[a-z]+|(?<![\w.])/work/(main|shared|notes)"
    )
    files = [ROOT / name for name in listed.stdout.split("\n") if name and name != "tests/house/test_names.py"]
    texts = [f for f in files if f.is_file() and f.suffix not in {".png", ".woff2"}]
    assert [str(f) for f in texts if hosts.search(f.read_text("utf-8", errors="ignore"))] == []


def test_no_table_that_is_put_aside_has_a_fixed_name() -> None:
    """The engine names what stages put aside, so that two loads, refreshes or readings never meet through a name."""
    allowed = {"engines/duckdb.py", "engines/spark.py", "store/sets.py"}  # which makes one for a transaction of its own
    making = re.compile(r"\bTEMP(ORARY)? (TABLE|VIEW)\b")
    fixed = re.compile(r"\b(FROM|JOIN|INTO|UPDATE|TABLE) _[a-z]|\.(write|create|insert|drop|swap)\(\s*\"_")
    elsewhere = [m for m in modules() if m.path.relative_to(SOURCE).as_posix() not in allowed]
    assert [m.shown for m in elsewhere if making.search(m.text) or fixed.search(m.text)] == []


OF_A_PROTOCOL = {"Envelope", "Message"}
"""Words that requests which come in over HTTP have of their own, beside those of what goes out."""


def test_no_two_classes_bear_the_same_name() -> None:
    """One concept, one word; a private class is a word of its file alone."""
    places: dict[str, list[str]] = {}
    for m in modules():
        for node in m.tree.body:
            if isinstance(node, ast.ClassDef) and is_public(node.name):
                places.setdefault(node.name, []).append(m.shown)
    several = {name: where for name, where in places.items() if len(where) > 1}
    assert several.keys() <= OF_A_PROTOCOL, several
    for shown in several.values():
        assert sum("/intake/" not in where for where in shown) <= 1, shown
