"""The base that the refresh is measured on, and the 60 traits and 100 segments that are asked of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from coterie.engines import open_warehouse
from coterie.profile import TraitDefinition, build_profiles
from coterie.segment import SegmentDefinition

AS_OF = datetime(2026, 11, 1)  # noqa: DTZ001 - naive UTC, as stored
EVENTS = {
    "Product Viewed": 30,
    "Page Viewed": 22,
    "Message Sent": 14,
    "Message Opened": 9,
    "Product Added": 8,
    "Search Made": 6,
    "Message Clicked": 4,
    "Logged In": 3,
    "Product Saved": 2,
    "Ticket Opened": 1,
    "Coupon Redeemed": 1,
}
WINDOWS = (30, 90, 180, 365)


def generate(file: Path, facts: int, profiles: int) -> None:
    """A base of ``profiles`` with ``facts`` events over two years, a fifth of them orders; drawn by hash, so always the same."""
    engine = open_warehouse(file)
    orders = facts // 5
    events = facts - orders
    span = 730 * 86400 * 1_000_000
    engine.execute(
        "INSERT INTO identifiers BY NAME SELECT range + 1 AS identifier_id, 'customer_id' AS namespace, "
        "CAST(range + 1 AS VARCHAR) AS value, range + 1 AS profile_id, TIMESTAMP '2024-11-01' AS first_seen_at "
        f"FROM range({profiles})"
    )
    engine.execute("ALTER TABLE customer_records ADD COLUMN age INTEGER")
    engine.execute("ALTER TABLE customer_records ADD COLUMN city VARCHAR")
    engine.execute(
        "INSERT INTO customer_records BY NAME SELECT range + 1 AS identifier_id, range + 1 AS profile_id, "
        "TIMESTAMP '2024-11-01' AS updated_at, CASE WHEN hash(range) % 5 > 0 THEN 18 + CAST(hash(range + 7) % 60 AS INT) END AS age, "
        "['Oslo', 'Bergen', 'Lyon', 'Graz', 'Porto', 'Gent', 'Kiel', 'Turin'][1 + CAST(hash(range + 3) % 8 AS INT)] AS city "
        f"FROM range({profiles})"
    )
    who = f"1 + CAST(floor({profiles} * pow((hash(range * {{salt}}) % 1000003) / 1000003.0, 1.5)) AS BIGINT)"
    at = f"TIMESTAMP '2024-11-01' + to_microseconds(CAST(range * ({span}.0::DOUBLE / {{rows}}) AS BIGINT)) AS occurred_at"
    engine.execute(
        f"INSERT INTO orders BY NAME SELECT 'o' || range AS order_id, {who.format(salt=11)} AS profile_id, {at.format(rows=orders)}, "
        "CAST(5 + (hash(range + 5) % 30000) / 100.0 AS DECIMAL(18,4)) AS revenue, "
        "CASE WHEN hash(range + 9) % 3 = 0 THEN CAST((hash(range + 6) % 1000) / 100.0 AS DECIMAL(18,4)) ELSE 0 END AS discount, "
        "1 + hash(range + 8) % 9 AS quantity, ['web', 'shop', 'app'][1 + CAST(hash(range + 2) % 3 AS INT)] AS channel, "
        "'s' || (hash(range + 1) % 40) AS store, CASE WHEN hash(range + 4) % 20 = 0 THEN 'returned' ELSE 'completed' END AS status "
        f"FROM range({orders})"
    )
    names = ", ".join(f"'{name}'" for name, weight in EVENTS.items() for _ in range(weight))
    engine.execute(
        f"INSERT INTO events BY NAME SELECT 'e' || range AS event_id, {who.format(salt=13)} AS profile_id, "
        f"[{names}][1 + CAST(hash(range + 21) % {sum(EVENTS.values())} AS INT)] AS name, {at.format(rows=events)}, "
        "['web', 'app', 'email'][1 + CAST(hash(range + 22) % 3 AS INT)] AS channel, "
        "{'amount': CAST((hash(range + 23) % 100000) / 100.0 AS DOUBLE), 'category': 'c' || (hash(range + 24) % 12)}::VARIANT AS properties "
        f"FROM range({events})"
    )
    build_profiles(engine)
    engine.execute("CHECKPOINT")
    engine.close()


# --- what is asked ----------------------------------------------------------------------


def slug(event: str) -> str:
    return event.lower().replace(" ", "_")


WINDOWED = ("Product Viewed", "Page Viewed", "Message Opened", "Product Added", "Search Made", "Message Clicked")


def traits() -> list[TraitDefinition]:
    """60 traits."""
    order = "Order Completed"
    made: dict[str, object] = {
        "orders": {"count": order},
        "revenue": {"sum": "revenue", "event": order},
        "discount": {"sum": "discount", "event": order},
        "recency_days": {"since_last": order},
        "tenure_days": {"since_first": order},
        "largest_order": {"max": "revenue", "event": order},
        "median_order": {"median": "revenue", "event": order},
        "basket": {"mean": "quantity", "event": order},
        "stores": {"distinct": "store", "event": order},
        "favorite_store": {"favorite": "store", "event": order},
        "favorite_channel": {"favorite": "channel", "event": order},
        "last_channel": {"last": "channel", "event": order},
        "interval_days": {"interval": order},
        "orders_trend": {"trend": order},
        "refunds": {"count": "Order Refunded"},
        "average_order": {"ratio": ["revenue", "orders"]},
        "return_rate": {"formula": "refunds / (orders + refunds)"},
        "discount_share": {"formula": "discount / (revenue + discount)"},
        "monetary_tile": {"tile": "revenue"},
        "recency_tile": {"tile": "recency_days", "descending": True},
        "overdue": {"ratio": ["recency_days", "interval_days"]},
        "value_band": {
            "case": [{"when": "revenue >= 1000", "then": "high"}, {"when": "revenue > 0", "then": "low"}],
            "otherwise": "none",
        },
        "amount_added": {"sum": "amount", "event": "Product Added"},
        "amount_viewed_90d": {"mean": "amount", "event": "Product Viewed", "within": "90d"},
        "favorite_category": {"favorite": "category", "event": "Product Added"},
        "logins": {"count": "Logged In"},
        "saves": {"count": "Product Saved"},
        "tickets": {"count": "Ticket Opened"},
        "coupons_365d": {"count": "Coupon Redeemed", "within": "365d"},
        "sent_90d": {"count": "Message Sent", "within": "90d"},
    }
    for days in WINDOWS:
        made[f"orders_{days}d"] = {"count": order, "within": f"{days}d"}
        made[f"revenue_{days}d"] = {"sum": "revenue", "event": order, "within": f"{days}d"}
    for event in WINDOWED:
        for days in WINDOWS[1:]:
            made[f"{slug(event)}_{days}d"] = {"count": event, "within": f"{days}d"}
    for event in ("Product Viewed", "Page Viewed", "Message Opened", "Logged In"):
        made[f"{slug(event)}_recency"] = {"since_last": event}
    return [TraitDefinition.model_validate({"name": name, "value": value}) for name, value in made.items()]


CITIES = ("Oslo", "Bergen", "Lyon", "Graz")


def segments() -> list[SegmentDefinition]:  # noqa: C901 - a table of cases
    """100 segments."""
    order = "Order Completed"
    made: dict[str, object] = {}
    for days in WINDOWS:
        for least in (1, 2, 4):
            made[f"buyers_{days}_{least}"] = {"did": order, "within": f"{days}d", "at_least": least}
        made[f"lapsed_{days}"] = {"all": [{"did": order}, {"did_not": order, "within": f"{days}d"}]}
        made[f"spenders_{days}"] = {"trait": f"revenue_{days}d", ">=": 300}
    for event in WINDOWED:
        for days in WINDOWS:
            made[f"{slug(event)}_{days}"] = {"did": event, "within": f"{days}d", "at_least": 2}
    for event in ("Logged In", "Ticket Opened", "Coupon Redeemed", "Product Saved"):
        made[f"{slug(event)}_ever"] = {"did": event}
        made[f"{slug(event)}_never_60"] = {"did_not": event, "within": "60d"}
    for city in CITIES:
        made[f"city_{city.lower()}"] = {"trait": "city", "=": city}
        made[f"young_{city.lower()}"] = {"all": [{"trait": "city", "=": city}, {"trait": "age", "between": [18, 34]}]}
        made[f"vip_{city.lower()}"] = {"all": [{"in_segment": "vip"}, {"in_segment": f"city_{city.lower()}"}]}
    made["vip"] = {"trait": "monetary_tile", "=": 5}
    made["fading"] = {"all": [{"in_segment": "vip"}, {"trait": "recency_days", ">": 120}]}
    made["no_age"] = {"trait": "age", "is_set": False}
    made["web_fans"] = {"trait": "favorite_channel", "=": "web"}
    made["bargain"] = {"any": [{"trait": "discount_share", ">": 0.03}, {"did": "Coupon Redeemed", "within": "180d"}]}
    made["returners"] = {"trait": "return_rate", ">": 0.2}
    made["high_value"] = {"trait": "value_band", "in": ["high"]}
    for category in range(6):
        made[f"added_c{category}_180"] = {
            "did": "Product Added",
            "where": {"category": f"c{category}"},
            "within": "180d",
        }
    for amount in (100, 250, 400, 600, 800):
        made[f"added_over_{amount}"] = {"did": "Product Added", "where": {"amount": {">=": amount}}}
    for low in range(0, 100, 20):
        made[f"revenue_from_{low * 10}"] = {"trait": "revenue", "between": [low * 10, low * 10 + 200]}
    for days in (7, 14, 60, 120):
        made[f"seen_{days}"] = {"trait": "page_viewed_recency", "<=": days}
    for least in (1, 3, 5, 10):
        made[f"engaged_{least}"] = {
            "all": [{"trait": "message_opened_180d", ">=": least}, {"not": {"trait": "message_clicked_180d", "=": 0}}]
        }
    for share in range(1, 6):
        made[f"score_{share}"] = {"all": [{"trait": "monetary_tile", "=": share}, {"trait": "recency_tile", ">=": 3}]}
    return [SegmentDefinition.model_validate({"name": name, "rule": rule}) for name, rule in made.items()]
