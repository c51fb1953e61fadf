"""YAML files that people write, read within bounds: no file is worth more memory or depth than a person types."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import yaml

from coterie.plain_files import is_plain
from coterie.words import sentence

_MOST_BYTES = 5_000_000
_MOST_NODES = 200_000
_DEEPEST = 100
_LONGEST_NUMBER = 100


class NotADocument(yaml.MarkedYAMLError):
    """The text is YAML, but no document that Coterie takes; says why and in which line."""


# The reader in C is ten times faster, where YAML was built with it.
_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def read_document(file: Path) -> str:
    """The text of ``file``; raises ``NotADocument`` for what is no plain file or far too large."""
    if file.exists() and not is_plain(file):
        raise NotADocument(problem="a folder, pipe or device; name a plain file")
    if file.stat().st_size > _MOST_BYTES:
        raise NotADocument(problem="more than 5 MB; this is hardly what a person wrote")
    return file.read_text("utf-8")


def parse_document(text: str) -> tuple[object, yaml.Node | None]:
    """What the YAML ``text`` says, and its tree with the place of everything.

    Raises ``yaml.YAMLError`` for what is no YAML, nested deeper than 100, says a key twice,
    names itself, or holds more than 200,000 values, as written or grown by its aliases.

    >>> parse_document("a: 1")[0]
    {'a': 1}
    """
    try:
        _stop_at_much(text)
        loader = _Loader(text)
        try:
            tree = loader.get_single_node()
            if tree is None:
                return None, None
            _measure(tree)
            return loader.construct_document(tree), tree
        finally:
            loader.dispose()
    except RecursionError:
        raise NotADocument(problem=sentence("nested deeper than {n}", n=_DEEPEST)) from None
    except (ValueError, OverflowError) as fault:  # such as a date in month 13
        raise NotADocument(problem=sentence("a value that cannot be: {why}", why=fault)) from fault


def _stop_at_much(text: str) -> None:
    """Stop where brackets are opened for ever, or values never end, before a tree is made of them."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if number > _MOST_NODES:
            told = sentence("more than {n} values; this is hardly what a person wrote", n=f"{_MOST_NODES:,}")
            raise NotADocument(problem=told, problem_mark=cast("yaml.Mark", event.start_mark))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST + 1:
            raise NotADocument(
                problem=sentence("nested deeper than {n}", n=_DEEPEST), problem_mark=cast("yaml.Mark", event.start_mark)
            )


def _measure(tree: yaml.Node) -> None:
    """Walk all of it as it would be built, aliases and all, and stop at what is too much."""
    left, path = [(tree, 0, frozenset({id(tree)}))], 0
    while left:
        node, depth, around = left.pop()
        path += 1
        if depth > _DEEPEST:
            raise NotADocument(problem=sentence("nested deeper than {n}", n=_DEEPEST), problem_mark=node.start_mark)
        if path > _MOST_NODES:
            raise NotADocument(problem="its aliases make far too much of it", problem_mark=node.start_mark)
        for child in _children(node):
            if id(child) in around:
                raise NotADocument(problem="an alias that names what it stands in", problem_mark=child.start_mark)
            is_leaf = isinstance(child, yaml.ScalarNode)
            if is_leaf and child.tag.endswith((":int", ":float")) and len(child.value) > _LONGEST_NUMBER:
                raise NotADocument(
                    problem=sentence("a number of more than {n} {n|sign|signs}", n=_LONGEST_NUMBER),
                    problem_mark=child.start_mark,
                )
            left.append((child, depth + 1, around if is_leaf else around | {id(child)}))


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if not isinstance(node, yaml.MappingNode):
        return []
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
            if key.value in seen:
                raise NotADocument(
                    problem=sentence("the key {key!r} stands here twice; keep one", key=key.value),
                    problem_mark=key.start_mark,
                )
            seen.add(key.value)
    return [each for pair in node.value for each in pair]
