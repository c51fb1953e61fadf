"""The transaction that admits messages does the same on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyarrow as pa

from coterie.decide import CampaignDefinition, admit
from coterie.domain import Origin
from coterie.protect import WorkspaceKey, address_key, record_consents, suppress, unsubscribe
from coterie.store import Launch, Ledger, open_ledger
from tests.store.rows import NOW, messages, states

KEY = WorkspaceKey(b"k" * 32)


def launch(ledger: Ledger, name: str, people: int) -> None:
    definition = CampaignDefinition.model_validate(
        {
            "name": name,
            "audience": {"everybody": True},
            "template": "hello",
            "frequency_caps": [{"times": 1, "within": "P7D"}],
        }
    )
    addresses = [f"p{n}" for n in range(people)]
    rows = messages(*addresses, campaign=name)
    keys = pa.array([address_key(KEY, "email", f"{address}@example.com") for address in addresses])
    rows = rows.set_column(rows.column_names.index("address_key"), "address_key", keys)
    with ledger.transaction() as t:
        t.outbox.queue(rows)
        body = {"definition": definition.model_dump(mode="json"), "timezone": "UTC"}
        t.launches.add(Launch(name, body, {}, NOW, NOW))


def consent(ledger: Ledger, people: int) -> None:
    rows = {
        "namespace": ["email"] * people,
        "value": [f"P{n}@Example.com" for n in range(people)],
        "state": ["granted"] * people,
        "occurred_at": pa.array([NOW - timedelta(days=1)] * people, pa.timestamp("us")),
    }
    record_consents(ledger, pa.table(rows), now=NOW)


def test_permission_suppression_and_caps_are_asked(ledger):
    consent(ledger, 9)  # the tenth said nothing
    launch(ledger, "first", 3)
    launch(ledger, "second", 10)
    assert len(admit(ledger, KEY, Origin("campaign", "first"), now=NOW).messages) == 3
    suppress(ledger, KEY, "email", ["p4@example.com"], reason="complaint", source="loop", now=NOW)
    assert unsubscribe(ledger, KEY, "second-p5", now=NOW)
    found = admit(ledger, KEY, Origin("campaign", "second"), now=NOW)
    assert dict(found.refused) == {"frequency_cap": 3, "suppressed": 2, "no_consent": 1}
    assert sorted(m.message_id for m in found.messages) == [f"second-p{n}" for n in (3, 6, 7, 8)]
    assert ledger.breaches() == []


def test_an_unsubscription_outranks_the_yes_it_answers_though_the_clock_was_set_back(ledger):
    consent(ledger, 1)
    launch(ledger, "first", 1)
    assert unsubscribe(ledger, KEY, "first-p0", now=NOW - timedelta(days=9))
    with ledger.reading() as t:
        said = t.consents.of(["email:p0@example.com"]).sort_by("effective_at")
    assert said["state"].to_pylist()[-1] == "withdrawn" or said["effective_at"][0] == said["effective_at"][1]


def test_workers_of_two_campaigns_never_break_a_cap(place):
    first = open_ledger(place)
    consent(first, 60)
    for name in ("one", "two"):
        launch(first, name, 60)
    sent: list[str] = []

    def work(name: str) -> None:
        ledger = open_ledger(place)
        while (found := admit(ledger, KEY, Origin("campaign", name), now=NOW, limit=5)).claimed:
            sent.extend(message.address for message in found.messages)
        ledger.close()

    workers = [threading.Thread(target=work, args=(name,)) for name in ("one", "two", "one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == sorted(f"p{n}@example.com" for n in range(60))
    with first.reading() as t:
        assert states(t.outbox.counts()) == {"sending": 60, "refused": 60}
    first.close()
