"""What must be true before anything leaves, whatever the server."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import coterie
from coterie.errors import BadSetting, NotReady
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
from coterie.workspace.brakes import newest_known, pass_gates
from tests.workspace.shop import NOW, filled

SIGNED = {
    "sender": "Shop <news@shop.example>",
    "postal_address": "1 Market Street, Springfield",
    "public_url": "https://shop.example",
}


def opened(folder: Path, port: int = 25, *, now: datetime = NOW, sink: bool = False, **settings: object):
    smtp = SmtpSettings(host="127.0.0.1", port=port, is_sink=sink)
    chosen = WorkspaceSettings.model_validate({"smtp": smtp, **settings})
    return coterie.open(filled(folder / "shop", settings=chosen), clock=lambda: now)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        pytest.param({"sender": "Coterie <news@example.com>"}, "sender", id="sender-untouched"),
        pytest.param({"sender": "Shop"}, "sender", id="sender-without-address"),
        pytest.param({"sender": "news@localhost"}, "sender", id="sender-of-nowhere"),
        pytest.param({"sender": "news@mail.example.org"}, "sender", id="sender-of-an-example"),
        pytest.param({"sender": "news@EXAMPLE.net"}, "sender", id="sender-of-an-example-in-capitals"),
        pytest.param({"sender": "news@shop.invalid"}, "sender", id="sender-of-no-domain"),
        pytest.param({"sender": "news@mailserver"}, "sender", id="sender-of-a-host-without-a-domain"),
        pytest.param({"sender": "news@shop..example"}, "sender", id="sender-of-a-broken-domain"),
        pytest.param({"sender": "news@shop!.example"}, "sender", id="sender-of-odd-letters"),
        pytest.param({"postal_address": ""}, "postal_address", id="no-address"),
        pytest.param({"postal_address": "   \n "}, "postal_address", id="blanks"),
        pytest.param({"postal_address": "Your address here"}, "postal_address", id="placeholder"),
        pytest.param({"postal_address": "x"}, "postal_address", id="one-letter"),
        pytest.param({"postal_address": "TBD: our address"}, "postal_address", id="to-be-done"),
        pytest.param({"postal_address": "- - - - - - - - -"}, "postal_address", id="signs"),
        pytest.param({"postal_address": "Main 1"}, "postal_address", id="too-short"),
        pytest.param({"postal_address": "上海"}, "postal_address", id="too-short-in-chinese"),
        pytest.param({"postal_address": "Musterstadtstrasse"}, "postal_address", id="one-word"),
        pytest.param({"public_url": "https://example.com"}, "public_url", id="url-untouched"),
        pytest.param({"public_url": "http://127.0.0.1:8000"}, "public_url", id="url-of-this-machine"),
        pytest.param({"public_url": "https://192.168.1.4/shop"}, "public_url", id="url-of-this-network"),
        pytest.param({"public_url": "ftp://shop.example"}, "public_url", id="url-of-files"),
        pytest.param({"public_url": "ftp://93.184.216.34"}, "public_url", id="url-of-files-by-number"),
        pytest.param({"public_url": "https://[::1"}, "public_url", id="broken-url"),
        pytest.param({"public_url": "shop.example"}, "public_url", id="no-url"),
        pytest.param(
            {"sender": "Coterie <news@example.com>", "postal_address": "", "public_url": "https://example.com"},
            "sender, postal_address, public_url",
            id="all",
        ),
    ],
)
def test_who_writes_must_be_set_and_plausible(changed, named):
    assert ", ".join(WorkspaceSettings.model_validate(SIGNED | changed).unsigned) == named


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("postal_address", "Storgata 1, 0155 Oslo"),
        ("postal_address", "上海市静安区南京西路1号"),
        ("postal_address", "中关村大街1号"),
        ("postal_address", "Postfach 12, Berlin"),
        ("sender", "news@notexample.com"),
        ("public_url", "https://93.184.216.34/shop"),
        ("public_url", "https://shop.example./"),
    ],
)
def test_what_may_be_true_is_plausible(name, value):
    assert WorkspaceSettings.model_validate(SIGNED | {name: value}).unsigned == ()


def test_a_relay_on_this_machine_gets_nothing_while_who_writes_is_untouched(tmp_path):
    with running_sink(tmp_path) as sink, opened(tmp_path, sink.port) as ws:
        with pytest.raises(BadSetting, match="sender, postal_address, public_url in coterie.yaml"):
            ws.campaigns.send("spring")
        assert not ws.campaigns.is_launched("spring")
        assert not sink.accepted()


def test_a_sink_is_on_this_machine_and_takes_all(tmp_path):
    with pytest.raises(ValueError, match="only a server on this machine is a sink"):
        SmtpSettings(host="smtp.shop.example", is_sink=True)
    later = NOW + timedelta(days=400)
    with running_sink(tmp_path) as sink, opened(tmp_path, sink.port, sink=True, now=later) as ws:
        assert ws.campaigns.send("spring").sent == len(sink.accepted()) > 0


@pytest.mark.parametrize("days", [31, 4000])
def test_old_facts_send_nothing_unless_somebody_accepts_it_by_name(tmp_path, days):
    with running_sink(tmp_path) as sink, opened(tmp_path, sink.port, now=NOW + timedelta(days=days), **SIGNED) as ws:
        for nobody in (None, "", "  "):
            with pytest.raises(NotReady, match="the newest fact is of 2026-02-28, and coterie.yaml allows 30 days"):
                ws.campaigns.send("spring", accept_stale=nobody)
        assert not ws.campaigns.is_launched("spring")
        assert ws.campaigns.send("spring", accept_stale="Ann").sent == len(sink.accepted()) > 0
        with ws._stand.ledger.reading() as t:
            [entry] = t.audit.entries(act="old facts accepted")
        assert (entry.actor, entry.subject) == ("Ann", "spring")
        assert entry.detail["why"] == "the newest fact is of 2026-02-28"
        assert entry.detail["why"].told("zh") == "最新的事实是 2026-02-28 的"


def test_what_we_sent_ourselves_makes_no_fact_fresh(tmp_path):
    with running_sink(tmp_path) as sink, opened(tmp_path, sink.port, **SIGNED) as ws:
        assert ws.campaigns.send("spring").sent
    later = coterie.open(tmp_path / "shop", clock=lambda: NOW + timedelta(days=30, minutes=-30))
    with later as ws, pytest.raises(NotReady, match="the newest fact"):
        ws.campaigns.send("spring")


def test_an_old_refresh_sends_nothing(tmp_path):
    with running_sink(tmp_path) as sink, opened(tmp_path, sink.port, facts_within_days=60, **SIGNED) as ws:
        ws.refresh(as_of=NOW - timedelta(days=60, microseconds=1))
        with pytest.raises(NotReady, match="the last refresh is as of"):
            ws.campaigns.send("spring")
        ws.refresh(as_of=NOW - timedelta(days=60))
        assert ws.campaigns.send("spring").sent


def test_facts_are_as_old_as_the_newest_that_was_true_by_now_and_where_there_are_none_nothing_leaves(tmp_path):
    newest, moment = NOW - timedelta(hours=1), timedelta(microseconds=1)
    with opened(tmp_path, now=newest + timedelta(days=30), **SIGNED) as ws:
        seen = {"at": newest - timedelta(hours=12)}
        ws._stand.engine.execute("INSERT INTO events (event_id, name, occurred_at) VALUES ('e1', 'Seen', $at)", seen)
        pass_gates(ws._stand, "spring", is_sink=False)
    with coterie.open(tmp_path / "shop", clock=lambda: newest - moment) as ws:
        assert newest_known(ws._stand) == seen["at"]
    later = coterie.open(tmp_path / "shop", clock=lambda: newest + timedelta(days=30) + moment)
    with later as ws, pytest.raises(NotReady, match="the newest fact is of 2026-02-28"):
        pass_gates(ws._stand, "spring", is_sink=False)
    bare = coterie.init(tmp_path / "bare", WorkspaceSettings.model_validate(SIGNED))
    with coterie.open(bare, clock=lambda: NOW) as ws, pytest.raises(NotReady, match="there are no facts"):
        pass_gates(ws._stand, "spring", is_sink=False)
