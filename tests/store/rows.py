"""Rows for the tables."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

NOW = datetime(2026, 3, 10, 12)


def messages(*addresses: str, campaign: str = "spring", at: datetime = NOW) -> pa.Table:
    count = len(addresses)
    return pa.table(
        {
            "message_id": [f"{campaign}-{address}" for address in addresses],
            "origin_kind": ["campaign"] * count,
            "origin": [campaign] * count,
            "occurrence": [""] * count,
            "profile_id": list(range(1, count + 1)),
            "channel": ["email"] * count,
            "purpose": ["marketing"] * count,
            "address": [f"{address}@example.com" for address in addresses],
            "address_key": [address.lower() for address in addresses],
            "identities": [f'["email:{address}@example.com"]' for address in addresses],
            "arm": ["message"] * count,
            "variant": ["hello"] * count,
            "queued_at": pa.array([at] * count, pa.timestamp("us")),
            "not_before": pa.array([at] * count, pa.timestamp("us")),
        }
    )


def exposures(profiles: range, experiment: str = "spring") -> pa.Table:
    count = len(profiles)
    return pa.table(
        {
            "origin_kind": ["campaign"] * count,
            "origin": [experiment] * count,
            "occurrence": [""] * count,
            "profile_id": list(profiles),
            "arm": ["message"] * count,
            "propensity": [0.9] * count,
            "exposed_at": pa.array([NOW] * count, pa.timestamp("us")),
        }
    )


def touches(*rows: tuple[str, int, str, datetime]) -> pa.Table:
    """``(message_id, profile_id, address_key, touched_at)``."""
    return pa.table(
        {
            "message_id": [row[0] for row in rows],
            "origin_kind": ["campaign"] * len(rows),
            "origin": ["spring"] * len(rows),
            "occurrence": [""] * len(rows),
            "profile_id": [row[1] for row in rows],
            "address_key": [row[2] for row in rows],
            "channel": ["email"] * len(rows),
            "touched_at": pa.array([row[3] for row in rows], pa.timestamp("us")),
        }
    )


def states(counts: pa.Table) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in counts.to_pylist():
        found[row["state"]] = found.get(row["state"], 0) + row["messages"]
    return found
