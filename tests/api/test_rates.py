"""More than a key may send, or the server can take, is answered by 429 or 503; what was answered with a yes is there."""

from __future__ import annotations

import asyncio
import base64
import json
import resource
import time
import urllib.error
import urllib.request
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

import coterie
from coterie.api.calls import MOST_AT_ONCE
from coterie.settings import IntakeSettings, InterfaceSettings, WorkspaceSettings
from coterie.workspace import open_keys
from tests.api.asking import Client
from tests.api.server import Server, serving


def _served(folder: Path, **intake: int) -> Path:
    return coterie.init(folder, WorkspaceSettings(intake=IntakeSettings(**intake)))


def _batch(ids: list[str]) -> bytes:
    return json.dumps(
        {"batch": [{"type": "track", "event": "E", "userId": "u", "messageId": each} for each in ids]}
    ).encode()


def test_who_sends_too_much_is_told_when_to_come_again(tmp_path: Path) -> None:
    with serving(_served(tmp_path / "shop", messages_per_second=5, messages_at_once=10)) as server:
        assert server.post("batch", _batch([f"a{n}" for n in range(10)])) == 200
        secret = base64.b64encode(f"{server.key}:".encode()).decode()
        asked = urllib.request.Request(
            f"{server.address}/v1/batch", _batch([f"b{n}" for n in range(10)]), {"Authorization": f"Basic {secret}"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=30)
        wait = int(refused.value.headers["Retry-After"])
        assert (refused.value.code, 1 <= wait <= 2) == (429, True)
        refused.value.close()
        time.sleep(wait)
        assert server.post("batch", _batch([f"b{n}" for n in range(10)])) == 200
        assert server.settle()["accepted"] == 20


def test_who_asks_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    limits = InterfaceSettings(requests_per_second=1, requests_at_once=3)
    folder = coterie.init(tmp_path / "shop", WorkspaceSettings(interface=limits))
    with open_keys(folder) as ring:
        mine, others = ring.create("mine", "read").key, ring.create("others", "read").key
    with serving(folder) as server:
        answers = [Client(server, mine).get("/rates") for _ in range(6)]
        refused = next(each for each in answers if each.status == 429)
        assert [each.status for each in answers[:3]] == [200] * 3
        assert (refused.body["code"], int(refused.headers["retry-after"])) == ("too_often", 1)
        assert Client(server, others).get("/rates").status == 200
        time.sleep(1.1)
        assert Client(server, mine).get("/rates").status == 200


async def _send(server: Server, seconds: float, senders: int) -> tuple[Counter[int], int]:
    """Batches of 20 from so many at once, each again at once whatever was answered; statuses, and messages taken."""
    host, port = server.address.removeprefix("http://").split(":")
    secret = base64.b64encode(f"{server.key}:".encode()).decode()
    answers: Counter[int] = Counter()
    numbers, until = count(), time.monotonic() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while time.monotonic() < until:
            body = _batch([f"{next(numbers)}" for _ in range(20)])
            head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {secret}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(int(line[15:]) for line in answer.split("\r\n") if line.startswith("content-length:"))
            await reader.readexactly(length)
            answers[int(answer.split()[1])] += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(senders)))
    return answers, answers[200] * 20


async def _crowd(server: Server, idle: int) -> tuple[int, int]:
    """Statuses of one event beside so many connections that ask nothing, and beside so many requests that are not yet whole."""
    host, port = server.address.removeprefix("http://").split(":")
    secret = base64.b64encode(f"{server.key}:".encode()).decode()
    body = b'{"userId": "u", "event": "E"}'
    head = f"POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {secret}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    opened = [await asyncio.open_connection(host, int(port)) for _ in range(idle)]

    async def one() -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return int(answer.split()[1]), answer.lower()

    beside_idle, _ = await one()
    for _, writer in opened:
        writer.write(head)
    await asyncio.sleep(2)
    beside_busy, answer = await one()
    assert beside_busy == 200 or b"\r\nretry-after:" in answer
    for _, writer in opened:
        writer.close()
    return beside_idle, beside_busy


def test_connections_that_ask_nothing_take_no_place(tmp_path: Path) -> None:
    """Shops keep connections open; only requests under way are bounded, and who is one too many hears when to come again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    crowd = MOST_AT_ONCE + 100
    if hard < crowd + 500:
        pytest.skip(f"only {hard} files may be open: a crowd of {crowd} is not tried")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with serving(_served(tmp_path / "shop")) as server:
            assert asyncio.run(_crowd(server, crowd)) == (200, 503)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_three_times_too_much_loses_nothing_and_passes(tmp_path: Path) -> None:
    with serving(_served(tmp_path / "shop", messages_per_second=500, messages_at_once=1_000)) as server:
        began = time.monotonic()
        answers, taken = asyncio.run(_send(server, 6, 8))
        spent = time.monotonic() - began
        assert set(answers) == {200, 429}
        assert answers.total() * 20 / spent > 3 * 500, "the load is three times what may come"
        assert taken <= 1_000 + 500 * (spent + 1)
        ended = time.monotonic()
        while server.post("batch", _batch([f"after-{time.monotonic()}"])) != 200:
            time.sleep(0.2)
        assert time.monotonic() - ended < 30
        assert server.settle(120)["accepted"] == taken + 1
