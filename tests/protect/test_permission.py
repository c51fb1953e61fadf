from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.errors import Refused
from coterie.protect import (
    WorkspaceKey,
    address_key,
    hold_unread,
    lift_suppression,
    permissions,
    record_consents,
    suppress,
)
from coterie.store import Ledger, open_ledger

NOW = datetime(2026, 3, 10, 12)
KEY = WorkspaceKey(b"k" * 32)
DAY = timedelta(days=1)


@pytest.fixture
def ledger():
    opened = open_ledger(None)
    yield opened
    opened.close()


def record(ledger: Ledger, *words: dict[str, object], now: datetime = NOW, **how: bool) -> None:
    defaults = {"namespace": "email", "value": "ann@example.com", "occurred_at": NOW - DAY, "purpose": "marketing"}
    defaults |= {"channel": "email", "expires_at": None}
    schema = pa.schema(
        [(name, pa.timestamp("us") if name.endswith("_at") else pa.string()) for name in (*defaults, "state")]
    )
    record_consents(ledger, pa.Table.from_pylist([defaults | word for word in words], schema=schema), now=now, **how)


def ask(
    ledger: Ledger, *identities: str, basis="opt_in", customer: bool | None = None, now=NOW, purpose="marketing"
) -> str | None:
    held = identities or ("email:ann@example.com",)
    own = next(identity for identity in held if identity.startswith("email:")).removeprefix("email:")
    people = pa.table({"address_key": [address_key(KEY, "email", own)], "identities": [list(held)]})
    if customer is not None:
        people = people.append_column("is_customer", pa.array([customer]))
    with ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose=purpose, channel="email", basis=basis, now=now)
    return asked.to_pylist()[0]


GRANT, DENY, WITHDRAW = {"state": "granted"}, {"state": "denied"}, {"state": "withdrawn"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param([], "no_consent", id="silence-is-no-consent"),
        pytest.param([GRANT], None, id="granted"),
        pytest.param([DENY], "consent_denied", id="denied"),
        pytest.param([GRANT, WITHDRAW | {"occurred_at": NOW}], "consent_denied", id="withdrawn-later"),
        pytest.param([WITHDRAW, GRANT | {"occurred_at": NOW}], None, id="granted-again"),
        pytest.param([WITHDRAW | {"occurred_at": NOW}, GRANT], "consent_denied", id="an-old-yes-imported-late"),
        pytest.param([GRANT, DENY], "consent_denied", id="of-two-at-one-instant-no-counts"),
        pytest.param([DENY, GRANT], "consent_denied", id="in-whichever-order-they-arrive"),
        pytest.param([GRANT | {"expires_at": NOW + DAY}], None, id="not-run-out-yet"),
        pytest.param([GRANT | {"expires_at": NOW}], "consent_expired", id="run-out-at-its-instant"),
        pytest.param([GRANT | {"channel": "*"}], None, id="granted-on-every-channel"),
        pytest.param([GRANT | {"channel": "sms"}], "no_consent", id="granted-on-another-channel"),
        pytest.param([GRANT | {"purpose": "surveys"}], "no_consent", id="granted-for-another-purpose"),
        pytest.param(
            [GRANT, WITHDRAW | {"purpose": "*", "channel": "*", "occurred_at": NOW}], "consent_denied", id="no-to-all"
        ),
        pytest.param([GRANT | {"value": " ANN@Example.COM "}], None, id="another-spelling-of-the-address"),
        pytest.param([GRANT | {"value": "bob@example.com"}], "no_consent", id="somebody-else"),
        pytest.param(
            [GRANT | {"occurred_at": NOW + 900 * DAY}, WITHDRAW | {"occurred_at": NOW}],
            "consent_denied",
            id="a-yes-from-the-future-cannot-outrank-a-later-no",
        ),
    ],
)
def test_the_newest_word_counts(ledger, words, reason):
    record(ledger, *words)
    assert ask(ledger) == reason


def test_a_no_is_heard_though_the_clock_was_set_back_before_it(ledger):
    record(ledger, GRANT | {"occurred_at": NOW})
    for said in (WITHDRAW, GRANT, WITHDRAW):
        record(ledger, said | {"occurred_at": NOW}, now=NOW - DAY)
    assert ask(ledger) == "consent_denied"


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        pytest.param(None, None, id="one-yes-is-enough"),
        pytest.param(GRANT, None, id="both-yes"),
        pytest.param(WITHDRAW | {"occurred_at": NOW}, "consent_denied", id="a-no-of-another-identifier-outranks-a-yes"),
    ],
)
def test_no_outranks_yes_between_the_identifiers_of_a_person(ledger, second, reason):
    record(ledger, GRANT | {"occurred_at": NOW})
    if second:
        record(ledger, second | {"namespace": "customer_id", "value": "C1"})
    assert ask(ledger, "email:ann@example.com", "customer_id:C1") == reason


def say(ledger: Ledger, state: str, days: float, *identities: str, **more: object) -> None:
    """One statement about all ``identities``, said ``days`` before now."""
    named = [identity.partition(":") for identity in identities]
    at = {"state": state, "occurred_at": NOW - days * DAY, "statement": "one", **more}
    rows = [{"namespace": space, "value": value} | at for space, _, value in named]
    record_consents(ledger, pa.Table.from_pylist(rows), now=NOW)


ANN, OLD, PHONE, C1 = "email:ann@example.com", "email:old@example.com", "phone:+4917612345678", "customer_id:C1"


@pytest.mark.parametrize(
    ("said", "held", "reason"),
    [
        pytest.param([("granted", 9, ANN), ("denied", 5, C1, ANN)], (ANN,), "consent_denied", id="by-the-second-name"),
        pytest.param([("granted", 9, ANN), ("denied", 5, "customer_id:NEW", ANN)], (ANN, C1), "consent_denied",
                     id="of-a-number-nobody-knows-yet"),
        pytest.param([("granted", 9, ANN), ("denied", 5, PHONE)], (ANN, PHONE), "consent_denied", id="by-phone"),
        pytest.param([("denied", 9, C1, ANN), ("granted", 5, ANN)], (ANN, C1), None, id="the-address-itself-says-yes-later"),
        pytest.param([("denied", 9, C1), ("granted", 5, ANN)], (ANN, C1), None, id="the-address-after-a-no-of-no-address"),
        pytest.param([("denied", 9, C1, ANN), ("granted", 5, C1)], (ANN, C1), "consent_denied", id="a-yes-of-the-number-alone"),
        pytest.param([("denied", 9, C1), ("granted", 5, C1)], (ANN, C1), None, id="equal-identifiers"),
        pytest.param([("denied", 9, OLD), ("granted", 5, ANN)], (ANN, OLD), "consent_denied",
                     id="a-no-at-another-address-is-not-answered-here"),
        pytest.param([("denied", 9, ANN, OLD), ("granted", 5, ANN)], (ANN,), "consent_denied", id="nor-one-about-both"),
        pytest.param([("denied", 9, ANN, OLD), ("granted", 5, ANN, OLD)], (ANN,), None, id="answered-at-both"),
        pytest.param([("denied", 9, C1), ("denied", 8, C1, OLD), ("granted", 5, ANN)], (ANN, C1), "consent_denied",
                     id="of-two-noes-of-a-number-the-second-is-not-answered-here"),
        pytest.param([("denied", 9, C1, ANN), ("denied", 9, "customer_id:C2", OLD), ("granted", 5, ANN)], (ANN, C1), None,
                     id="another-statement-is-no-part-of-it"),
        pytest.param([("denied", 9, ANN, PHONE), ("granted", 5, ANN)], (ANN, PHONE), None, id="the-phone-is-no-address-here"),
        pytest.param([("granted", 12, ANN), ("denied", 9, C1, PHONE), ("granted", 5, PHONE)], (ANN, C1, PHONE), None,
                     id="the-one-address-it-names-answers-for-all"),
        pytest.param([("granted", 12, ANN), ("denied", 9, C1, PHONE), ("granted", 5, C1)], (ANN, C1, PHONE), "consent_denied",
                     id="and-not-the-number-beside-it"),
        pytest.param([("denied", 9, C1, ANN), ("granted", 5, ANN), ("denied", 3, C1)], (ANN, C1), "consent_denied",
                     id="a-newer-no"),
        pytest.param([("denied", 5, ANN), ("granted", 5, ANN)], (ANN,), "consent_denied", id="at-one-instant"),
        pytest.param([("denied", 5, ANN), ("granted", -1, ANN)], (ANN,), None, id="a-yes-of-a-clock-ahead-counts-from-its-recording"),
        pytest.param([("denied", 5, ANN), ("granted", -2, ANN)], (ANN,), "consent_denied", id="one-of-a-day-to-come-answers-nothing"),
        pytest.param([("granted", -400, ANN), ("denied", 5, ANN)], (ANN,), "consent_denied", id="in-whichever-order"),
        pytest.param([("granted", -400, ANN)], (ANN,), None, id="though-it-is-a-yes"),
        pytest.param([("granted", -400, ANN), ("denied", 0, ANN)], (ANN,), "consent_denied", id="and-outranks-nothing"),
        pytest.param([("granted", 9, ANN), ("unconfirmed", 5, ANN)], (ANN,), "consent_unconfirmed", id="not-confirmed"),
        pytest.param([("unconfirmed", 9, ANN), ("granted", 5, ANN)], (ANN,), None, id="confirmed-later"),
    ],
)  # fmt: skip
def test_a_row_is_one_statement_about_everybody_it_names(ledger, said, held, reason):
    for state, days, *identities in said:
        say(ledger, state, days, *identities)
    assert ask(ledger, *held) == reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param((ANN,), "consent_denied", id="a-yes-of-the-e-mail-alone"),
        pytest.param((ANN, "wechat:o1"), None, id="of-both"),
    ],
)
def test_an_address_on_a_channel_from_outside_answers_for_itself(ledger, answer, reason):
    say(ledger, "denied", 9, ANN, "wechat:o1", channel="wechat")
    say(ledger, "granted", 5, *answer, channel="wechat")
    own = address_key(KEY, "wechat", "o1")
    people = pa.table({"address_key": [own], "identities": [[ANN, "wechat:o1"]]})
    with ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose="marketing", channel="wechat", basis="opt_in", now=NOW)
    assert asked.to_pylist() == [reason]


def test_rows_that_stand_alone_are_no_part_of_a_statement_beside_them(ledger):
    """Statements are numbered as rows are; the first row and the first statement of a ledger must not be one."""
    said = [("bob@example.com", None), ("ann@example.com", "one"), ("old@example.com", "one")]
    rows = [
        {"namespace": "email", "value": v, "state": "denied", "occurred_at": NOW - 9 * DAY, "statement": s}
        for v, s in said
    ]
    record_consents(ledger, pa.Table.from_pylist(rows), now=NOW)
    say(ledger, "granted", 5, ANN, OLD)
    held = [[ANN], ["email:bob@example.com"]]
    keys = [address_key(KEY, "email", each.removeprefix("email:")) for (each,) in held]
    with ledger.reading() as t:
        people = pa.table({"address_key": keys, "identities": held})
        asked = permissions(t, KEY, people, purpose="marketing", channel="email", basis="opt_in", now=NOW)
    assert asked.to_pylist() == [None, "consent_denied"]


@pytest.mark.parametrize(
    ("refusing", "reason"),
    [
        pytest.param((ANN,), None, id="of-this-address-alone"),
        pytest.param((ANN, OLD), "consent_denied", id="of-another-too"),
    ],
)
def test_a_no_to_marketing_about_several_is_not_answered_by_a_yes_of_one_to_a_survey(ledger, refusing, reason):
    say(ledger, "denied", 9, *refusing, purpose="marketing")
    say(ledger, "granted", 5, ANN, purpose="surveys")
    assert ask(ledger, ANN, purpose="surveys") == reason


@pytest.mark.parametrize(("first", "second", "reason"), [(NOW, None, None), (None, NOW, "consent_expired")])
def test_of_two_yeses_of_one_instant_the_one_recorded_last_counts(ledger, first, second, reason):
    record(ledger, GRANT | {"expires_at": first}, GRANT | {"expires_at": second})
    assert ask(ledger) == reason


@pytest.mark.parametrize(("older", "newer", "reason"), [(None, NOW, "consent_expired"), (NOW, None, None)])
def test_of_two_yeses_the_one_said_last_counts_though_the_other_was_recorded_after_it(ledger, older, newer, reason):
    record(ledger, GRANT | {"expires_at": newer})
    record(ledger, GRANT | {"occurred_at": NOW - 9 * DAY, "expires_at": older}, is_heard_now=True)
    assert ask(ledger) == reason


def test_a_word_of_a_clock_ahead_counts_from_when_it_was_recorded(ledger):
    record(ledger, DENY | {"occurred_at": NOW + 9 * DAY})
    record(ledger, GRANT | {"occurred_at": NOW + DAY}, now=NOW + DAY)
    assert ask(ledger, now=NOW + 2 * DAY) is None


def test_a_no_whose_later_yes_ran_out_stands_again(ledger):
    record(ledger, DENY, GRANT | {"occurred_at": NOW - DAY / 2, "expires_at": NOW - DAY / 4})
    assert ask(ledger, basis="opt_out") == "consent_denied"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        pytest.param({"channel": "all"}, "consent_denied", id="all-channels"),
        pytest.param({"channel": "'ALL'"}, "consent_denied", id="quoted"),
        pytest.param({"channel": "newsletter"}, "consent_denied", id="newsletter"),
        pytest.param({"channel": "电子邮件"}, "consent_denied", id="in-chinese"),
        pytest.param({"channel": "E-Mail und SMS"}, "consent_denied", id="two-channels"),
        pytest.param({"channel": "SMS und E-Mail"}, "consent_denied", id="two-channels-the-other-first"),
        pytest.param({"channel": "carrier pigeon"}, "consent_denied", id="a-channel-nobody-knows"),
        pytest.param({"channel": "SMS"}, None, id="another-channel"),
        pytest.param({"purpose": "Werbung"}, "consent_denied", id="marketing-in-german"),
        pytest.param({"purpose": "alle"}, "consent_denied", id="every-purpose"),
        pytest.param({"purpose": "newsletter"}, "consent_denied", id="the-newsletter-is-marketing"),
        pytest.param({"purpose": "whatever this is"}, "consent_denied", id="a-purpose-nobody-knows"),
        pytest.param({"purpose": "Umfragen"}, None, id="another-purpose"),
        pytest.param({"purpose": "transactional"}, None, id="a-service"),
    ],
)
def test_a_no_in_any_usual_word_holds(ledger, word, reason):
    record(ledger, GRANT, DENY | word | {"occurred_at": NOW})
    assert ask(ledger) == reason


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        pytest.param({"channel": "All channels"}, None, id="all"),
        pytest.param({"channel": "E-mail"}, None, id="e-mail"),
        pytest.param({"channel": "carrier pigeon"}, "no_consent", id="a-channel-nobody-knows"),
        pytest.param({"purpose": "publicité"}, None, id="marketing-in-french"),
        pytest.param({"purpose": "newsletter"}, "no_consent", id="a-yes-to-the-newsletter-is-no-wider"),
        pytest.param({"purpose": "whatever this is"}, "no_consent", id="a-purpose-nobody-knows"),
    ],
)
def test_a_yes_goes_no_further_than_its_words(ledger, word, reason):
    record(ledger, GRANT | word)
    assert ask(ledger) == reason


def test_a_no_to_marketing_holds_for_every_purpose_but_a_service(ledger):
    for purpose in ("marketing", "surveys", "loyalty", "service"):
        record(ledger, GRANT | {"purpose": purpose})
    record(ledger, DENY | {"occurred_at": NOW})
    found = {purpose: ask(ledger, purpose=purpose) for purpose in ("marketing", "surveys", "loyalty", "service")}
    assert found == dict.fromkeys(("marketing", "surveys", "loyalty"), "consent_denied") | {"service": None}


def test_who_is_named_by_a_row_that_could_not_be_read_waits(ledger):
    record(ledger, GRANT)
    hold_unread(ledger, pa.table({"namespace": ["email", "customer_id"], "value": ["Ann@Example.com", "7"]}))
    assert ask(ledger) == "consent_unread"
    hold_unread(ledger, pa.table({"namespace": ["customer_id"], "value": ["7"]}))
    assert ask(ledger) is None
    assert ask(ledger, "email:ann@example.com", "customer_id:7") == "consent_unread"


@pytest.mark.parametrize(
    ("basis", "said", "customer", "reason"),
    [
        pytest.param("soft_opt_in", None, True, None, id="soft-opt-in-of-a-customer"),
        pytest.param("soft_opt_in", None, False, "no_consent", id="soft-opt-in-needs-a-purchase"),
        pytest.param("soft_opt_in", None, None, None, id="soft-opt-in-whose-purchase-the-audience-has-checked"),
        pytest.param("soft_opt_in", DENY, True, "consent_denied", id="soft-opt-in-yields-to-a-no"),
        pytest.param("opt_in", None, True, "no_consent", id="a-purchase-alone-is-no-consent"),
        pytest.param("opt_out", None, None, None, id="opt-out"),
        pytest.param("opt_out", None, False, None, id="opt-out-asks-for-no-purchase"),
        pytest.param("opt_out", WITHDRAW, None, "consent_denied", id="opt-out-yields-to-a-no"),
        pytest.param("contract", None, None, "no_consent", id="marketing-is-never-owed"),
        pytest.param("contract", DENY, None, "consent_denied", id="nor-owed-in-spite-of-a-no"),
    ],
)
def test_the_legal_basis_says_what_silence_means(ledger, basis, said, customer, reason):
    if said:
        record(ledger, said)
    assert ask(ledger, basis=basis, customer=customer) == reason


@pytest.mark.parametrize(
    ("basis", "said", "reason"),
    [
        pytest.param("contract", None, None, id="silence"),
        pytest.param("opt_in", None, "no_consent", id="silence-without-a-contract"),
        pytest.param("contract", DENY, None, id="a-no-to-marketing"),
        pytest.param("contract", DENY | {"purpose": "*"}, "consent_denied", id="a-no-to-everything"),
        pytest.param("contract", DENY | {"purpose": "service"}, "consent_denied", id="a-no-to-the-service"),
    ],
)
def test_a_service_under_a_contract_is_owed_in_spite_of_a_no_to_marketing(ledger, basis, said, reason):
    if said:
        record(ledger, said)
    assert ask(ledger, basis=basis, purpose="service") == reason


@pytest.mark.parametrize("basis", ["opt_in", "soft_opt_in", "opt_out", "contract"])
def test_suppression_outranks_everything(ledger, basis):
    suppress(ledger, KEY, "email", ["Ann@Example.com"], reason="bounced", source="smtp", now=NOW)
    for word in (GRANT, DENY):
        record(ledger, word | {"occurred_at": NOW})
        assert ask(ledger, basis=basis, customer=True) == "suppressed"


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        pytest.param("email", "suppressed", id="on-the-channel"),
        pytest.param("*", "suppressed", id="on-every-channel"),
        pytest.param("sms", None, id="on-another-channel"),
    ],
)
def test_a_block_stands_on_its_channel(ledger, channel, reason):
    record(ledger, GRANT)
    with ledger.transaction() as t:
        from coterie.protect import suppress_keys

        suppress_keys(t, channel, [address_key(KEY, "email", "ann@example.com")], reason="bounced", source="x", now=NOW)
    assert ask(ledger) == reason


@pytest.mark.parametrize(
    ("why", "reason"),
    [(w, "suppressed") for w in ("unsubscribed", "complaint", "objected", "erased")] + [("bounced", None)],
)
def test_reasons_that_speak_for_a_person_block_every_address(ledger, why, reason):
    record(ledger, GRANT)
    suppress(ledger, KEY, "email", ["old@example.com"], reason=why, source="link", now=NOW)
    assert ask(ledger, "email:ann@example.com", "email:old@example.com") == reason


def test_a_blocked_address_is_not_written_to_though_it_is_no_identifier_of_the_person(ledger):
    """A message keeps the address that it was queued for; who it speaks to may have been renamed since."""
    record(ledger, GRANT | {"namespace": "customer_id", "value": "C1"})
    suppress(ledger, KEY, "email", ["ann@example.com"], reason="bounced", source="smtp", now=NOW)
    people = pa.table(
        {"address_key": [address_key(KEY, "email", "ann@example.com")], "identities": [["customer_id:C1"]]}
    )
    with ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose="marketing", channel="email", basis="opt_in", now=NOW)
    assert asked.to_pylist() == ["suppressed"]


def test_who_may_or_may_not_be_a_customer_is_none(ledger):
    people = pa.table(
        {
            "address_key": [address_key(KEY, "email", "ann@example.com")],
            "identities": [["email:ann@example.com"]],
            "is_customer": pa.array([None], pa.bool_()),
        }
    )
    with ledger.reading() as t:
        asked = permissions(t, KEY, people, purpose="marketing", channel="email", basis="soft_opt_in", now=NOW)
    assert asked.to_pylist() == ["no_consent"]


@pytest.mark.parametrize("said", [{"reason": " ", "actor": "mia"}, {"reason": "she asked by phone", "actor": ""}])
def test_nobody_lifts_a_suppression_without_a_reason_and_a_name(ledger, said):
    suppress(ledger, KEY, "email", ["ann@example.com"], reason="bounced", source="smtp", now=NOW)
    with pytest.raises(Refused, match="a reason and the name"):
        lift_suppression(ledger, KEY, "email", "ann@example.com", now=NOW, **said)


def test_only_a_named_act_lifts_a_suppression(ledger):
    record(ledger, GRANT)
    suppress(ledger, KEY, "email", ["ann@example.com"], reason="bounced", source="smtp", now=NOW)
    record(ledger, GRANT | {"occurred_at": NOW})
    assert ask(ledger) == "suppressed"
    lift_suppression(ledger, KEY, "email", "ann@example.com", reason="she asked by phone", actor="mia", now=NOW)
    assert ask(ledger) is None
    suppress(ledger, KEY, "email", ["ann@example.com"], reason="bounced", source="smtp", now=NOW)
    assert ask(ledger) == "suppressed"
    with ledger.reading() as t:
        (entry,) = t.audit.entries(act="suppression lifted")
    assert (entry.actor, entry.detail["reason"]) == ("mia", "she asked by phone")


def test_many_people_and_few_get_the_same_answers(ledger):
    """The whole-table reading and the asking for each are one law."""
    count = 20_500
    states = ["granted", "denied", None]
    said = [(n, states[n % 3]) for n in range(count)]
    record(ledger, *({"value": f"p{n}@example.com", "state": state} for n, state in said if state))
    with ledger.transaction() as t:
        t.unread.replace(["email:p3@example.com"])
    people = pa.table(
        {
            "address_key": [address_key(KEY, "email", "x@example.com")] * count,
            "identities": [[f"email:p{n}@example.com"] for n in range(count)],
        }
    )
    with ledger.reading() as t:

        def asked(some: pa.Table) -> list[str | None]:
            found = permissions(t, KEY, some, purpose="marketing", channel="email", basis="opt_in", now=NOW)
            return found.to_pylist()

        whole = asked(people)
        assert whole[:300] == asked(people.slice(0, 300))
    meant = [{"granted": None, "denied": "consent_denied", None: "no_consent"}[state] for _, state in said]
    meant[3] = "consent_unread"
    assert whole == meant


LATER = NOW + DAY


@pytest.mark.parametrize(
    ("yes", "no", "how", "reason"),
    [
        pytest.param((NOW, NOW), (NOW - DAY, NOW - DAY), {}, "consent_denied", id="our-clock-was-set-back"),
        pytest.param((NOW - 3 * DAY, NOW), (NOW - 2 * DAY, NOW - DAY), {}, "consent_denied", id="set-back-and-dated-by-a-file"),
        pytest.param((NOW - DAY, NOW), (NOW - 2 * DAY, NOW), {}, None, id="history-goes-by-its-dates"),
        pytest.param((NOW, NOW), (NOW - DAY, NOW), {}, None, id="history-beside-a-yes-of-this-moment"),
        pytest.param((NOW - DAY, NOW), (NOW - 2 * DAY, NOW), {"is_heard_now": True}, "consent_denied", id="told-now-by-a-clock-behind"),
        pytest.param((NOW - 2 * DAY, NOW), (NOW - DAY, NOW), {"is_heard_now": True}, "consent_denied", id="told-now-and-dated-later"),
    ],
)  # fmt: skip
def test_a_no_that_was_heard_later_outlasts_a_yes_that_a_clock_dated_after_it(ledger, yes, no, how, reason):
    """``yes`` and ``no``: what each is dated, and when it was recorded. No yes after them is in doubt."""
    earlier = yes[0] - 9 * DAY, yes[1] - 9 * DAY
    for state, (said_at, now) in (("granted", earlier), ("granted", yes), ("withdrawn", no)):
        said = {"namespace": "email", "value": "ann@example.com", "state": state, "occurred_at": said_at}
        record_consents(ledger, pa.Table.from_pylist([said]), now=now, **how)
    assert ask(ledger, now=LATER) == reason
    record(ledger, GRANT | {"occurred_at": LATER}, now=LATER)
    assert ask(ledger, now=LATER) is None


def test_a_statement_is_heard_as_a_whole(ledger):
    say(ledger, "granted", 1, ANN)
    named = [{"namespace": space, "value": value} for space, _, value in (each.partition(":") for each in (C1, ANN))]
    said = {"state": "denied", "occurred_at": NOW - 5 * DAY, "statement": "one"}
    record_consents(ledger, pa.Table.from_pylist([each | said for each in named]), now=NOW, is_heard_now=True)
    say(ledger, "granted", 0, OLD)
    assert ask(ledger, OLD, C1) == "consent_denied"
