"""Nobody comes in without a key that allows it, and a refusal says why in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from coterie.protect.key_ring import SCOPES
from coterie.workspace import open_keys
from tests.api.asking import Client
from tests.api.server import Server, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coterie.init(tmp_path_factory.mktemp("gated") / "shop")


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, str]:
    with open_keys(folder) as ring:
        return {scope: ring.create(f"a-{scope}", scope).key for scope in SCOPES}


@pytest.fixture(scope="module")
def server(folder: Path, keys: dict[str, str]) -> Iterator[Server]:
    with serving(folder) as running:
        yield running


@pytest.mark.parametrize("scope", SCOPES)
def test_a_write_key_reads_nothing_and_all_others_read(server: Server, keys: dict[str, str], scope: str) -> None:
    found = Client(server, keys[scope]).get("/status")
    assert (found.status, found.body.get("code")) == ((403, "not_allowed") if scope == "write" else (200, None))


def test_only_a_key_that_writes_sends_events(server: Server, keys: dict[str, str]) -> None:
    call = {"type": "track", "event": "X", "userId": "u", "messageId": "m"}
    assert {scope: server.post("track", call, key=keys[scope]) for scope in SCOPES} == {
        "write": 200,
        "read": 401,
        "manage": 401,
        "admin": 401,
    }


@pytest.mark.parametrize("key", [None, "ctr_wrong", "é"], ids=["none", "wrong", "no-ascii"])
def test_without_a_key_nothing_is_told(server: Server, key: str | None) -> None:
    for path in ("/status", "/no-such-path"):
        found = Client(server, key).get(path)
        assert (found.status, found.body["code"]) == (401, "no_key")
        assert found.headers["www-authenticate"] == "Bearer"
        assert found.headers["content-type"] == "application/problem+json"


def test_a_refusal_is_told_in_both_languages(server: Server, keys: dict[str, str]) -> None:
    client = Client(server, keys["write"])
    english, chinese = client.get("/status").body, client.get("/status", Accept_Language="fr, zh-CN;q=0.9").body
    assert english["details"] == chinese["details"]
    assert (english["detail"], chinese["detail"]) == (english["details"]["en"], english["details"]["zh"])
    assert english["detail"] != chinese["detail"]
    assert english["facts"] == {"scope": "write", "scopes": ["read", "manage", "admin"]}


def test_paths_and_methods_that_are_not_there_are_said(server: Server, keys: dict[str, str]) -> None:
    client = Client(server, keys["read"])
    assert client.get("/nothing").body["code"] == "no_such_path"
    assert client.post("/status").body["code"] == "no_such_method"


def test_too_much_is_refused_also_where_its_length_is_not_said(server: Server, keys: dict[str, str]) -> None:
    found = Client(server, keys["manage"]).ask("POST", "/api/v1/status", b" " * (9 << 20))
    assert (found.status, found.body["code"]) == (413, "too_large")


def test_a_revoked_key_is_refused_within_a_second(server: Server, folder: Path) -> None:
    with open_keys(folder) as ring:
        made = ring.create("brief", "read")
    import time

    time.sleep(1.1)
    assert Client(server, made.key).get("/status").status == 200
    with open_keys(folder) as ring:
        ring.revoke("brief")
    time.sleep(1.1)
    assert Client(server, made.key).get("/status").status == 401
