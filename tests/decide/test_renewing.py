"""Whom queued messages speak to is asked of today's identifiers, and nothing that the launch knew is forgotten."""

from __future__ import annotations

import pytest

from coterie.decide import people_today
from coterie.domain import Origin
from tests.decide.conftest import campaign

OF_4 = {"email:p4@example.com", "customer_id:C4"}


@pytest.fixture
def renewed(shop):
    """Person, and identities beyond those of the launch, of the message to ``p4@example.com``; None where nothing changed."""

    def ask(statement: str, *more: tuple[int, str, str]):
        shop.launch(campaign(holdout=0))
        origin = Origin("campaign", "spring")
        with shop.ledger.reading() as t:
            rows = t.outbox.messages(origin).to_pylist()
        (number,) = [row["message_id"] for row in rows if row["address"] == "p4@example.com"]
        if statement:
            shop.engine.execute(statement)
        shop.add_identifiers(*more)
        found = people_today(shop.engine, shop.ledger, [origin], "").get(number)
        assert found is None or set(found.identities) >= OF_4
        return found and (found.profile_id, set(found.identities) - OF_4)

    return ask


def test_nothing_new_changes_nothing(renewed):
    assert renewed("") is None


def test_an_identifier_that_was_found_since_is_asked_too(renewed):
    assert renewed("", (4, "loyalty_card", "777")) == (4, {"loyalty_card:777"})


def test_an_identifier_that_is_no_longer_theirs_is_still_asked(renewed):
    assert renewed("UPDATE identifiers SET profile_id = 7 WHERE value = 'C4'") is None


def test_who_holds_the_address_now_is_asked_too(renewed):
    assert renewed("", (7, "email", "P4@Example.com")) == (4, {"email:p7@example.com", "customer_id:C7"})


def test_a_person_whose_address_nobody_holds_any_more_is_asked_by_the_others(renewed):
    assert renewed("UPDATE identifiers SET value = 'new4@example.com' WHERE value = 'p4@example.com'") == (
        4,
        {"email:new4@example.com"},
    )


def test_a_profile_of_another_number_is_noticed_though_its_identifiers_are_the_same(renewed):
    assert renewed("UPDATE identifiers SET profile_id = 4004 WHERE profile_id = 4") == (4004, set())
