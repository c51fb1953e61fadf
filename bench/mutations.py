"""Does the suite notice when the code is wrong? Mutations made by hand, and by chance.

Run: python bench/mutations.py [seconds] [--only TEXT]. The mutations by hand are those that a first suite did not notice, each with
the test that now does; --only tries those in whose name or file TEXT stands, and none by chance. For as many seconds as given, mutations by chance follow (a comparison, sign, operator or number
changed, in SQL too) in the rooms named below, against the tests of their room and the examples of their file. What survives is printed; docs/explanation/mutations.md
lists those that were looked at, with the reason why they may. Sources are copied; nothing here is touched.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from by_hand import HAND, Mutation

ROOT = Path(__file__).parents[1]
SOURCE = Path("src/coterie")
ROOMS = ("measure", "allocate", "decide", "protect", "deliver", "predict")


def survives(mutation: Mutation, folder: Path) -> bool:
    """Whether its test still passes with the mutation in a copy of the sources."""
    file = folder / SOURCE / mutation.file
    text = file.read_text("utf-8")
    if text.count(mutation.old) != 1:
        sys.exit(f"{mutation.name}: {mutation.old!r} does not stand once in {mutation.file}")
    file.write_text(text.replace(mutation.old, mutation.new, 1), "utf-8")
    try:
        return _passes(folder, [mutation.test], 600)
    finally:
        file.write_text(text, "utf-8")


def _passes(folder: Path, tests: list[str], seconds: float) -> bool:
    given = {**os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    laws = [
        "--hypothesis-profile",
        "searching",
        "--hypothesis-seed",
        "0",
    ]  # as many examples as laws have, and the same ones
    chosen = ["-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", *laws]
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *chosen, *tests], cwd=ROOT, env=given, capture_output=True, timeout=seconds, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False  # an endless loop is noticed too
    if run.returncode not in (0, 1):
        sys.exit(f"{tests}: pytest ended with {run.returncode}\n{run.stdout.decode()[-2000:]}")
    return run.returncode == 0


def _keeps_examples(folder: Path, file: Path) -> bool:
    """Whether the examples in the docstrings of a file still come out."""
    module = ".".join(file.relative_to(folder / "src").with_suffix("").parts)
    asked = f"import doctest, {module}, sys; sys.exit(doctest.testmod(sys.modules[{module!r}]).failed > 0)"
    given = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return (
        subprocess.run(
            [sys.executable, "-c", asked], env=given, capture_output=True, timeout=600, check=False
        ).returncode
        == 0
    )


COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
REPLACED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


IN_SQL = re.compile(r"(?<= )(<=|>=|<|>|\+|-)(?= [\w${(])")
"""A comparison or sign in a statement."""
OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "+": "-", "-": "+"}


def _in_sql(node: ast.AST) -> bool:
    """Whether a text looks like a statement, or part of one, that compares."""
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return bool(IN_SQL.search(text)) and bool(re.search(r"\b(SELECT|WHERE|AND|FILTER|CASE|JOIN)\b", text))


def places(tree: ast.AST) -> Iterator[ast.AST]:
    """What can be mutated, docstrings and types apart."""
    for node in ast.walk(tree):
        is_number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        if (
            is_number
            or (isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED)
            or (isinstance(node, ast.BinOp) and type(node.op) in REPLACED)
            or isinstance(node, ast.BoolOp)
            or _in_sql(node)
        ):
            yield node


def mutate(node: ast.AST, chosen: random.Random) -> None:
    """Change one node where it stands; of a statement one of its comparisons or signs."""
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARED[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp):
        node.op = REPLACED[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        node.value = node.value + 1
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = chosen.choice(list(IN_SQL.finditer(node.value)))
        node.value = node.value[: found.start()] + OTHER[found.group()] + node.value[found.end() :]


def by_chance(folder: Path, seconds: float, seed: int) -> tuple[int, list[str]]:
    """How many mutations were made until time was up, and those that survived."""
    chosen, until, survivors, made = random.Random(seed), time.monotonic() + seconds, [], 0
    files = [file for room in ROOMS for file in sorted((folder / SOURCE / room).rglob("*.py"))]
    while time.monotonic() < until:
        file = chosen.choice(files)
        text = file.read_text("utf-8")
        tree = ast.parse(text)
        found = list(places(tree))
        if not found:
            continue
        node = chosen.choice(found)
        before = ast.unparse(node)
        mutate(node, chosen)
        file.write_text(ast.unparse(tree), "utf-8")
        room = file.relative_to(folder / SOURCE).parts[0]
        try:
            made += 1
            if _keeps_examples(folder, file) and _passes(folder, [f"tests/{room}"], 600):
                place = f"{file.relative_to(folder)}:{node.lineno}"  # type: ignore[attr-defined]
                survivors.append(f"{place}: {before} → {ast.unparse(node)}")
                print("survived", survivors[-1], flush=True)
        finally:
            file.write_text(text, "utf-8")
    return made, survivors


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("seconds", type=float, nargs="?", default=1800)
    asked.add_argument("--only", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
        survivors = []
        chosen = [each for each in HAND if given.only in f"{each.file} {each.name}"]
        for mutation in chosen:
            lives = survives(mutation, folder)
            survivors += [mutation.name] if lives else []
            print(
                f"{'SURVIVED' if lives else 'caught'}: {mutation.name} ({mutation.file}) by {mutation.test}", flush=True
            )
        print(f"by hand: {len(chosen)} made, {len(survivors)} survived")
        if not given.only:
            made, alive = by_chance(folder, given.seconds, seed=int(time.time()) // 86400)
            print(f"by chance: {made} made, {len(alive)} survived")
    if survivors:
        sys.exit(f"not noticed: {', '.join(survivors)}")


if __name__ == "__main__":
    main()
