"""Everything that launched campaigns have queued goes on at once: each message once, none against a no."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from coterie.cli.app import app_of
from coterie.errors import BadDefinition, NotReady
from coterie.testing.smtp_sink import RunningSink
from tests.workspace.test_refusals import CAMPAIGNS, WHEN, Shop

MORE = CAMPAIGNS + "- {name: three, audience: {everybody: true}, template: hello, holdout: 0}\n"


@pytest.fixture
def shop(tmp_path: Path, sink: RunningSink) -> Iterator[Shop]:
    opened = Shop(tmp_path, sink)
    opened.open_up()
    opened.apply(MORE)
    yield opened
    opened.ws.close()


def _mailed(sink: RunningSink, since: int) -> list[tuple[str, str]]:
    """Message and address of what arrived after ``since``."""
    return [(str(line["message_id"]), str(line["recipients"][0])) for line in sink.accepted()[since:]]  # type: ignore[index]


def test_what_two_campaigns_left_goes_out_once_and_a_third_stays_unlaunched(shop: Shop, sink: RunningSink) -> None:
    before = len(sink.accepted())
    for name in ("one", "two"):
        shop.ws.campaigns.send(name, limit=2)
    assert shop.ws.campaigns.queued() == {"one": 3, "two": 3}
    waiting = shop.ws.campaigns.messages("two", state="queued").to_pandas()
    says_no = waiting.iloc[0]["address"]
    shop.load(f"email,channel,granted,occurred_at\n{says_no},email,no,{WHEN}\n")
    (result,) = shop.ws.campaigns.send_queued()
    mailed = _mailed(sink, before)
    assert len({message for message, _ in mailed}) == len(mailed) == 4 + result.sent
    assert says_no not in {address for _, address in mailed[4:]}
    assert result.campaign == "one, two"
    assert result.sent + sum(result.refused.values()) + result.queued == 6
    assert not shop.ws.campaigns.is_launched("three")
    assert shop.ws.campaigns.send_queued() == () or result.queued


def test_a_limit_is_for_all_campaigns_together(shop: Shop, sink: RunningSink) -> None:
    for name in ("one", "two"):
        shop.ws.campaigns.send(name, limit=1)
    before = len(sink.accepted())
    (result,) = shop.ws.campaigns.send_queued(limit=3)
    assert result.sent == len(_mailed(sink, before)) == 3
    assert sum(shop.ws.campaigns.queued().values()) == 5


def test_what_one_campaign_lacks_is_said_before_any_leaves(shop: Shop, sink: RunningSink) -> None:
    for name in ("one", "two"):
        shop.ws.campaigns.send(name, limit=1)
    before = len(sink.accepted())
    shop.now = shop.now.replace(year=2027, month=6)  # the facts are old by now
    with pytest.raises(NotReady, match="facts_within_days"):
        shop.ws.campaigns.send_queued()
    assert len(sink.accepted()) == before


def test_the_command_asks_tells_and_sends(shop: Shop, sink: RunningSink, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        shop.ws.campaigns.send(name, limit=1)
    folder, before = str(shop.ws.folder), len(sink.accepted())
    shop.ws.close()

    def run(*arguments: str) -> int:
        try:
            app_of()(["send", "-w", folder, "--json", "--accept-stale", "ann", *arguments], standalone_mode=False)
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    run("--dry-run")
    assert {row["campaign"]: row["contacts"] for row in json.loads(capsys.readouterr().out)} == {"one": 4, "two": 4}
    assert len(sink.accepted()) == before
    with pytest.raises(Exception, match="add --yes"):
        app_of()(["send", "-w", folder, "--json"], standalone_mode=False)
    run("--yes")
    (told,) = json.loads(capsys.readouterr().out)
    assert told["sent"] == len(sink.accepted()) - before == 8


def test_a_template_that_cannot_be_read_is_told_before_anything_is_launched(shop: Shop, sink: RunningSink) -> None:
    with shop.ws._stand.ledger.transaction() as t:
        t.definitions.save("template", "older", {"words": "of a version before"}, author="ann", at=shop.now)
    with pytest.raises(BadDefinition):
        shop.ws.campaigns.send("one")
    assert not shop.ws.campaigns.is_launched("one")


def test_a_new_campaign_proves_its_ledger_once_from_the_plan_to_the_send(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coterie.store import transaction

    proofs, real = [], transaction.prove
    monkeypatch.setattr(transaction, "prove", lambda *given: (proofs.append(1), real(*given)))
    shop.ws.campaigns.plan("one")
    assert shop.ws.campaigns.send("one").sent
    assert len(proofs) == 1
