"""Every part, setting, command and event is documented."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from pydantic import BaseModel

import coterie
from coterie.collect import KINDS
from coterie.deliver.receipts import EVENT_NAMES
from coterie.registry import Registry
from coterie.settings import models
from tests.docs.commands import command_lines, options
from tests.docs.pages import DOCS

NOT_IMPORTED = ("coterie.testing",)
EVENTS = {"Order Completed", "Order Refunded", "Product Purchased", *EVENT_NAMES.values()}


def page(name: str) -> str:
    return (DOCS / "reference" / name).read_text("utf-8")


def registries() -> dict[str, Registry[object]]:
    """Every registry of the program, by kind, found by looking into every module."""
    found = {}
    for module in pkgutil.walk_packages(coterie.__path__, "coterie."):
        if module.name.endswith("__main__") or module.name.startswith(NOT_IMPORTED) or "migrations" in module.name:
            continue
        for thing in list(vars(import_module(module.name)).values()):
            if isinstance(thing, Registry):
                found[thing.kind] = thing
    return found


def test_every_part_is_documented() -> None:
    sections = {s.split("\n", 1)[0]: s for s in page("parts.md").split("\n## ")[1:]}
    missing = [
        f"{kind}: {name}"
        for kind, registry in registries().items()
        for name in registry
        if f"| `{name}` | " not in sections.get(kind, "") or f"| `{name}` |  |" in sections[kind]
    ]
    assert missing == []


def test_every_setting_is_documented() -> None:
    text = page("settings.md")
    kinds = [each for each in vars(models).values() if isinstance(each, type) and issubclass(each, BaseModel)]
    here = [each for each in kinds if each.__module__ == models.__name__]
    names = [
        (of.validation_alias or f"COTERIE_{field.upper()}") if each is models.ProcessSettings else field
        for each in here
        for field, of in each.model_fields.items()
    ]
    assert [name for name in names if f"| `{name}` |" not in text] == []
    assert "|  |\n" not in text, "a setting has no meaning"


@pytest.mark.parametrize("line", command_lines())
def test_every_command_and_option_is_documented(line: str) -> None:
    section = page("commands.md").split(f"### {line}\n", 1)[1].split("\n### ", 1)[0]
    missing = [name for name in options(command_lines()[line]) if name != "--help" and f"{name}" not in section]
    assert missing == []
    assert "| `--" not in section or "` |  |" not in section, "an option has no meaning"


def test_every_event_is_documented() -> None:
    of_files = {kind.event for kind in KINDS.values() if kind.event}
    of_files |= {name for kind in KINDS.values() for name in kind.event_if.values()}
    assert [name for name in EVENTS | of_files if f"| `{name}` |" not in page("events.md")] == []


def test_every_field_of_a_definition_says_what_it_means() -> None:
    assert "|  |\n" not in page("definitions.md")
