"""A no that comes over HTTP is heard when it comes, whatever the clock of its sender says."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from coterie.protect import WorkspaceKey, address_key, permissions
from tests.collect.intake.conftest import NOW, Yard

KEY = WorkspaceKey(b"k" * 32)
HOUR = timedelta(hours=1)


def said(number: int, answer: bool, stamp: str | None) -> dict[str, object]:
    traits = {"email": "ann@example.com", "email_opt_in": answer}
    return {"type": "identify", "messageId": f"m{number}", "userId": "u1", "timestamp": stamp, "traits": traits}


def may_write(yard: Yard) -> bool:
    identities = [["email:ann@example.com", "customer_id:u1"]]
    people = pa.table({"address_key": [address_key(KEY, "email", "ann@example.com")], "identities": identities})
    with yard.ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose="marketing", channel="email", basis="opt_in", now=NOW + 9 * HOUR)
    return asked.to_pylist() == [None]


@pytest.mark.parametrize(
    "stamp", [None, "2026-11-29T08:00:00Z", "2019-01-01T00:00:00Z", "2026-11-29", "1970-01-01T00:00:00Z"]
)
def test_a_no_outlasts_the_yes_before_it_until_the_next(yard: Yard, stamp: str | None) -> None:
    yard.take(said(1, True, "2026-11-29T09:30:00Z"))
    assert may_write(yard)
    yard.take(said(2, False, stamp), at=NOW + HOUR)
    assert not may_write(yard)
    yard.take(said(3, True, None), at=NOW + 2 * HOUR)
    assert may_write(yard)


def test_a_history_that_comes_in_its_order_is_heard_by_its_dates(yard: Yard) -> None:
    yard.take(said(1, False, "2024-05-01T00:00:00Z"))
    yard.take(said(2, True, "2025-05-01T00:00:00Z"))
    assert may_write(yard)
