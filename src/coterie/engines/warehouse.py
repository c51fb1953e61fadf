"""The tables of the warehouse, as data: name → columns. Loading adds further ones when a file first has them."""

from __future__ import annotations

from coterie.domain.meanings import STATUSES
from coterie.engines.contract import Engine
from coterie.engines.sql import identifier

MONEY = "DECIMAL(18,4)"
"""Exact, so that sums do not depend on the order of rows or the number of threads."""

STATUS = f"ENUM({', '.join(repr(status) for status in STATUSES)})"
"""What became of an order or a line; a byte a row, where text takes four times as long to write."""

HIGHEST = "highest_identifier"
"""Fact: the highest number that an erased identifier had, so that nobody else is given it."""

_PROVENANCE = {"source": "VARCHAR", "batch_id": "BIGINT"}
_PERSON = {"identifier_id": "BIGINT", "profile_id": "BIGINT"}
_TAKEN_BACK = {"undoes": "VARCHAR", "rate": "DOUBLE", "stands_until": "TIMESTAMP", "unmatched": MONEY}
"""The order that a row takes back where it names one; what makes its amounts those of the workspace's currency (0: not
known); the instant from which the row no longer stands as it is; what of a return could be taken off no order."""

TABLES: dict[str, dict[str, str]] = {
    "batches": {
        "batch_id": "BIGINT",
        "source": "VARCHAR",
        "file": "VARCHAR",
        "content_hash": "VARCHAR",
        "kind": "VARCHAR",
        "rows": "BIGINT",
        "accepted": "BIGINT",
        "unchanged": "BIGINT",
        "updated": "BIGINT",
        "refused": "BIGINT",
        "mapping": "VARCHAR",
        "loaded_at": "TIMESTAMP",
    },
    "quarantine": {
        "quarantine_id": "BIGINT",
        "batch_id": "BIGINT",
        "source": "VARCHAR",
        "kind": "VARCHAR",
        "file": "VARCHAR",
        "line": "BIGINT",
        "column_name": "VARCHAR",
        "value": "VARCHAR",
        "code": "VARCHAR",
        "reason": "VARCHAR",
        "raw": "VARCHAR",
        "refused_at": "TIMESTAMP",
        "replayed_at": "TIMESTAMP",
    },
    "identifiers": {
        "identifier_id": "BIGINT",
        "namespace": "VARCHAR",
        "value": "VARCHAR",
        "profile_id": "BIGINT",
        "first_seen_at": "TIMESTAMP",
        **_PROVENANCE,
    },
    "identifier_combinations": {
        "combination_id": "BIGINT",
        "members": "BIGINT[]",
        "owner_id": "BIGINT",
        "profile_id": "BIGINT",
        **_PROVENANCE,
    },
    "placeholders": {"identifier_id": "BIGINT", "beside": "BIGINT"},
    "account_numbers": {"identifier_id": "BIGINT", "source": "VARCHAR", "beside": "BIGINT"},
    "shared_identifiers": {"profile_id": "BIGINT", "identifier_id": "BIGINT"},
    "identity_links": {
        "left_id": "BIGINT",
        "right_id": "BIGINT",
        "evidence": "VARCHAR",
        "linked_at": "TIMESTAMP",
        **_PROVENANCE,
    },
    "merges": {
        "merge_id": "BIGINT",
        "kept_profile_id": "BIGINT",
        "merged_profile_id": "BIGINT",
        "left_id": "BIGINT",
        "right_id": "BIGINT",
        "evidence": "VARCHAR",
        "merged_at": "TIMESTAMP",
        "undone_at": "TIMESTAMP",
    },
    "separations": {"merge_id": "BIGINT", "identifier_id": "BIGINT", "side": "INTEGER"},
    "identifier_keys": {
        "identifier_id": "BIGINT",
        "namespace": "VARCHAR",
        "key": "VARCHAR",
        "is_blocked": "BOOLEAN",
        "rules": "VARCHAR",
    },
    "account_records": {"account_id": "VARCHAR", "updated_at": "TIMESTAMP", **_PROVENANCE},
    "customer_records": {**_PERSON, "updated_at": "TIMESTAMP", **_PROVENANCE},
    "orders": {
        "order_id": "VARCHAR",
        **_PERSON,
        "occurred_at": "TIMESTAMP",
        "revenue": MONEY,
        "undone": MONEY,
        "discount": MONEY,
        "quantity": MONEY,
        "lines": "INTEGER",
        "currency": "VARCHAR",
        "channel": "VARCHAR",
        "store": "VARCHAR",
        "status": STATUS,
        "is_derived": "BOOLEAN",
        **_TAKEN_BACK,
        **_PROVENANCE,
    },
    "order_lines": {
        "order_id": "VARCHAR",
        "product_id": "VARCHAR",
        **_PERSON,
        "occurred_at": "TIMESTAMP",
        "quantity": MONEY,
        "revenue": MONEY,
        "undone": MONEY,
        "discount": MONEY,
        "currency": "VARCHAR",
        "channel": "VARCHAR",
        "store": "VARCHAR",
        "status": STATUS,
        **_TAKEN_BACK,
        **_PROVENANCE,
    },
    "rates": {"occurred_on": "DATE", "currency": "VARCHAR", "rate": "DOUBLE"},
    "products": {
        "product_id": "VARCHAR",
        "name": "VARCHAR",
        "category": "VARCHAR",
        "brand": "VARCHAR",
        "department": "VARCHAR",
        "price": MONEY,
        "cost": MONEY,
        **_PROVENANCE,
    },
    "offers": {
        "coupon": "VARCHAR",
        "product_id": "VARCHAR",
        "campaign": "VARCHAR",
        "name": "VARCHAR",
        "value": MONEY,
        "starts_on": "DATE",
        "ends_on": "DATE",
        **_PROVENANCE,
    },
    "costs": {
        "occurred_on": "DATE",
        "channel": "VARCHAR",
        "campaign": "VARCHAR",
        "amount": MONEY,
        "currency": "VARCHAR",
        "impressions": "BIGINT",
        "clicks": "BIGINT",
        **_PROVENANCE,
    },
    "events": {
        "event_id": "VARCHAR",
        **_PERSON,
        "name": "VARCHAR",
        "occurred_at": "TIMESTAMP",
        "received_at": "TIMESTAMP",
        "channel": "VARCHAR",
        "properties": "VARIANT",
        "context": "VARIANT",
        **_PROVENANCE,
    },
    "messages": {
        "message_id": "VARCHAR",
        "payload": "BIGINT",
        "type": "VARCHAR",
        "name": "VARCHAR",
        "occurred_at": "TIMESTAMP",
        "received_at": "TIMESTAMP",
        "properties": "VARIANT",
        "context": "VARIANT",
        **_PROVENANCE,
    },
    "tracking_violations": {
        "source": "VARCHAR",
        "version": "BIGINT",
        "act": "VARCHAR",
        "code": "VARCHAR",
        "event": "VARCHAR",
        "property": "VARCHAR",
        "messages": "BIGINT",
        "first_at": "TIMESTAMP",
        "last_at": "TIMESTAMP",
        "last_message_id": "VARCHAR",
    },
    "profiles": {"profile_id": "BIGINT", "first_seen_at": "TIMESTAMP"},
    "membership_changes": {
        "segment": "VARCHAR",
        "profile_id": "BIGINT",
        "change": "VARCHAR",
        "as_of": "TIMESTAMP",
        "refresh_id": "BIGINT",
        "reason": "VARCHAR",
    },
    "segment_history": {
        "segment": "VARCHAR",
        "as_of": "TIMESTAMP",
        "size": "BIGINT",
        "base": "BIGINT",
        "refresh_id": "BIGINT",
    },
    "scores": {
        "profile_id": "BIGINT",
        "model": "VARCHAR",
        "score": "VARCHAR",
        "value": "DOUBLE",
        "low": "DOUBLE",
        "high": "DOUBLE",
        "as_of": "TIMESTAMP",
    },
    "assignments": {
        "profile_id": "BIGINT",
        "segmentation": "VARCHAR",
        "segment": "VARCHAR",
        "as_of": "TIMESTAMP",
    },
    "superseded": {"profile_id": "BIGINT", "batch_id": "BIGINT"},
    "warehouse_facts": {"name": "VARCHAR", "value": "VARCHAR"},
}


_DIFFERENT_IN_EVERY_ROW = frozenset(
    {("orders", "order_id"), ("events", "event_id"), ("identifiers", "value"), ("messages", "message_id")}
)


VIEWS = {
    # Every identifier of a profile: its own, and those of several people that stand in its rows.
    "profile_identifiers": """
        SELECT profile_id, identifier_id, namespace, value, first_seen_at FROM identifiers WHERE profile_id IS NOT NULL
        UNION ALL SELECT s.profile_id, identifier_id, i.namespace, i.value, i.first_seen_at
        FROM shared_identifiers AS s JOIN identifiers AS i USING (identifier_id)""",
    # The same by every spelling that is looked for: as loaded, and as normalized.
    "identifier_spellings": """
        SELECT profile_id, namespace, value AS spelling FROM profile_identifiers
        UNION SELECT p.profile_id, p.namespace, k.key FROM profile_identifiers AS p
        JOIN identifier_keys AS k USING (identifier_id) WHERE NOT k.is_blocked""",
}


def create_tables(engine: Engine) -> None:
    """Make the tables, columns and views that are missing, and let statuses be all there are; the rest stays as it is."""
    for table, columns in TABLES.items():
        body = ", ".join(written_as(table, name, kind) for name, kind in columns.items())
        engine.execute(f"CREATE TABLE IF NOT EXISTS {identifier(table)} ({body})")
    for table in ("orders", "order_lines"):
        there = engine.columns(table)
        for name in _TAKEN_BACK:
            if name not in there:
                engine.execute(f"ALTER TABLE {identifier(table)} ADD COLUMN {identifier(name)} {TABLES[table][name]}")
        if there["status"] != STATUS:
            engine.execute(f"ALTER TABLE {identifier(table)} ALTER status TYPE {STATUS}")
    for name, statement in VIEWS.items():
        engine.execute(f"CREATE VIEW IF NOT EXISTS {identifier(name)} AS {statement}")


def written_as(table: str, column: str, kind: str) -> str:
    """A column as the statement that makes ``table`` names it: with how it is compressed, where the engine's own choice is a poor one.

    It builds a dictionary of values that never recur: writing them then takes three times
    as long as with zstd, reading them as long, and they need more room.
    """
    packed = " USING COMPRESSION zstd" if (table, column) in _DIFFERENT_IN_EVERY_ROW else ""
    return f"{identifier(column)} {kind}{packed}"
