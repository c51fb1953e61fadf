"""Definitions as YAML files: read with the place of every item and part, written back in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from coterie.documents import parse_document, read_document
from coterie.errors import BadDefinition, UnknownName
from coterie.profile import Measure
from coterie.segment import Rule
from coterie.words import Sentence, joined, sentence, word, yaml_says
from coterie.writing import write_whole

Step = str | int

_MOST_DEFINITIONS = 2_000


def marked(file: str, mark: yaml.Mark | None) -> Sentence:
    """``file:line`` of a mark in a YAML file; its first line without one."""
    return sentence("{file}:{line}", file=file, line=mark.line + 1 if mark else 1)


@dataclass(frozen=True)
class YamlPlace:
    """A definition in a file: ``kind`` and ``name``, and the YAML it was read from."""

    file: str
    kind: str
    name: str
    node: yaml.Node

    @property
    def where(self) -> Sentence:
        """``file:line`` of the whole definition."""
        return marked(self.file, self.node.start_mark)

    def at(self, steps: Sequence[Step] = (), word: str = "") -> Sentence:
        """``file:line: segment vip.rule.any[1]``: the part that ``steps`` lead to, or ``word`` inside it.

        Steps that the file does not have, such as a field that is missing, are told and take the line of what is there.
        """
        keys, node = _followed(self.node, tuple(steps))
        inside = next(_lines_of(node, word), None) if word else None
        line = node.start_mark.line + 1 if inside is None else inside
        return sentence("{file}:{line}: {part}", file=self.file, line=line, part=shown(self.kind, self.name, keys))


def shown(kind: str, name: str, steps: Sequence[Step] = ()) -> Sentence:
    """A part of a definition as people read it.

    >>> shown("segment", "vip", ["rule", "any", 1, "trait"])
    'segment vip.rule.any[1].trait'
    """
    told: list[str] = [Sentence(f"{kind} {{name}}", {"name": name})]
    for step in steps:
        if isinstance(step, int) and len(told) > 1:
            told[-1] += f"[{step}]"
        else:
            told.append(str(step))
    return joined(told, ".")


def steps_of(where: str) -> tuple[str, tuple[Step, ...]]:
    """The definition that ``where`` is about, such as ``segment vip``, and the steps inside it.

    >>> steps_of(joined(["segment vip", "rule", "of", "1"], "."))
    ('segment vip', ('rule', 'of', '1'))
    >>> steps_of("template hello, body")
    ('template hello', ('body',))
    """
    if isinstance(where, Sentence) and where.id == ".":
        first, *rest = (str(part) for part in where.values.values())
        return first, tuple(rest)
    first, _, field = where.partition(", ")
    return first, (field,) if field else ()


def _followed(node: yaml.Node, steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], yaml.Node]:
    """The steps as the file spells them, and the last node that they lead to."""
    spelled: tuple[Step, ...] = ()
    lost: tuple[Step, ...] = ()
    for step in steps:
        key, found = _within(node, step)
        if found is None:
            lost += (key,)
        else:  # what a reader of unions calls its choices is no step of the file
            spelled, lost, node = (*spelled, key), (), found
    return (*spelled, *lost), node


def _within(node: yaml.Node, step: Step) -> tuple[Step, yaml.Node | None]:
    if isinstance(node, yaml.SequenceNode):
        number = int(step) if str(step).isdecimal() else len(node.value)
        return (number, node.value[number]) if number < len(node.value) else (step, None)
    inside = {key.value: (key, value) for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    key = _key_of(str(step), inside)
    if key is None:
        return step, None
    named, value = inside[key]
    return key, named if isinstance(value, yaml.ScalarNode) else value


def _key_of(step: str, inside: Mapping[str, object]) -> str | None:
    """The key that holds the field ``step``: its own, or the part's name in the short form (``any`` for ``of``)."""
    if step in inside:
        return step
    for kind in (Rule.registry, Measure.registry):
        named = [key for key in inside if key in kind and kind[key].main == step]
        if len(named) == 1:
            return named[0]
        if step in kind and kind[step].main in inside:
            return kind[step].main
    return None


def _lines_of(node: yaml.Node, word: str) -> Iterator[int]:
    """The lines in which a scalar is ``word``, then those of a text that has it inside."""
    scalars = list(_scalars(node))
    yield from (each.start_mark.line + 1 for each in scalars if each.value == word)
    for each in scalars:
        if word in each.value:
            lines_before = each.value[: each.value.index(word)].count("\n")
            yield each.start_mark.line + 1 + (1 + lines_before if each.style == "|" else 0)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _scalars(each)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


SECTIONS = {
    "traits": "trait",
    "lists": "list",
    "segmentations": "segmentation",
    "segments": "segment",
    "templates": "template",
    "campaigns": "campaign",
    "journeys": "journey",
    "channels": "channel",
    "tracking_plans": "tracking_plan",
}
"""Key of a list in a file → kind of its items, in the order in which they depend on each other."""


@dataclass(frozen=True)
class WrittenDefinition:
    """One named thing from a file, and its place there."""

    kind: str
    name: str
    body: Mapping[str, object]
    place: YamlPlace

    @property
    def where(self) -> Sentence:
        """``file:line``."""
        return self.place.where


def read_definitions(place: Path) -> list[WrittenDefinition]:
    """Every definition in the file ``place``, or in the YAML files of the folder ``place`` and below.

    A file holds lists under ``traits``, ``lists``, ``segments``, ``templates``, ``campaigns``, ``journeys``, ``channels`` or
    ``tracking_plans``. Raises ``BadDefinition`` naming file and line when a file is not YAML,
    an item has no name, a name is given twice, or there are more than 2,000; ``UnknownName`` for an unknown list.
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
    return _distinct(definition for file in files for definition in _read_file(file))


def parse_definitions(text: str, called: str) -> list[WrittenDefinition]:
    """Every definition in ``text``, which is written as a file of them is (YAML, or JSON); ``called`` names it in messages."""
    return _distinct(_read_text(text, called))


def _distinct(definitions: Iterable[WrittenDefinition]) -> list[WrittenDefinition]:
    found: dict[tuple[str, str], WrittenDefinition] = {}
    for definition in definitions:
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
        if len(found) == _MOST_DEFINITIONS:
            told = "more than {n} definitions at once; apply them in parts, or let one segmentation or trait say what many segments say"
            raise BadDefinition(sentence(told, n=f"{_MOST_DEFINITIONS:,}"), where=definition.where)
        found[definition.kind, definition.name] = definition
    return list(found.values())


def _read_file(file: Path) -> Iterable[WrittenDefinition]:
    try:
        text = read_document(file)
    except yaml.YAMLError as fault:
        raise _no_yaml(fault, str(file)) from fault
    except UnicodeDecodeError as fault:
        raise BadDefinition("this file is not UTF-8; save it as UTF-8", where=str(file)) from fault
    return _read_text(text, str(file))


def _no_yaml(fault: yaml.YAMLError, file: str) -> BadDefinition:
    return BadDefinition(sentence("this is not YAML: {why}", why=yaml_says(fault)), where=_marked(file, fault))


def _read_text(text: str, file: str) -> Iterable[WrittenDefinition]:
    try:
        content, tree = parse_document(text)
    except yaml.YAMLError as fault:
        raise _no_yaml(fault, file) from fault
    if content is None:
        return
    if not isinstance(content, dict):
        raise BadDefinition(
            sentence(
                "expected lists under {names}; found {what}",
                names=", ".join(SECTIONS),
                what=word(type(content).__name__, "type"),
            ),
            where=marked(file, tree.start_mark if tree else None),
        )
    for key, value in cast("yaml.MappingNode", tree).value:
        if key.value not in SECTIONS:
            raise UnknownName("list of definitions", str(key.value), SECTIONS, where=marked(file, key.start_mark))
        yield from _read_section(file, key.value, value, content[key.value] or [])


def _marked(file: str, fault: yaml.YAMLError) -> Sentence:
    mark = getattr(fault, "problem_mark", None)
    return marked(file, mark) if mark else sentence("{file}", file=file)


def _read_section(file: str, section: str, node: yaml.Node, items: object) -> Iterable[WrittenDefinition]:
    if not isinstance(items, list):
        raise BadDefinition(
            sentence("{name} has to be a list (lines that begin with '- ')", name=section),
            where=marked(file, node.start_mark),
        )
    for item, each in zip(items, node.value, strict=True):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not item["name"].strip():
            raise BadDefinition(
                sentence("an item of {name} has no name; give it one: `- name: …`", name=section),
                where=marked(file, each.start_mark),
            )
        kind, name = SECTIONS[section], item["name"]
        yield WrittenDefinition(kind, name, item, YamlPlace(file, kind, name, each))


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
