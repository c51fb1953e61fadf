"""Buying histories of everybody, by SQL over the orders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine
from coterie.errors import NotReady
from coterie.predict.contract import Histories, Numbers, Spends

# A day's orders are one: what comes minutes apart is one decision to buy, and the models count decisions.
_DAYS = """
    SELECT profile_id, CAST(occurred_at AS DATE) AS bought_on, sum(coalesce(revenue, 0)) AS spent
    FROM orders
    WHERE profile_id IS NOT NULL AND occurred_at < $until AND coalesce(status, 'completed') = 'completed'
      AND coalesce(revenue, 0) >= 0
    GROUP BY ALL"""


class Observed(BaseModel):
    """The period in which buying was seen, both days included."""

    model_config = ConfigDict(frozen=True)

    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """Days from the first to the last."""
        return (self.last_on - self.first_on).days


def last_day_before(as_of: datetime) -> date:
    """The last day that is at least begun before ``as_of``; ``as_of`` itself does not count.

    >>> last_day_before(datetime(1997, 10, 1))
    datetime.date(1997, 9, 30)
    """
    return (as_of - timedelta(microseconds=1)).date()


def write_cohort(engine: Engine, as_of: datetime) -> Observed:
    """Make the temporary table ``_cohort`` of everybody who bought before ``as_of``.

    Columns ``profile_id, first_on, repeats, recency_days, age_days, repeat_spend`` (mean
    spend of a repeat buying day, null without one). Orders count by the day; cancelled and
    returned ones and those of nobody do not count. Nothing at or after ``as_of`` is read.
    """
    engine.execute(
        f"""CREATE OR REPLACE TEMP TABLE _cohort AS
        WITH days AS ({_DAYS}), bought AS (
            SELECT profile_id, min(bought_on) AS first_on, max(bought_on) AS last_on, count(*) - 1 AS repeats,
                   sum(spent) AS spent, min_by(spent, bought_on) AS first_spent
            FROM days GROUP BY profile_id)
        SELECT profile_id, first_on, repeats, last_on - first_on AS recency_days, $last - first_on AS age_days,
               CAST(CASE WHEN repeats > 0 THEN (spent - first_spent) / repeats END AS DOUBLE) AS repeat_spend
        FROM bought""",
        {"until": as_of, "last": last_day_before(as_of)},
    )
    first = engine.query("SELECT min(first_on) AS first FROM _cohort")["first"][0].as_py()
    if first is None:
        raise NotReady(f"nobody placed a completed order of 0 or more before {as_of:%Y-%m-%d %H:%M}; load orders first")
    return Observed(first_on=first, last_on=last_day_before(as_of))


def read_histories(engine: Engine) -> Histories:
    """The distinct histories of ``_cohort``, in weeks, in a fixed order."""
    rows = engine.query(
        """SELECT repeats, recency_days, age_days, count(*) AS customers FROM _cohort
        GROUP BY ALL ORDER BY ALL"""
    )
    repeats, recency, age, weight = (rows[name].to_numpy().astype(np.float64) for name in rows.column_names)
    return Histories(repeats, recency / 7, age / 7, weight)


def read_spends(engine: Engine) -> Spends:
    """The mean repeat spend of repeat buyers; those who spent nothing are left out."""
    rows = engine.query("SELECT repeats, repeat_spend FROM _cohort WHERE repeat_spend > 0 ORDER BY ALL")
    return Spends(rows["repeats"].to_numpy().astype(np.float64), rows["repeat_spend"].to_numpy())


def read_refund_share(engine: Engine, as_of: datetime) -> float:
    """What share of the money taken before ``as_of`` went back for cancelled or returned orders."""
    rows = engine.query(
        """SELECT coalesce(sum(revenue) FILTER (revenue > 0 AND coalesce(status, 'completed') = 'completed'), 0) AS taken,
                  coalesce(-sum(revenue) FILTER (revenue < 0), 0) AS returned
        FROM orders WHERE profile_id IS NOT NULL AND occurred_at < $until""",
        {"until": as_of},
    )
    taken, returned = float(rows["taken"][0].as_py()), float(rows["returned"][0].as_py())
    return min(1.0, returned / taken) if taken > 0 else 0.0


def read_weekly_repeats(engine: Engine, as_of: datetime, weeks: int) -> Numbers:
    """Repeat buying days of the people in ``_cohort`` before ``as_of``, counted by week since the first of all."""
    rows = engine.query(
        f"""WITH days AS ({_DAYS}), start AS (SELECT min(first_on) AS day FROM _cohort)
        SELECT (bought_on - start.day) // 7 AS week, count(*) AS repeats
        FROM days JOIN _cohort USING (profile_id) CROSS JOIN start WHERE bought_on > first_on
        GROUP BY ALL ORDER BY ALL""",
        {"until": as_of},
    )
    weekly = np.zeros(weeks)
    place = rows["week"].to_numpy()
    keep = (place >= 0) & (place < weeks)
    weekly[place[keep]] = rows["repeats"].to_numpy()[keep]
    return weekly
