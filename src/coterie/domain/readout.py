"""A number with how sure it is, or the reason there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """``value`` with its interval ``low``–``high`` at ``confidence``.

    ``unit`` is what a reader would write behind the number (``share``, ``USD``,
    ``orders`` …); ``method`` names the estimator; ``n`` counts the profiles behind it;
    ``assumptions`` are sentences that must hold for the number to mean what it says.
    """

    value: float
    low: float
    high: float
    confidence: float = 0.95
    unit: str = ""
    method: str = ""
    n: int = 0
    p_value: float | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotEstimable:
    """Why there is no number, and what would make one possible.

    >>> NotEstimable("the holdout has 0 conversions", needs="25 or more")
    NotEstimable(reason='the holdout has 0 conversions', needs='25 or more')
    """

    reason: str
    needs: str = ""


Readout = Estimate | NotEstimable
