"""Looking at the messages of a campaign and closing what it has left, from the command line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import coterie
from coterie.cli.running import run
from coterie.domain import Origin, Outcome
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
from tests.workspace.shop import DEFINITIONS, NOW, filled


@pytest.fixture
def sent_one(tmp_path: Path) -> Path:
    """A workspace of whose campaign one message was sent, one may have been, and the rest waits."""
    with running_sink(tmp_path) as sink:
        settings = WorkspaceSettings(smtp=SmtpSettings(port=sink.port, is_sink=True))
        made = filled(tmp_path / "shop", DEFINITIONS.replace("holdout: 0.25", "holdout: 0"), settings)
        with coterie.open(made, clock=lambda: NOW) as ws:
            ws.campaigns.send("spring", limit=1)
            with ws.brakes.ledger.transaction() as t:
                message = t.outbox.messages(Origin("campaign", "spring"), "queued")["message_id"][0].as_py()
                t.outbox.mark_sending([message], batch="b", now=NOW)
                t.outbox.record_outcomes([Outcome(message, "unknown", NOW)])
    return made


def asked(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> object:
    capsys.readouterr()
    assert run(["campaigns", *words, "-w", str(folder), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def states(capsys: pytest.CaptureFixture[str], folder: Path) -> Counter[tuple[str, str | None]]:
    rows = asked(capsys, folder, "messages", "spring")
    return Counter((row["state"], row["reason"]) for row in rows)  # type: ignore[attr-defined]


def test_messages_are_listed_by_state_and_closed_for_good(capsys: pytest.CaptureFixture[str], sent_one: Path) -> None:
    before = states(capsys, sent_one)
    waiting = before["queued", None]
    assert (before["sent", None], before["unknown", None]) == (1, 1)
    assert waiting > 1
    (unknown,) = asked(capsys, sent_one, "messages", "spring", "--state", "unknown")  # type: ignore[misc]
    assert unknown["address"].endswith("@shop.example")
    told = {"campaign": "spring", "cancelled": waiting}
    assert asked(capsys, sent_one, "cancel", "spring", "--dry-run") == told | {"dry_run": True}
    assert states(capsys, sent_one) == before
    assert asked(capsys, sent_one, "cancel", "spring", "--by", "ann") == told | {"dry_run": False}
    assert states(capsys, sent_one) == Counter(
        {("sent", None): 1, ("unknown", None): 1, ("refused", "cancelled"): waiting}
    )
    assert asked(capsys, sent_one, "cancel", "spring")["cancelled"] == 0  # type: ignore[call-overload]
    with coterie.open(sent_one) as ws, ws.brakes.ledger.reading() as t:
        acts = [(entry.act, entry.actor) for entry in t.audit.entries()]
    assert ("campaign cancelled", "ann") in acts


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["messages", "spring", "--state", "unknwon"], "unknown", id="the-nearest-state"),
        pytest.param(["messages", "sprang"], "spring", id="no-such-campaign"),
        pytest.param(["cancel", "sprang"], "spring", id="nothing-to-cancel"),
    ],
)
def test_what_there_is_not_is_told(
    capsys: pytest.CaptureFixture[str], sent_one: Path, words: list[str], told: str
) -> None:
    capsys.readouterr()
    assert run(["campaigns", *words, "-w", str(sent_one)]) == 1
    assert told in capsys.readouterr().err
