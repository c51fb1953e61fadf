"""Sufficient statistics: all that an estimator may know about an arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from coterie.engines import identifier


@dataclass(frozen=True)
class Moments:
    """Number of units with sums and sums of products of the variables measured on each of them.

    ``products`` holds every unordered pair once, keyed in the order of ``sums``. Variances
    and covariances divide by n - 1 and are 0 for fewer than two units.

    >>> Moments.of([1.0, 2.0, 6.0]).variance("y")
    7.0
    """

    n: int
    sums: Mapping[str, float]
    products: Mapping[tuple[str, str], float]

    @classmethod
    def of(cls, values: Sequence[float]) -> Moments:
        """Moments of one variable ``y`` given unit by unit."""
        return cls(len(values), {"y": sum(values)}, {("y", "y"): sum(v * v for v in values)})

    @classmethod
    def of_count(cls, hits: float, n: int) -> Moments:
        """Moments of a yes/no variable ``y`` with ``hits`` yeses among ``n`` units."""
        return cls(n, {"y": hits}, {("y", "y"): hits})

    def mean(self, variable: str = "y") -> float:
        """Mean of a variable; 0 without units."""
        return self.sums[variable] / self.n if self.n else 0.0

    def product(self, left: str, right: str) -> float:
        """Sum over units of left × right."""
        return self.products[left, right] if (left, right) in self.products else self.products[right, left]

    def covariance(self, left: str, right: str) -> float:
        """Sample covariance of two variables."""
        if self.n < 2:
            return 0.0
        return (self.product(left, right) - self.sums[left] * self.sums[right] / self.n) / (self.n - 1)

    def variance(self, variable: str = "y") -> float:
        """Sample variance, never below 0 (rounding may take a constant there)."""
        return max(self.covariance(variable, variable), 0.0)

    def only(self, **renamed: str) -> Moments:
        """The same units with variables chosen and renamed: ``only(y="revenue", x="spend_before")``."""
        pairs = combinations_with_replacement(renamed, 2)
        return Moments(
            self.n,
            {new: self.sums[old] for new, old in renamed.items()},
            {(a, b): self.product(renamed[a], renamed[b]) for a, b in pairs},
        )

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            self.n + other.n,
            {name: total + other.sums[name] for name, total in self.sums.items()},
            {pair: total + other.product(*pair) for pair, total in self.products.items()},
        )


def moments_columns(variables: Sequence[str]) -> str:
    """The select list that ``read_moments`` reads back: count, sums and sums of products of columns.

    >>> moments_columns(["y"])
    'count(*) AS n, sum("y")::DOUBLE AS "s:y", sum("y"::DOUBLE * "y"::DOUBLE) AS "p:y:y"'
    """
    sums = [f"sum({identifier(v)})::DOUBLE AS {identifier(f's:{v}')}" for v in variables]
    products = [
        f"sum({identifier(a)}::DOUBLE * {identifier(b)}::DOUBLE) AS {identifier(f'p:{a}:{b}')}"
        for a, b in combinations_with_replacement(variables, 2)
    ]
    return ", ".join(["count(*) AS n", *sums, *products])


def read_moments(row: Mapping[str, float | None], variables: Sequence[str]) -> Moments:
    """Moments from a row of a statement written with ``moments_columns``."""
    return Moments(
        int(row["n"] or 0),
        {v: float(row[f"s:{v}"] or 0) for v in variables},
        {(a, b): float(row[f"p:{a}:{b}"] or 0) for a, b in combinations_with_replacement(variables, 2)},
    )
