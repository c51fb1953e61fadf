"""A restored, copied or moved workspace sends nothing before a person has released it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import coterie
from coterie.errors import CoterieError, NotPermitted, Refused
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
from coterie.workspace import open_brakes
from coterie.workspace.finding import STATE
from tests.workspace.shop import NOW, filled

LEDGER = Path(STATE) / "ledger.sqlite"


def opened(folder: Path) -> coterie.Workspace:
    return coterie.open(folder, clock=lambda: NOW)


@pytest.fixture
def sink(tmp_path):
    with running_sink(tmp_path) as started:
        yield started


@pytest.fixture
def shop(tmp_path, sink, monkeypatch) -> Path:
    monkeypatch.setenv("COTERIE_STATE_HOME", str(tmp_path / "home"))
    smtp = SmtpSettings(port=sink.port, is_sink=True)
    folder = filled(tmp_path / "shop", settings=WorkspaceSettings(smtp=smtp))
    opened(folder).close()
    return folder


def copied(shop: Path, name: str) -> Path:
    return Path(shutil.copytree(shop, shop.parent / name))


def test_ordinary_use_and_renaming_are_never_asked_about(shop, sink):
    with opened(shop) as ws:
        assert ws.campaigns.send("spring", limit=1).sent == 1
        ws.brakes.hold("look", actor="ann")
    with open_brakes(shop, clock=lambda: NOW) as brakes:
        assert brakes.release(actor="ann") == "look"
    with opened(shop.rename(shop.parent / "renamed")) as ws:
        assert ws.status().fenced is None
        assert ws.campaigns.send("spring").queued == 0
    assert len(sink.accepted()) > 1


def test_a_copied_folder_sends_nothing_until_it_is_released(shop, sink):
    with opened(copied(shop, "copy")) as ws:
        assert "it is a copy" in ws.status().fenced
        with pytest.raises(NotPermitted, match="release it with `coterie campaigns release"):
            ws.campaigns.send("spring")
        assert not ws.campaigns.is_launched("spring")
        assert not sink.accepted()
        assert "it is a copy" in ws.brakes.release(actor="ann")
        assert ws.campaigns.send("spring").sent
    with opened(shop) as ws, pytest.raises(NotPermitted, match="it is a copy"):
        ws.campaigns.send("spring")  # one of the two at a time
    with opened(shop.parent / "copy") as ws:
        assert ws.status().fenced is None


def test_yesterdays_snapshot_put_back_in_place_sends_nothing(shop, sink):
    with opened(shop) as ws:
        ws.campaigns.send("spring", limit=1)
    ledger, kept = shop / LEDGER, (shop / LEDGER).read_bytes()
    with opened(shop) as ws:
        rest = ws.campaigns.send("spring").sent
        assert rest
    ledger.write_bytes(kept)
    with opened(shop) as ws, pytest.raises(NotPermitted, match="it was put back"):
        ws.campaigns.send("spring")
    assert len(sink.accepted()) == rest + 1


def test_messages_that_were_due_are_not_sent_by_a_release_that_says_nothing_of_them(shop, sink):
    with opened(shop) as ws:
        ws.campaigns.send("spring", limit=1)
    folder = copied(shop, "copy")
    with opened(folder) as ws:
        for wrong in (None, "maybe"):
            with pytest.raises(Refused, match="--past-due"):
                ws.brakes.release(actor="ann", past_due=wrong)
        ws.brakes.release(actor="ann", past_due="drop")
        assert ws.campaigns.send("spring").sent == 0
        with ws._stand.ledger.reading() as t:
            [entry] = t.audit.entries(act="fence released")
            assert entry.detail["dropped"] > 0
        assert ws._stand.ledger.breaches() == []
    assert len(sink.accepted()) == 1


def test_on_another_machine_nothing_is_sent(shop, sink, tmp_path, monkeypatch):
    monkeypatch.setenv("COTERIE_STATE_HOME", str(tmp_path / "another-home"))
    with opened(shop) as ws, pytest.raises(NotPermitted, match="it was used elsewhere before"):
        ws.campaigns.send("spring")
    monkeypatch.setenv("COTERIE_STATE_HOME", str(tmp_path / "home"))
    with opened(shop) as ws:
        assert ws.campaigns.send("spring").sent


def test_a_lost_key_is_never_made_anew(shop):
    key = shop / STATE / "workspace.key"
    kept = key.read_bytes()
    key.unlink()
    for door in (opened, open_brakes):
        with pytest.raises(CoterieError, match="workspace.key is missing"), door(shop):
            pass
    assert not key.exists()
    key.write_bytes(b"a" * 64)
    key.chmod(0o600)
    with pytest.raises(CoterieError, match="not the key that this ledger was written with"):
        opened(shop)
    key.write_bytes(kept)
    opened(shop).close()
