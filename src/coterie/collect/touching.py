"""Orders after a few messages: what is derived and settled of those that hang together with them, and nothing else."""

from __future__ import annotations

from coterie.collect.derive import derive_touched
from coterie.collect.settling import end_touched_lines, settle_touched, took_back
from coterie.engines import SETTLED, Engine, unpriced_currencies


def bring_touched_orders(engine: Engine, orders: str, profiles: str, currency: str, *, most: int) -> bool:
    """Derive and settle the orders of the table ``orders`` (``order_id``), and all that could stand otherwise by them.

    To be called in a transaction, after ``resolve``; ``profiles`` (``profile_id``) names whose rows changed hands, and
    whoever has a row in one of the orders is added to it. As ``derive_orders`` and ``settle_orders`` would have it. False, with nothing
    written that counts, where only they can tell: amounts in other currencies, the first return ever, or more than ``most`` orders.
    """
    if unpriced_currencies(engine) or _are_other(engine, orders, currency):
        return False
    if not _count(engine, f"(SELECT order_id FROM {orders} UNION ALL SELECT profile_id::VARCHAR FROM {profiles})"):
        return True
    lines = engine.aside(
        "of_lines",
        f"""SELECT DISTINCT order_id FROM (
            SELECT order_id FROM order_lines WHERE order_id IN (FROM {orders})
            UNION ALL SELECT order_id FROM order_lines WHERE profile_id IN (FROM {profiles}))""",
    )
    has_lines = _count(engine, lines) > 0
    _add_people(engine, orders, profiles)
    if has_lines:
        derive_touched(engine, lines)
        engine.execute(f"INSERT INTO {orders} FROM {lines} ANTI JOIN {orders} USING (order_id)")
        _add_people(engine, orders, profiles)
    if not took_back(engine, orders, profiles):
        return not has_lines or end_touched_lines(engine, orders)
    if not _closed(engine, orders, profiles, most):
        return False
    return settle_touched(engine, orders)


def _are_other(engine: Engine, orders: str, currency: str) -> bool:
    """Whether amounts are told by rates, or any of these is in another currency than the workspace's."""
    others = " UNION ALL ".join(
        f"(SELECT 1 FROM {table} WHERE {condition} LIMIT 1)"
        for table in SETTLED
        for condition in ("rate IS NOT NULL", f"currency <> $own AND order_id IN (FROM {orders})")
    )
    return bool(engine.query(others, {"own": currency}).num_rows)


def _add_people(engine: Engine, orders: str, profiles: str) -> None:
    rows = " UNION ALL ".join(
        f"SELECT profile_id FROM {table} WHERE profile_id IS NOT NULL AND {name} IN (FROM {orders})"
        for table in SETTLED
        for name in ("order_id", "undoes")
    )
    engine.execute(
        f"INSERT INTO {profiles} SELECT DISTINCT profile_id FROM ({rows}) ANTI JOIN {profiles} USING (profile_id)"
    )


def _closed(engine: Engine, orders: str, profiles: str, most: int) -> bool:
    """Add to the orders those that their people, their returns and what these name have to do with; False beyond ``most``.

    People whose rows took nothing back, and of whose orders nothing was, need no others: ``profiles`` is told of, not followed.
    """
    people = engine.aside("followed", f"FROM {profiles}")
    while True:
        rows = " UNION ALL ".join(
            f"SELECT order_id, undoes FROM {table} WHERE {name} IN (FROM {among})"
            for table in SETTLED
            for name, among in (("profile_id", people), ("order_id", orders), ("undoes", orders))
        )
        more = engine.aside(
            "more",
            f"""SELECT DISTINCT order_id FROM (
                SELECT order_id FROM ({rows}) UNION ALL SELECT undoes FROM ({rows}))
            WHERE order_id IS NOT NULL AND order_id NOT IN (FROM {orders})""",
        )
        found = _count(engine, more)
        engine.execute(f"INSERT INTO {orders} FROM {more}")
        if _count(engine, orders) > most:
            return False
        before = _count(engine, people)
        _add_people(engine, orders, people)
        if not found and _count(engine, people) == before:
            engine.execute(f"INSERT INTO {profiles} FROM {people} ANTI JOIN {profiles} USING (profile_id)")
            return True


def _count(engine: Engine, table: str) -> int:
    return int(engine.query(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())
