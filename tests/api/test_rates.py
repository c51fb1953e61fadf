"""More than a key may send, or the server can take, is answered by 429 or 503; what was answered with a yes is there."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import urllib.error
import urllib.request
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

import coterie
from coterie.settings import IntakeSettings, WorkspaceSettings
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
