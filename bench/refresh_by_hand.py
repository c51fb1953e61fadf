"""What a careful person would write once for exactly these definitions: one statement a scan."""

from __future__ import annotations

from datetime import timedelta

from coterie.engines import Engine
from refresh_base import AS_OF, CITIES, WINDOWED, WINDOWS, slug, traits

AT = f"TIMESTAMP '{AS_OF}'"


def _since(days: int) -> str:
    return f"TIMESTAMP '{AS_OF - timedelta(days=days)}'"


def _days(at: str) -> str:
    return f"date_diff('microsecond', {at}, {AT}) / 86400000000.0::DOUBLE"


def _orders_pass() -> str:
    windowed = "".join(
        f", count(*) FILTER (WHERE done AND occurred_at >= {_since(d)}) AS n{d}"
        f", sum(revenue) FILTER (WHERE done AND occurred_at >= {_since(d)}) AS r{d}"
        for d in WINDOWS
    )
    slope = " ".join(f"WHEN occurred_at >= {_since(30 * k)} THEN {7 - 2 * k}" for k in range(1, 7))
    return (
        "SELECT profile_id, count(*) FILTER (WHERE done) AS n, sum(revenue) FILTER (WHERE done) AS r, sum(discount) FILTER (WHERE done) AS d, "
        "min(occurred_at) FILTER (WHERE done) AS first_at, max(occurred_at) FILTER (WHERE done) AS last_at, "
        "max(revenue) FILTER (WHERE done) AS largest, median(revenue::DOUBLE) FILTER (WHERE done) AS middle, "
        "sum(quantity) FILTER (WHERE done) AS q, count(DISTINCT store) FILTER (WHERE done) AS stores, "
        "max({'at': occurred_at, 'value': channel}) FILTER (WHERE done) AS last_channel, "
        f"sum(CASE {slope} ELSE 0 END) FILTER (WHERE done) AS slope, count(*) FILTER (WHERE NOT done) AS refunds{windowed} "
        "FROM (SELECT profile_id, occurred_at, revenue, discount, quantity, store, channel, status = 'completed' AS done "
        f"FROM orders WHERE occurred_at < {AT}) GROUP BY profile_id"
    )


def _favorite(value: str, source: str) -> str:
    return (
        "SELECT profile_id, (max({'n': n, 'seen': seen, 'value': value})).value AS value FROM "
        f"(SELECT profile_id, {value} AS value, count(*) AS n, max(occurred_at) AS seen FROM {source} "
        f"AND occurred_at < {AT} GROUP BY profile_id, value HAVING value IS NOT NULL) GROUP BY profile_id"
    )


def _event_passes() -> dict[str, str]:
    """One pass over the rows of each event that is asked much, one over the few others together."""
    made: dict[str, str] = {}
    for event in WINDOWED:
        wanted = [f"count(*) FILTER (WHERE occurred_at >= {_since(d)}) AS n{d}" for d in WINDOWS]
        start = f" AND occurred_at >= {_since(365)}"
        inner = "occurred_at"
        if event in {"Product Viewed", "Page Viewed", "Message Opened", "Product Added"}:
            start = ""
        if event in {"Product Viewed", "Page Viewed", "Message Opened"}:
            wanted.append("max(occurred_at) AS last_at")
        if event == "Product Viewed":
            inner += ", properties.amount::DOUBLE AS amount"
            wanted += [
                f"sum(amount::DECIMAL(28,9)) FILTER (WHERE occurred_at >= {_since(90)}) AS amount",
                f"count(amount) FILTER (WHERE occurred_at >= {_since(90)}) AS amounts",
            ]
        if event == "Product Added":
            inner += ", properties.amount::DOUBLE AS amount, properties.category::VARCHAR AS category"
            wanted.append("sum(amount::DECIMAL(28,9)) AS amount")
            wanted += [
                f"count(*) FILTER (WHERE category = 'c{c}' AND occurred_at >= {_since(180)}) AS c{c}" for c in range(6)
            ]
            wanted += [f"count(*) FILTER (WHERE amount >= {a}) AS over{a}" for a in (100, 250, 400, 600, 800)]
        made[slug(event)] = (
            f"SELECT profile_id, {', '.join(wanted)} FROM (SELECT profile_id, {inner} FROM events "
            f"WHERE name = '{event}'{start} AND occurred_at < {AT}) GROUP BY profile_id"
        )
    few = {"Logged In": "logins", "Product Saved": "saves", "Ticket Opened": "tickets", "Coupon Redeemed": "coupons"}
    counted = [f"count(*) FILTER (WHERE name = '{event}') AS {word}" for event, word in few.items()]
    counted += [
        f"count(*) FILTER (WHERE name = '{event}' AND occurred_at >= {_since(60)}) AS {word}_60"
        for event, word in few.items()
    ]
    counted += ["max(occurred_at) FILTER (WHERE name = 'Logged In') AS login_at"]
    counted += [
        f"count(*) FILTER (WHERE name = 'Coupon Redeemed' AND occurred_at >= {_since(d)}) AS coupons_{d}"
        for d in (180, 365)
    ]
    made["few"] = (
        f"SELECT profile_id, {', '.join(counted)} FROM events WHERE name IN ('Logged In', 'Product Saved', 'Ticket Opened', "
        f"'Coupon Redeemed') AND occurred_at < {AT} GROUP BY profile_id"
    )
    made["sent"] = (
        "SELECT profile_id, count(*) AS n90 FROM events WHERE name = 'Message Sent' "
        f"AND occurred_at >= {_since(90)} AND occurred_at < {AT} GROUP BY profile_id"
    )
    return made


def _hand_traits() -> dict[str, str]:
    made = {
        "orders": "coalesce(o.n, 0)",
        "revenue": "coalesce(o.r, 0)::DOUBLE",
        "discount": "coalesce(o.d, 0)::DOUBLE",
        "recency_days": _days("o.last_at"),
        "tenure_days": _days("o.first_at"),
        "largest_order": "o.largest::DOUBLE",
        "median_order": "o.middle",
        "basket": "o.q::DOUBLE / nullif(o.n, 0)",
        "stores": "coalesce(o.stores, 0)",
        "favorite_store": "favorite_store.value",
        "favorite_channel": "favorite_channel.value",
        "last_channel": "o.last_channel.value",
        "interval_days": "date_diff('microsecond', o.first_at, o.last_at) / 86400000000.0::DOUBLE / nullif(o.n - 1, 0)",
        "orders_trend": "coalesce(o.slope, 0) / 35.0::DOUBLE",
        "refunds": "coalesce(o.refunds, 0)",
        "amount_added": "coalesce(product_added.amount, 0)::DOUBLE",
        "amount_viewed_90d": "product_viewed.amount::DOUBLE / nullif(product_viewed.amounts, 0)",
        "favorite_category": "favorite_category.value",
        "logins": "coalesce(few.logins, 0)",
        "saves": "coalesce(few.saves, 0)",
        "tickets": "coalesce(few.tickets, 0)",
        "coupons_365d": "coalesce(few.coupons_365, 0)",
        "sent_90d": "coalesce(sent.n90, 0)",
    }
    for days in WINDOWS:
        made[f"orders_{days}d"] = f"coalesce(o.n{days}, 0)"
        made[f"revenue_{days}d"] = f"coalesce(o.r{days}, 0)::DOUBLE"
    for event in WINDOWED:
        for days in WINDOWS[1:]:
            made[f"{slug(event)}_{days}d"] = f"coalesce({slug(event)}.n{days}, 0)"
    for event in ("Product Viewed", "Page Viewed", "Message Opened"):
        made[f"{slug(event)}_recency"] = _days(f"{slug(event)}.last_at")
    made["logged_in_recency"] = _days("few.login_at")
    return made


HAND_LATER = {
    "average_order": "revenue / nullif(orders, 0)",
    "return_rate": "refunds::DOUBLE / nullif(orders + refunds, 0)",
    "discount_share": "discount / nullif(revenue + discount, 0)",
    "overdue": "recency_days / nullif(interval_days, 0)",
    "value_band": "CASE WHEN revenue >= 1000 THEN 'high' WHEN revenue > 0 THEN 'low' ELSE 'none' END",
}


def _hand_flags() -> dict[str, str]:  # noqa: C901 - a table of cases
    made: dict[str, str] = {}
    for days in WINDOWS:
        for least in (1, 2, 4):
            made[f"buyers_{days}_{least}"] = f"orders_{days}d >= {least}"
        made[f"lapsed_{days}"] = f"orders >= 1 AND orders_{days}d = 0"
        made[f"spenders_{days}"] = f"revenue_{days}d >= 300"
    for event in WINDOWED:
        for days in WINDOWS:
            made[f"{slug(event)}_{days}"] = f'coalesce("{slug(event)}.n{days}", 0) >= 2'
    for event, word in {
        "Logged In": "logins",
        "Ticket Opened": "tickets",
        "Coupon Redeemed": "coupons",
        "Product Saved": "saves",
    }.items():
        made[f"{slug(event)}_ever"] = f"coalesce({word if word != 'coupons' else 'coupons'}, 0) >= 1"
        made[f"{slug(event)}_never_60"] = f"coalesce({word}_60, 0) = 0"
    for city in CITIES:
        made[f"city_{city.lower()}"] = f"coalesce(city = '{city}', false)"
        made[f"young_{city.lower()}"] = f"coalesce(city = '{city}' AND age BETWEEN 18 AND 34, false)"
        made[f"vip_{city.lower()}"] = f"coalesce(monetary_tile = 5 AND city = '{city}', false)"
    made["vip"] = "monetary_tile = 5"
    made["fading"] = "coalesce(monetary_tile = 5 AND recency_days > 120, false)"
    made["no_age"] = "age IS NULL"
    made["web_fans"] = "coalesce(favorite_channel = 'web', false)"
    made["bargain"] = "coalesce(discount_share > 0.03, false) OR coalesce(coupons_180, 0) >= 1"
    made["returners"] = "coalesce(return_rate > 0.2, false)"
    made["high_value"] = "value_band = 'high'"
    for category in range(6):
        made[f"added_c{category}_180"] = f"coalesce(c{category}, 0) >= 1"
    for amount in (100, 250, 400, 600, 800):
        made[f"added_over_{amount}"] = f"coalesce(over{amount}, 0) >= 1"
    for low in range(0, 100, 20):
        made[f"revenue_from_{low * 10}"] = f"revenue BETWEEN {low * 10} AND {low * 10 + 200}"
    for days in (7, 14, 60, 120):
        made[f"seen_{days}"] = f"coalesce(page_viewed_recency <= {days}, false)"
    for least in (1, 3, 5, 10):
        made[f"engaged_{least}"] = f"message_opened_180d >= {least} AND message_clicked_180d <> 0"
    for share in range(1, 6):
        made[f"score_{share}"] = f"coalesce(monetary_tile = {share} AND recency_tile >= 3, false)"
    return made


def by_hand(engine: Engine, refresh_id: int) -> None:
    """What a careful person writes once for exactly these definitions, in one transaction."""
    passes = {
        "o": _orders_pass(),
        "favorite_store": _favorite("store", "orders WHERE status = 'completed'"),
        "favorite_channel": _favorite("channel", "orders WHERE status = 'completed'"),
        "favorite_category": _favorite(
            "category",
            "(SELECT profile_id, occurred_at, properties.category::VARCHAR AS category FROM events WHERE name = 'Product Added') WHERE true",
        ),
        **_event_passes(),
    }
    traits_sql = ", ".join(f"{sql} AS {name}" for name, sql in _hand_traits().items())
    further = [
        "age",
        "city",
        "few.coupons",
        "few.coupons_180",
        *(f"few.{w}_60" for w in ("logins", "saves", "tickets", "coupons")),
    ]
    further += [f"product_added.c{c}" for c in range(6)] + [f"product_added.over{a}" for a in (100, 250, 400, 600, 800)]
    further += [f'{slug(e)}.n{d} AS "{slug(e)}.n{d}"' for e in WINDOWED for d in WINDOWS]
    later = ", ".join(f"{sql} AS {name}" for name, sql in HAND_LATER.items())
    joins = " ".join(f"LEFT JOIN ({sql}) AS {name} ON {name}.profile_id = p.profile_id" for name, sql in passes.items())
    flags = _hand_flags()
    names = [trait.name for trait in traits()]
    with engine.transaction():
        engine.execute(
            f"CREATE TEMP TABLE hand AS SELECT p.profile_id, {traits_sql}, {', '.join(further)} FROM profiles AS p {joins}"
        )
        tile = "1 + floor((rank() OVER (ORDER BY {order}) - 1) * 5 / count(*) OVER ()::DOUBLE)::BIGINT"
        engine.execute(
            "CREATE TEMP TABLE hand_tiles AS SELECT a.profile_id, monetary_tile, recency_tile FROM "
            f"(SELECT profile_id, {tile.format(order='revenue')} AS monetary_tile FROM hand) AS a LEFT JOIN "
            f"(SELECT profile_id, {tile.format(order='recency_days DESC')} AS recency_tile FROM hand WHERE recency_days IS NOT NULL) AS b "
            "ON a.profile_id = b.profile_id"
        )
        full = f"(SELECT h.*, {later}, t.monetary_tile, t.recency_tile FROM hand AS h JOIN hand_tiles AS t ON t.profile_id = h.profile_id)"
        engine.execute(f"CREATE OR REPLACE TABLE hand_traits AS SELECT profile_id, {', '.join(names)} FROM {full}")
        made = ", ".join(f"{sql} AS {name}" for name, sql in flags.items())
        engine.execute(f"CREATE OR REPLACE TABLE hand_next AS SELECT profile_id, {made} FROM {full}")
        _log_by_hand(engine, list(flags), refresh_id)
        engine.execute("DROP TABLE IF EXISTS hand_flags")
        engine.execute("ALTER TABLE hand_next RENAME TO hand_flags")
        engine.execute("DROP TABLE hand")
        engine.execute("DROP TABLE hand_tiles")


def _log_by_hand(engine: Engine, flags: list[str], refresh_id: int) -> None:
    engine.execute(
        "CREATE TABLE IF NOT EXISTS hand_changes (segment VARCHAR, profile_id BIGINT, change VARCHAR, as_of TIMESTAMP, refresh_id BIGINT, reason VARCHAR)"
    )
    engine.execute(
        "CREATE TABLE IF NOT EXISTS hand_history (segment VARCHAR, as_of TIMESTAMP, size BIGINT, base BIGINT, refresh_id BIGINT)"
    )
    has_former = "hand_flags" in engine.tables()
    olds = ", ".join(f"o.{name} AS o_{name}" if has_former else f"false AS o_{name}" for name in flags)
    join = (
        f"JOIN hand_flags AS o ON o.profile_id = n.profile_id WHERE {' OR '.join(f'n.{f} <> o.{f}' for f in flags)}"
        if has_former
        else ""
    )
    engine.execute(f"CREATE TEMP TABLE hand_changed AS SELECT n.*, {olds} FROM hand_next AS n {join}")
    parts = " UNION ALL ".join(
        f"SELECT '{name}', profile_id, CASE WHEN {name} THEN 'entered' ELSE 'left' END, {AT}, {refresh_id}, 'rule' FROM hand_changed WHERE {name} <> o_{name}"
        for name in flags
    )
    engine.execute(f"INSERT INTO hand_changes {parts}")
    engine.execute("DROP TABLE hand_changed")
    sums = ", ".join(f"count_if({name})" for name in flags)
    row = list(engine.query(f"SELECT {sums}, count(*) FROM hand_next").to_pylist()[0].values())
    values = ", ".join(
        f"('{name}', {AT}, {size}, {row[-1]}, {refresh_id})" for name, size in zip(flags, row, strict=False)
    )
    engine.execute(f"INSERT INTO hand_history VALUES {values}")


def check_equal(engine: Engine) -> None:
    """Every trait (numbers to 1e-9 relative) and every membership of everybody must agree."""
    for ours, hand in (("traits_computed", "hand_traits"), ("membership_flags", "hand_flags")):
        kinds = engine.columns(hand)
        differing = ", ".join(
            f'count(*) FILTER (WHERE a."{name}" IS DISTINCT FROM b."{name}"'
            + (
                f' AND NOT coalesce(abs(a."{name}" - b."{name}") <= 1e-9 * greatest(1, abs(a."{name}")), false))'
                if kind in {"DOUBLE", "BIGINT", "HUGEINT"}
                else ")"
            )
            + f' AS "{name}"'
            for name, kind in kinds.items()
        )
        found = engine.query(
            f"SELECT {differing}, count(*) AS rows FROM {ours} AS a FULL JOIN {hand} AS b ON a.profile_id = b.profile_id"
        ).to_pylist()[0]
        rows = found.pop("rows")
        wrong = {name: count for name, count in found.items() if count}
        if wrong or set(engine.columns(ours)) != set(kinds):
            raise SystemExit(f"{ours} differs from {hand}: {wrong}")
        print(f"  {ours}: {len(kinds) - 1} columns of {rows:,} profiles equal")
