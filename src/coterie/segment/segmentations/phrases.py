"""How people would say that a segment has much or little of a common trait."""

from __future__ import annotations

# Trait → very low, low, high, very high; English, and keys of the catalogue.
PHRASES: dict[str, tuple[str, str, str, str]] = {
    "recency_days": ("bought just now", "bought lately", "silent for some time", "silent for long"),
    "orders": ("very few orders", "few orders", "many orders", "very many orders"),
    "revenue": ("very small spend", "small spend", "large spend", "very large spend"),
    "average_order_value": ("very small baskets", "small baskets", "large baskets", "very large baskets"),
    "discount_share": ("hardly any discounts", "few discounts", "many discounts", "mostly discounts"),
    "categories_bought": ("very narrow range", "narrow range", "wide range", "very wide range"),
    "products_bought": ("very few products", "few products", "many products", "very many products"),
    "favorite_category_share": ("very mixed taste", "mixed taste", "one favorite category", "one category above all"),
    "tenure_days": ("just arrived", "newer customers", "long-standing", "very long-standing"),
    "return_rate": ("hardly any returns", "few returns", "many returns", "very many returns"),
    "orders_per_month": ("very slow pace", "slow pace", "fast pace", "very fast pace"),
    "weekend_share": ("hardly ever on weekends", "more on weekdays", "more on weekends", "mostly on weekends"),
    "orders_trend": ("ordering far less", "ordering less", "ordering more", "ordering far more"),
    "open_rate": (
        "hardly opens messages",
        "seldom opens messages",
        "often opens messages",
        "opens nearly every message",
    ),
}
