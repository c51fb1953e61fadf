"""Codes that were used, as orders and redemptions tell it."""

from __future__ import annotations

import re
from datetime import datetime

from coterie.collect.hints.names_of_events import EVENTS
from coterie.engines import Engine, identifier
from coterie.store.coupons import key_of


def plain_name(name: str) -> str:
    """The name of a column as people mean it, in whatever spelling.

    >>> plain_name("Coupon_Code") == plain_name("coupon code")
    True
    """
    return " ".join(re.split(r"[\s_-]+", name.strip().casefold()))


CODES = {"code", "codes", "券码", "代码", *map(plain_name, EVENTS["coupon"].usual.split(","))}
"""What a column of codes is called."""


def redeemed(engine: Engine) -> dict[str, datetime]:
    """Code (as ``key_of`` has it) → when it was first used: a column of orders that is called so, or the event ``Coupon Redeemed``."""
    columns = [name for name in engine.columns("orders") if plain_name(name) in CODES]
    told = [f"SELECT {identifier(name)}::VARCHAR AS code, occurred_at FROM orders" for name in columns]
    told.append(
        "SELECT TRY_CAST(VARIANT_EXTRACT(properties, 'coupon') AS VARCHAR) AS code, occurred_at FROM events "
        "WHERE name = 'Coupon Redeemed'"
    )
    found = engine.query(
        f"SELECT trim(code) AS code, min(occurred_at) AS at FROM ({' UNION ALL '.join(told)}) WHERE trim(code) <> '' GROUP BY 1"
    )
    first: dict[str, datetime] = {}
    for code, at in zip(found["code"].to_pylist(), found["at"].to_pylist(), strict=True):
        key = key_of(code)
        first[key] = min(at, first.get(key, at))
    return first
