"""How people would say that a segment has much or little of a common trait.

A part is far from the *others'* mean, which says nothing absolute: "silent for longer" holds of it, "lost" may not.
"""

from __future__ import annotations

# Trait → very low, low, high, very high; English, and keys of the catalogue.
PHRASES: dict[str, tuple[str, str, str, str]] = {
    "recency_days": ("bought most lately", "bought more lately", "silent for longer", "silent for longest"),
    "orders": ("very few orders", "few orders", "many orders", "very many orders"),
    "revenue": ("very small spend", "small spend", "large spend", "very large spend"),
    "average_order_value": ("very small baskets", "small baskets", "large baskets", "very large baskets"),
    "discount_share": ("very few discounts", "few discounts", "many discounts", "very many discounts"),
    "categories_bought": ("very narrow range", "narrow range", "wide range", "very wide range"),
    "products_bought": ("very few products", "few products", "many products", "very many products"),
    "favorite_category_share": ("very mixed taste", "mixed taste", "narrower taste", "narrowest taste"),
    "tenure_days": ("newest customers", "newer customers", "longer-standing", "longest-standing"),
    "return_rate": ("very few returns", "few returns", "many returns", "very many returns"),
    "orders_per_month": ("very slow pace", "slow pace", "fast pace", "very fast pace"),
    "weekend_share": ("far more on weekdays", "more on weekdays", "more on weekends", "far more on weekends"),
    "orders_trend": (
        "weakest trend of orders",
        "weaker trend of orders",
        "stronger trend of orders",
        "strongest trend of orders",
    ),
    "open_rate": (
        "opens far fewer messages",
        "opens fewer messages",
        "opens more messages",
        "opens far more messages",
    ),
    "age": ("youngest", "younger", "older", "oldest"),
}
