"""Receipts of text messages: by a gateway's signed calls, and over the wire of a message centre that stays bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

import coterie
from coterie.deliver.calling import CALLBACKS, ProviderCall
from coterie.deliver.taking import match_again, take_receipts
from coterie.domain.receipts import Receipt
from coterie.errors import Transient
from coterie.workspace import receipt_listener
from coterie.workspace.receipt_keeper import ReceiptKeeper
from coterie.workspace.receipt_listener import ReceiptListener
from coterie.workspace.receipts import CallTaken, take_call, tell_receipts
from tests.deliver.callers import KEY, twilio
from tests.deliver.centre import Centre, running_centre
from tests.deliver.gateway import TOKEN, number, running_gateway
from tests.workspace.shop import copy_stores
from tests.workspace.test_sms import BASICS, NOW, ORDINARY, Texts, filled_with

HERE = "https://tea.test/callbacks/twilio"


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Texts]:
    monkeypatch.setenv("COTERIE_SECRET_SMS_HTTP", TOKEN)
    monkeypatch.setenv("COTERIE_SECRET_TWILIO_CALLBACK", KEY)
    with running_gateway() as gateway:
        made = Texts(tmp_path, gateway)
        made.ws.campaigns.send("spring")
        yield made
        made.ws.close()


def call(texts: Texts, query: str = "", **fields: str) -> CallTaken:
    body, headers = twilio(HERE + query, **fields)
    asked = ProviderCall([HERE + query], {name.lower(): value for name, value in headers.items()}, body, texts.now)
    return take_call(texts.ws._stand, "twilio", asked)


def kinds(ws: coterie.Workspace) -> list[tuple[object, object]]:
    tell_receipts(ws._stand)
    told = "SELECT name, count(*) AS n FROM events WHERE starts_with(event_id, 'receipt-') GROUP BY name ORDER BY name"
    return [(row["name"], row["n"]) for row in ws.query(told).rows()]


def test_the_example_that_the_provider_publishes_is_signed_so() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    body, headers = twilio(url, "12345", **fields)
    assert headers["X-Twilio-Signature"] == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    read = CALLBACKS["twilio"]("12345", timedelta(minutes=5)).read
    made = ProviderCall([url], {"x-twilio-signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}, body + b"&SmsSid=1", NOW)
    with pytest.raises(coterie.CoterieError, match="signature"):
        read(made)


def test_a_gateway_tells_of_texts_and_of_answers(texts: Texts) -> None:
    rows = {str(row["address"]): row for row in texts.ws.campaigns.messages("spring").rows()}
    arrived, gone, stopped = (rows[number(n)] for n in ORDINARY[:3])
    call(texts, MessageSid=str(arrived["reply"]), MessageStatus="sent", To=number(ORDINARY[0]))
    call(texts, MessageSid=str(arrived["reply"]), MessageStatus="delivered", To=number(ORDINARY[0]))
    ours = f"?message={gone['message_id']}"
    call(texts, ours, MessageSid="SM-new", MessageStatus="undelivered", ErrorCode="30005", To=number(ORDINARY[1]))
    call(texts, MessageSid=str(stopped["reply"]), MessageStatus="failed", ErrorCode="21610", To=number(ORDINARY[2]))
    heard = call(texts, MessageSid="SM-in", SmsStatus="received", From=number(ORDINARY[3]), Body=" stop ")
    assert heard.stopped == 1
    assert texts.ws.campaigns.plan("spring").refused == {"suppressed": 3}
    assert kinds(texts.ws) == [("Message Bounced", 1), ("Message Delivered", 1), ("Message Unsubscribed", 1)]
    assert kinds(texts.ws) == [("Message Bounced", 1), ("Message Delivered", 1), ("Message Unsubscribed", 1)]
    listed = texts.cli("channels", "receipts")
    assert [row["kind"] for row in listed] == ["unsubscribed", "bounced", "delivered", "other"]
    [row] = [row for row in texts.cli("channels", "callbacks") if row["callback"] == "twilio"]
    assert (row["state"], row["url"], row["bounced"], row["unmatched"]) == ("ready", HERE, 1, 0)
    [missing] = [row for row in texts.cli("channels", "callbacks") if row["callback"] == "mandrill"]
    assert "COTERIE_SECRET_MANDRILL_CALLBACK" in missing["missing"]["text"]


def test_a_receipt_that_comes_before_its_message_is_known_finds_it_later(texts: Texts) -> None:
    stand, address = texts.ws._stand, number(ORDINARY[5])
    [row] = [row for row in texts.ws.campaigns.messages("spring").rows() if row["address"] == address]
    with stand.ledger.transaction() as t:
        reply = t.outbox.messages([str(row["message_id"])])["reply"][0].as_py()
    early = Receipt("e1", "complaint", NOW, number="not yet known")
    found = take_receipts(stand.ledger, stand.key, "x", [early], channel="sms", now=NOW)
    assert (found.unmatched, match_again(stand.ledger, stand.key, 10, now=NOW)) == (1, 0)
    with stand.ledger.transaction() as t:
        t.receipts.amend({1: {"number": reply}})  # as the message's number comes to be known
    assert match_again(stand.ledger, stand.key, 10, now=NOW) == 1
    assert match_again(stand.ledger, stand.key, 10, now=NOW) == 0
    assert kinds(texts.ws) == [("Message Complained", 1)]
    assert texts.ws.campaigns.plan("spring").refused == {"suppressed": 1}


def test_who_is_erased_leaves_no_receipt(texts: Texts) -> None:
    address = number(ORDINARY[6])
    [row] = [row for row in texts.ws.campaigns.messages("spring").rows() if row["address"] == address]
    words = f"no such number {address}"
    call(texts, MessageSid=str(row["reply"]), MessageStatus="undelivered", ErrorMessage=words, To=address)
    assert [each["words"] for each in texts.ws.channels.receipts().rows()] == ["no such number"]
    kinds(texts.ws)
    texts.ws.profiles.erase(f"phone:{address}")
    assert texts.ws.channels.receipts().rows() == []
    assert kinds(texts.ws) == []


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running_centre() as running:
        yield running


def bound(root: Path, centre: Centre, **more: object) -> Path:
    folder = coterie.init(root / "shop")
    copy_stores(filled_with(ORDINARY), folder)
    settings = {"host": "127.0.0.1", "port": centre.port, "user": "shop", "receipts": True, **more}
    sms = {"provider": "smpp", "channel": {"sender": "+12015550199"}, "settings": settings}
    (folder / "coterie.yaml").write_text(yaml.safe_dump({**BASICS, "delivery": {"sms": sms}}), "utf-8")
    return folder


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def receipt(text: str, number_: str, state: str) -> bytes:
    return f"id:{number_} sub:001 dlvrd:001 submit date:2611220900 done date:2611220901 stat:{state} err:000 text:{text}".encode()


def test_a_centre_tells_over_the_wire_and_is_answered_once_that_is_kept(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COTERIE_SECRET_SMPP", "secret")
    monkeypatch.setattr(receipt_listener, "_FIRST_WAIT", 0.05)
    with coterie.open(bound(tmp_path, centre), clock=lambda: NOW) as ws:
        ws.campaigns.send("spring")
        assert len(centre.told_of) == len(ORDINARY), "one receipt a message is asked for"
        numbers = {f"+{to}": f"{place:x}" for place, (to, *_) in enumerate(centre.parts, 1)}
        with ReceiptKeeper(ws) as keeper, ReceiptListener(ws, keeper) as listener:
            until(lambda: bool(centre.receivers))
            first, second, third = (number(n) for n in ORDINARY[:3])
            centre.do(centre.deliver(first, receipt("Tea", numbers[first], "DELIVRD"), esm_class=4))
            centre.do(centre.deliver(second, receipt("Tea", numbers[second], "UNDELIV"), esm_class=4))
            centre.do(centre.deliver(third, "退订".encode("utf-16-be"), data_coding=8))
            until(lambda: kinds(ws) == [("Message Delivered", 1), ("Message Soft Bounced", 1)])
            assert ws.campaigns.plan("spring").refused == {"suppressed": 1}
            centre.do(centre.cut_from_outside())
            until(lambda: len(centre.receivers) > 1)  # it is bound anew
            taken = receipt_listener.take_told
            monkeypatch.setattr(receipt_listener, "take_told", _full)
            again = receipt("Tea", numbers[third], "DELIVRD")
            assert not centre.do(centre.deliver(third, again, esm_class=4)), "what is not kept is delivered again"
            monkeypatch.setattr(receipt_listener, "take_told", taken)
            assert centre.do(centre.deliver(third, again, esm_class=4))
            until(lambda: ("Message Delivered", 2) in kinds(ws))
            assert listener.faults == {}


def _full(*_given: object) -> None:
    raise Transient("the disk is full")


def test_a_centre_may_write_numbers_in_decimal(tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COTERIE_SECRET_SMPP", "secret")
    with coterie.open(bound(tmp_path, centre, receipt_ids="decimal"), clock=lambda: NOW) as ws:
        ws.campaigns.send("spring")
        with ReceiptKeeper(ws) as keeper, ReceiptListener(ws, keeper):
            until(lambda: bool(centre.receivers))
            to = centre.parts[10][0]
            centre.do(centre.deliver(to, receipt("Tea", "11", "DELIVRD"), esm_class=4))
            until(lambda: kinds(ws) == [("Message Delivered", 1)])
