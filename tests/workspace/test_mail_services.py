"""A campaign that leaves by a mail service: whole, once, and never to whom the service knows that they are gone or said no."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from pathlib import Path

import pytest
import yaml

import coterie
from tests.deliver.mail_services import KEY, MAILGUN, MANDRILL, running_service
from tests.laws import by_day

NOW = datetime(2026, 11, 22, 9)
PEOPLE = ("p1", "p2", "p3", "p4", "p5", "p6", "gone", "unsub")
DEFINITIONS = """
templates:
- name: tea
  subject: "Neuer Tee für {{ profile.name }}"
  body: "<p>Hallo {{ profile.name }}, 新茶</p>"
campaigns:
- {name: spring, channel: email, audience: {everybody: true}, template: tea, holdout: 0}
"""


def shop(root: Path, provider: str, url: str) -> Path:
    files = {
        "customers": "customer_id,email,name\n" + "".join(f"{who},{who}@buyers.example,{who}\n" for who in PEOPLE),
        "orders": "order_id,customer_id,occurred_at,revenue\n"
        + "".join(f"{who},{who},2026-11-20 10:00:00,5\n" for who in PEOPLE),
        "consents": "email,granted,purpose,channel,occurred_at\n"
        + "".join(f"{who}@buyers.example,yes,marketing,email,2026-01-01\n" for who in PEOPLE),
    }
    folder = coterie.init(root / "shop")
    settings = {
        "sender": "Tea House <news@tea.example>",
        "postal_address": "1 High Street, Leeds",
        "public_url": "https://tea.example",
        "delivery": {
            "email": {
                "provider": provider,
                "channel": {"sender": "Tea House <news@tea.example>"},
                "settings": {"url": url, "private": True},
            }
        },
    }
    kept = yaml.safe_load((folder / "coterie.yaml").read_text("utf-8"))
    (folder / "coterie.yaml").write_text(yaml.safe_dump({**kept, **settings}), "utf-8")
    (root / "tea.yaml").write_text(DEFINITIONS, "utf-8")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        for kind, text in files.items():
            (root / f"{kind}.csv").write_text(text, "utf-8")
            ws.load(root / f"{kind}.csv", kind=kind)
        ws.refresh()
        ws.apply(root / "tea.yaml")
    return folder


@pytest.mark.parametrize(
    ("provider", "path"), by_day([pytest.param("mailgun", MAILGUN), pytest.param("mandrill", MANDRILL)], "mailgun")
)
def test_a_campaign_leaves_by_a_service(
    provider: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"COTERIE_SECRET_{provider.upper()}", KEY)
    with running_service() as service:
        folder = shop(tmp_path, provider, service.url(path))
        with coterie.open(folder, clock=lambda: NOW) as ws:
            first = ws.campaigns.send("spring")
            again = ws.campaigns.send("spring")
            late = ws.campaigns.plan("spring")
    taken = dict(service.taken)
    assert len(taken) == len(service.taken) == first.sent == (6 if provider == "mandrill" else 8)
    assert again.sent == 0
    letter = message_from_bytes(taken["p1@buyers.example"])
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    if provider == "mandrill":
        assert first.failed == 2
        assert late.reachable == 6, "who bounced, and who said no to the service, is written to no more"
