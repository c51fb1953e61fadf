"""How fresh the facts are, and whether days are missing among them."""

from __future__ import annotations

from datetime import datetime

from coterie.collect.checks.columns import Found
from coterie.domain.zones import to_local
from coterie.engines import Engine, identifier, local_time

_AGED = "Facts from {first} to {last}; the last is {lag:,} days old."
_OF_YESTERDAY = "Facts from {first} to {last}; the last is one day old."
_FRESH_DAYS, _STALE_DAYS = 7, 365


def check_time(engine: Engine, table: str, as_of: datetime, zone: str = "UTC") -> list[Found]:
    """Timeliness of the table's facts by source: the age of the last one, and the longest stretch of days without any.

    Days are those of the calendar in ``zone``. A stretch is told only of a source that otherwise has facts on most days.
    """
    columns = engine.columns(table)
    when = next((name for name in ("occurred_at", "occurred_on") if name in columns), None)
    if when is None:
        return []
    shown = local_time(identifier(when), zone) if when == "occurred_at" else identifier(when)
    rows = engine.query(
        f"WITH days AS (SELECT coalesce(source, '?') AS source, {shown}::DATE AS day, count(*) AS facts "
        f"FROM {identifier(table)} WHERE {identifier(when)} <= $as_of GROUP BY ALL), "
        "gaps AS (SELECT *, day - lag(day) OVER (PARTITION BY source ORDER BY day) - 1 AS missing, "
        "lag(day) OVER (PARTITION BY source ORDER BY day) AS before FROM days) "
        "SELECT source, min(day) AS first, max(day) AS last, count(*) AS days, sum(facts) AS facts, "
        "max(missing) AS longest, arg_max(before, missing) AS gap_from, arg_max(day, missing) AS gap_to "
        "FROM gaps GROUP BY source ORDER BY source",
        {"as_of": as_of},
    )
    found: list[Found] = []
    for row in rows.to_pylist():
        lag = (to_local(as_of, zone).date() - row["last"]).days
        found.append(
            Found(
                row["source"], table, when, "timeliness", "last_fact", int(row["facts"]), 0,
                _AGED if lag != 1 else _OF_YESTERDAY, share=_freshness(lag),
                values={"first": row["first"], "last": row["last"], "lag": lag},
            )
        )  # fmt: skip
        span = (row["last"] - row["first"]).days + 1
        longest = int(row["longest"] or 0)
        if span > 60 and row["days"] > 0.6 * span and longest >= 7:
            found.append(
                Found(
                    row["source"], table, when, "timeliness", "missing_days", span, longest,
                    "No fact at all on the {failing:,} days between {start} and {end}, though there are some on most other days.",
                    values={"start": row["gap_from"], "end": row["gap_to"]},
                )
            )  # fmt: skip
    return found


def _freshness(lag: int) -> float:
    return 1.0 - min(max(lag - _FRESH_DAYS, 0) / (_STALE_DAYS - _FRESH_DAYS), 1.0)
