"""Receivers are told of every entry and exit, signed, in order, until they say yes; and only where they may be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import coterie
from coterie.deliver import check_url, post
from coterie.errors import NotPermitted, ProviderUnavailable, Refused, UnknownName
from coterie.workspace.deliveries import Delivery
from coterie.workspace.webhooks import Webhooks, receivers
from tests.docs.test_json import documented
from tests.workspace.shop import NOW, filled


class Receiver(ThreadingHTTPServer):
    """A real server on this machine, which answers with the statuses that it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.statuses: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?x=1"


class _Answering(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "7")
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_told: Any) -> None:
        """Say nothing."""


class Clock:
    at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are as long as they are at least."""
    monkeypatch.setattr("coterie.workspace.webhooks.secrets.randbelow", lambda _: 0)


@pytest.mark.parametrize(
    ("failures", "retry_after", "chance", "seconds"),
    [
        pytest.param(0, None, 0.0, 5, id="the-first"),
        pytest.param(0, None, 1.0, 6, id="a-fifth-longer-at-most"),
        pytest.param(30, None, 1.0, 4320, id="an-hour-and-a-fifth-at-most"),
        pytest.param(0, 120.0, 0.0, 120, id="as-it-asks"),
        pytest.param(4, 1.0, 0.0, 80, id="asking-for-less-shortens-nothing"),
        pytest.param(0, 1e9, 0.0, 86400, id="within-a-day"),
    ],
)
def test_waits_grow_and_are_spread_and_heed_what_a_receiver_asks(
    failures: int, retry_after: float | None, chance: float, seconds: int
) -> None:
    found = Delivery(failures=failures).failed(NOW, "it fell", retry_after=retry_after, chance=chance)
    assert found.next_at == (NOW + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def told(tmp_path: Path, receiver: Receiver) -> Iterator[tuple[coterie.Workspace, Clock]]:
    folder = filled(tmp_path / "shop")
    text = (folder / "coterie.yaml").read_text("utf-8").replace("webhooks: {}\n", "")
    hook = f"webhooks:\n  crm: {{url: '{receiver.url}', private: true, segments: [oslo]}}\n"
    (folder / "coterie.yaml").write_text(text + hook, "utf-8")
    clock = Clock()
    with coterie.open(folder, clock=clock) as ws:
        ws.refresh()
        yield ws, clock


def _move_to_oslo(ws: coterie.Workspace, folder: Path, *keys: str) -> None:
    rows = "".join(f"{key},Oslo,2026-03-02 00:00:00\n" for key in keys)
    file = folder / "customers.csv"
    file.write_text(f"customer_id,city,updated_at\n{rows}", "utf-8")
    ws.load(file, kind="customers")
    ws.refresh(as_of="2026-03-03")


def test_what_is_new_is_told_signed_and_once(
    told: tuple[coterie.Workspace, Clock], receiver: Receiver, tmp_path: Path
) -> None:
    ws, clock = told
    hooks = Webhooks(ws)
    assert hooks.tick() == {}  # it begins from now: what was before is not told
    _move_to_oslo(ws, tmp_path, "C1", "C3")
    assert hooks.tick() == {"crm": True}
    [(headers, body)] = receiver.got
    changes = json.loads(body)["data"]["changes"]
    assert {(each["segment"], each["change"]) for each in changes} == {("oslo", "entered")}
    assert len(changes) == 2
    secret = base64.b64decode(str(receivers(ws)[0]["secret"]).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{made}"
    assert abs(int(headers["webhook-timestamp"]) - (clock.at - datetime(1970, 1, 1)).total_seconds()) < 1
    assert hooks.tick() == {}
    assert Webhooks(ws).tick() == {}  # nor after a restart


@pytest.mark.parametrize("status", [500, 404, 302, 307])
def test_one_that_does_not_say_yes_is_told_the_same_again_later(
    told: tuple[coterie.Workspace, Clock], receiver: Receiver, tmp_path: Path, status: int
) -> None:
    ws, clock = told
    hooks = Webhooks(ws)
    hooks.tick()
    _move_to_oslo(ws, tmp_path, "C1")
    receiver.statuses = [status, status]
    assert hooks.tick() == {"crm": False}
    assert hooks.tick() == {}  # not at once
    clock.at += timedelta(seconds=5)
    assert hooks.tick() == {"crm": False}
    clock.at += timedelta(seconds=9)
    assert hooks.tick() == {}  # twice as long
    clock.at += timedelta(seconds=1)
    assert hooks.tick() == {"crm": True}
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({str(json.loads(body)["data"]) for _, body in receiver.got}) == 1
    assert len(receiver.got) == 3
    if status == 500:
        _move_to_oslo(ws, tmp_path, "C5")
        receiver.statuses = [429]
        assert hooks.tick() == {"crm": False}
        clock.at += timedelta(seconds=6)
        assert hooks.tick() == {}  # it asked for seven
        clock.at += timedelta(seconds=1)
        assert hooks.tick() == {"crm": True}


def test_one_that_is_away_misses_nothing(
    told: tuple[coterie.Workspace, Clock], receiver: Receiver, tmp_path: Path
) -> None:
    ws, clock = told
    hooks = Webhooks(ws)
    hooks.tick()
    _move_to_oslo(ws, tmp_path, "C1")
    receiver.statuses = [503]
    hooks.tick()
    _move_to_oslo(ws, tmp_path, "C1", "C3", "C5")
    clock.at += timedelta(hours=2)
    while hooks.tick():
        clock.at += timedelta(hours=2)
    people = {each["profile_id"] for _, body in receiver.got for each in json.loads(body)["data"]["changes"]}
    assert len(people) == 3


def test_how_it_goes_with_a_receiver_is_shown_and_outlives_a_restart(
    told: tuple[coterie.Workspace, Clock], receiver: Receiver, tmp_path: Path
) -> None:
    ws, clock = told
    hooks = Webhooks(ws)
    hooks.tick()
    assert [row["state"] for row in ws.webhooks.list()] == ["new"]
    _move_to_oslo(ws, tmp_path, "C1")
    receiver.statuses = [500, 410]
    hooks.tick()
    [row] = ws.webhooks.list()
    assert (row["state"], row["failures"], str(row["why"])) == ("failing", 1, "it answered with 500")
    assert (row["failed_at"], row["next_at"]) == (clock.at, clock.at + timedelta(seconds=5))
    again = Webhooks(ws)
    assert again.tick() == {}  # the wait is that of before
    clock.at += timedelta(seconds=5)
    assert again.tick() == {"crm": False}
    assert [(row["state"], row["next_at"]) for row in ws.webhooks.list()] == [("gone", None)]
    clock.at += timedelta(days=1)
    assert again.tick() == {}
    assert [row["state"] for row in ws.webhooks.retry("crm")] == ["failing"]
    assert again.tick() == {"crm": True}
    [row] = ws.webhooks.list()
    assert (row["state"], row["failures"], row["told_at"], row["why"]) == ("good", 0, clock.at, None)
    with pytest.raises(UnknownName):
        ws.webhooks.retry("crn")
    assert set(row) == set(documented()["webhooks list"]) == set(documented()["webhooks retry"])


def test_nobody_there_is_told_why(told: tuple[coterie.Workspace, Clock], receiver: Receiver, tmp_path: Path) -> None:
    ws, _ = told
    hooks = Webhooks(ws)
    hooks.tick()
    _move_to_oslo(ws, tmp_path, "C1")
    receiver.socket.close()
    assert hooks.tick() == {"crm": False}
    assert "127.0.0.1" in str(ws.webhooks.list()[0]["why"])


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/x",
        "ftp://shop.example",
        "https://",
        "https://a:b@shop.example/",
        "file:///etc/passwd",
        "https://x/#y",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        check_url(url, is_private=False)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433"],
)
def test_an_address_inside_is_refused_before_anything_is_sent(host: str, receiver: Receiver) -> None:
    with pytest.raises((NotPermitted, ProviderUnavailable)) as refusal:
        post(f"https://{host}:{receiver.server_port}/", b"{}", {}, is_private=False, seconds=2)
    assert isinstance(refusal.value, NotPermitted) or "2130706433" in host
    assert receiver.got == []
