"""KPIs of the base, a segmentation, channels, campaigns or periods, in few scans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import pyarrow as pa

from coterie.domain.clock import to_local, to_utc
from coterie.domain.meanings import EVENT_MEANINGS, REFUND
from coterie.engines import AMOUNTS, Engine, identifier, unpriced_currencies
from coterie.errors import Refused, UnknownName
from coterie.measure.kpi import Kpi, KpiCatalog, KpiMeasure, limits, ready_kpis
from coterie.measure.kpi_sources import Grouping, source_selects
from coterie.profile import OrderCoverage, order_coverage
from coterie.segment import membership
from coterie.settings.kpi_targets import Every
from coterie.words import Sentence, joined, sentence
from coterie.words.column import SENTENCE, table_of

By = Literal["segment", "channel", "campaign", "period"]
LONGEST_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
NOTHING_TO_DIVIDE_BY = "there is nothing to divide by"
_DIMENSIONS = ("segment", "channel", "campaign", "period")
_BLIND = {
    "costs": {"segment"},
    "acquisitions": {"campaign"},
    "profiles": {"channel", "campaign"},
    "scores": {"channel", "campaign"},
}
"""Table → dimensions that its rows know nothing of; a KPI on it has no value there, and says so."""


def measure_kpis(
    engine: Engine,
    *,
    period: tuple[datetime, datetime],
    as_of: datetime,
    kpis: Iterable[str] | None = None,
    by: Sequence[By] = (),
    segmentation: str | None = None,
    every: Every = "month",
    within: timedelta = timedelta(days=30),
    confidence: float = 0.95,
    catalog: KpiCatalog | None = None,
    zone: str = "UTC",
) -> pa.Table:
    """One row per KPI and group: ``value`` with ``low`` and ``high``, or a ``reason`` why not.

    ``period`` is half-open; what happened at or after ``as_of`` is left out. ``by`` names
    any of segment, channel, campaign, period (of length ``every``, the first one whole, by
    the calendar in ``zone``, whose clock the column ``period`` shows); segments come from
    ``segmentation`` in ``assignments``, or from ``memberships`` (where they may overlap) when None. By campaign,
    an order counts for each campaign that contacted its buyer less than ``within`` before:
    a description, not credit. The period before is of equal length.

    Ratios carry intervals clustered by profile (delta method, Wilson's where all or none
    did); totals are counted, not estimated, and have none. Columns: the keys, ``kpi, label,
    unit, direction, value, low, high, n, numerator, denominator, reason, is_partial,
    is_rough, newest_fact_at``; ``n`` counts profiles in the denominator; ``is_partial``: part of the period is not
    over, or lies outside the time in which orders are known; ``is_rough``: few very unequal values decide, so that
    the interval says less than it claims. A KPI whose events were
    never recorded is left out unless it is asked for by name.
    """
    for name in by:
        if name not in _DIMENSIONS:
            raise UnknownName("dimension", name, _DIMENSIONS)
    start, end = to_local(period[0], zone), to_local(min(period[1], as_of), zone)
    if "period" in by:
        start = begun(start, every)
    if start >= end:
        raise Refused(
            sentence(
                "the period {start} to {end} is empty; it must begin before it ends and before as_of",
                start=start,
                end=end,
            )
        )
    catalog = catalog or ready_kpis()
    chosen = catalog.chosen(kpis)
    absent = _absent(engine, catalog.needed(chosen))
    reasons = {kpi.name: _blindness(catalog, kpi, by, absent) for kpi in chosen}
    if kpis is None:
        chosen = tuple(k for k in chosen if not reasons[k.name])
    readable = [kpi for kpi in chosen if not reasons[kpi.name]]
    window = _Window(start, end, every if "period" in by else None, zone)
    rows: list[dict[str, object]] = []
    if readable:
        sql, bound = _statement(engine, catalog, readable, by, window, segmentation, within)
        rows = engine.query(sql, bound).to_pylist()
    known = order_coverage(engine, as_of, zone)
    newest = _newest(engine, as_of)
    told = [_row(kpi, row, by, catalog, window, confidence, known) for row in rows for kpi in readable]
    told += [_untold(kpi, reasons[kpi.name]) for kpi in chosen if reasons[kpi.name]]
    for row in told:
        row["newest_fact_at"] = newest
    return table_of(told, _schema(by))


@dataclass(frozen=True)
class _Window:
    """From ``start`` to ``end`` (excluded) by the clock in ``zone``."""

    start: datetime
    end: datetime
    every: Every | None
    zone: str

    @property
    def key(self) -> str:
        """The period that a moment by the clock belongs to, as SQL."""
        if self.every:
            return f"date_trunc('{self.every}', {{at}})::TIMESTAMP"
        return "CASE WHEN {at} >= $start THEN $start ELSE $from END"

    @property
    def reach(self) -> timedelta:
        """How far before ``start`` to read for the period before."""
        return timedelta(days=2 * LONGEST_DAYS[self.every]) if self.every else self.end - self.start

    @property
    def following(self) -> str:
        """The period after ``period_start``, as SQL."""
        return f"(period_start + INTERVAL 1 {self.every})" if self.every else "$start"

    def covers_before(self, period_start: datetime, first: datetime) -> bool:
        """Whether the facts begin early enough, but for a tenth, to compare with the period before."""
        former = begun(period_start - timedelta(days=1), self.every) if self.every else self.start - self.reach
        return first <= former + (period_start - former) / 10

    def after(self, period_start: datetime) -> datetime:
        """When the period that begins then is over."""
        if self.every is None:
            return self.end
        return begun(period_start + timedelta(days=LONGEST_DAYS[self.every]), self.every)

    def is_partial(self, period_start: datetime) -> bool:
        """Whether the period asked for cuts this one."""
        return self.every is not None and begun(self.end, self.every) == period_start


@dataclass(frozen=True)
class _Known:
    """From when to when orders are known by the clock; None without orders."""

    first: datetime
    to: datetime

    @classmethod
    def of(cls, coverage: OrderCoverage, zone: str) -> _Known | None:
        if coverage.first_at is None or coverage.known_to is None:
            return None
        return cls(to_local(coverage.first_at, zone), to_local(coverage.known_to, zone))

    def is_partial(self, window: _Window, start: datetime) -> bool:
        """Whether part of the period lies before the first order or after the newest."""
        if window.every is None:
            return self.to < window.end - (window.end - window.start) / 10
        return self.first.date() > start.date() or self.to < window.after(start)

    def why_unseen(self, window: _Window, start: datetime, *, looks_back: bool) -> str | None:
        """Why a figure of orders would take what was not loaded for something that did not happen."""
        if self.to <= start or (looks_back and window.every is None and self.is_partial(window, start)):
            return "no orders are known of all or much of the period"
        if looks_back and not window.covers_before(start, self.first):
            return "the data do not cover the period before"
        return None


def begun(at: datetime, every: Every) -> datetime:
    """The start of the period that ``at`` lies in; weeks begin on Monday."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if every == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": 3 * ((day.month - 1) // 3) + 1, "year": 1}
    return day.replace(day=1, month=month[every]) if every in month else day


def _statement(
    engine: Engine,
    catalog: KpiCatalog,
    kpis: Sequence[Kpi],
    by: Sequence[By],
    window: _Window,
    segmentation: str | None,
    within: timedelta,
) -> tuple[str, dict[str, object]]:
    measures = catalog.needed(kpis)
    grouping = Grouping("channel" in by, "campaign" in by, window.key, window.zone)
    sources = source_selects(engine, measures, grouping)
    keys = [*grouping.names, *(["segment"] if "segment" in by else [])]
    plain = [n for n, m in measures.items() if m.event or m.table]
    shifted = {n: m.previous for n, m in measures.items() if m.previous}
    flags = {n: m.at_least for n, m in measures.items() if m.at_least}
    own = ", ".join(grouping.names)
    sums = ", ".join(f"coalesce(sum({identifier(n)}), 0)::DOUBLE AS {identifier(n)}" for n in [*plain, *shifted])
    later = ", ".join(f"{identifier(old)} AS {identifier(new)}" for new, old in shifted.items() if old)
    # Without calendar periods there is one period and the one before it, which alone may move up.
    only_former = "" if window.every else "WHERE period_start < $start"
    moved = (
        f"UNION ALL BY NAME SELECT * REPLACE ({window.following} AS period_start) "
        f"FROM (SELECT profile_id, owner, {own}, {later} FROM facts {only_former})"
    )
    claims = "".join(f", ({_claim(t)})::INTEGER AS {identifier(n)}" for n, t in flags.items())
    segments = (
        "JOIN (SELECT profile_id, segment FROM assignments WHERE segmentation = $segmentation) AS s USING (profile_id)"
        if segmentation
        else f"JOIN ({membership.members_sql(engine)}) AS s USING (profile_id)"
    )
    # Rows of no profile (anonymous orders, costs) lie in no segment, so an inner join is right there.
    sql = f"""
        WITH facts AS ({" UNION ALL BY NAME ".join(sources)}),
        moved AS (FROM facts {moved if later else ""}),
        units AS (SELECT profile_id, owner, {own}, {sums} FROM moved GROUP BY ALL),
        flagged AS (SELECT *{claims} FROM units {segments if "segment" in by else ""}
            WHERE period_start >= $start AND period_start < $until)
        SELECT {", ".join(identifier(k) for k in keys)}, {", ".join(_sums(k) for k in kpis)}
        FROM flagged GROUP BY ALL ORDER BY ALL"""
    bound: dict[str, object] = {"start": window.start, "from": window.start - window.reach, "until": window.end}
    bound |= {"since": to_utc(window.start - window.reach, window.zone), "before": to_utc(window.end, window.zone)}
    if grouping.campaign:
        bound["within"] = within
    if "segment" in by and segmentation:
        bound["segmentation"] = segmentation
    if any(m.table in ("profiles", "scores") for m in measures.values()):
        bound["periods"] = _periods(engine, window)
    return sql, {name: value for name, value in bound.items() if f"${name}" in sql}


def _periods(engine: Engine, window: _Window) -> list[datetime]:
    if window.every is None:
        return [window.start]
    rows = engine.query(
        f"""SELECT unnest(generate_series($start::TIMESTAMP, $until,
            INTERVAL 1 {window.every})) AS at""",
        {"start": window.start, "until": window.end},
    )
    return [at for at in rows.column(0).to_pylist() if at < window.end]


def _claim(thresholds: dict[str, int]) -> str:
    return " AND ".join(["profile_id IS NOT NULL", *(f"{identifier(n)} >= {least}" for n, least in thresholds.items())])


def _terms(kpi: Kpi) -> tuple[str, str]:
    top = identifier(kpi.numerator) + (f" - {identifier(kpi.minus)}" if kpi.minus else "")
    bottom = identifier(kpi.denominator) if kpi.denominator else "0"
    return f"({top})", f"({bottom}{f' + {identifier(kpi.plus)}' if kpi.plus else ''})"


def _sums(kpi: Kpi) -> str:
    top, bottom = _terms(kpi)
    pieces = {"y": f"sum({top})", "d": f"sum({bottom})"}
    if kpi.denominator:
        pieces |= {
            "yy": f"sum({top} * {top})", "yd": f"sum({top} * {bottom})", "dd": f"sum({bottom} * {bottom})",
            "yyy": f"sum({top} ** 3)", "yyd": f"sum({top} ** 2 * {bottom})",
            "ydd": f"sum({top} * {bottom} ** 2)", "ddd": f"sum({bottom} ** 3)",
            "n": f"count(*) FILTER ({bottom} <> 0)",
        }  # fmt: skip
    return ", ".join(f"{sql}::DOUBLE AS {identifier(f'{kpi.name}:{piece}')}" for piece, sql in pieces.items())


def _row(
    kpi: Kpi,
    row: dict[str, object],
    by: Sequence[By],
    catalog: KpiCatalog,
    window: _Window,
    confidence: float,
    coverage: OrderCoverage,
) -> dict[str, object]:
    def piece(name: str) -> float:
        return float(row.get(f"{kpi.name}:{name}") or 0)  # type: ignore[arg-type]

    start = row["period_start"]
    told: dict[str, object] = {name: row[name] for name in by if name != "period"}
    told |= {"period": start} if "period" in by else {}
    told |= {"kpi": kpi.name, "label": kpi.label, "unit": kpi.unit, "direction": kpi.direction}
    begins = start if isinstance(start, datetime) else window.start
    measures = catalog.needed([kpi]).values()
    known = _Known.of(coverage, window.zone) if rests_on_orders(kpi, catalog) else None
    is_partial = window.is_partial(begins) or (known is not None and known.is_partial(window, begins))
    told |= {"numerator": piece("y"), "is_partial": is_partial, "is_rough": False}
    looks_back = any(measure.previous for measure in measures)
    if known and (reason := known.why_unseen(window, begins, looks_back=looks_back)):
        return told | {"reason": reason}
    if kpi.denominator is None:
        return told | {"value": piece("y")}
    told |= {"denominator": piece("d"), "n": int(piece("n"))}
    if piece("d") <= 0:
        return told | {"reason": NOTHING_TO_DIVIDE_BY}
    ratio = piece("y") / piece("d")
    told["value"] = ratio - kpi.offset
    if any(catalog.measures[m].table == "costs" for m in kpi.measures):
        return told
    found = limits(kpi, ratio, piece, confidence)
    told["is_rough"] = found.is_rough
    return told | (
        {"low": found.low - kpi.offset, "high": found.high - kpi.offset}
        if found.low is not None and found.high is not None
        else {}
    )


def _rests_on_orders(measure: KpiMeasure) -> bool:
    return measure.event in EVENT_MEANINGS or measure.table == "acquisitions"


def rests_on_orders(kpi: Kpi, catalog: KpiCatalog) -> bool:
    """Whether the figure is known only as far as orders are."""
    return any(map(_rests_on_orders, catalog.needed([kpi]).values()))


def _untold(kpi: Kpi, reason: str) -> dict[str, object]:
    return {
        "kpi": kpi.name,
        "label": kpi.label,
        "unit": kpi.unit,
        "direction": kpi.direction,
        "reason": reason,
        "is_partial": False,
        "is_rough": False,
    }


def _absent(engine: Engine, measures: dict[str, KpiMeasure]) -> dict[str, Sentence]:
    """Measure → why the warehouse holds nothing for it."""
    names = set(engine.query("SELECT DISTINCT name FROM events").column(0).to_pylist())
    held = {
        table: bool(engine.query(f"SELECT count(*) > 0 FROM {table}").column(0)[0].as_py())
        for table in ("orders", "costs", "scores", "profiles")
    }
    is_refunded = f"SELECT count(*) > 0 FROM orders WHERE {EVENT_MEANINGS[REFUND].condition}"
    has_refunds = bool(engine.query(is_refunded).column(0)[0].as_py())
    unpriced = ", ".join(unpriced_currencies(engine))
    missing: dict[str, Sentence] = {}
    for name, measure in measures.items():
        if _rests_on_orders(measure):
            if not held["orders"]:
                missing[name] = sentence("no orders have been loaded")
            elif measure.sum in AMOUNTS and unpriced:
                missing[name] = sentence("there is no rate for {currencies}", currencies=unpriced)
            elif measure.event == REFUND and not has_refunds:
                missing[name] = sentence("no refund or cancellation has been recorded")
            elif measure.sum and not _is_filled(engine, measure.sum):
                missing[name] = sentence("no order tells its {property}", property=sentence(measure.sum))
        elif measure.event and measure.event not in names:
            missing[name] = sentence("no event named {event} has been recorded", event=measure.event)
        elif measure.table and not held[measure.table]:
            missing[name] = sentence("the table {table} is empty", table=measure.table)
    return missing


def _is_filled(engine: Engine, column: str) -> bool:
    """Whether any order has the column; one that does not exist is refused later, by name."""
    if column not in engine.columns("orders"):
        return True
    found = engine.query(f"SELECT 1 FROM orders WHERE {identifier(column)} IS NOT NULL LIMIT 1")
    return bool(found.num_rows)


def _blindness(catalog: KpiCatalog, kpi: Kpi, by: Sequence[By], absent: dict[str, Sentence]) -> str:
    for name, measure in catalog.needed([kpi]).items():
        if name in absent:
            return absent[name]
        blind = _BLIND.get(measure.table or "", set()) & set(by)
        if blind:
            dimensions = joined(map(Sentence, sorted(blind)), ", ")
            return sentence("{measure} is not known by {dimensions}", measure=name, dimensions=dimensions)
    return ""


def _newest(engine: Engine, as_of: datetime) -> datetime | None:
    """The instant of the newest fact."""
    row = engine.query(
        """SELECT max(newest_at) AS newest_at FROM (
            SELECT max(occurred_at) AS newest_at FROM orders WHERE occurred_at < $as_of
            UNION ALL SELECT max(occurred_at) FROM events WHERE occurred_at < $as_of)""",
        {"as_of": as_of},
    ).to_pylist()[0]
    found: datetime | None = row["newest_at"]
    return found


def _schema(by: Sequence[By]) -> pa.Schema:
    keys = [(name, pa.timestamp("us") if name == "period" else pa.string()) for name in by]
    numbers = [(n, pa.float64()) for n in ("value", "low", "high")]
    return pa.schema(
        [
            *keys, ("kpi", pa.string()), ("label", SENTENCE), ("unit", pa.string()), ("direction", pa.string()),
            *numbers, ("n", pa.int64()), ("numerator", pa.float64()), ("denominator", pa.float64()),
            ("reason", SENTENCE), ("is_partial", pa.bool_()), ("is_rough", pa.bool_()), ("newest_fact_at", pa.timestamp("us")),
        ]
    )  # fmt: skip
