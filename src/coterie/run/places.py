"""Where in a YAML file a part of a definition stands, and how it is spelled there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from coterie.profile import Measure
from coterie.segment import Rule
from coterie.words import Sentence, joined, sentence

Step = str | int


def marked(file: str, mark: yaml.Mark | None) -> Sentence:
    """``file:line`` of a mark in a YAML file; its first line without one."""
    return sentence("{file}:{line}", file=file, line=mark.line + 1 if mark else 1)


@dataclass(frozen=True)
class Place:
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
