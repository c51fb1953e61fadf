"""Journeys to begin with: each can be adopted, published and simulated as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from coterie.decide.journeys.ready_journeys import journey_library
from coterie.errors import NotReady, Refused, UnknownName
from coterie.testing.smtp_sink import RunningSink
from tests.laws import by_day
from tests.workspace.journey_shop import JourneyShop

NAMES = [template.name for template in journey_library()]
LISTED = 15
"""What requirement JNY-3 names, and the two of products that JNY-2 has people enter by."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, sink: RunningSink) -> Iterator[JourneyShop]:
    opened = JourneyShop(tmp_path_factory.mktemp("ready"), sink, "templates: []")
    with pytest.raises(NotReady, match="Signed Up"):
        opened.ws.journeys.adopt("welcome")
    assert [row["lacks"] for row in opened.ws.journeys.templates().arrow.to_pylist() if row["name"] == "birthday"] == [
        ["birth_date"]
    ]
    day = opened.now - timedelta(days=3)
    opened.load("customers", [{"customer_id": "C1", "birth_date": date(1990, day.month, day.day)}])
    for name in ("Signed Up", "Product Viewed", "Product Added", "Survey Answered"):
        opened.events([(name, who, day, {}) for who in (1, 2, 3)])
    for ago in (200, 150, 100, 60, 31, 2):
        opened.order(4, opened.now - timedelta(days=ago))
    looked = {"event": "Product Viewed", "occurred_at": f"{day:%Y-%m-%dT%H:%M:%SZ}", "product_id": "P1"}
    opened.load("events", [{"event_id": f"L{who}", "customer_id": f"C{who}", **looked} for who in (1, 2, 3)])
    opened.load("products", [{"product_id": "P1", "price": 100, "stock": 0}])
    opened.load("products", [{"product_id": "P1", "price": 80, "stock": 5}])
    opened.now += timedelta(hours=1)
    opened.ws.refresh()
    yield opened
    opened.ws.close()


@pytest.mark.parametrize("name", by_day(NAMES, "welcome", "win-back", "birthday"))
def test_each_is_sensible_as_it_stands(shop: JourneyShop, name: str) -> None:
    journeys = shop.ws.journeys
    assert journeys.adopt(name).templates
    assert not journeys.publish(name).effects
    simulated = journeys.simulate(name, weeks=2)
    assert simulated.messages.keys() == {*journeys.definition(name).channels()}
    assert simulated.most <= 3
    if name not in ("win-back", "replenishment"):
        assert simulated.entered + simulated.held > 0
    with pytest.raises(Refused, match="already"):
        journeys.adopt(name)


def test_the_list_is_that_of_the_requirements_and_in_both_languages(shop: JourneyShop) -> None:
    assert len(NAMES) == LISTED
    english, chinese = (shop.ws.journeys.templates(lang=lang).arrow.to_pylist() for lang in ("en", "zh"))
    assert all(
        one["label"] != other["label"] and one["about"] != other["about"]
        for one, other in zip(english, chinese, strict=True)
    )
    with pytest.raises(UnknownName, match="did you mean 'welcome'"):
        shop.ws.journeys.adopt("welcom")


def test_two_of_one_template_share_its_messages(shop: JourneyShop) -> None:
    dry = shop.ws.journeys.adopt("review", name="review-of-mine", dry_run=True)
    assert (dry.dry_run, "review-of-mine" in shop.ws.definitions.all("journey")) == (True, False)
    shop.ws.journeys.adopt("review", name="review-of-mine")
    assert not shop.ws.journeys.adopt("review", name="review-of-yours").templates
