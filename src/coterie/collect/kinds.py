"""The kinds of facts a file may hold, as data: fields, types, who is named, what makes a row itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal["text", "number", "money", "integer", "instant", "date", "boolean", "answer"]
"""``answer`` is what somebody said of a consent: granted, denied, or unconfirmed, from the words of ``consenting``."""
Person = Literal["required", "optional", "nobody"]

NAMESPACES = ("customer_id", "crm_id", "loyalty_card", "email", "phone", "device_id", "household_id")
"""Namespaces of identifiers; the first that a row carries is the identity of its fact."""

GROUPS = frozenset({"household_id"})
"""Namespaces that name several people: they identify a row only when nothing else does, and never link two rows."""


@dataclass(frozen=True)
class KindField:
    """One field of a kind. ``identifies`` is the namespace when its values name a person."""

    name: str
    type: FieldType = "text"
    required: bool = False
    identifies: str | None = None
    about: str = ""


@dataclass(frozen=True)
class Kind:
    """What rows of one kind are and where they go.

    ``key`` are the fields that make a row itself: a later row with the same key replaces
    it. Where a file has none of them, the row's whole content is its key, and how many
    times it occurs. ``one_of`` are sets of fields of which one set must be mapped whole.
    ``person`` says whether a row that names nobody is refused. ``event`` is the event's
    name for kinds that become events; ``event_if`` renames it where a field is mapped.
    Columns beyond the fields become further columns of ``table``, or properties of the event.
    """

    name: str
    table: str
    fields: tuple[KindField, ...]
    key: tuple[str, ...] = ()
    person: Person = "nobody"
    event: str | None = None
    event_if: dict[str, str] = field(default_factory=dict)
    one_of: tuple[tuple[str, ...], ...] = ()
    about: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the fields without which a mapping of this kind is not whole."""
        return tuple(each.name for each in self.fields if each.required)

    @property
    def identities(self) -> tuple[str, ...]:
        """Names of the fields that name a person, the first available being the identity."""
        return tuple(each.name for each in self.fields if each.identifies)

    def is_unnumbered(self, mapped: Collection[str]) -> bool:
        """Whether nothing mapped tells one order of lines from another: neither its number nor its buyer."""
        return self.name == "order_lines" and not {"order_id", *self.identities} & set(mapped)

    def field(self, name: str) -> KindField | None:
        """The field of that name, or None."""
        return next((each for each in self.fields if each.name == name), None)


_WHO = tuple(KindField(name, identifies=name, about="names the person") for name in NAMESPACES)


def _text(*names: str) -> tuple[KindField, ...]:
    return tuple(KindField(name) for name in names)


def _when(*, required: bool = True, about: str = "") -> KindField:
    return KindField("occurred_at", "instant", required=required, about=about)


_ORDER_MONEY = (
    KindField("revenue", "money", about="net of discounts; negative for a return or cancellation"),
    KindField("discount", "money", about="what the price was lowered by"),
    KindField("quantity", "number"),
    KindField("refunded", "money", about="what was paid back of it; taken off its revenue"),
)
_ORDER_PLACE = (
    *_text("currency", "channel", "store"),
    KindField("status", about="completed, cancelled, returned or unpaid; other words are read by their meaning"),
    KindField(
        "cancelled_at", "instant", about="when it was cancelled; where filled it does not stand, whatever its status"
    ),
    KindField("is_test", about="whether it is a test or a draft: such an order was never paid"),
)
_EVENT_FIRST = (KindField("event_id", about="the sender's own number of the event"),)
_EVENT_NAME = KindField("name", about="overrides the event's usual name")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "customers",
            "customer_records",
            (
                *_WHO,
                *_text("name", "first_name", "last_name", "gender"),
                KindField("birth_date", "date"),
                KindField("age", "number"),
                *_text("address", "city", "region", "postcode", "country", "language"),
                KindField("joined_at", "instant", about="when the person first became a customer"),
                KindField("updated_at", "instant", about="when the record was last true"),
            ),
            key=(),
            person="required",
            about="one row a person of one source, with what is known about them",
        ),
        Kind(
            "orders",
            "orders",
            (KindField("order_id"), *_WHO, _when(about="when the order was placed"), *_ORDER_MONEY, *_ORDER_PLACE),
            key=("order_id",),
            person="optional",
            one_of=(("revenue",),),
            about="one row an order",
        ),
        Kind(
            "order_lines",
            "order_lines",
            (
                KindField("order_id", about="without one, what a person bought on a day is one order"),
                KindField("line_number", "integer"),
                KindField("product_id"),
                *_WHO,
                _when(about="when the order was placed"),
                KindField("unit_price", "money"),
                *_ORDER_MONEY,
                *_ORDER_PLACE,
            ),
            key=("order_id", "line_number", "product_id"),
            person="optional",
            one_of=(("revenue",), ("quantity", "unit_price"), ("product_id",)),
            about="one row a product in an order; several rows share an order_id",
        ),
        Kind(
            "returns",
            "orders",
            (
                KindField("order_id", required=True, about="the order of which something is taken back"),
                *_WHO,
                _when(about="when it was taken back"),
                KindField("revenue", "money", required=True, about="the amount taken back, with either sign"),
                KindField("quantity", "number"),
                *_text("currency"),
            ),
            key=("order_id",),
            person="optional",
            about="one row a refund of an order that another file holds; who bought is known from there",
        ),
        Kind(
            "products",
            "products",
            (
                KindField("product_id", required=True),
                *_text("name", "category", "brand", "department"),
                KindField("price", "money"),
                KindField("cost", "money"),
            ),
            key=("product_id",),
            about="one row a product",
        ),
        Kind(
            "offers",
            "offers",
            (
                KindField("coupon", required=True, about="the coupon or offer"),
                KindField("product_id", about="a product it is good for"),
                *_text("campaign", "name"),
                KindField("value", "money"),
                KindField("starts_on", "date"),
                KindField("ends_on", "date"),
            ),
            key=("coupon", "product_id", "campaign"),
            about="one row a coupon or offer, or a product that one is good for",
        ),
        Kind(
            "events",
            "events",
            (*_EVENT_FIRST, KindField("name", required=True), *_WHO, _when(), KindField("channel")),
            key=("event_id",),
            person="optional",
            about="one row a named fact at an instant; further columns are its properties",
        ),
        Kind(
            "contacts",
            "events",
            (*_EVENT_FIRST, *_WHO, KindField("campaign", required=True), _when(), *_text("campaign_type", "channel")),
            key=("event_id",),
            person="required",
            event="Campaign Contacted",
            about="one row a person contacted by a campaign",
        ),
        Kind(
            "responses",
            "events",
            (*_EVENT_FIRST, _EVENT_NAME, *_WHO, _when(), *_text("campaign", "coupon", "channel")),
            key=("event_id",),
            person="required",
            event="Campaign Responded",
            event_if={"coupon": "Coupon Redeemed"},
            about="one row a response to a campaign or a coupon redeemed",
        ),
        Kind(
            "consents",
            "consents",
            (
                *_WHO,
                KindField("channel", required=True),
                KindField("purpose", about="marketing unless said otherwise"),
                KindField("granted", "answer", required=True, about="yes, no, or not confirmed yet, in any usual word"),
                _when(
                    required=False,
                    about="when the person said so; without it a no counts from its loading, and a yes is older than any other answer",
                ),
                KindField("proof", about="where and how it was said"),
            ),
            key=(),
            person="required",
            about="one row a permission given or withdrawn",
        ),
        Kind(
            "costs",
            "costs",
            (
                KindField("occurred_on", "date", required=True),
                *_text("channel", "campaign"),
                KindField("amount", "money", required=True),
                KindField("currency"),
                KindField("impressions", "integer"),
                KindField("clicks", "integer"),
            ),
            key=("occurred_on", "channel", "campaign"),
            about="one row what a channel or campaign cost on a day",
        ),
        Kind(
            "surveys",
            "events",
            (
                *_EVENT_FIRST,
                *_WHO,
                _when(),
                *_text("survey", "question", "answer"),
                KindField("score", "number"),
                KindField("channel"),
            ),
            key=("event_id",),
            person="required",
            event="Survey Answered",
            one_of=(("answer",), ("score",)),
            about="one row an answer to a question",
        ),
        Kind(
            "tickets",
            "events",
            (
                KindField("event_id", about="the ticket's number"),
                *_WHO,
                _when(about="when it was opened"),
                *_text("subject", "category", "priority", "status", "text", "channel"),
            ),
            key=("event_id",),
            person="required",
            event="Ticket Opened",
            about="one row a request for help",
        ),
    )
}
"""Every kind, by name."""
