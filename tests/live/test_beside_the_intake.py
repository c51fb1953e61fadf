"""While a workspace takes messages in, its segments follow."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import coterie
from coterie.store import Request
from tests.limits import no_more_files

RULES = """segments:
  - name: viewers
    rule: {op: did, event: Product Viewed, at_least: 2}
"""


def test_a_member_is_seen_soon_after_the_event(tmp_path: Path, few_ready_traits: None) -> None:
    folder = coterie.init(tmp_path / "shop")
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, "utf-8")
    with coterie.open(folder) as ws:
        with ws.intake(_heard, _heard) as intake:

            def view(*numbers: int, who: str = "ann") -> None:
                said = [
                    {"type": "track", "messageId": f"v{n}", "userId": who, "event": "Product Viewed"} for n in numbers
                ]
                body = json.dumps({"batch": said}).encode()
                assert intake.offer(Request(intake.clock(), "web", "batch", len(said), body), None)

            view(1)
            assert _seen(ws)
            ws.apply(rules)
            view(2)
            assert _members(ws, 1)
            assert _until(lambda: intake.state().live.everybody == {"first": 1, "definitions": 1}), (
                "told once it is done"
            )
            view(3)
            assert _until(lambda: intake.state().live.turns.get("touched"))
            view(4, 5, who="bob")
            assert _members(ws, 2)
            assert [row["size"] for row in ws.segments.list().rows()] == [2], "not that of the last refresh"
            assert intake.state().live.lag_p95 is not None
            assert intake.state().live_fault == ""
        ws.refresh()
        assert ws.query("SELECT count(*) AS n FROM memberships")["n"] == [2]
        with ws.intake(_heard, _heard) as intake:
            time.sleep(0.2)
            assert intake.state().live.everybody == {}, "what was refreshed is gone on from"


def test_a_moment_without_files_is_waited_out(tmp_path: Path, few_ready_traits: None) -> None:
    """The thread that writes to the warehouse does not end: a server that answers and writes nothing would lose nothing, and tell nobody."""
    with coterie.open(coterie.init(tmp_path / "shop")) as ws, ws.intake(_heard, _heard) as intake:
        body = json.dumps({"userId": "ann", "event": "Product Viewed"}).encode()

        def view() -> bool:
            return intake.offer(Request(intake.clock(), "web", "track", 1, body), None)

        assert view()
        assert _until(lambda: intake.state().totals.accepted == 1)
        with no_more_files():
            assert view()
            time.sleep(1)
        assert _until(lambda: intake.state().totals.accepted == 2)
        assert intake.state().fault == ""


def _members(ws: coterie.Workspace, wanted: int) -> bool:
    """Whether so many come to be in the segment."""
    return _until(lambda: ws.query("SELECT count(*) AS n FROM memberships")["n"] == [wanted])


def _seen(ws: coterie.Workspace) -> bool:
    """Whether the first event's person comes to have traits."""
    made = "SELECT table_name FROM duckdb_tables() WHERE table_name = 'traits_computed'"
    return _until(lambda: len(ws.query(made)["table_name"]))


def _until(holds: Callable[[], object]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return False


def _heard(*_what: object) -> None:
    """Nothing is done with it."""
