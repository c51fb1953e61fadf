"""Exchange rates from a file, and several currencies made one where rates say how."""

from __future__ import annotations

import csv
from datetime import date, datetime
from math import isfinite
from pathlib import Path

from coterie.collect.checks.rules import currency_code
from coterie.collect.loading.batches import next_batch_id
from coterie.domain.clock import Clock
from coterie.engines import SETTLED, UNPRICED, Engine, keep_fact
from coterie.errors import BadFile
from coterie.plain_files import is_plain
from coterie.words import sentence

_COLUMNS = ("date", "currency", "rate")
_MOST_BYTES = 50_000_000


def load_rates(engine: Engine, file: Path, clock: Clock) -> int:
    """Keep the rates of a CSV file with the columns ``date, currency, rate``; how many there were.

    A rate is what one unit of the currency was worth in the workspace's own from that day
    on. A rate of the same day and currency takes the place of an earlier one. Raises
    ``BadFile`` for anything that is no such row; nothing is kept then.
    """
    if file.exists() and (not is_plain(file) or file.stat().st_size > _MOST_BYTES):
        raise BadFile("it is no plain file of up to 50 MB, as a file of rates is", file=file.name)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise BadFile(
            sentence("it cannot be read as a CSV file of rates ({why})", why=fault), file=file.name
        ) from fault
    found = [_rate(row, place, file.name) for place, row in enumerate(rows, 2)]
    if not found:
        raise BadFile("it has no row with a date, a currency and a rate", file=file.name)
    with engine.transaction():
        for on, currency, rate in found:
            bound = {"on": on, "currency": currency, "rate": rate}
            engine.execute(
                "DELETE FROM rates WHERE occurred_on = $on AND currency = $currency", {"on": on, "currency": currency}
            )
            engine.execute("INSERT INTO rates VALUES ($on, $currency, $rate)", bound)
        _note(engine, file, len(found), clock())
    return len(found)


def _rate(row: dict[str, str], place: int, file: str) -> tuple[date, str, float]:
    named = {(name or "").strip().lower(): (value or "").strip() for name, value in row.items() if name is not None}
    if missing := [name for name in _COLUMNS if not named.get(name)]:
        raise BadFile(
            sentence(
                "line {line} has no {column}; a file of rates has the columns date, currency and rate",
                line=place,
                column=missing[0],
            ),
            file=file,
        )
    currency = currency_code(named["currency"])
    try:
        on, rate = date.fromisoformat(named["date"][:10]), float(named["rate"])
    except ValueError:
        on, rate = date.min, 0.0
    if currency is None or not rate > 0 or not isfinite(rate):
        raise BadFile(
            sentence(
                "line {line} is no rate: {values}; write it like 2026-09-01, GBP, 1.17",
                line=place,
                values=", ".join(named[name] for name in _COLUMNS),
            ),
            file=file,
        )
    return on, currency, rate


def _note(engine: Engine, file: Path, rows: int, at: datetime) -> None:
    """A load like any other: whoever asks whether everything is current sees that it was."""
    engine.execute(
        "INSERT INTO batches BY NAME SELECT $batch AS batch_id, 'rates' AS source, $file AS file, 'rates' AS kind, "
        "$rows AS rows, $rows AS accepted, 0 AS unchanged, 0 AS updated, 0 AS refused, $at AS loaded_at",
        {"batch": next_batch_id(engine), "file": file.name, "rows": rows, "at": at},
    )


def rate_orders(engine: Engine, currency: str, rates: dict[str, float]) -> None:
    """Write beside every amount what makes it one of ``currency``: the rate of its day, of the last day before, or the first.

    ``rates`` (currency → worth of one unit) are those set by hand, for currencies of which no file of rates was
    loaded. Where orders are of several currencies and one has no rate, every amount becomes unknown:
    what is known of the others would be read as all there is.
    """
    used = _used(engine)
    loaded = set(engine.query("SELECT DISTINCT currency FROM rates").column(0).to_pylist())
    unpriced = sorted(used - {currency} - loaded - set(rates))
    is_mixed = len(used) > 1
    for table in SETTLED:
        engine.execute(f"UPDATE {table} SET rate = NULL WHERE rate IS NOT NULL")
        if unpriced and is_mixed:
            engine.execute(f"UPDATE {table} SET rate = 0")
        elif not unpriced:
            for other in sorted(used - {currency}):
                _tell(engine, table, other, None if other in loaded else rates[other])
    keep_fact(engine, UNPRICED, " ".join(unpriced) if is_mixed else "")


def _used(engine: Engine) -> set[str]:
    listed = " UNION ".join(f"SELECT DISTINCT currency FROM {table} WHERE currency IS NOT NULL" for table in SETTLED)
    return set(engine.query(listed).column(0).to_pylist())


def _tell(engine: Engine, table: str, currency: str, fixed: float | None) -> None:
    if fixed is not None:
        engine.execute(
            f"UPDATE {table} SET rate = $rate WHERE currency = $currency", {"rate": fixed, "currency": currency}
        )
        return
    engine.execute(
        f"""UPDATE {table} SET rate = r.rate FROM (
            SELECT days.day, coalesce(known.rate, (SELECT arg_min(rate, occurred_on) FROM rates WHERE currency = $currency)) AS rate
            FROM (SELECT DISTINCT CAST(occurred_at AS DATE) AS day FROM {table} WHERE currency = $currency) AS days
            ASOF LEFT JOIN (SELECT * FROM rates WHERE currency = $currency) AS known ON days.day >= known.occurred_on) AS r
        WHERE {table}.currency = $currency AND CAST({table}.occurred_at AS DATE) = r.day""",
        {"currency": currency},
    )
