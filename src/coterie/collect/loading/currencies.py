"""Currencies of a file's amounts that cannot be summed with those of the rest."""

from __future__ import annotations

from coterie.collect.loading.way import LoadUnderWay
from coterie.engines import SETTLED, identifier

_SUMMED = ("orders", "order_lines")


def count_unpriced(loading: LoadUnderWay) -> None:
    """The currencies without a rate, where the file's amounts and those before it are of several; the workspace's own needs none."""
    engine, settings = loading.engine, loading.terms.settings
    if loading.terms.is_new or loading.kind.table not in _SUMMED or "currency" not in loading.fields:
        return
    stored = [name for name in SETTLED if name in engine.tables()]
    selects = [
        f"SELECT DISTINCT currency, TRUE AS is_own FROM {loading.good} AND currency IS NOT NULL",
        *(
            f"SELECT DISTINCT currency, FALSE AS is_own FROM {identifier(name)} WHERE currency IS NOT NULL"
            for name in stored
        ),
    ]
    rows = engine.query(" UNION ALL ".join(selects)).to_pylist()
    used = {row["currency"] for row in rows}
    if len(used) < 2 or not any(row["is_own"] for row in rows):
        return
    known = {settings.currency, *settings.rates}
    if "rates" in engine.tables():
        known |= set(engine.query("SELECT DISTINCT currency FROM rates").column(0).to_pylist())
    loading.unpriced = tuple(sorted(used - known))
