"""Pools of coupons in a workspace: codes put in, told before they run out, and given to people once."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from coterie.cli.running import run
from coterie.errors import BadDefinition, BadFile, Refused, UnknownName
from coterie.testing.smtp_sink import running_sink
from tests.deliver.test_coupons import read_mail
from tests.docs.test_json import documented
from tests.workspace.test_refusals import EVERYBODY, Shop

GIFT = """
templates:
- {name: gift, subject: "A gift, {{ profile.name }}", defaults: {name: you}, body: "<p>Your code is {{ coupon.ten }}.</p>", text: "Your code is {{ coupon.ten }}."}
campaigns:
- {name: gift, audience: {everybody: true}, template: gift, holdout: 0}
- {name: more, audience: {everybody: true}, template: gift, holdout: 0}
"""
CODES = [f"TEN-{n}" for n in range(4)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running_sink(tmp_path, keep=True) as sink:
        opened = Shop(tmp_path, sink)
        opened.open_up()
        yield opened
        opened.ws.close()


def coupons_say(shop: Shop) -> tuple[str, str]:
    (row,) = [row for row in shop.ws.doctor() if row["check"] == "coupons"]
    return str(row["state"]), str(row["finding"])


def test_from_a_pool_to_messages_each_with_a_code_of_its_own(shop: Shop, tmp_path: Path) -> None:
    ws = shop.ws
    with pytest.raises(
        BadDefinition, match="no coupon pool named 'ten'; known: none yet; make one with `coterie coupons add`"
    ):
        shop.apply(GIFT)
    added = ws.coupons.add("ten", CODES)
    assert (added.received, added.accepted, added.refused, added.left) == (4, 4, 0, 4)
    shop.apply(GIFT)

    plan = ws.campaigns.plan("gift")
    short = "The pool of coupons ten has 4 codes for the 5 people of this campaign and 0 messages that wait already: 1 would get nothing."
    assert plan.contacts == 5
    assert short in plan.warnings
    assert short in plan.sentences
    stand_in = "X" * len(CODES[0])
    assert ws.templates.preview("gift", "Q1").text.startswith(f"Your code is {stand_in}.")
    assert ws.templates.send_test("gift", "olga@agency.example.org", "Q1").state == "sent"
    assert read_mail(tmp_path) == [("olga@agency.example.org", stand_in)]
    assert ws.campaigns.send("gift", dry_run=True).contacts == 5  # type: ignore[union-attr]
    assert ws.coupons.list()[0]["used"] == 0

    result = ws.campaigns.send("gift")
    assert (result.sent, result.refused) == (4, {"no_coupon": 1})  # type: ignore[union-attr]
    mail = dict(read_mail(tmp_path)[1:])
    assert sorted(mail.values()) == CODES
    assert set(mail) < EVERYBODY
    told = ws.coupons.show("ten")
    assert told.columns == documented()["coupons show"]
    mails = {ws.profiles.find(address): code for address, code in mail.items()}
    assert {row["profile_id"]: row["code"] for row in told} == mails
    assert {(row["origin_kind"], row["origin"], row["state"]) for row in told} == {("campaign", "gift", "sent")}
    (pool,) = ws.coupons.list()
    assert (pool["codes"], pool["left"], pool["used"], pool["templates"]) == (4, 0, 4, ["gift"])
    assert coupons_say(shop) == (
        "look",
        "Pools of coupons run out; `coterie coupons add` puts more in: ten: 0 of 4 codes can still be given",
    )

    ws.coupons.add("ten", [f"MORE-{n}" for n in range(5)])
    assert coupons_say(shop)[0] == "good"
    more = ws.campaigns.send("more")
    assert (more.sent, ws.coupons.list()[0]["left"]) == (5, 0)  # type: ignore[union-attr]
    codes = [code for _, code in read_mail(tmp_path)[1:]]
    assert len(codes) == len(set(codes)) == 9

    assert ws.coupons.list()[0]["redeemed"] == 0
    shop.load(
        f"order_id,customer_id,occurred_at,revenue,discount_code\n7,Q2,2026-11-22 12:00:00,5,{codes[0].lower()}\n8,Q2,2026-11-22 13:00:00,5,OTHER\n",
        "used",
        "orders",
    )
    shop.load(f"customer_id,coupon,redeemed_at\nQ3,{codes[1]},2026-11-22 14:00:00\n", "redeemed", "responses")
    assert ws.coupons.list()[0]["redeemed"] == 2
    assert {row["code"]: f"{row['redeemed_at']:%H}" for row in ws.coupons.show("ten") if row["redeemed_at"]} == {
        codes[0]: "12",
        codes[1]: "14",
    }

    number = ws.profiles.find("Q1")
    assert {row["code"] for row in ws.profiles.export("Q1").tables["coupons"]} <= set(codes)
    ws.profiles.erase("Q1")
    assert number not in ws.coupons.show("ten")["profile_id"]
    assert ws.coupons.list()[0]["used"] == 9


def test_what_waits_already_counts_against_the_pool(shop: Shop) -> None:
    """Also in what a launched campaign would do now, of which nothing is taken."""
    ws = shop.ws
    ws.coupons.add("ten", [f"TEN-{n}" for n in range(6)])
    shop.apply(GIFT)
    ws.campaigns.send("gift", limit=1)
    assert [each for each in ws.campaigns.plan("more").warnings if "ten" in each] == [
        "The pool of coupons ten has 5 codes for the 5 people of this campaign and 4 messages that wait already: 4 would get nothing."
    ]
    ws.coupons.expire("ten", "2026-01-01")
    foreseen = ws.campaigns.send("gift", dry_run=True)
    assert (foreseen.contacts, foreseen.refused) == (0, {"no_coupon": 4})  # type: ignore[union-attr]
    assert coupons_say(shop) == (
        "look",
        "Pools of coupons run out; `coterie coupons add` puts more in: ten: 4 messages waiting for a code, and 0 are left",
    )
    assert ws.coupons.list()[0]["is_expired"] is True
    ws.coupons.expire("ten", None)
    assert ws.campaigns.send("gift").sent == 4  # type: ignore[union-attr]


def test_every_code_that_is_received_is_taken_or_refused_with_a_reason(shop: Shop, tmp_path: Path) -> None:
    ws = shop.ws
    ws.coupons.add("first", ["A-1"])
    file = tmp_path / "codes.csv"
    file.write_text("\ufeffNo,Coupon code\n1,B-1\n2,a-1\n3,B-1\n4,\n5,two words\n\n6,b-2\n", "utf-8")
    would = ws.coupons.load("second", file, dry_run=True)
    assert [row["pool"] for row in ws.coupons.list()] == ["first"]
    found = ws.coupons.load("second", file, expires="2027-01-01")
    assert replace(would, dry_run=False, left=2, expires_at=found.expires_at) == found
    assert (found.received, found.accepted, found.refused, found.left) == (6, 2, 4, 2)
    assert [(each.code, each.reason) for each in found.reasons] == [
        ("a-1", "it is in the pool first already"),
        ("B-1", "it was given twice"),
        ("", "there is no code in this line"),
        ("two words", "a code has up to 100 characters and no spaces"),
    ]
    assert ws.coupons.load("second", file).accepted == 0
    with pytest.raises(Refused, match="a pool is named by small letters"):
        ws.coupons.add("My Pool", ["X"])
    with pytest.raises(UnknownName, match="did you mean 'second'"):
        ws.coupons.show("secnd")
    with pytest.raises(UnknownName):
        ws.coupons.expire("third", None)
    for place in (tmp_path / "nowhere.csv", Path("/proc/version")):
        with pytest.raises(BadFile):
            ws.coupons.load("second", place)


def test_a_journey_tells_how_many_codes_it_would_have_wanted_and_gives_them(shop: Shop, tmp_path: Path) -> None:
    ws = shop.ws
    ws.coupons.add("ten", CODES)
    shop.apply(
        GIFT + "journeys:\n- {name: hand, entry: {by_hand: true}, holdout: 0, steps: [{id: m, message: gift}]}\n"
    )
    ws.journeys.publish("hand")
    ws.journeys.enrol("hand", ["Q1", "Q2", "Q3", "Q4", "Q5"])
    (done,) = ws.journeys.run("hand")
    assert [(each.sent, dict(each.refused)) for each in done.sent] == [(4, {"no_coupon": 1})]
    assert len({code for _, code in read_mail(tmp_path)}) == 4
    assert {row["origin"] for row in ws.coupons.show("ten")} == {"hand/m"}
    bought = "{name: thanks, entry: {event: Order Completed}, holdout: 0, steps: [{id: m, message: gift}]}"
    shop.apply(f"journeys:\n- {bought}\n")
    assert dict(ws.journeys.simulate("thanks", weeks=12).beyond_codes) == {"ten": 1}


def test_commands_put_codes_in_and_tell_of_them(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.ws.close()
    at = ["-w", str(shop.ws.folder)]
    file = tmp_path / "codes.txt"
    file.write_text("A-1\nA-2\nA-1\n", "utf-8")
    assert run(["coupons", "add", "ten", str(file), "--expires", "2030-01-01", *at, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["received"], told["accepted"], told["refused"], told["expires_at"][:4]) == (3, 2, 1, "2030")
    monkeypatch.setattr("sys.stdin", io.StringIO("code\nA-3\n"))
    assert run(["coupons", "add", "ten", "-", *at]) == 0
    assert run(["coupons", "expire", "ten", "never", *at, "--json"]) == 0
    capsys.readouterr()
    assert run(["coupons", "list", *at, "--json"]) == 0
    (pool,) = json.loads(capsys.readouterr().out)
    assert (pool["codes"], pool["left"], pool["expires_at"]) == (3, 3, None)
    assert run(["coupons", "show", "ten", *at]) == 0
    assert "None of its codes was given yet." in capsys.readouterr().out
    assert run(["coupons", "show", "none", *at]) == 1
