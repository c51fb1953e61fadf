from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.domain import Origin
from coterie.errors import NotReady, Overtaken, UnknownName
from coterie.store import Launch
from tests.store.rows import NOW, exposures, touches


def test_the_newest_definition_wins_and_none_is_deleted(ledger):
    with ledger.transaction() as t:
        first = t.definitions.save("segment", "vip", {"min": 1}, author="ann", at=NOW)
        same = t.definitions.save("segment", "vip", {"min": 1}, author="bob", at=NOW)
        second = t.definitions.save("segment", "vip", {"min": 2}, author="bob", at=NOW)
    assert (first.version, same, second.version) == (1, first, 2)
    with ledger.reading() as t:
        assert t.definitions.one("segment", "vip").body == {"min": 2}
        assert t.definitions.one("segment", "vip", 1) == first
        assert [past.version for past in t.definitions.history("segment", "vip")] == [1, 2]


def test_a_retired_definition_is_a_version_that_can_come_back(ledger):
    with ledger.transaction() as t:
        t.definitions.save("segment", "vip", {"min": 1}, author="ann", at=NOW)
        t.definitions.save("segment", "gold", {"min": 5}, author="ann", at=NOW)
        assert t.definitions.retire("segment", "vip", author="ann", at=NOW).version == 2
        assert list(t.definitions.all("segment")) == ["gold"]
        with pytest.raises(UnknownName, match="gold"):
            t.definitions.one("segment", "vip")
        assert t.definitions.save("segment", "vip", {"min": 1}, author="ann", at=NOW).version == 3
        assert list(t.definitions.all("segment")) == ["gold", "vip"]


def test_a_definition_that_somebody_else_changed_is_not_overwritten(ledger):
    with ledger.transaction() as t:
        t.definitions.save("segment", "vip", {"min": 1}, author="ann", at=NOW, made_from=0)
        t.definitions.save("segment", "vip", {"min": 2}, author="bob", at=NOW, made_from=1)
        with pytest.raises(Overtaken, match="version 2 by bob.*made from version 1"):
            t.definitions.save("segment", "vip", {"min": 3}, author="ann", at=NOW, made_from=1)
        with pytest.raises(Overtaken):
            t.definitions.save("segment", "vip", {"min": 3}, author="ann", at=NOW, made_from=0)
        with pytest.raises(Overtaken):
            t.definitions.retire("segment", "vip", author="ann", at=NOW, made_from=1)
        assert t.definitions.save("segment", "vip", {"min": 2}, author="ann", at=NOW, made_from=1).version == 2
        assert t.definitions.retire("segment", "vip", author="ann", at=NOW, made_from=2).version == 3
        assert t.definitions.save("segment", "vip", {"min": 3}, author="ann", at=NOW, made_from=0).version == 4


def test_the_newest_of_many_versions_of_many_names_is_found_as_a_plain_walk_finds_it(ledger):
    with ledger.transaction() as t:
        for number in range(61):
            name = f"s{number % 7}"
            if number % 11 == 5 and name in t.definitions.all("segment"):
                t.definitions.retire("segment", name, author="ann", at=NOW)
            else:
                t.definitions.save("segment", name, {"min": number}, author="ann", at=NOW)
        histories = {f"s{k}": t.definitions.history("segment", f"s{k}") for k in range(7)}
        newest = {name: past[-1] for name, past in sorted(histories.items()) if not past[-1].is_retired}
        assert t.definitions.all("segment") == newest
        assert len(newest) < 7
        assert all(t.definitions.one("segment", name) == found for name, found in newest.items())


def test_a_definition_keeps_chinese_and_nested_values(ledger):
    body = {"名称": "高价值", "all": [{"trait": "x", "is": None}, 1.5, True]}
    with ledger.transaction() as t:
        t.definitions.save("segment", "vip", body, author="王", at=NOW)
    with ledger.reading() as t:
        assert t.definitions.one("segment", "vip").body == body


def test_a_profile_meets_one_arm_of_an_experiment_once(ledger):
    with ledger.transaction() as t:
        assert t.exposures.add(exposures(range(100))) == 100
        assert t.exposures.add(exposures(range(50, 150))) == 50
        assert t.exposures.add(exposures(range(10), "summer")) == 10
    with ledger.reading() as t:
        kept = t.exposures.of(Origin("campaign", "spring"))
    assert kept["profile_id"].to_pylist() == list(range(150))
    assert kept.schema.field("exposed_at").type == pa.timestamp("us")
    assert set(kept["exposed_at"].to_pylist()) == {NOW}


def test_tables_without_rows_still_have_their_columns(ledger):
    with ledger.reading() as t:
        assert t.exposures.of(Origin("campaign", "none")).schema.names[:5] == [
            "profile_id",
            "occurrence",
            "arm",
            "propensity",
            "exposed_at",
        ]
        assert t.consents.about("marketing", "email", []).num_rows == 0
        assert t.suppressions.active("email", []).num_rows == 0
        assert t.outbox.messages(Origin("campaign", "none")).num_rows == 0


def test_instants_keep_their_microseconds(ledger):
    at = datetime(2026, 3, 10, 12, 0, 0, 123456)
    with ledger.transaction() as t:
        t.touches.add(touches(("m", 1, "a", at)))
        assert t.touches.since(at)["touched_at"].to_pylist() == [at]
        assert t.touches.since(at + timedelta(microseconds=1)).num_rows == 0


def test_touches_of_a_person_are_found_by_address_or_profile_once(ledger):
    with ledger.transaction() as t:
        t.touches.add(touches(("m1", 1, "a", NOW), ("m2", 2, "b", NOW), ("m3", 3, "c", NOW)))
        found = t.touches.since(NOW, address_keys=["a", "b"], profile_ids=[1])
        assert sorted(found["message_id"].to_pylist()) == ["m1", "m2"]
        t.touches.remove(["m1"])
        assert t.touches.since(NOW).num_rows == 2


def test_a_watermark_moves_with_its_transaction(ledger):
    with ledger.transaction() as t:
        assert t.watermarks.get("decide") is None
        t.watermarks.move("decide", "7", at=NOW)
    with pytest.raises(ZeroDivisionError):  # noqa: SIM117, PT012
        with ledger.transaction() as t:
            t.watermarks.move("decide", "8", at=NOW)
            raise ZeroDivisionError
    with ledger.reading() as t:
        assert t.watermarks.get("decide") == "7"


def test_jobs_say_how_they_ended(ledger):
    with ledger.transaction() as t:
        done, dead = t.jobs.start("refresh", at=NOW), t.jobs.start("load", at=NOW)
        t.jobs.finish(done, "done", {"rows": 3}, at=NOW)
        assert t.jobs.abandon_running(at=NOW) == 1
        assert [(job.job_id, job.state, dict(job.detail)) for job in t.jobs.newest()] == [
            (dead, "abandoned", {}),
            (done, "done", {"rows": 3}),
        ]


def test_a_campaign_is_launched_once_and_remembered_as_it_was(ledger):
    launch = Launch("spring", {"definition": {"holdout": 0.1}}, {"audience": 3}, NOW, NOW)
    with ledger.transaction() as t:
        with pytest.raises(NotReady, match="none yet"):
            t.launches.one("spring")
        t.launches.add(launch)
        assert t.launches.one("spring") == launch
        assert t.launches.names() == ["spring"]


def test_facts_are_put_and_forgotten(ledger):
    with ledger.transaction() as t:
        t.facts.put("colour", "green")
        t.facts.put("colour", "red")
        assert t.facts.get("colour") == "red"
        t.facts.put("colour", None)
        assert t.facts.get("colour") is None


@pytest.mark.parametrize("everybody", [False, True])
def test_a_block_on_every_channel_outlasts_the_lifting_of_one_on_one(ledger, everybody):
    steps = [("*", "objected", False), ("email", "bounced", False), ("email", "moved back", True)]
    with ledger.transaction() as t:
        for channel, reason, is_lifted in steps:
            rows = {"address_key": ["a"], "channel": [channel], "is_lifted": [is_lifted], "reason": [reason]}
            more = {"source": ["test"], "actor": ["ann"], "occurred_at": pa.array([NOW], pa.timestamp("us"))}
            t.suppressions.add(pa.table(rows | more))
        asked = None if everybody else ["a"]
        (stands,) = t.suppressions.active("email", asked).to_pylist()
        assert (stands["address_key"], stands["channel"], stands["reason"]) == ("a", "*", "objected")
        assert t.suppressions.active("sms", asked)["reason"].to_pylist() == ["objected"]


def test_who_was_exposed_once_is_exposed_as_they_were(ledger):
    with ledger.transaction() as t:
        assert [t.exposures.add(exposures(range(n))) for n in (2, 3)] == [2, 1]
