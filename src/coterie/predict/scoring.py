"""Everybody's scores, computed once for each distinct history and joined back by SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from coterie.engines import Engine
from coterie.predict.cohort import Cohort
from coterie.predict.contract import Fit, Histories, OrderModel, SpendModel
from coterie.predict.intervals import discounted_orders, order_bounds

NAME = "lifetime-value"

_ORDER_SCORES = (
    "SELECT profile_id, 'p_alive' AS score, p_alive AS value, NULL AS low, NULL AS high FROM {rows}",
    "SELECT profile_id, 'expected_orders', expected, low, high FROM {rows}",
)
_SPEND_SCORES = (
    "SELECT profile_id, 'expected_order_value', order_value, value_low, value_high FROM {rows}",
    """SELECT profile_id, 'lifetime_value', $margin * order_value * discount * expected,
        $margin * order_value * discount * low, $margin * order_value * discount * high FROM {rows}""",
)


@dataclass(frozen=True)
class Valuation:
    """What an order is worth to the business: ``margin`` is net of refunds, ``weeks`` the horizon."""

    as_of: datetime
    weeks: float
    yearly_rate: float
    margin: float
    interval: float


def write_scores(
    engine: Engine,
    cohort: Cohort,
    orders: OrderModel,
    fit: Fit,
    terms: Valuation,
    spending: tuple[SpendModel, Fit] | None,
) -> int:
    """Write the scores of everybody in ``cohort`` in place of the model's older ones; returns how many people.

    Without a spend model there are no scores in money.
    """
    scored = engine.aside("order_scores", _order_scores(engine, cohort, orders, fit, terms))
    rows = f"{cohort.table} AS c JOIN {scored} AS o USING (repeats, recency_days, age_days)"
    parts = [each.format(rows=rows) for each in _ORDER_SCORES]
    values: dict[str, object] = {"model": NAME, "as_of": terms.as_of}
    if spending is not None:
        scored = engine.aside("spend_scores", _spend_scores(engine, cohort, *spending, terms))
        rows += f" JOIN {scored} AS s ON s.repeats = c.repeats AND s.spend = coalesce(c.repeat_spend, 0)"
        parts += [each.format(rows=rows) for each in _SPEND_SCORES]
        values["margin"] = terms.margin
    engine.execute("DELETE FROM scores WHERE model = $model", {"model": NAME})
    engine.execute(
        f"""INSERT INTO scores BY NAME
        SELECT profile_id, $model AS model, score, value, low, high, $as_of AS as_of
        FROM ({" UNION ALL ".join(parts)}) WHERE isfinite(value)""",
        values,
    )
    return int(engine.query(f"SELECT count(*) AS n FROM {cohort.table}")["n"][0].as_py())


def _order_scores(engine: Engine, cohort: Cohort, model: OrderModel, fit: Fit, terms: Valuation) -> pa.Table:
    rows = engine.query(f"SELECT DISTINCT repeats, recency_days, age_days FROM {cohort.table} ORDER BY ALL")
    repeats, recency, age = (rows[name].to_numpy().astype(np.float64) for name in rows.column_names)
    seen = Histories(repeats, recency / 7, age / 7, np.ones(len(repeats)))
    low, high = order_bounds(model, fit, seen, terms.weeks, terms.interval)
    expected = model.expected(fit, seen, terms.weeks)
    discounted = discounted_orders(model, fit, seen, terms.weeks, terms.yearly_rate)
    scores = {
        "p_alive": model.alive(fit, seen),
        "expected": expected,
        "low": low,
        "high": high,
        "discount": np.divide(discounted, expected, out=np.ones(len(seen)), where=expected > 0),
    }
    return pa.table({name: rows[name] for name in rows.column_names} | scores)


def _spend_scores(engine: Engine, cohort: Cohort, model: SpendModel, fit: Fit, terms: Valuation) -> pa.Table:
    rows = engine.query(f"SELECT DISTINCT repeats, coalesce(repeat_spend, 0) AS spend FROM {cohort.table} ORDER BY ALL")
    repeats, spend = rows["repeats"].to_numpy().astype(np.float64), rows["spend"].to_numpy()
    low, high = model.interval(fit, repeats, spend, terms.interval)
    value = model.expected(fit, repeats, spend)
    columns = {"order_value": value, "value_low": low, "value_high": high}
    return pa.table({"repeats": rows["repeats"], "spend": rows["spend"]} | columns)
