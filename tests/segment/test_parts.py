"""Every measure and every operator meets the conformance suite."""

from __future__ import annotations

import pytest
from tests.segment.plain_python import Base

from coterie.engines import open_warehouse
from coterie.profile import Measure
from coterie.profile.measures import MEASURES
from coterie.segment import Rule, SegmentDefinition, refresh
from coterie.segment.lists import upload_list
from coterie.segment.rule import OPERATORS
from coterie.testing.bases import AS_OF, write_small_base
from coterie.testing.parts import check_measure, check_operator

ORDER = {"event": "Order Completed"}
MEASURED = {
    "count": {"count": "Order Completed"},
    **{op: {op: "revenue", **ORDER} for op in ("sum", "mean", "min", "max", "median", "stddev")},
    "distinct": {"distinct": "store", **ORDER},
    "list": {"list": "store", **ORDER},
    "first": {"first": "store", **ORDER},
    "last": {"last": "store", **ORDER},
    "favorite": {"favorite": "category", "event": "Product Purchased"},
    "favorite_share": {"favorite_share": "category", "event": "Product Purchased"},
    "since_last": {"since_last": "Order Completed"},
    "since_first": {"since_first": "Order Completed", "within": "180d"},
    "interval": {"interval": "Order Completed", "statistic": "median"},
    "sessions": {"sessions": "Order Completed"},
    "decayed": {"decayed": "Order Completed"},
    "trend": {"trend": "Order Completed"},
    "ratio": {"ratio": [{"sum": "revenue", **ORDER}, {"count": "Order Completed"}]},
    "formula": {"formula": "age * 2"},
    "case": {"case": [{"when": "age > 30", "then": "older"}]},
    "lookup": {"lookup": "product_name", "by": {"last": "product_id", "event": "Product Purchased"}},
    "percentile": {"percentile": "age"},
    "tile": {"tile": "age"},
    "rank": {"rank": "age"},
    **{op: {op: "age", "by": "city"} for op in ("group_count", "group_sum", "group_mean", "group_max", "group_min")},
    "age": {"age": "born_on"},
    "trait": {"trait": "city"},
}
RULED = {
    "all": {"all": [{"trait": "age", ">": 20}, {"did": "Order Completed"}]},
    "any": {"any": [{"trait": "age", ">": 50}, {"trait": "city", "=": "Oslo"}]},
    "none": {"none": [{"trait": "age", ">": 50}]},
    "not": {"not": {"did": "Order Completed"}},
    **{op: {"trait": "age", op: 40} for op in ("=", "!=", "<", "<=", ">", ">=")},
    "between": {"trait": "age", "between": [20, 50]},
    "in": {"trait": "city", "in": ["Oslo", "Bergen"]},
    "not_in": {"trait": "city", "not_in": ["Oslo", "Bergen"]},
    "is_set": {"trait": "age", "is_set": True},
    "contains": {"trait": "city", "contains": "sl"},
    "starts_with": {"trait": "city", "starts_with": "O"},
    "ends_with": {"trait": "city", "ends_with": "en"},
    "matches": {"trait": "city", "matches": "^[oO]s"},
    "includes": {"trait": {"list": "store", **ORDER}, "includes": "north"},
    "in_last": {"trait": "first_seen_at", "in_last": "60d"},
    "in_next": {"trait": "first_seen_at", "in_next": "300d"},
    "older_than": {"trait": "first_seen_at", "older_than": "60d"},
    "anniversary_within": {"trait": "born_on", "anniversary_within": 3},
    "top": {"trait": "age", "top": 10},
    "bottom": {"trait": "age", "bottom": 20, "percent": True},
    "did": {"did": "Order Completed", "at_least": 2},
    "did_not": {"did_not": "Order Completed", "within": "90d"},
    "in_segment": {"in_segment": "older"},
    "in_list": {"in_list": "fair"},
    "profiles": {"profiles": ["customer_id:3", 4]},
    "random": {"random": "salt"},
}


@pytest.fixture(scope="module")
def engine():
    opened = open_warehouse(None, threads=2)
    write_small_base(opened)
    older = SegmentDefinition(name="older", rule=Rule.model_validate({"trait": "age", ">": 30}))
    refresh(opened, segments=[older], as_of=AS_OF, refresh_id=1)
    upload_list(opened, "fair", ["customer_id:1", "customer_id:2"])
    opened.execute("UPDATE profiles SET first_seen_at = first_seen_at + INTERVAL 1 YEAR WHERE profile_id = 60")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def base(engine):
    """The same base in plain Python."""
    older = Rule.model_validate({"trait": "age", ">": 30}).model_dump(mode="json")
    formulas = {
        "age * 2": lambda t: t("age") * 2 if t("age") is not None else None,
        "age > 30": lambda t: t("age") is not None and t("age") > 30,
    }
    return Base(engine, AS_OF, segments=[{"name": "older", "rule": older}], formulas=formulas)


def test_every_part_is_tried():
    assert set(MEASURED) == set(MEASURES)
    assert set(RULED) == set(OPERATORS)


@pytest.mark.parametrize("name", MEASURED)
def test_a_measure_meets_the_suite(engine, base, name):
    spelt_out = Measure.model_validate(MEASURED[name]).model_dump(mode="json")
    check_measure(engine, MEASURED[name], AS_OF, lambda person: base.value(spelt_out, person))


@pytest.mark.parametrize("name", RULED)
def test_an_operator_meets_the_suite(engine, base, name):
    spelt_out = Rule.model_validate(RULED[name]).model_dump(mode="json")
    check_operator(engine, RULED[name], AS_OF, lambda person: base.holds(spelt_out, person))
