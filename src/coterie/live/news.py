"""What came since a batch: which identifiers, orders and people it touches, and when it was received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coterie.engines import Engine, instant

_FACTS = ("customer_records", "orders", "order_lines", "events")
_OVER_HTTP = "http"


@dataclass(frozen=True)
class News:
    """Batches after ``since`` up to ``newest``; ``is_plain`` where all of them came in over HTTP."""

    since: int
    newest: int
    is_plain: bool


def read_news(engine: Engine, since: int) -> News:
    """What came after the batch ``since``."""
    found = engine.query(
        "SELECT max(batch_id) AS newest, bool_and(file IS NOT DISTINCT FROM $http) AS is_plain FROM batches WHERE batch_id > $since",
        {"since": since, "http": _OVER_HTTP},
    ).to_pylist()[0]
    return News(since, found["newest"] or since, found["newest"] is None or bool(found["is_plain"]))


def told_itself(since: datetime) -> str:
    """SQL of the events that Coterie recorded of itself, such as what it sent, from ``since`` on."""
    return f"(SELECT * FROM events WHERE batch_id IS NULL AND received_at >= {instant(since)})"


def touched_identifiers(engine: Engine, since: int, itself: str) -> str:
    """The table aside of identifiers (``identifier_id``) that rows of later batches carry or brought."""
    facts = " UNION ALL ".join(f"SELECT identifier_id FROM {table} WHERE batch_id > {since}" for table in _FACTS)
    named = engine.aside(
        "named",
        f"SELECT DISTINCT identifier_id FROM ({facts} UNION ALL SELECT identifier_id FROM {itself}) WHERE identifier_id IS NOT NULL",
    )
    return engine.aside(
        "touched_identifiers",
        f"""SELECT DISTINCT identifier_id FROM (
            SELECT identifier_id FROM {named} WHERE identifier_id > 0
            UNION ALL SELECT identifier_id FROM identifiers WHERE batch_id > {since}
            UNION ALL SELECT unnest(members) FROM identifier_combinations
                WHERE batch_id > {since} OR combination_id IN (FROM {named})
            UNION ALL SELECT unnest([left_id, right_id]) FROM identity_links WHERE batch_id > {since})""",
    )


def touched_orders(engine: Engine, since: int) -> str:
    """The table aside of orders (``order_id``) of which rows of later batches tell."""
    rows = " UNION ALL ".join(
        f"SELECT unnest([order_id, undoes]) AS order_id FROM {table} WHERE batch_id > {since}"
        for table in ("orders", "order_lines")
    )
    return engine.aside("touched_orders", f"SELECT DISTINCT order_id FROM ({rows}) WHERE order_id IS NOT NULL")


def add_former_and_buyers(engine: Engine, since: int, people: str, itself: str) -> None:
    """Add to the table ``people`` whose rows were replaced, who bought products, or belongs to accounts, of which more became known."""
    of_accounts = f"""
            UNION ALL SELECT profile_id FROM profiles WHERE account_id IN (
                SELECT account_id FROM account_records WHERE batch_id > {since})"""
    engine.execute(
        f"""INSERT INTO {people} SELECT DISTINCT profile_id FROM (
            SELECT profile_id FROM superseded WHERE batch_id > {since}
            UNION ALL SELECT profile_id FROM {itself}
            UNION ALL SELECT profile_id FROM order_lines WHERE product_id IN (
                SELECT product_id FROM products WHERE batch_id > {since})
            {of_accounts if "account_id" in engine.columns("profiles") else ""})
        WHERE profile_id IS NOT NULL AND profile_id NOT IN (FROM {people})"""
    )


def received(engine: Engine, since: int) -> dict[datetime, int]:
    """Instant of receipt → messages, of those after the batch ``since``."""
    rows = engine.query(
        f"SELECT received_at, count(*) AS n FROM messages WHERE batch_id > {since} GROUP BY received_at"
    )
    return dict(zip(rows["received_at"].to_pylist(), rows["n"].to_pylist(), strict=True))
