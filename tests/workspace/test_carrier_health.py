"""How it goes with providers is told where people look: by the channel, by the domains written to, and by doctor."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import coterie
from coterie.deliver.taking import take_receipts
from coterie.domain import Origin
from coterie.domain.receipts import Receipt
from coterie.errors import BadSetting
from coterie.settings import WorkspaceSettings
from coterie.testing.smtp_sink import RunningSink
from coterie.workspace.carrier_health import carriers_distrusted
from tests.workspace.shop import DEFINITIONS, NOW, filled

EVERYBODY = "- {name: all, audience: {everybody: true}, template: hello, holdout: 0, goal: null}\n"


def settings(port: int, *, spare_is_sink: bool = True, **more: object) -> WorkspaceSettings:
    spare = {"provider": "smtp", "settings": {"port": port, "is_sink": spare_is_sink}, "name": "spare"} | more
    return WorkspaceSettings.model_validate(
        {"smtp": {"port": 1, "is_sink": True}, "delivery": {"email": {"provider": "smtp", "further": [spare]}}}
    )


def test_a_campaign_goes_by_the_second_provider_and_both_are_told_of(tmp_path: Path, sink: RunningSink) -> None:
    with coterie.open(filled(tmp_path / "shop", DEFINITIONS + EVERYBODY, settings(sink.port)), clock=lambda: NOW) as ws:
        assert [row["state"] for row in ws.channels.health()] == ["unused", "unused"]
        result = ws.campaigns.send("all")
        assert (result.sent, result.stopped, len(sink.accepted())) == (54, "", 54)
        stand = ws._stand
        with stand.ledger.reading() as t:
            first, second, *others = t.outbox.messages(Origin("campaign", "all"))["message_id"].to_pylist()
        told = [Receipt("e1", "complaint", NOW, first), Receipt("e2", "bounced", NOW, second)]
        take_receipts(stand.ledger, stand.key, "post", told, channel="email", now=NOW + timedelta(hours=1))
        away, spare, by_domain = ws.channels.health()
        assert (away["carrier"], away["state"], away["sent"], away["since"]) == ("smtp", "gave_way", 0, NOW)
        assert "127.0.0.1:1 could not be used" in str(away["why"])
        wanted = {"state": "good", "place": 2, "sent": 54, "bounced": 1, "complaints": 1, "sent_at": NOW, "unknown": 0}
        assert {name: spare[name] for name in wanted} == wanted
        assert (spare["bounce_share"], spare["complaint_share"]) == (pytest.approx(1 / 54), pytest.approx(1 / 54))
        assert (by_domain["domain"], by_domain["sent"], by_domain["complaints"]) == ("shop.example", 54, 1)
        (found,) = (row for row in ws.doctor() if row["check"] == "providers")
        assert (found["state"], "smtp of email" in str(found["finding"])) == ("look", True)
        assert len(list(ws.channels.health(lang="zh"))) == 3
        told = [Receipt(f"e{at}", "complaint", NOW, message) for at, message in enumerate(others[:2], 3)]
        take_receipts(stand.ledger, stand.key, "post", told, channel="email", now=NOW + timedelta(hours=1))
        (found,) = (row for row in ws.doctor() if row["check"] == "providers")
        assert "3 of 54 messages on email by spare brought complaints in the last 30 days (5.56%)" in str(
            found["finding"]
        )


def carried(*, sent: int, complaints: int = 0, bounced: int = 0, domain: str | None = None) -> dict[str, object]:
    counts = {"sent": sent, "complaints": complaints, "bounced": bounced}
    shares = {"complaint_share": complaints / sent if sent else None, "bounce_share": bounced / sent if sent else None}
    return {"channel": "email", "carrier": "smtp", "domain": domain, **counts, **shares}


@pytest.mark.parametrize(
    ("row", "times"),
    [
        pytest.param(carried(sent=0), 0, id="nothing-sent"),
        pytest.param(carried(sent=10, complaints=2, bounced=2), 0, id="too-few-to-say"),
        pytest.param(carried(sent=10_000, complaints=12), 0, id="within-chance"),
        pytest.param(carried(sent=10_000, complaints=20), 1, id="complaints"),
        pytest.param(carried(sent=1_000, bounced=55), 0, id="bounces-within-chance"),
        pytest.param(carried(sent=1_000, bounced=80), 1, id="bounces"),
        pytest.param(carried(sent=1_000, bounced=80, complaints=9), 2, id="both"),
        pytest.param(carried(sent=1_000, bounced=80, domain="mail.example"), 0, id="a-domain-is-part-of-the-whole"),
    ],
)
def test_a_sender_who_is_refused_before_long_is_warned(row: dict[str, object], times: int) -> None:
    assert len(carriers_distrusted([row])) == times


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({"name": "smtp"}, "have one name", id="one-name-twice"),
        pytest.param({"provider": "sms_http"}, "carries sms, not email", id="of-another-channel"),
        pytest.param({"settings": {"port": 0}}, "further.0.settings.port", id="settings-it-does-not-take"),
        pytest.param({"settings": {"port": 25, "user": "me"}}, "COTERIE_SECRET_SPARE", id="a-user-without-a-password"),
    ],
)
def test_what_is_wrong_with_a_further_provider_is_said_before_anything_leaves(
    tmp_path: Path, more: dict[str, object], said: str
) -> None:
    with pytest.raises((BadSetting, ValueError), match=said):  # noqa: PT012 - the settings, or the sending
        given = settings(25, **more)
        with coterie.open(filled(tmp_path / "shop", DEFINITIONS, given), clock=lambda: NOW) as ws:
            ws.campaigns.send("spring")


def test_where_any_of_them_delivers_it_is_no_sink(tmp_path: Path, sink: RunningSink) -> None:
    given = settings(sink.port, spare_is_sink=False)
    with (
        coterie.open(filled(tmp_path / "shop", DEFINITIONS, given), clock=lambda: NOW) as ws,
        pytest.raises(BadSetting, match="people could not tell who writes"),
    ):
        ws.campaigns.send("spring")
