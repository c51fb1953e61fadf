"""People are erased under a server while their own events come in, and under kills: nothing of them is left or comes back but hashes."""

from __future__ import annotations

import json
import random
import subprocess
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import coterie
from coterie.workspace import open_keys
from tests.api.asking import Client
from tests.api.server import Server, command, start
from tests.workspace.shop import filled

TELLING = ("baumgarten", "cust-ilse", "dev-ilse")
"""What stands in every spelling of them, and in nothing else."""
KILLS = [pytest.param(1, id="a-kill"), pytest.param(24, id="24-kills", marks=pytest.mark.slow)]


def customer(nth: int) -> str:
    return f"CUST-ILSE-{nth:03}"


def email(nth: int) -> str:
    return f"ilse.{nth}.baumgarten@post.example"


def calls(nth: int, at: datetime, place: str) -> list[dict[str, object]]:
    """What their device and account tell of one of them; ``place`` makes the messages others."""
    told = {"userId": customer(nth), "anonymousId": f"dev-ilse-{nth:03}", "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
    traits = {"email": email(nth), "name": f"Ilse Baumgarten {nth}"}
    return [
        {"type": "identify", "messageId": f"i{nth}-{place}", "traits": traits, **told},
        {"type": "track", "messageId": f"t{nth}-{place}", "event": "Product Viewed", "context": {"traits": traits}, **told},
        {"type": "track", "messageId": f"o{nth}-{place}", "event": "Order Completed", "properties": {"order_id": f"o{nth}-{place}", "revenue": 5}, **told},
        {"type": "no such call", "messageId": f"n{nth}-{place}", "traits": traits, **told},
    ]  # fmt: skip


class Device(threading.Thread):
    """Sends what happened two days ago to all of them, late and over and over, whoever was erased meanwhile."""

    def __init__(self, servers: list[Server], people: int) -> None:
        super().__init__()
        self.servers, self.people, self.sent, self.is_ending = servers, people, 0, False
        self.at = datetime.now(UTC) - timedelta(days=2)

    def run(self) -> None:
        dice = random.Random(1)
        while not self.is_ending:
            batch = calls(dice.randrange(self.people), self.at, str(self.sent))
            try:
                self.sent += self.servers[-1].post("batch", {"batch": batch}) == 200
            except (urllib.error.URLError, ConnectionError, TimeoutError, OSError):
                time.sleep(0.02)


@contextmanager
def sending(servers: list[Server], people: int) -> Iterator[Device]:
    device = Device(servers, people)
    device.start()
    try:
        yield device
    finally:
        device.is_ending = True
        device.join()


def told_in_files(folder: Path) -> set[str]:
    found = set()
    for file in folder.rglob("*"):
        raw = file.read_bytes().lower() if file.is_file() else b""
        found |= {
            f"{file.name}: {word}" for word in TELLING for code in ("utf-8", "utf-16-le") if word.encode(code) in raw
        }
    return found


def told_in_tables(ws: coterie.Workspace) -> set[str]:
    """Tables of the warehouse whose rows tell, however they are packed on the disk."""
    engine = ws._stand.engine
    tables = engine.query("SELECT table_name AS n FROM duckdb_tables() WHERE NOT internal AND NOT temporary")
    said = " OR ".join(f"contains(lower(t::VARCHAR), '{word}')" for word in TELLING)
    return {
        name
        for name in tables["n"].to_pylist()
        if engine.query(f'SELECT 1 FROM "{name}" AS t WHERE {said} LIMIT 1').num_rows
    }


def known(client: Client, nth: int, seconds: float = 60) -> int:
    """The number under which one of them is known, once they are."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        said = client.post("/profiles/lookup", {"key": customer(nth)})
        if said.status == 200:
            return int(said.body["profile_id"])
        time.sleep(0.1)
    raise AssertionError(said)


def forget(folder: Path, nth: int) -> subprocess.Popen[str]:
    asked = command("forget", email(nth), "--by", "dora", "--json", folder=folder)
    return subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[tuple[Path, str, list[Server]]]:
    """A shop that is served, the key of an administrator, and its servers, of which the last one runs."""
    folder = filled(tmp_path / "shop")
    with open_keys(folder) as ring:
        admin, writer = (ring.create(f"a-{scope}", scope).key for scope in ("admin", "write"))
    servers = [start(folder)]
    servers[0].key = writer
    try:
        yield folder, admin, servers
    finally:
        for server in servers:
            if server.process.poll() is None:
                server.process.kill()
            server.process.communicate()


def restarted(folder: Path, servers: list[Server]) -> Server:
    again = start(folder)
    again.key = servers[0].key
    servers.append(again)
    return again


def check_nothing_is_left(folder: Path, servers: list[Server]) -> None:
    """The server ends, and neither its files nor its tables tell of anybody."""
    figures = servers[-1].settle()
    assert figures["received"] == sum(figures[each] for each in ("accepted", "duplicate", "refused", "waiting"))
    assert servers[-1].end() == (0, "")
    assert told_in_files(folder) == set()
    with coterie.open(folder) as ws:
        assert told_in_tables(ws) == set()
    assert told_in_files(folder) == set()


def check_they_may_come_again(folder: Path, admin: str, servers: list[Server], before: int, nth: int) -> None:
    """Of what they do from now on a new person is made, and nothing is sent to them."""
    server = restarted(folder, servers)
    assert server.post("batch", {"batch": calls(nth, datetime.now(UTC) + timedelta(seconds=2), "anew")}) == 200
    server.settle()
    client = Client(server, admin)
    number = known(client, nth)
    assert number != before
    events = client.get(f"/profiles/{number}/timeline").body["items"]
    assert {event["name"] for event in events} == {"Product Viewed", "Order Completed"}
    assert len(events) == 2, "what they did before stays away"
    assert client.get(f"/profiles/{before}").status == 404
    assert server.end() == (0, "")
    with coterie.open(folder) as ws:
        ws.refresh()
        [person] = ws.profiles.page(after=number - 1, most=1).rows()
        assert (person["profile_id"], person["consent_email"]) == (number, "suppressed")


@pytest.mark.parametrize("way", ["by-http", pytest.param("by-command", marks=pytest.mark.slow)])
def test_who_is_erased_while_their_events_come_in_is_gone_for_good(yard, way: str) -> None:
    folder, admin, servers = yard
    client = Client(servers[0], admin)
    with sending(servers, people=1) as device:
        number = known(client, 0)
        if way == "by-http":
            said = client.ask("DELETE", f"/api/v1/profiles/{number}")
            assert (said.status, said.body["profiles"]) == (200, [number])
        else:
            process = forget(folder, 0)
            told, complaint = process.communicate(timeout=120)
            assert process.returncode == 0, complaint
            assert json.loads(told)["profiles"] == [number]
        assert client.get(f"/profiles/{number}/export").status == 404
        sent, until = device.sent, time.monotonic() + 60
        while device.sent < sent + 20 and time.monotonic() < until:
            time.sleep(0.05)
        assert device.sent >= sent + 20, "their events went on coming in"
    check_nothing_is_left(folder, servers)
    check_they_may_come_again(folder, admin, servers, number, 0)


@pytest.mark.parametrize("kills", KILLS)
def test_an_erasure_that_is_killed_is_whole_once_it_is_asked_for_again(yard, kills: int) -> None:
    folder, admin, servers = yard
    dice = random.Random(kills)
    with sending(servers, people=kills):
        for nth in range(kills):
            client = Client(servers[-1], admin)
            number = known(client, nth)
            process = forget(folder, nth)
            time.sleep(dice.uniform(0.5, 6))
            servers[-1].process.kill()
            servers[-1].process.communicate()
            process.communicate(timeout=120)
            restarted(folder, servers)
            again = forget(folder, nth)
            _, complaint = again.communicate(timeout=120)
            assert again.returncode == 0 or '"unknown_name"' in complaint, complaint
            assert Client(servers[-1], admin).get(f"/profiles/{number}").status == 404
    check_nothing_is_left(folder, servers)
