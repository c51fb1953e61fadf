from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import datetime, timedelta

import pyarrow as pa
import pytest
import sqlalchemy as sa

from coterie.domain import Origin, Outcome
from coterie.store import Ledger, open_ledger
from tests.store.rows import NOW, messages, states, touches


def send(ledger: Ledger, *, campaign: str = "spring", limit: int = 10) -> list[str]:
    with ledger.transaction() as t:
        claimed = [
            message.message_id for message in t.outbox.claim("email", [Origin("campaign", campaign)], limit, now=NOW)
        ]
        t.outbox.mark_sending(claimed, batch="b", now=NOW)
    return claimed


def counts(ledger: Ledger) -> dict[str, int]:
    with ledger.reading() as t:
        return states(t.outbox.counts())


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(messages("ann", "bob"), id="the-same-rows"),
        pytest.param(messages("ANN", "Bob"), id="other-identities-of-the-same-addresses"),
    ],
)
def test_an_address_is_queued_once_a_campaign(ledger, again):
    with ledger.transaction() as t:
        assert t.outbox.queue(messages("ann", "bob")) == 2
        assert t.outbox.queue(again) == 0
        assert t.outbox.queue(messages("ann", campaign="summer")) == 1
    assert counts(ledger) == {"queued": 3}


def test_a_message_comes_back_as_it_was_queued(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
        (message,) = t.outbox.claim("email", [Origin("campaign", "spring")], 5, now=NOW)
        assert t.outbox.find("spring-ann") == message
        assert t.outbox.find("spring-nobody") is None
    assert (message.address, message.identities, message.attempts) == ("ann@example.com", ("email:ann@example.com",), 0)


@pytest.mark.parametrize(
    ("outcome", "state", "keeps_touch"),
    [
        pytest.param("sent", "sent", True, id="accepted"),
        pytest.param("failed", "failed", False, id="refused-for-good"),
        pytest.param("deferred", "queued", False, id="asked-for-time"),
        pytest.param("unknown", "unknown", True, id="nobody-knows"),
    ],
)
def test_an_outcome_moves_the_message_and_its_touch(ledger, outcome, state, keeps_touch):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        t.touches.add(touches(("spring-ann", 1, "ann", NOW)))
        assert t.outbox.record_outcomes([Outcome("spring-ann", outcome, NOW, 250, "ok")]) == 1
        assert t.touches.since(NOW).num_rows == keeps_touch
    assert counts(ledger) == {state: 1}


def test_an_outcome_told_twice_changes_nothing(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        assert t.outbox.record_outcomes([Outcome("spring-ann", "sent", NOW)]) == 1
        assert t.outbox.record_outcomes([Outcome("spring-ann", "failed", NOW)]) == 0
    assert counts(ledger) == {"sent": 1}


def test_a_deferred_message_waits_for_its_time(ledger):
    later = NOW + timedelta(minutes=5)
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome("spring-ann", "deferred", NOW, 451, "later", later)])
        assert t.outbox.claim("email", [Origin("campaign", "spring")], 5, now=NOW) == []
        assert t.outbox.next_due_at("email", [Origin("campaign", "spring")]) == later
        assert [
            message.attempts for message in t.outbox.claim("email", [Origin("campaign", "spring")], 5, now=later)
        ] == [1]


def test_intents_without_outcome_become_unknown_and_stay_so(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann", "bob"))
    assert len(send(ledger, limit=1)) == 1
    with ledger.transaction() as t:
        assert t.outbox.mark_unknown("email", now=NOW) == 1
        assert t.outbox.mark_unknown("email", now=NOW) == 0
    assert len(send(ledger)) == 1  # the other one
    assert send(ledger) == []
    assert counts(ledger) == {"unknown": 1, "sending": 1}


def test_a_late_answer_settles_an_unknown_message(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        t.outbox.mark_unknown("email", now=NOW)
        t.outbox.record_outcomes([Outcome("spring-ann", "sent", NOW)])
    assert counts(ledger) == {"sent": 1}


def test_only_queued_messages_are_refused_or_cancelled(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann", "bob", "cy", "di"))
    send(ledger, limit=1)  # ann
    with ledger.transaction() as t:
        every = {f"spring-{name}": "no_consent" for name in ("ann", "bob")}
        assert t.outbox.refuse(every, now=NOW) == 1
        assert t.outbox.cancel(Origin("campaign", "spring"), now=NOW) == 2
        found = {
            (row["state"], row["reason"]): row["messages"]
            for row in t.outbox.counts(Origin("campaign", "spring")).to_pylist()
        }
    assert found == {("sending", None): 1, ("refused", "no_consent"): 1, ("refused", "cancelled"): 2}


def test_eight_workers_never_claim_the_same_message(place):
    ledger = open_ledger(place)
    names = [f"p{n}" for n in range(200)]
    with ledger.transaction() as t:
        t.outbox.queue(messages(*names))
    taken: list[str] = []

    def work() -> None:
        while claimed := send(ledger, limit=7):
            taken.extend(claimed)

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ledger.close()
    assert sorted(taken) == sorted(f"spring-{name}" for name in names)


def of_step(*addresses: str, occurrence: str, step: str = "welcome/first", at: datetime = NOW) -> pa.Table:
    rows = messages(*addresses, campaign=f"{step} {occurrence}", at=at)
    for name, value in (("origin_kind", "journey"), ("origin", step), ("occurrence", occurrence)):
        rows = rows.set_column(rows.column_names.index(name), name, pa.array([value] * rows.num_rows))
    return rows


def test_a_step_writes_once_an_occurrence_and_again_in_the_next(ledger):
    with ledger.transaction() as t:
        assert t.outbox.queue(of_step("ann", occurrence="1")) == 1
        assert t.outbox.queue(of_step("ann", occurrence="1")) == 0
        assert t.outbox.queue(of_step("ann", occurrence="2")) == 1
        assert t.outbox.queue(of_step("ann", occurrence="1", step="welcome/second")) == 1
        assert t.outbox.queue(messages("ann", campaign="welcome/first")) == 1
        found = t.outbox.waiting("email")
    steps = [Origin("journey", name) for name in ("welcome/first", "welcome/second")]
    assert found == [Origin("campaign", "welcome/first"), *steps]
    assert ledger.breaches() == []


def test_the_longest_due_of_all_origins_comes_first(ledger):
    spring, step = Origin("campaign", "spring"), Origin("journey", "welcome/first")
    with ledger.transaction() as t:
        for minutes, name in enumerate(["ann", "bob", "cem", "dan"], start=-4):
            at = NOW + timedelta(minutes=minutes)
            rows = messages(name, at=at) if minutes % 2 else of_step(name, occurrence="1", at=at)
            t.outbox.queue(rows)
        t.outbox.queue(messages("eve", campaign="autumn", at=NOW - timedelta(hours=1)))
        due = [message.address for message in t.outbox.coming("email", [spring, step], 3, now=NOW)]
        claimed = [message.address for message in t.outbox.claim("email", [spring, step], 3, now=NOW)]
    assert claimed == due == ["ann@example.com", "bob@example.com", "cem@example.com"]


def test_only_the_intents_of_what_is_sent_become_unknown(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
        t.outbox.queue(messages("ann", campaign="summer"))
    send(ledger)
    send(ledger, campaign="summer")
    with ledger.transaction() as t:
        assert t.outbox.mark_unknown("sms", now=NOW) == 0
        assert t.outbox.mark_unknown("email", [Origin("campaign", "spring")], now=NOW) == 1
    assert counts(ledger) == {"sending": 1, "unknown": 1}
    with ledger.transaction() as t:
        assert t.outbox.mark_unknown("email", now=NOW) == 1


def test_rows_known_by_their_key_are_found_by_it_and_not_among_all_that_wait(tmp_path):
    ledger, asked = open_ledger(tmp_path / "ledger.sqlite"), []
    with ledger.transaction() as t:
        t.outbox.queue(messages(*[f"p{n}" for n in range(50)]))

    @sa.event.listens_for(ledger._engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, values, *_rest) -> None:
        asked.append((statement, values))

    claimed = send(ledger)
    with ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome(claimed[0], "sent", NOW)])
        t.outbox.refuse({claimed[1]: "no_consent"}, now=NOW)
        t.outbox.waiting("email")
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        ways = [
            (statement, row[3])
            for statement, values in asked
            if statement.startswith("SELECT") and "FROM outbox" in statement
            for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    ledger.close()
    by_key = [way for statement, way in ways if "message_id IN" in statement]
    assert by_key
    assert all("message_id=?" in way for way in by_key), by_key
    assert any("origin>?" in way for _, way in ways), ways


SPRING = Origin("campaign", "spring")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        pytest.param(["sent", "failed"], "sent", id="what-was-sent-is-not-taken-back"),
        pytest.param(["unknown", "sent"], "sent", id="an-unknown-is-settled"),
        pytest.param(["deferred", "sent"], "queued", id="what-waits-again-was-not-sent"),
    ],
)
def test_two_answers_told_at_once_are_heard_one_after_the_other(ledger, told, state):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome("spring-ann", each, NOW) for each in told])
    assert counts(ledger) == {state: 1}


@pytest.mark.parametrize(
    ("state", "has_left"),
    [(None, False), ("sending", True), ("sent", True), ("unknown", True), ("failed", False), ("deferred", False)],
)
def test_what_left_or_may_have_left_is_known(ledger, state, has_left):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    if state:
        send(ledger)
    with ledger.transaction() as t:
        if state not in {None, "sending"}:
            t.outbox.record_outcomes([Outcome("spring-ann", state, NOW)])
        assert t.outbox.has_left("email", SPRING) is has_left
        assert t.outbox.has_left("sms", SPRING) is False


LATER = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("believed", "state"),
    [
        pytest.param(Outcome("spring-ann", "failed", NOW, 550), "failed", id="the-very-answer"),
        pytest.param(Outcome("spring-ann", "failed", NOW, 554), "queued", id="another-answer"),
        pytest.param(Outcome("spring-ann", "failed", NOW, None), "queued", id="no-answer"),
        pytest.param(Outcome("spring-ann", "sent", NOW, 550), "queued", id="no-refusal"),
        pytest.param(
            Outcome("spring-ann", "failed", NOW - timedelta(seconds=1), 550), "queued", id="of-an-earlier-try"
        ),
    ],
)
def test_a_refusal_believed_late_closes_what_it_put_back_and_nothing_else(ledger, believed, state):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome("spring-ann", "deferred", NOW, 550, retry_at=LATER)])
        t.outbox.record_outcomes([believed])
    assert counts(ledger) == {state: 1}


def test_a_try_that_is_given_back_counts_for_nothing(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome("spring-ann", "deferred", NOW, 451, retry_at=LATER)])
        for _ in range(2):
            t.outbox.give_back(["spring-ann"], now=NOW)
        assert [each.attempts for each in t.outbox.claim("email", [SPRING], 5, now=NOW)] == [0]


def test_of_those_passed_over_only_the_second_messages_of_who_failed_are_queued_again(ledger):
    people = {"ann": "no_consent", "amy": "duplicate_person", "ada": "duplicate_person", "bob": "duplicate_person"}
    rows = messages(*people, "ali")
    every = ['["email:ann@example.com"]', '["email:amy@example.com", "crm_id:7"]', '["email:ada@example.com"]']
    every += ['["email:bob@example.com"]', '["email:ali@example.com", "crm_id:7"]']
    rows = rows.set_column(rows.column_names.index("identities"), "identities", pa.array(every))
    rows = rows.set_column(rows.column_names.index("profile_id"), "profile_id", pa.array([5, 2, 5, 4, 5]))
    with ledger.transaction() as t:
        t.outbox.queue(rows)
        t.outbox.queue(of_step("ada", occurrence="2"))
        reasons = {f"spring-{name}": why for name, why in people.items()}
        t.outbox.refuse({**reasons, "welcome/first 2-ada": "duplicate_person"}, now=NOW)
        (failed,) = t.outbox.claim("email", [SPRING], 5, now=NOW)
        assert t.outbox.readmit([failed], now=LATER) == 2
        again = [each.message_id for each in t.outbox.claim("email", [SPRING], 5, now=LATER)]
        assert t.outbox.claim("email", [SPRING], 5, now=NOW) == [failed]
    assert sorted(again) == ["spring-ada", "spring-ali", "spring-amy"]  # by the profile, and by an identity


def test_of_two_occurrences_the_other_ones_second_message_stays_refused(ledger):
    step = Origin("journey", "welcome/first")
    with ledger.transaction() as t:
        for occurrence in "12":
            t.outbox.queue(of_step("ann", "amy", occurrence=occurrence))
            t.outbox.refuse({f"welcome/first {occurrence}-amy": "duplicate_person"}, now=NOW)
        rows = {each.message_id: each for each in t.outbox.claim("email", [step], 5, now=NOW)}
        failed = rows["welcome/first 1-ann"]
        found = t.outbox.messages(step, "refused").to_pylist()
        t.outbox.amend({"welcome/first 1-ann": {"profile_id": 2, "identities": failed.identities}})
        assert len(found) == 2
        (renamed,) = [e for e in t.outbox.claim("email", [step], 5, now=NOW) if e.message_id == "welcome/first 1-ann"]
        assert t.outbox.readmit([renamed], now=NOW) == 1


def test_only_what_was_due_is_dropped(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann", at=NOW))
        t.outbox.queue(messages("bob", at=NOW + timedelta(microseconds=1)))
        assert t.outbox.past_due(now=NOW) == 1
        assert t.outbox.drop_past_due(now=NOW) == 1
        assert t.outbox.drop_past_due(now=NOW) == 0
    assert counts(ledger) == {"refused": 1, "queued": 1}


def test_the_next_of_several_origins_is_the_earliest(ledger):
    every = [SPRING, Origin("campaign", "summer"), Origin("campaign", "autumn")]
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann", at=LATER))
        t.outbox.queue(messages("ann", campaign="summer", at=NOW))
        assert t.outbox.next_due_at("email", every) == NOW
        assert t.outbox.next_due_at("email", every, after=NOW) == LATER
        assert t.outbox.next_due_at("email", every, after=LATER) is None


def test_a_long_answer_is_kept_as_far_as_a_person_reads(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann"))
    send(ledger)
    with ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome("spring-ann", "failed", NOW, 550, "no " * 1000)])
        assert len(t.outbox.messages(SPRING)["reply"][0].as_py()) == 1000


def test_contacts_of_an_occurrence_are_found_by_address_and_by_profile(ledger):
    rows = touches(("m1", 1, "a", NOW), ("m2", 2, "b", NOW), ("m3", 3, "c", NOW), ("m4", 1, "a", NOW))
    rows = rows.set_column(rows.column_names.index("occurrence"), "occurrence", pa.array(["1", "1", "1", "2"]))
    with ledger.transaction() as t:
        t.touches.add(rows)
        assert t.touches.of(SPRING, ["1"], ["a"], [2]) == {("1", 1, "a"), ("1", 2, "b")}
        assert t.touches.of(SPRING, ["1"], [], [3]) == {("1", 3, "c")}
        assert t.touches.of(SPRING, ["1"], ["c"], []) == {("1", 3, "c")}
        assert t.touches.of(SPRING, ["3"], ["a"], [1]) == set()
        assert t.touches.of(Origin("campaign", "summer"), ["1"], ["a"], [1]) == set()
        t.touches.add(rows)  # what is known stays as it is
        assert t.touches.since(NOW).num_rows == 4


def test_of_one_origin_the_longest_due_comes_first_whatever_it_is_called(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann", at=NOW))
        t.outbox.queue(messages("zed", at=NOW - timedelta(minutes=1)))
        assert [each.address for each in t.outbox.claim("email", [SPRING], 1, now=NOW)] == ["zed@example.com"]


def test_what_was_refused_after_it_was_claimed_is_not_sent(ledger):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann", "bob"))
        claimed = [each.message_id for each in t.outbox.claim("email", [SPRING], 5, now=NOW)]
        t.outbox.refuse({"spring-ann": "no_consent"}, now=NOW)
        assert t.outbox.mark_sending(claimed, batch="b", now=NOW) == 1
    assert counts(ledger) == {"refused": 1, "sending": 1}
