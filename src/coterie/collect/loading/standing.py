"""What the staged rows of orders take back, and how many of them do not stand."""

from __future__ import annotations

from coterie.collect.kinds import Kind
from coterie.collect.loading.staging import STAGED
from coterie.engines import Engine


def name_returns(engine: Engine, kind: Kind, fields: tuple[str, ...]) -> None:
    """Let a row that takes back an order of its own number be a fact beside it, rather than take its place."""
    if kind.name != "orders" or "order_id" not in fields:
        return
    negative = "_fault = 0 AND revenue < 0"
    if not engine.query(f"SELECT 1 FROM {STAGED} WHERE {negative} LIMIT 1").num_rows:
        return
    engine.execute(
        f"""UPDATE {STAGED} SET undoes = order_id,
            order_id = 'return of ' || order_id || ' at ' || occurred_at || ' of ' || (-revenue)
        WHERE {negative} AND order_id IN (
            SELECT order_id FROM {STAGED} WHERE _fault = 0 AND revenue >= 0
            UNION ALL SELECT order_id FROM orders WHERE revenue >= 0 AND NOT coalesce(is_derived, FALSE))"""
    )


def count_statuses(engine: Engine, kind: Kind) -> dict[str, int]:
    """Status → rows of the file that do not stand whole; empty for other kinds."""
    if kind.table not in {"orders", "order_lines"}:
        return {}
    counted = engine.query(
        f"""SELECT CASE WHEN status <> 'completed' THEN status::VARCHAR WHEN revenue IS NULL THEN 'amount_unknown'
                ELSE 'partly_returned' END AS status, count(*) AS n
        FROM {STAGED} WHERE _fault = 0 AND (status <> 'completed' OR undone > 0 OR revenue IS NULL)
        GROUP BY 1 ORDER BY n DESC, 1"""
    )
    return dict(zip(counted.column(0).to_pylist(), counted.column(1).to_pylist(), strict=True))
