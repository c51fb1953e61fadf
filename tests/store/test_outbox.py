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
