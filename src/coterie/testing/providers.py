"""What every provider promises, as checks that run against the real thing.

A test gives a ``ProviderHarness`` and runs every function of ``PROVIDER_CHECKS`` with it.
"""

# ruff: noqa: S101 - a check is an assertion

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from pydantic import BaseModel

from coterie.deliver import CHANNELS, PROVIDERS, Envelope, Provider
from coterie.errors import ProviderUnavailable

Answer = TypeVar("Answer")


class ProviderHarness(Protocol):
    """A provider under test and the far side that it talks to."""

    name: str

    def make(self) -> Provider:
        """A provider whose far side accepts everything."""

    def make_unreachable(self) -> Provider:
        """A provider whose far side is not there."""

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        """``message_id, content`` of everything the far side accepted, in order."""


def an_envelope(number: int, content: bytes = b"Hello\r\n") -> Envelope:
    """A small e-mail to person ``number``."""
    head = (
        f"From: shop@shop.example\r\nTo: p{number}@buyers.example\r\nSubject: n{number}\r\n"
        f"Date: Sat, 21 Nov 2026 18:00:00 +0000\r\nMessage-ID: <m{number}@shop.example>\r\n\r\n"
    )
    return Envelope(f"m{number}", "shop@shop.example", f"p{number}@buyers.example", head.encode() + content)


def declares_itself(harness: ProviderHarness) -> None:
    """Name, channel, settings and what it can be asked afterwards stand on the class, and it is registered."""
    kind = PROVIDERS[harness.name]
    assert kind.name == harness.name
    assert kind.channel in CHANNELS
    assert issubclass(kind.Settings, BaseModel)
    assert kind.Settings.model_json_schema()["properties"]
    assert isinstance(kind.answers, frozenset)
    assert harness.make().width >= 1
    assert (harness.make().per_second or 1) > 0


def answers_each_envelope_in_order(harness: ProviderHarness) -> None:
    """As many outcomes as envelopes, in their order, each sent once."""
    batch = [an_envelope(number) for number in range(7)]
    outcomes = asyncio.run(_use(harness.make(), lambda provider: provider.send(batch)))
    assert [outcome.message_id for outcome in outcomes] == [envelope.message_id for envelope in batch]
    assert {outcome.state for outcome in outcomes} == {"sent"}
    assert sorted(message for message, _ in harness.accepted()) == [envelope.message_id for envelope in batch]


def carries_the_bytes_unchanged(harness: ProviderHarness) -> None:
    """Lines that begin with dots, and a lone dot, arrive as they left and end nothing early."""
    body = b"before\r\n.\r\n..two\r\nafter\r\nQUIT\r\n.\r\n"
    envelope = an_envelope(1, body)
    asyncio.run(_use(harness.make(), lambda provider: provider.send([envelope])))
    assert [content for _, content in harness.accepted()] == [envelope.content]


def may_be_called_while_it_works(harness: ProviderHarness) -> None:
    """As many calls at once as it is wide, and more, each answered once."""

    async def crowd(provider: Provider) -> Sequence[str]:
        calls = [provider.send([an_envelope(number)]) for number in range(provider.width * 3)]
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
        outcomes = await provider.send([an_envelope(1), an_envelope(2)])
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


PROVIDER_CHECKS: tuple[Callable[[ProviderHarness], None], ...] = (
    declares_itself,
    answers_each_envelope_in_order,
    carries_the_bytes_unchanged,
    may_be_called_while_it_works,
    says_at_once_that_nobody_is_there,
    closes_twice_without_harm,
)


async def _use(provider: Provider, work: Callable[[Provider], Awaitable[Answer]]) -> Answer:
    await provider.open()
    try:
        return await work(provider)
    finally:
        await provider.close()
