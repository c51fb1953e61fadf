"""What may be sent to one person, by purpose, as a page about them tells it."""

from __future__ import annotations

import pytest

from coterie.decide import purposes_open
from tests.decide.conftest import KEY, NOW, Shop

BOTH = "SELECT unnest([4, 101])::BIGINT AS profile_id"


@pytest.mark.parametrize(
    ("purpose", "reasons"),
    [
        pytest.param("marketing", {4: None, 101: "no_consent"}, id="marketing-needs-a-yes"),
        pytest.param("newsletter", {4: "no_consent", 101: "no_consent"}, id="each-kind-its-own"),
        pytest.param("service", {4: None, 101: None}, id="a-service-is-owed-and-needs-none"),
    ],
)
def test_a_service_needs_no_yes_and_marketing_does(shop: Shop, purpose: str, reasons: dict[int, str | None]) -> None:
    shop.add_identifiers((101, "email", "p101@example.com"))
    with shop.ledger.reading() as t:
        found = purposes_open(shop.engine, t, KEY, BOTH, "email", purpose, now=NOW, country="")
    assert {row["profile_id"]: row["reason"] for row in found.to_pylist()} == reasons
