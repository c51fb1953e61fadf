"""While a slow campaign is being sent, who enters a journey hears of it at once."""

from __future__ import annotations

import time
from pathlib import Path

import coterie
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import running_sink
from coterie.workspace import open_keys
from tests.api.asking import Client
from tests.api.server import serving
from tests.workspace.shop import DEFINITIONS, NOW, filled

GREETING = """
- {name: slow, audience: {segments: [oslo]}, template: hello, holdout: 0, goal: null}
journeys:
- {name: greet, entry: {by_hand: true}, holdout: 0, steps: [{id: hello, message: hello}]}
"""


def test_a_journeys_message_does_not_wait_for_the_end_of_a_slow_campaign(tmp_path: Path) -> None:
    with running_sink(tmp_path) as sink:
        smtp = SmtpSettings(port=sink.port, per_second=2, is_sink=True)
        folder = filled(tmp_path / "shop", DEFINITIONS + GREETING, WorkspaceSettings(smtp=smtp))
        with coterie.open(folder, clock=lambda: NOW) as ws:
            ws.journeys.publish("greet")
        with open_keys(folder) as ring:
            key = ring.create("a", "manage").key
        with serving(folder) as server:
            manager = Client(server, key)
            job = manager.post("/send", {"campaign": "slow"}).body["job"]
            _until(lambda: len(sink.accepted()) >= 2)
            manager.post("/journeys/greet/enrol", {"people": ["C1", "C3"]})
            began = len(sink.accepted())
            _until(lambda: {"c1@shop.example", "c3@shop.example"} <= _whom(sink.accepted()))
            state = manager.get(f"/jobs/{job}").body["state"]
            told = sink.accepted()
            assert state == "running", "the campaign has most of its people before it"
            assert len(told) <= began + 2 + 2 * 5, "within about five seconds at two a second"
            assert len(_whom(told)) == len(told), "nobody heard twice"
            shown = manager.get("/journeys/greet").body
            assert shown["ended"] == [{"outcome": "end", "people": 2}]


def _whom(accepted: list[dict[str, object]]) -> set[str]:
    return {str(line["recipients"][0]) for line in accepted}  # type: ignore[index]


def _until(is_so: object) -> None:
    until = time.monotonic() + 60
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.05)
