"""The loop: what has to happen, in which order, with progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coterie.faces import loaded_when_used

if TYPE_CHECKING:
    from coterie.run.as_of import FACT_TABLES, AsOf, choose_as_of, newest_fact
    from coterie.run.changes import Change, compare, plain, save_changes
    from coterie.run.definition_files import (
        SECTIONS,
        WrittenDefinition,
        YamlPlace,
        read_definitions,
        steps_of,
        write_definitions,
    )
    from coterie.run.parsing import definition_schema, parse_definition
    from coterie.run.refreshing import (
        REFRESHED_AT,
        Refreshed,
        bring_people,
        last_refresh,
        people_are_current,
        refresh_everything,
        refresh_is_current,
        segment_definitions,
        trait_definitions,
    )

__all__ = [
    "FACT_TABLES",
    "REFRESHED_AT",
    "SECTIONS",
    "AsOf",
    "Change",
    "Refreshed",
    "WrittenDefinition",
    "YamlPlace",
    "bring_people",
    "choose_as_of",
    "compare",
    "definition_schema",
    "last_refresh",
    "newest_fact",
    "parse_definition",
    "people_are_current",
    "plain",
    "read_definitions",
    "refresh_everything",
    "refresh_is_current",
    "save_changes",
    "segment_definitions",
    "steps_of",
    "trait_definitions",
    "write_definitions",
]

__getattr__ = loaded_when_used(
    __name__,
    {
        "FACT_TABLES": "run.as_of",
        "REFRESHED_AT": "run.refreshing",
        "SECTIONS": "run.definition_files",
        "AsOf": "run.as_of",
        "Change": "run.changes",
        "Refreshed": "run.refreshing",
        "WrittenDefinition": "run.definition_files",
        "YamlPlace": "run.definition_files",
        "bring_people": "run.refreshing",
        "choose_as_of": "run.as_of",
        "compare": "run.changes",
        "definition_schema": "run.parsing",
        "last_refresh": "run.refreshing",
        "newest_fact": "run.as_of",
        "parse_definition": "run.parsing",
        "people_are_current": "run.refreshing",
        "plain": "run.changes",
        "read_definitions": "run.definition_files",
        "refresh_everything": "run.refreshing",
        "refresh_is_current": "run.refreshing",
        "save_changes": "run.changes",
        "segment_definitions": "run.refreshing",
        "steps_of": "run.definition_files",
        "trait_definitions": "run.refreshing",
        "write_definitions": "run.definition_files",
    },
)
