"""E-mail leaves whole through services that take it over HTTP, and each of their answers has one right meaning."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from typing import Any

import pytest
from tests.deliver.mail_services import KEY, MAILGUN, MANDRILL, MailService, running_service

from coterie.deliver import Envelope, Provider
from coterie.deliver.providers.mailgun import MailgunProvider, MailgunSettings
from coterie.deliver.providers.mandrill import FAULTS, REJECTED, MandrillProvider, MandrillSettings
from coterie.domain import Outcome
from coterie.errors import BadSetting
from coterie.testing.providers import (
    FAULT_CHECKS,
    PROVIDER_CHECKS,
    FaultyHarness,
    Treatment,
    an_envelope,
    knows_an_address_that_is_gone,
)

PARTS: dict[str, tuple[Any, Any, str]] = {
    "mailgun": (MailgunProvider, MailgunSettings, MAILGUN),
    "mandrill": (MandrillProvider, MandrillSettings, MANDRILL),
}


@pytest.fixture
def service() -> Iterator[MailService]:
    with running_service() as running:
        yield running


def made(name: str, url: str, secret: str | None = KEY) -> Provider:
    provider, settings, _ = PARTS[name]
    return provider(settings(url=url, private=True), secret=secret)  # type: ignore[no-any-return]


class _Harness:
    def __init__(self, name: str, service: MailService) -> None:
        self.name, self._service = name, service

    def make(self) -> Provider:
        return made(self.name, self._service.url(PARTS[self.name][2]))

    def make_unreachable(self) -> Provider:
        return made(self.name, "http://127.0.0.1:1/")

    def treated(self, treatment: Treatment) -> Envelope:
        return Envelope("treated", "shop@shop.example", f"{treatment}@buyers.example", an_envelope(1).content)

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        """The id stands in the e-mail itself, as ``an_envelope`` writes it."""
        return [
            (str(message_from_bytes(raw)["message-id"])[1:].partition("@")[0], raw) for _, raw in self._service.taken
        ]


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in PROVIDER_CHECKS])
def test_a_service_keeps_the_promises_of_a_provider(check: Any, name: str, service: MailService) -> None:
    check(_Harness(name, service))


FAULTY = [
    (name, check)
    for name in PARTS
    for check in FAULT_CHECKS
    if (name, check) != ("mailgun", knows_an_address_that_is_gone)  # it takes everything, and tells of bounces later
]


@pytest.mark.parametrize(
    ("name", "check"), [pytest.param(*each, id=f"{each[0]}-{each[1].__name__}") for each in FAULTY]
)
def test_it_keeps_them_where_the_service_fails(check: Any, name: str, service: MailService) -> None:
    harness: FaultyHarness = _Harness(name, service)
    check(harness)


def sent(provider: Provider, to: str) -> Outcome:
    async def work() -> Sequence[Outcome]:
        outcomes = await provider.send([Envelope("m1", "shop@shop.example", to, an_envelope(1).content)])
        await provider.close()
        return outcomes

    return asyncio.run(work())[0]


@pytest.mark.parametrize(
    ("to", "state", "reason"),
    [
        ("invalid", "failed", None),
        ("unsub", "failed", "stopped"),
        ("general", "unknown", None),
        ("mute", "unknown", None),
        ("unsigned", "deferred", None),
    ],
)
def test_what_mandrill_says_has_one_meaning(to: str, state: str, reason: str | None, service: MailService) -> None:
    provider = made("mandrill", service.url(MANDRILL))
    outcome = sent(provider, f"{to}@buyers.example")
    assert (outcome.state, outcome.reason) == (state, reason)
    assert (provider.trouble is not None and provider.trouble.is_final) == (to == "unsigned")
    assert len(service.taken) == (state == "unknown")


@pytest.mark.parametrize("name", PARTS)
def test_a_wrong_key_is_about_us_and_stands_in_no_reply(name: str, service: MailService) -> None:
    provider = made(name, service.url(PARTS[name][2]), "another key")
    outcome = sent(provider, "p1@buyers.example")
    assert (outcome.state, service.taken) == ("deferred", [])
    assert provider.trouble is not None
    assert provider.trouble.is_final
    assert "another key" not in f"{outcome.reply} {provider.trouble.words}"


@pytest.mark.parametrize("name", PARTS)
def test_without_a_key_nothing_is_begun(name: str) -> None:
    with pytest.raises(BadSetting, match=f"COTERIE_SECRET_{name.upper()}"):
        made(name, "https://api.mail.example/", None)


def test_every_reason_has_a_meaning_that_there_is() -> None:
    assert {*REJECTED.values(), *FAULTS.values()} <= {"gone", "stopped", "refused", "settings", "later"}
