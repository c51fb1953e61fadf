"""Lifetime value: whether, how often and how dearly customers will go on buying, and what that is worth."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import TypedDict

import numpy as np

from coterie.domain import NotEstimable, Progress, Quiet
from coterie.engines import Engine
from coterie.predict.cohort import find_cohort, find_days, read_histories, read_refund_share, read_spends
from coterie.predict.contract import ORDER_MODELS, SPEND_MODELS, Fit, Spends
from coterie.predict.holdout import hold_out
from coterie.predict.intervals import total_range
from coterie.predict.record import LifetimeValueModel
from coterie.predict.remarks import remarks_on
from coterie.predict.scoring import NAME, Valuation, write_scores
from coterie.words import sentence


def fit_lifetime_value(
    engine: Engine,
    *,
    as_of: datetime,
    horizon_days: int = 365,
    margin: float = 0.3,
    discount_rate: float = 0.1,
    currency: str = "USD",
    interval: float = 0.8,
    order_model: str = "bgnbd",
    spend_model: str = "gamma_gamma",
    zone: str = "UTC",
    progress: Progress | None = None,
) -> LifetimeValueModel | NotEstimable:
    """Fit the models on orders before ``as_of``, check them on a holdout and write everybody's scores.

    Scores of the model ``lifetime-value``: ``p_alive``; ``expected_orders`` over
    ``horizon_days``, with the range that holds ``interval`` of what this customer may do;
    ``expected_order_value``, with the range of the customer's true mean; and
    ``lifetime_value``, the contribution at ``margin`` of the orders expected, discounted at
    ``discount_rate`` a year and less refunds, whose range is that of the orders at the
    expected order value. An order is a day, by the
    calendar in ``zone``, with completed orders.

    Returns ``NotEstimable`` and writes nothing when the data are below the model's floor.
    Raises ``NotReady`` when there are no orders before ``as_of``.
    """
    started, progress = time.perf_counter(), progress or Quiet()
    with engine.tidied():
        orders, spending = ORDER_MODELS[order_model], SPEND_MODELS[spend_model]
        progress.stage(sentence("lifetime value: holdout"))
        days = partial(find_days, engine, as_of, zone)
        cohort = find_cohort(engine, days())
        tested = hold_out(engine, orders, days, observed=cohort.observed, horizon_days=horizon_days, interval=interval)
        progress.stage(sentence("lifetime value: fit"))
        seen, spends = read_histories(engine, cohort), read_spends(engine, cohort)
        fit, spend_fit = orders.fit(seen), spending.fit(spends)
        if isinstance(fit, NotEstimable):
            return fit
        usable = None if isinstance(spend_fit, NotEstimable) else spend_fit
        progress.stage(sentence("lifetime value: score"))
        terms = Valuation(as_of, horizon_days / 7, discount_rate, margin, interval)
        with engine.transaction():
            scored = write_scores(engine, cohort, orders, fit, terms, (spending, usable) if usable else None)
        totals, valued = _totals(engine)
        factors = total_range(orders, fit, seen, spends, weeks=horizon_days / 7, tested=tested, interval=interval)
        record = LifetimeValueModel(
            order_model=order_model,
            spend_model=spend_model if usable else None,
            as_of=as_of,
            observed_from=cohort.observed.first_on,
            observed_to=cohort.observed.last_on,
            horizon_days=horizon_days,
            margin=margin,
            discount_rate=discount_rate,
            currency=currency,
            interval=interval,
            refund_share=read_refund_share(engine, as_of),
            customers=seen.customers,
            repeat_buyers=seen.repeat_buyers,
            **_parameters_of(fit, usable),
            expected_orders=totals["expected_orders"],
            expected_order_value=_mean_order_value(usable),
            expected_orders_range=_times(totals["expected_orders"], factors.orders),
            lifetime_value=totals.get("lifetime_value"),
            lifetime_value_range=_times(totals.get("lifetime_value"), factors.value),
            spend_correlation=_correlation(spends),
            holdout=tested,
            scored=scored,
            seconds=time.perf_counter() - started,
        )
        alive = np.average(orders.alive(fit, seen), weights=seen.weight * (seen.repeats > 0))
        return record.model_copy(update={"remarks": remarks_on(record, float(alive), spend_fit, valued)})


def score_lifetime_value(engine: Engine, model: LifetimeValueModel, *, as_of: datetime, zone: str = "UTC") -> int:
    """Write everybody's scores at ``as_of`` by a model fitted before; returns how many people.

    The parameters stay as they were; histories, and so the scores, are those of ``as_of``.
    """
    terms = Valuation(as_of, model.horizon_days / 7, model.discount_rate, model.margin, model.interval)
    spending = None
    if model.spend_model:
        spending = SPEND_MODELS[model.spend_model], _fit_in(model, model.spend_model)
    with engine.transaction():
        cohort = find_cohort(engine, find_days(engine, as_of, zone))
        orders, fit = ORDER_MODELS[model.order_model], _fit_in(model, model.order_model)
        return write_scores(engine, cohort, orders, fit, terms, spending)


def _fit_in(model: LifetimeValueModel, part: str) -> Fit:
    return Fit(
        model=part,
        parameters=model.parameters,
        standard_errors=model.standard_errors,
        log_likelihood=model.log_likelihood,
        customers=model.customers,
        converged=model.converged,
    )


class _Parameters(TypedDict):
    parameters: dict[str, float]
    standard_errors: dict[str, float | None]
    log_likelihood: float
    spend_log_likelihood: float | None
    converged: bool


def _parameters_of(fit: Fit, spend_fit: Fit | None) -> _Parameters:
    return {
        "parameters": fit.parameters | (spend_fit.parameters if spend_fit else {}),
        "standard_errors": fit.standard_errors | (spend_fit.standard_errors if spend_fit else {}),
        "log_likelihood": fit.log_likelihood,
        "spend_log_likelihood": spend_fit.log_likelihood if spend_fit else None,
        "converged": fit.converged and (spend_fit is None or spend_fit.converged),
    }


def _totals(engine: Engine) -> tuple[dict[str, float], int]:
    """The sum of each score, and how many people have a value in money."""
    rows = engine.query(
        "SELECT score, sum(value) AS total, count(*) AS people FROM scores WHERE model = $model GROUP BY score",
        {"model": NAME},
    ).to_pylist()
    valued = sum(int(row["people"]) for row in rows if row["score"] == "lifetime_value")
    return {row["score"]: row["total"] for row in rows}, valued


def _times(total: float | None, factors: tuple[float, float]) -> tuple[float, float] | None:
    return None if total is None else (total * factors[0], total * factors[1])


def _correlation(spends: Spends) -> float | None:
    if len(spends) < 3 or spends.repeats.std() == 0 or spends.mean.std() == 0:
        return None
    return float(np.corrcoef(spends.repeats, spends.mean)[0, 1])


def _mean_order_value(spend_fit: Fit | None) -> float | None:
    if spend_fit is None:
        return None
    spending = SPEND_MODELS[spend_fit.model]
    value = float(spending.expected(spend_fit, np.zeros(1), np.zeros(1))[0])
    return value if np.isfinite(value) else None
