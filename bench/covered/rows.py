"""Rows of the tables of coverage."""

from __future__ import annotations

import numpy as np

from coterie.domain import Estimate


def held(name: str, case: str, found: list, truth: float) -> str:
    bounds = [(f.low, f.high) for f in found if isinstance(f, Estimate)]
    refused = len(found) - len(bounds)
    return row(name, case + (f" ({refused / len(found):.0%} refused)" if refused else ""), bounds, truth)


def row(name: str, case: str, bounds: list[tuple[float, float]], truth: float) -> str:
    below, above = (float(np.mean(found)) for found in zip(*((h < truth, lo > truth) for lo, h in bounds), strict=True))
    return f"| {name} | {case} | {below:.1%} | {above:.1%} | {1 - below - above:.1%} |"
