"""The how-to page on HTTP is true: its requests, one after another, as a newcomer types them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import coterie
from coterie.settings import WorkspaceSettings
from coterie.workspace import open_keys
from coterie.workspace.job_runner import task_of
from tests.api.asking import Client
from tests.api.server import serving
from tests.api.test_jobs import ended
from tests.docs.pages import blocks
from tests.workspace.shop import NOW, write_shop

PAGE = "how-to/use-http.md"
HERE = "http://127.0.0.1:8000"


def requests() -> list[str]:
    text = "\n".join(block.text.replace("\\\n", " ") for block in blocks(PAGE))
    return [line for line in text.splitlines() if line.strip().startswith("curl")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_request_of_the_page_is_answered_with_a_yes(tmp_path: Path) -> None:
    write_shop(tmp_path)
    folder = coterie.init(tmp_path / "shop")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.load(tmp_path / "customers.csv", kind="customers")
    with open_keys(folder) as ring:
        key = ring.create("me", "manage").key
    answers: list[Any] = []
    with serving(folder) as server:
        client, file = Client(server, key), ""
        for line in requests():
            typed = line.replace("ctr_…", key).replace(HERE, server.address).replace("/FILE/", f"/{file}/")
            run = subprocess.run(
                ["bash", "-c", f"{typed} -s -w '\\n%{{http_code}}'"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            )
            body, _, status = run.stdout.rpartition("\n")
            assert status[0] == "2", (line, body)
            if not body.startswith(("event:", ":")):
                answers.append(json.loads(body))
                file = answers[-1].get("file", file)
                if "state" in answers[-1]:
                    assert ended(client, answers[-1]["job"])["state"] == "done", line
        assert client.get("/segments/vip").headers["etag"] == '"2"'
    assert len(answers) == len(requests()) - 1
    assert answers[-1].keys() == {"items", "next"}
    assert any(each.get("condition", {}).get("parts") for each in answers)


def test_its_settings_are_taken() -> None:
    told = [yaml.safe_load(block.text) for block in blocks(PAGE) if block.language == "yaml"]
    found = WorkspaceSettings.model_validate({"name": "shop"} | told[0] | told[1])
    assert set(found.webhooks) == {"crm"}
    for schedule in found.schedules.values():
        task_of(schedule.run, schedule.asked)
