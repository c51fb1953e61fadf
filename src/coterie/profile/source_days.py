"""On which days facts of each source occurred: the first and newest of a day, and the newest that took something back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from weakref import WeakKeyDictionary

from sqlglot import exp, parse_one
from sqlglot.expressions import Expr

from coterie.domain.clock import to_utc
from coterie.engines import Engine, instant
from coterie.profile.growth import Extent, grown, read_extent
from coterie.profile.zones import local_sql


@dataclass(frozen=True)
class Day:
    """The first and the newest fact of a source on a day that took nothing back, and the newest that did."""

    first_at: datetime | None
    newest_at: datetime | None
    returned_at: datetime | None

    def beside(self, other: Day) -> Day:
        """This and further facts of the same day."""
        return Day(
            _of(min, self.first_at, other.first_at),
            _of(max, self.newest_at, other.newest_at),
            _of(max, self.returned_at, other.returned_at),
        )


def _of(choose: Callable[[list[datetime]], datetime], *instants: datetime | None) -> datetime | None:
    known = [each for each in instants if each is not None]
    return choose(known) if known else None


Days = Mapping[str, Mapping[date, Day]]
"""Source → day by the calendar of a zone → what is told of it."""


@dataclass(frozen=True)
class _Kept:
    """Days before ``until``, an instant of midnight, as they were when the table reached so far."""

    extent: Extent
    until: datetime
    days: Days


_kept: WeakKeyDictionary[Engine, dict[tuple[str, str, str], _Kept]] = WeakKeyDictionary()


def read_days(engine: Engine, table: str, condition: str, zone: str, before: datetime) -> Days:
    """The days of ``zone`` with rows of ``table`` that meet the SQL ``condition`` and occurred before an instant.

    Of days that ended, what was read is kept; while rows are only added, those that came since are read beside it.
    """

    def of(*conditions: str) -> Days:
        return _read(engine, table, [condition, *conditions], zone)

    key = (table, condition, zone)
    kept = _kept.get(engine, {}).get(key)
    extent = grown(engine, kept.extent) if kept else None
    if kept and extent and kept.until <= before:
        late = of(kept.extent.beyond, f"occurred_at < {instant(kept.until)}") if extent != kept.extent else {}
        open_days = of(f"occurred_at >= {instant(kept.until)}", f"occurred_at < {instant(before)}")
        found = _together(kept.days, late, open_days)
    else:
        extent = read_extent(engine, table)
        found = of(f"occurred_at < {instant(before)}")
    if extent and extent.is_committed and found:
        newest = max(on for days in found.values() for on in days)
        ended = {name: {on: day for on, day in days.items() if on < newest} for name, days in found.items()}
        until = to_utc(datetime.combine(newest, time()), zone)
        _kept.setdefault(engine, {})[key] = _Kept(extent, until, ended)
    return found


_DAYS = """
    SELECT coalesce(source, '') AS name, CAST(shown_at AS DATE) AS told_on,
           min(CASE WHEN coalesce(revenue, 0) >= 0 THEN occurred_at END) AS first_at,
           max(CASE WHEN coalesce(revenue, 0) >= 0 THEN occurred_at END) AS newest_at,
           max(CASE WHEN revenue < 0 THEN occurred_at END) AS returned_at
    FROM facts GROUP BY coalesce(source, ''), CAST(shown_at AS DATE)"""


@cache
def _parsed(text: str) -> Expr:
    return parse_one(text, dialect="duckdb")


def _read(engine: Engine, table: str, conditions: Sequence[str], zone: str) -> Days:
    revenue = "CAST(NULL AS DOUBLE)" if table == "events" else "revenue"
    rows = parse_one(
        f"SELECT source, occurred_at, {revenue} AS revenue FROM {table} WHERE {' AND '.join(conditions)}",
        dialect="duckdb",
    )

    def said(node: Expr) -> Expr:
        if isinstance(node, exp.Table):
            return exp.alias_(exp.paren(rows, copy=False), "facts", table=True, copy=False)
        if isinstance(node, exp.Column) and node.name == "shown_at":
            return local_sql(exp.column("occurred_at"), zone)
        return node

    found: dict[str, dict[date, Day]] = {}
    for row in engine.query(_parsed(_DAYS).transform(said)).to_pylist():
        day = Day(row["first_at"], row["newest_at"], row["returned_at"])
        found.setdefault(row["name"], {})[row["told_on"]] = day
    return found


def _together(*parts: Days) -> Days:
    found: dict[str, dict[date, Day]] = {}
    for part in parts:
        for name, days in part.items():
            of = found.setdefault(name, {})
            for on, day in days.items():
                of[on] = of[on].beside(day) if on in of else day
    return found
