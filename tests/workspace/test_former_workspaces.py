"""Workspaces that earlier versions made are opened by this one, and nothing of them is lost.

``former/make.py`` made them, and wrote down what that version said of its own workspace.
"""

from __future__ import annotations

import json
import re
import tarfile
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

import coterie
from coterie.testing.smtp_sink import running_sink
from tests.laws import by_day

HERE = Path(__file__).parent / "former"
LATER = datetime(2026, 4, 15, 9)


class Former(NamedTuple):
    """A workspace of an earlier version, opened by this one, what that version said, and whom it may not write to."""

    ws: coterie.Workspace
    said: dict[str, object]
    folder: Path


@pytest.fixture(
    scope="module", params=sorted(HERE.glob("*.tar.xz")), ids=lambda file: file.name.removesuffix(".tar.xz")
)
def former(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("former")
    with tarfile.open(request.param) as archive:
        archive.extractall(folder, filter="data")
    with coterie.open(folder, clock=lambda: LATER) as ws:
        yield Former(ws, json.loads((folder / "said.json").read_text("utf-8")), folder)


def test_facts_people_and_definitions_are_all_there(former):
    status, said = former.ws.status(), former.said
    rows = dict(said["rows"])
    assert {name: status.rows[name] for name in rows} == rows
    assert {kind: status.definitions.get(kind, 0) for kind in said["definitions"] if kind != "model"} == {
        kind: n for kind, n in said["definitions"].items() if kind != "model"
    }
    assert len(former.ws.quarantine.list()) == said["waiting"]
    revenue = former.ws.query("SELECT CAST(sum(revenue) AS DOUBLE) AS r FROM orders")[0]["r"]
    assert revenue == pytest.approx(said["revenue"])
    merges = [{name: row[name] for name in ("merge_id", "undone_at")} for row in former.ws.profiles.merges()]
    assert json.loads(json.dumps(merges, default=str)) == said["merges"]


def test_segments_scores_and_models_are_as_they_were(former):
    ws, said = former.ws, former.said
    assert {name: sorted(ws.segments[name].members()["key"]) for name in ws.segments} == said["segments"]
    groups = ws.query("SELECT segmentation, segment, count(*) AS n FROM assignments GROUP BY ALL ORDER BY ALL")
    assert groups.rows() == said["groups"]
    assert ws.predict.show().model_dump(mode="json")["as_of"] == said["model"]["as_of"]


def test_names_of_discovered_groups_are_told_in_both_languages(former):
    kept = former.ws.segmentations.discovered()
    for part in kept["parts"]:
        assert part["name"].isascii()
        for told in (part["name"].told("zh"), part["judgement"].told("zh")):
            assert re.search("[\u4e00-\u9fff]", told)
    shown = {lang: list(former.ws.segmentations.show("discovered", lang=lang).personas) for lang in ("en", "zh")}
    assert {str(part["name"]) for part in kept["parts"]} == set(shown["en"])
    assert {part["name"].told("zh") for part in kept["parts"]} == set(shown["zh"])


def test_messages_exposures_and_results_can_be_read(former):
    ws, said = former.ws, former.said
    states = sorted([row["state"], row["messages"]] for row in ws.status().messages if row["campaign"] == "spring")
    assert states == said["messages"]
    exposed = ws.campaigns.exposures("spring")
    assert sorted([r["profile_id"], r["arm"], str(r["exposed_at"])] for r in exposed) == said["exposed"]
    assert ws.campaigns.results("spring").sentences
    assert len(ws.campaigns.messages("spring")) == sum(n for _, n in said["messages"])


def test_the_doctor_finds_nothing_bad(former):
    assert [row for row in former.ws.doctor() if row["state"] == "bad"] == []


EVERYBODY = "campaigns:\n- {name: all-of-them, audience: {everybody: true}, template: hello, holdout: 0}\n"


KEPT = [pytest.param(file, id=file.name.removesuffix(".tar.xz")) for file in sorted(HERE.glob("*.tar.xz"))]


@pytest.mark.parametrize("file", by_day(KEPT, KEPT[0].id))
def test_every_no_said_then_holds_now(file: Path, tmp_path: Path) -> None:
    with tarfile.open(file) as archive:
        archive.extractall(tmp_path, filter="data")
    with running_sink(tmp_path) as sink:
        settings = (tmp_path / "coterie.yaml").read_text("utf-8")
        smtp = f"smtp: {{port: {sink.port}, is_sink: true}}"
        (tmp_path / "coterie.yaml").write_text(re.sub("smtp: .*", smtp, settings), "utf-8")
        (tmp_path / "more.yaml").write_text(EVERYBODY, "utf-8")
        with coterie.open(tmp_path, clock=lambda: LATER) as ws:
            before = {name: sorted(ws.segments[name].members()["key"]) for name in ws.segments}
            told = sorted(str(address) for address in ws.campaigns.messages("spring", state="sent")["address"])
            ws.apply(tmp_path / "more.yaml")
            ws.refresh()
            assert {name: sorted(ws.segments[name].members()["key"]) for name in ws.segments} == before
            ws.brakes.release(actor="ann", past_due="send")
            ws.campaigns.send("all-of-them", accept_stale="ann")
        written = {str(line["recipients"][0]) for line in sink.accepted()}
    said_no = {f"c{n}@{'busy' if n % 7 == 0 else 'shop'}.example" for n in range(10, 241, 10)}
    said_no |= {told[0], told[1], "c11@shop.example"}  # unsubscribed, complained, objected
    assert not written & said_no
    assert "c13@shop.example" in written  # whose block was lifted
    apart = 1  # by an undone merge: a number without an address, and an address that nobody's consent names
    assert len(written) == 240 - len(said_no) - apart
