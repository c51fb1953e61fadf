"""Messages through a centre that speaks SMPP: whole, once, and with one meaning for each of its answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tests.deliver.centre import DROPPED, SECOND_REFUSED, SECOND_THROTTLED, THROTTLED, Centre, running_centre
from tests.deliver.gateway import number

from coterie.deliver import Envelope, Provider
from coterie.deliver.providers.smpp import SmppProvider, SmppSettings
from coterie.domain import Outcome
from coterie.domain.text_messages import size_of
from coterie.errors import BadSetting
from coterie.testing.providers import FAULT_CHECKS, PROVIDER_CHECKS, FaultyHarness, ProviderHarness, Treatment

SENDER = "+12015550199"
LAST: dict[Treatment, str] = {"refused": "0003", "throttled": THROTTLED, "dropped": DROPPED, "gone": "0001"}


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running_centre() as running:
        yield running


def made(port: int, **settings: object) -> SmppProvider:
    return SmppProvider(SmppSettings(host="127.0.0.1", port=port, user="shop", **settings), secret="secret")  # type: ignore[arg-type]


class _Harness:
    name = "smpp"

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def make(self) -> Provider:
        return made(self._centre.port, connections=2)

    def make_unreachable(self) -> Provider:
        return made(1)

    def envelope(self, place: int, content: bytes) -> Envelope:
        return Envelope(f"m{place}", SENDER, number(1000 + place), content)

    def treated(self, treatment: Treatment) -> Envelope:
        return Envelope("treated", SENDER, number(LAST[treatment]), b"Hello")

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        return [(f"m{int(to[-4:]) - 1000}", text.encode()) for to, text in self._centre.messages()]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in PROVIDER_CHECKS])
def test_a_centre_keeps_the_promises_of_a_provider(check: Any, centre: Centre) -> None:
    harness: ProviderHarness = _Harness(centre)
    check(harness)


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in FAULT_CHECKS])
def test_it_keeps_them_where_the_centre_fails(check: Any, centre: Centre) -> None:
    harness: FaultyHarness = _Harness(centre)
    check(harness)


def send(provider: Provider, text: str, *last: str) -> Sequence[Outcome]:
    async def work() -> Sequence[Outcome]:
        outcomes = await provider.send([Envelope(f"m{each}", SENDER, number(each), text.encode()) for each in last])
        await provider.close()
        return outcomes

    return asyncio.run(work())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Tea", id="one-part"),
        pytest.param("Tea [20 €] {today} ^~|\\ ÄÖÜñüàΔΩ\n" * 9, id="seven-bits-with-the-extension-table"),
        pytest.param("a" * 152 + "€" + "b" * 200, id="no-sign-is-divided-between-parts"),
        pytest.param("新茶上市，今日八折。" * 20, id="chinese-in-three-parts"),
        pytest.param("x" * 66 + "👩🏽‍💻" * 12, id="signs-of-two-units-are-not-divided"),
    ],
)
def test_a_text_arrives_as_it_was_written_in_as_many_parts_as_were_counted(text: str, centre: Centre) -> None:
    (outcome,) = send(made(centre.port), text, "0100")
    assert outcome.state == "sent"
    assert centre.messages() == [(number("0100")[1:], text)]
    assert len(centre.parts) == size_of(text).parts
    assert all(len(octets) <= (140 if coding == 8 else 160) for _, _, coding, _, octets in centre.parts)


LONG = "Tea " * 60


@pytest.mark.parametrize(
    ("text", "last", "state", "reason", "taken"),
    [
        pytest.param("Tea", "0001", "failed", "bounced", 0, id="no-such-number"),
        pytest.param("Tea", "0003", "failed", None, 0, id="refused"),
        pytest.param("Tea", "0005", "deferred", None, 0, id="its-queue-is-full"),
        pytest.param("Tea", "0007", "deferred", None, 0, id="our-sender-is-not-ours"),
        pytest.param(LONG, SECOND_REFUSED, "unknown", None, 1, id="the-second-part-is-refused"),
        pytest.param(LONG, SECOND_THROTTLED, "sent", None, 2, id="the-second-part-is-throttled-and-taken-then"),
        pytest.param(LONG, DROPPED, "unknown", None, 1, id="the-wire-is-cut-behind-the-first-part"),
    ],
)
def test_each_answer_has_one_meaning(
    text: str, last: str, state: str, reason: str | None, taken: int, centre: Centre
) -> None:
    provider = made(centre.port)
    (outcome,) = send(provider, text, last)
    assert (outcome.state, outcome.reason, len(centre.parts)) == (state, reason, taken)
    assert (provider.trouble is not None and provider.trouble.is_final) == (last == "0007")


def test_a_wire_that_was_cut_is_laid_anew_for_the_next(centre: Centre) -> None:
    provider = made(centre.port)

    async def work() -> list[str]:
        states = []
        for last in (DROPPED, "0100"):
            outcomes = await provider.send([Envelope(last, SENDER, number(last), b"Tea")])
            states.append(outcomes[0].state)
        await provider.close()
        return states

    assert asyncio.run(work()) == ["unknown", "sent"]


def test_a_password_has_to_be_there() -> None:
    with pytest.raises(BadSetting, match="COTERIE_SECRET_SMPP"):
        SmppProvider(SmppSettings(host="127.0.0.1", user="shop"))
