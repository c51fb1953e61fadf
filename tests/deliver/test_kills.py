"""A sender killed again and again sends to nobody twice and forgets nobody."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from tests.deliver.outbox import Audience, launch, people
from tests.deliver.sender import start_sender

from coterie.domain import utc_now
from coterie.protect import record_consents
from coterie.testing.smtp_sink import RunningSink


@pytest.mark.parametrize(
    ("messages", "kills", "connections"),
    [
        pytest.param(300, 6, 4, id="300-messages-6-kills"),
        pytest.param(20_000, 50, 8, id="20000-messages-50-kills", marks=pytest.mark.slow),
    ],
)
def test_kills_lose_nobody_and_repeat_nobody(
    messages: int, kills: int, connections: int, tmp_path: Path, sink: RunningSink
) -> None:
    audience = launch(tmp_path / "ledger.sqlite", people(messages))
    moments = random.Random(20_261_121)
    killed = sum(send_and_kill(tmp_path, sink, connections, moments.uniform(0.0, 0.15)) for _ in range(kills))
    assert send_all(tmp_path, sink, connections) == 0

    accepted = Counter(str(line["message_id"]).strip("<>").partition("@")[0] for line in sink.accepted())
    state = {row["message_id"]: row["state"] for row in audience.rows()}
    sent = {message for message, it in state.items() if it == "sent"}
    unknown = {message for message, it in state.items() if it == "unknown"}
    assert killed >= kills // 2, "too few processes were still at work when killed; the test proves little"
    assert [message for message, times in accepted.items() if times > 1] == []
    assert set(state.values()) <= {"sent", "unknown"}
    assert len(sent) + len(unknown) == messages
    assert sent <= set(accepted) <= sent | unknown
    assert len(unknown) <= connections * killed


SPELLINGS = (
    "P{n}@Buyers.Example",
    "Ann <p{n}@buyers.example>",
    "mailto:p{n}@buyers.example",
    "\u200bp{n}@buyers.example ",
)


def test_two_senders_killed_at_random_send_once_and_never_after_a_no(tmp_path: Path, sink: RunningSink) -> None:
    """Between the kills people say no, under spellings of their own."""
    audience, chosen = launch(tmp_path / "ledger.sqlite", people(200)), random.Random(7)
    refused: set[str] = set()
    for number in range(3):
        started = [start_sender(tmp_path / "ledger.sqlite", sink.port, 4) for _ in range(2)]
        senders = [process for process, begun in started if begun.wait(60)]
        before, wanted = len(sink.accepted()), chosen.randint(5, 25)
        wait_for(lambda before=before, wanted=wanted: len(sink.accepted()) >= before + wanted)  # type: ignore[misc]
        for process in chosen.sample(senders, 2):
            chosen.choice([process.kill, process.terminate])()  # one that stood back is gone already
        for process in senders:
            process.join()
        waiting = [str(row["address"]) for row in audience.rows() if row["state"] == "queued"]
        who = chosen.choice(waiting).partition("@")[0].removeprefix("p")
        said = {"namespace": ["email"], "value": [SPELLINGS[number % 4].format(n=who)], "state": ["denied"]}
        at = pa.array([utc_now()], pa.timestamp("us"))
        record_consents(audience.ledger, pa.table(said | {"occurred_at": at}), now=utc_now())
        refused.add(f"p{who}@buyers.example")
    assert send_all(tmp_path, sink, 4) == 0

    got = Counter(str(line["recipients"][0]) for line in sink.accepted())  # type: ignore[index]
    state = {str(row["address"]): row["state"] for row in audience.rows()}
    assert [address for address, times in got.items() if times > 1] == []
    assert not refused & set(got)
    assert {address for address, it in state.items() if it == "refused"} == refused
    assert {address for address, it in state.items() if it == "sent"} <= set(got)
    assert set(got) <= {address for address, it in state.items() if it in ("sent", "unknown")}
    assert set(state.values()) <= {"sent", "unknown", "refused"}


def test_an_intent_without_an_outcome_is_shown_and_never_sent(tmp_path: Path, sink: RunningSink) -> None:
    audience = launch(tmp_path / "ledger.sqlite", people(3))
    with audience.ledger.transaction() as t:
        first = str(audience.row("p0@buyers.example")["message_id"])
        t.outbox.mark_sending([first], batch="of a process that died", now=t.launches.one("spring").launched_at)
    for _ in range(2):
        assert send_all(tmp_path, sink, 2) == 0
    assert _states(audience) == {"p0": "unknown", "p1": "sent", "p2": "sent"}
    assert len(sink.accepted()) == 2


def test_an_interrupt_lets_messages_on_their_way_arrive(tmp_path: Path, sink: RunningSink) -> None:
    audience = launch(tmp_path / "ledger.sqlite", people(300))
    process, _ = start_sender(tmp_path / "ledger.sqlite", sink.port, 4)
    wait_for(lambda: len(sink.accepted()) > 10)
    os.kill(process.pid or 0, signal.SIGINT)
    process.join(timeout=60)
    states = Counter(row["state"] for row in audience.rows())
    assert set(states) == {"sent", "queued"}
    assert states["sent"] == len(sink.accepted()) < 300


def test_a_second_sender_stands_back(tmp_path: Path, sink: RunningSink) -> None:
    launch(tmp_path / "ledger.sqlite", people(400))
    first, _ = start_sender(tmp_path / "ledger.sqlite", sink.port, 2)
    wait_for(lambda: len(sink.accepted()) > 5)
    assert send_all(tmp_path, sink, 2) == 7
    first.join()
    assert first.exitcode == 0
    assert len(sink.accepted()) == len({str(line["message_id"]) for line in sink.accepted()}) == 400


def _states(audience: Audience) -> dict[str, object]:
    return {str(row["address"]).partition("@")[0]: row["state"] for row in audience.rows()}


def send_and_kill(folder: Path, sink: RunningSink, connections: int, seconds: float) -> bool:
    process, begun = start_sender(folder / "ledger.sqlite", sink.port, connections)
    before = len(sink.accepted())
    assert begun.wait(60)
    wait_for(lambda: len(sink.accepted()) > before or process.exitcode is not None)
    time.sleep(seconds)
    process.kill()
    process.join()
    return process.exitcode == -9


def send_all(folder: Path, sink: RunningSink, connections: int) -> int | None:
    process, _ = start_sender(folder / "ledger.sqlite", sink.port, connections)
    process.join(timeout=3600)
    return process.exitcode


def wait_for(is_true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if is_true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")
