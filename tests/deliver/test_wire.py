"""An e-mail's bytes hold the headers we wrote and nothing else, whatever its values say."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.compose.test_safety import HOSTILE
from tests.deliver.outbox import KEY, composer, launch, people
from tests.laws import tries

from coterie.compose import TemplateDefinition
from coterie.deliver import Unsendable, lint, send_outbox
from coterie.deliver.channels.email import EmailChannel, EmailSettings, plain_address
from coterie.deliver.mime import header, part
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.domain import Message, Origin, Rendered
from coterie.errors import Damaged
from coterie.settings import SmtpSettings
from coterie.testing.smtp_sink import RunningSink, running_sink

AT = datetime(2026, 11, 21, 18)
CHANNEL = EmailChannel(EmailSettings(sender="Tea “Co” <news@shop.example>"))
HEADERS = sorted([
    "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Content-Type",
])  # fmt: skip
HOSTILE_TEMPLATE = TemplateDefinition(
    name="hello",
    subject="For {{ profile.v }}",
    preheader="{{ profile.v }}",
    body="<p>{{ profile.v }}</p><a href='https://x.example/{{ profile.v }}'>{{ profile.v }}</a>",
)


def _message(address: str = "anna@buyers.example", message_id: str = "4f2a") -> Message:
    return Message(message_id, Origin("campaign", "spring"), 1, "email", "marketing", address, "k", "message", "hello")


def _wire(value: str) -> bytes:
    (rendered,) = composer(HOSTILE_TEMPLATE, {1: {"v": value}}).render([_message()])
    assert isinstance(rendered, Rendered)
    return CHANNEL.seal(_message(), rendered, at=AT).content


def _check(content: bytes, value: str) -> None:
    assert lint(content) == []
    for rules in (policy.default, policy.compat32):
        parsed = message_from_bytes(content, policy=rules)
        assert sorted(parsed.keys()) == HEADERS
        assert parsed["To"] == "anna@buyers.example"
        assert parsed["Bcc"] is None
        assert parsed.get_content_type() == "multipart/alternative"
        parts = parsed.get_payload()
        assert isinstance(parts, list)
        assert [p.get_content_type() for p in parts] == ["text/plain", "text/html"]
        assert all(sorted(p.keys()) == ["Content-Transfer-Encoding", "Content-Type"] for p in parts)
        assert all(p.get_payload(decode=True).decode("utf-8") for p in parts), value


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_trait_adds_no_header_recipient_or_part(value: str) -> None:
    _check(_wire(value), value)


@settings(max_examples=tries(50, 300), deadline=None)
@given(st.text(st.characters(), min_size=1, max_size=300))
def test_any_trait_adds_no_header_recipient_or_part(value: str) -> None:
    _check(_wire(value), value)


def test_what_was_written_is_read_again() -> None:
    parsed = message_from_bytes(_wire("Zoë 张伟"), policy=policy.default)
    assert parsed["Subject"] == "For Zoë 张伟"
    assert parsed["From"] == "Tea “Co” <news@shop.example>"
    assert parsed["Message-ID"] == "<4f2a@shop.example>"
    assert parsed["Date"] == "Sat, 21 Nov 2026 18:00:00 +0000"
    text = parsed.get_body(("plain",))
    assert text is not None
    assert "Zoë 张伟" in text.get_content()


def test_the_same_message_has_the_same_identity_and_link_every_time() -> None:
    first, again = (message_from_bytes(_wire("Ann")) for _ in range(2))
    assert first["Message-ID"] == again["Message-ID"]
    assert first["List-Unsubscribe"] == again["List-Unsubscribe"]
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1))
def test_a_header_is_folded_and_read_again(value: str) -> None:
    value = " ".join(value.replace("=?", "").split()) or "x"
    written = header("Subject", value)
    assert all(len(line) <= 998 for line in written.split(b"\r\n"))
    assert message_from_bytes(written + b"\r\nx", policy=policy.default)["Subject"] == value


@pytest.mark.parametrize("value", ["a\r\nBcc: b@x.test", "a\nb", "a\rb", "a\0b", "a\x0bb", "a\x7fb"])
def test_a_header_with_a_control_is_never_written(value: str) -> None:
    with pytest.raises(Damaged):
        header("Subject", value)


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_a_body_is_read_again(text: str) -> None:
    parsed = message_from_bytes(b"MIME-Version: 1.0\r\n" + part("plain", text), policy=policy.default)
    read = parsed.get_payload(decode=True)
    assert isinstance(read, bytes)
    expected = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert read.decode("utf-8").replace("\r\n", "\n").rstrip("\n") == expected


@pytest.mark.parametrize(
    ("address", "as_sent"),
    [
        pytest.param("anna@buyers.example", "anna@buyers.example", id="plain"),
        pytest.param("a.b+c@x-y.example", "a.b+c@x-y.example", id="with-a-tag"),
        pytest.param("anna@bücher.example", "anna@xn--bcher-kva.example", id="international-domain"),
        pytest.param("o'brien@x.example", "o'brien@x.example", id="apostrophe"),
    ],
)
def test_addresses_that_can_be_written_to(address: str, as_sent: str) -> None:
    assert plain_address(address) == as_sent


@pytest.mark.parametrize(
    "address",
    [
        "", "anna", "@x.example", "anna@", "a b@x.example", "a@b@x.example", '"a b"@x.example', "a@x.example,b@y.example",
        "a@x.example>\r\nRCPT TO:<b@y.example", "a@x.example\n", "a@x.example\0", "<a@x.example>", "a@x..example",
        "a..b@x.example", ".a@x.example", "a.@x.example", "a@-x.example", "a@[127.0.0.1]", "a@x.example b@y.example",
        "Anna <a@x.example>", "a" * 65 + "@x.example", "a@" + "x" * 64 + ".example", "ä@x.example", "a@x.example;b@y.example",
        "a%0d%0aRCPT@x example", "a@x.example\r\nBcc: b@y.example", "=?utf-8?q?a?= <a@x.example>", "a\u200b@x.example",
    ],
)  # fmt: skip
def test_addresses_that_cannot(address: str) -> None:
    with pytest.raises(Unsendable, match="is not an e-mail address"):
        plain_address(address)


@pytest.mark.parametrize(
    "sender", ["nobody", "Shop <>", "Shop\nBcc: x@y.z <news@shop.example>", "=?utf-8?q?a?= <n@s.example>"]
)
def test_a_sender_is_an_address(sender: str) -> None:
    with pytest.raises(ValueError, match=r"sender|address"):
        EmailSettings(sender=sender)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        pytest.param(lambda c: c.replace(b"\r\n", b"\n", 1), "bare", id="bare-line-feed"),
        pytest.param(lambda c: c.replace(b"Date:", b"X-Date:"), "date stands 0 times", id="no-date"),
        pytest.param(lambda c: b"Subject: again\r\n" + c, "subject stands 2 times", id="second-subject"),
        pytest.param(lambda c: b"Bcc: x@y.z\r\n" + c, "bcc", id="bcc"),
        pytest.param(lambda c: c + b"x" * 999 + b"\r\n", "longer than 998", id="long-line"),
        pytest.param(lambda c: c + "é".encode(), "beyond ASCII", id="eight-bit"),
        pytest.param(lambda c: c.replace(b"text/plain", b"text/rtf"), "no text part", id="no-text"),
        pytest.param(lambda c: c.replace(b"List-Unsubscribe-Post", b"X-Post"), "RFC 8058", id="half-an-unsubscribe"),
    ],
)
def test_lint_sees_what_is_wrong(broken: object, fault: str) -> None:
    assert any(fault in found for found in lint(broken(_wire("Ann"))))  # type: ignore[operator]


def test_hostile_traits_arrive_at_a_real_server_as_one_message_each(tmp_path: Path) -> None:
    with running_sink(tmp_path, keep=True) as sink:
        _send_hostile(tmp_path, sink)
        accepted = sink.accepted()
    assert len(accepted) == len(HOSTILE)
    assert sorted(line["recipients"][0] for line in accepted) == sorted(people(len(HOSTILE)))  # type: ignore[index]
    for kept in (tmp_path / "kept").iterdir():
        parsed = message_from_bytes(kept.read_bytes(), policy=policy.default)
        assert sorted(set(parsed.keys()) - {"X-Peer", "X-MailFrom", "X-RcptTo"}) == HEADERS


def _send_hostile(folder: Path, sink: RunningSink) -> None:
    audience = launch(folder / "ledger.sqlite", people(len(HOSTILE)))
    traits: dict[int, dict[str, object]] = {n: {"v": value} for n, value in enumerate(HOSTILE, 1)}
    result = send_outbox(
        audience.ledger,
        KEY,
        [Origin("campaign", "spring")],
        channel=CHANNEL,
        provider=SmtpProvider(SmtpSettings(port=sink.port)),
        renderer=composer(HOSTILE_TEMPLATE, traits),
    )
    assert result.sent == len(HOSTILE)
