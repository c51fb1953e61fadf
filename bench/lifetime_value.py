"""BG/NBD on a million customers: Coterie beside ``lifetimes``, same histories, same parameters.

    python bench/lifetime_value.py [--customers 1000000] [--runs 5] [--rival-runs 5]

Histories are drawn from BG/NBD itself and kept by the day, as orders are. "Seconds" is the
whole of a fit from three plain arrays (repeats, recency, age). Coterie counts equal
histories once, so a second table shows the hardest case for it, times without any grid,
where hardly two customers are equal. ``lifetimes`` is run fewer times because it is slower;
both figures are medians. Peak memory is that of a fresh process that holds the arrays and fits.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

TRUTH = {"r": 0.5, "alpha": 10.0, "a": 0.6, "b": 2.0}


def simulate(customers: int, *, by_the_day: bool, seed: int = 20260101) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeats, recency and age in weeks of customers who came within the first half of two years."""
    draw = np.random.default_rng(seed)
    age = draw.uniform(365, 730, customers) / 7
    rate = draw.gamma(TRUTH["r"], 1 / TRUTH["alpha"], customers)
    leave = draw.beta(TRUTH["a"], TRUTH["b"], customers)
    repeats, recency, now = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    going = np.arange(customers)
    while len(going):
        now[going] += draw.exponential(1, len(going)) / rate[going]
        going = going[now[going] < age[going]]
        repeats[going] += 1
        recency[going] = now[going]
        going = going[draw.random(len(going)) >= leave[going]]
    if by_the_day:
        age, recency = np.ceil(age * 7) / 7, np.ceil(recency * 7) / 7
    return repeats, recency, age


def fit_ours(histories_of: tuple[np.ndarray, np.ndarray, np.ndarray]) -> dict[str, float]:
    from coterie.predict import ORDER_MODELS, Fit, histories

    fit = ORDER_MODELS["bgnbd"].fit(histories(*histories_of))
    assert isinstance(fit, Fit)
    return fit.parameters | {"log_likelihood": fit.log_likelihood}


def fit_lifetimes(histories_of: tuple[np.ndarray, np.ndarray, np.ndarray]) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes import BetaGeoFitter

        model = BetaGeoFitter(penalizer_coef=0.0).fit(*histories_of)
        return {name: float(model.params_[name]) for name in TRUTH}


def measure(fit, histories_of, runs: int) -> tuple[float, list[float], dict[str, float]]:
    seconds, found = [], {}
    for _ in range(runs):
        started = time.perf_counter()
        found = fit(histories_of)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), seconds, found


def peak(which: str, file: Path) -> float:
    """Peak resident memory in MB of a process that reads the histories and fits them once."""
    run = subprocess.run(
        [sys.executable, __file__, "--alone", which, "--histories", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(run.stdout.split()[-1])


def alone(which: str, file: Path) -> None:
    drawn = tuple(np.load(file))
    if which != "nothing":
        (fit_ours if which == "coterie" else fit_lifetimes)(drawn)
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rival-runs", type=int, default=5)
    parser.add_argument("--alone", choices=["coterie", "lifetimes", "nothing"])
    parser.add_argument("--histories", type=Path)
    asked = parser.parse_args()
    if asked.alone:
        alone(asked.alone, asked.histories)
        return
    for by_the_day in (True, False):
        drawn = simulate(asked.customers, by_the_day=by_the_day)
        distinct = len(np.unique(np.stack(drawn, axis=1), axis=0))
        print(
            f"\n{asked.customers:,} customers, times {'by the day' if by_the_day else 'without a grid'}, {distinct:,} distinct histories"
        )
        ours, all_ours, parameters = measure(fit_ours, drawn, asked.runs)
        theirs, all_theirs, rival = measure(fit_lifetimes, drawn, asked.rival_runs)
        furthest = max(abs(parameters[name] / rival[name] - 1) for name in TRUTH)
        print(f"  coterie    median {ours:7.2f} s of {asked.runs} runs ({min(all_ours):.2f}-{max(all_ours):.2f})")
        print(
            f"  lifetimes  median {theirs:7.2f} s of {asked.rival_runs} runs ({min(all_theirs):.2f}-{max(all_theirs):.2f})"
        )
        print(
            f"  ratio {ours / theirs:.3f} (asked: at most 0.5); parameters differ by at most {furthest:.1e} (asked: 1e-3)"
        )
        for name, truth in TRUTH.items():
            print(f"    {name:6} coterie {parameters[name]:9.5f}  lifetimes {rival[name]:9.5f}  drawn with {truth}")
    print("\ngrowth, times by the day")
    for customers in (asked.customers // 4, asked.customers // 2, asked.customers, asked.customers * 2):
        median, _, _ = measure(fit_ours, simulate(customers, by_the_day=True), asked.runs)
        print(f"  {customers:>10,} customers {median:6.2f} s")
    print("\npeak memory of a fresh process")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "histories.npy"
        np.save(file, np.stack(simulate(asked.customers, by_the_day=True)))
        for which in ("nothing", "coterie", "lifetimes"):
            note = " (the histories themselves, and NumPy)" if which == "nothing" else ""
            print(f"  {which:10} {peak(which, file):7.0f} MB{note}")


if __name__ == "__main__":
    main()
