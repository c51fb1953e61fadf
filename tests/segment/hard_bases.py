"""Random bases with the rows that real ones have and nobody expects, and random definitions over them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa

from coterie.profile import build_profiles
from coterie.segment.lists import upload_list

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
AT = pa.timestamp("us")
MOMENTS = [
    ("UTC", datetime(2024, 7, 1, 12)),
    ("UTC", datetime(2023, 3, 1)),
    ("Europe/Berlin", datetime(2024, 3, 31, 1)),
    ("Europe/Berlin", datetime(2024, 10, 27, 0, 30)),
    ("America/New_York", datetime(2024, 3, 10, 7)),
    ("America/New_York", datetime(2024, 1, 1, 3)),
    ("America/Havana", datetime(2024, 11, 3, 4, 30)),
    ("America/Havana", datetime(2024, 3, 10, 5, 0)),
    ("Asia/Shanghai", datetime(2024, 2, 28, 18)),
    ("Asia/Kolkata", datetime(2024, 2, 29, 23, 59, 59, 999999)),
    ("Pacific/Chatham", datetime(2024, 4, 6, 14, 0)),
    ("Australia/Lord_Howe", datetime(2024, 10, 5, 15, 30)),
    ("Pacific/Apia", datetime(2012, 1, 2, 3)),
]
AGES = ["0d", "1d", "7d", "30d", "90d", "180d", "1mo", "6mo", "1y", "12h", "1w"]
CITIES = [None, "Oslo", "oslo", "Bergen", "上海", "", " ", "Zoë", "Zoe\u0308", "😀", "o'Neill", "100%"]
STORES = [None, "north", "south", "North", ""]
CATEGORIES = [None, "Drinks", "drinks", "Bakery", "茶", ""]
AMOUNTS = [None, 0.0, 0.1, 0.2, -0.3, 99.5, 1234.25, -1e6, 1e12, 1e-7, 3e20, 1e25]
MONEY = [Decimal(x) for x in ("0", "0.0001", "-5", "19.99", "20", "20", "99999999999999.9999", "-19.99", "0.1", "0.2")]
DATES = [None, date(1980, 2, 29), date(2000, 12, 31), date(1970, 1, 1), date(1990, 3, 1), date(1900, 1, 1), date(2199, 12, 31)]  # fmt: skip


def write_hard_base(engine, draw, *, profiles=40, at=None):
    """Fill an empty warehouse; returns the zone and the instant that the rows lie around."""
    zone, as_of = at or draw.choice(MOMENTS)
    when = lambda: _instant(draw, zone, as_of)  # noqa: E731
    owner = {n: n if draw.random() < 0.8 else max(1, n - draw.randint(1, 5)) for n in range(1, profiles + 1)}
    owner = {n: owner[p] if owner[p] == p else n for n, p in owner.items()}
    whose = lambda: (n := draw.randint(1, profiles), None if draw.random() < 0.07 else owner[n])  # noqa: E731
    people = [{"identifier_id": n, "namespace": draw.choice(["customer_id", "email"]), "value": f"k{n}",
               "profile_id": p, "first_seen_at": when()} for n, p in owner.items()]  # fmt: skip
    _write(engine, "identifiers", people, first_seen_at=AT)
    for column, kind in (("age", "INTEGER"), ("city", "VARCHAR"), ("born_on", "DATE"), ("is_staff", "BOOLEAN"), ("joined_at", "TIMESTAMP"), ("credit", "DECIMAL(18,4)")):  # fmt: skip
        engine.execute(f"ALTER TABLE customer_records ADD COLUMN IF NOT EXISTS {column} {kind}")
    records = [{"identifier_id": n, "profile_id": p, "updated_at": when(), "batch_id": n, "age": draw.choice([None, 0, 18, 18, 40, 90]),
                "city": draw.choice(CITIES), "born_on": draw.choice([*DATES, _local_day(zone, as_of, draw)]),
                "is_staff": draw.choice([None, True, False]), "joined_at": draw.choice([None, when()]),
                "credit": draw.choice([None, *MONEY])} for n, p in owner.items()]  # fmt: skip
    _write(
        engine, "customer_records", records, updated_at=AT, joined_at=AT, age=pa.int32(), credit=pa.decimal128(18, 4)
    )
    products = [
        ("p1", "Tea", "Drinks", "Ada"),
        ("p2", "茶", "Drinks", None),
        ("p3", None, "Bakery", "Ada"),
        ("p4", "Nails", None, ""),
    ]
    _write(
        engine,
        "products",
        [dict(zip(("product_id", "name", "category", "brand"), row, strict=True)) for row in products],
    )
    money = dict.fromkeys(("revenue", "discount", "quantity"), pa.decimal128(18, 4))
    orders, lines, events = [], [], []
    for number in range(profiles * 4):
        identifier, profile = whose()
        order = {"order_id": f"o{number}", "identifier_id": identifier, "profile_id": profile, "occurred_at": when(),
                 "status": draw.choice(["completed"] * 5 + ["cancelled", "returned"]), "revenue": draw.choice([None, *MONEY]),
                 "discount": draw.choice([None, Decimal(0), Decimal("1.5")]), "store": draw.choice(STORES),
                 "quantity": Decimal(draw.randint(-2, 4)), "channel": draw.choice(["web", "shop"]),
                 "source": draw.choice(["till", "till", "web", None])}  # fmt: skip
        orders += [order] * (2 if draw.random() < 0.05 else 1)
        shared = {
            key: order[key]
            for key in ("order_id", "identifier_id", "profile_id", "occurred_at", "status", "store", "source")
        }
        lines += [{**shared, "product_id": draw.choice(["p1", "p2", "p3", "p4", "p9", None]),
                   "revenue": draw.choice([None, *MONEY]), "quantity": Decimal(draw.randint(0, 3))} for _ in range(draw.randint(0, 3))]  # fmt: skip
        identifier, profile = whose()
        amount, count = draw.choice(AMOUNTS), draw.choice([None, 1, 2, 3])
        properties = {
            "amount": amount,
            "category": draw.choice(CATEGORIES),
            "count": count,
            "ok": draw.choice([None, True, False]),
        }
        properties = {key: value for key, value in properties.items() if value is not None or draw.random() < 0.5}
        events.append({"event_id": f"e{number}", "identifier_id": identifier, "profile_id": profile, "occurred_at": when(),
                       "name": draw.choice(["Product Viewed", "Orders", "tally rows"]), "drawn": properties})  # fmt: skip
    _write(engine, "orders", orders, occurred_at=AT, **money)
    _write(engine, "order_lines", lines, occurred_at=AT, **money)
    fields = {"amount": pa.float64(), "category": pa.string(), "count": pa.int64(), "ok": pa.bool_()}
    _write(engine, "drawn", events, occurred_at=AT, drawn=pa.struct(fields), append=False)
    engine.execute("INSERT INTO events BY NAME SELECT * EXCLUDE drawn, CAST(drawn AS VARIANT) AS properties FROM drawn")
    engine.drop("drawn")
    build_profiles(engine)
    known = sorted(set(owner.values()))
    scores = [{"profile_id": p, "model": "m", "score": "value", "value": draw.choice([0.0, 1.0, 2.5, -1.0]), "as_of": as_of - DAY * k}
              for p in known if draw.random() < 0.7 for k in range(draw.randint(1, 2))]  # fmt: skip
    _write(engine, "scores", scores, as_of=AT)
    stages = [
        {"profile_id": p, "segmentation": "rfm", "segment": draw.choice(["loyal", "lost"]), "as_of": as_of}
        for p in known
        if draw.random() < 0.7
    ]
    _write(engine, "assignments", stages, as_of=AT)
    upload_list(
        engine,
        "fair",
        [f"{row['namespace']}:{row['value']}" for row in people if draw.random() < 0.3]
        + ["email:nobody"]
        + [people[0]["value"]],
    )
    return zone, as_of


def _write(engine, table, rows, append=True, **types):
    if rows:
        names = list(dict.fromkeys(key for row in rows for key in row))
        columns = {name: pa.array([row.get(name) for row in rows], types.get(name)) for name in names}
        engine.write(table, pa.table(columns), append=append)


def _local_day(zone, as_of, draw):
    local = as_of.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    return local + DAY * draw.choice([-30, -7, -1, 0, 1, 6, 7, 30])


def _instant(draw, zone, as_of):
    """Often exactly on a window's edge or a local midnight, sometimes far away or ahead."""
    from tests.segment.plain_traits import shifted

    kind = draw.random()
    if kind < 0.35:
        return shifted(as_of, draw.choice(AGES)) + draw.choice([-TICK, 0 * TICK, TICK])
    if kind < 0.6:
        day = _local_day(zone, as_of, draw).replace(day=draw.choice([1, 2, 15, 28]))
        midnight = datetime(day.year, draw.choice([day.month, 1, 4, 10]), day.day, tzinfo=ZoneInfo(zone))
        return midnight.astimezone(UTC).replace(tzinfo=None) + draw.choice([-TICK, 0 * TICK, timedelta(hours=1)])
    if kind < 0.65:
        return draw.choice([datetime(1900, 1, 1), datetime(2199, 12, 31), datetime(2024, 2, 29), as_of])
    return as_of - timedelta(seconds=draw.randint(-100_000, 40_000_000))


# --- definitions --------------------------------------------------------------------------------

PROPERTIES = {
    "Order Completed": {"revenue": "n", "discount": "n", "quantity": "n", "store": "t", "channel": "t"},
    "Order Refunded": {"revenue": "n", "store": "t"},
    "Product Purchased": {"revenue": "n", "quantity": "n", "category": "t", "brand": "t", "product_name": "t", "product_id": "t"},
    "Product Viewed": {"amount": "n", "count": "n", "category": "t", "ok": "b"},
    "Orders": {"amount": "n", "category": "t"},
    "tally rows": {"count": "n", "category": "t"},
}  # fmt: skip
OF_THE_INSTANT = {"hour": "n", "weekday": "n", "month": "n", "day": "d", "occurred_at": "i"}
NUMBERS = [0, 1, 2, 18, 20, 40, 99.5, 0.2, -5, -0.3, 1e12, 19.99, 10**25, 2.5]
TEXTS = [
    "Oslo",
    "oslo",
    "o",
    "",
    " ",
    "上",
    "Zoë",
    "%",
    "'",
    "north",
    "Drinks",
    "drinks",
    "web",
    "Tea",
    "😀",
    "nobody",
    "p1",
]
PATTERNS = ["^o", "[A-Z]", "o$", ".", "^$", "上|海", r"\d+%", "(?i)OSLO", r"^\S+$", r"\D\W", "^O|N$", "[^A-Z]"]
ISO = ["2024-02-29", "2024-03-31", "1980-02-29", "2024-01-01", "2023-12-31", "2012-01-02"]
DURING = ["today", "yesterday", *(f"{a}_{b}" for a in ("this", "last") for b in ("week", "month", "quarter", "year"))]
ORDERED = ["=", "!=", "<", "<=", ">", ">="]
ATTRIBUTES = {"age": "n", "credit": "n", "city": "t", "born_on": "d", "joined_at": "i", "first_seen_at": "i", "is_staff": "b", "score.value": "n", "segmentation.rfm": "t"}  # fmt: skip
TRAITS = [
    {"name": "spent", "value": {"op": "sum", "property": "revenue", "event": "Order Completed"}},
    {"name": "times", "value": {"op": "count", "event": "Order Completed"}},
    {"name": "per_order", "value": {"op": "ratio", "of": ["spent", "times"]}},
]


def comparison(draw, kind):
    """An operator with what it is compared with, fit for a type."""
    if draw.random() < 0.1:
        return {"op": "is_set", "value": draw.choice([True, False])}
    pool = {
        "n": NUMBERS,
        "t": TEXTS,
        "d": ISO,
        "i": [*ISO, "2024-03-31 02:30:00", "2024-07-01T12:00:00+02:00"],
        "b": [True, False],
    }[kind]
    ops = {"t": [*ORDERED, "in", "not_in", "contains", "starts_with", "ends_with", "matches"], "b": ["=", "!="]}.get(
        kind, [*ORDERED, "between", "in", "not_in"]
    )
    op = draw.choice(ops)
    if op == "between":
        return {"op": op, "value": [draw.choice(pool), draw.choice(pool)]}
    if op in {"in", "not_in"}:
        return {"op": op, "value": [draw.choice(pool) for _ in range(draw.randint(1, 3))]}
    if op == "matches":
        return {"op": op, "value": draw.choice(PATTERNS), **({"ignore_case": True} if draw.random() < 0.5 else {})}
    folded = {"ignore_case": True} if kind == "t" and draw.random() < 0.3 else {}
    return {"op": op, "value": draw.choice(pool), **folded}


def facts(draw):
    """An event with a window and filters."""
    event = draw.choice(list(PROPERTIES))
    known = {**PROPERTIES[event], **OF_THE_INSTANT}
    where = [
        (name := draw.choice(list(known))) and {"property": name, **comparison(draw, known[name])}
        for _ in range(draw.choice([0, 0, 1, 2]))
    ]
    return {"event": event, "where": where, **span(draw)}


def span(draw):
    kind, found = draw.random(), {}
    if kind < 0.4:
        found = {"within": draw.choice(AGES[1:])}
    if 0.3 < kind < 0.5:
        found["until"] = draw.choice(AGES[1:])
    if 0.5 < kind < 0.8:
        found = {"during": draw.choice(DURING)}
    if draw.random() < 0.1:
        found["since"] = draw.choice(ISO)
    if draw.random() < 0.1:
        found["before"] = draw.choice([*ISO, "2024-07-01T12:00:00+02:00"])
    return found


def measure(draw, depth=0):
    """A measure and the type of its value."""
    kind = draw.random()
    if kind < 0.15 or depth > 2:
        name = draw.choice([*ATTRIBUTES, "spent", "times", "per_order"])
        return {"op": "trait", "trait": name}, ATTRIBUTES.get(name, "n")
    if kind < 0.3:
        return _over(draw, depth)
    scope = facts(draw)
    known = PROPERTIES[scope["event"]]
    op = draw.choice(["count", "sum", "mean", "min", "max", "median", "stddev", "distinct", "list", "first", "last", "favorite", "favorite_share", "since_last", "since_first", "interval", "sessions", "decayed", "trend"])  # fmt: skip
    numbers, texts = ([n for n, k in known.items() if k == wanted] for wanted in ("n", "t"))
    if op in {"sum", "mean", "median", "stddev"}:
        return {"op": op, "property": draw.choice(numbers), **scope}, "n"
    if op in {"min", "max", "first", "last", "distinct", "favorite"}:
        name = draw.choice([*numbers, *texts] if op in {"min", "max"} else [*known, *OF_THE_INSTANT])
        return {"op": op, "property": name, **scope}, "n" if op == "distinct" else {**known, **OF_THE_INSTANT}[name]
    if op == "list":
        return {"op": op, "property": draw.choice(texts), **scope}, "l"
    if op == "favorite_share":
        more = {"weight": draw.choice(numbers)} if draw.random() < 0.5 else {}
        return {
            "op": op,
            "property": draw.choice(texts),
            **more,
            **({"value": draw.choice(TEXTS)} if draw.random() < 0.5 else {}),
            **scope,
        }, "n"
    if op == "interval":
        return {"op": op, "statistic": draw.choice(["mean", "median", "min", "max", "stddev"]), **scope}, "n"
    if op in {"decayed", "trend"}:
        scope = (
            {"event": scope["event"], "where": scope["where"], "within": "1y"}
            if op == "decayed"
            else {"event": scope["event"], "where": scope["where"]}
        )
        more = (
            {"half_life": draw.choice(["7d", "1mo"])}
            if op == "decayed"
            else {"every": draw.choice(["1w", "1mo", "30d"]), "periods": draw.choice([2, 3, 6])}
        )
        return {"op": op, **more, **scope}, "n"
    return {"op": op, **scope}, "n"


GROUPED = ("group_count", "group_sum", "group_mean", "group_max", "group_min")


def _over(draw, depth):
    from tests.segment.plain_traits import FORMULAS

    op = draw.choice(["percentile", "tile", "rank", "ratio", "age", "formula", "case", "lookup", *GROUPED])
    if op in GROUPED:
        return {"op": op, "of": numeric(draw, depth + 1), "by": draw.choice(["city", "born_on"])}, "n"
    if op == "ratio":
        return {"op": op, "of": [numeric(draw, depth + 1), numeric(draw, depth + 1)]}, "n"
    if op == "age":
        name = draw.choice(["born_on", "joined_at", "first_seen_at"])
        return {"op": op, "of": {"op": "trait", "trait": name}, "unit": draw.choice(["days", "years"])}, "n"
    if op == "formula":
        text = draw.choice([each for each in FORMULAS if "IS NULL" not in each and "NOT" not in each])
        return {"op": op, "expression": text}, "n"
    if op == "case":
        whens = [
            {"when": each, "then": place} for place, each in enumerate(FORMULAS) if "IS NULL" in each or "NOT" in each
        ]
        return {"op": op, "of": whens, "otherwise": draw.choice([None, 9])}, "n"
    if op == "lookup":
        by = {"op": "favorite", "property": "product_id", "event": "Product Purchased"}
        return {"op": op, "property": draw.choice(["category", "product_name"]), "by": by}, "t"
    more = {"tiles": draw.choice([2, 3, 5, 10])} if op == "tile" else {}
    return {"op": op, "of": numeric(draw, depth + 1), "descending": draw.choice([True, False]), **more}, "n"


def numeric(draw, depth=0):
    while True:
        found, kind = measure(draw, depth)
        if kind == "n":
            return found


def rule(draw, depth=0):
    """A rule; groups inside groups up to three deep."""
    kind = draw.random()
    if kind < 0.25 and depth < 3:
        op = draw.choice(["all", "any", "none", "not"])
        return {
            "op": op,
            "of": rule(draw, depth + 1) if op == "not" else [rule(draw, depth + 1) for _ in range(draw.randint(1, 3))],
        }
    if kind < 0.45:
        limits = draw.choice(
            [{}, {"at_least": 2}, {"at_most": 1}, {"exactly": 0}, {"exactly": 1}, {"at_least": 1, "at_most": 3}]
        )
        return {"op": "did", **limits, **facts(draw)} if draw.random() < 0.7 else {"op": "did_not", **facts(draw)}
    if kind < 0.55:
        start, end = sorted(draw.choice([(0, 0.5), (0.25, 1), (0.1, 0.9), (0.5, 0.500001)]))
        return draw.choice([
            {"op": "in_list", "list": "fair"},
            {"op": "profiles", "keys": [draw.randint(1, 40), "email:k3", "customer_id:k4", "email:nobody"]},
            {"op": "random", "salt": draw.choice(["a", "é", "1"]), "start": start, "end": end},
            {"op": "in_segment", "segment": draw.choice(["seg_a", "seg_b", ["seg_a", "seg_b"]])} if depth < 9 else {"op": "in_list", "list": "fair"},
        ])  # fmt: skip
    if kind < 0.65:
        percent = draw.choice([True, False])
        return {
            "op": draw.choice(["top", "bottom"]),
            "trait": numeric(draw, 1),
            "value": draw.choice([10, 25, 50, 33.3, 100] if percent else [1, 3, 10, 1000]),
            "percent": percent,
        }
    if kind < 0.75:
        trait = {"op": "trait", "trait": draw.choice(["born_on", "joined_at", "first_seen_at"])}
        if draw.random() < 0.4:
            return {"op": "anniversary_within", "trait": trait, "value": draw.choice([1, 2, 7, 30, 366])}
        return {"op": draw.choice(["in_last", "in_next", "older_than"]), "trait": trait, "value": draw.choice(AGES[1:])}
    found, of = measure(draw)
    if of == "l":
        return {"op": "includes", "trait": found, "value": draw.choice(["Drinks", "north", ["web", "Tea"], ""])}
    return {"trait": found, **comparison(draw, of)}


def shown(definition):
    """A definition as text, for messages."""
    return json.dumps(definition, ensure_ascii=False, default=str)
