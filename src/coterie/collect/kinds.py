"""The kinds of facts a file may hold, as data: fields, types, who is named, what makes a row itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from coterie.identifiers import MATCHERS

FieldType = Literal["text", "number", "money", "integer", "instant", "date", "boolean", "answer"]
"""``answer`` is what somebody said of a consent: granted, denied, or unconfirmed, from the words of ``consenting``."""
Person = Literal["required", "optional", "nobody"]

OUTSIDE = tuple(MATCHERS.strangers)
"""Namespaces whose matchers installed packages bring: fields that name a person, in every kind that has such."""

NAMESPACES = (
    "customer_id",
    "crm_id",
    "loyalty_card",
    "email",
    "phone",
    "device_id",
    "web_push",
    *OUTSIDE,
    "household_id",
)
"""Namespaces of identifiers; the first that a row carries is the identity of its fact."""

GROUPS = frozenset({"household_id", *(name for name in OUTSIDE if MATCHERS[name].is_group)})
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
    def is_dated(self) -> bool:
        """Whether a row is one more record of something, which stands beside earlier ones: the newest of each column is true."""
        return self.field("updated_at") is not None

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


_ABOUT = {
    "name": "what it is called: of a person the whole name",
    "first_name": "given name",
    "last_name": "family name",
    "gender": "as the file says it, unless its words are mapped",
    "address": "street and number",
    "city": "as written; not corrected",
    "region": "state, province or county",
    "postcode": "text, so that leading zeros stay",
    "country": "name or code, as written",
    "language": "language to write to the person in, such as en or zh",
    "category": "what it is a kind of",
    "brand": "who makes it",
    "department": "where it stands in the shop",
    "campaign": "name of the campaign",
    "campaign_type": "kind of the campaign, in the sender's words",
    "channel": "name of a channel or one of its aliases",
    "coupon": "the coupon that was redeemed",
    "currency": "ISO 4217 code; the workspace's where there is none",
    "store": "name or number of the shop, as text",
    "survey": "name of the survey",
    "question": "the question, in words",
    "answer": "the answer, in words",
    "subject": "what it is about, in a line",
    "priority": "in the sender's words",
    "status": "in the sender's words",
    "text": "what the person wrote",
}
"""Field of text → what it holds, unless its kind says otherwise."""


def _text(*names: str) -> tuple[KindField, ...]:
    return tuple(KindField(name, about=_ABOUT[name]) for name in names)


def _when(*, required: bool = True, about: str = "when it happened") -> KindField:
    return KindField("occurred_at", "instant", required=required, about=about)


_ORDER_MONEY = (
    KindField("revenue", "money", about="net of discounts; negative for a return or cancellation"),
    KindField(
        "discount",
        "money",
        about="what the price was lowered by, with either sign; a revenue that is given is without it already",
    ),
    KindField("quantity", "number", about="pieces"),
    KindField("refunded", "money", about="what was paid back of it; taken off its revenue"),
)
_ORDER_PLACE = (
    *_text("currency", "channel", "store"),
    KindField("status", about="completed, cancelled, returned or unpaid; other words are read by their meaning"),
    KindField(
        "cancelled_at", "instant", about="when it was cancelled; where filled it does not stand, whatever its status"
    ),
    KindField(
        "refunded_at",
        "instant",
        about="when it was paid back; where filled, and no amount paid back is told, nothing of it is left",
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
                KindField("birth_date", "date", about="day of birth"),
                KindField("age", "number", about="years of age when the record was made; a birth date is better"),
                *_text("address", "city", "region", "postcode", "country", "language"),
                KindField("account_id", about="the company or other account that the person belongs to"),
                KindField("joined_at", "instant", about="when the person first became a customer"),
                KindField("updated_at", "instant", about="when the record was last true"),
            ),
            key=(),
            person="required",
            about="one row a person of one source, with what is known about them",
        ),
        Kind(
            "accounts",
            "account_records",
            (
                KindField("account_id", required=True, about="the account's number, as people's records have it"),
                KindField("updated_at", "instant", about="when the record was last true"),
            ),
            key=("account_id",),
            about="one row a company or other account, with what is known about it; further columns become traits of its people",
        ),
        Kind(
            "orders",
            "orders",
            (
                KindField("order_id", about="the order's own number"),
                *_WHO,
                _when(about="when the order was placed"),
                *_ORDER_MONEY,
                *_ORDER_PLACE,
            ),
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
                KindField("line_number", "integer", about="which line of the order it is"),
                KindField("product_id", about="the product's number"),
                *_WHO,
                _when(about="when the order was placed"),
                KindField(
                    "unit_price",
                    "money",
                    about="price of one piece; without a revenue, this times the quantity, less the discount",
                ),
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
                KindField("quantity", "number", about="pieces taken back"),
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
                KindField("product_id", required=True, about="the product's number, as order lines have it"),
                *_text("name", "category", "brand", "department"),
                KindField("price", "money", about="list price of one piece"),
                KindField("cost", "money", about="what one piece costs the business"),
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
                KindField("value", "money", about="what it is worth"),
                KindField("starts_on", "date", about="first day on which it is good"),
                KindField("ends_on", "date", about="last day on which it is good"),
            ),
            key=("coupon", "product_id", "campaign"),
            about="one row a coupon or offer, or a product that one is good for",
        ),
        Kind(
            "events",
            "events",
            (
                *_EVENT_FIRST,
                KindField("name", required=True, about="name of the event, by which rules ask for it"),
                *_WHO,
                _when(),
                *_text("channel"),
            ),
            key=("event_id",),
            person="optional",
            about="one row a named fact at an instant; further columns are its properties",
        ),
        Kind(
            "contacts",
            "events",
            (
                *_EVENT_FIRST,
                *_WHO,
                KindField("campaign", required=True, about=_ABOUT["campaign"]),
                _when(),
                *_text("campaign_type", "channel"),
            ),
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
                KindField("channel", required=True, about="the channel that the permission is for"),
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
                KindField("occurred_on", "date", required=True, about="the day on which it was spent"),
                *_text("channel", "campaign"),
                KindField("amount", "money", required=True, about="what was spent"),
                *_text("currency"),
                KindField("impressions", "integer", about="how often it was shown"),
                KindField("clicks", "integer", about="how often it was clicked"),
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
                KindField("score", "number", about="the answer as a number, such as 0 to 10"),
                *_text("channel"),
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
