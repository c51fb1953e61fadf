"""Messages of several origins that are due together are asked about one after another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coterie.decide.admission import _touches
from coterie.decide.renewing import in_turns, repeated
from coterie.domain import Message, Origin
from coterie.store import open_ledger
from tests.decide.conftest import KEY, NOW

SPRING, STEP = Origin("campaign", "spring"), Origin("journey", "welcome/first")


def message(number: int, origin: Origin, person: int, occurrence: str = "", **more: object) -> Message:
    made = Message(
        str(number), origin, person, "email", "marketing", f"p{person}@x.example", f"k{person}", "message", "hello"
    )
    return replace(made, occurrence=occurrence, **more)


@pytest.mark.parametrize(
    ("messages", "turns"),
    [
        pytest.param([], [], id="none"),
        pytest.param(
            [message(1, SPRING, 1), message(2, STEP, 2), message(3, SPRING, 3), message(4, STEP, 4)],
            [["1", "3"], ["2", "4"]],
            id="strangers-by-origin",
        ),
        pytest.param(
            [message(1, SPRING, 1), message(2, STEP, 1), message(3, SPRING, 2)],
            [["1", "3"], ["2"]],
            id="one-person-of-two-origins-in-order",
        ),
        pytest.param(
            [message(1, STEP, 1), message(2, SPRING, 1), message(3, STEP, 1, "2")],
            [["1"], ["2"], ["3"]],
            id="there-and-back",
        ),
        pytest.param(
            [message(1, STEP, 1, "1"), message(2, STEP, 1, "2"), message(3, STEP, 2, "1")],
            [["1", "3"], ["2"]],
            id="two-occurrences-of-one-person",
        ),
        pytest.param(
            [message(1, STEP, 1), message(2, STEP, 1)], [["1", "2"]], id="one-occurrence-is-told-apart-elsewhere"
        ),
        pytest.param(
            [message(1, STEP, 1, identities=("email:a@x",)), message(2, SPRING, 2, identities=("email:a@x",))],
            [["1"], ["2"]],
            id="two-profiles-of-one-address",
        ),
        pytest.param(
            [message(1, STEP, 1, "1", identities=("email:a@x",)), message(2, STEP, 2, "2", identities=("email:a@x",))],
            [["1"], ["2"]],
            id="two-profiles-that-share-an-identifier",
        ),
        pytest.param(
            [message(1, STEP, 1, "1"), message(2, STEP, 1, "2", address_key="other")],
            [["1"], ["2"]],
            id="two-addresses-of-one-profile",
        ),
        pytest.param(
            [message(1, STEP, 1, "1"), message(2, STEP, 2, "2", address_key="k1")],
            [["1"], ["2"]],
            id="two-profiles-with-one-address-key",
        ),
    ],
)
def test_nobody_is_twice_in_a_turn_and_order_is_kept(messages, turns):
    assert [[each.message_id for each in turn] for turn in in_turns(messages)] == turns


@pytest.mark.parametrize(
    ("before", "messages", "found"),
    [
        pytest.param([], [message(1, STEP, 1), message(2, STEP, 2)], set(), id="strangers"),
        pytest.param([], [message(1, STEP, 1), message(2, STEP, 1, address_key="k2")], {"2"}, id="at-another-address"),
        pytest.param([], [message(1, STEP, 1), message(2, STEP, 2, address_key="k1")], {"2"}, id="another-at-the-address"),
        pytest.param([], [message(1, STEP, 1, "a"), message(2, STEP, 1, "b")], set(), id="in-another-occurrence"),
        pytest.param([message(9, STEP, 1)], [message(1, STEP, 1, address_key="k2")], {"1"}, id="the-person-before"),
        pytest.param([message(9, STEP, 1)], [message(1, STEP, 2, address_key="k1")], {"1"}, id="the-address-before"),
        pytest.param([message(9, STEP, 1, "a")], [message(1, STEP, 1, "b")], set(), id="in-an-occurrence-before"),
        pytest.param([message(9, SPRING, 1)], [message(1, STEP, 1)], set(), id="by-another-origin"),
    ],
)  # fmt: skip
def test_of_one_occurrence_a_person_and_an_address_get_one_message(before, messages, found):
    with open_ledger(None).transaction() as t:
        t.touches.add(_touches(before, NOW))
        assert repeated(t, KEY, messages) == found
