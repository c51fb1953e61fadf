"""What a person's page tells: what they said with its proof, what it means for each channel, and since when they are in segments."""

from __future__ import annotations

import pytest

import coterie
from coterie.workspace.records import WouldJoin
from tests.workspace.shop import NOW, filled

SAID = """email,purpose,channel,granted,occurred_at,proof
c4@shop.example,newsletter,email,yes,2026-02-01 10:00:00,form 7
c4@shop.example,marketing,sms,no,2026-02-02 10:00:00,letter
c6@shop.example,marketing,email,yes,2026-02-01 10:00:00,form 7
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> coterie.Workspace:
    root = tmp_path_factory.mktemp("facts")
    (root / "said.csv").write_text(SAID, "utf-8")
    ws = coterie.open(filled(root / "shop"), clock=lambda: NOW)
    ws.load(root / "said.csv", kind="consents")
    return ws


def test_each_statement_has_its_proof_and_the_file_that_it_came_from(shop: coterie.Workspace) -> None:
    said = {(row["purpose"], row["channel"], row["state"]): row for row in shop.profiles.consents("C4").statements}
    row = said["newsletter", "email", "granted"]
    assert (row["identity"], row["file"], row["source"]) == ("email:c4@shop.example", "said.csv", "said")
    assert len(str(row["text_hash"])) == 64
    assert ("marketing", "sms", "denied") in said


def test_what_was_said_decides_each_purpose_and_channel_now_and_why(shop: coterie.Workspace) -> None:
    told = {(row["channel"], row["purpose"]): row for row in shop.profiles.consents("C4", lang="zh").channels}
    assert told["email", "newsletter"]["may"] is True
    sms = told["sms", "marketing"]
    assert (sms["may"], sms["reason"]) == (False, "no_address")
    assert "地址" in str(sms["why"])


def test_a_block_outranks_a_yes_and_is_told_with_who_made_it(shop: coterie.Workspace) -> None:
    before = shop.profiles.consents("C6").channels[0]
    assert before["may"] is True
    shop.brakes.suppress("c6@shop.example", reason="objected", actor="ann")
    found = shop.profiles.consents("C6")
    assert (found.channels[0]["may"], found.channels[0]["reason"]) == (False, "suppressed")
    assert [(row["reason"], row["actor"], row["is_lifted"]) for row in found.blocks] == [("objected", "ann", False)]


def test_answers_agree_with_the_audience_of_everybody(shop: coterie.Workspace) -> None:
    for row in shop.profiles.page(most=20):
        told = shop.profiles.consents(int(str(row["profile_id"]))).channels
        email = next(each for each in told if (each["channel"], each["purpose"]) == ("email", "marketing"))
        assert (email["reason"] or "granted") == row["consent_email"]


def test_segments_are_told_since_when(shop: coterie.Workspace) -> None:
    found = shop.profiles.segments("C4")
    assert sorted(map(str, found["segment"])) == sorted(shop.profiles.show("C4").segments)
    assert all(at is not None for at in found["since"])


def test_who_joins_two_by_hand_stands_in_the_audit_log(shop: coterie.Workspace) -> None:
    assert shop.profiles.merge("C1", "C2", dry_run=True) == WouldJoin(
        [shop.profiles.find("C1"), shop.profiles.find("C2")], []
    )
    assert shop.profiles.find("C1") != shop.profiles.find("C2")
    with coterie.acting_as("Ann"):
        done = shop.profiles.merge("C1", "C2")
    assert shop.profiles.find("C1") == shop.profiles.find("C2") == done.kept_profile_id
    last = shop.audit.latest(most=1)[0]
    assert (last.act, last.actor) == ("merge by hand", "Ann")
    with coterie.acting_as("Bo"):
        shop.profiles.unmerge(done.merge_id)
    last = shop.audit.latest(most=1)[0]
    assert (last.act, last.subject, last.actor) == ("merge undone", f"merge {done.merge_id}", "Bo")
    kept = shop.profiles.keep_apart("C1", "C5")
    assert shop.profiles.graph("C5").apart["merge_id"] == [kept.merge_id]
