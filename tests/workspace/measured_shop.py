"""A small shop that measures opens and clicks and has sent a campaign to a real mail server, with what arrived."""

from __future__ import annotations

import email
import re
from email.message import Message
from html import unescape
from pathlib import Path

import pyarrow as pa

import coterie
from coterie.protect import record_consents
from coterie.testing.smtp_sink import running_sink
from tests.workspace.shop import NOW, filled

DEFINITIONS = """
templates:
- name: hello
  subject: New tea
  body: |
    <p><a href="https://tea.example/new?a=1">New</a> <a href="https://tea.example/two">Two</a> <a href="https://tea.example/three">Three</a>
    <a href="mailto:us@tea.example">Write</a> <a href="{{ preferences_url }}">Choose</a></p>
campaigns:
- {name: spring, audience: {everybody: true}, template: hello, holdout: 0}
"""
REFUSES, AGREES = "c8@shop.example", "c1@shop.example"
"""Who said yes to marketing, and no, or yes, to being measured; the others said nothing of that."""


def measured_shop(
    root: Path, opens: str = "unless_refused", clicks: str = "unless_refused"
) -> tuple[Path, dict[str, list[str]]]:
    """The workspace, and address → the links of the e-mail that arrived there, pictures too, as they stand."""
    folder = filled(root / "shop", DEFINITIONS)
    with running_sink(root, keep=True) as sink, coterie.open(folder, clock=lambda: NOW) as ws:
        ws.settings_file.put("smtp", {"port": sink.port, "is_sink": True})
        ws.settings_file.put("engagement", {"opens": opens, "clicks": clicks})
        said = pa.table(
            {
                "namespace": ["email"] * 2,
                "value": [REFUSES, AGREES],
                "state": ["denied", "granted"],
                "purpose": ["tracking"] * 2,
                "channel": ["email"] * 2,
                "occurred_at": pa.array([NOW] * 2, pa.timestamp("us")),
            }
        )
        record_consents(ws._stand.ledger, said, now=NOW)
        ws.campaigns.send("spring")
    mails = [email.message_from_bytes(file.read_bytes()) for file in sorted((root / "kept").glob("*.eml"))]
    return folder, {str(mail["To"]): _links(mail) for mail in mails}


def _links(mail: Message) -> list[str]:
    html = next(part for part in mail.walk() if part.get_content_type() == "text/html")
    page = html.get_payload(decode=True)
    assert isinstance(page, bytes)
    return [unescape(each) for each in re.findall(r'(?:href|src)="([^"]+)"', page.decode())]
