"""Each way SMTP can go wrong has one right answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from tests.deliver.faulty import FaultySmtp, running

from coterie.deliver import Envelope, Provider
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.domain import Outcome
from coterie.errors import BadSetting, ProviderUnavailable
from coterie.settings import SmtpSettings
from coterie.testing.providers import (
    FAULT_CHECKS,
    PROVIDER_CHECKS,
    FaultyHarness,
    ProviderHarness,
    Treatment,
    an_envelope,
    knows_an_address_that_is_gone,
)


def _provider(server: FaultySmtp, **settings: object) -> SmtpProvider:
    return SmtpProvider(SmtpSettings(port=server.port, **settings))  # type: ignore[arg-type]


def _send(server: FaultySmtp, *recipients: str, **settings: object) -> Sequence[Outcome]:
    batch = [
        Envelope(name, "shop@shop.example", f"{name}@buyers.example", an_envelope(1).content) for name in recipients
    ]

    async def work() -> Sequence[Outcome]:
        provider = _provider(server, **settings)
        outcomes = await provider.send(batch)
        await provider.close()
        return outcomes

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("recipient", "state", "code", "arrived"),
    [
        pytest.param("anna", "sent", 250, True, id="accepted"),
        pytest.param("rcpt-450", "deferred", 450, False, id="4xx-to-the-recipient"),
        pytest.param("rcpt-550", "failed", 550, False, id="5xx-to-the-recipient"),
        pytest.param("rcpt-421", "deferred", 421, False, id="421-to-the-recipient"),
        pytest.param("rcpt-drop", "deferred", None, False, id="broken-at-the-recipient"),
        pytest.param("data-451", "deferred", 451, False, id="4xx-to-data"),
        pytest.param("data-554", "failed", 554, False, id="5xx-to-data"),
        pytest.param("data-421", "deferred", 421, False, id="421-to-data"),
        pytest.param("data-drop", "deferred", None, False, id="broken-at-data"),
        pytest.param("dot-451", "deferred", 451, False, id="4xx-after-the-dot-permits-another-try"),
        pytest.param("dot-554", "failed", 554, False, id="5xx-after-the-dot"),
        pytest.param("dot-421", "deferred", 421, False, id="421-after-the-dot"),
        pytest.param("dot-drop", "unknown", None, False, id="broken-after-the-dot-not-accepted"),
        pytest.param("dot-drop-after-accepting", "unknown", None, True, id="broken-after-the-dot-accepted"),
        pytest.param("dot-garbage", "unknown", None, True, id="no-smtp-after-the-dot"),
    ],
)
def test_each_answer_has_one_meaning(recipient: str, state: str, code: int | None, arrived: bool) -> None:
    with running(FaultySmtp()) as server:
        (outcome,) = _send(server, recipient)
        assert (outcome.state, outcome.code) == (state, code)
        assert [name for name, _ in server.accepted] == ([recipient] if arrived else [])
        assert server.tried[recipient] == 1


BIG = an_envelope(1).content + (b"x" * 70 + b"\r\n") * 200_000
"""More than lies between two sockets, so that most of it is not yet gone when the answer comes."""


@pytest.mark.parametrize(
    ("recipient", "state", "code"),
    [
        pytest.param("early-250", "unknown", 250, id="a-yes-to-what-it-cannot-have-read"),
        pytest.param("early-552", "failed", 552, id="a-no-is-a-no"),
        pytest.param("early-452", "deferred", 452, id="a-later-is-a-later"),
        pytest.param("early-drop", "deferred", None, id="broken-before-the-dot"),
    ],
)
def test_an_answer_before_the_dot_is_not_one_to_the_message(recipient: str, state: str, code: int | None) -> None:
    async def work(provider: Provider) -> Outcome:
        envelope = Envelope(recipient, "shop@shop.example", f"{recipient}@buyers.example", BIG)
        (outcome,) = await provider.send([envelope])
        await provider.close()
        return outcome

    with running(FaultySmtp()) as server:
        provider = _provider(server)
        outcome = asyncio.run(work(provider))
        assert (outcome.state, outcome.code) == (state, code)
        assert (provider.trouble is not None) == (state == "unknown")
        assert server.accepted == []


def test_a_server_that_answers_unasked_is_not_believed() -> None:
    with running(FaultySmtp(answers_unasked=True)) as server:
        outcomes = _send(server, "anna", "dot-554")
        assert [(outcome.state, outcome.code) for outcome in outcomes] == [("deferred", 354)] * 2
        assert server.accepted == []


def test_a_yes_to_data_is_no_leave_to_write() -> None:
    with running(FaultySmtp()) as server:
        first, second = _send(server, "data-250", "anna", connections=1)
        assert (first.state, first.code, second.state) == ("deferred", 250, "sent")
        assert server.connections == 2, "what it is in the middle of is not known, so the connection is not used again"


@pytest.mark.parametrize(
    ("server", "state", "is_final"),
    [
        pytest.param(FaultySmtp(greeting=421), "deferred", False, id="busy-at-the-greeting"),
        pytest.param(FaultySmtp(greeting=554), "deferred", True, id="refused-at-the-greeting"),
        pytest.param(FaultySmtp(greeting=0), "deferred", False, id="broken-at-the-greeting"),
        pytest.param(FaultySmtp(mail=451), "deferred", False, id="4xx-to-the-sender"),
        pytest.param(FaultySmtp(mail=550), "failed", True, id="5xx-to-the-sender"),
        pytest.param(FaultySmtp(mail=421), "deferred", False, id="421-to-the-sender"),
        pytest.param(FaultySmtp(mail=0), "deferred", False, id="broken-at-the-sender"),
    ],
)
def test_what_concerns_everybody_is_trouble(server: FaultySmtp, state: str, is_final: bool) -> None:
    async def work(provider: Provider) -> Outcome:
        (outcome,) = await provider.send([an_envelope(1)])
        await provider.close()
        return outcome

    with running(server):
        provider = _provider(server)
        assert asyncio.run(work(provider)).state == state
        assert provider.trouble is not None
        assert provider.trouble.is_final is is_final
        assert server.accepted == []


def test_silence_after_the_dot_is_unknown_and_a_late_answer_is_awaited() -> None:
    with running(FaultySmtp(slow_seconds=3.0)) as server:
        (outcome,) = _send(server, "dot-slow", timeout_seconds=1.0)
        assert outcome.state == "unknown"
    with running(FaultySmtp(slow_seconds=1.5)) as server:
        (outcome,) = _send(server, "dot-slow", timeout_seconds=10.0)
        assert outcome.state == "sent"


def test_ten_minutes_are_waited_after_the_dot_unless_said_otherwise() -> None:
    assert SmtpSettings().timeout_seconds >= 600


def test_connections_are_kept_and_shared() -> None:
    with running(FaultySmtp()) as server:
        outcomes = _send(server, *(f"p{n}" for n in range(40)), connections=3)
        assert {outcome.state for outcome in outcomes} == {"sent"}
        assert server.connections == 3


def test_a_refused_recipient_does_not_spoil_the_next() -> None:
    with running(FaultySmtp()) as server:
        states = [
            o.state for o in _send(server, "rcpt-550", "anna", "dot-554", "bert", "data-451", "carl", connections=1)
        ]
        assert states == ["failed", "sent", "failed", "sent", "deferred", "sent"]
        assert server.connections == 1


def test_a_server_that_closes_after_some_messages_is_met_again_without_delay() -> None:
    with running(FaultySmtp(messages_per_connection=4)) as server:
        states = [o.state for o in _send(server, *(f"p{n}" for n in range(10)), connections=1)]
        assert states == ["sent"] * 10
        assert server.connections == 3


def test_bare_line_feeds_cannot_end_a_message() -> None:
    smuggled = b"one\n.\nMAIL FROM:<evil@x.test>\n.\r\r\n.\r\n"
    envelope = an_envelope(1, smuggled)

    async def work(provider: Provider) -> None:
        await provider.send([envelope])
        await provider.close()

    with running(FaultySmtp()) as server:
        asyncio.run(work(_provider(server)))
        ((_, content),) = server.accepted
        assert b"MAIL FROM:<evil@x.test>" in content
        assert server.tried.total() == 1


def test_starttls_is_never_silently_left_out() -> None:
    with running(FaultySmtp()) as server:
        provider = _provider(server, security="starttls")
        with pytest.raises(BadSetting, match="STARTTLS"):
            asyncio.run(provider.open())


def test_nobody_there_is_said_at_the_start() -> None:
    with running(FaultySmtp()) as server:
        provider = _provider(server)
    with pytest.raises(ProviderUnavailable, match="could not be used"):
        asyncio.run(provider.open())


RECIPIENTS: dict[Treatment, str] = {
    "refused": "rcpt-554",
    "throttled": "rcpt-greylisted",
    "dropped": "dot-drop-after-accepting",
    "gone": "rcpt-550",
}


class _SmtpHarness:
    name = "smtp"

    def __init__(self, server: FaultySmtp) -> None:
        self._server = server

    def make(self) -> Provider:
        return _provider(self._server)

    def make_unreachable(self) -> Provider:
        return SmtpProvider(SmtpSettings(port=1))

    def treated(self, treatment: Treatment) -> Envelope:
        name = RECIPIENTS[treatment]
        return Envelope(name, "shop@shop.example", f"{name}@buyers.example", an_envelope(1).content)

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        return [("m" + name.removeprefix("p"), content) for name, content in self._server.accepted]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in PROVIDER_CHECKS])
def test_smtp_keeps_the_promises_of_a_provider(check: object) -> None:
    with running(FaultySmtp()) as server:
        harness: ProviderHarness = _SmtpHarness(server)
        check(harness)  # type: ignore[operator]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in FAULT_CHECKS])
def test_smtp_keeps_them_where_the_server_fails(check: object) -> None:
    words = "5.1.1 no such user" if check is knows_an_address_that_is_gone else "as asked"
    with running(FaultySmtp(words=words)) as server:
        harness: FaultyHarness = _SmtpHarness(server)
        check(harness)  # type: ignore[operator]
