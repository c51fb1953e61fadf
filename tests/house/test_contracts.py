"""Rooms import downwards only, and a part is one file and one line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from coterie.registry import Registry
from tests.house.house import ROOT, SOURCE, modules


def test_the_import_contracts_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def _registries() -> list[tuple[str, Registry[object]]]:
    import importlib

    found = {}
    for module in modules():
        if re.search(r"= Registry\b|: Registry\[", module.text):
            loaded = importlib.import_module(module.name)
            for value in vars(loaded).values():
                if isinstance(value, Registry):
                    found[id(value)] = (value.kind, value)
    return list(found.values())


@pytest.mark.parametrize(("kind", "registry"), [pytest.param(k, r, id=k) for k, r in _registries()])
def test_every_part_loads(kind: str, registry: Registry[object]) -> None:
    assert kind
    assert all(registry[name] is not None for name in registry)


@pytest.mark.parametrize(("kind", "registry"), [pytest.param(k, r, id=k) for k, r in _registries()])
def test_at_most_two_files_know_a_part(kind: str, registry: Registry[object]) -> None:
    crowded = {}
    for place in registry._builtin.values():
        dotted = place.partition(":")[0]
        own = SOURCE.parent / (dotted.replace(".", "/") + ".py")
        if not own.exists():
            continue  # a room's own face, not a part
        parent, _, stem = dotted.rpartition(".")
        mention = re.compile(rf"{re.escape(dotted)}\b|from {re.escape(parent)} import [^\n]*\b{stem}\b")
        knowing = {m.shown for m in modules() if m.path != own and mention.search(m.text)}
        if len(knowing) > 1:
            crowded[f"{kind}:{stem}"] = sorted(knowing)
    assert crowded == {}
