"""How often intervals hold what they claim: on real bases split at random, and where the truth is known.

Run: python bench/coverage.py [draws [aa|known|forecasts|differences|segments]]. Prints the tables and writes them, with their date, into
docs/explanation/coverage.md. Real bases that are absent are left out, and said to be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np

from coterie.domain import Estimate
from coterie.measure import ESTIMATORS
from coterie.measure.intervals import mean_interval, wilson
from coterie.measure.kpi import limits, ready_kpis
from coterie.measure.matching import Units, difference_in_differences, match
from coterie.measure.moments import Moments
from covered.forecasts import forecast_table
from covered.rows import held, row
from covered.segments import difference_table, within_table

DATA = Path(__file__).parents[2] / "shared/data"
PAGE = Path(__file__).parents[1] / "docs/explanation/coverage.md"
Z = 1.959964

RELATIVE = "difference_of_skewed_means, relative"

Pairs = tuple[np.ndarray, np.ndarray]


def spending(select: str, cut: str, days: int) -> str:
    """Revenue in the days from ``cut`` on, and in the 90 days before, of everybody who had bought by then."""
    return f"""WITH o AS ({select}) SELECT
        coalesce(sum(v) FILTER (t >= TIMESTAMP '{cut}' AND t < TIMESTAMP '{cut}' + INTERVAL {days} DAY), 0)::DOUBLE AS y,
        coalesce(sum(v) FILTER (t < TIMESTAMP '{cut}' AND t >= TIMESTAMP '{cut}' - INTERVAL 90 DAY), 0)::DOUBLE AS x
        FROM o GROUP BY c HAVING min(t) < TIMESTAMP '{cut}'"""


def bases() -> dict[str, Pairs]:
    """Real customers: what each spent in a window, and before it."""
    cdnow = f"SELECT customer_id AS c, strptime(date::VARCHAR, '%Y%m%d') AS t, dollar_value AS v FROM '{DATA}/cdnow_master.parquet'"
    retail = f"""SELECT CustomerID AS c, InvoiceDate AS t, Quantity * UnitPrice AS v
        FROM '{DATA}/online_retail_to_2011_08.parquet' WHERE CustomerID IS NOT NULL AND InvoiceNo NOT LIKE 'C%'"""
    wanted = {
        "CDNOW, 28 days": ("cdnow_master", spending(cdnow, "1997-07-01", 28)),
        "CDNOW, 90 days": ("cdnow_master", spending(cdnow, "1997-07-01", 90)),
        "Online Retail, 28 days": ("online_retail_to_2011_08", spending(retail, "2011-06-01", 28)),
        "Hillstrom, 14 days": (
            "hillstrom",
            f"SELECT spend::DOUBLE AS y, history::DOUBLE AS x FROM '{DATA}/hillstrom.parquet'",
        ),
    }
    found = {}
    for name, (file, query) in wanted.items():
        if (DATA / f"{file}.parquet").exists():
            columns = duckdb.sql(query).fetchnumpy()
            found[name] = (np.asarray(columns["y"], float), np.asarray(columns["x"], float))
        else:
            print(f"{file}.parquet is absent: {name} is left out")
    return found


def splits(
    y: np.ndarray, x: np.ndarray, share: float, draws: int, random: np.random.Generator
) -> list[tuple[Moments, Moments]]:
    """Moments of holdout and rest at random splits; nobody's zeros are added up."""
    kept = (y != 0) | (x != 0)
    y, x, zeros = y[kept], x[kept], int((~kept).sum())
    names = [
        ("y",),
        ("x",),
        *(("y", "y"), ("y", "x"), ("x", "x")),
        *(("y",) * k + ("x",) * (3 - k) for k in (3, 2, 1, 0)),
    ]
    columns = {"y": y, "x": x}
    values = np.stack([np.prod([columns[c] for c in name], axis=0) for name in names], 1)
    whole, found = values.sum(0), []
    for _ in range(0, draws, 100):
        held = random.random((100, len(y))) < share
        sums, sizes = held @ values, held.sum(1) + random.binomial(zeros, share, 100)
        for part, size in zip(sums, sizes, strict=True):
            found.append((_moments(part, int(size), names), _moments(whole - part, len(kept) - int(size), names)))
    return found[:draws]


def _moments(sums: np.ndarray, n: int, names: list[tuple[str, ...]]) -> Moments:
    by = {name: float(total) for name, total in zip(names, sums, strict=True)}
    return Moments(
        n,
        {name[0]: total for name, total in by.items() if len(name) == 1},
        {name: total for name, total in by.items() if len(name) == 2},  # type: ignore[misc]
        {name: total for name, total in by.items() if len(name) == 3},  # type: ignore[misc]
    )


def welch(control: Moments, treated: Moments) -> tuple[float, float]:
    found = ESTIMATORS["difference_of_means"]().estimate(control, treated)
    return (found.low, found.high) if isinstance(found, Estimate) else (-np.inf, np.inf)


def cuped(control: Moments, treated: Moments) -> tuple[float, float]:
    found = ESTIMATORS["cuped"]().estimate(control, treated)
    return (found.low, found.high) if isinstance(found, Estimate) else (-np.inf, np.inf)


def hall(control: Moments, treated: Moments) -> tuple[float, float]:
    """Welch's t, each arm's own skewness taken off (Hall 1992; Zhou, Dinh 2005)."""
    difference = treated.mean() - control.mean()
    error = (control.variance() / control.n + treated.variance() / treated.n) ** 0.5
    skewness = (treated.third_moment() / treated.n**2 - control.third_moment() / control.n**2) / error**3
    if abs(skewness) < 1e-9:
        return difference - Z * error, difference + Z * error
    low, high = (3 / skewness * (np.cbrt(1 + skewness * (q - skewness / 6)) - 1) for q in (-Z, Z))
    return difference - error * high, difference - error * low


def pooled(control: Moments, treated: Moments) -> tuple[float, float]:
    n = control.n + treated.n
    variance = ((control.n - 1) * control.variance() + (treated.n - 1) * treated.variance()) / (n - 2)
    error = (variance * (1 / control.n + 1 / treated.n)) ** 0.5
    difference = treated.mean() - control.mean()
    return difference - Z * error, difference + Z * error


def chosen(control: Moments, treated: Moments) -> tuple[float, float]:
    found = ESTIMATORS["difference_of_skewed_means"]().estimate(control, treated)
    return (found.low, found.high) if isinstance(found, Estimate) else (-np.inf, np.inf)


METHODS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[Moments, Moments], tuple[float, float]]]] = {
    "Welch": (lambda y: y, welch),
    "Welch, adjusted (CUPED)": (lambda y: y, cuped),
    "Welch, each arm's skewness (Hall)": (lambda y: y, hall),
    "Student, variances pooled": (lambda y: y, pooled),
    "Welch of amounts cut at the 99th percentile of buyers ¹": (lambda y: np.minimum(y, np.quantile(y[y > 0], 0.99)), welch),
    "Welch of log(1 + amount) ¹": (np.log1p, welch),
    "**pooled variance and skewness, adjusted (chosen)**": (lambda y: y, chosen),
}  # fmt: skip


def bootstrap_t(y: np.ndarray, share: float, draws: int, random: np.random.Generator) -> tuple[float, float]:
    """Shares of splits in which bootstrap-t (199 resamples) claims a gain, a loss; resampled by Poisson's weights."""
    n, buyers = len(y), y[y != 0]
    gain = loss = 0
    for _ in range(draws):
        held = random.random(len(buyers)) < share
        size = int(held.sum() + random.binomial(n - len(buyers), share))
        arms = ((buyers[held], size), (buyers[~held], n - size))
        means = [part.sum() / m for part, m in arms]
        errors = [((part**2).sum() / m - mean**2) / m for (part, m), mean in zip(arms, means, strict=True)]
        tops, spreads = np.zeros(199), np.zeros(199)
        for sign, (part, m), mean in zip((-1, 1), arms, means, strict=True):
            weights = random.poisson(1.0, (199, len(part)))
            again = weights @ part / m
            tops += sign * (again - mean)
            spreads += (weights @ part**2 / m - again**2) / m
        low, high = np.quantile(tops / np.sqrt(np.maximum(spreads, 1e-12)), [0.025, 0.975])
        difference, error = means[1] - means[0], sum(errors) ** 0.5
        gain += difference - high * error > 0
        loss += difference - low * error < 0
    return gain / draws, loss / draws


def split_table(draws: int, random: np.random.Generator) -> list[str]:
    """A/A: nothing was done, so every claim is wrong; 2.5 % a side is what 95 % means."""
    rows = {name: [] for name in (*METHODS, "bootstrap-t")}
    heads = []
    for base, (y, x) in bases().items():
        for share in (0.1, 0.5):
            heads.append(f"{base}, {share:.0%} held out")
            for name, (shape, bounds) in METHODS.items():
                found = [bounds(*arms) for arms in splits(shape(y), x, share, draws, random)]
                gain = np.mean([low > 0 for low, _ in found])
                loss = np.mean([high < 0 for _, high in found])
                rows[name].append(f"{gain:.1%} / {loss:.1%}")
            gain, loss = bootstrap_t(y, share, min(draws, 300), random)
            rows["bootstrap-t"].append(f"{gain:.1%} / {loss:.1%}")
    table = [f"| method | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    return table + [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]


def estimator_table(draws: int, random: np.random.Generator) -> list[str]:
    """Coverage of known truths, a tenth held out and a half."""
    rows = ["| estimator | case | below | above | held |", "|---|---|---|---|---|"]
    for share in (0.1, 0.5):
        n0, n1 = int(4000 * share), int(4000 * (1 - share))
        for base in (0.02, 0.1):
            target = base * 1.25
            arms = [
                (Moments.of_count(int(a), n0), Moments.of_count(int(b), n1))
                for a, b in zip(random.binomial(n0, base, draws), random.binomial(n1, target, draws), strict=True)
            ]
            case = f"{base:.0%} to {target:.1%}, {n0:,} of 4,000 held out"
            for name, truth in (("difference_of_proportions", target - base), ("relative_lift_of_proportions", 0.25)):
                rows.append(held(name, case, [ESTIMATORS[name]().estimate(*pair) for pair in arms], truth))
            lift = ESTIMATORS["relative_lift"](is_share=True)  # type: ignore[call-arg]
            rows.append(held("relative_lift", case, [lift.estimate(*pair) for pair in arms], 0.25))
        rows += _amount_rows(n0, n1, draws, random)
        rows += _ratio_rows(n0, n1, draws, random)
    return rows + _single_rows(draws, random) + _past_rows(draws, random)


def _amount_rows(n0: int, n1: int, draws: int, random: np.random.Generator) -> list[str]:
    """Amounts of which all are so many times as much, of so many times as many buyers."""
    rows, mean = [], 0.15 * np.exp(3.5)
    for case, much, many in (
        ("nothing changed", 1.0, 1.0),
        ("all spend a fifth more", 1.2, 1.0),
        ("all spend a fifth less", 0.8, 1.0),
        ("all spend half as much", 0.5, 1.0),
        ("a quarter more buy", 1.0, 1.25),
        ("half as many buy", 1.0, 0.5),
    ):
        names = ("difference_of_means", "cuped", "difference_of_skewed_means")
        found: dict[str, list[object]] = {name: [] for name in (*names, RELATIVE)}
        for _ in range(draws):
            pair = []
            for size, times, share in ((n0, 1.0, 0.15), (n1, much, 0.15 * many)):
                usual = random.lognormal(3, 1, size)
                y = times * np.where(random.random(size) < share, usual * random.lognormal(-0.25, 0.7, size), 0.0)
                x = np.where(random.random(size) < 0.3, usual, 0.0)
                pair.append(moments_of(y, x))
            for name in names:
                found[name].append(ESTIMATORS[name]().estimate(*pair))
            lift = ESTIMATORS["difference_of_skewed_means"](relative=True)  # type: ignore[call-arg]
            found[RELATIVE].append(lift.estimate(*pair))
        truth, label = much * many - 1, f"{case}; skewed amounts, {n0:,} of {n0 + n1:,} held out"
        lifts = found.pop(RELATIVE)
        rows += [held(name, label, results, truth * mean) for name, results in found.items()]
        rows.append(held(RELATIVE, label, lifts, truth))
    return rows


def _ratio_rows(n0: int, n1: int, draws: int, random: np.random.Generator) -> list[str]:
    """Revenue per order of customers who order unequally often, alone and adjusted for the same ratio before."""
    names, label = ("difference_of_ratios", "cuped_ratio"), f"worth of an order; {n0:,} of {n0 + n1:,} held out"
    found: dict[tuple[str, float], list[object]] = {(name, lift): [] for name in names for lift in (0.0, 0.1)}
    for _ in range(draws):
        arms = [_orders_of(n0, random), _orders_of(n1, random)]
        for lift in (0.0, 0.1):
            treated = {**arms[1], "y": arms[1]["y"] * (1 + lift)}
            for name in names:
                chosen = ESTIMATORS[name]()
                pair = [_products_of(arm, chosen.variables) for arm in (arms[0], treated)]
                found[name, lift].append(chosen.estimate(*pair))
    return [
        held(name, f"{'a tenth more, ' if lift else 'nothing changed, '}{label}", results, lift * PURSE)
        for (name, lift), results in found.items()
    ]


PURSE = float(np.exp(3.125 + 0.18))
"""The mean worth of an order below: a customer's own level times the order's."""


def _orders_of(n: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    purse, pace = random.lognormal(3, 0.5, n), random.gamma(1, 1, n)
    after, before = 1 + random.poisson(pace), 1 + random.poisson(pace)
    # The sum of k log-normal orders, drawn by their mean and variance.
    y, x = (purse * random.gamma(k * 2.3, 1 / 2.3) * np.exp(0.18) for k in (after, before))
    return {"y": y, "d": after.astype(float), "x": x, "e": before.astype(float)}


def _products_of(arm: dict[str, np.ndarray], names: tuple[str, ...]) -> Moments:
    return Moments(
        len(arm["y"]),
        {name: float(arm[name].sum()) for name in names},
        {(a, b): float(arm[a] @ arm[b]) for k, a in enumerate(names) for b in names[k:]},
    )


def _past_rows(draws: int, random: np.random.Generator) -> list[str]:
    """Who spends more was contacted more; an effect of 2. Customers met in several waves are one cluster each."""
    rows = []
    for waves in (1, 3):
        matched, differences = [], []
        for _ in range(draws):
            units, change = _contacted(700, waves, random)
            matched.append(match(units).effect)
            differences.append(
                difference_in_differences(change, units.treated, units.stratum, units.profile, confidence=0.95, unit="")
            )
        case = f"effect of 2, 700 customers in {waves} wave{'s' if waves > 1 else ''}, the better contacted more"
        rows += [held("match", case, matched, 2.0), held("difference_in_differences", case, differences, 2.0)]
    return rows


def _contacted(n: int, waves: int, random: np.random.Generator) -> tuple[Units, np.ndarray]:
    """Units of ``waves`` waves, and their change: what chose them moves the level, not the trend."""
    level, parts = random.gamma(2, 1, n), []
    for wave in range(waves):
        x = np.column_stack([level + random.normal(0, 0.3, n), random.normal(size=n), random.binomial(1, 0.3, n)])
        treated = random.random(n) < 1 / (1 + np.exp(1.2 - 0.6 * (x[:, 0] - 2) - 0.5 * x[:, 1]))
        usual = 3 * x[:, 0] + 0.5 * x[:, 0] ** 2 + x[:, 1] + 2 * x[:, 2]
        y = usual + random.normal(0, 2, n) + 2 * treated
        change = y - usual - random.normal(0, 2, n) + 0.5 * wave
        parts.append((np.arange(n), np.full(n, wave), treated, x, y, change))
    profile, stratum, treated, x, y, change = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Units(profile, stratum, treated, x, ("level", "noise", "flag"), y), change


def moments_of(y: np.ndarray, x: np.ndarray) -> Moments:
    return Moments(
        len(y),
        {"y": y.sum(), "x": x.sum(), "b": float((y != 0).sum())},
        {("y", "y"): y @ y, ("y", "x"): y @ x, ("x", "x"): x @ x},
        {("y", "y", "y"): y**2 @ y, ("y", "y", "x"): y**2 @ x, ("y", "x", "x"): y @ x**2, ("x", "x", "x"): x**2 @ x},
    )


def _single_rows(draws: int, random: np.random.Generator) -> list[str]:
    rows = []
    for n, share in ((20, 0.05), (20, 0.5), (400, 0.02)):
        bounds = [wilson(int(k), n) for k in random.binomial(n, share, draws)]
        rows.append(row("wilson", f"{share:.0%} of {n}", bounds, share))
    for n in (100, 1000):
        found = [mean_interval(Moments.of(random.lognormal(3, 1, n).tolist())) for _ in range(draws)]
        rows.append(held("mean_interval", f"log-normal amounts (sigma 1) of {n}", found, float(np.exp(3.5))))
    for n, shares in ((10, (0.8, 0.15, 0.05)), (50, (0.4, 0.3, 0.3))):
        bounds = [_promoters(*counts) for counts in random.multinomial(n, shares, draws).tolist()]
        rows.append(
            row(
                "limits of the net promoter score",
                f"{n} answers, {shares[0]:.0%} promoters",
                bounds,
                shares[0] - shares[2],
            )
        )
    return rows


def _promoters(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    n, more, told = promoters + passives + detractors, promoters - detractors, promoters + detractors
    sums = {"n": n, "d": n, "y": more, "yy": told, "yd": more, "dd": n, "yyy": more, "yyd": told, "ydd": more, "ddd": n}
    found = limits(ready_kpis().chosen(["net_promoter_score"])[0], more / n, sums.__getitem__, 0.95)
    return float(found.low or 0), float(found.high or 0)


def write(name: str, lines: list[str], runs: str, *, keep: bool) -> None:
    """Print a table, and keep it with its date in the page of the documentation."""
    text = "\n".join(lines)
    print(text, "\n", flush=True)
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, rest = PAGE.read_text("utf-8").split(begin)
    if keep:
        dated = f"{datetime.now(UTC):%Y-%m-%d}, {runs}."
        PAGE.write_text(f"{head}{begin}\n\n{dated}\n\n{text}\n\n{end}{rest.split(end)[1]}", "utf-8")


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    random = np.random.default_rng(20261128)
    tables = {
        "aa": split_table,
        "known": estimator_table,
        "forecasts": forecast_table,
        "differences": difference_table,
        "segments": within_table,
    }
    for name in sys.argv[2:] or tables:
        write(name, tables[name](draws, random), f"{draws:,} draws", keep=draws >= 1000)


if __name__ == "__main__":
    main()
