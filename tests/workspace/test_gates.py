"""What must be true before anything leaves, whatever the server."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import coterie
from coterie.errors import BadSetting, NotReady
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
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
        pytest.param({"postal_address": ""}, "postal_address", id="no-address"),
        pytest.param({"postal_address": "   \n "}, "postal_address", id="blanks"),
        pytest.param({"postal_address": "Your address here"}, "postal_address", id="placeholder"),
        pytest.param({"postal_address": "x"}, "postal_address", id="one-letter"),
        pytest.param({"public_url": "https://example.com"}, "public_url", id="url-untouched"),
        pytest.param({"public_url": "http://127.0.0.1:8000"}, "public_url", id="url-of-this-machine"),
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


@pytest.mark.parametrize("address", ["Storgata 1, 0155 Oslo", "上海市静安区南京西路1号", "Postfach 12, Berlin"])
def test_addresses_of_real_places_are_plausible(address):
    assert WorkspaceSettings.model_validate(SIGNED | {"postal_address": address}).unsigned == ()


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
    later = coterie.open(tmp_path / "shop", clock=lambda: NOW + timedelta(days=30, hours=12))
    with later as ws, pytest.raises(NotReady, match="the newest fact"):
        ws.campaigns.send("spring")


def test_an_old_refresh_sends_nothing(tmp_path):
    with running_sink(tmp_path) as sink, opened(tmp_path, sink.port, facts_within_days=60, **SIGNED) as ws:
        ws.refresh(as_of=NOW - timedelta(days=61))
        with pytest.raises(NotReady, match="the last refresh is as of"):
            ws.campaigns.send("spring")
        ws.refresh()
        assert ws.campaigns.send("spring").sent
