"""Sufficient statistics: all that an estimator may know about an arm, and what a covariate takes off an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from math import prod

from coterie.engines import identifier


@dataclass(frozen=True)
class Moments:
    """Number of units with sums and sums of products of the variables measured on each of them.

    ``products`` holds every unordered pair once, keyed in the order of ``sums``, and
    ``cubes`` unordered triples, those of skewed variables. Variances and covariances divide by n - 1 and
    are 0 for fewer than two units.

    >>> Moments.of([1.0, 2.0, 6.0]).variance("y")
    7.0
    """

    n: int
    sums: Mapping[str, float]
    products: Mapping[tuple[str, str], float]
    cubes: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Sequence[float], x: Sequence[float] | None = None) -> Moments:
        """Moments of a variable ``y``, and of a covariate ``x``, given unit by unit."""
        return cls.of_columns({"y": values} if x is None else {"y": values, "x": x})

    @classmethod
    def of_columns(cls, columns: Mapping[str, Sequence[float]]) -> Moments:
        """Moments of several variables given unit by unit."""
        return cls(
            len(next(iter(columns.values()))),
            {name: float(sum(column)) for name, column in columns.items()},
            {pair: _total(columns, pair) for pair in combinations_with_replacement(columns, 2)},
            {triple: _total(columns, triple) for triple in combinations_with_replacement(columns, 3)},
        )

    @classmethod
    def of_count(cls, hits: float, n: int) -> Moments:
        """Moments of a yes/no variable ``y`` with ``hits`` yeses among ``n`` units."""
        return cls(n, {"y": hits}, {("y", "y"): hits}, {("y", "y", "y"): hits})

    def counted(self, variable: str = "y") -> tuple[float, int]:
        """Hits of a yes/no variable, and units."""
        return self.sums[variable], self.n

    def mean(self, variable: str = "y") -> float:
        """Mean of a variable; 0 without units."""
        return self.sums[variable] / self.n if self.n else 0.0

    def product(self, left: str, right: str) -> float:
        """Sum over units of left × right."""
        return self.products[left, right] if (left, right) in self.products else self.products[right, left]

    def cube(self, *names: str) -> float:
        """Sum over units of the product of three variables."""
        return self.cubes[self._ordered(names)]

    def _ordered(self, names: Sequence[str]) -> tuple[str, str, str]:
        first, second, third = sorted(names, key=list(self.sums).index)
        return first, second, third

    def third_moment(self, slope: float = 0.0) -> float:
        """Mean cube of what y (less ``slope`` times x) lies away from its mean; 0 without units."""
        if not self.n:
            return 0.0
        n, y = self.n, self.mean("y")
        raw = {"yyy": self.cube("y", "y", "y") / n, "yy": self.product("y", "y") / n}
        found = raw["yyy"] - 3 * y * raw["yy"] + 2 * y**3
        if slope == 0:
            return found
        x, xx, xy = self.mean("x"), self.product("x", "x") / n, self.product("y", "x") / n
        yyx = self.cube("y", "y", "x") / n - 2 * y * xy - x * raw["yy"] + 2 * y**2 * x
        yxx = self.cube("y", "x", "x") / n - 2 * x * xy - y * xx + 2 * x**2 * y
        xxx = self.cube("x", "x", "x") / n - 3 * x * xx + 2 * x**3
        return found - 3 * slope * yyx + 3 * slope**2 * yxx - slope**3 * xxx

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
            {
                triple: self.cubes[self._ordered([renamed[name] for name in triple])]
                for triple in combinations_with_replacement(renamed, 3)
                if self._ordered([renamed[name] for name in triple]) in self.cubes
            },
        )

    def scaled(self, **factors: float) -> Moments:
        """The same units with variables multiplied: ``scaled(y=1.1)``."""

        def by(names: Sequence[str]) -> float:
            return prod(factors.get(name, 1.0) for name in names)

        return Moments(
            self.n,
            {name: total * by([name]) for name, total in self.sums.items()},
            {pair: total * by(pair) for pair, total in self.products.items()},
            {triple: total * by(triple) for triple, total in self.cubes.items()},
        )

    def __add__(self, other: Moments) -> Moments:
        return Moments(
            self.n + other.n,
            {name: total + other.sums[name] for name, total in self.sums.items()},
            {pair: total + other.product(*pair) for pair, total in self.products.items()},
            {triple: total + other.cube(*triple) for triple, total in self.cubes.items() if other.cubes},
        )


def _total(columns: Mapping[str, Sequence[float]], names: Sequence[str]) -> float:
    return float(sum(map(prod, zip(*(columns[name] for name in names), strict=True))))


def moments_columns(variables: Sequence[str], skewed: Sequence[str] = ()) -> str:
    """The select list that ``read_moments`` reads back: count, sums and sums of products of columns.

    Of ``skewed`` variables the products of three are there too.

    >>> moments_columns(["y"])
    'count(*) AS n, sum("y")::DOUBLE AS "s:y", sum("y"::DOUBLE * "y"::DOUBLE) AS "p:y:y"'
    """
    sums = [f"sum({identifier(v)})::DOUBLE AS {identifier(f's:{v}')}" for v in variables]
    products = [
        f"sum({' * '.join(f'{identifier(name)}::DOUBLE' for name in names)}) AS {identifier(_key(names))}"
        for names in (*combinations_with_replacement(variables, 2), *combinations_with_replacement(skewed, 3))
    ]
    return ", ".join(["count(*) AS n", *sums, *products])


def _key(names: Sequence[str]) -> str:
    return ":".join(("pc"[len(names) - 2], *names))


def read_moments(row: Mapping[str, float | None], variables: Sequence[str], skewed: Sequence[str] = ()) -> Moments:
    """Moments from a row of a statement written with ``moments_columns``."""
    return Moments(
        int(row["n"] or 0),
        {v: float(row[f"s:{v}"] or 0) for v in variables},
        {names: float(row[_key(names)] or 0) for names in combinations_with_replacement(variables, 2)},
        {names: float(row[_key(names)] or 0) for names in combinations_with_replacement(skewed, 3)},
    )


def pooled_slope(control: Moments, treated: Moments) -> float:
    """Slope of y on x within arms; 0 when x never varies."""
    weights = [max(arm.n - 1, 0) for arm in (control, treated)]
    shared = sum(w * arm.covariance("y", "x") for w, arm in zip(weights, (control, treated), strict=True))
    spread = sum(w * arm.variance("x") for w, arm in zip(weights, (control, treated), strict=True))
    return shared / spread if spread > 0 else 0.0


def variance_reduction(control: Moments, treated: Moments) -> float:
    """Share of the variance of the difference that the covariate takes away, as found: 0 to 1.

    It is the squared correlation of outcome and covariate, and small when the past says
    little about the outcome.
    """
    slope = pooled_slope(control, treated)
    before = sum(arm.variance("y") / arm.n for arm in (control, treated))
    after = sum(adjusted_variance(arm, slope) / arm.n for arm in (control, treated))
    return 1 - after / before if before > 0 else 0.0


def adjusted_variance(arm: Moments, slope: float) -> float:
    """Variance of y after taking off slope × x."""
    return max(arm.variance("y") - 2 * slope * arm.covariance("y", "x") + slope**2 * arm.variance("x"), 0.0)


def shared_spread(
    control: Moments, treated: Moments, slope: float, shrunk: tuple[float, float] = (1.0, 1.0)
) -> tuple[float, float]:
    """Variance and skewness of the difference of means, were both arms spread as they are together.

    ``shrunk`` says by what their amounts are multiplied, once their spread is known.
    """
    arms, n = (control, treated), control.n + treated.n
    if min(control.n, treated.n) < 1 or n < 3:
        return 0.0, 0.0
    variance = sum((arm.n - 1) * adjusted_variance(arm, slope) for arm in arms) / (n - 2)
    third = sum(arm.n * arm.third_moment(slope) for arm in arms) / n
    spread = variance * (shrunk[0] ** 2 / control.n + shrunk[1] ** 2 / treated.n)
    if spread <= 0:
        return 0.0, 0.0
    return spread, third * (shrunk[1] ** 3 / treated.n**2 - shrunk[0] ** 3 / control.n**2) / spread**1.5


def spread_apart(control: Moments, treated: Moments, difference: float) -> tuple[float, float]:
    """Variance and skewness of the difference of means, were ``difference`` true.

    Both arms are spread alike, unless the larger arm has the smaller mean: its spread, most of what both show together,
    is then too small for the other, so it is read as the other's with every amount shrunk where that is wider.
    """
    alike = shared_spread(control, treated, pooled_slope(control, treated))
    base = (control.n * control.mean() + treated.n * (treated.mean() - difference)) / (control.n + treated.n)
    larger = treated if difference < 0 else control
    low, high = sorted((base, base + difference))
    if larger.n <= min(control.n, treated.n) or high <= 0:
        return alike
    share = max(low / high, _LEAST)
    raised = (control, treated.scaled(y=1 / share)) if larger is treated else (control.scaled(y=1 / share), treated)
    shrunk = (1.0, share) if larger is treated else (share, 1.0)
    return max(alike, shared_spread(*raised, pooled_slope(*raised), shrunk))


_LEAST = 0.25
"""A ratio of means below which the lesser arm says nothing of the spread of the other."""
