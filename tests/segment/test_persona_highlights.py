"""Which differences a persona tells, and how it names traits."""

from datetime import datetime

import numpy as np
import pyarrow as pa

from coterie.segment.contrasts import Contrast, unlike
from coterie.segment.groups import Groups
from coterie.segment.personas import describe_personas
from coterie.segment.segmentations import DiscoveryDefinition, discover
from coterie.segment.trait_words import TraitWords

AS_OF = datetime(2026, 1, 1)


def difference(trait, strength, category=None):
    return Contrast("s", trait, category, 1, 0, 1, strength, 0, 1, strength, 0.0, is_sure=True, members=100)


def test_of_traits_that_say_the_same_the_plain_one_speaks():
    found = [difference("orders_30d", 2.0), difference("orders", 1.8), difference("age", 0.5)]
    alike = {("orders", "orders_30d"): 0.9, ("orders_30d", "orders"): 0.9}
    assert [one.trait for one in unlike(found, alike)] == ["orders", "age"]


def test_numbers_about_numbers_are_left_to_the_numbers():
    found = [difference("recency_score", 3.0), difference("revenue_percentile", 2.0), difference("preferred_hour", 1.0)]
    assert unlike(found, {}) == []


def test_one_trait_is_told_once():
    found = [difference("city", 0.9, "york"), difference("city", 0.5, "hull")]
    assert [one.category for one in unlike(found, {})] == ["york"]


def test_a_discovered_segment_is_called_by_its_name_without_being_told(warehouse):
    rng = np.random.default_rng(0)
    part = np.arange(300) % 3
    warehouse.write(
        "people",
        pa.table(
            {"profile_id": np.arange(300), "orders": part * 9 + rng.normal(size=300), "age": rng.normal(size=300)}
        ),
        append=False,
    )
    warehouse.execute("CREATE VIEW traits AS SELECT * FROM people")
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT profile_id FROM people")
    discover(warehouse, DiscoveryDefinition(traits=("orders",), k=3, bootstraps=10), as_of=AS_OF)
    names = {persona.name().told("zh") for persona in describe_personas(warehouse, Groups("discovered"), as_of=AS_OF)}
    assert names == {"订单很多", "各方面居中", "订单极少"}


def test_ready_traits_are_named_and_measured_as_their_definitions_say():
    words = TraitWords.of(currency="GBP")
    assert words.name("recency_days") == "Days since last order"
    assert words.amount("recency_days", 0.899) == "0.9 days"
    assert words.amount("revenue", 1234.5) == "£1,234"
    assert words.amount("discount_share", 0.256) == "26%"
    assert words.amount("recency_days", 12).told("zh") == "12 天"
