"""YAML files that people write, read within bounds: no file is worth more memory or depth than a person types."""

from __future__ import annotations

from pathlib import Path

import yaml

_MOST_BYTES = 20_000_000
_MOST_NODES = 500_000
_DEEPEST = 100


class NotADocument(yaml.MarkedYAMLError):
    """The text is YAML, but no document that Coterie takes; says why and in which line."""


class _Loader(yaml.SafeLoader):
    """As YAML's own safe loader, but it stops where brackets are opened for ever, before it has read them all."""

    def fetch_flow_collection_start(self, TokenClass: type[yaml.Token]) -> None:  # noqa: N803 - YAML's own name
        if self.flow_level >= _DEEPEST:
            raise NotADocument(problem=f"nested deeper than {_DEEPEST}", problem_mark=self.get_mark())
        super().fetch_flow_collection_start(TokenClass)


def read_document(file: Path) -> str:
    """The text of ``file``; raises ``NotADocument`` for what is no plain file or far too large."""
    if file.exists() and not file.is_file():
        raise NotADocument(problem="a folder, pipe or device; name a plain file")
    if file.stat().st_size > _MOST_BYTES:
        raise NotADocument(problem="more than 20 MB; this is hardly what a person wrote")
    return file.read_text("utf-8")


def parse_document(text: str) -> tuple[object, yaml.Node | None]:
    """What the YAML ``text`` says, and its tree with the place of everything.

    Raises ``yaml.YAMLError`` for what is no YAML, nested deeper than 100, says a key twice,
    names itself, or grows by its aliases beyond half a million values.

    >>> parse_document("a: 1")[0]
    {'a': 1}
    """
    try:
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
        raise NotADocument(problem=f"nested deeper than {_DEEPEST}") from None
    except (ValueError, OverflowError) as fault:  # such as a date in month 13
        raise NotADocument(problem=f"a value that cannot be: {fault}") from fault


def _measure(tree: yaml.Node) -> None:
    """Walk all of it as it would be built, aliases and all, and stop at what is too much."""
    left, path = [(tree, 0, frozenset({id(tree)}))], 0
    while left:
        node, depth, around = left.pop()
        path += 1
        if depth > _DEEPEST:
            raise NotADocument(problem=f"nested deeper than {_DEEPEST}", problem_mark=node.start_mark)
        if path > _MOST_NODES:
            raise NotADocument(problem="its aliases make far too much of it", problem_mark=node.start_mark)
        for child in _children(node):
            if id(child) in around:
                raise NotADocument(problem="an alias that names what it stands in", problem_mark=child.start_mark)
            is_leaf = isinstance(child, yaml.ScalarNode)
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
                    problem=f"the key {key.value!r} stands here twice; keep one", problem_mark=key.start_mark
                )
            seen.add(key.value)
    return [each for pair in node.value for each in pair]
