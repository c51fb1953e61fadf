"""A server from its first instant to its last: one to a workspace, in order to its end, honest when it cannot write."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import coterie
from coterie.api import serve
from coterie.errors import BadSetting, Refused, UnknownName, WorkspaceLocked
from coterie.workspace import open_keys
from tests.api.server import Server, serving, start


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coterie.init(tmp_path_factory.mktemp("served") / "shop")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


def _track(number: str) -> dict[str, object]:
    return {"type": "track", "event": "X", "userId": "u", "messageId": number}


def test_many_who_come_first_and_at_once_are_all_let_in(server: Server) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: server.post("track", _track(f"first-{n}")), range(32)))
    assert set(answers) == {200}


def test_a_browser_may_send_its_key_in_the_body(server: Server) -> None:
    body = {"writeKey": server.key, "anonymousId": "b1", "messageId": "browser-1", "event": "Cart Viewed"}
    assert server.post("t", body, key="", headers={"Content-Type": "text/plain"}) == 200
    assert server.post("t", body | {"writeKey": "wrong"}, key="") == 401
    assert server.post("t", body | {"writeKey": None}, key="") == 401


PACKED = gzip.compress(json.dumps({"batch": [_track("gz")]}).encode())
ODD = {
    "no-json": ("track", b"{", {}, 400),
    "no-object": ("track", b"[]", {}, 400),
    "no-batch": ("batch", b"{}", {}, 400),
    "empty-batch": ("batch", b'{"batch": []}', {}, 200),
    "no-such-call": ("dance", b"{}", {}, 404),
    "packed": ("batch", PACKED, {"Content-Encoding": "gzip"}, 200),
    "said-to-be-packed": ("batch", b"{}", {"Content-Encoding": "gzip"}, 400),
    "cut-off": ("batch", PACKED[:-9], {"Content-Encoding": "gzip"}, 400),
    "other-packing": ("batch", b"{}", {"Content-Encoding": "br"}, 415),
    "bomb": ("batch", zlib.compress(b" " * (40 << 20)), {"Content-Encoding": "deflate"}, 413),
    "too-large": ("batch", b" " * (9 << 20), {}, 413),
    "too-deep": ("track", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, {}, 400),
    "half-a-letter": (
        "track",
        rb'{"event": "X", "userId": "u", "messageId": "half", "properties": {"a": "\ud83d"}}',
        {},
        200,
    ),
}


@pytest.mark.parametrize(("call", "body", "headers", "status"), ODD.values(), ids=ODD)
def test_odd_requests_are_answered_in_order(
    server: Server, call: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert server.post(call, body, headers=headers) == status


def test_figures_add_up(server: Server) -> None:
    assert server.post("batch", {"batch": [_track("a"), _track("a"), "nonsense", _track("b")]}) == 200
    found = server.settle()
    assert found["received"] == found["accepted"] + found["duplicate"] + found["refused"] + found["waiting"]
    assert (found["duplicate"], found["refused"]) == (1, 1)
    assert json.loads(server.get("/health")) == {"status": "ok", "waiting": 0, "fault": ""}


def test_keys_are_made_and_ended_beside_a_running_server(server: Server, folder: Path) -> None:
    with open_keys(folder) as ring:
        made = ring.create("site")
    time.sleep(1.1)
    assert server.post("track", _track("k1"), key=made.key) == 200
    with open_keys(folder) as ring:
        assert ring.revoke("site")
        assert not ring.revoke("site")
    time.sleep(1.1)
    assert server.post("track", _track("k2"), key=made.key) == 401
    with open_keys(folder) as ring:
        assert [(each["name"], each["revoked_at"] is None) for each in ring.told()] == [("http", True), ("site", False)]
        with pytest.raises(Refused, match="site-2"):
            ring.create("site")
        with pytest.raises(UnknownName):
            ring.create("reader", "everything")
    kept = [file.read_bytes() for file in (folder / ".coterie").rglob("ledger.sqlite*") if file.is_file()]
    assert not any(made.key.encode() in each for each in kept)


def test_another_process_is_refused_with_the_reason(server: Server, folder: Path) -> None:
    with pytest.raises(WorkspaceLocked, match=str(server.process.pid)):
        serve(folder, "127.0.0.1", 0, print)


def test_a_taken_port_is_said(server: Server, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="--port"):
        serve(coterie.init(tmp_path / "shop"), "127.0.0.1", int(server.address.rpartition(":")[2]), print)


def test_what_an_ended_server_was_given_is_there(tmp_path: Path) -> None:
    folder = coterie.init(tmp_path / "shop")
    with serving(folder) as server:
        for number in range(5):
            assert server.post("batch", {"batch": [_track(f"{number}-{nth}") for nth in range(100)]}) == 200
        began = time.monotonic()
        assert server.end() == (0, "")
        assert time.monotonic() - began < 10
    with coterie.open(folder) as ws:
        assert ws.query("SELECT count(*) AS n FROM events").rows() == [{"n": 500}]
    again = start(folder)
    try:
        assert again.key is None
        assert again.figures()["accepted"] == 500
    finally:
        again.end()
