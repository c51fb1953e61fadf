"""Cohorts: who came back, by when they came first."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from coterie.domain.meanings import ORDER
from coterie.domain.zones import to_local
from coterie.engines import Engine, event_rows, local_time
from coterie.measure.kpi_table import Every
from coterie.profile import order_coverage


def retention_cohorts(engine: Engine, *, as_of: datetime, every: Every = "month", zone: str = "UTC") -> pa.Table:
    """Who came back: profiles grouped by the period of their first order, followed period by period.

    Columns ``cohort`` (start of the period), ``age`` (periods since, 0 being the first),
    ``size``, ``active`` (bought in that period), ``share``, ``revenue``, ``is_partial``
    (the period is not over, or orders are not known to its end) and ``may_be_older`` (the data
    begin in this period: its people may have bought before). An age in which nobody bought is there
    with 0; one after the newest order, where orders have paused longer than usual, is not there.
    Periods are those of the calendar in ``zone``, whose clock ``cohort`` shows.
    """
    known_to = order_coverage(engine, as_of, zone).known_to or as_of
    return engine.query(
        f"""WITH bought AS (
            SELECT profile_id, date_trunc('{every}', {local_time("occurred_at", zone)})::TIMESTAMP AS period, sum(revenue)::DOUBLE AS revenue
            FROM {event_rows(engine, ORDER, "$until")} AS o WHERE profile_id IS NOT NULL AND occurred_at < $until GROUP BY ALL),
        firsts AS (SELECT profile_id, min(period) AS cohort FROM bought GROUP BY 1),
        sizes AS (SELECT cohort, count(*) AS size FROM firsts GROUP BY 1),
        grid AS (
            SELECT cohort, size, unnest(generate_series(cohort, date_trunc('{every}', $as_of - INTERVAL 1 microsecond)::TIMESTAMP,
                INTERVAL 1 {every})) AS period FROM sizes),
        active AS (
            SELECT f.cohort, b.period, count(*) AS active, sum(b.revenue) AS revenue
            FROM bought AS b JOIN firsts AS f USING (profile_id) GROUP BY ALL)
        SELECT g.cohort, date_diff('{every}', g.cohort, g.period) AS age, g.size, coalesce(a.active, 0) AS active,
            coalesce(a.active, 0) / g.size AS share, coalesce(a.revenue, 0) AS revenue,
            g.period + INTERVAL 1 {every} > $as_of AS is_partial, g.cohort = min(g.cohort) OVER () AS may_be_older
        FROM grid AS g LEFT JOIN active AS a USING (cohort, period) ORDER BY cohort, age""",
        {"until": as_of, "as_of": to_local(known_to, zone)},
    )
