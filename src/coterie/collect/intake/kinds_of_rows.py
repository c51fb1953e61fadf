"""How rows made of messages are mapped: as a file of the same facts would be, with columns of the fields' own names."""

from __future__ import annotations

from collections.abc import Sequence

from coterie.domain.loading import FileFormat, MappedField, Mapping

WHO = ("customer_id", "email", "phone", "device_id", "web_push")
"""The identifiers that a message may carry: userId, e-mail, phone, anonymousId and the subscription of a browser."""

FIELDS: dict[str, tuple[str, ...]] = {
    "events": ("event_id", *WHO, "name", "occurred_at", "channel"),
    "orders": (
        "order_id", *WHO, "occurred_at", "revenue", "discount", "quantity", "currency", "channel", "store", "status",
    ),
    "order_lines": (
        "order_id", "line_number", "product_id", *WHO, "occurred_at", "unit_price", "quantity", "discount", "currency",
        "channel", "store",
    ),
    "returns": ("order_id", *WHO, "occurred_at", "revenue", "quantity", "currency"),
    "products": ("product_id", "name", "category", "brand", "price"),
    "customers": (
        *WHO, "name", "first_name", "last_name", "gender", "birth_date", "age", "address", "city", "region", "postcode",
        "country", "language", "account_id", "joined_at", "updated_at",
    ),
    "accounts": ("account_id", "updated_at"),
    "consents": (*WHO, "channel", "purpose", "granted", "occurred_at", "proof"),
}  # fmt: skip
"""Kind → the fields that its rows fill, in the order in which kinds are written."""

PACKED = ("properties", "context")
"""Columns of events that hold JSON."""


_ALWAYS = {"customers": (WHO[0],), "events": ("event_id", WHO[0], "name", "occurred_at")}
"""Kind → the fields that are mapped even where no row has them; of other kinds all are but the identifiers after the first."""

_INSTANTS = ("occurred_at", "updated_at", "joined_at")
"""Fields whose stamps are UTC where they name no zone, as clients of Segment have it."""


def mapping_of(source: str, kind: str, filled: Sequence[str], extras: Sequence[str] = ()) -> Mapping:
    """The mapping of rows of ``kind`` from ``source``, of which the columns ``filled`` hold anything.

    All fields are mapped always, since what amounts mean depends on which there are; of customers those that are
    filled, since each becomes a column of profiles, and of events, and identifiers of all, since each costs statements.
    """
    always = _ALWAYS.get(kind) or [name for name in FIELDS[kind] if name not in WHO[1:]]
    fields = [name for name in FIELDS[kind] if name in filled or name in always]
    return Mapping(
        source=source if kind == "events" else f"{source}-{kind.replace('_', '-')}",
        kind=kind,
        format=FileFormat(container="jsonl"),
        fields={name: MappedField(columns=(name,), timezone="UTC" if name in _INSTANTS else None) for name in fields},
        extras={name: name for name in extras},
        packed=PACKED if kind == "events" else (),
    )
