from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.decide import admit, cancel_campaign, foresee, people_today, release_sending, renew_people
from coterie.decide.admission import admit_within
from coterie.decide.capping import capped
from coterie.decide.renewing import renew_zones, zones_today
from coterie.domain import Origin, Outcome
from coterie.errors import NotPermitted, NotReady
from coterie.identifiers import identities_of
from coterie.protect import address_key, suppress, unsubscribe
from coterie.settings import WorkspaceSettings
from coterie.store import HELD, open_ledger
from tests.decide.conftest import KEY, NOW, Shop, campaign


def drain(
    shop: Shop, name: str = "spring", *, now: datetime = NOW, limit: int = 7, settle: str = "sent"
) -> Counter[str]:
    """Send everything that is due; what became of it, by reason or ``sent``."""
    found: Counter[str] = Counter()
    while (batch := admit(shop.ledger, KEY, Origin("campaign", name), now=now, limit=limit)).claimed:
        with shop.ledger.transaction() as t:
            t.outbox.record_outcomes([Outcome(m.message_id, settle, now) for m in batch.messages])
        found.update({settle: len(batch.messages)})
        found.update(batch.refused)
    return +found


def test_everybody_queued_is_sent_or_refused(shop):
    contacts = shop.launch(campaign()).queued
    assert drain(shop) == {"sent": contacts}
    assert admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW).next_at is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda s: s.say(("P4@Example.com", "withdrawn"), at=NOW), "consent_denied", id="withdrawn-since"),
        pytest.param(
            lambda s: s.say(("C4", "denied"), namespace="customer_id", at=NOW), "consent_denied", id="said-elsewhere"
        ),
        pytest.param(
            lambda s: suppress(s.ledger, KEY, "email", ["p4@example.com"], reason="bounced", source="x", now=NOW),
            "suppressed",
            id="suppressed-since",
        ),
    ],
)
def test_a_no_between_launch_and_send_is_heard(shop, change, reason):
    contacts = shop.launch(campaign(holdout=0)).queued
    change(shop)
    assert drain(shop) == {"sent": contacts - 1, reason: 1}
    with shop.ledger.reading() as t:
        (refused,) = t.outbox.messages(Origin("campaign", "spring"), "refused").to_pylist()
        touched = t.touches.since(NOW)["profile_id"].to_pylist()
    assert (refused["profile_id"], refused["reason"]) == (4, reason)
    assert (len(touched), 4 in touched) == (contacts - 1, False), "who got nothing was not contacted"


def test_the_intent_is_durable_before_admit_returns(shop):
    shop.launch(campaign())
    batch = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW, limit=3)
    with shop.ledger.reading() as t:
        sending = t.outbox.messages(Origin("campaign", "spring"), "sending")
        assert t.touches.since(NOW).num_rows == 3
    assert set(sending["message_id"].to_pylist()) == {m.message_id for m in batch.messages}
    assert set(sending["batch"].to_pylist()) == {batch.batch}


@pytest.mark.parametrize("purpose", ["marketing", "surveys"])
def test_an_unsubscription_stops_its_purpose_for_the_person(shop, purpose):
    """Also what waits already, whatever address of the person is used, and whatever is imported after."""
    shop.add_identifiers((4, "email", "other4@example.com"))
    shop.say(("other4@example.com", "granted"), *((f"p{n}@example.com", "granted") for n in range(1, 101)), purpose="*")
    shop.launch(campaign(holdout=0, purpose=purpose))
    shop.launch(campaign(name="next", holdout=0, purpose=purpose))
    shop.launch(campaign(name="letters", holdout=0, purpose="letters"))
    with shop.ledger.reading() as t:
        (message,) = (
            row for row in t.outbox.messages(Origin("campaign", "spring")).to_pylist() if row["profile_id"] == 4
        )
    for _ in range(2):
        assert unsubscribe(shop.ledger, KEY, message["message_id"], now=NOW)
    assert not unsubscribe(shop.ledger, KEY, "no such message", now=NOW)
    is_marketing = purpose == "marketing"
    with shop.ledger.reading() as t:
        said = t.consents.of(json.loads(message["identities"])).to_pylist()
    taken_back = {row["identity"] for row in said if (row["state"], row["purpose"]) == ("withdrawn", purpose)}
    assert taken_back == {"email:p4@example.com", "email:other4@example.com", "customer_id:C4"}
    with shop.ledger.reading() as t:  # doing it twice is as once
        assert t.suppressions.of(message["address_key"]).num_rows == is_marketing
    if is_marketing:
        shop.say(("p4@example.com", "granted"), ("C4", "granted"), at=NOW + timedelta(days=1), purpose="*")
    found = drain(shop, "next", now=NOW + timedelta(days=2))
    assert found == {"sent": 49, "suppressed" if is_marketing else "consent_denied": 1}
    assert drain(shop, "letters") == ({"sent": 49, "suppressed": 1} if is_marketing else {"sent": 50})


@pytest.mark.parametrize(
    ("cap", "days", "admitted"),
    [
        pytest.param({"times": 1, "within": "P7D"}, 7, False, id="rolling-the-far-edge-counts"),
        pytest.param({"times": 1, "within": "P7D"}, 7.01, True, id="rolling-past-the-edge"),
        pytest.param({"times": 2, "within": "P7D"}, 1, True, id="room-for-one-more"),
        pytest.param({"times": 1, "per": "day"}, 0.4, False, id="the-same-day"),
        pytest.param({"times": 1, "per": "day"}, 0.6, True, id="yesterday-evening"),
        pytest.param({"times": 1, "within": "P7D", "channel": "sms"}, 1, True, id="another-channel"),
    ],
)
def test_a_contact_counts_within_its_window(shop, cap, days, admitted):
    shop.launch(campaign(name="first", holdout=0), now=NOW - timedelta(days=days))
    shop.launch(campaign(holdout=0, frequency_caps=[cap]), now=NOW - timedelta(days=30))
    assert drain(shop, "first", now=NOW - timedelta(days=days)) == {"sent": 50}
    assert drain(shop) == ({"sent": 50} if admitted else {"frequency_cap": 50})


@pytest.mark.parametrize(
    ("settle", "admitted"),
    [
        pytest.param("failed", True, id="a-refused-message-is-no-contact"),
        pytest.param("unknown", False, id="one-that-may-have-arrived-is"),
    ],
)
def test_what_became_of_a_message_decides_whether_it_counts(shop, settle, admitted):
    shop.launch(campaign(name="first", holdout=0))
    shop.launch(campaign(holdout=0, frequency_caps=[{"times": 1, "within": "P7D"}]))
    drain(shop, "first", settle=settle)
    assert drain(shop) == ({"sent": 50} if admitted else {"frequency_cap": 50})


@pytest.mark.parametrize("namespace", ["email", "wechat"])
def test_a_contact_at_another_address_of_the_person_counts_on_any_channel(shop, namespace):
    """A channel from outside has a namespace of its own."""
    other = address_key(KEY, namespace, "elsewhere")
    rows = {
        "message_id": ["m"], "origin_kind": ["campaign"], "origin": ["first"], "occurrence": [""], "profile_id": [999],
        "address_key": [other], "channel": [namespace],
    }  # fmt: skip
    with shop.ledger.transaction() as t:
        t.touches.add(pa.table({**rows, "touched_at": pa.array([NOW], pa.timestamp("us"))}))
    shop.add_identifiers((4, namespace, "elsewhere"))
    cap = {"times": 1, "within": "P7D"}
    assert shop.plan(campaign(frequency_caps=[cap])).refused == {"frequency_cap": 1}
    with shop.ledger.reading() as t:
        held = identities_of(pa.array([namespace]), pa.array(["elsewhere"]), "").to_pylist()
        people = {
            "profile_id": [1, *range(1000, 31_000)],
            "address_key": ["own"] * 30_001,
            "identities": [held] + [[]] * 30_000,
        }
        for table in (pa.table(people), pa.table(people).slice(0, 2)):
            full = capped(t, KEY, table, campaign(frequency_caps=[cap]).frequency_caps, now=NOW, timezone="UTC")
            assert full.to_pylist() == [True] + [False] * (table.num_rows - 1)


def test_caps_already_reached_show_in_the_plan(shop):
    shop.launch(campaign(name="first", holdout=0))
    drain(shop, "first")
    plan = shop.plan(campaign(frequency_caps=[{"times": 1, "per": "month"}], audience={"everybody": True}))
    assert plan.refused == {"frequency_cap": 50}


def test_a_contact_at_an_old_address_of_the_person_counts(shop):
    shop.launch(campaign(name="first", holdout=0))
    drain(shop, "first")
    shop.engine.execute("UPDATE identifiers SET profile_id = 3 WHERE profile_id = 4")  # 4 was merged into 3
    shop.engine.execute("UPDATE membership_flags SET vip = (profile_id = 3)")
    assert shop.plan(campaign(frequency_caps=[{"times": 1, "within": "P7D"}])).refused == {"frequency_cap": 1}


def test_quiet_hours_keep_messages_waiting(shop):
    shop.launch(campaign(quiet_hours={"start": "11:00", "end": "14:00"}))
    held = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW)
    assert (held.claimed, held.next_at) == (0, NOW.replace(hour=14))
    assert admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW.replace(hour=14)).claimed > 0


def test_quiet_hours_in_ones_own_zone_keep_each_message_by_that_clock_and_the_workspaces_where_none_is_known(shop):
    """At 22 o'clock UTC: early in the morning in Auckland, night here; who moves meanwhile is asked by the new clock."""
    shop.engine.execute("ALTER TABLE profiles ADD COLUMN timezone VARCHAR")
    shop.launch(campaign(holdout=0, quiet_hours={"start": "21:00", "end": "08:00", "zone": "timezone"}))
    origin, now = Origin("campaign", "spring"), NOW.replace(hour=22)
    with shop.ledger.reading() as t:
        [first, second, *others] = sorted(t.outbox.messages(origin)["profile_id"].to_pylist())
    assert others

    def live_in(person, zone):
        shop.engine.execute(f"UPDATE profiles SET timezone = '{zone}' WHERE profile_id = {person}")

    def left(at):
        renew_zones(shop.ledger, zones_today(shop.engine, shop.ledger, [origin]))
        gone = []
        while (admission := admit(shop.ledger, KEY, origin, now=at)).claimed:
            gone += [message.profile_id for message in admission.messages]
        return sorted(gone), admission.next_at

    live_in(first, "Pacific/Auckland")
    live_in(second, "America/New_York")
    live_in(others[0], "Middle-earth")
    assert left(now) == ([first, second], datetime(2026, 3, 11, 8))
    shop.engine.execute("UPDATE profiles SET timezone = NULL")
    assert left(datetime(2026, 3, 11, 7, 59)) == ([], datetime(2026, 3, 11, 8))
    assert left(datetime(2026, 3, 11, 8)) == (others, None)


def test_nothing_leaves_before_its_start(shop):
    start = NOW + timedelta(hours=3)
    shop.launch(campaign(starts_at=start))
    early = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW)
    assert (early.claimed, early.next_at) == (0, start)
    assert admit(shop.ledger, KEY, Origin("campaign", "spring"), now=start).claimed > 0


def test_sending_held_after_a_restore_needs_a_person(shop):
    shop.launch(campaign())
    with shop.ledger.transaction() as t:
        t.facts.put(HELD, "this ledger is a copy")
    with pytest.raises(NotPermitted, match="sending is held: this ledger is a copy"):
        admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW)
    assert release_sending(shop.ledger, actor="mia", now=NOW)
    assert not release_sending(shop.ledger, actor="mia", now=NOW)
    assert admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW).claimed > 0


def test_a_campaign_not_launched_cannot_send(shop):
    with pytest.raises(NotReady, match="not been launched"):
        admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW)


def test_caps_hold_under_workers_and_restarts(shop, tmp_path):
    """Reliability C5 in small: 6 campaigns × 4 workers on the same people; none is contacted more than twice."""
    shop.ledger.close()
    file = tmp_path / "ledger.sqlite"
    shop.ledger = open_ledger(file)
    shop.say(*((f"p{n}@example.com", "granted") for n in range(1, 101)))
    with shop.ledger.transaction() as t:
        t.definitions.save("template", "hello", {}, author="test", at=NOW)
    caps = [{"times": 2, "within": "P7D"}, {"times": 2, "per": "month"}]
    names = [f"c{number}" for number in range(6)]
    for name in names:
        shop.launch(campaign(name=name, holdout=0, frequency_caps=caps))
    moments = [NOW + timedelta(minutes=5 * step) for step in range(4)]

    def work(worker: int) -> None:
        ledger = open_ledger(file)
        for step, moment in enumerate(moments):
            name = names[(worker + step) % len(names)]
            while batch := admit(ledger, KEY, Origin("campaign", name), now=moment, limit=3).messages:
                with ledger.transaction() as t:
                    states = ("sent", "unknown", "failed")
                    told = [Outcome(m.message_id, states[m.profile_id % 3], moment) for m in batch]
                    t.outbox.record_outcomes(told)
                if worker == 3:
                    ledger.close()
                    ledger = open_ledger(file)
        ledger.close()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    contacts: Counter[int] = Counter()
    blocked = 0
    with shop.ledger.reading() as t:
        for name in names:
            for row in t.outbox.messages(Origin("campaign", name)).to_pylist():
                contacts[row["profile_id"]] += row["state"] in {"sent", "unknown"}
                blocked += row["reason"] == "frequency_cap"
                assert row["state"] in {"sent", "unknown", "failed", "refused", "queued"}
    assert max(contacts.values()) == 2
    assert blocked > 0


def test_two_messages_of_one_profile_are_not_admitted_at_once(shop):
    """The second sees the contact that the first made, and with it every cap."""
    shop.launch(campaign(holdout=0, frequency_caps=[{"times": 1, "per": "month"}]))
    with shop.ledger.transaction() as t:
        (first,) = [
            row for row in t.outbox.messages(Origin("campaign", "spring")).to_pylist() if row["profile_id"] == 4
        ]
        names = ("message_id", "origin_kind", "origin", "occurrence", "profile_id", "channel", "purpose", "address", "address_key", "identities", "arm", "variant")  # fmt: skip
        again = {name: first[name] for name in names} | {
            "message_id": "again",
            "address": "new4@example.com",
            "address_key": "new4",
        }
        rows = pa.Table.from_pylist([again])
        for name in ("queued_at", "not_before"):
            rows = rows.append_column(name, pa.array([NOW], pa.timestamp("us")))
        assert t.outbox.queue(rows) == 1
    batch = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW, limit=100)
    assert [m.profile_id for m in batch.messages].count(4) == 1
    assert batch.refused == {"duplicate_person": 1}


@pytest.mark.parametrize("limit", [100, 1], ids=["both-in-one-batch", "one-after-the-other"])
def test_people_merged_after_the_launch_get_one_message(shop, limit):
    contacts = shop.launch(campaign(holdout=0)).queued
    shop.engine.execute("UPDATE identifiers SET profile_id = 4 WHERE profile_id IN (6, 8)")
    renewed = people_today(shop.engine, shop.ledger, [Origin("campaign", "spring")], "")
    assert {whom.profile_id for whom in renewed.values()} == {4}
    foreseen = foresee(shop.ledger, KEY, "spring", now=NOW, renewed=renewed)
    assert (foreseen.contacts, foreseen.refused) == (contacts - 2, {"duplicate_person": 2})
    renew_people(shop.ledger, renewed)
    assert drain(shop, limit=limit) == {"sent": contacts - 2, "duplicate_person": 2}


def test_who_was_written_to_before_the_merge_gets_no_second(shop):
    contacts = shop.launch(campaign(holdout=0)).queued
    batch = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW, limit=contacts // 2)
    first, rest = batch.messages[0].profile_id, set(range(2, 101, 2)) - {m.profile_id for m in batch.messages}
    with shop.ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome(m.message_id, "sent", NOW) for m in batch.messages])
    into = min(rest)  # whichever number the merged profile bears
    shop.engine.execute(f"UPDATE identifiers SET profile_id = {into} WHERE profile_id = {first}")
    renew_people(shop.ledger, people_today(shop.engine, shop.ledger, [Origin("campaign", "spring")], ""))
    assert drain(shop) == {"sent": len(rest) - 1, "duplicate_person": 1}


def test_the_contacts_of_all_who_were_merged_count_for_the_caps(shop):
    shop.launch(campaign(name="first", holdout=0))
    with shop.ledger.transaction() as t:
        others = [
            row["message_id"]
            for row in t.outbox.messages(Origin("campaign", "first")).to_pylist()
            if row["profile_id"] != 6
        ]
        t.outbox.refuse(dict.fromkeys(others, "held_back"), now=NOW)
    assert drain(shop, "first") == {"sent": 1}
    shop.launch(campaign(holdout=0, frequency_caps=[{"times": 1, "per": "month"}]))
    shop.engine.execute("UPDATE identifiers SET profile_id = 4 WHERE profile_id = 6")
    renew_people(shop.ledger, people_today(shop.engine, shop.ledger, [Origin("campaign", "spring")], ""))
    assert drain(shop)["frequency_cap"] == 1
    with shop.ledger.reading() as t:
        assert {r["reason"] for r in t.outbox.messages(Origin("campaign", "spring"), "refused").to_pylist()} == {
            "frequency_cap"
        }


def test_messages_that_come_back_after_their_campaign_was_cancelled_go_no_more(shop):
    def cancel(name: str, *, dry_run: bool = False) -> int:
        return cancel_campaign(shop.ledger, name, actor="ann", now=NOW, dry_run=dry_run)

    contacts = shop.launch(campaign(holdout=0)).queued
    shop.launch(campaign(name="other", holdout=0))
    batch = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW, limit=5)
    assert cancel("spring", dry_run=True) == cancel("spring") == contacts - 5
    with shop.ledger.transaction() as t:
        t.outbox.record_outcomes([Outcome(m.message_id, "deferred", NOW) for m in batch.messages])
    again = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW)
    assert (again.messages, again.refused, again.claimed, again.next_at) == ((), {"cancelled": 5}, 0, None)
    assert cancel("spring") == 0
    assert drain(shop, "other") == {"sent": contacts}
    with pytest.raises(NotReady):
        cancel("never")


def test_campaigns_that_leave_together_go_each_by_its_own_terms(shop):
    contacts = shop.launch(campaign(name="first", holdout=0)).queued
    capped_terms = [{"times": 1, "per": "month"}]
    shop.launch(campaign(name="second", holdout=0, frequency_caps=capped_terms), now=NOW + timedelta(seconds=1))
    for name, days in (("later", 2), ("soon", 1)):
        shop.launch(campaign(name=name, starts_at=NOW + timedelta(days=days)))
    with shop.ledger.transaction() as t:
        found = admit_within(t, KEY, "email", None, now=NOW + timedelta(seconds=2), limit=1000)
    assert Counter(message.origin.name for message in found.messages) == {"first": contacts}
    assert (found.claimed, found.refused) == (2 * contacts, {"frequency_cap": contacts})
    with shop.ledger.transaction() as t:
        none = admit_within(t, KEY, "email", None, now=NOW + timedelta(seconds=2))
    assert (none.claimed, none.next_at) == (0, NOW + timedelta(days=1))


def test_quiet_hours_are_those_of_the_clock_at_the_launch(shop):
    shop.settings = WorkspaceSettings(timezone="Asia/Shanghai")
    shop.launch(campaign(holdout=0, quiet_hours={"start": "19:00", "end": "08:00"}))
    quiet = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=NOW)
    assert (quiet.claimed, quiet.next_at) == (0, datetime(2026, 3, 11)), (
        "at noon in UTC it is eight in the evening there"
    )
    awake = admit(shop.ledger, KEY, Origin("campaign", "spring"), now=datetime(2026, 3, 11, 2))
    assert awake.claimed > 0, "two at night in UTC is ten in the morning there"


def test_nobody_who_never_said_yes_is_written_to_though_a_message_waits_for_them(shop):
    shop.launch(campaign(holdout=0))
    with shop.ledger.transaction() as t:
        (first, *_) = t.outbox.messages(Origin("campaign", "spring")).to_pylist()
        names = ("origin_kind", "origin", "occurrence", "channel", "purpose", "arm", "variant")
        silent = {name: first[name] for name in names} | {
            "message_id": "silent",
            "profile_id": 1001,
            "address": "silent@example.com",
            "address_key": address_key(KEY, "email", "silent@example.com"),
            "identities": '["email:silent@example.com"]',
        }
        rows = pa.Table.from_pylist([silent])
        for name in ("queued_at", "not_before"):
            rows = rows.append_column(name, pa.array([NOW], pa.timestamp("us")))
        assert t.outbox.queue(rows) == 1
    assert drain(shop)["no_consent"] == 1
