"""One suite for every engine: the contract, and one plan with equal results."""

from __future__ import annotations

import math

import pytest

from coterie.engines import keep_fact, read_fact
from coterie.engines.warehouse import VIEWS
from coterie.profile import TraitDefinition, read_catalog, ready_traits
from coterie.segment import Rule, SegmentDefinition, explain, preview, refresh, sql_of
from coterie.testing.bases import AS_OF
from coterie.testing.engines import check_engine
from tests.engines.conftest import pytestmark_spark

pytestmark = pytestmark_spark

TRAITS = [
    ("spread", {"stddev": "amount", "event": "Product Viewed"}),
    ("middle", {"median": "revenue", "event": "Order Completed"}),
    ("categories", {"list": "category", "event": "Product Purchased"}),
    ("longest_gap", {"interval": "Order Completed", "statistic": "max"}),
    ("first_store", {"first": "store", "event": "Order Completed"}),
    ("decayed", {"decayed": "Product Viewed", "property": "amount", "half_life": "30d"}),
    ("favorite_viewed", {"favorite": "category", "event": "Product Viewed", "weight": "amount"}),
    ("drinks_share", {"favorite_share": "category", "event": "Product Purchased", "value": "Drinks"}),
    ("years", {"age": {"trait": "born_on"}, "unit": "years"}),
    ("band", {"case": [{"when": "revenue > 200", "then": "high"}, {"when": "orders > 0", "then": "some"}]}),
    ("logged", {"formula": "ROUND(LN(revenue + 1), 6) + POWER(orders, 2) - SQRT(orders) + revenue % 7"}),
    ("rank", {"rank": "revenue"}),
]
SEGMENTS = [
    ("recent", {"did": "Order Completed", "within": "90d", "at_least": 2}),
    ("lapsed", {"all": [{"did": "Order Completed"}, {"did_not": "Order Completed", "within": "90d"}]}),
    ("viewers", {"did": "Product Viewed", "where": {"category": ["Drinks"], "amount": {">=": 0.2}}}),
    ("yelled", {"did": "Product Viewed", "where": {"category": {"=": "DRINKS", "ignore_case": True}}}),
    ("cities", {"trait": "city", "matches": "^[oB]"}),
    ("northern", {"trait": "city", "in": ["Oslo", "上海"]}),
    (
        "ends",
        {
            "any": [
                {"trait": "city", "ends_with": "en"},
                {"trait": "city", "contains": "sl"},
                {"trait": "city", "starts_with": "上"},
            ]
        },
    ),
    ("unknown_age", {"trait": "age", "is_set": False}),
    ("birthdays", {"trait": "born_on", "anniversary_within": 3}),
    ("staff", {"not": {"trait": "is_staff", "=": True}}),
    ("sampled", {"random": "spring", "start": 0.2, "end": 0.7}),
    ("best", {"trait": "revenue", "top": 20, "percent": True}),
    ("drinkers", {"trait": "categories", "includes": "Drinks"}),
    ("best_recent", {"all": [{"in_segment": "best"}, {"in_segment": "recent"}]}),
    ("listed", {"profiles": ["customer_id:3", 5]}),
    ("listed_as_normalized", {"profiles": ["customer_id:3-a", "customer_id:4-a"]}),
    ("last_quarter", {"did": "Order Completed", "during": "last_quarter"}),
    ("seen_lately", {"trait": "first_seen_at", "in_last": "2mo"}),
    ("nobody", {"trait": "age", ">": 1000}),
]


def definitions(engine, chosen):
    extra = [TraitDefinition.model_validate({"name": name, "value": value}) for name, value in TRAITS]
    segments = [SegmentDefinition.model_validate({"name": name, "rule": rule}) for name, rule in SEGMENTS]
    return [*chosen(ready_traits(engine)), *extra], segments


def of_each_kind(traits):
    """The first trait of each measure, and what these and the definitions above are made of."""
    known = {trait.name: trait for trait in traits}
    names = ["revenue", "orders", *{trait.value.op: trait.name for trait in reversed(traits)}.values()]
    for name in names:
        names += [other for other in known[name].value.named_traits() if other in known and other not in names]
    return [trait for trait in traits if trait.name in names]


def test_the_contract_holds(engine):
    check_engine(engine)


def test_a_fact_takes_the_place_of_what_was_there(engine):
    for name, value in (("color", "green"), ("shape", "round"), ("color", "red")):
        keep_fact(engine, name, value)
    assert (read_fact(engine, "color"), read_fact(engine, "shape")) == ("red", "round")


def test_spark_and_duckdb_know_the_same_names_and_types(warehouse, spark):
    here, there = read_catalog(warehouse), read_catalog(spark)
    assert here.attributes == there.attributes
    assert {name: {p: q.type for p, q in kind.properties.items()} for name, kind in here.events.items()} == {
        name: {p: q.type for p, q in kind.properties.items()} for name, kind in there.events.items()
    }


def test_spark_sees_the_warehouse_views_by_the_same_definition(warehouse, spark):
    for name in VIEWS:
        here, there = (sorted(e.query(f"SELECT * FROM {name}").to_pylist(), key=str) for e in (warehouse, spark))
        assert here == there, name
    spellings = spark.query("SELECT profile_id, spelling FROM identifier_spellings WHERE profile_id IN (3, 4, 9)")
    assert {tuple(row.values()) for row in spellings.to_pylist()} == {
        (3, "3"),
        (3, "3-a"),
        (4, "4"),
        (9, "9"),
        (9, "3"),
        (9, "3-a"),
    }


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right


@pytest.mark.parametrize(
    "chosen",
    [pytest.param(of_each_kind, id="of-each-kind"), pytest.param(list, id="all", marks=pytest.mark.slow)],
)
def test_one_plan_gives_equal_traits_memberships_and_changes(warehouse, spark, chosen):
    traits, segments = definitions(warehouse, chosen)
    results = [
        refresh(engine, traits=traits, segments=segments, as_of=AS_OF, refresh_id=1) for engine in (warehouse, spark)
    ]
    assert results[0].segments == results[1].segments
    assert len({segment.size for segment in results[0].segments}) > 8, "the segments are told apart"
    for table, order in (
        ("traits", "profile_id"),
        ("memberships", "segment, profile_id"),
        ("membership_changes", "segment, profile_id"),
    ):
        here, there = (e.query(f"SELECT * FROM {table} ORDER BY {order}").to_pylist() for e in (warehouse, spark))
        assert len(here) == len(there) > 0
        differing = [
            (name, mine[name], theirs[name])
            for mine, theirs in zip(here, there, strict=True)
            for name in mine
            if not same(mine[name], theirs[name])
        ]
        assert not differing, table


@pytest.mark.parametrize(("name", "rule"), SEGMENTS[2:3], ids=["property-filters"])
def test_preview_and_explanation_agree_between_engines(warehouse, spark, name, rule):
    tried = Rule.model_validate(rule)
    here, there = (preview(e, tried, as_of=AS_OF) for e in (warehouse, spark))
    assert (here.size, here.sample) == (there.size, there.sample)
    someone = here.sample[0]
    assert explain(warehouse, tried, someone, as_of=AS_OF) == explain(spark, tried, someone, as_of=AS_OF)
    assert "SELECT" in sql_of(spark, tried, as_of=AS_OF)
