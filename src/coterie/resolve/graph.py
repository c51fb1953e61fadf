"""Connected identifiers, within limits: the arithmetic of resolution, over NumPy arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Graph:
    """Identifiers in ascending ``ids``; equal ``keys`` are one value; ``kinds`` number namespaces, the surest first.

    ``left`` and ``right`` are positions of the ends of each edge, the surest edge first;
    ``crosses`` marks edges between the sides of a separation. ``most[kind]`` is how many
    keys of a kind one profile may hold. ``separations`` has ``merge_id, identifier_id,
    side``: identifiers of different sides of one merge were told apart by a person.
    ``shared`` counts values that were left out because too many others share them.
    """

    ids: Integers
    keys: Integers
    kinds: Integers
    left: Integers
    right: Integers
    crosses: Flags
    most: Integers
    separations: pa.Table
    shared: int = 0


@dataclass(frozen=True)
class Partition:
    """The profile of every node (its smallest id), the edges that hold, and groups cut to their limits."""

    profiles: Integers
    holds: Flags
    oversized: int


def connect(count: int, left: Integers, right: Integers) -> Integers:
    """A label for each of ``count`` nodes, equal where edges connect them.

    >>> connect(4, np.array([0, 2]), np.array([1, 3])).tolist()
    [0, 0, 1, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not count:
        return np.zeros(0, np.int64)
    edges = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    return np.asarray(connected_components(edges, directed=False)[1], np.int64)


def smallest(labels: Integers, ids: Integers) -> Integers:
    """For each node the smallest id among those with its label; ``ids`` ascend."""
    _, first, place = np.unique(labels, return_index=True, return_inverse=True)
    return ids[first][place] if len(ids) else ids


def partition(graph: Graph) -> Partition:
    """The profiles that the edges make, within limits and separations.

    The result depends on the set of edges alone, never on their order. First, while a
    group holds more of a namespace than a profile may, the values of its weakest namespace
    that connect two or more others lose their links: what glues too much together is not
    anybody's own. Then links between sides that a person told apart go, and whatever
    would connect them in a roundabout way is let go by both.
    """
    holds = np.ones(len(graph.left), bool)
    labels = connect(len(graph.ids), graph.left, graph.right)
    oversized = 0
    while (too_large := _over_limit(graph, labels)).any():
        oversized = max(oversized, int(too_large.sum()))
        _loosen(graph, holds, labels, too_large)
        labels = connect(len(graph.ids), graph.left[holds], graph.right[holds])
    if graph.separations.num_rows:
        holds &= ~graph.crosses
        labels = _keep_apart(graph, holds)
    return Partition(smallest(labels, graph.ids), holds, oversized)


def _over_limit(graph: Graph, labels: Integers) -> Flags:
    """Which labels hold more keys of some kind than a profile may."""
    too_large = np.zeros(int(labels.max(initial=-1)) + 1, bool)
    if not len(labels):
        return too_large
    groups = labels * len(graph.most) + graph.kinds
    _, place, counts = np.unique(groups, return_inverse=True, return_counts=True)
    suspect = np.flatnonzero(counts[place] > graph.most[graph.kinds])
    held = np.unique(np.stack([labels[suspect], graph.kinds[suspect], graph.keys[suspect]]), axis=1)
    pairs, counts = np.unique(held[0] * len(graph.most) + held[1], return_counts=True)
    too_large[pairs[counts > graph.most[pairs % len(graph.most)]] // len(graph.most)] = True
    return too_large


def _loosen(graph: Graph, holds: Flags, labels: Integers, too_large: Flags) -> None:
    """In each group beyond its limits, unlink the weakest values that connect two or more others."""
    keys = np.unique(graph.keys, return_inverse=True)[1]
    left, right = keys[graph.left], keys[graph.right]
    inside = holds & too_large[labels[graph.left]] & (left != right)
    links = np.unique(np.stack([np.minimum(left, right)[inside], np.maximum(left, right)[inside]]), axis=1)
    is_glue = np.bincount(links.ravel(), minlength=len(keys))[keys] >= 2
    weakest = np.full(len(too_large), -1, np.int64)
    np.maximum.at(weakest, labels[is_glue], graph.kinds[is_glue])
    unlinked = is_glue & (graph.kinds == weakest[labels])
    # A pair of one namespace whose limit is one has no glue: the link itself goes.
    is_pair = weakest[labels[graph.left]] < 0
    holds &= ~(inside & (unlinked[graph.left] | unlinked[graph.right] | is_pair))


def _keep_apart(graph: Graph, holds: Flags) -> Integers:
    """Let go of what connects both sides of a separation in a roundabout way; returns the labels after."""
    told = graph.separations
    labels = connect(len(graph.ids), graph.left[holds], graph.right[holds])
    if not len(graph.ids):
        return labels
    merge, person, side = (told[name].to_numpy() for name in ("merge_id", "identifier_id", "side"))
    place = np.searchsorted(graph.ids, person).clip(max=len(graph.ids) - 1)
    known = graph.ids[place] == person
    merge, place, side = merge[known], place[known], side[known]
    for each in np.unique(merge):
        mine = merge == each
        one, two = place[mine & (side == 1)], place[mine & (side == 2)]
        if not np.isin(labels[one], labels[two]).any():
            continue
        sides = np.zeros(len(graph.ids), np.int64)
        sides[one], sides[two] = 1, 2
        _cut_bridges(graph, holds, sides)
        labels = connect(len(graph.ids), graph.left[holds], graph.right[holds])
    return labels


def _cut_bridges(graph: Graph, holds: Flags, sides: Integers) -> None:
    """Unlink every cluster of unsided nodes that touches side 1 and side 2 from both."""
    left, right = graph.left, graph.right
    free = holds & (sides[left] == 0) & (sides[right] == 0)
    clusters = connect(len(sides), left[free], right[free])
    border = holds & ((sides[left] == 0) != (sides[right] == 0))
    outer = np.where(sides[left] == 0, left, right)[border]
    touched = np.where(sides[left] == 0, sides[right], sides[left])[border]
    both = np.intersect1d(clusters[outer[touched == 1]], clusters[outer[touched == 2]])
    holds[np.flatnonzero(border)[np.isin(clusters[outer], both)]] = False


def spanning_forest(count: int, left: Integers, right: Integers) -> Integers:
    """Positions of edges that connect the same nodes without a circle; an earlier edge is preferred.

    >>> spanning_forest(3, np.array([0, 1, 0]), np.array([1, 2, 2])).tolist()
    [0, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    if not len(left):
        return np.zeros(0, np.int64)
    order = np.arange(1, len(left) + 1, dtype=np.float64)
    tree = minimum_spanning_tree(coo_array((order, (left, right)), shape=(count, count)).tocsr(), overwrite=True)
    return np.sort(np.asarray(tree.tocoo().data, np.int64) - 1)


def children(count: int, left: Integers, right: Integers, roots: Integers) -> Integers:
    """For each edge of a forest its end farther from the root; ``roots`` are one node of each tree.

    >>> children(3, np.array([0, 1]), np.array([2, 2]), np.array([0])).tolist()
    [2, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    above = np.full(len(roots), count)
    rows, columns = np.concatenate([left, above]), np.concatenate([right, roots])
    forest = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(count + 1, count + 1)).tocsr()
    before = breadth_first_order(forest, count, directed=False, return_predecessors=True)[1]
    return np.where(before[right] == left, right, left)
