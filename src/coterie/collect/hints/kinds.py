"""What makes a file of one kind rather than another, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signs:
    """Weights of the fields that speak for a kind, and the fields of others that speak against it.

    ``needs_one`` lists fields of which one must be there for the kind to be believed at all;
    each field of ``against`` that is found leaves ``against_keeps`` of the score.
    """

    weights: dict[str, float]
    needs_one: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    against_keeps: float = 0.55


SIGNS: dict[str, Signs] = {
    "order_lines": Signs(
        {
            "order_id": 3,
            "occurred_at": 2,
            "product_id": 2,
            "quantity": 1.5,
            "unit_price": 1,
            "revenue": 1,
            "line_number": 0.5,
        },
        needs_one=("product_id", "line_number", "unit_price", "quantity"),
        against=(),
    ),
    "orders": Signs({"order_id": 1.5, "occurred_at": 2, "revenue": 2.5, "status": 0.5, "discount": 0.3}),
    "returns": Signs({"order_id": 1.5, "occurred_at": 2, "revenue": 2.0}),
    "customers": Signs(
        {
            "name": 1,
            "first_name": 1,
            "last_name": 1,
            "gender": 1,
            "birth_date": 1,
            "age": 1,
            "city": 0.6,
            "region": 0.4,
            "country": 0.4,
            "postcode": 0.5,
            "address": 0.6,
            "joined_at": 1,
            "email": 1,
            "phone": 0.8,
            "customer_id": 1,
        },
        against=("order_id", "product_id", "campaign", "coupon", "granted", "priority", "score", "other_party"),
        against_keeps=0.35,
    ),
    "accounts": Signs(
        {"account_id": 2.5},
        against=("order_id", "product_id", "customer_id", "email", "campaign", "occurred_at", "person"),
    ),
    "products": Signs(
        {"product_id": 2.5, "name": 1, "category": 1, "brand": 0.8, "department": 0.8, "price": 0.8, "cost": 0.5},
        needs_one=("name", "category", "brand", "department", "price", "cost"),
        against=("order_id", "customer_id", "household_id", "occurred_at", "campaign"),
    ),
    "events": Signs({"name": 3, "occurred_at": 2, "event_id": 0.5}, against=("order_id",)),
    "contacts": Signs(
        {"campaign": 3, "occurred_at": 1.5, "campaign_type": 0.5}, against=("order_id", "coupon", "revenue")
    ),
    "responses": Signs(
        {"coupon": 3, "name": 1, "campaign": 1.5, "occurred_at": 1.5},
        needs_one=("coupon", "name"),
        against=("revenue",),
    ),
    "consents": Signs(
        {"granted": 3, "channel": 1, "occurred_at": 0.8, "proof": 0.5, "purpose": 0.5}, against=("order_id", "revenue")
    ),
    "costs": Signs(
        {"amount": 3, "occurred_on": 2, "impressions": 1, "clicks": 1, "campaign": 1, "channel": 1},
        needs_one=("channel", "campaign", "impressions", "clicks"),
        against=("order_id", "customer_id", "product_id", "email"),
    ),
    "surveys": Signs(
        {"answer": 2, "score": 2, "question": 1.5, "survey": 1, "occurred_at": 1}, against=("revenue", "order_date")
    ),
    "tickets": Signs(
        {"subject": 2, "priority": 1.5, "event_id": 1, "text": 0.5, "category": 0.5, "occurred_at": 1, "status": 0.3},
        needs_one=("subject", "priority", "event_id"),
        against=("revenue", "product_id", "campaign"),
    ),
}


PERSONAL = ("name", "first_name", "last_name", "gender", "birth_date", "age", "email", "phone")
"""Fields that only a person has; without any, a customer's number has to be called so."""

PERSONAL_WORDS = frozenset({"marital", "occupation", "income", "education", "birth", "婚姻", "职业", "学历", "收入"})
"""Words in the names of further columns that only a person's record has."""

OTHER_PARTIES = frozenset(
    {"supplier", "vendor", "seller", "employee", "emp", "staff", "driver", "agent", "sensor", "station", "machine", "patient", "student"}
)  # fmt: skip
"""Whose number says that the rows are of somebody or something else than customers."""


def signs_of(kind: str, required: tuple[str, ...]) -> Signs:
    """The signs of a kind; of one without signs of its own, the fields that it needs.

    >>> signs_of("visits", ("place",)).weights
    {'place': 1.0}
    """
    return SIGNS.get(kind) or Signs(dict.fromkeys(required, 1.0))


_WORDS = {
    "Product Viewed": "view, views, viewed, product view, product viewed, view item, view product, viewcontent, view content, pv, detail, product detail, "
    "item view, productview, 浏览, 点击, 查看, 浏览商品, 商品浏览",
    "Product Added": "cart, add to cart, addtocart, added to cart, cart add, add cart, product added, basket, add to basket, addtobasket, 加购, 加入购物车, 加购物车, 购物车",
    "Product Removed": "remove from cart, removefromcart, removed from cart, cart remove, remove cart, product removed, remove from basket, 移出购物车, 删除购物车",
    "Product Added to Wishlist": "wishlist, wish, add to wishlist, addtowishlist, fav, favorite, favourite, 收藏, 加入收藏, 收藏商品",
    "Checkout Started": "checkout, begin checkout, begincheckout, checkout started, initiate checkout, initiatecheckout, start checkout, 结算, 去结算",
    "Products Searched": "search, searched, products searched, product search, 搜索",
}

EVENT_NAMES: dict[str, str] = {word.strip(): name for name, words in _WORDS.items() for word in words.split(",")}
"""Word of a log, lower case and parted by blanks → name of the event."""


_DEEDS = {
    "Visited": "visit, visits, visited, attendance, attendances, attended, entry, entries, footfall, besuch, besuche, visite, visites, visita, visitas, 到店, 来店, 访问",
    "Checked In": "check in, check ins, checkin, checkins, checked in, check in log, 签到, 打卡, 核销",
    "Logged In": "login, logins, logged in, sign in, sign ins, anmeldungen am system, connexions, 登录, 登入",
    "Scanned": "scan, scans, scanned, badge, badges, 扫码",
    "Class Attended": "class, classes, lesson, lessons, course, courses, 上课, 课程",
    "Booked": "booking, bookings, booked, reservation, reservations, appointment, appointments, termin, termine, rendez vous, rdv, cita, citas, 预约, 预订",
    "Session Started": "session, sessions, ride, rides, trip, trips, 会话",
}

DEEDS: dict[str, str] = {word.strip(): name for name, words in _DEEDS.items() for word in words.split(",")}
"""Word in the name of a log, or of its only column of instants → name of the event that every row of it is."""
