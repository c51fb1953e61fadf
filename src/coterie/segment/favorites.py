"""What the members of each segment buy and where, in a few passes over the orders."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from coterie.domain.meanings import LINE, ORDER
from coterie.engines import Engine, event_rows, identifier

LEAST_BUYERS = 10
SURE = 3.29
NOTICEABLE = 1.1
"""How many times the base's share a preference has to be: a large segment's ×1.0 can be sure and still say nothing."""
CHANNEL = "coalesce(nullif(trim(channel), ''), CASE WHEN store IS NOT NULL THEN 'store' END)"
_NAME_COLUMNS = ("product_name", "description", "Description", "product", "item", "title")
"""Where files of order lines usually name the product, when no file of products does."""


@dataclass(frozen=True)
class FavoriteThing:
    """Something bought, or a channel used, by a segment.

    ``buyer_share`` of the segment's buyers bought it; ``revenue_share`` of its revenue went
    there. ``wallet_share`` is the mean over buyers of the share of their own spend, so that
    large buyers do not speak for all; ``lift`` is that over the base's, with its 95 % interval
    and the ``z`` of the difference.
    """

    segment: str
    name: str
    buyers: int
    buyer_share: float
    revenue_share: float
    wallet_share: float
    lift: float
    low: float
    high: float
    z: float

    @property
    def is_characteristic(self) -> bool:
        """Whether the segment surely (p < 0.001, for many things are compared) spends a larger share on it."""
        return self.z > SURE and self.lift >= NOTICEABLE and self.buyers >= LEAST_BUYERS and self.buyer_share >= 0.05


@dataclass(frozen=True)
class Worth:
    """Revenue of a segment's completed orders: in all, its share of the base's, and a head against the base's."""

    segment: str
    members: int
    share: float
    revenue: float
    revenue_share: float
    per_head: float
    index: float


def worth_of(engine: Engine, members: str, as_of: datetime) -> dict[str, Worth]:
    """The worth of every open segment from completed orders before ``as_of``; shares are of all profiles."""
    rows = engine.query(
        f"""WITH spent AS (
                SELECT profile_id, sum(revenue) AS revenue FROM {event_rows(engine, ORDER)} AS o
                WHERE profile_id IS NOT NULL AND occurred_at < CAST($as_of AS TIMESTAMP)
                GROUP BY profile_id)
            SELECT segment, count(*) AS members, CAST(coalesce(sum(revenue), 0) AS DOUBLE) AS revenue,
                   (SELECT count(*) FROM profiles) AS base,
                   (SELECT CAST(coalesce(sum(revenue), 0) AS DOUBLE) FROM spent) AS total
            FROM {members} LEFT JOIN spent USING (profile_id) GROUP BY segment""",
        {"as_of": as_of},
    ).to_pylist()
    return {
        row["segment"]: Worth(
            segment=row["segment"],
            members=row["members"],
            share=row["members"] / row["base"] if row["base"] else 0.0,
            revenue=row["revenue"],
            revenue_share=row["revenue"] / row["total"] if row["total"] else 0.0,
            per_head=row["revenue"] / row["members"],
            index=(row["revenue"] / row["members"]) / (row["total"] / row["base"]) if row["total"] else 0.0,
        )
        for row in rows
    }


def channels_of(engine: Engine, members: str, as_of: datetime) -> dict[str, list[FavoriteThing]]:
    """Channels of the orders of every open segment, most used first; empty when orders name no channel.

    An order without a channel but with a store came through the store.
    """
    bought = f"""SELECT profile_id, {CHANNEL} AS name, sum(revenue) AS revenue FROM {event_rows(engine, ORDER)} AS o
                WHERE {CHANNEL} IS NOT NULL AND profile_id IS NOT NULL
                  AND occurred_at < CAST($as_of AS TIMESTAMP) GROUP BY ALL"""
    return _favorites(engine, members, bought, as_of)


def products_of(engine: Engine, members: str, as_of: datetime) -> tuple[str, dict[str, list[FavoriteThing]]]:
    """What every open segment buys, by the finest telling level; the level is empty without order lines.

    The level is category, else department, else brand, else the product's name or id.
    """
    if not int(engine.query("SELECT count(*) AS n FROM (SELECT 1 FROM order_lines LIMIT 1)")["n"][0].as_py()):
        return "", {}
    filled = engine.query(
        "SELECT count(category) AS category, count(department) AS department, count(brand) AS brand FROM products"
    ).to_pylist()[0]
    level = next((name for name in ("category", "department", "brand") if filled[name]), "product")
    known = engine.columns("order_lines")
    names = [f"l.{identifier(column)}" for column in _NAME_COLUMNS if known.get(column) == "VARCHAR"]
    name = f"p.{level}" if level != "product" else f"coalesce({', '.join(['p.name', *names, 'l.product_id'])})"
    bought = f"""SELECT l.profile_id, {name} AS name, sum(l.revenue) AS revenue
                 FROM {event_rows(engine, LINE)} l LEFT JOIN products p ON p.product_id = l.product_id
                 WHERE l.profile_id IS NOT NULL AND {name} IS NOT NULL
                   AND l.occurred_at < CAST($as_of AS TIMESTAMP) GROUP BY ALL"""
    return level, _favorites(engine, members, bought, as_of)


def _favorites(engine: Engine, members: str, bought: str, as_of: datetime) -> dict[str, list[FavoriteThing]]:
    wallets = f"""SELECT *, revenue / sum(revenue) OVER (PARTITION BY profile_id) AS wallet
            FROM ({bought}) WHERE revenue > 0"""
    with engine.temporary("bought", wallets, {"as_of": as_of}) as each:
        rows = engine.query(
            f"""WITH base AS (
                    SELECT name, count(*) AS base_buyers, sum(wallet) AS base_wallet, sum(wallet * wallet) AS base_squares
                    FROM {each} GROUP BY name HAVING count(*) >= {LEAST_BUYERS}),
                all_buyers AS (SELECT count(DISTINCT profile_id) AS all_size FROM {each}),
                inside AS (
                    SELECT segment, name, count(*) AS buyers, CAST(sum(revenue) AS DOUBLE) AS revenue,
                           sum(wallet) AS wallet, sum(wallet * wallet) AS squares
                    FROM {members} JOIN {each} USING (profile_id) GROUP BY segment, name),
                totals AS (
                    SELECT segment, count(DISTINCT profile_id) AS size, CAST(sum(revenue) AS DOUBLE) AS segment_revenue
                    FROM {members} JOIN {each} USING (profile_id) GROUP BY segment)
                SELECT * FROM inside JOIN totals USING (segment) JOIN base USING (name), all_buyers
                ORDER BY inside.revenue DESC, name"""
        ).to_pylist()
    found: dict[str, list[FavoriteThing]] = defaultdict(list)
    for row in rows:
        found[row["segment"]].append(_favorite(row))
    return dict(found)


def _favorite(row: dict[str, float]) -> FavoriteThing:
    size, rest = row["size"], row["all_size"] - row["size"]
    inside, base = row["wallet"] / size, row["base_wallet"] / row["all_size"]
    lift = inside / base
    low, high, z = 0.0, math.inf, 0.0
    if rest == 0:
        low = high = 1.0
    elif row["buyers"] < row["base_buyers"]:
        outside = (row["base_wallet"] - row["wallet"]) / rest
        ratio = inside / outside
        error = math.sqrt(
            max(row["squares"] / size - inside**2, 0) / (size * inside**2)
            + max((row["base_squares"] - row["squares"]) / rest - outside**2, 0) / (rest * outside**2)
        )
        z = math.log(ratio) / error if error > 0 else 0.0
        weight = size / row["all_size"]
        edges = (ratio * math.exp(sign * 1.96 * error) for sign in (-1, 1))
        low, high = (edge / (weight * edge + 1 - weight) for edge in edges)
    return FavoriteThing(
        segment=str(row["segment"]),
        name=str(row["name"]),
        buyers=int(row["buyers"]),
        buyer_share=row["buyers"] / size,
        revenue_share=row["revenue"] / row["segment_revenue"],
        wallet_share=inside,
        lift=lift,
        low=low,
        high=high,
        z=z,
    )
