"""Buying histories of everybody, by SQL over the orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from pydantic import BaseModel, ConfigDict

from coterie.domain.clock import instant_of, to_local
from coterie.domain.meanings import ORDER, PLACED
from coterie.engines import Engine, event_rows, local_time
from coterie.errors import NotReady
from coterie.predict.contract import Histories, Numbers, Spends
from coterie.profile import order_coverage
from coterie.words import sentence


class Observed(BaseModel):
    """The period in which buying was seen, both days included."""

    model_config = ConfigDict(frozen=True)

    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """Days from the first to the last."""
        return (self.last_on - self.first_on).days


@dataclass(frozen=True)
class Days:
    """A table aside of the days on which somebody bought: ``profile_id, bought_on, spent, known_to``; and the last day known."""

    table: str
    last_on: date


@dataclass(frozen=True)
class Cohort:
    """A table aside of who bought up to the end of what was ``observed``.

    Columns ``profile_id, first_on, repeats, recency_days, age_days, repeat_spend`` (mean spend of a repeat
    buying day, null without one).
    """

    table: str
    observed: Observed


def find_days(engine: Engine, as_of: datetime, zone: str = "UTC", stood_on: date | None = None) -> Days:
    """Every day on which somebody bought before ``as_of``, and the last day known.

    Days are those of the calendar in ``zone``.
    Orders that were cancelled or returned and those of nobody do not count. ``known_to`` is the last
    day on which orders of that source are known: days after the newest order were not seen,
    whatever ``as_of`` is. Nothing at or after ``as_of`` is read, so the last day may be begun only.
    With ``stood_on``, orders are those that stood at the end of that day: what came back later was an order then.
    """
    coverage = order_coverage(engine, as_of, zone)
    known_to = f"{local_time(coverage.until_sql(), zone)} - INTERVAL 1 microsecond"
    until = as_of if stood_on is None else min(as_of, instant_of(stood_on + timedelta(days=1), zone))
    # A day's orders are one: what comes minutes apart is one decision to buy, and the models count decisions.
    table = engine.aside(
        "days",
        f"""SELECT profile_id, CAST({local_time("occurred_at", zone)} AS DATE) AS bought_on, sum(coalesce(revenue, 0)) AS spent,
               min(CAST({known_to} AS DATE)) AS known_to
        FROM {event_rows(engine, ORDER, "$until")} AS orders
        WHERE profile_id IS NOT NULL AND occurred_at < $until
          AND coalesce(revenue, 0) >= 0
        GROUP BY ALL""",
        {"until": until},
    )
    return Days(table, coverage.last_on or (to_local(as_of, zone) - timedelta(microseconds=1)).date())


def find_cohort(engine: Engine, days: Days, last: date | None = None) -> Cohort:
    """Everybody in ``days`` up to ``last``, included; by default up to the last day known.

    A customer is observed up to ``last``, or to the last
    day known of the sources of their orders where that is earlier (the least silence of them counts).
    Raises ``NotReady`` where there is nobody.
    """
    last = last or days.last_on
    table = engine.aside(
        "cohort",
        f"""WITH bought AS (
            SELECT profile_id, min(bought_on) AS first_on, max(bought_on) AS last_on, count(*) - 1 AS repeats,
                   sum(spent) AS spent, min_by(spent, bought_on) AS first_spent,
                   min(least(known_to, $last) - bought_on) AS silence
            FROM {days.table} WHERE bought_on <= $last GROUP BY profile_id)
        SELECT profile_id, first_on, repeats, last_on - first_on AS recency_days,
               last_on - first_on + silence AS age_days,
               CAST(CASE WHEN repeats > 0 THEN (spent - first_spent) / repeats END AS DOUBLE) AS repeat_spend
        FROM bought""",
        {"last": last},
    )
    first = engine.query(f"SELECT min(first_on) AS first FROM {table}")["first"][0].as_py()
    if first is None:
        raise NotReady(
            sentence("nobody placed a completed order of 0 or more up to {as_of}; load orders first", as_of=last)
        )
    return Cohort(table, Observed(first_on=first, last_on=last))


def read_histories(engine: Engine, cohort: Cohort) -> Histories:
    """The distinct histories of ``cohort``, in weeks, in a fixed order."""
    rows = engine.query(
        f"""SELECT repeats, recency_days, age_days, count(*) AS customers FROM {cohort.table}
        GROUP BY ALL ORDER BY ALL"""
    )
    repeats, recency, age, weight = (rows[name].to_numpy().astype(np.float64) for name in rows.column_names)
    return Histories(repeats, recency / 7, age / 7, weight)


def read_spends(engine: Engine, cohort: Cohort) -> Spends:
    """The mean repeat spend of repeat buyers; those who spent nothing are left out."""
    rows = engine.query(f"SELECT repeats, repeat_spend FROM {cohort.table} WHERE repeat_spend > 0 ORDER BY ALL")
    return Spends(rows["repeats"].to_numpy().astype(np.float64), rows["repeat_spend"].to_numpy())


def read_refund_share(engine: Engine, as_of: datetime) -> float:
    """What share of the money taken before ``as_of`` went back for cancelled or returned orders."""
    known = "profile_id IS NOT NULL AND occurred_at < $until"
    rows = engine.query(
        f"""SELECT (SELECT coalesce(sum(gross_revenue), 0) FROM {event_rows(engine, PLACED, "$until")} AS p WHERE {known}) AS taken,
            (SELECT coalesce(sum(gross_revenue), 0) FROM {event_rows(engine, PLACED, "$until")} AS p WHERE {known})
            - (SELECT coalesce(sum(revenue), 0) FROM {event_rows(engine, ORDER, "$until")} AS o WHERE {known}) AS returned""",
        {"until": as_of},
    )
    taken, returned = float(rows["taken"][0].as_py()), float(rows["returned"][0].as_py())
    return min(1.0, returned / taken) if taken > 0 else 0.0


def read_weekly_repeats(engine: Engine, days: Days, cohort: Cohort, weeks: int) -> Numbers:
    """Repeat buying days of the people in ``cohort``, of all in ``days``, counted by the last ``weeks`` up to the last day known."""
    rows = engine.query(
        f"""SELECT $weeks - 1 - ($last - bought_on) // 7 AS week, count(*) AS repeats
        FROM {days.table} JOIN {cohort.table} USING (profile_id) WHERE bought_on BETWEEN first_on + 1 AND $last
        GROUP BY ALL ORDER BY ALL""",
        {"weeks": weeks, "last": days.last_on},
    )
    weekly = np.zeros(weeks)
    place = rows["week"].to_numpy()
    keep = (place >= 0) & (place < weeks)
    weekly[place[keep]] = rows["repeats"].to_numpy()[keep]
    return weekly
