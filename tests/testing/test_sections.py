"""Every section meets its suite, on a shop and on nothing, and the suite names each promise that a part breaks."""

from __future__ import annotations

import pytest

import coterie
from coterie.report import SECTIONS
from coterie.report.page import Absent, Section
from coterie.testing.sections import check_section
from coterie.workspace.reporting import _Gathering
from tests.workspace.shop import NOW, filled


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """What the report knows of a small shop, in which all that can be fitted has been."""
    with coterie.open(filled(tmp_path_factory.mktemp("sections") / "shop"), clock=lambda: NOW) as ws:
        ws.segmentations.discover(k=3)
        ws.predict.fit("lifetime-value")
        return _Gathering(ws._stand, "en", ws.campaigns, ws.channels).facts()


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_meets_the_suite(name, facts):
    check_section(SECTIONS[name], [facts])


TITLES = {"en": "Tea", "zh": "茶"}
DRAWN = iter(range(100))


def _section(body="x", *, key="tea", titles=TITLES):
    return lambda facts, lang: Section(key, titles[lang], body.format(name=facts.name, number=next(DRAWN)))


def _only_in_english(facts, lang):
    return _section()(facts, lang) if lang == "en" else Absent(TITLES[lang], "没有")


def _without_a_reason(_, lang):
    return Absent(TITLES[lang], "")


BROKEN = {
    "is there in all languages, or in none": _only_in_english,
    "has a title in each language": _section(titles={"en": "Tea", "zh": "Tea"}),
    "what is drawn again says the same": _section("{number}"),
    "a section that is absent says why": _without_a_reason,
    "has a key that can be an anchor": _section(key="a b"),
    "a section that is there says something": _section(""),
    "runs or asks nothing: <script>": _section("{name}"),
    "runs or asks nothing: onclick": _section("<p onclick='x()'>x</p>"),
    "runs or asks nothing: src": _section("<img src='https://example.com/x.png'>"),
    "<p> is never closed": _section("<p>x"),
    "</p> closes what is not open": _section("<b>x</p></b>"),
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_promise_is_named(promise):
    with pytest.raises(AssertionError, match=promise):
        check_section(BROKEN[promise])
