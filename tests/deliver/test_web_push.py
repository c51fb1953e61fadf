"""Push messages: read by the browser alone, signed by the sender, and each answer of a push service with one meaning."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from tests.deliver.far_side import answering
from tests.deliver.push_service import PushService

from coterie.deliver import CHANNELS, Envelope, Provider
from coterie.deliver.providers.web_push import WebPushProvider, WebPushProviderSettings
from coterie.deliver.push_encryption import MOST_BYTES, bytes_of, new_keys, private_key, sealed, unpadded
from coterie.domain import Message, Origin, Outcome, Rendered
from coterie.errors import BadSetting
from coterie.testing.channels import check_channel
from coterie.testing.providers import FAULT_CHECKS, PROVIDER_CHECKS, FaultyHarness, ProviderHarness, Treatment

OWN, PUBLIC = new_keys()
AT = datetime(2026, 12, 1)


@pytest.fixture
def service() -> Iterator[PushService]:
    with answering(PushService()) as running:
        yield running


def made(secret: str | None = OWN, **settings: object) -> WebPushProvider:
    given = {"contact": "mailto:news@tea.example", "private": True, **settings}
    return WebPushProvider(WebPushProviderSettings.model_validate(given), secret=secret)


def envelope(service: PushService, name: str, content: bytes = b"Hello", number: str = "m1") -> Envelope:
    return Envelope(number, "web_push", service.subscription(name), content)


class _Harness:
    name = "web_push"

    def __init__(self, service: PushService) -> None:
        self._service, self._away = service, False

    def make(self) -> Provider:
        return made()

    def make_unreachable(self) -> Provider:
        self._away = True
        return made(url="http://127.0.0.1:1/")

    def envelope(self, place: int, content: bytes) -> Envelope:
        found = envelope(self._service, f"m{place}", content, f"m{place}")
        if self._away:
            there = found.recipient.partition("#")[2]
            return Envelope(f"m{place}", "web_push", f"http://127.0.0.1:1/m{place}#{there}", content)
        return found

    def treated(self, treatment: Treatment) -> Envelope:
        return envelope(self._service, treatment, number="treated")

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        return [*self._service.taken]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in PROVIDER_CHECKS])
def test_a_push_service_keeps_the_promises_of_a_provider(check: Any, service: PushService) -> None:
    harness: ProviderHarness = _Harness(service)
    check(harness)


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in FAULT_CHECKS])
def test_its_faults_have_one_meaning(check: Any, service: PushService) -> None:
    harness: FaultyHarness = _Harness(service)
    check(harness)


def sent(provider: Provider, *envelopes: Envelope) -> list[Outcome]:
    async def send() -> Sequence[Outcome]:
        await provider.open()
        try:
            return await provider.send(envelopes)
        finally:
            await provider.close()

    return [*asyncio.run(send())]


def test_the_example_of_the_standard_is_encrypted_so() -> None:
    """RFC 8291, appendix A."""
    own = private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    reader = bytes_of("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
    found = sealed(
        b"When I grow up, I want to be a watermelon",
        reader,
        bytes_of("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=bytes_of("DGv6ra1nlYgDCS1FRnbzlw"),
        own=own,
    )
    assert unpadded(found) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("gone", "failed", "bounced"),
        ("unknown", "failed", "bounced"),
        ("large", "failed", None),
        ("forbidden", "failed", None),
        ("error", "unknown", None),
    ],
)
def test_an_answer_means(name: str, state: str, reason: str | None, service: PushService) -> None:
    provider = made()
    [found] = sent(provider, envelope(service, name))
    assert (found.state, found.reason, provider.trouble) == (state, reason, None)


def test_the_longest_words_travel_whole_and_wait_as_they_are_told(service: PushService) -> None:
    words = "茶".encode() * (MOST_BYTES // 3)
    assert sent(made(keep_seconds=60, urgency="high"), envelope(service, "b1", words))[0].state == "sent"
    assert service.taken == [("b1", words)]
    [headers] = service.headers
    assert (headers["TTL"], headers["Urgency"], headers["Topic"]) == ("60", "high", "m1")


def test_a_subscription_that_leads_nowhere_stops_nobody_else(service: PushService) -> None:
    keys = service.subscription("x").partition("#")[2]
    wrong = [
        Envelope("m2", "web_push", f"http://127.0.0.1:1/x#{keys}", b"Hello"),
        Envelope("m3", "web_push", f"{service.origin}/push/x#{'A' * 87}.{'A' * 22}", b"Hello"),
    ]
    provider = made()
    found = sent(provider, *wrong, envelope(service, "b1"))
    assert [each.state for each in found] == ["deferred", "failed", "sent"]
    assert (found[1].reason, provider.trouble) == ("bounced", None)
    guarded = made(private=False)
    [inside] = sent(guarded, Envelope("m4", "web_push", f"https://127.0.0.1:1/x#{keys}", b"Hello"))
    assert (inside.state, inside.reason, guarded.trouble) == ("failed", "bounced", None)


def test_a_network_that_is_away_is_told_after_a_while(service: PushService) -> None:
    keys, provider = service.subscription("x").partition("#")[2], made(connections=1)
    found = sent(
        provider, *(Envelope(f"m{n}", "web_push", f"http://127.0.0.1:1/{n}#{keys}", b"Hello") for n in range(20))
    )
    assert {each.state for each in found} == {"deferred"}
    assert provider.trouble is not None


@pytest.mark.parametrize("secret", [None, "", "short", "!" * 43])
def test_a_key_that_is_none_is_told_before_anything_leaves(secret: str | None) -> None:
    with pytest.raises(BadSetting):
        made(secret)


def test_the_channel_keeps_the_promises_of_one() -> None:
    key, other = "B" * 87, "C" * 87
    one, two = (f"https://push.example/{name}#{key}.{'s' * 22}" for name in ("a", "b"))

    def read(content: bytes) -> str:
        said = json.loads(content)
        return "\n".join(said.get(name, "") for name in ("title", "body", "url"))

    check_channel(
        CHANNELS["web_push"],
        {"icon": "https://tea.example/icon.png"},
        addresses=[one, two],
        bad=["https://push.example/a", f"ftp://push.example/a#{key}.{'s' * 22}", f"https://push.example/a#{key}"],
        alike=[
            (one, one.replace(key, other)),
            (one, json.dumps({"endpoint": "https://push.example/a", "keys": {"p256dh": f"{key}=", "auth": "s" * 22}})),
        ],
        read=read,
    )


def test_a_push_message_has_a_title_words_and_a_place_to_go() -> None:
    kind = CHANNELS["web_push"]
    channel = kind(kind.Settings())  # type: ignore[call-arg]
    message = Message(
        "0" * 32,
        Origin("campaign", "spring"),
        1,
        "web_push",
        "marketing",
        f"https://push.example/a#{'B' * 87}.{'s' * 22}",
        "k",
        "a",
        "v",
    )
    content = channel.seal(message, Rendered("", "New tea\nTry it today\nhttps://tea.example/new\n"), at=AT).content
    assert json.loads(content) == {
        "id": "0" * 32,
        "title": "New tea",
        "body": "Try it today",
        "url": "https://tea.example/new",
    }
