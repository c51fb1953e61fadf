"""Every page, in both languages and widths: it can be used by everybody, fits, complains of nothing and says all in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import coterie
from tests.laws import by_day
from tests.web.conftest import Visit, Visitor
from tests.workspace.shop import NOW, filled

WEB = Path(__file__).parents[2] / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "home": "/",
    "the first visit": "/welcome",
    "data": "/data",
    "refused rows": "/data/quarantine",
    "tracking plan": "/data/tracking",
    "what arrives": "/data/arriving",
    "people": "/people",
    "a person": "/people/1",
    "a person's consent": "/people/1/consent",
    "a person's identity": "/people/1/identity",
    "segments": "/segments",
    "a segment": "/segments/frequent",
    "a segment over time": "/segments/frequent/time",
    "a segment's overlap": "/segments/frequent/overlap",
    "a segment's versions": "/segments/frequent/versions",
    "a segment's SQL": "/segments/frequent/written",
    "targets": "/segments/targets",
    "the builder": "/segments/frequent/edit",
    "a new segment": "/segments/new",
    "segmentations": "/segmentations",
    "RFM": "/segmentations/rfm",
    "lifecycle": "/segmentations/lifecycle",
    "traits": "/traits",
    "a trait": "/traits/city",
    "a new trait": "/traits/new",
    "a trait changed": "/traits/orders/edit",
    "predictions": "/predictions",
    "a prediction": "/predictions/lifetime-value",
    "campaigns": "/campaigns",
    "a campaign": "/campaigns/spring",
    "a campaign's messages": "/campaigns/spring/messages",
    "a campaign's results": "/campaigns/spring/results",
    "a new campaign": "/campaigns/new",
    "a new campaign's content": "/campaigns/new/content",
    "a campaign changed": "/campaigns/spring/edit/review",
    "journeys": "/journeys",
    "a journey": "/journeys/welcome",
    "a journey's steps": "/journeys/welcome/steps",
    "a new journey": "/journeys/new?begin=win-back",
    "a journey changed": "/journeys/welcome/edit",
    "a person in a journey": "/journeys/welcome/person?who=c3@shop.example",
    "templates": "/templates",
    "a template": "/templates/hello",
    "key figures": "/kpis",
    "channels": "/channels",
    "report": "/report",
    "jobs": "/jobs",
    "audit log": "/audit",
    "doctor": "/doctor",
    "settings": "/settings",
    "the business": "/settings/business",
    "who writes": "/settings/sender",
}
"""What a page is called → where it is in the small shop; the names in an address are those that its path has for it."""


WELCOME = {
    "name": "welcome",
    "entry": {"by_hand": True},
    "holdout": 0,
    "steps": [
        {"id": "half", "split": {"a": 1, "b": 1}, "into": {"a": [{"id": "told", "emit": "Welcomed"}]}},
        {
            "id": "buys",
            "wait_for": {"event": "Order Completed"},
            "at_most": "3650d",
            "then": [{"id": "bye", "leave": "bought"}],
        },
        {"id": "hour", "wait_until": "09:00"},
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop, with people in a journey."""
    folder = filled(tmp_path_factory.mktemp("looked-at") / "shop")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.definitions.put("journey", WELCOME)
        ws.journeys.publish("welcome")
        ws.journeys.enrol("welcome", [f"c{n}@shop.example" for n in range(1, 10)])
    return folder


LOOKS = (("en", 1440), ("zh", 390), ("en", 390), ("zh", 1440))


def looks() -> Iterator[object]:
    """Each page in each language and width: by day one of the first two, in turns, and all by night."""
    for place, (name, path) in enumerate(PAGES.items()):
        for language, width in LOOKS:
            is_of_the_day = (language, width) == LOOKS[place % 2]
            marks = () if is_of_the_day else (pytest.mark.slow,)
            yield pytest.param(path, language, width, id=f"{name}-{language}-{width}", marks=marks)


@pytest.mark.parametrize(("path", "language", "width"), list(looks()))
def test_a_page_can_be_used_by_everybody(look: Visitor, path: str, language: str, width: int) -> None:
    shown = look(language, width)
    shown.go(path)
    assert shown.page.title().endswith("· Coterie")
    assert shown.page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    assert violations(shown) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.complaints == []


ABSENT = (
    "/people/999999",
    "/segments/nobody",
    "/segments/nobody/edit",
    "/campaigns/none",
    "/journeys/none",
    "/journeys/none/edit",
    "/nowhere",
)


@pytest.mark.parametrize("path", by_day(ABSENT, "/segments/nobody", "/journeys/none/edit", "/nowhere"))
def test_what_is_not_there_is_said_with_a_way_on(look: Visitor, path: str) -> None:
    shown = look()
    shown.go(path)
    assert shown.page.locator("main a").count() > 0
    assert violations(shown) == []
    assert shown.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_can_be_read_in_the_dark(visit: Visitor, path: str) -> None:
    shown = visit()
    shown.page.emulate_media(color_scheme="dark")
    shown.go(path)
    assert violations(shown) == []


def test_no_page_of_the_application_is_missed() -> None:
    router = (WEB / "src" / "app" / "router.tsx").read_text("utf-8")
    patterns = {re.sub(r"\$\w+", "[^/]+", path): path for path in re.findall(r"path: '([^']+)'", router)}
    looked_at = {
        path
        for pattern, path in patterns.items()
        if any(re.fullmatch(pattern, one.partition("?")[0]) for one in PAGES.values())
    }
    assert set(patterns.values()) - looked_at == {"/join", "$"}


def violations(shown: Visit) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds that shuts somebody out: what it calls serious or critical."""
    shown.page.evaluate(AXE.read_text("utf-8"))
    found = shown.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], each["help"], [node["html"][:200] for node in each["nodes"]][:3])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
