"""Ask a model about weeks it never saw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from coterie.domain import NotEstimable
from coterie.engines import Engine
from coterie.predict.cohort import Cohort, Days, Observed, find_cohort, read_histories, read_weekly_repeats
from coterie.predict.contract import TOO_SHORT, Fit, Histories, Numbers, OrderModel
from coterie.predict.intervals import order_bounds
from coterie.predict.record import Accuracy, Decile, Holdout, HoldoutRefused, Week
from coterie.words import sentence

UP_TO = "up to {day}, {reason}"
_COHORT_WEEKS = 4
_LEAST_WEEKS = 4
_MOST = 5_000
"""Histories from which the way of a total between two instants is read."""


def propose_split(observed: Observed, horizon_days: int) -> date | None:
    """The last day to learn from: half of what was seen is kept for the test, in whole weeks, up to the horizon.

    None when that leaves less than four weeks.

    >>> propose_split(Observed(first_on=date(1997, 1, 1), last_on=date(1998, 6, 30)), 365)
    datetime.date(1997, 9, 30)
    """
    weeks = min(horizon_days, (observed.days + 1) // 2) // 7
    return observed.last_on - timedelta(weeks=weeks) if weeks >= _LEAST_WEEKS else None


def hold_out(
    engine: Engine,
    model: OrderModel,
    days_bought: Callable[..., Days],
    *,
    observed: Observed,
    horizon_days: int,
    interval: float,
) -> Holdout | HoldoutRefused:
    """Fit ``model`` on the first part of the period and compare its forecast with the rest.

    Only customers who had bought by the split are asked about; what they bought afterwards, of
    ``days_bought``, is the truth. These days are asked for as they stand, and as they ``stood_on`` a day: whoever
    fitted then did not know what would come back.
    """
    split = propose_split(observed, horizon_days)
    if split is None:
        return HoldoutRefused.because(
            NotEstimable(
                sentence(TOO_SHORT, days=observed.days + 1),
                sentence("{least:,} {least|day|days}", least=2 * 7 * _LEAST_WEEKS),
            )
        )
    days, cohort = _find_past(engine, days_bought, split, observed.last_on)
    fit = model.fit(read_histories(engine, cohort))
    if isinstance(fit, NotEstimable):
        reason = sentence(UP_TO, day=str(split), reason=fit.reason)
        return HoldoutRefused.because(NotEstimable(reason, fit.needs))
    seen, actual = _read_outcomes(engine, days, cohort, split)
    weeks = (observed.last_on - split).days / 7
    predicted = model.expected(fit, seen, weeks)
    low, high = order_bounds(model, fit, seen, weeks, interval)
    judged = _accuracy(predicted, actual, seen.weight)
    baselines = {
        "own_rate": _accuracy(_own_rate(seen, weeks), actual, seen.weight),
        "cohort_rate": _accuracy(_cohort_rate(seen, weeks), actual, seen.weight),
    }
    tracking = _track(engine, model, fit, days, cohort, _foretold(model, fit, seen, predicted, round(weeks)))
    errors = [
        each.cumulative_expected / each.cumulative_actual - 1
        for each in tracking
        if each.is_holdout and each.cumulative_actual
    ]
    return Holdout(
        calibrated_to=split,
        tested_to=observed.last_on,
        weeks=weeks,
        customers=seen.customers,
        orders=int(seen.weight @ actual),
        parameters=fit.parameters,
        log_likelihood=fit.log_likelihood,
        model=judged,
        baselines=baselines,
        beats_baselines=all(
            judged.root_mean_squared_error < each.root_mean_squared_error for each in baselines.values()
        ),
        interval=interval,
        covered=float(seen.weight @ ((low <= actual) & (actual <= high)) / seen.weight.sum()),
        cumulative_error=errors[-1] if errors else None,
        cumulative_mape=float(np.mean(np.abs(errors))) if errors else None,
        deciles=_deciles(predicted, actual, seen.weight),
        tracking=tracking,
    )


def _find_past(engine: Engine, days_bought: Callable[..., Days], split: date, last: date) -> tuple[Days, Cohort]:
    """The days as they stand now, and the cohort as it stood at the split."""
    cohort = find_cohort(engine, days_bought(stood_on=split), split)
    days = days_bought()
    # Whose orders are not known to the end bought nothing there as far as can be seen: no truth to be held against.
    engine.execute(
        f"""DELETE FROM {cohort.table} WHERE profile_id IN (
            SELECT profile_id FROM {days.table} GROUP BY profile_id HAVING max(known_to) < $last)""",
        {"last": last},
    )
    return days, cohort


def _read_outcomes(engine: Engine, days: Days, cohort: Cohort, split: date) -> tuple[Histories, Numbers]:
    """Distinct pairs of history and what came after it."""
    rows = engine.query(
        f"""WITH later AS (
            SELECT profile_id, count(*) AS orders FROM {days.table} WHERE bought_on > $split GROUP BY profile_id)
        SELECT repeats, recency_days, age_days, coalesce(orders, 0) AS orders, count(*) AS customers
        FROM {cohort.table} LEFT JOIN later USING (profile_id) GROUP BY ALL ORDER BY ALL""",
        {"split": split},
    )
    repeats, recency, age, orders, weight = (rows[name].to_numpy().astype(np.float64) for name in rows.column_names)
    return Histories(repeats, recency / 7, age / 7, weight), orders


def _own_rate(seen: Histories, weeks: float) -> Numbers:
    return np.where(seen.age > 0, seen.repeats / np.maximum(seen.age, 1 / 7) * weeks, 0.0)


def _cohort_rate(seen: Histories, weeks: float) -> Numbers:
    cohort = (seen.age // _COHORT_WEEKS).astype(np.int64)
    orders = np.bincount(cohort, seen.weight * seen.repeats)
    time = np.bincount(cohort, seen.weight * seen.age)
    return np.divide(orders, time, out=np.zeros_like(orders), where=time > 0)[cohort] * weeks


def _accuracy(predicted: Numbers, actual: Numbers, weight: Numbers) -> Accuracy:
    error = predicted - actual
    total = float(weight @ actual)
    spread = np.cov(predicted, actual, aweights=weight) if len(actual) > 1 else np.zeros((2, 2))
    product = float(spread[0, 0] * spread[1, 1])
    return Accuracy(
        mean_absolute_error=float(np.average(np.abs(error), weights=weight)),
        root_mean_squared_error=float(np.sqrt(np.average(error**2, weights=weight))),
        correlation=float(spread[0, 1] / np.sqrt(product)) if product > 0 else None,
        bias=float(weight @ predicted) / total - 1 if total else None,
    )


def _deciles(predicted: Numbers, actual: Numbers, weight: Numbers) -> tuple[Decile, ...]:
    order = np.argsort(-predicted, kind="stable")
    before = np.cumsum(weight[order]) - weight[order] / 2
    tenth = np.minimum((before / weight.sum() * 10).astype(np.int64), 9)
    found = []
    for each in np.unique(tenth):
        mine = order[tenth == each]
        found.append(
            Decile(
                decile=int(each) + 1,
                customers=int(weight[mine].sum()),
                predicted=float(np.average(predicted[mine], weights=weight[mine])),
                actual=float(np.average(actual[mine], weights=weight[mine])),
            )
        )
    return tuple(found)


def _foretold(model: OrderModel, fit: Fit, seen: Histories, predicted: Numbers, weeks: int) -> Numbers:
    """The total foretold by the end of each week after the split, of ``predicted`` by the last; 0 at the split.

    How it rises until then is read from some histories where there are many.
    """
    step = len(seen) // _MOST + 1
    some = Histories(*(column[::step] for column in (seen.repeats, seen.recency, seen.age, seen.weight)))
    total, whole = float(seen.weight @ predicted), float(some.weight @ predicted[::step])
    until = [float(some.weight @ model.expected(fit, some, week)) for week in range(1, weeks)]
    return np.array([0.0, *until, whole]) * (total / whole if whole else 0.0)


def _track(
    engine: Engine, model: OrderModel, fit: Fit, days: Days, cohort: Cohort, foretold: Numbers
) -> tuple[Week, ...]:
    """Weekly repeat orders of the calibration customers, seen and expected, from the first of all to the end."""
    starts = engine.query(f"SELECT first_on, count(*) AS customers FROM {cohort.table} GROUP BY ALL ORDER BY ALL")
    began = starts["first_on"].to_numpy().astype("datetime64[D]")
    customers = starts["customers"].to_numpy().astype(np.float64)
    after = np.datetime64(days.last_on, "D") + 1
    count = int(np.ceil((after - began[0]).astype(int) / 7))
    ends = after - 7 * np.arange(count)[::-1]
    passed = np.maximum((ends[:, None] - began[None, :]).astype(np.float64) / 7, 0)
    distinct, place = np.unique(passed, return_inverse=True)
    expected = model.expected_of_new(fit, distinct)[place].reshape(passed.shape) @ customers
    actual = read_weekly_repeats(engine, days, cohort, count)
    so_far, first = actual.cumsum(), count - len(foretold)
    return tuple(
        Week(
            week=number + 1,
            ends_on=(ends[number] - 1).astype(object),
            is_holdout=number > first,
            actual=float(actual[number]),
            expected=float(expected[number] - (expected[number - 1] if number else 0.0)),
            cumulative_actual=float(so_far[number]),
            cumulative_expected=float(expected[number]),
            cumulative_foretold=float(so_far[first] + foretold[number - first]) if number >= first else None,
        )
        for number in range(count)
    )
