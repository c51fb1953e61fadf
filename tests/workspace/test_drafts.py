"""Campaigns and templates are tried before they are kept: by Python, by command and over HTTP alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import coterie
from coterie.cli.running import run
from coterie.errors import BadDefinition, NotReady, UnknownName
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
TRAIT = {
    "name": "spent_90d",
    "unit": "money",
    "value": {"sum": "revenue", "event": "Order Completed", "within": "90d"},
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


@pytest.mark.parametrize(
    ("given", "kind", "known"),
    [
        pytest.param(TRAIT["value"], "number", 60, id="a-measure-alone"),
        pytest.param({"formula": "revenue / orders"}, "number", 52, id="a-formula-that-cannot-be-of-all"),
        pytest.param({"case": [{"when": "orders >= 3", "then": "many"}]}, "text", 34, id="of-few-values"),
        pytest.param(
            {"name": "orders", "value": {"formula": "revenue * 2"}}, "number", 60, id="instead-of-a-ready-one"
        ),
    ],
)
def test_a_trait_is_tried_over_everybody(
    shop: coterie.Workspace, given: dict[str, object], kind: str, known: int
) -> None:
    tried = shop.definitions.preview_trait(given)
    assert (tried.type, tried.profiles, tried.base) == (kind, known, 60)
    assert tried.missing_share == pytest.approx(1 - known / 60)
    assert sum(bar["profiles"] for bar in tried.bars.rows()) == known
    values = [each["value"] for each in tried.examples.rows()]
    assert values == sorted(values)
    assert len({each["profile_id"] for each in tried.examples.rows()}) == 5


def test_a_trait_tried_is_the_trait_kept(shop: coterie.Workspace) -> None:
    tried = shop.definitions.preview_trait({"name": "basket", "value": {"formula": "revenue / orders"}})
    shop.definitions.put("trait", {"name": "basket", "value": {"formula": "revenue / orders"}})
    with pytest.raises(NotReady, match="basket is defined and not computed yet"):
        shop.profiles.trait("basket")
    shop.refresh(as_of=NOW)
    kept = shop.profiles.trait("basket")
    for field in ("type", "profiles", "distinct", "mean", "low", "high", "quantiles", "finding", "traits", "events"):
        assert getattr(kept, field) == getattr(tried, field)
    assert (kept.version, kept.definition) == (1, {"name": "basket", "value": {"formula": "revenue / orders"}})
    shop.definitions.put("trait", {"name": "basket", "value": {"formula": "revenue / 2"}})
    assert (kept.is_current, shop.profiles.trait("basket").is_current) == (True, False)
    assert (shop.profiles.trait("orders").version, shop.profiles.trait("city").version) == (0, None)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param({"count": "Ordr Completed"}, "no event named 'Ordr Completed'", id="an-event-that-there-is-not"),
        pytest.param({"name": "orders", "value": {"formula": "orders * 2"}}, "need each other", id="of-itself"),
    ],
)
def test_a_trait_that_cannot_be_is_refused(shop: coterie.Workspace, given: dict[str, object], why: str) -> None:
    with pytest.raises((BadDefinition, UnknownName), match=why):
        shop.definitions.preview_trait(given)


def test_a_trait_is_followed_from_its_sources_to_the_campaigns_that_use_it(shop: coterie.Workspace) -> None:
    city = shop.definitions.lineage("city")
    assert {row["node"]: row["step"] for row in city.nodes.rows()} == {
        "source:customers": -1,
        "trait:city": 0,
        "segment:oslo": 1,
        "template:hello": 1,
        "campaign:spring": 2,
        "segment:frequent-oslo": 2,
    }
    revenue = shop.definitions.lineage("revenue", lang="zh")
    assert [(row["label"], row["about"]) for row in revenue.nodes.rows() if row["step"] <= 0] == [
        ("orders", ""),
        ("Order Completed", "revenue"),
        ("消费总额", ""),
    ]
    links = {(row["node"], row["to"]) for row in revenue.links.rows()}
    assert {("event:Order Completed", "trait:revenue"), ("trait:revenue", "trait:average_order_value")} <= links
    with pytest.raises(UnknownName, match="no trait named 'ordrs'"):
        shop.definitions.lineage("ordrs")


def test_the_commands_say_the_same(shop: coterie.Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, file, page = str(shop.folder), tmp_path / "draft.yaml", tmp_path / "page.html"
    file.write_text(yaml.safe_dump(TEMPLATE), "utf-8")
    expected, tried = shop.templates.preview(TEMPLATE, "C1"), shop.definitions.preview_trait(TRAIT)
    shop.close()
    capsys.readouterr()
    assert run(["templates", "preview", "-f", str(file), "--for", "C1", "-o", str(page), "-w", folder, "--json"]) == 0
    told = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert set(told) == set(documented()["templates preview"])
    assert [each["text"] for each in told["advice"]] == list(expected.advice)
    assert page.read_text("utf-8").startswith("<!doctype html>") or "<html" in page.read_text("utf-8")
    file.write_text(yaml.safe_dump({"traits": [TRAIT]}), "utf-8")
    assert run(["traits", "preview", "-f", str(file), "-w", folder, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["words"]["text"], yaml.safe_load(told["yaml"])) == (tried.words, {"traits": [TRAIT]})
    assert [each["value"] for each in told["examples"]] == [each["value"] for each in tried.examples.rows()]
    file.write_text(yaml.safe_dump({"campaigns": [CAMPAIGN]}), "utf-8")
    assert run(["campaigns", "plan", "-f", str(file), "-w", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["campaign"] == "summer"
    assert run(["campaigns", "plan", "-w", folder]) == 1
    assert "one of the two" in capsys.readouterr().err
