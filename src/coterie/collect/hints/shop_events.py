"""What the events of shops are called here, whatever a client calls them."""

from __future__ import annotations

import re
from functools import lru_cache

PAGE, SCREEN, JOINED, ALIASED = "Page Viewed", "Screen Viewed", "Group Joined", "Identity Aliased"
"""What calls other than ``track`` are called among the events."""

ORDERED = frozenset({"order completed", "completed order", "order placed", "placed order"})
"""Events that are an order."""

TAKEN_BACK = frozenset({"order refunded", "refunded order", "order cancelled", "order canceled", "cancelled order"})
"""Events that take an order back, or a part of it."""

UNSUBSCRIBED = frozenset({"unsubscribed", "email unsubscribed", "email marked as spam"})
"""Events by which somebody says no to e-mail."""

_NAMES = (
    "Products Searched", "Product List Viewed", "Product List Filtered", "Promotion Viewed", "Promotion Clicked",
    "Product Clicked", "Product Viewed", "Product Added", "Product Removed", "Cart Viewed", "Checkout Started",
    "Checkout Step Viewed", "Checkout Step Completed", "Payment Info Entered", "Order Updated", "Coupon Entered",
    "Coupon Applied", "Coupon Denied", "Coupon Removed", "Product Added to Wishlist", "Product Removed from Wishlist",
    "Wishlist Product Added to Cart", "Product Shared", "Cart Shared", "Product Reviewed",
)  # fmt: skip
_LEGACY = {
    "viewed product": "Product Viewed",
    "clicked product": "Product Clicked",
    "added product": "Product Added",
    "removed product": "Product Removed",
    "viewed product category": "Product List Viewed",
    "viewed product list": "Product List Viewed",
    "searched products": "Products Searched",
    "viewed cart": "Cart Viewed",
    "started checkout": "Checkout Started",
    "viewed checkout step": "Checkout Step Viewed",
    "completed checkout step": "Checkout Step Completed",
    "add to cart": "Product Added",
    "remove from cart": "Product Removed",
    "begin checkout": "Checkout Started",
}
_SPELT = {name.lower(): name for name in _NAMES} | _LEGACY


@lru_cache(maxsize=10_000)
def plain_name(name: str) -> str:
    """An event's name without case and signs.

    >>> plain_name("order_completed"), plain_name("OrderCompleted"), plain_name(" Order  Completed ")
    ('order completed', 'order completed', 'order completed')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", apart).lower().split())


def usual_name(name: str) -> str:
    """The name of an event of shops as Segment's specification has it; any other as it is.

    >>> usual_name("viewed_product"), usual_name("ProductAdded"), usual_name("Invoice sent")
    ('Product Viewed', 'Product Added', 'Invoice sent')
    """
    return _SPELT.get(plain_name(name), name)
