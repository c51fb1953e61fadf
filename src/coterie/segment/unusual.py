"""Segments that grew or shrank more than they are used to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from coterie.engines import Engine
from coterie.words import Sentence, sentence

TIMES = 3
LEAST_BEFORE = 4
MOST_BEFORE = 30

_STEPS = f"""
    WITH daily AS (
        SELECT segment, CAST(as_of AS DATE) AS day, arg_max(size, refresh_id) AS size
        FROM segment_history GROUP BY segment, CAST(as_of AS DATE)),
    steps AS (
        SELECT segment, day, size, lag(size) OVER by_day AS before, lag(day) OVER by_day AS before_on,
               row_number() OVER (PARTITION BY segment ORDER BY day DESC) AS age
        FROM daily WINDOW by_day AS (PARTITION BY segment ORDER BY day)),
    used_to AS (
        SELECT segment, CAST(median(abs(size - before)) AS DOUBLE) AS usual FROM steps
        WHERE before IS NOT NULL AND age BETWEEN 2 AND {MOST_BEFORE + 1}
        GROUP BY segment HAVING count(*) >= {LEAST_BEFORE})
    SELECT segment, before_on, day, before, size, usual FROM steps JOIN used_to USING (segment)
    WHERE age = 1 AND abs(size - before) > {TIMES} * greatest(usual, sqrt(greatest(size, before)))
    ORDER BY abs(size - before) / greatest(usual, sqrt(greatest(size, before))) DESC, segment"""


@dataclass(frozen=True)
class SizeChange:
    """How many were in a segment on the last day that it was refreshed and on the one ``before``; ``usual`` is the median change between such days."""

    segment: str
    before_on: date
    day: date
    before: int
    size: int
    usual: float

    def in_words(self) -> Sentence:
        """What became of it.

        >>> at = date(2026, 3, 1)
        >>> print(SizeChange("vip", date(2026, 2, 28), at, 200, 90, 4.0).in_words())
        It shrank from 200 to 90 since 2026-02-28; 4 more or fewer is usual.
        """
        values = {"before": self.before, "size": self.size, "on": self.before_on, "usual": round(self.usual)}
        if self.size > self.before:
            return sentence(
                "It grew from {before:,} to {size:,} since {on}; {usual:,} more or fewer is usual.", **values
            )
        return sentence("It shrank from {before:,} to {size:,} since {on}; {usual:,} more or fewer is usual.", **values)


def unusual_changes(engine: Engine, segments: Collection[str]) -> tuple[SizeChange, ...]:
    """Those of ``segments`` whose size changed unusually since the day before the last on which they were refreshed, the most unusual first.

    A change is unusual when it is more than three times the median one of up to 30 such days before, and more than three times the
    square root of the size, about what chance makes of it. Of a segment with fewer than four changes before nothing is said.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute(
    ...     "INSERT INTO segment_history BY NAME SELECT 'vip' AS segment, TIMESTAMP '2026-01-01' + INTERVAL 1 DAY * i AS as_of,"
    ...     " CASE WHEN i = 9 THEN 300 ELSE 200 + i END AS size, 1000 AS base, i AS refresh_id FROM range(10) AS r(i)"
    ... )
    >>> [(each.segment, each.before, each.size, each.usual) for each in unusual_changes(engine, {"vip"})]
    [('vip', 208, 300, 1.0)]
    """
    rows = engine.query(_STEPS).to_pylist()
    return tuple(SizeChange(**row) for row in rows if row["segment"] in segments)
