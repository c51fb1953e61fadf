"""Several currencies become one, where rates say how."""

from __future__ import annotations

from coterie.engines import SETTLED, UNPRICED, Engine, keep_fact


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
                _rate(engine, table, other, None if other in loaded else rates[other])
    keep_fact(engine, UNPRICED, " ".join(unpriced) if is_mixed else "")


def _used(engine: Engine) -> set[str]:
    listed = " UNION ".join(f"SELECT DISTINCT currency FROM {table} WHERE currency IS NOT NULL" for table in SETTLED)
    return set(engine.query(listed).column(0).to_pylist())


def _rate(engine: Engine, table: str, currency: str, fixed: float | None) -> None:
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
