"""Definitions as YAML files: read with the place of every item, written back in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from coterie.documents import parse_document, read_document
from coterie.errors import BadDefinition, UnknownName
from coterie.run.places import Place, marked
from coterie.words import Sentence, sentence, word, yaml_says
from coterie.writing import write_whole

SECTIONS = {
    "traits": "trait",
    "segmentations": "segmentation",
    "segments": "segment",
    "templates": "template",
    "campaigns": "campaign",
    "channels": "channel",
}
"""Key of a list in a file → kind of its items, in the order in which they depend on each other."""


@dataclass(frozen=True)
class Definition:
    """One named thing from a file, and its place there."""

    kind: str
    name: str
    body: Mapping[str, object]
    place: Place

    @property
    def where(self) -> Sentence:
        """``file:line``."""
        return self.place.where


def read_definitions(place: Path) -> list[Definition]:
    """Every definition in the file ``place``, or in the YAML files of the folder ``place`` and below.

    A file holds lists under ``traits``, ``segments``, ``templates``, ``campaigns`` or
    ``channels``. Raises ``BadDefinition`` naming file and line when a file is not YAML,
    an item has no name, or a name is given twice; ``UnknownName`` for an unknown list.
    """
    if not place.exists():
        raise BadDefinition(
            sentence("there is no file or folder {path}; name the place of your YAML definitions", path=place)
        )
    files = [place] if not place.is_dir() else sorted([*place.rglob("*.yaml"), *place.rglob("*.yml")])
    if not files:
        raise BadDefinition(
            sentence("{path} holds no .yaml file; `coterie export` writes some to start from", path=place)
        )
    found: dict[tuple[str, str], Definition] = {}
    for file in files:
        for definition in _read_file(file):
            earlier = found.get((definition.kind, definition.name))
            if earlier:
                raise BadDefinition(
                    sentence(
                        "the {kind} {name!r} is also defined at {place}; keep one",
                        kind=Sentence(definition.kind),
                        name=definition.name,
                        place=earlier.where,
                    ),
                    where=definition.where,
                )
            found[definition.kind, definition.name] = definition
    return list(found.values())


def _read_file(file: Path) -> Iterable[Definition]:
    try:
        content, tree = parse_document(read_document(file))
    except yaml.YAMLError as fault:
        raise BadDefinition(
            sentence("this is not YAML: {why}", why=yaml_says(fault)), where=_marked(file, fault)
        ) from fault
    except UnicodeDecodeError as fault:
        raise BadDefinition("this file is not UTF-8; save it as UTF-8", where=str(file)) from fault
    if content is None:
        return
    if not isinstance(content, dict):
        raise BadDefinition(
            sentence(
                "expected lists under {names}; found {what}",
                names=", ".join(SECTIONS),
                what=word(type(content).__name__, "type"),
            ),
            where=marked(str(file), tree.start_mark if tree else None),
        )
    for key, value in cast("yaml.MappingNode", tree).value:
        if key.value not in SECTIONS:
            raise UnknownName("list of definitions", str(key.value), SECTIONS, where=marked(str(file), key.start_mark))
        yield from _read_section(file, key.value, value, content[key.value] or [])


def _marked(file: Path, fault: yaml.YAMLError) -> Sentence:
    mark = getattr(fault, "problem_mark", None)
    return marked(str(file), mark) if mark else sentence("{file}", file=str(file))


def _read_section(file: Path, section: str, node: yaml.Node, items: object) -> Iterable[Definition]:
    if not isinstance(items, list):
        raise BadDefinition(
            sentence("{name} has to be a list (lines that begin with '- ')", name=section),
            where=marked(str(file), node.start_mark),
        )
    for item, each in zip(items, node.value, strict=True):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not item["name"].strip():
            raise BadDefinition(
                sentence("an item of {name} has no name; give it one: `- name: …`", name=section),
                where=marked(str(file), each.start_mark),
            )
        kind, name = SECTIONS[section], item["name"]
        yield Definition(kind, name, item, Place(str(file), kind, name, each))


def write_definitions(folder: Path, definitions: Iterable[tuple[str, Mapping[str, object]]]) -> list[Path]:
    """Write (kind, body) pairs into ``folder``, one file a kind, and return the files; reading them back gives the same."""
    by_section: dict[str, list[Mapping[str, object]]] = {}
    section_of = {kind: section for section, kind in SECTIONS.items()}
    for kind, body in definitions:
        by_section.setdefault(section_of[kind], []).append(body)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for section in (s for s in SECTIONS if s in by_section):
        file = folder / f"{section}.yaml"
        text = yaml.safe_dump({section: by_section[section]}, sort_keys=False, allow_unicode=True, width=110)
        write_whole(file, text)
        written.append(file)
    return written
