"""The page about mapping files is complete, and its example is one."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from pydantic import BaseModel

from coterie.domain import MappedField, Mapping
from coterie.domain.loading import FileFormat, Group

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "mappings.md"


def test_every_key_of_a_mapping_is_explained() -> None:
    models: tuple[type[BaseModel], ...] = (Mapping, FileFormat, MappedField, Group)
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    assert [name for model in models for name in model.model_fields if not rows.get(name, "").strip()] == []


def test_the_example_is_a_mapping() -> None:
    text = re.search(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert text
    assert Mapping.model_validate(yaml.safe_load(text.group(1))).kind == "orders"
