"""Who came back, and how unevenly revenue is spread over buyers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from coterie.domain import NotEstimable
from coterie.domain.clock import to_local
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows, local_time
from coterie.measure.unpriced import unpriced
from coterie.profile import order_coverage
from coterie.settings.kpi_targets import Every


def retention_cohorts(engine: Engine, *, as_of: datetime, every: Every = "month", zone: str = "UTC") -> pa.Table:
    """Who came back: profiles grouped by the period of their first order, followed period by period.

    Columns ``cohort`` (start of the period), ``age`` (periods since, 0 being the first),
    ``size``, ``active`` (bought in that period), ``share``, ``revenue`` (None without rates), ``is_partial``
    (the period is not over, or orders are not known to its end) and ``may_be_older`` (the data
    begin in this period: its people may have bought before). An age in which nobody bought is there
    with 0; one after the newest order, where orders have paused longer than usual, is not there.
    Periods are those of the calendar in ``zone``, whose clock ``cohort`` shows.
    """
    known_to = order_coverage(engine, as_of, zone).known_to or as_of
    revenue = "NULL::DOUBLE" if unpriced(engine, ORDER, "revenue") else "coalesce(a.revenue, 0)"
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
            coalesce(a.active, 0) / g.size AS share, {revenue} AS revenue,
            g.period + INTERVAL 1 {every} > $as_of AS is_partial, g.cohort = min(g.cohort) OVER () AS may_be_older
        FROM grid AS g LEFT JOIN active AS a USING (cohort, period) ORDER BY cohort, age""",
        {"until": as_of, "as_of": to_local(known_to, zone)},
    )


@dataclass(frozen=True)
class Concentration:
    """How unevenly revenue is spread over buyers.

    ``lorenz`` holds ``buyers`` and ``revenue``: what share of revenue the poorest share of
    buyers brings, in steps of one hundredth. ``gini`` is 0 when all spend alike and near 1
    when one spends everything; ``top_decile`` is the share of revenue of the best tenth.
    """

    buyers: int
    revenue: float
    gini: float
    top_decile: float
    lorenz: pa.Table


def value_concentration(
    engine: Engine, *, as_of: datetime, since: datetime | None = None
) -> Concentration | NotEstimable:
    """Concentration of net revenue over profiles between ``since`` (included) and ``as_of`` (excluded).

    Who gave back all they bought is no buyer, and anonymous orders belong to nobody. The curve is exact, interpolated within a
    profile, so the top decile is a tenth of the profiles even when ten does not divide them.
    """
    if no_money := unpriced(engine, ORDER, "revenue"):
        return no_money
    rows = engine.query(
        f"""WITH spent AS (
            SELECT profile_id, greatest(sum(revenue), 0)::DOUBLE AS revenue FROM {event_rows(engine, ORDER)} AS o
            WHERE profile_id IS NOT NULL AND occurred_at < $as_of AND occurred_at >= coalesce($since, occurred_at)
            GROUP BY 1),
        ranked AS (
            SELECT row_number() OVER w AS place, sum(revenue) OVER (w ROWS UNBOUNDED PRECEDING) AS running,
                revenue, count(*) OVER () AS n, sum(revenue) OVER () AS total
            FROM spent WINDOW w AS (ORDER BY revenue, profile_id)),
        steps AS (SELECT s / 100.0 AS buyers FROM range(101) AS t(s)),
        whole AS (SELECT any_value(n) AS n, any_value(total) AS total,
            sum((2 * place - n - 1) * revenue) / nullif(any_value(n) * any_value(total), 0) AS gini FROM ranked)
        SELECT s.buyers, w.n, w.total, w.gini,
            coalesce(r.running - (r.place - s.buyers * w.n) * r.revenue, 0) / nullif(w.total, 0) AS revenue
        FROM steps AS s CROSS JOIN whole AS w LEFT JOIN ranked AS r ON r.place = ceil(s.buyers * w.n)
        ORDER BY s.buyers""",
        {"as_of": as_of, "since": since},
    )
    first = rows.slice(0, 1).to_pylist()[0]
    if not first["total"]:
        return NotEstimable.because("no customer has spent anything", needs="orders that name their buyer")
    lorenz = rows.select(["buyers", "revenue"])
    top = 1 - float(lorenz.column("revenue")[90].as_py())
    return Concentration(first["n"], float(first["total"]), float(first["gini"]), top, lorenz)
