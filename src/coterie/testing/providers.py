"""What every provider promises, as checks that run against the real thing.

A test gives a ``ProviderHarness`` and runs every function of ``PROVIDER_CHECKS`` with it; one whose far side fails on
purpose is a ``FaultyHarness``, for which there is ``FAULT_CHECKS``.
"""

# ruff: noqa: S101 - a check is an assertion

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol, TypeVar, cast

from pydantic import BaseModel

from coterie.deliver import CHANNELS, PROVIDERS, Envelope, Provider
from coterie.domain import Outcome
from coterie.errors import ProviderUnavailable

Answer = TypeVar("Answer")


Treatment = Literal["refused", "throttled", "dropped", "gone"]
"""What the far side does with a message: it refuses it for good; asks to wait and takes it the next time; takes it and breaks the
connection without a word; or says that there is no such address."""


class ProviderHarness(Protocol):
    """A provider under test and the far side that it talks to.

    Where its channel is not e-mail it also has ``envelope(number, content)``, for which ``an_envelope`` stands otherwise.
    """

    name: str

    def make(self) -> Provider:
        """A provider whose far side accepts everything."""

    def make_unreachable(self) -> Provider:
        """A provider whose far side is not there."""

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        """``message_id, content`` of everything the far side accepted, in order."""


class FaultyHarness(ProviderHarness, Protocol):
    """A provider under test, whose far side fails as it is asked to."""

    def treated(self, treatment: Treatment) -> Envelope:
        """An envelope that the far side treats so, whoever sends it."""


def an_envelope(number: int, content: bytes = b"Hello\r\n") -> Envelope:
    """A small e-mail to person ``number``."""
    head = (
        f"From: shop@shop.example\r\nTo: p{number}@buyers.example\r\nSubject: n{number}\r\n"
        f"Date: Sat, 21 Nov 2026 18:00:00 +0000\r\nMessage-ID: <m{number}@shop.example>\r\n\r\n"
    )
    return Envelope(f"m{number}", "shop@shop.example", f"p{number}@buyers.example", head.encode() + content)


def _enveloped(harness: ProviderHarness, number: int, content: bytes = b"Hello\r\n") -> Envelope:
    make = getattr(harness, "envelope", an_envelope)
    return cast("Envelope", make(number, content))


def declares_itself(harness: ProviderHarness) -> None:
    """Name, channel, settings and what it can be asked afterwards stand on the class, and it is registered."""
    kind = PROVIDERS[harness.name]
    assert kind.name == harness.name
    assert kind.channel in CHANNELS
    assert issubclass(kind.Settings, BaseModel)
    assert kind.Settings.model_json_schema()["properties"]
    assert isinstance(harness.make().answers, frozenset)
    assert harness.make().width >= 1
    assert (harness.make().per_second or 1) > 0


def answers_each_envelope_in_order(harness: ProviderHarness) -> None:
    """As many outcomes as envelopes, in their order, each sent once."""
    batch = [_enveloped(harness, number) for number in range(7)]
    outcomes = asyncio.run(_use(harness.make(), lambda provider: provider.send(batch)))
    assert [outcome.message_id for outcome in outcomes] == [envelope.message_id for envelope in batch]
    assert {outcome.state for outcome in outcomes} == {"sent"}
    assert sorted(message for message, _ in harness.accepted()) == [envelope.message_id for envelope in batch]


def carries_the_bytes_unchanged(harness: ProviderHarness) -> None:
    """Lines that begin with dots, and a lone dot, arrive as they left and end nothing early."""
    body = b"before\r\n.\r\n..two\r\nafter\r\nQUIT\r\n.\r\n"
    envelope = _enveloped(harness, 1, body)
    asyncio.run(_use(harness.make(), lambda provider: provider.send([envelope])))
    assert [content for _, content in harness.accepted()] == [envelope.content]


def may_be_called_while_it_works(harness: ProviderHarness) -> None:
    """As many calls at once as it is wide, and more, each answered once."""

    async def crowd(provider: Provider) -> Sequence[str]:
        calls = [provider.send([_enveloped(harness, number)]) for number in range(provider.width * 3)]
        return [outcome.state for answers in await asyncio.gather(*calls) for outcome in answers]

    states = asyncio.run(_use(harness.make(), crowd))
    assert set(states) == {"sent"}
    assert len({message for message, _ in harness.accepted()}) == len(harness.accepted()) == len(states)


def says_at_once_that_nobody_is_there(harness: ProviderHarness) -> None:
    """``open`` raises; ``send`` never does, and what certainly did not leave is deferred."""

    async def knock(provider: Provider) -> None:
        try:
            await provider.open()
        except ProviderUnavailable:
            pass
        else:
            raise AssertionError("open() must raise ProviderUnavailable when nobody is there")
        outcomes = await provider.send([_enveloped(harness, 1), _enveloped(harness, 2)])
        assert [outcome.state for outcome in outcomes] == ["deferred", "deferred"]
        assert provider.trouble is not None
        assert not provider.trouble.is_final
        await provider.close()

    asyncio.run(knock(harness.make_unreachable()))


def closes_twice_without_harm(harness: ProviderHarness) -> None:
    """Closing what is closed does nothing."""

    async def close(provider: Provider) -> None:
        await provider.open()
        await provider.close()
        await provider.close()

    asyncio.run(close(harness.make()))


def counts_as_the_far_side_does(harness: ProviderHarness) -> None:
    """Two hundred messages: as many were taken, each once, as are said to be sent."""

    async def many(provider: Provider) -> Sequence[Outcome]:
        return await provider.send([_enveloped(harness, number) for number in range(200)])

    outcomes = asyncio.run(_use(harness.make(), many))
    sent = [outcome.message_id for outcome in outcomes if outcome.state == "sent"]
    assert len(sent) == 200
    assert sorted(message for message, _ in harness.accepted()) == sorted(sent)


def refuses_one_of_a_batch_alone(harness: FaultyHarness) -> None:
    """Who is refused is failed for good; those before and behind are sent."""
    batch = [_enveloped(harness, 1), harness.treated("refused"), _enveloped(harness, 2)]
    outcomes = asyncio.run(_use(harness.make(), lambda provider: provider.send(batch)))
    assert [outcome.state for outcome in outcomes] == ["sent", "failed", "sent"]
    assert outcomes[1].reason is None, "a refusal that says nothing of the address costs nobody theirs"
    assert len(harness.accepted()) == 2


def waits_when_it_is_asked_to(harness: FaultyHarness) -> None:
    """What is throttled was not taken, and may go again; then it is taken once."""

    async def twice(provider: Provider) -> Sequence[str]:
        return [(await provider.send([harness.treated("throttled")]))[0].state for _ in range(2)]

    assert asyncio.run(_use(harness.make(), twice)) == ["deferred", "sent"]
    assert len(harness.accepted()) == 1


def leaves_in_doubt_what_is_in_doubt(harness: FaultyHarness) -> None:
    """Where the line breaks behind the message it is unknown, and the provider does not send it again by itself."""
    outcomes = asyncio.run(_use(harness.make(), lambda provider: provider.send([harness.treated("dropped")])))
    assert [outcome.state for outcome in outcomes] == ["unknown"]
    assert len(harness.accepted()) == 1


def knows_an_address_that_is_gone(harness: FaultyHarness) -> None:
    """It is failed for the reason ``bounced``, by which the address is written to no more."""
    outcomes = asyncio.run(_use(harness.make(), lambda provider: provider.send([harness.treated("gone")])))
    assert [(outcome.state, outcome.reason) for outcome in outcomes] == [("failed", "bounced")]
    assert len(harness.accepted()) == 0


FAULT_CHECKS: tuple[Callable[[FaultyHarness], None], ...] = (
    refuses_one_of_a_batch_alone,
    waits_when_it_is_asked_to,
    leaves_in_doubt_what_is_in_doubt,
    knows_an_address_that_is_gone,
)

PROVIDER_CHECKS: tuple[Callable[[ProviderHarness], None], ...] = (
    declares_itself,
    answers_each_envelope_in_order,
    carries_the_bytes_unchanged,
    may_be_called_while_it_works,
    says_at_once_that_nobody_is_there,
    closes_twice_without_harm,
    counts_as_the_far_side_does,
)


async def _use(provider: Provider, work: Callable[[Provider], Awaitable[Answer]]) -> Answer:
    await provider.open()
    try:
        return await work(provider)
    finally:
        await provider.close()
