"""The traits of an identify call as the columns of a customer's record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from coterie.collect.intake.kinds_of_rows import FIELDS
from coterie.engines.warehouse import TABLES

_FIELDS = {
    "first name": "first_name",
    "last name": "last_name",
    "birthday": "birth_date",
    "birth date": "birth_date",
    "date of birth": "birth_date",
    "created at": "joined_at",
    "locale": "language",
}
_ADDRESS = {
    "street": "address",
    "city": "city",
    "state": "region",
    "region": "region",
    "postal code": "postcode",
    "postcode": "postcode",
    "zip": "postcode",
    "country": "country",
}
_OURS = frozenset(FIELDS["customers"])
_RESERVED = frozenset(TABLES["customer_records"]) | {"is_derived", "lines", "properties", "context", "received_at"}
_OF_AN_ACCOUNT = frozenset(TABLES["account_records"]) | _RESERVED
_MOST = 200
"""Further traits of one person or account; what comes beyond stays with the message only."""


def customer_of(traits: Mapping[str, object]) -> dict[str, object]:
    """Column → value: the fields of a customer, then further traits under names that columns can have.

    >>> customer_of({"firstName": "Ann", "address": {"postalCode": "1010"}, "Plan": "pro", "id": 7})
    {'first_name': 'Ann', 'postcode': '1010', 'plan': 'pro', 'id': 7}
    """
    found: dict[str, object] = {}
    for name, value in traits.items():
        if name == "address" and isinstance(value, dict):
            found |= {
                column: inner
                for part, inner in value.items()
                if (column := _ADDRESS.get(_words(part))) and not isinstance(inner, dict | list)
            }
            continue
        words = _words(name)
        column = _FIELDS.get(words) or re.sub(r"\W+", "_", words)
        if value is None or isinstance(value, dict | list) or not column or column in _RESERVED:
            continue
        if column in _OURS or len(found) < _MOST:
            found.setdefault(column, _instant(value) if column == "joined_at" else value)
    return found


def account_of(traits: Mapping[str, object], beside: Sequence[str] = ()) -> dict[str, object]:
    """Column → value of what is told of an account, but for the names ``beside``.

    >>> account_of({"id": 7, "name": "Acme", "employeeCount": 12, "address": {"city": "Graz"}}, ["id"])
    {'city': 'Graz', 'name': 'Acme', 'employee_count': 12}
    """
    told = {name: value for name, value in traits.items() if name not in beside}
    address = told.pop("address", None)
    flat = {**(address if isinstance(address, dict) else {"address": address}), **told}
    named = {re.sub(r"\W+", "_", _words(name)): value for name, value in flat.items()}
    kept = [
        (column, value)
        for column, value in named.items()
        if column and column not in _OF_AN_ACCOUNT and value is not None and not isinstance(value, dict | list)
    ]
    return dict(kept[:_MOST])


def _instant(value: object) -> object:
    """Seconds or milliseconds since 1970 as an instant; what is neither stays."""
    if not isinstance(value, int | float):
        return value
    seconds = value / 1000 if abs(value) > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) if abs(seconds) > 1e8 else value
    except (OverflowError, OSError, ValueError):
        return value


def _words(name: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", apart).lower().split())[:60]
