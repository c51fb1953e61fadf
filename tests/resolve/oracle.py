"""Resolution written a second time, plainly, one node after the other, to check the sets against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

Node = int
Edge = tuple[Node, Node]


def groups(nodes: Iterable[Node], edges: Iterable[Edge]) -> set[frozenset[Node]]:
    """Union-find with path halving."""
    parent = {node: node for node in nodes}

    def root(node: Node) -> Node:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in edges:
        parent[root(one)] = root(other)
    found: dict[Node, set[Node]] = defaultdict(set)
    for node in parent:
        found[root(node)].add(node)
    return {frozenset(group) for group in found.values()}


def within_limits(
    kinds: Mapping[Node, int], keys: Mapping[Node, Node], edges: set[Edge], most: list[int]
) -> set[frozenset[Node]]:
    """While a group is too large, the weakest keys in it that connect two or more others lose their links."""
    edges = set(edges)
    while True:
        too_large = [group for group in groups(kinds, edges) if _is_over(group, kinds, keys, most)]
        if not too_large:
            return groups(kinds, edges)
        for group in too_large:
            neighbors: dict[Node, set[Node]] = defaultdict(set)
            links = {(a, b) for a, b in edges if a in group and keys[a] != keys[b]}
            for a, b in links:
                neighbors[keys[a]].add(keys[b])
                neighbors[keys[b]].add(keys[a])
            glue = {node for node in group if len(neighbors[keys[node]]) >= 2}
            if not glue:
                edges -= links
                continue
            weakest = max(kinds[node] for node in glue)
            loose = {node for node in glue if kinds[node] == weakest}
            edges -= {(a, b) for a, b in links if a in loose or b in loose}


def _is_over(group: frozenset[Node], kinds: Mapping[Node, int], keys: Mapping[Node, Node], most: list[int]) -> bool:
    held: dict[int, set[Node]] = defaultdict(set)
    for node in group:
        held[kinds[node]].add(keys[node])
    return any(len(values) > most[kind] for kind, values in held.items())
