"""Messages become rows of the kinds that files have, so that both mean the same by the same statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

import msgspec

from coterie.collect.hints import shop_events
from coterie.collect.intake.kinds_of_rows import FIELDS, WHO
from coterie.collect.intake.messages import Message, Received, Text, text_of
from coterie.collect.intake.traits import account_of, customer_of
from coterie.collect.tracking import IDENTIFIED

Row = dict[str, object]
Json = Mapping[str, object]

_NEXT = timedelta(microseconds=1)
_PLACES = {"browser": "web", "web": "web", "mobile": "app"}
"""The channel of a client → that of what it tells of."""


@dataclass
class Rows:
    """Rows by kind, each with the ``line`` of its message; ``primary`` is the kind that a message stands or falls with."""

    by_kind: dict[str, list[tuple[int, Row]]] = field(default_factory=lambda: {kind: [] for kind in FIELDS})
    primary: dict[int, str] = field(default_factory=dict)
    kept: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    """Line → properties and context of messages that are no row of ``events``."""

    def add(self, kind: str, line: int, row: Row, *, is_primary: bool = False) -> None:
        """Take up a row of ``kind``."""
        self.by_kind[kind].append((line, row))
        if is_primary:
            self.primary[line] = kind


def rows_of(messages: Iterable[Received]) -> Rows:
    """The rows of messages that can be read, of one source."""
    rows = Rows()
    for received in messages:
        message, line = received.message, received.line
        who = whom_of(message)
        if message.type == "identify":
            _add_identified(rows, received, who)
        elif message.type == "track" and message.event is not None:
            called = shop_events.plain_name(message.event)
            if called in shop_events.ORDERED:
                _add_order(rows, received, who)
            elif called in shop_events.TAKEN_BACK:
                _add_return(rows, received, who)
            else:
                _add_event(rows, received, who, shop_events.usual_name(message.event), _text(message.properties))
                if called in shop_events.UNSUBSCRIBED:
                    no = {**who, "channel": "email", "granted": "denied", "proof": f"event {message.event}"}
                    rows.add("consents", line, {**no, "occurred_at": received.occurred_at})
        else:
            _add_event(rows, received, who, *_of_call(message))
            if message.type == "group" and (number := text_of(message.group_id)) is not None:
                rows.add("customers", line, {**who, "account_id": number, "updated_at": received.occurred_at})
                _add_account(rows, received, number, account_of(object_in(message.traits)))
    _keep_newest(rows)
    _put_in_order(rows)
    return rows


def _of_call(message: Message) -> tuple[str | None, str | None]:
    """Name and properties of what is no track call."""
    if message.type in ("page", "screen"):
        told = {name: value for name in ("name", "category") if (value := getattr(message, name)) is not None}
        return shop_events.PAGE if message.type == "page" else shop_events.SCREEN, _with(message.properties, told)
    if message.type == "group":
        return shop_events.JOINED, _with(message.traits, {"group_id": text_of(message.group_id)})
    if message.type == "alias":
        return shop_events.ALIASED, _with(
            message.properties, {"previous_id": text_of(message.previous_id), "user_id": text_of(message.user_id)}
        )
    return None, _text(message.properties)


def planned(message: Message) -> tuple[str | None, str | None]:
    """What a tracking plan calls a message, and the JSON of its properties; no name where nothing can be said of it."""
    if message.type == "identify":
        return IDENTIFIED, _text(message.traits)
    if message.type == "track":
        return message.event and shop_events.usual_name(message.event), _text(message.properties)
    return _of_call(message)


def whom_of(message: Message) -> Row:
    """Who a message names: by its ids, and by e-mail, phone and subscription where it tells them of the person."""
    found: Row = {"customer_id": text_of(message.user_id), "device_id": text_of(message.anonymous_id)}
    if message.type == "alias" and found["device_id"] is None:
        found["device_id"] = text_of(message.previous_id)
    traits = _traits(message)
    for name in ("email", "phone", "web_push"):
        if traits.get(name) is not None:
            found[name] = text_of(cast("Text", traits[name]))
    return found


def _traits(message: Message) -> dict[str, object]:
    """What is told of the person: in an identify call itself, or beside any call in its context, as RudderStack has it."""
    found = object_in(message.traits) if message.type == "identify" else {}
    if b'"traits"' in bytes(message.context):
        inside = object_in(message.context).get("traits")
        found = {**(inside if isinstance(inside, dict) else {}), **found}
    return found


def _add_event(rows: Rows, received: Received, who: Row, name: str | None, properties: str | None) -> None:
    message = received.message
    row: Row = {
        **who,
        "event_id": received.message_id,
        "name": name,
        "occurred_at": received.occurred_at,
        "channel": _PLACES.get(message.channel or ""),
        "properties": properties,
        "context": _text(message.context),
    }
    rows.add("events", received.line, row, is_primary=True)


def _add_identified(rows: Rows, received: Received, who: Row) -> None:
    from coterie.collect.intake.permissions import (
        permissions_told,
    )  # the words of files, which a server that starts does without

    traits = _traits(received.message)
    row = {**customer_of(traits), **who, "updated_at": received.occurred_at}
    company = traits.get("company")
    if isinstance(company, dict) and company.get("id") is not None:
        row["account_id"] = number = cell(company["id"])
        _add_account(rows, received, number, account_of(company, beside=("id",)))
    rows.add("customers", received.line, row, is_primary=True)
    for told in permissions_told(traits, has_email="email" in who, has_phone="phone" in who):
        rows.add("consents", received.line, {**who, **told, "occurred_at": received.occurred_at})
    rows.kept[received.line] = (_text(received.message.traits), _text(received.message.context))


def _add_account(rows: Rows, received: Received, number: str | None, told: Row) -> None:
    rows.add("accounts", received.line, {**told, "account_id": number, "updated_at": received.occurred_at})


def _add_order(rows: Rows, received: Received, who: Row) -> None:
    told = object_in(received.message.properties)
    line, channel = received.line, told.get("channel") or _PLACES.get(received.message.channel or "")
    shared: Row = {
        **who,
        "order_id": told.get("order_id") or told.get("orderId"),
        "occurred_at": received.occurred_at,
        "currency": told.get("currency"),
        "channel": channel,
        "store": told.get("store") or told.get("affiliation"),
    }
    amount = _amount(told)
    products = [each for each in _list(told.get("products")) if isinstance(each, dict)]
    is_whole = amount is not None or not products
    if is_whole:
        further = {name: told.get(name) for name in ("discount", "quantity", "status")}
        rows.add("orders", line, {**shared, "revenue": amount, **further}, is_primary=True)
    for place, product in enumerate(products, 1):
        row = {
            **shared,
            "line_number": place,
            "product_id": _product_id(product),
            "unit_price": product.get("price"),
            "quantity": product.get("quantity", 1),
            "discount": product.get("discount"),
        }
        rows.add("order_lines", line, row, is_primary=not is_whole)
        _add_product(rows, line, product)
    rows.kept[line] = (_text(received.message.properties), _text(received.message.context))


def _add_return(rows: Rows, received: Received, who: Row) -> None:
    told = object_in(received.message.properties)
    row: Row = {
        **who,
        "order_id": told.get("order_id") or told.get("orderId"),
        "occurred_at": received.occurred_at,
        "revenue": _amount(told),
        "quantity": told.get("quantity"),
        "currency": told.get("currency"),
    }
    rows.add("returns", received.line, row, is_primary=True)
    rows.kept[received.line] = (_text(received.message.properties), _text(received.message.context))


def _add_product(rows: Rows, line: int, product: Json) -> None:
    number = _product_id(product)
    row = {name: product.get(name) for name in ("name", "category", "brand", "price")}
    if number is not None and any(row[name] is not None for name in ("name", "category", "brand")):
        rows.add("products", line, {"product_id": number, **row})


def _product_id(product: Json) -> object:
    return product.get("product_id") or product.get("productId") or product.get("sku") or product.get("id")


def _amount(told: Json) -> object:
    """What an order was worth net of discounts: without shipping and taxes where the sender tells that, else in all."""
    return next((told[name] for name in ("revenue", "total", "value") if told.get(name) is not None), None)


def _keep_newest(rows: Rows) -> None:
    """Of orders and products that are told again, leave the last: a file of such rows would count as one of lines."""
    for kind, key in (("orders", "order_id"), ("products", "product_id")):
        found = rows.by_kind[kind]
        newest = {str(row[key]): place for place, (_, row) in enumerate(found) if row[key] is not None}
        rows.by_kind[kind] = [
            each for place, each in enumerate(found) if each[1][key] is None or newest[str(each[1][key])] == place
        ]


def _put_in_order(rows: Rows) -> None:
    """Let records of one instant follow each other by a microsecond, as they were told: a later one hides no trait of an earlier."""
    newest: dict[tuple[object, ...], datetime] = {}
    for kind, who in (("customers", WHO), ("accounts", ("account_id",))):
        for _, row in rows.by_kind[kind]:
            at = row["updated_at"]
            if isinstance(at, datetime):
                key = (kind, *(row.get(name) for name in who), at)
                row["updated_at"] = newest[key] = newest.get(key, at - _NEXT) + _NEXT


def object_in(raw: msgspec.Raw) -> dict[str, object]:
    """The JSON object in ``raw``; empty where there is none."""
    found = msgspec.json.decode(raw) if len(raw) else None
    return found if isinstance(found, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(raw: msgspec.Raw) -> str | None:
    return bytes(raw).decode() if len(raw) and bytes(raw) != b"null" else None


def _with(raw: msgspec.Raw, told: Json) -> str | None:
    if not told:
        return _text(raw)
    return msgspec.json.encode({**object_in(raw), **told}).decode()


def cell(value: object) -> str | None:
    """A value as the text that a file would have.

    >>> cell(12.5), cell(3.0), cell(True), cell({"a": 1}), cell(datetime(2026, 1, 2))
    ('12.5', '3.0', 'true', '{"a":1}', '2026-01-02 00:00:00')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value) if isinstance(value, int | float) else msgspec.json.encode(value).decode()
