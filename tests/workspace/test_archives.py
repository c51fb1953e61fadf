"""Archives of messages mean what they would over HTTP; messages in the quarantine are mended and come in."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import coterie
from coterie.cli.running import run
from coterie.errors import BadFile, UnknownName
from tests.laws import by_day
from tests.workspace.test_tracking import send

LINES: list[dict[str, Any]] = [
    {
        "type": "identify", "messageId": "a1", "userId": "u1", "traits": {"email": "ann@shop.example", "city": "Oslo"},
        "receivedAt": "2026-11-01T10:00:00.000Z", "timestamp": "2026-11-01T09:59:59.000Z",
    },
    {
        "type": "track", "messageId": "a2", "userId": "u1", "event": "Order Completed",
        "properties": {"order_id": "o1", "revenue": 25}, "receivedAt": "2026-11-01T10:00:05.000Z",
        # the clock of this client is an hour ahead
        "originalTimestamp": "2026-11-01T11:00:00.000Z", "sentAt": "2026-11-01T11:00:05.000Z",
    },
    {
        "type": "page", "messageId": "a3", "anonymousId": "d1", "name": "Home", "context": {"ip": "192.0.2.7"},
        "receivedAt": "2026-11-01T10:01:00.000Z",
    },
]  # fmt: skip


def archive(file: Path, *lines: object, packed: bool = True) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()
    file.write_bytes(gzip.compress(text) if packed else text)
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return coterie.init(tmp_path / "shop")


@pytest.mark.parametrize("packed", by_day([pytest.param(True, id="gzip"), pytest.param(False, id="plain")], "gzip"))
def test_an_archive_means_what_it_would_over_http(folder: Path, tmp_path: Path, packed: bool) -> None:
    file = archive(tmp_path / "segment.jsonl", *LINES, packed=packed)
    with coterie.open(folder) as ws:
        assert ws.propose(file).mapping.kind == "messages"
        tried = ws.load(file, dry_run=True)
        assert (tried.rows, tried.accepted, tried.unchanged, tried.dry_run) == (3, 3, 0, True)
        loaded = ws.load(file)
        assert (loaded.rows, loaded.accepted, loaded.unchanged, loaded.refused) == (3, 3, 0, 0)
        [order] = ws.query("SELECT order_id, revenue::DOUBLE AS revenue, occurred_at, source FROM orders")
        assert order == {
            "order_id": "o1", "revenue": 25.0, "occurred_at": datetime(2026, 11, 1, 10), "source": "segment-orders",
        }  # fmt: skip
        assert ws.query("SELECT name, received_at FROM events").rows() == [
            {"name": "Page Viewed", "received_at": datetime(2026, 11, 1, 10, 1)}
        ]
        again = ws.load(file)
        assert (again.accepted, again.unchanged, again.refused) == (3, 3, 0)
    send(folder, {**LINES[2], "name": "Elsewhere"})
    with coterie.open(folder) as ws:
        ws.refresh()
        assert [row["code"] for row in ws.quarantine.list()] == ["conflict"]  # one id over both ways, for ever
        assert ws.profiles.show("u1").traits["city"] == "Oslo"


def test_lines_that_are_no_messages_wait_and_the_rest_comes_in(folder: Path, tmp_path: Path) -> None:
    no_id = {"type": "page", "userId": "u2", "name": "Home", "context": {}}
    many = [{**LINES[2], "messageId": f"n{n}"} for n in range(20)]
    file = archive(
        tmp_path / "a.jsonl.gz", *many, '{"type": "pag', "7", {"type": "delete", "userId": "u"}, no_id, no_id
    )
    with coterie.open(folder) as ws:
        found = ws.load(file)
        assert (found.rows, found.accepted, found.unchanged, found.refused) == (25, 22, 1, 3)
        assert found.reasons == {"no_message": 2, "no_such_call": 1}


def test_other_json_lines_are_no_archive(folder: Path, tmp_path: Path) -> None:
    rows = archive(tmp_path / "rows.jsonl", {"type": "page", "order_id": "1"}, {"type": "x", "order_id": "2"})
    with coterie.open(folder) as ws, pytest.raises(BadFile):
        ws.load(rows, kind="messages")


def test_messages_are_mended_and_come_in(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    send(
        folder,
        {"type": "trak", "messageId": "b1", "userId": "u1", "event": "Seen"},
        {"type": "track", "messageId": "b2", "userId": ["u1"], "event": "Seen"},
        {"type": "track", "messageId": "b3", "userId": "u1", "event": "Seen"},
        "no message at all",
    )
    with coterie.open(folder) as ws:
        ws.refresh()
        waiting = {row["raw"]: row["quarantine_id"] for row in ws.quarantine.list()}
        assert len(waiting) == 3
        first, second, third = waiting.values()
        with pytest.raises(UnknownName):
            ws.quarantine.replay(edits={999: {"type": "track"}})
        edits = {first: {"type": "track"}, second: {"userId": {}}}
        [tried] = ws.quarantine.replay(edits=edits, dry_run=True)
        assert (tried.rows, tried.accepted, tried.refused) == (3, 1, 2)
        [found] = ws.quarantine.replay(edits=edits)
        assert (found.kind, found.rows, found.accepted, found.refused) == ("messages", 3, 1, 2)
        left = {row["quarantine_id"]: row for row in ws.quarantine.list()}
        assert left.keys() == {second, third}
        assert json.loads(str(left[second]["raw"]))["userId"] == {}  # mended once, and kept so
    file = tmp_path / "mend.yaml"
    file.write_text(f"{second}: {{userId: u2}}\n{third}: {{type: page, userId: u3, messageId: b4}}\n", "utf-8")
    capsys.readouterr()
    assert run(["quarantine", "replay", "--edits", str(file), "-w", str(folder), "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)["replayed"]
    assert (told["rows"], told["accepted"]) == (2, 2)
    with coterie.open(folder) as ws:
        assert not ws.quarantine.list()
        assert sorted(ws.query("SELECT event_id FROM events")["event_id"]) == ["b1", "b2", "b3", "b4"]
    file.write_text("no: edits", "utf-8")
    assert run(["quarantine", "replay", "--edits", str(file), "-w", str(folder)]) == 1
