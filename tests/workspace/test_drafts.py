"""Campaigns and templates are tried before they are kept: by Python, by command and over HTTP alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import coterie
from coterie.cli.running import run
from coterie.errors import BadDefinition, UnknownName
from tests.docs.test_json import documented
from tests.workspace.shop import DEFINITIONS, NOW, fill

CAMPAIGN = {"name": "summer", "audience": {"segments": ["oslo"]}, "template": "not-there-yet", "cost": {"fixed": 5}}
TEMPLATE = {
    "name": "hi",
    "subject": "Every {{ profile.mean_interval_days }} days",
    "body": '<p>You live in {{ profile.city }}. <a href="#">Look</a></p>',
    "defaults": {"mean_interval_days": "few"},
    "languages": {"zh": {"subject": "你好"}},
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[coterie.Workspace]:
    root = tmp_path_factory.mktemp("drafts")
    with coterie.open(coterie.init(root / "shop"), clock=lambda: NOW) as ws:
        fill(ws, root / "files", DEFINITIONS)
        yield ws


def test_a_draft_is_planned_as_it_would_be_once_it_is_kept(shop: coterie.Workspace) -> None:
    kept = shop.campaigns.plan("spring")
    body = {**shop.definitions.one("campaign", "spring").body}
    assert shop.campaigns.plan(body) == kept
    draft = shop.campaigns.plan(CAMPAIGN)
    assert draft.audience == shop.segments["oslo"].show().size
    with pytest.raises(BadDefinition, match="not-there-yet"):
        shop.definitions.put("campaign", CAMPAIGN, dry_run=True)
    assert "summer" not in shop.definitions.all("campaign")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        pytest.param({"audience": {"segments": ["nowhere"]}}, UnknownName, id="a-segment-that-there-is-not"),
        pytest.param({"holdout": 2}, BadDefinition, id="a-holdout-of-two"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(
    shop: coterie.Workspace, changed: dict[str, object], fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        shop.campaigns.plan({**CAMPAIGN, **changed})


def test_a_template_is_read_as_somebody_would_read_it(shop: coterie.Workspace) -> None:
    found = shop.templates.preview(TEMPLATE, "C1")
    city = shop.profiles.show("C1").traits["city"]
    assert (found.subject, found.language, list(found.languages)) == ("Every few days", "en", ["en", "zh"])
    assert f"You live in {city}" in found.html
    assert f"You live in {city}" in found.text
    assert [str(each) for each in found.advice] == [
        "profile.mean_interval_days is not known of this person; few stands there",
        "profile.city has no default in the template; people who lack it see nothing there",
        "The link '#' leads nowhere: begin it with https://.",
    ]
    chinese = shop.templates.preview(TEMPLATE, "C1", language="zh", lang="zh")
    assert (chinese.subject, chinese.language) == ("你好", "zh")
    assert "'#'" in chinese.advice[-1]
    assert "无处可去" in chinese.advice[-1]
    assert shop.templates.preview(TEMPLATE).profile_id is None


def test_a_template_that_is_wrong_says_where(shop: coterie.Workspace) -> None:
    with pytest.raises(BadDefinition, match="line 1"):
        shop.templates.preview({**TEMPLATE, "body": "<p>{% if %}</p>"})
    with pytest.raises(UnknownName, match="no template named 'helo'"):
        shop.templates.preview("helo")


def test_the_commands_say_the_same(shop: coterie.Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, file, page = str(shop.folder), tmp_path / "draft.yaml", tmp_path / "page.html"
    file.write_text(yaml.safe_dump(TEMPLATE), "utf-8")
    expected = shop.templates.preview(TEMPLATE, "C1")
    shop.close()
    capsys.readouterr()
    assert run(["templates", "preview", "-f", str(file), "--for", "C1", "-o", str(page), "-w", folder, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert set(told) == set(documented()["templates preview"])
    assert [each["text"] for each in told["advice"]] == list(expected.advice)
    assert page.read_text("utf-8").startswith("<!doctype html>") or "<html" in page.read_text("utf-8")
    file.write_text(yaml.safe_dump({"campaigns": [CAMPAIGN]}), "utf-8")
    assert run(["campaigns", "plan", "-f", str(file), "-w", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["campaign"] == "summer"
    assert run(["campaigns", "plan", "-w", folder]) == 1
    assert "one of the two" in capsys.readouterr().err
