"""A sender killed over HTTP: what a gateway cannot be asked about stays in doubt; what a receiver knows by its id goes again, once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from tests.deliver.gateway import TOKEN, number, running_gateway
from tests.deliver.outbox import KEY, LETTERHEAD, launch
from tests.deliver.sender import FORKS
from tests.deliver.test_webhook import SECRET, Receiver
from tests.deliver.test_webhook import receiver as receiver  # noqa: PLC0414 - a fixture

from coterie.compose import Composer, TemplateDefinition
from coterie.deliver import CHANNELS, PROVIDERS, send_outbox
from coterie.domain import Origin
from coterie.store import open_ledger

CONNECTIONS = 4


def _send(ledger: str, names: tuple[str, str], settings: Mapping[str, object], secret: str, begun: Event) -> None:
    channel, provider = CHANNELS[names[0]], PROVIDERS[names[1]]
    opened = open_ledger(ledger)
    begun.set()
    told = {"sender": "+12015550199"} if names[0] == "sms" else {}
    send_outbox(
        opened,
        KEY,
        [Origin("campaign", "spring")],
        channel=channel(channel.Settings.model_validate(told)),  # type: ignore[call-arg]  # as the contract says
        provider=provider(provider.Settings.model_validate(settings), secret=secret),  # type: ignore[call-arg]
        renderer=Composer(
            {"hello": TemplateDefinition(name="hello", channel=names[0], text="New tea")},
            letterhead=LETTERHEAD,
            find_readers=lambda people: dict.fromkeys(people, ({}, frozenset())),
        ),
    )


def _killed(taken: Callable[[], int], seconds: float, *sent: object) -> bool:
    """Start a sender and kill it a moment after it has sent something; whether it was still at work."""
    begun = FORKS.Event()
    process, before = FORKS.Process(target=_send, args=(*sent, begun)), taken()
    process.start()
    assert begun.wait(60)
    while taken() == before and process.exitcode is None:
        time.sleep(0.005)
    time.sleep(seconds)
    process.kill()
    process.join()
    return process.exitcode == -9


def _finished(*sent: object) -> int | None:
    begun = FORKS.Event()  # kept: a process that starts later would look for it in vain
    process = FORKS.Process(target=_send, args=(*sent, begun))
    process.start()
    process.join(timeout=600)
    return process.exitcode


MANY = [
    pytest.param(60, 2, id="60-messages-2-kills"),
    pytest.param(2_000, 20, id="2000-messages-20-kills", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("messages", "kills"), MANY)
def test_a_gateway_that_knows_no_message_again_gets_none_twice(messages: int, kills: int, tmp_path: Path) -> None:
    audience = launch(tmp_path / "ledger.sqlite", [number(1000 + n) for n in range(messages)], channel="sms")
    moments = random.Random(20_261_130)
    with running_gateway() as gateway:
        sent = (
            str(tmp_path / "ledger.sqlite"),
            ("sms", "sms_http"),
            {**gateway.settings, "connections": CONNECTIONS},
            TOKEN,
        )
        killed = sum(_killed(lambda: len(gateway.taken), moments.uniform(0, 0.05), *sent) for _ in range(kills))
        assert _finished(*sent) == 0
        accepted = Counter(gateway.numbers())
    states = {str(row["address"]): str(row["state"]) for row in audience.rows()}
    done = {address for address, state in states.items() if state == "sent"}
    unknown = {address for address, state in states.items() if state == "unknown"}
    assert killed >= kills // 2, "too few were still at work when killed; the test proves little"
    assert [address for address, times in accepted.items() if times > 1] == []
    assert len(done) + len(unknown) == messages
    assert done <= set(accepted) <= done | unknown
    assert len(unknown) <= CONNECTIONS * killed


@pytest.mark.parametrize(("messages", "kills"), MANY)
def test_a_receiver_that_knows_ids_misses_none_and_keeps_each_once(
    messages: int,
    kills: int,
    tmp_path: Path,
    receiver: Receiver,
) -> None:
    audience = launch(tmp_path / "ledger.sqlite", [f"C{n}" for n in range(messages)], channel="webhook")
    moments = random.Random(20_261_130)
    settings = {**receiver.settings, "connections": CONNECTIONS}
    sent = (str(tmp_path / "ledger.sqlite"), ("webhook", "webhook"), settings, SECRET)
    killed = sum(_killed(lambda: len(receiver.taken), moments.uniform(0, 0.05), *sent) for _ in range(kills))
    assert _finished(*sent) == 0
    assert killed >= kills // 2, "too few were still at work when killed; the test proves little"
    assert audience.states() == {"sent": messages}
    assert set(receiver.taken) == {str(row["message_id"]) for row in audience.rows()}
    again = sum(times - 1 for times in receiver.asked.values())
    assert again <= CONNECTIONS * killed, "only what was in doubt went again"
