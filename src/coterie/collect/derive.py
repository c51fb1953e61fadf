"""Orders from their lines."""

from __future__ import annotations

from coterie.engines import Engine, keep_fact, read_fact

_MARK = "orders_derived_from_batch"


def derive_orders(engine: Engine) -> int:
    """Make one order of the lines of each order that was not loaded itself; how many orders come from lines now.

    Revenue, discount and quantity are sums over the lines, the instant is the earliest;
    an order stands (``completed``) while any of its lines does. Nothing is done where no
    orders or lines were loaded since the last time. All derived orders are made anew in
    one statement, inside one transaction.
    """
    newest = _newest(engine)
    if read_fact(engine, _MARK) != newest:
        with engine.transaction():
            engine.execute("DELETE FROM orders WHERE is_derived")
            engine.execute(_DERIVE)
            keep_fact(engine, _MARK, newest)
    return int(engine.query("SELECT count(*) FROM orders WHERE is_derived").column(0)[0].as_py())


def _newest(engine: Engine) -> str:
    """What the derived orders depend on: the last load of orders or lines, and who their lines belong to."""
    found = engine.query(
        "SELECT (SELECT coalesce(max(batch_id), 0) FROM batches WHERE kind IN ('orders', 'order_lines')) || '-' || "
        "(SELECT count(*) || '-' || coalesce(sum(hash(order_id, profile_id, revenue)::HUGEINT), 0) FROM order_lines)"
    )
    return str(found.column(0)[0].as_py())


_DERIVE = """
INSERT INTO orders BY NAME
SELECT
    order_id,
    min(identifier_id) AS identifier_id,
    arg_min(profile_id, identifier_id) AS profile_id,
    min(occurred_at) AS occurred_at,
    sum(revenue)::DECIMAL(18,4) AS revenue,
    sum(undone)::DECIMAL(18,4) AS undone,
    sum(discount)::DECIMAL(18,4) AS discount,
    sum(quantity)::DECIMAL(18,4) AS quantity,
    count(*)::INTEGER AS lines,
    min(currency) AS currency,
    min(channel) AS channel,
    min(store) AS store,
    CASE WHEN bool_or(status = 'completed') THEN 'completed'
         WHEN bool_or(status = 'cancelled') THEN 'cancelled'
         ELSE 'returned' END AS status,
    TRUE AS is_derived,
    min(source) AS source,
    max(batch_id) AS batch_id
FROM order_lines
ANTI JOIN (SELECT order_id FROM orders) loaded USING (order_id)
GROUP BY order_id
"""
