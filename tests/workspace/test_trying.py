"""A test of a template goes out the real way, to one of ours alone, and counts as nothing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from coterie.cli.running import run
from coterie.domain import Origin
from coterie.errors import BadSetting, NotPermitted, Refused
from coterie.testing.smtp_sink import RunningSink, running_sink
from coterie.workspace import open_team
from coterie.workspace.records import TriedOut
from coterie.workspace.templates import Templates
from tests.docs.test_json import documented
from tests.workspace.test_refusals import Shop

OURS = "olga@agency.example.org"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[RunningSink, Path]]:
    with running_sink(tmp_path, keep=True) as sink:
        yield sink, tmp_path / "kept"


@pytest.fixture
def shop(tmp_path: Path, kept: tuple[RunningSink, Path]) -> Iterator[Shop]:
    opened = Shop(tmp_path, kept[0])
    opened.open_up()
    yield opened
    opened.ws.close()


def _counted(shop: Shop) -> tuple[object, ...]:
    """What a message would be counted in."""
    stand = shop.ws._stand
    events = stand.engine.query("SELECT count(*) AS n FROM events")["n"].to_pylist()
    with stand.ledger.reading() as t:
        kept = t.outbox.counts().num_rows, t.exposures.of(Origin("test", "hello")).num_rows
    return events, kept


def test_a_test_arrives_marked_and_is_counted_nowhere(shop: Shop, kept: tuple[RunningSink, Path]) -> None:
    before = _counted(shop)
    sent = shop.ws.templates.send_test("hello", OURS, "Q1")
    assert (sent.state, sent.to, sent.dry_run) == ("sent", OURS, False)
    (line,) = kept[0].accepted()
    assert line["recipients"] == [OURS]
    (file,) = kept[1].glob("*.eml")
    subject = str(make_header(decode_header(message_from_bytes(file.read_bytes())["Subject"])))
    assert subject == sent.subject == "[Test] Hello Ann"
    assert _counted(shop) == before
    assert shop.ws.campaigns.queued() == {}
    assert shop.ws.audit.latest(most=1)[0].act == "test sent"
    assert shop.ws.templates.send_test("hello", OURS, lang="zh", dry_run=True).subject == "[测试] Hello you"


def test_two_tests_are_two_messages(shop: Shop, kept: tuple[RunningSink, Path]) -> None:
    for _ in range(2):
        shop.ws.templates.send_test("hello", OURS)
    first, second = kept[0].accepted()
    assert first["message_id"] != second["message_id"]


def test_nothing_leaves_in_a_dry_run(shop: Shop, kept: tuple[RunningSink, Path]) -> None:
    assert shop.ws.templates.send_test("hello", OURS, dry_run=True).state == "checked"
    assert kept[0].accepted() == []


@pytest.mark.parametrize("spelt", ["q1@shop-mail.es", "Q1@Shop-Mail.ES", "Ann <q1@shop-mail.es>"])
def test_a_customer_is_never_written_to(shop: Shop, kept: tuple[RunningSink, Path], spelt: str) -> None:
    with pytest.raises(Refused, match="customer's"):
        shop.ws.templates.send_test("hello", spelt)
    assert kept[0].accepted() == []


def test_a_user_who_is_a_customer_too_may_try_it_on_themselves(shop: Shop, kept: tuple[RunningSink, Path]) -> None:
    with open_team(shop.ws.folder) as team:
        team.accept(team.invite("owner"), email="q1@shop-mail.es", name="Ann", password="several words here")
    assert shop.ws.templates.send_test("hello", "q1@shop-mail.es").state == "sent"
    shop.ws.brakes.suppress("q1@shop-mail.es", actor="ann")
    with pytest.raises(Refused, match="suppression"):
        shop.ws.templates.send_test("hello", "q1@shop-mail.es")
    assert len(kept[0].accepted()) == 1


def test_a_hold_and_settings_that_say_nobody_hold_tests_too(shop: Shop, kept: tuple[RunningSink, Path]) -> None:
    shop.ws.brakes.hold("price", actor="ann")
    with pytest.raises(NotPermitted, match="price"):
        shop.ws.templates.send_test("hello", OURS)
    shop.ws.brakes.release(actor="ann")
    stand = shop.ws._stand
    unsigned = stand.settings.model_copy(update={"sender": "Shop <news@example.com>"})
    with pytest.raises(BadSetting, match="sender"):
        Templates(dataclasses.replace(stand, settings=unsigned)).send_test("hello", OURS)
    assert kept[0].accepted() == []


def test_the_command_says_what_it_did(
    shop: Shop, kept: tuple[RunningSink, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shop.ws.close()
    asked = ["templates", "test", "hello", "--to", OURS, "-w", str(shop.ws.folder), "--json"]
    assert run([*asked, "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "checked"
    assert run(asked) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == documented()["templates test"] == [each.name for each in dataclasses.fields(TriedOut)]
    assert len(kept[0].accepted()) == 1


def test_templates_are_listed_with_the_campaigns_that_send_them(shop: Shop) -> None:
    (row,) = shop.ws.templates.list()
    assert (row["template"], row["used_by"], row["languages"], row["version"]) == ("hello", ["one", "two"], ["en"], 1)
