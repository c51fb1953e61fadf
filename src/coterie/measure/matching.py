"""Comparison of the treated with untreated who looked alike before: arrays in, effect and its checks out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from coterie.domain import NotEstimable, Readout
from coterie.measure.intervals import interval

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FEWEST = 20
"""Fewer matched treated or distinct controls than this give no estimate."""


@dataclass(frozen=True)
class Units:
    """Rows to compare: ``covariates`` (n × k) were known before, ``stratum`` is matched exactly.

    ``raw`` are amounts whose logarithms stand among the covariates: an outcome follows them
    rather than their logarithms, so they correct what matching leaves.

    Rows of one ``profile`` are not independent; the variance is clustered by it. ``crossed`` are controls that
    were treated later, while they were followed; none are where it is left out.
    """

    profile: Ints
    stratum: Ints
    treated: Flags
    covariates: Floats
    names: tuple[str, ...]
    outcome: Floats
    raw: Floats = field(default_factory=lambda: np.empty((0, 0)))
    crossed: Flags = field(default_factory=lambda: np.empty(0, bool))


@dataclass(frozen=True)
class Balance:
    """Standardised mean difference of a covariate, treated less controls, before and after matching."""

    covariate: str
    before: float
    after: float


@dataclass(frozen=True)
class Matched:
    """``effect`` on the treated that found a match; ``overlap`` is their share of all treated.

    ``told_apart`` is how well the covariates tell treated from controls (area under the
    curve, 0.5 to 1). ``control_mean`` is what the treated would have had without treatment, by the matched;
    ``crossed`` the share of these that were treated themselves while they were followed.
    """

    effect: Readout
    control_mean: float
    overlap: float
    treated: int
    controls: int
    balance: tuple[Balance, ...]
    told_apart: float = 0.5
    crossed: float = 0.0


def match(
    units: Units, *, neighbours: int = 3, caliper: float = 0.25, confidence: float = 0.95, unit: str = ""
) -> Matched:
    """The average effect on the treated by nearest neighbours, corrected by regression.

    Within a stratum each treated row takes the ``neighbours`` controls nearest by the
    Mahalanobis distance of the covariates and twice the logit of the propensity, with
    replacement, none further than ``caliper`` standard deviations in that logit
    (Rosenbaum, Rubin 1985). What imbalance remains is taken off by a linear regression
    among the matched controls (Abadie, Imbens 2011). The variance is that of the
    linearised estimator, clustered by profile; the bootstrap is not used because it fails
    for matching with replacement (Abadie, Imbens 2008).
    """
    treated, strata = units.treated, units.stratum
    scaled = _standardized(units.covariates)
    if treated.sum() < FEWEST or (~treated).sum() < FEWEST:
        return _unmatched(units, f"{min(treated.sum(), (~treated).sum())}")
    full = np.hstack([scaled, _standardized(units.raw)]) if units.raw.size else scaled
    score = _standardized(propensity_logit(full, treated, strata)[:, None])[:, 0]
    pairs = _neighbours(score, _whitened(scaled), treated, strata, neighbours, caliper)
    matched = np.unique(pairs[0])
    weights: Floats = np.bincount(pairs[1], weights=pairs[2], minlength=len(treated)).astype(float)
    used = np.flatnonzero(weights)
    if len(matched) < FEWEST or len(used) < FEWEST:
        return _unmatched(units, f"{min(len(matched), len(used))}")
    expected = _expected_untreated(full, units.outcome, strata, used, weights[used])
    residual = units.outcome - expected
    n = len(matched)
    is_matched = np.zeros(len(treated), bool)
    is_matched[matched] = True
    value = float((residual[matched].sum() - weights @ residual) / n)
    influence = (is_matched * (residual - value) - weights * residual) / n
    _, cluster = np.unique(units.profile, return_inverse=True)
    variance = float((np.bincount(cluster, weights=influence) ** 2).sum())
    clusters = len(np.unique(units.profile[is_matched | (weights > 0)]))
    effect: Readout = NotEstimable("the outcome does not vary among the matched", needs="outcomes that vary")
    if variance > 0:
        variance *= clusters / (clusters - 1)
        effect = interval(
            value, variance, clusters - 1, confidence=confidence, unit=unit,
            method="nearest neighbours by propensity, regression-corrected, clustered by customer", n=n,
        )  # fmt: skip
    balance = _balance(units, is_matched, weights)
    mean = float(units.outcome[matched].mean()) - value
    told_apart = _told_apart(score, treated, strata)
    crossed = float(weights @ units.crossed / weights.sum()) if units.crossed.size else 0.0
    return Matched(effect, mean, n / int(treated.sum()), n, len(used), balance, told_apart, crossed)


def _told_apart(score: Floats, treated: Flags, strata: Ints) -> float:
    """Chance that a treated row scores above a control of its stratum (area under the curve)."""
    from scipy.stats import rankdata

    above = pairs = 0.0
    for stratum in np.unique(strata):
        inside = strata == stratum
        ours = int((inside & treated).sum())
        theirs = int(inside.sum()) - ours
        ranks = rankdata(score[inside])[treated[inside]]
        above += ranks.sum() - ours * (ours + 1) / 2
        pairs += ours * theirs
    return float(above / pairs) if pairs else 0.5


def _unmatched(units: Units, left: str) -> Matched:
    reason = NotEstimable.because(
        "only {left} contacted {left|customer|customers} or controls are left to compare",
        needs="{least} or more of each, alike before the contact",
        left=left,
        least=FEWEST,
    )
    return Matched(reason, 0.0, 0.0, 0, 0, _balance(units, units.treated, np.zeros(len(units.treated))))


def _standardized(columns: Floats) -> Floats:
    return np.asarray((columns - columns.mean(axis=0)) / _spread(columns.std(axis=0), columns), float)


def _spread(deviations: Floats, columns: Floats) -> Floats:
    """Standard deviations, 1 where a column is constant but for rounding."""
    size = np.maximum(np.abs(columns).max(axis=0), 1.0)
    return np.asarray(np.where(deviations > 1e-9 * size, deviations, 1.0), float)


def _whitened(scaled: Floats) -> Floats:
    """Covariates turned so that Euclid's distance between them is Mahalanobis'."""
    spread = np.atleast_2d(np.cov(scaled.T)) + 1e-6 * np.eye(scaled.shape[1])
    return np.asarray(scaled @ np.linalg.cholesky(np.linalg.inv(spread)), float)


def propensity_logit(covariates: Floats, treated: Flags, strata: Ints, *, ridge: float = 1e-3) -> Floats:
    """Log odds of treatment by logistic regression on covariates and strata, lightly ridged so that it always settles."""
    _, group = np.unique(strata, return_inverse=True)
    k, size = covariates.shape[1], covariates.shape[1] + group.max() + 1
    weights, odds = np.zeros(size), np.zeros(len(treated))
    penalty = ridge * len(treated) / 100
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        slope = _summed(covariates, group, treated - chance) - penalty * weights
        curve = _products(covariates, group, chance * (1 - chance)) + penalty * np.eye(size)
        step = np.linalg.solve(curve, slope)
        weights += step
        odds = covariates @ weights[:k] + weights[k:][group]
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(odds, float)


def _summed(columns: Floats, group: Ints, weights: Floats) -> Floats:
    """Weighted sums of columns, and of one column per stratum that need not be written out: there may be hundreds."""
    return np.concatenate([columns.T @ weights, np.bincount(group, weights)])


def _products(columns: Floats, group: Ints, weights: Floats) -> Floats:
    """Weighted sums of products of the same columns with each other."""
    k, each = columns.shape[1], np.bincount(group, weights)
    found = np.zeros((k + len(each), k + len(each)))
    found[:k, :k] = (columns * weights[:, None]).T @ columns
    for place in range(k):
        found[place, k:] = found[k:, place] = np.bincount(group, weights * columns[:, place])
    found[k:, k:] = np.diag(each)
    return found


def _neighbours(
    score: Floats, whitened: Floats, treated: Flags, strata: Ints, neighbours: int, caliper: float
) -> tuple[Ints, Ints, Floats]:
    """(treated row, control row, weight) of every pair; the weights of a treated row sum to 1."""
    from scipy.spatial import cKDTree

    left: list[Ints] = []
    right: list[Ints] = []
    shares: list[Floats] = []
    for stratum in np.unique(strata):
        ours = np.flatnonzero((strata == stratum) & treated)
        theirs = np.flatnonzero((strata == stratum) & ~treated)
        k = min(neighbours, len(theirs))
        if not len(ours) or not k:
            continue
        place = np.column_stack([whitened, 2 * score])
        _, found = cKDTree(place[theirs]).query(place[ours], k=k)
        found = theirs[found.reshape(len(ours), k)]
        near = np.abs(score[found] - score[ours][:, None]) <= caliper
        count = near.sum(axis=1)
        rows, columns = np.nonzero(near)
        left.append(ours[rows])
        right.append(found[rows, columns])
        shares.append(1.0 / count[rows])
    if not left:
        empty = np.empty(0, np.int64)
        return empty, empty, np.empty(0)
    return np.concatenate(left), np.concatenate(right), np.concatenate(shares)


def _expected_untreated(covariates: Floats, outcome: Floats, strata: Ints, used: Ints, weights: Floats) -> Floats:
    """Outcome without treatment by weighted regression among the matched controls, for every row."""
    _, group = np.unique(strata, return_inverse=True)
    every = np.zeros(len(outcome))
    every[used] = weights
    curve = _products(covariates, group, every)
    curve += 1e-6 * len(used) * np.eye(len(curve))
    slope = np.linalg.solve(curve, _summed(covariates, group, every * outcome))
    k = covariates.shape[1]
    return np.asarray(covariates @ slope[:k] + slope[k:][group], float)


def _balance(units: Units, matched: Flags, weights: Floats) -> tuple[Balance, ...]:
    x, treated = units.covariates, units.treated
    if not treated.any() or treated.all():
        return ()
    spread = _spread(np.sqrt((x[treated].var(axis=0) + x[~treated].var(axis=0)) / 2), x)
    before = (x[treated].mean(axis=0) - x[~treated].mean(axis=0)) / spread
    after = np.full(x.shape[1], np.nan)
    if matched.any() and weights.sum() > 0:
        after = (x[matched].mean(axis=0) - weights @ x / weights.sum()) / spread
    return tuple(Balance(n, float(b), float(a)) for n, b, a in zip(units.names, before, after, strict=True))


def clustered_mean(values: Floats, profile: Ints, *, confidence: float, unit: str, method: str) -> Readout:
    """Mean of rows with an interval clustered by profile."""
    if len(np.unique(profile)) < 2:
        return NotEstimable("there are fewer than two customers", needs="two or more")
    _, cluster = np.unique(profile, return_inverse=True)
    mean = float(values.mean())
    sums = np.bincount(cluster, weights=values - mean) / len(values)
    variance = float((sums**2).sum()) * len(sums) / (len(sums) - 1)
    if variance == 0:
        return NotEstimable("every customer changed by the same amount", needs="outcomes that vary")
    return interval(mean, variance, len(sums) - 1, confidence=confidence, unit=unit, method=method, n=len(values))


def difference_in_differences(
    change: Floats, treated: Flags, strata: Ints, profile: Ints, *, confidence: float, unit: str
) -> Readout:
    """Change of the treated less change of the controls of the same stratum, clustered by profile."""
    _, group = np.unique(strata, return_inverse=True)
    ours = np.bincount(group, weights=treated)
    theirs = np.bincount(group, weights=~treated)
    both = (ours > 0) & (theirs > 0)
    inside = both[group]
    if not inside.any():
        return NotEstimable("no customer was left without a contact", needs="customers not contacted at the time")
    usual = np.bincount(group, weights=np.where(treated, 0, change)) / np.maximum(theirs, 1)
    # Controls are weighted so that in every stratum they stand for as many profiles as were treated.
    weight = np.where(treated, 1.0, -(ours / np.maximum(theirs, 1))[group]) * inside
    n = float((treated & inside).sum())
    away = change - usual[group]
    value = float((weight * away).sum() / n)
    influence = weight * (away - np.where(treated, value, 0.0)) / n
    _, cluster = np.unique(profile, return_inverse=True)
    variance = float((np.bincount(cluster, weights=influence) ** 2).sum())
    if variance <= 0:
        return NotEstimable("every customer changed by the same amount", needs="outcomes that vary")
    return interval(
        value, variance, len(np.unique(profile)) - 1, confidence=confidence, unit=unit,
        method="difference in differences, clustered by customer", n=int(n),
    )  # fmt: skip
