"""Orders from their lines."""

from __future__ import annotations

from coterie.engines import Engine, keep_fact, read_fact

_MARK = "orders_derived_from_batch"


def derive_orders(engine: Engine) -> int:
    """Make one order of the lines of each order that was not loaded itself; how many orders come from lines now.

    Revenue, discount and quantity are sums over the lines, the instant is the earliest;
    an order stands (``completed``) while any of its lines does, and a line that was
    cancelled by itself was never a part of one of which others stand; lines that took something back
    later are a return that names the order. Nothing is done where no
    orders or lines were loaded since the last time. All derived orders are made anew in
    one statement, inside one transaction.
    """
    newest = _newest(engine)
    if read_fact(engine, _MARK) != newest:
        with engine.transaction():
            engine.execute("DELETE FROM orders WHERE is_derived")
            _derive(engine)
            keep_fact(engine, _MARK, newest)
    return int(engine.query("SELECT count(*) FROM orders WHERE is_derived").column(0)[0].as_py())


def derive_touched(engine: Engine, orders: str) -> None:
    """What ``derive_orders`` makes of the orders of the table ``orders`` (``order_id``); others stay as they are."""
    among = f"order_id IN (FROM {orders})"
    engine.execute(f"DELETE FROM orders WHERE is_derived AND ({among} OR undoes IN (FROM {orders}))")
    _derive(engine, among)


def _derive(engine: Engine, among: str = "TRUE") -> None:
    """Orders of their lines; what came back of an order later than it was placed is a return of its own instant."""
    with engine.temporary("late", f"{_LATE} AND {among}") as late:
        lines = f"SELECT * FROM order_lines WHERE {among} AND rowid {{}} (SELECT line FROM {late})"
        kept, taken = lines.format("NOT IN"), lines.format("IN")
        engine.execute(_DERIVE.format(order_id="order_id", undoes="NULL", lines=kept, by="order_id"))
        named = "'return of ' || order_id || ' at ' || occurred_at"
        engine.execute(_DERIVE.format(order_id=named, undoes="order_id", lines=taken, by="order_id, occurred_at"))


def _newest(engine: Engine) -> str:
    """What the derived orders depend on: the last load of orders or lines, and who their lines belong to."""
    found = engine.query(
        "SELECT (SELECT coalesce(max(batch_id), 0) FROM batches WHERE kind IN ('orders', 'order_lines')) || '-' || "
        "(SELECT count(*) || '-' || coalesce(sum(hash(order_id, profile_id, revenue)::HUGEINT), 0) FROM order_lines)"
    )
    return str(found.column(0)[0].as_py())


_LATE = """
SELECT l.rowid AS line FROM order_lines AS l JOIN (
    SELECT order_id, min(occurred_at) AS placed_at FROM order_lines
    WHERE revenue >= 0 AND order_id IN (SELECT order_id FROM order_lines WHERE revenue < 0)
    GROUP BY order_id) AS placed USING (order_id)
WHERE l.revenue < 0 AND l.occurred_at > placed_at
"""
_DERIVE = """
INSERT INTO orders BY NAME
SELECT
    {order_id} AS order_id,
    {undoes} AS undoes,
    coalesce(min(identifier_id) FILTER (profile_id IS NOT NULL), min(identifier_id)) AS identifier_id,
    arg_min(profile_id, identifier_id) FILTER (profile_id IS NOT NULL) AS profile_id,
    min(occurred_at) AS occurred_at,
    sum(revenue)::DECIMAL(18,4) AS revenue,
    CASE WHEN bool_and(status = 'cancelled') THEN sum(undone)
         ELSE sum(undone) FILTER (status <> 'cancelled' OR revenue < 0) END::DECIMAL(18,4) AS undone,
    sum(discount)::DECIMAL(18,4) AS discount,
    sum(quantity)::DECIMAL(18,4) AS quantity,
    count(*)::INTEGER AS lines,
    min(currency) AS currency,
    min(channel) AS channel,
    min(store) AS store,
    CASE WHEN bool_or(status = 'completed') THEN 'completed'
         WHEN bool_or(status = 'returned') THEN 'returned'
         WHEN bool_or(status = 'cancelled') THEN 'cancelled'
         WHEN bool_or(status = 'unpaid') THEN 'unpaid'
         ELSE 'unclear' END AS status,
    TRUE AS is_derived,
    min(source) AS source,
    max(batch_id) AS batch_id
FROM ({lines}) AS lines
ANTI JOIN (SELECT order_id FROM orders WHERE NOT coalesce(is_derived, FALSE)) loaded USING (order_id)
GROUP BY {by}
"""
