"""The arithmetic on sets agrees with a plain union-find, on any graph."""

from __future__ import annotations

import os
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws import tries
from tests.resolve.oracle import groups, within_limits

from coterie.resolve.graph import Graph, children, connect, partition, spanning_forest

NOBODY_APART = pa.table({name: pa.array([], pa.int64()) for name in ("merge_id", "identifier_id", "side")})
BATCHES = int(os.environ.get("COTERIE_GRAPH_BATCHES", "10"))
A_BATCH = 1_000


def _random_graph(draw: random.Random, namespaces: int) -> tuple[list[int], list[int], set[tuple[int, int]]]:
    """Kinds and keys of nodes 0…n-1, and edges; equal keys are linked."""
    count = draw.randint(1, 14)
    kinds = [draw.randrange(namespaces) for _ in range(count)]
    keys = list(range(count))
    for node in range(1, count):
        twin = draw.randrange(node)
        if kinds[twin] == kinds[node] and draw.random() < 0.3:
            keys[node] = keys[twin]
    links = draw.randint(0, 2 * count) if count > 1 else 0
    edges = {tuple(sorted(draw.sample(range(count), 2))) for _ in range(links)}
    return kinds, keys, edges | {(keys[node], node) for node in range(count) if keys[node] != node}


def _solve(kinds, keys, edges, most):
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


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_graphs_agree_with_union_find_within_limits(batch):
    """A thousand graphs side by side, solved at once in two orders of edges; no profile is over its limits."""
    draw = random.Random(batch)
    most = [draw.randint(1, 4) for _ in range(draw.randint(1, 4))]
    kinds, keys, edges, expected = [], [], [], set()
    for _ in range(A_BATCH):
        first = len(kinds)
        own_kinds, own_keys, own_edges = _random_graph(draw, len(most))
        alone = within_limits(dict(enumerate(own_kinds)), dict(enumerate(own_keys)), own_edges, most)
        expected |= {frozenset(first + node for node in group) for group in alone}
        kinds += own_kinds
        keys += [first + key for key in own_keys]
        edges += [(first + a, first + b) for a, b in sorted(own_edges)]
    assert _solve(kinds, keys, edges, most) == expected
    draw.shuffle(edges)
    assert _solve(kinds, keys, edges, most) == expected
    for group in expected:
        for kind, limit in enumerate(most):
            assert len({keys[node] for node in group if kinds[node] == kind}) <= limit


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))))
    )
)
@settings(max_examples=tries(40, 300), deadline=None)
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
    kinds, _, edges = _random_graph(random.Random(seed), 3)
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
