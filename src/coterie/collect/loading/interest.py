"""Products that cost less, or can be had again, become events of those who are interested in them.

A table of products holds what is true now. What changes as a file is loaded is therefore told at
that moment, in the same transaction: an event for each person who looked at the product, wished for it or put it
into a cart within ``SINCE``, and has not bought it since. Journeys begin with it as with any event.
"""

from __future__ import annotations

from datetime import timedelta

from coterie.collect.loading.way import LoadUnderWay
from coterie.collect.record import record_events
from coterie.domain.meanings import BACK_IN_STOCK, LINE, PRICE_DROPPED
from coterie.engines import Engine, identifier, literal
from coterie.engines.meanings import event_rows

SINCE = timedelta(days=180)
"""Who showed interest longer ago is not told; how long ago it was is a property of the event."""

INTEREST = {
    "Product Viewed": "viewed",
    "Product Clicked": "viewed",
    "Product Added to Wishlist": "wished",
    "Product Added": "carted",
}
"""Event with the property ``product_id`` → what it says of the person's interest."""

STOCK = (
    "stock",
    "in_stock",
    "stock_quantity",
    "inventory",
    "inventory_quantity",
    "available_quantity",
    "availability",
    "stock_status",
    "库存",
    "库存数量",
    "库存状态",
)
"""Columns of products that tell how many there are, or whether there are any; the first that there is."""


IN_STOCK = {
    True: ("in stock", "instock", "available", "yes", "y", "true", "limited availability", "lieferbar", "auf lager", "ja", "en stock", "disponible", "oui", "有货", "有库存", "是"),
    False: ("out of stock", "outofstock", "sold out", "unavailable", "not available", "discontinued", "backorder", "on backorder", "onbackorder", "preorder", "no", "n", "false",
        "ausverkauft", "nicht lieferbar", "nein", "agotado", "rupture de stock", "épuisé", "non", "无货", "缺货", "售罄", "否"),
}  # fmt: skip
"""What such a column says in words, as shops and product feeds have it, in small letters with blanks between."""


def see_products(loading: LoadUnderWay) -> None:
    """What products cost, and whether they could be had, before the file says otherwise."""
    if loading.kind.table == "products":
        loading.products = loading.engine.aside("products_before", _standing(loading.engine))


def tell_interested(loading: LoadUnderWay) -> None:
    """People interested in a product that costs less now, or can be had again, get an event."""
    if loading.products is None or not loading.written.updated:
        return
    engine, now = loading.engine, loading.terms.clock()
    asked = {"since": now - SINCE, "now": now, "batch": loading.stamp.batch_id, "as_of": now}
    found = engine.query(_interested(engine, loading.products), asked)
    if found.num_rows:
        record_events(engine, found, clock=loading.terms.clock)


def _standing(engine: Engine) -> str:
    """``product_id, price, stock`` of every product; ``stock`` is NULL where nothing tells it."""
    columns = {name.lower(): name for name in engine.columns("products")}
    told = next((columns[name] for name in STOCK if name in columns), None)
    stock = "NULL::DOUBLE" if told is None else _in_stock(identifier(told))
    return f"SELECT product_id, price::DOUBLE AS price, {stock} AS stock, name, category FROM products"


def _in_stock(column: str) -> str:
    """How many there are, as SQL; 1 and 0 for words that say whether there are any, NULL for others."""
    word = f"lower(trim(replace(replace({column}::VARCHAR, '_', ' '), '-', ' ')))"
    told = " ".join(
        f"WHEN {word} IN ({', '.join(map(literal, words))}) THEN {int(is_there)}"
        for is_there, words in IN_STOCK.items()
    )
    return f"coalesce(TRY_CAST({column} AS DOUBLE), CASE {told} END)"


def _interested(engine: Engine, before: str) -> str:
    kinds = " ".join(f"WHEN {literal(name)} THEN {literal(said)}" for name, said in INTEREST.items())
    names = ", ".join(map(literal, INTEREST))
    product = "TRY_CAST(VARIANT_EXTRACT(properties, 'product_id') AS VARCHAR)"
    return f"""WITH changed AS (
            SELECT n.product_id, n.name, n.category, n.price, b.price AS former_price, n.stock, what.event FROM ({_standing(engine)}) AS n
            JOIN {before} AS b USING (product_id)
            CROSS JOIN (VALUES ({literal(PRICE_DROPPED)}), ({literal(BACK_IN_STOCK)})) AS what(event)
            WHERE CASE what.event WHEN {literal(PRICE_DROPPED)} THEN n.price < b.price AND n.price > 0
                ELSE b.stock <= 0 AND n.stock > 0 END),
        shown AS (
            SELECT {product} AS product_id, coalesce(profile_id, identifier_id) AS person, profile_id, occurred_at, name
            FROM events WHERE name IN ({names}) AND occurred_at >= $since AND occurred_at < $now
                AND coalesce(profile_id, identifier_id) IS NOT NULL AND {product} IN (SELECT product_id FROM changed)),
        interested AS (
            SELECT product_id, person, max(profile_id) AS profile_id, max(occurred_at) AS interested_at,
                CASE arg_max(name, occurred_at) {kinds} END AS interest
            FROM shown GROUP BY product_id, person),
        bought AS (
            SELECT product_id, coalesce(profile_id, identifier_id) AS person, max(occurred_at) AS at FROM {event_rows(engine, LINE)} AS l
            WHERE product_id IN (SELECT product_id FROM changed) AND occurred_at >= $since GROUP BY ALL)
        SELECT concat_ws('-', CASE c.event WHEN {literal(PRICE_DROPPED)} THEN 'price' ELSE 'stock' END, $batch::VARCHAR, c.product_id, i.person::VARCHAR)
                AS event_id, c.event AS name, $now::TIMESTAMP AS occurred_at, i.profile_id, i.person AS identifier_id,
            json_merge_patch('{{}}', to_json(struct_pack(product_id := c.product_id, product := c.name, category := c.category, price := c.price,
                former_price := CASE WHEN c.event = {literal(PRICE_DROPPED)} THEN c.former_price END,
                drop := CASE WHEN c.event = {literal(PRICE_DROPPED)} THEN round(1 - c.price / c.former_price, 4) END,
                interest := i.interest, days := floor(date_diff('second', i.interested_at, $now::TIMESTAMP) / 86400))))::VARCHAR AS properties
        FROM changed AS c JOIN interested AS i USING (product_id)
        LEFT JOIN bought AS b ON b.product_id = c.product_id AND b.person = i.person
        WHERE b.at IS NULL OR b.at < i.interested_at ORDER BY 1"""
