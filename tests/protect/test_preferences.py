"""What people choose by a link holds at once, is theirs alone to take back, and is said once however often it is asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.domain import Origin
from coterie.protect import WorkspaceKey, address_key, lift_suppression, permissions, record_consents, suppress
from coterie.protect.preferences import Choice, channels_of, choose, standing_choices, unsubscribe
from coterie.protect.stopping import stop_for
from coterie.store import Ledger, open_ledger

NOW = datetime(2026, 3, 10, 12)
KEY = WorkspaceKey(b"k" * 32)
IDENTITIES = ("customer_id:C1", "email:ann@x.example", "email:ann@y.example", "phone:+4791234567")
OFFERS, NEWS, TEXTS = ("email", "marketing"), ("email", "newsletter"), ("sms", "marketing")
OFFERED = [OFFERS, NEWS, TEXTS]


@pytest.fixture
def ledger():
    opened = open_ledger(None)
    row = {
        "message_id": "m1", "origin_kind": "campaign", "origin": "spring", "occurrence": "", "profile_id": 1,
        "channel": "email", "purpose": "marketing", "address": "ann@x.example",
        "address_key": address_key(KEY, "email", "ann@x.example"), "identities": json.dumps(IDENTITIES),
        "arm": "message", "variant": "hello", "queued_at": NOW, "not_before": NOW,
    }  # fmt: skip
    with opened.transaction() as t:
        t.outbox.queue(pa.Table.from_pylist([row]))
    _says(opened, "granted", at=NOW - timedelta(days=9))
    yield opened
    opened.close()


def _says(ledger: Ledger, state: str, *, at: datetime, channel: str = "*", purpose: str = "*") -> None:
    """As a file says it: of every identifier."""
    rows = [dict(zip(("namespace", "value"), each.split(":"), strict=True)) for each in IDENTITIES]
    said = {"state": state, "channel": channel, "purpose": purpose, "occurred_at": at}
    schema = pa.schema([*((n, pa.string()) for n in ("namespace", "value", *said) if n != "occurred_at"), ("occurred_at", pa.timestamp("us"))])  # fmt: skip
    record_consents(ledger, pa.Table.from_pylist([row | said for row in rows], schema=schema), now=at)


def _states(ledger: Ledger, now: datetime = NOW) -> dict[Choice, tuple[str, bool]]:
    with ledger.reading() as t:
        message = t.outbox.find("m1")
        assert message is not None
        found = standing_choices(t, KEY, message, OFFERED, now=now)
    return {(each.channel, each.purpose): (each.state, each.may_change) for each in found}


def _may(ledger: Ledger, address: str, channel: Choice = OFFERS, now: datetime = NOW) -> str | None:
    """Why a message to an address, of whoever else's profile it has become, may not go."""
    namespace = "phone" if channel[0] == "sms" else "email"
    people = pa.table(
        {"address_key": [address_key(KEY, channel[0], address)], "identities": [[f"{namespace}:{address}"]]}
    )
    with ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose=channel[1], channel=channel[0], basis="opt_in", now=now)
    return asked[0].as_py()


def test_a_no_holds_under_every_identifier_and_on_its_channel_alone(ledger: Ledger) -> None:
    assert _states(ledger) == dict.fromkeys(OFFERED, ("yes", True))
    assert choose(ledger, KEY, "m1", {OFFERS: False}, now=NOW)
    assert _states(ledger) == {OFFERS: ("no", True), NEWS: ("no", True), TEXTS: ("yes", True)}
    assert [_may(ledger, each) for each in ("ann@x.example", "ann@y.example")] == ["suppressed"] * 2
    assert _may(ledger, "+4791234567", TEXTS) is None
    _says(ledger, "granted", at=NOW + timedelta(days=1))  # a file that somebody loads later
    assert _may(ledger, "ann@y.example", now=NOW + timedelta(days=2)) == "suppressed"


def test_one_purpose_is_left_and_another_kept(ledger: Ledger) -> None:
    choose(ledger, KEY, "m1", {NEWS: False}, now=NOW)
    assert _states(ledger) == {OFFERS: ("yes", True), NEWS: ("no", True), TEXTS: ("yes", True)}
    choose(ledger, KEY, "m1", {OFFERS: False, NEWS: True}, now=NOW)
    assert _states(ledger) == {OFFERS: ("no", True), NEWS: ("yes", True), TEXTS: ("yes", True)}
    assert _may(ledger, "ann@x.example", NEWS) is None


def test_a_no_is_taken_back_by_the_person_alone(ledger: Ledger) -> None:
    unsubscribe(ledger, KEY, "m1", now=NOW)
    choose(ledger, KEY, "m1", {OFFERS: True}, now=NOW + timedelta(seconds=1), agreed_to={OFFERS: "Offers: what is new"})
    later = NOW + timedelta(seconds=2)
    assert _states(ledger, later)[OFFERS] == ("yes", True)
    assert _may(ledger, "ann@x.example", now=later) is None
    with ledger.reading() as t:
        said = [row for row in t.consents.of(IDENTITIES).to_pylist() if "message m1" in row["source"]]
        lifted = t.suppressions.of(address_key(KEY, "email", "ann@x.example")).to_pylist()
    assert {(row["state"], row["source"], row["actor"]) for row in said} == {
        ("withdrawn", "unsubscribe link, message m1", "the person"),
        ("granted", "preference page, message m1", "the person"),
    }
    assert {row["text_hash"] is not None for row in said if row["state"] == "granted"} == {True}
    assert [(row["is_lifted"], row["source"]) for row in lifted] == [
        (False, "unsubscribe link"),
        (True, "preference page, message m1"),
    ]


RECEIPTS = ("email", "service")


def test_a_no_to_marketing_leaves_what_a_contract_owes_by_whichever_way_all_are_read(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsubscribe(ledger, KEY, "m1", now=NOW)
    for whole_from in (20_000, 0):
        monkeypatch.setattr("coterie.protect.permission._WHOLE_READ", whole_from)
        for address in ("ann@x.example", "ann@y.example"):
            assert [_may(ledger, address, each) for each in (OFFERS, ("email", "surveys"), RECEIPTS)] == [
                "suppressed",
                "suppressed",
                None,
            ]


@pytest.mark.parametrize("reason", ["complaint", "objected", "unsubscribed", "bounced"])
@pytest.mark.parametrize("comes_first", [True, False])
def test_what_ends_everything_ends_services_too_before_and_after_a_no_to_marketing(
    ledger: Ledger, reason: str, comes_first: bool
) -> None:
    acts = [
        lambda: suppress(ledger, KEY, "email", ["ann@x.example"], reason=reason, source="by hand", now=NOW),
        lambda: unsubscribe(ledger, KEY, "m1", now=NOW),
    ]
    for act in acts if comes_first else reversed(acts):
        act()
    assert _may(ledger, "ann@x.example", RECEIPTS) == "suppressed"


def test_an_answer_stops_services_too_after_a_no_by_link(ledger: Ledger) -> None:
    unsubscribe(ledger, KEY, "m1", now=NOW)
    told = {"ann@x.example": NOW + timedelta(minutes=1)}
    later = NOW + timedelta(hours=1)
    assert [stop_for(ledger, KEY, "email", told, now=later) for _ in range(2)] == [1, 0]
    assert _may(ledger, "ann@x.example", RECEIPTS, later) == "suppressed"
    assert not _states(ledger, later)[OFFERS][1]


@pytest.mark.parametrize(("said", "is_new"), [(-1, 0), (0, 1), (1, 1)], ids=["before", "at-the-very-instant", "after"])
def test_an_answer_is_answered_by_what_was_lifted_after_it(ledger: Ledger, said: int, is_new: int) -> None:
    """Told late, a STOP of before the lifting changes nothing; one of that very instant stands, for in doubt a no does."""
    suppress(ledger, KEY, "email", ["ann@x.example"], reason="objected", source="by hand", now=NOW)
    lift_suppression(ledger, KEY, "email", "ann@x.example", reason="asked", actor="mia", now=NOW + timedelta(hours=1))
    at = NOW + timedelta(hours=1, microseconds=said)
    assert stop_for(ledger, KEY, "email", {"ann@x.example": at}, now=NOW + timedelta(hours=2)) == is_new
    assert (_may(ledger, "ann@x.example", now=NOW + timedelta(hours=3)) is not None) == bool(is_new)


def test_a_link_of_an_earlier_version_ended_services_too_and_is_taken_back_by_link(ledger: Ledger) -> None:
    suppress(ledger, KEY, "email", ["ann@x.example"], reason="unsubscribed", source="unsubscribe link", now=NOW)
    assert (_may(ledger, "ann@x.example", RECEIPTS), _states(ledger)[OFFERS]) == ("suppressed", ("no", True))
    choose(ledger, KEY, "m1", {OFFERS: True}, now=NOW)
    assert _may(ledger, "ann@x.example", RECEIPTS) is None


@pytest.mark.parametrize("reason", ["complaint", "objected", "unsubscribed", "bounced"])
def test_what_was_ended_in_another_way_is_not_opened_by_a_link(ledger: Ledger, reason: str) -> None:
    suppress(ledger, KEY, "email", ["ann@x.example"], reason=reason, source="by hand", now=NOW)
    assert _states(ledger)[OFFERS] == ("no", False)
    choose(ledger, KEY, "m1", {OFFERS: True}, now=NOW)
    assert _may(ledger, "ann@x.example") == "suppressed"


def test_everything_stops_also_on_channels_that_come_later(ledger: Ledger) -> None:
    choose(ledger, KEY, "m1", {("*", "marketing"): False, OFFERS: False, TEXTS: False}, now=NOW)
    assert {state for state, _ in _states(ledger).values()} == {"no"}
    assert _may(ledger, "+4791234567", ("sms", "surveys")) == "suppressed"
    people = pa.table({"address_key": ["w"], "identities": [["customer_id:C1"]]})
    with ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose="marketing", channel="wechat", basis="opt_out", now=NOW)
    assert asked.to_pylist() == ["consent_denied"]
    choose(ledger, KEY, "m1", {TEXTS: True}, now=NOW + timedelta(seconds=1))
    assert _states(ledger, NOW + timedelta(seconds=1)) == {
        OFFERS: ("no", True),
        NEWS: ("no", True),
        TEXTS: ("yes", True),
    }


def test_asking_again_and_again_writes_nothing(ledger: Ledger) -> None:
    def written() -> tuple[int, int]:
        with ledger.reading() as t:
            return t.consents.last(), t.suppressions.of(address_key(KEY, "email", "ann@x.example")).num_rows

    for wanted in (False, True, False):
        choose(ledger, KEY, "m1", {OFFERS: wanted, TEXTS: False}, now=NOW)
        once = written()
        for more in range(3):
            choose(ledger, KEY, "m1", {OFFERS: wanted, TEXTS: False}, now=NOW + timedelta(seconds=more))
        assert written() == once
    assert not choose(ledger, KEY, "nobody's", {OFFERS: False}, now=NOW)


def test_what_is_said_again_after_something_else_counts_again(ledger: Ledger) -> None:
    """Somebody leaves, a file says yes of everything, they leave again by the same link."""
    choose(ledger, KEY, "m1", {NEWS: False}, now=NOW)
    _says(ledger, "granted", at=NOW + timedelta(days=1))
    assert _states(ledger, NOW + timedelta(days=2))[NEWS] == ("yes", True)
    choose(ledger, KEY, "m1", {NEWS: False}, now=NOW + timedelta(days=3))
    assert _states(ledger, NOW + timedelta(days=4))[NEWS] == ("no", True)


def test_channels_are_those_the_person_can_be_reached_on(ledger: Ledger) -> None:
    with ledger.reading() as t:
        message = t.outbox.find("m1")
        assert message is not None
        assert t.outbox.counts(Origin("campaign", "spring")).num_rows == 1
    assert channels_of(message, ["sms", "email", "wechat"]) == ["email", "sms"]
