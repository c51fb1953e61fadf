"""Generated bases: small, seeded, with the awkward rows that real ones have."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from coterie.engines import Engine
from coterie.profile import build_profiles

AS_OF = datetime(2024, 7, 1, 12)  # noqa: DTZ001 - naive UTC, as stored
_PRODUCTS = [
    ("p1", "Tea", "Drinks", "Ada"),
    ("p2", "Coffee", "Drinks", "Bo"),
    ("p3", "Bread", "Bakery", "Ada"),
    ("p4", "Nails", None, "Bo"),
]
_MONEY = pa.decimal128(18, 4)
_AT = pa.timestamp("us")


def write_small_base(engine: Engine, *, profiles: int = 60, seed: int = 7) -> None:
    """A base of ``profiles`` people with orders, lines, products and events around ``AS_OF``.

    Some people have nothing; some facts fall exactly on window edges, at ``AS_OF`` or in
    the future; attributes and properties are missing here and there; some orders are anonymous or
    returned; several facts share an instant.
    """
    draw = random.Random(seed)
    engine.write("identifiers", _identifiers(profiles))
    for column, kind in (("age", "INTEGER"), ("city", "VARCHAR"), ("born_on", "DATE"), ("is_staff", "BOOLEAN")):
        engine.execute(f"ALTER TABLE customer_records ADD COLUMN IF NOT EXISTS {column} {kind}")
    engine.write("customer_records", _records(profiles, draw))
    engine.write("products", _products())
    orders = _orders(profiles, draw)
    engine.write(
        "orders", _table(orders, {"revenue": _MONEY, "discount": _MONEY, "quantity": _MONEY, "occurred_at": _AT})
    )
    engine.write("order_lines", _lines(orders, draw))
    engine.write("events_drawn", _events(profiles, draw), append=False)
    engine.execute(
        "INSERT INTO events BY NAME SELECT event_id, profile_id, profile_id AS identifier_id, name, occurred_at, "
        "CAST(properties AS VARIANT) AS properties FROM events_drawn"
    )
    engine.drop("events_drawn")
    build_profiles(engine)


def _table(rows: list[dict[str, object]], types: dict[str, pa.DataType]) -> pa.Table:
    table = pa.Table.from_pylist(rows)
    for name, kind in types.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, table.column(name).cast(kind))
    return table


def _identifiers(profiles: int) -> pa.Table:
    numbers = list(range(1, profiles + 1))
    return pa.table(
        {
            "identifier_id": numbers,
            "namespace": ["customer_id"] * profiles,
            "value": [str(number) for number in numbers],
            "profile_id": numbers,
            "first_seen_at": pa.array([AS_OF - timedelta(days=3 * n) for n in numbers], _AT),
        }
    )


def _records(profiles: int, draw: random.Random) -> pa.Table:
    rows: list[dict[str, object]] = [
        {
            "identifier_id": number,
            "profile_id": number,
            "updated_at": AS_OF - timedelta(days=draw.randint(1, 400)),
            "age": draw.choice([None, 18, 25, 40, 64, 90]),
            "city": draw.choice([None, "Oslo", "oslo", "Bergen", "上海", ""]),
            "born_on": draw.choice([None, date(1990, 7, 3), date(1980, 2, 29), date(2000, 12, 31), date(1970, 7, 1)]),
            "is_staff": draw.choice([None, True, False]),
        }
        for number in range(1, profiles + 1)
        if draw.random() < 0.9
    ]
    return _table(rows, {"updated_at": _AT, "age": pa.int32()})


def _products() -> pa.Table:
    names = ("product_id", "name", "category", "brand")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in _PRODUCTS])


_AGES = (0, 1, 7, 29, 30, 31, 60, 89, 90, 91, 179, 180, 181, 365, 366, 800)


def _instant(draw: random.Random) -> datetime:
    """Often exactly on a window's edge, sometimes ahead of ``AS_OF``."""
    at = AS_OF - timedelta(days=draw.choice(_AGES))
    kind = draw.random()
    if kind < 0.3:
        return at
    if kind < 0.4:
        return at - timedelta(microseconds=1)
    if kind < 0.5:
        return AS_OF + timedelta(days=draw.randint(0, 3))
    return at - timedelta(seconds=draw.randint(0, 86_000))


def _orders(profiles: int, draw: random.Random) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in range(1, profiles + 1):
        for place in range(draw.choice([0, 0, 1, 2, 3, 8])):
            status = draw.choice(["completed"] * 6 + ["returned", "cancelled"])
            revenue = Decimal(draw.randint(0, 20_000)) / 100 * (1 if status == "completed" else -1)
            rows.append(
                {
                    "order_id": f"o{number}-{place}",
                    "identifier_id": number,
                    "profile_id": None if draw.random() < 0.05 else number,
                    "occurred_at": _instant(draw),
                    "revenue": revenue,
                    "discount": Decimal(draw.choice([0, 0, 150])) / 100,
                    "quantity": Decimal(draw.randint(1, 5)),
                    "store": draw.choice(["north", "south", "east", None]),
                    "channel": draw.choice(["web", "shop"]),
                    "status": status,
                }
            )
    return rows


def _lines(orders: list[dict[str, object]], draw: random.Random) -> pa.Table:
    rows: list[dict[str, object]] = [
        {
            **{
                name: order[name]
                for name in ("order_id", "identifier_id", "profile_id", "occurred_at", "status", "store")
            },
            "product_id": draw.choice(_PRODUCTS)[0],
            "quantity": Decimal(draw.randint(1, 3)),
            "revenue": Decimal(draw.randint(100, 9000)) / 100,
        }
        for order in orders
        for _ in range(draw.randint(1, 3))
    ]
    return _table(rows, {"quantity": _MONEY, "revenue": _MONEY, "occurred_at": _AT})


def _events(profiles: int, draw: random.Random) -> pa.Table:
    rows: list[dict[str, object]] = []
    for number in range(1, profiles + 1):
        for place in range(draw.choice([0, 1, 2, 5])):
            name = draw.choice(["Product Viewed", "Product Added", "Message Opened"])
            properties = {
                "amount": draw.choice([None, 0.0, 0.1, 0.2, 99.5, 1234.25]),
                "category": draw.choice([None, "Drinks", "Bakery", "drinks"]),
                "is_first": draw.choice([None, True, False]),
            }
            rows.append(
                {
                    "event_id": f"e{number}-{place}",
                    "profile_id": number,
                    "name": name,
                    "occurred_at": _instant(draw),
                    "properties": properties,
                }
            )
    return _table(rows, {"occurred_at": _AT})
