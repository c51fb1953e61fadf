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


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted so that the share of false alarms among findings stays below alpha (1995).

    >>> [round(p, 3) for p in benjamini_hochberg([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    m = len(p_values)
    adjusted, running = [0.0] * m, 1.0
    for rank, position in reversed(list(enumerate(sorted(range(m), key=lambda k: p_values[k]), start=1))):
        running = min(running, p_values[position] * m / rank)
        adjusted[position] = running
    return adjusted
