"""The arithmetic on sets agrees with a plain union-find, on any graph."""

from __future__ import annotations

import os
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.resolve.oracle import groups, within_limits

from coterie.resolve.graph import Graph, children, connect, partition, spanning_forest

NOBODY_APART = pa.table({name: pa.array([], pa.int64()) for name in ("merge_id", "identifier_id", "side")})
GRAPHS = int(os.environ.get("COTERIE_GRAPHS", "3000"))


def _random_graph(seed: int) -> tuple[list[int], list[int], set[tuple[int, int]], list[int]]:
    """Kinds and keys of nodes 0…n-1, edges, and limits; equal keys are linked."""
    draw = random.Random(seed)
    count, namespaces = draw.randint(1, 14), draw.randint(1, 4)
    kinds = [draw.randrange(namespaces) for _ in range(count)]
    keys = list(range(count))
    for node in range(1, count):
        twin = draw.randrange(node)
        if kinds[twin] == kinds[node] and draw.random() < 0.3:
            keys[node] = keys[twin]
    pairs = (
        {tuple(sorted(draw.sample(range(count), 2))) for _ in range(draw.randint(0, 2 * count))} if count > 1 else set()
    )
    pairs |= {(keys[node], node) for node in range(count) if keys[node] != node}
    return kinds, keys, pairs, [draw.randint(1, 4) for _ in range(namespaces)]


def _solve(kinds, keys, edges, most, order):
    edges = sorted(edges, key=order)
    left, right = (np.array([edge[end] for edge in edges], np.int64) for end in (0, 1))
    ids = np.arange(len(kinds)) * 3 + 5
    found = partition(
        Graph(ids, ids[keys], np.array(kinds), left, right, np.zeros(len(edges), bool), np.array(most), NOBODY_APART)
    )
    people: dict[int, set[int]] = {}
    for node, profile in enumerate(found.profiles.tolist()):
        people.setdefault(profile, set()).add(node)
    assert all(profile == ids[min(group)] for profile, group in people.items())
    return {frozenset(group) for group in people.values()}


def test_random_graphs_agree_with_union_find_within_limits():
    for seed in range(GRAPHS):
        kinds, keys, edges, most = _random_graph(seed)
        nodes = dict(enumerate(kinds))
        expected = within_limits(nodes, dict(enumerate(keys)), edges, most)
        shuffled = random.Random(-seed)
        assert _solve(kinds, keys, edges, most, lambda _: 0) == expected, seed
        assert _solve(kinds, keys, edges, most, lambda _, draw=shuffled: draw.random()) == expected, seed


def test_no_profile_ever_holds_more_than_its_limits():
    for seed in range(GRAPHS):
        kinds, keys, edges, most = _random_graph(seed)
        for group in _solve(kinds, keys, edges, most, lambda _: 0):
            for kind, limit in enumerate(most):
                assert len({keys[node] for node in group if kinds[node] == kind}) <= limit, seed


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
    )
)
@settings(max_examples=300, deadline=None)
def test_connecting_is_union_find(graph):
    count, edges = graph
    left, right = (np.array([edge[end] for edge in sorted(edges)], np.int64) for end in (0, 1))
    labels = connect(count, left, right)
    found: dict[int, set[int]] = {}
    for node, label in enumerate(labels.tolist()):
        found.setdefault(label, set()).add(node)
    assert {frozenset(group) for group in found.values()} == groups(range(count), edges)


@pytest.mark.parametrize("seed", range(50))
def test_a_spanning_forest_connects_the_same_with_the_fewest_edges(seed):
    kinds, _, edges, _ = _random_graph(seed)
    count = len(kinds)
    ends = sorted((a, b) for a, b in edges if a < b)
    left, right = (np.array([edge[end] for edge in ends], np.int64) for end in (0, 1))
    chosen = spanning_forest(count, left, right)
    people = groups(range(count), ends)
    assert groups(range(count), [ends[place] for place in chosen]) == people
    assert len(chosen) == count - len(people)
    roots = np.array(sorted(min(group) for group in people), np.int64)
    below = children(count, left[chosen], right[chosen], roots)
    assert sorted(below.tolist()) == sorted(set(range(count)) - set(roots.tolist()))
