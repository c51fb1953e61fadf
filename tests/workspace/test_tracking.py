"""From traffic to a plan, and what becomes of what breaks it: by Python and by command, with the fields that the reference names."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import coterie
from coterie.cli.running import run
from coterie.errors import BadDefinition, NotReady
from coterie.run.parsing import parse_definition
from coterie.store import Request, open_journal
from tests.docs.test_json import documented


def send(folder: Path, *messages: dict[str, Any], source: str = "web") -> None:
    """Leave messages in the journal, as a server that was killed does."""
    journal = open_journal(folder / ".coterie" / "journal.sqlite")
    body = json.dumps({"batch": messages}).encode()
    journal.append([Request(datetime.now(UTC).replace(tzinfo=None), source, "batch", len(messages), body)], trim_to=0)
    journal.close()


def viewed(number: int, **properties: object) -> dict[str, object]:
    return {
        "type": "track",
        "messageId": f"m{number}",
        "userId": f"u{number}",
        "event": "Product Viewed",
        "properties": properties,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = coterie.init(tmp_path / "shop")
    send(folder, *(viewed(n, sku="a", price=3) for n in range(100, 112)))
    return folder


Told = Callable[..., Any]


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    def told(*line: str) -> Any:
        capsys.readouterr()
        assert run([*line, "-w", str(folder), "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return told


def test_traffic_is_frozen_and_what_breaks_it_is_flagged_then_refused(folder: Path, told: Told, tmp_path: Path) -> None:
    with pytest.raises(NotReady), coterie.open(folder) as ws:
        ws.tracking.freeze(source="another", dry_run=True)
    [frozen] = told("tracking", "freeze")["frozen"]
    assert (frozen["kind"], frozen["name"], frozen["version"]) == ("tracking_plan", "web", 1)
    assert frozen["body"]["events"] == [
        {
            "name": "Product Viewed",
            "properties": [
                {"name": "price", "type": "number", "required": True},
                {"name": "sku", "type": "text", "required": True},
            ],
        }
    ]
    newest, *_ = latest = told("tracking", "latest", "--most", "5")
    assert set(newest) == set(documented()["tracking latest"])
    assert (len(latest), newest["source"], newest["type"], newest["event"]) == (5, "web", "track", "Product Viewed")
    assert json.loads(newest["properties"]) == {"price": 3, "sku": "a"}
    assert told("tracking", "latest", "--source", "another") == []
    listed = told("tracking", "list")
    assert set(listed[0]) == set(documented()["tracking list"])
    assert [(r["property"], r["messages"], r["types"], r["examples"]) for r in listed] == [
        (None, 12, [], []),
        ("price", 12, ["number"], ["3"]),
        ("sku", 12, ["text"], ["a"]),
    ]

    send(folder, viewed(10, sku=1, price=3, new=True), {**viewed(11), "event": "Invoice Sent"})
    told("refresh")
    broken = told("tracking", "violations")
    assert set(broken[0]) == set(documented()["tracking violations"])
    assert {(r["act"], r["code"], r["messages"]) for r in broken} == {
        ("flagged", "other_type", 1),
        ("flagged", "unknown_event", 1),
    }
    found = {r["measure"]: r["finding"]["text"] for r in told("quality") if r["table"] == "messages"}
    assert found["other_type"].startswith("In 1 message of Product Viewed, sku was of another type")
    drifted = told("tracking", "drift")
    assert set(drifted[0]) == set(documented()["tracking drift"])
    assert {(r["event"], r["property"], r["change"]) for r in drifted} == {
        ("Product Viewed", "new", "new_property"),
        ("Invoice Sent", None, "new_event"),
    }

    told("export", str(tmp_path / "out"))
    [plan] = yaml.safe_load((tmp_path / "out" / "tracking_plans.yaml").read_text("utf-8"))["tracking_plans"]
    (tmp_path / "out" / "tracking_plans.yaml").write_text(
        yaml.safe_dump({"tracking_plans": [{**plan, "violations": "refuse"}]}), "utf-8"
    )
    [change] = told("apply", str(tmp_path / "out"))
    assert (change["kind"], change["act"], change["fields"]) == ("tracking_plan", "change", "violations")
    send(folder, viewed(20, sku="b", price=1), viewed(21, sku="b"))
    told("refresh")
    [row] = told("quarantine", "list")
    assert (row["code"], row["value"]) == ("missing_property", "m21")
    with coterie.open(folder) as ws:
        assert ws.query("SELECT count(*) AS n FROM events WHERE event_id = 'm20'")["n"] == [1]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"events": [{"name": "A"}, {"name": "A"}]}, id="an-event-twice"),
        pytest.param({"events": [{"name": "A", "properties": [{"name": "p"}, {"name": "p"}]}]}, id="a-property-twice"),
        pytest.param({"events": [{"name": "A", "properties": [{"name": "p", "type": "money"}]}]}, id="no-such-type"),
        pytest.param({"violations": "drop"}, id="no-such-act"),
    ],
)
def test_a_plan_that_is_none_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(BadDefinition):
        parse_definition("tracking_plan", {"name": "web", **body})


def test_fields_of_freezing_are_documented() -> None:
    assert documented()["tracking freeze"] == ["frozen"]
