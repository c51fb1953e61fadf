"""How people would say that a segment has much or little of a common trait.

A part is far from the *others'* mean, which says nothing absolute: "silent for longer" holds of it, "lost" may not.
"""

from __future__ import annotations

# Trait → very low, low, high, very high; English, and keys of the catalogue.
PHRASES: dict[str, tuple[str, str, str, str]] = {
    "recency_days": ("bought far more lately", "bought more lately", "silent for longer", "silent for far longer"),
    "orders": ("very few orders", "few orders", "many orders", "very many orders"),
    "revenue": ("very small spend", "small spend", "large spend", "very large spend"),
    "average_order_value": ("very small baskets", "small baskets", "large baskets", "very large baskets"),
    "discount_share": ("very few discounts", "few discounts", "many discounts", "very many discounts"),
    "categories_bought": ("very narrow range", "narrow range", "wide range", "very wide range"),
    "products_bought": ("very few products", "few products", "many products", "very many products"),
    "favorite_category_share": ("very mixed taste", "mixed taste", "narrower taste", "far narrower taste"),
    "tenure_days": ("far newer customers", "newer customers", "longer-standing", "far longer-standing"),
    "return_rate": ("very few returns", "few returns", "many returns", "very many returns"),
    "activity_recency_days": (
        "active far more lately",
        "active more lately",
        "silent for longer",
        "silent for far longer",
    ),
    "active_days": ("active on very few days", "active on few days", "active on many days", "active on very many days"),
    "activity_weekend_share": (
        "active far more on weekdays",
        "active more on weekdays",
        "active more on weekends",
        "active far more on weekends",
    ),
    "activity_irregularity": ("very regular", "regular", "irregular", "very irregular"),
    "orders_per_month": ("very slow pace", "slow pace", "fast pace", "very fast pace"),
    "weekend_share": ("far more on weekdays", "more on weekdays", "more on weekends", "far more on weekends"),
    "orders_trend": (
        "far weaker trend of orders",
        "weaker trend of orders",
        "stronger trend of orders",
        "far stronger trend of orders",
    ),
    "open_rate": (
        "opens far fewer messages",
        "opens fewer messages",
        "opens more messages",
        "opens far more messages",
    ),
    "view_recency_days": (
        "looked around far more lately",
        "looked around more lately",
        "not looking for longer",
        "not looking for far longer",
    ),
    "products_viewed": (
        "looks at very few products",
        "looks at few products",
        "looks at many products",
        "looks at very many products",
    ),
    "carts": ("hardly fills a cart", "seldom fills a cart", "often fills a cart", "very often fills a cart"),
    "carts_per_view": (
        "looks far longer before a cart",
        "looks longer before a cart",
        "quicker from look to cart",
        "far quicker from look to cart",
    ),
    "age": ("far younger", "younger", "older", "far older"),
}
