"""Many questions asked of the same data: p-values made honest."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted so that the chance of any false alarm stays below alpha (Holm 1979).

    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    adjusted, running, m = [0.0] * len(p_values), 0.0, len(p_values)
    for rank, position in enumerate(sorted(range(m), key=lambda k: p_values[k])):
        running = max(running, min((m - rank) * p_values[position], 1.0))
        adjusted[position] = running
    return adjusted
