"""Long work is a job: answered at once, watched, cancelled as a whole, kept beyond the process."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.asking import Client
from tests.api.conftest import Shop


def ended(client: Client, job: int, seconds: float = 120) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while (found := client.get(f"/jobs/{job}").body)["state"] in ("queued", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
    return found


def events(client: Client, job: int) -> Iterator[tuple[str, dict[str, Any]]]:
    request = urllib.request.Request(f"{client.server.address}/api/v1/jobs/{job}/events")
    request.add_header("Authorization", f"Bearer {client.key}")
    with urllib.request.urlopen(request, timeout=120) as stream:
        for block in stream.read().decode().split("\n\n"):
            if block.startswith("event: "):
                name, _, content = block.partition("\n")
                yield name.removeprefix("event: "), json.loads(content.removeprefix("data: "))


def test_a_refresh_is_a_job_that_tells_where_it_is(manager: Client) -> None:
    started = manager.post("/refresh", {"as_of": "2026-03-01"})
    assert started.status == 202
    number = started.body["job"]
    assert started.headers["location"].endswith(f"/api/v1/jobs/{number}")
    told = list(events(manager, number))
    assert told[-1][0] == "ended"
    assert {"en", "zh", "done", "total"} == set(told[0][1])
    assert any(stage["en"] != stage["zh"] for name, stage in told if name == "stage")
    found = ended(manager, number)
    assert (found["state"], found["actor"], found["result"]["profiles"]) == ("done", "a-manage", 60)
    assert told[-1][1] == found


def test_a_job_that_cannot_be_done_says_why_in_both_languages(manager: Client) -> None:
    number = manager.post("/refresh", {"as_of": "no day"}).body["job"]
    found = ended(manager, number)
    assert (found["state"], found["problem"]["code"]) == ("failed", "refused")
    assert found["problem"]["details"]["en"] != found["problem"]["details"]["zh"]
    again = manager.post(f"/jobs/{number}/retry").body
    assert again["job"] > number
    assert ended(manager, again["job"])["reason"] == f"job {number}"


def test_a_job_that_waits_can_be_cancelled_and_nothing_of_it_is_kept(manager: Client) -> None:
    before = manager.get("/segments/oslo/history").body["items"]
    first = [manager.post("/refresh", {"as_of": f"2026-02-0{day}"}).body["job"] for day in (1, 2, 3)]
    last = first[-1]
    assert manager.post(f"/jobs/{last}/cancel").status == 202
    assert [ended(manager, job)["state"] for job in first] == ["done", "done", "cancelled"]
    assert len(manager.get("/segments/oslo/history").body["items"]) == len(before) + 2
    assert manager.post(f"/jobs/{last}/cancel").body["code"] == "not_ready"


@pytest.mark.parametrize(("path", "status"), [("/jobs/999999", 404), ("/jobs/999999/events", 404), ("/jobs/x", 422)])
def test_a_job_that_is_not_there_is_said(manager: Client, path: str, status: int) -> None:
    assert manager.get(path).status == status


def test_a_reader_starts_nothing(shop: Shop) -> None:
    assert shop.client("read").post("/refresh").status == 403
    assert shop.client("read").get("/jobs").status == 200


def test_the_report_is_written_by_a_job(manager: Client) -> None:
    assert ended(manager, manager.post("/report", {"lang": "zh"}).body["job"])["result"]["lang"] == "zh"
