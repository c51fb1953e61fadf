"""Codes of coupons in the ledger, on SQLite and PostgreSQL: one to a message, for ever."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from coterie.decide import admit_within
from coterie.decide.coupons import take_codes, would_lack
from coterie.domain import Message, Origin
from coterie.store import Ledger, Named, open_ledger
from tests.store.rows import NOW, messages, states
from tests.store.test_admission_on_both import KEY, consent, launch

SPRING = Origin("campaign", "spring")
POOLS = {"hello": ("ten",)}


class _Killed(Exception):
    """What undoes a transaction."""


def message(number: int, *, person: int | None = None, origin: Origin = SPRING, occurrence: str = "") -> Message:
    who = number if person is None else person
    name = f"m{number}-{origin.name}-{occurrence}"
    return Message(name, origin, who, "email", "marketing", "", f"k{number}", "", "hello", occurrence=occurrence)


def fill(ledger: Ledger, count: int, pool: str = "ten") -> None:
    with ledger.transaction() as t:
        t.coupons.begin(pool, now=NOW)
        t.coupons.add(pool, [f"{pool.upper()}-{n:04}" for n in range(count)], now=NOW)


def taken(ledger: Ledger) -> dict[str, str]:
    """Message → its code."""
    with ledger.reading() as t:
        return {row["message_id"]: row["code"] for row in t.coupons.given("ten").to_pylist()}


def test_each_gets_its_own_the_same_again_and_what_is_beyond_the_pool_none(ledger: Ledger) -> None:
    fill(ledger, 3)
    everybody = [message(n) for n in range(5)]
    with ledger.reading() as t:
        assert would_lack(t, everybody, POOLS, now=NOW) == dict.fromkeys(["m3-spring-", "m4-spring-"], "no_coupon")
    for _ in range(2):
        with ledger.transaction() as t:
            lacking = take_codes(t, everybody, POOLS, now=NOW)
        assert set(lacking) == {"m3-spring-", "m4-spring-"}
        assert taken(ledger) == {f"m{n}-spring-": f"TEN-000{n}" for n in range(3)}
    with ledger.reading() as t:
        assert t.coupons.left("ten", now=NOW) == 0
        (pool,) = t.coupons.pools().to_pylist()
    assert (pool["codes"], pool["left"], pool["used"]) == (3, 0, 3)
    assert ledger.breaches() == []


def test_another_origin_or_passage_takes_another_and_another_address_of_the_person_the_same(ledger: Ledger) -> None:
    fill(ledger, 9)
    summer = Origin("journey", "summer/gift")
    turns = [
        [message(1)],
        [message(1, origin=summer, occurrence="1")],
        [message(1, origin=summer, occurrence="2")],
        [message(7, person=1)],
    ]
    for turn in turns:
        with ledger.transaction() as t:
            assert take_codes(t, turn, POOLS, now=NOW) == {}
    assert taken(ledger) == {
        "m7-spring-": "TEN-0000",
        "m1-summer/gift-1": "TEN-0001",
        "m1-summer/gift-2": "TEN-0002",
    }


def test_a_message_keeps_its_code_when_its_person_becomes_another(ledger: Ledger) -> None:
    fill(ledger, 2)
    for person in (1, 5):
        with ledger.transaction() as t:
            assert take_codes(t, [message(1, person=person)], POOLS, now=NOW) == {}
    assert taken(ledger) == {"m1-spring-": "TEN-0000"}


def test_of_a_pool_that_expired_none_is_given_but_who_has_one_keeps_it(ledger: Ledger) -> None:
    fill(ledger, 2)
    with ledger.transaction() as t:
        t.coupons.expire("ten", NOW + timedelta(hours=1))
        assert take_codes(t, [message(1)], POOLS, now=NOW) == {}
    later = NOW + timedelta(hours=1)
    with ledger.transaction() as t:
        assert t.coupons.left("ten", now=later) == 0
        assert take_codes(t, [message(1), message(2)], POOLS, now=later) == {"m2-spring-": "no_coupon"}
        t.coupons.expire("ten", None)
        assert take_codes(t, [message(2)], POOLS, now=later) == {}


def test_one_without_a_code_of_every_pool_takes_none_of_any(ledger: Ledger) -> None:
    fill(ledger, 3, "ten")
    fill(ledger, 1, "gift")
    with ledger.transaction() as t:
        lacking = take_codes(t, [message(1), message(2)], {"hello": ("ten", "gift")}, now=NOW)
    assert lacking == {"m2-spring-": "no_coupon"}
    assert taken(ledger) == {"m1-spring-": "TEN-0000"}


def test_a_code_is_in_one_pool_once_in_whatever_letters(ledger: Ledger) -> None:
    fill(ledger, 2)
    with ledger.reading() as t:
        assert t.coupons.known(["ten-0001", "ten-0009"]) == {"ten-0001": "ten"}
    with pytest.raises(Exception, match="(?i)unique"), ledger.transaction() as t:
        t.coupons.add("other", ["Ten-0001"], now=NOW)


def test_admission_takes_codes_for_those_that_go_and_no_others(ledger: Ledger) -> None:
    """Who said nothing takes none; where the transaction is undone nobody has one."""
    consent(ledger, 4)  # the others said nothing
    launch(ledger, "spring", 8)
    fill(ledger, 3)
    with suppress(_Killed), ledger.transaction() as t:
        admit_within(t, KEY, "email", [SPRING], now=NOW, pools=POOLS)
        raise _Killed
    assert taken(ledger) == {}
    with ledger.transaction() as t:
        found = admit_within(t, KEY, "email", [SPRING], now=NOW, pools=POOLS)
    assert dict(found.refused) == {"no_consent": 4, "no_coupon": 1}
    assert set(taken(ledger)) == {each.message_id for each in found.messages}
    with ledger.reading() as t:
        assert states(t.outbox.counts(SPRING)) == {"sending": 3, "refused": 5}
        codes = t.coupons.codes_of(each.message_id for each in found.messages)
    assert sorted(code["ten"] for code in codes.values()) == ["TEN-0000", "TEN-0001", "TEN-0002"]


def test_senders_at_once_never_give_one_code_twice(place: str, ledger: Ledger) -> None:
    """Each takes by a connection of its own, in small turns."""
    fill(ledger, 60)
    others = [open_ledger(place) for _ in range(3)]
    lacking: Counter[str] = Counter()

    def take(number: int, own: Ledger) -> None:
        for begin in range(0, 25, 5):
            turn = [message(1000 * number + n) for n in range(begin, begin + 5)]
            with own.transaction() as t:
                lacking.update(take_codes(t, turn, POOLS, now=NOW).values())

    threads = [threading.Thread(target=take, args=each) for each in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    for own in others:
        own.close()
    given = taken(ledger)
    assert len(given) == len(set(given.values())) == 60
    assert lacking == {"no_coupon": 15}
    assert ledger.breaches() == []


def test_what_is_kept_of_who_was_erased_is_that_the_code_is_gone(ledger: Ledger) -> None:
    fill(ledger, 2)
    with ledger.transaction() as t:
        t.outbox.queue(messages("p0"))
        (mine,) = t.outbox.coming("email", [SPRING], 1, now=NOW)
        take_codes(t, [mine, replace(message(2), origin=SPRING)], POOLS, now=NOW)
    who = Named([mine.profile_id], [], [])
    empty = pa.table(
        {name: pa.array([], pa.string()) for name in ("origin_kind", "origin", "occurrence", "profile_id")}
    )
    with ledger.transaction() as t:
        assert [row["code"] for row in t.personal.of(who)["coupons"]] == ["TEN-0000"]
        assert t.personal.erase(who, empty)["coupons"] == 1
    with ledger.reading() as t:
        assert [row["profile_id"] for row in t.coupons.given("ten").to_pylist()] == [None, 2]
        assert "coupons" not in t.personal.of(who)
        assert t.coupons.left("ten", now=NOW) == 0
