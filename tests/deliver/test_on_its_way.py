"""How many messages stand between intent and outcome, and that none is admitted while the provider is in trouble."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.deliver.outbox import KEY, Audience, composer, launch, people

from coterie.deliver import SendResult, send_outbox
from coterie.deliver.channels.email import EmailChannel, EmailSettings
from coterie.deliver.contract import Envelope, Trouble
from coterie.domain import Origin, Outcome, utc_now


class Carrier:
    """A provider that answers sooner or later, and looks how many intents have no outcome meanwhile."""

    name, per_second = "counting", None
    answers: frozenset[str] = frozenset()

    def __init__(self, width: int, *, fails_after: int | None = None, is_final: bool = False) -> None:
        self.width, self._fails_after, self._is_final = width, fails_after, is_final
        self.trouble: Trouble | None = None
        self.opened = self.most_in_doubt = 0
        self.audience: Audience | None = None
        self.calls: Counter[str] = Counter()

    async def open(self) -> None:
        self.opened += 1
        self.trouble = None

    async def send(self, batch: Sequence[Envelope]) -> Sequence[Outcome]:
        if self.audience is not None:
            self.most_in_doubt = max(self.most_in_doubt, self.audience.states()["sending"])
        self.calls.update(each.recipient for each in batch)
        await asyncio.sleep(0.005 * (1 + sum(self.calls.values()) % 5))  # some are answered long before others
        is_down = self._fails_after is not None and sum(self.calls.values()) > self._fails_after
        if is_down:
            self.trouble, self._fails_after = Trouble("the line is down", self._is_final), None
        state = "deferred" if is_down else "sent"
        return [Outcome(each.message_id, state, utc_now()) for each in batch]  # type: ignore[arg-type]

    async def close(self) -> None:
        """Nothing is held."""


def _send(audience: Audience, carrier: Carrier, **more: object) -> SendResult:
    return send_outbox(
        audience.ledger,
        KEY,
        [Origin("campaign", "spring")],
        channel=EmailChannel(EmailSettings(sender="Shop <news@shop.example>")),
        provider=carrier,
        renderer=composer(),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("width", [1, 3, 12])
def test_no_more_are_on_their_way_than_the_provider_is_wide(width: int, tmp_path: Path) -> None:
    """A kill leaves no more in doubt: intents without an outcome in the ledger."""
    audience, carrier = launch(tmp_path / "ledger.sqlite", people(60)), Carrier(width)
    carrier.audience = audience
    assert _send(audience, carrier).sent == 60
    assert 1 <= carrier.most_in_doubt <= width
    assert set(carrier.calls.values()) == {1}


@pytest.mark.parametrize("limit", [1, 7, 40, 60])
def test_a_limit_is_kept_to_the_message(limit: int) -> None:
    audience, carrier = launch(None, people(40)), Carrier(4)
    result = _send(audience, carrier, limit=limit)
    assert result.sent == sum(carrier.calls.values()) == min(limit, 40)
    assert ("limit" in result.stopped) is (limit <= 40)


@pytest.mark.parametrize("is_final", [False, True])
def test_nothing_is_admitted_while_the_provider_is_in_trouble(is_final: bool) -> None:
    audience, carrier = launch(None, people(20)), Carrier(1, fails_after=4, is_final=is_final)
    result = _send(audience, carrier, patience=timedelta(hours=1) if is_final else timedelta(0))
    assert sum(carrier.calls.values()) == 5
    assert (result.sent, result.stopped) == (4, "the line is down")
    assert sorted(row["attempts"] for row in audience.rows()) == [0] * 15 + [1] * 5  # type: ignore[type-var]


def test_trouble_that_passes_is_waited_out() -> None:
    audience, carrier = launch(None, people(12)), Carrier(1, fails_after=4)
    result = _send(audience, carrier, patience=timedelta(seconds=30))
    assert (result.sent, result.queued, carrier.opened) == (11, 1, 2)  # the one that was asked to wait is due later
