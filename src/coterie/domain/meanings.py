"""What the rows of typed tables mean as events: which are an order that stands, a return, a line. The only place that says so."""

from __future__ import annotations

from dataclasses import dataclass

ORDER, PLACED, REFUND, UNPAID, LINE = (
    "Order Completed",
    "Order Placed",
    "Order Refunded",
    "Order Not Paid",
    "Product Purchased",
)

STATUSES = ("completed", "cancelled", "returned", "unpaid", "unclear")
"""What became of an order or line as its row says it: the first stands, until later rows take it back."""


@dataclass(frozen=True)
class EventMeaning:
    """Events that are rows of a typed table: those for which ``condition`` (SQL over its columns) holds.

    ``is_settled`` says that later rows may take them back: they are read as they stood at an instant.
    """

    table: str
    condition: str
    is_settled: bool = False


MATTERS = "(profile_id IS NOT NULL OR revenue IS DISTINCT FROM 0 OR undone > 0)"
"""SQL for whether a receipt is one: what names nobody and moves no money is a note on stock, as tills write them."""

_STANDS = "status = 'completed'"
_SOLD = "status = 'completed' OR (status = 'returned' AND revenue >= 0)"
_NEVER_STOOD = "coalesce(status = 'cancelled' AND revenue >= 0, FALSE)"
"""SQL for an order that its own row calls cancelled: it was not sold, and nothing of it is a refund of what was."""

_VOID = "coalesce(revenue < 0 AND undone = 0, FALSE)"
"""SQL for a return that another row told before."""

EVENT_MEANINGS: dict[str, EventMeaning] = {
    ORDER: EventMeaning("orders", _STANDS, is_settled=True),
    PLACED: EventMeaning("orders", _SOLD),
    REFUND: EventMeaning(
        "orders", f"(undone > 0 OR (status IN ('cancelled', 'returned') AND NOT ({_VOID}))) AND {MATTERS}"
    ),
    UNPAID: EventMeaning("orders", "status = 'unpaid'"),
    LINE: EventMeaning("order_lines", _STANDS, is_settled=True),
}
"""Event → its rows. An order stands as of an instant when it was paid and not wholly taken back before it."""

GROSS = f"CASE WHEN {_SOLD} THEN revenue + coalesce(undone, 0) END"
"""SQL for what an order or line was worth before anything of it was taken back: what stands and what is undone together."""

REFUNDED = f"CASE WHEN NOT {_NEVER_STOOD} THEN undone END"
"""SQL for what was taken back of what was sold; gross revenue less this is what stands."""

COMPUTED = {"gross_revenue": GROSS, "refunded": REFUNDED}
"""Amounts of orders and lines that no column has: property → SQL."""

PRICE_DROPPED, BACK_IN_STOCK = "Price Dropped", "Back In Stock"
"""What happened to a product that somebody is interested in, as an event of theirs."""

PRODUCT_EVENTS = frozenset({PRICE_DROPPED, BACK_IN_STOCK})

ACTIVITY = "Activity"
"""Whatever people did of themselves, under one name: every named event that is no order and nothing that a campaign or a survey made."""

DONE = (
    "name IS NOT NULL AND name NOT LIKE 'Message %' AND name NOT LIKE 'Segment %' AND name NOT LIKE 'Order %' "
    "AND name NOT IN ('Campaign Contacted', 'Campaign Responded', 'Coupon Redeemed', 'Survey Answered', 'Ticket Opened', 'Unsubscribed', "
    "'Product Purchased', 'Task Assigned', 'Task Done', 'Trait Changed', 'List Joined', 'List Left', 'Enrolment Asked', 'Leaving Asked', 'Price Dropped', 'Back In Stock')"
)
"""SQL for the rows of ``events`` that are ``ACTIVITY``."""


def is_named(event: str, name: str) -> str:
    """SQL for the rows of ``events`` that are ``event``, given SQL for its name.

    >>> is_named("Checked In", "$event"), is_named(ACTIVITY, "$event") == DONE
    ('name = $event', True)
    """
    return DONE if event == ACTIVITY else f"name = {name}"
