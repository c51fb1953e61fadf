"""Ready segment rules by family of criteria, offered where the data supports them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field

from coterie.engines import Engine, identifier, literal
from coterie.errors import CoterieError
from coterie.profile import STAGES, Catalog, TraitDefinition, language, read_catalog, ready_traits
from coterie.segment.definition import SegmentDefinition
from coterie.segment.plan import SegmentPlan
from coterie.segment.segmentations.rfm_names import SEGMENTS
from coterie.words import into

Family = Literal[
    "demographic",
    "geographic",
    "psychographic",
    "behavioral",
    "benefit",
    "value",
    "lifecycle",
    "loyalty",
    "technographic",
    "firmographic",
]

Fields = Mapping[str, str]
_ANY_INSTANT = datetime(2000, 1, 1)  # noqa: DTZ001 - naive UTC; a rule compiles alike at any instant


class SegmentTemplate(BaseModel):
    """A rule with slots for columns; see the head of ``templates.yaml`` for what each field means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    family: Family
    label: dict[Literal["en", "zh"], str]
    rule: dict[str, object]
    traits: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    numbers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    dates: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    each: int = Field(0, ge=0)
    industries: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadySegment:
    """A template filled from the data at hand: a definition that can be saved as it is, in either language."""

    template: SegmentTemplate
    fields: Fields

    @property
    def family(self) -> Family:
        """The family of criteria."""
        return self.template.family

    @property
    def name(self) -> str:
        """The segment's name: lower case, digits, underscores."""
        return _written(self.template.name, {"value": self.fields.get("key", "")})

    def label(self, locale: str = "en") -> str:
        """What a person reads, in a language."""
        value = self.fields.get("value", "")
        known = STAGES.get(value) if "segmentation.lifecycle" in self.fields.values() else SEGMENTS.get(value)
        fields = {**self.fields, "value": known.name().told(locale) if known else value}
        return _written(self.template.label["zh" if locale == "zh" else "en"], fields)

    def definition(self, locale: str = "en") -> SegmentDefinition:
        """The segment, ready to be saved, changed or previewed."""
        return SegmentDefinition.model_validate(self.body(locale))

    def body(self, locale: str = "en") -> dict[str, object]:
        """The definition as a person writes it in YAML."""
        return {
            "name": self.name,
            "label": self.label(locale),
            "family": self.family,
            "rule": _filled(self.template.rule, self.fields),
        }


@dataclass(frozen=True)
class ReadyTemplates:
    """Every segment that the data at hand supports, by family in the order of the file."""

    segments: tuple[ReadySegment, ...]

    def __iter__(self) -> Iterator[ReadySegment]:
        return iter(self.segments)

    def __len__(self) -> int:
        return len(self.segments)

    def table(self, locale: str = "en") -> pa.Table:
        """A row per segment: ``name, family, label, rule`` (in words), ``definition`` (YAML) and ``written``, the rule as JSON."""
        definitions = [ready.definition(locale) for ready in self.segments]
        bodies = [ready.body(locale) for ready in self.segments]
        return pa.table(
            {
                "name": pa.array([ready.name for ready in self.segments], pa.string()),
                "family": pa.array([into(ready.family, locale) for ready in self.segments], pa.string()),
                "label": pa.array([ready.label(locale) for ready in self.segments], pa.string()),
                "rule": pa.array([definition.words().told(locale) for definition in definitions], pa.string()),
                "definition": pa.array(
                    [yaml.safe_dump(body, allow_unicode=True, sort_keys=False) for body in bodies], pa.string()
                ),
                "written": pa.array([json.dumps(body["rule"], ensure_ascii=False) for body in bodies], pa.string()),
            }
        )


@cache
def template_library() -> tuple[SegmentTemplate, ...]:
    """All templates, supported or not.

    >>> len({template.family for template in template_library()})
    10
    """
    text = (files("coterie.segment") / "templates.yaml").read_text("utf-8")
    return tuple(language.parse(SegmentTemplate, entry, where="templates.yaml") for entry in yaml.safe_load(text))


def ready_templates(engine: Engine) -> ReadyTemplates:
    """The templates whose traits, events and values are in this warehouse, filled from it.

    Values for ``each`` are the commonest of the column, at least 10 profiles each; they are known
    for given traits, segmentations and traits that were refreshed.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("ALTER TABLE profiles ADD COLUMN gender VARCHAR")
    >>> engine.execute("INSERT INTO profiles SELECT i, NULL, ['f', 'm'][i % 2 + 1] FROM range(40) t(i)")
    >>> [ready.definition().rule.words() for ready in ready_templates(engine)]
    ['gender = f', 'gender = m']
    """
    catalog, traits = read_catalog(engine), ready_traits(engine)
    found = []
    for template in template_library():
        slots = _slots(engine, catalog, template)
        if slots is None:
            continue
        for fields in _each(engine, catalog, template, slots):
            ready = ReadySegment(template, fields)
            if _is_supported(ready, catalog, traits):
                found.append(ready)
    return ReadyTemplates(tuple(found))


def _written(text: str, fields: Fields) -> str:
    return re.sub(r"\{(\w+)\}", lambda slot: fields.get(slot[1], slot[0]), text)


def _filled(given: object, fields: Fields) -> object:
    """``given`` with {slots} filled, throughout lists and mappings."""
    if isinstance(given, str):
        return _written(given, fields)
    if isinstance(given, list):
        return [_filled(each, fields) for each in given]
    if isinstance(given, dict):
        return {key: _filled(each, fields) for key, each in given.items()}
    return given


def _is_supported(ready: ReadySegment, catalog: Catalog, traits: tuple[TraitDefinition, ...]) -> bool:
    fresh = [trait for trait in traits if trait.name not in catalog.computed]
    try:
        SegmentPlan(catalog, _ANY_INSTANT, fresh, ()).rule(ready.definition().rule, "rule")
    except CoterieError:
        return False
    return True


def _slots(engine: Engine, catalog: Catalog, template: SegmentTemplate) -> dict[str, str] | None:
    """Slot → column; None when a slot finds none."""
    known = {**catalog.attributes, **catalog.computed}
    known |= {f"segmentation.{name}": "text" for name in catalog.segmentations}
    slots: dict[str, str] = {}
    for wanted, types in (
        (template.traits, ("text", "boolean")),
        (template.numbers, ("number",)),
        (template.dates, ("date", "instant")),
    ):
        for slot, names in wanted.items():
            fitting = [name for name in names if known.get(name) in types and _holds_values(engine, catalog, name)]
            if not fitting:
                return None
            slots[slot] = fitting[0]
    return slots


def _place(catalog: Catalog, name: str) -> tuple[str, str]:
    if name.startswith("segmentation."):
        return "segment", f"assignments WHERE segmentation = {literal(name.removeprefix('segmentation.'))} AND segment"
    table = "profiles" if name in catalog.attributes else "traits_computed"
    return identifier(name), f"{table} WHERE {identifier(name)}"


def _holds_values(engine: Engine, catalog: Catalog, name: str) -> bool:
    _, source = _place(catalog, name)
    return bool(engine.query(f"SELECT 1 AS one FROM {source} IS NOT NULL LIMIT 1").num_rows)


def _each(engine: Engine, catalog: Catalog, template: SegmentTemplate, slots: dict[str, str]) -> list[dict[str, str]]:
    if not template.each:
        return [slots]
    column, source = _place(catalog, next(iter(slots.values())))
    values = engine.query(
        f"""SELECT CAST({column} AS VARCHAR) AS value FROM {source} IS NOT NULL
            GROUP BY 1 HAVING count(*) >= 10 ORDER BY count(*) DESC, 1 LIMIT {template.each}"""
    )["value"].to_pylist()
    keys: list[str] = []
    for place, value in enumerate(values, start=1):
        key = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")[:60]
        # Chinese values leave nothing, "A-B" and "a b" the same: their place tells them apart.
        keys.append(key if key and key not in keys else f"{key}_{place}".strip("_"))
    return [{**slots, "value": value, "key": key} for value, key in zip(values, keys, strict=True)]
