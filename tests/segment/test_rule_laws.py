"""Laws: SQL says what plain Python says, and a part of the base gets what the whole does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp
from tests.segment.plain_python import Base, holds

from coterie.engines import open_warehouse
from coterie.profile import TraitDefinition, read_catalog, ready_traits
from coterie.segment import Rule, SegmentDefinition
from coterie.segment.plan import SegmentPlan
from coterie.testing.bases import AS_OF, write_small_base

DURATIONS = st.sampled_from(["1d", "30d", "90d", "180d", "52w", "9999d"])
EVENTS = ["Order Completed", "Order Refunded", "Product Purchased", "Product Viewed", "Message Opened"]
NUMBERS = st.sampled_from([0, 1, 18, 40, 89.5, 99.5, 150, 0.2, 0.30000000000000004, -5])
TEXTS = st.sampled_from(["Oslo", "oslo", "Bergen", "上海", "", "o", "%", "nobody"])
ORDERED = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def spans():
    return st.fixed_dictionaries({}, optional={"within": DURATIONS, "until": st.sampled_from(["1d", "30d", "90d"])})


def filters(event):
    properties = {
        "Product Viewed": [("category", "text"), ("amount", "number")],
        "Message Opened": [("category", "text"), ("amount", "number")],
        "Product Purchased": [("category", "text"), ("brand", "text"), ("revenue", "number")],
    }.get(event, [("revenue", "number"), ("store", "text"), ("discount", "number")])
    return st.lists(
        st.sampled_from(properties).flatmap(
            lambda known: st.builds(
                lambda op, value: {"property": known[0], "op": op, "value": value},
                ORDERED if known[1] == "number" else st.sampled_from(["=", "!=", "contains", "starts_with"]),
                NUMBERS if known[1] == "number" else st.sampled_from(["Drinks", "drinks", "north", "Ada", "r"]),
            )
        ),
        max_size=2,
    )


def facts(extra):
    return st.sampled_from(EVENTS).flatmap(
        lambda event: st.builds(
            lambda span, where, more: {"event": event, "where": where, **span, **more}, spans(), filters(event), extra
        )
    )


def measures():
    number = {"Product Viewed": "amount", "Message Opened": "amount"}
    text = {"Product Viewed": "category", "Message Opened": "category", "Product Purchased": "brand"}
    counted = facts(st.sampled_from([{"op": "count"}, {"op": "since_last"}, {"op": "since_first"}]))
    summed = facts(st.sampled_from(["sum", "min", "max"]).map(lambda op: {"op": op})).map(
        lambda measure: {**measure, "property": number.get(measure["event"], "revenue")}
    )
    distinct = facts(st.just({"op": "distinct"})).map(lambda m: {**m, "property": text.get(m["event"], "store")})
    return st.one_of(counted, summed, distinct)


LEAVES = st.one_of(
    st.builds(lambda op, value: {"op": op, "trait": "age", "value": value}, ORDERED, NUMBERS),
    st.builds(lambda op, value: {"op": op, "trait": "city", "value": value}, st.sampled_from(["=", "!=", "<", "contains", "starts_with", "ends_with"]), TEXTS),
    st.builds(lambda op, values: {"op": op, "trait": "city", "value": values}, st.sampled_from(["in", "not_in"]), st.lists(TEXTS, min_size=1, max_size=3)),
    st.builds(lambda trait, known: {"op": "is_set", "trait": trait, "value": known}, st.sampled_from(["age", "city", "born_on", "is_staff"]), st.booleans()),
    st.builds(lambda value: {"op": "=", "trait": "is_staff", "value": value}, st.booleans()),
    st.builds(lambda value: {"op": "in_last", "trait": "first_seen_at", "value": value}, DURATIONS),
    facts(st.one_of(st.just({}), st.builds(lambda n: {"at_least": n}, st.integers(0, 3)), st.builds(lambda n: {"at_most": n, "at_least": 0}, st.integers(0, 2)))).map(lambda f: {"op": "did", **f}),
    facts(st.just({})).map(lambda f: {"op": "did_not", **f}),
    st.builds(lambda op, measure, value: {"op": op, "trait": measure, "value": value}, ORDERED, measures(), NUMBERS),
    st.builds(lambda f, value: {"op": "=", "trait": f, "value": value}, facts(st.sampled_from([{"op": "last", "property": "store"}, {"op": "first", "property": "store"}])).filter(lambda f: f["event"].startswith("Order")), st.sampled_from(["north", "south"])),
)  # fmt: skip
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda op, of: {"op": op, "of": of}, st.sampled_from(["all", "any", "none"]), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda of: {"op": "not", "of": of}, inner),
    ),
    max_leaves=6,
)  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    opened = open_warehouse(None, threads=2)
    write_small_base(opened, profiles=80, seed=11)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def base(engine):
    return Base(engine)


def members(engine, rules, only=None):
    segments = [SegmentDefinition(name=f"s{n}", rule=Rule.model_validate(rule)) for n, rule in enumerate(rules)]
    plan = SegmentPlan(read_catalog(engine), AS_OF, (), segments, only=only)
    plan.add_segments()
    statement = plan.everything()
    rows = engine.query(statement, plan.values_in(statement)).to_pylist()
    return [{row["profile_id"] for row in rows if row[f"segment.s{n}"]} for n in range(len(rules))]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rules=st.lists(RULES, min_size=1, max_size=4))
def test_sql_and_plain_python_agree_on_every_rule_and_profile(engine, base, rules):
    found = members(engine, rules)
    for rule, got in zip(rules, found, strict=True):
        assert got == {person for person in base.people if holds(base, rule, person, AS_OF)}, rule


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rules=st.lists(RULES, min_size=1, max_size=3), chosen=st.sets(st.integers(1, 80), min_size=1, max_size=10))
def test_a_part_of_the_base_gets_what_the_whole_does(engine, rules, chosen):
    listed = ", ".join(f"({number})" for number in sorted(chosen))
    only = exp.maybe_parse(f"SELECT profile_id FROM (VALUES {listed}) AS v(profile_id)", dialect="duckdb")
    whole, part = members(engine, rules), members(engine, rules, only)
    assert part == [found & chosen for found in whole]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(rule=RULES)
def test_a_rule_survives_being_written_and_read(rule):
    read = Rule.model_validate(rule)
    assert Rule.model_validate(read.model_dump(mode="json")) == read


def test_every_ready_trait_of_a_part_equals_that_of_the_whole(engine):
    traits = [*ready_traits(engine), TraitDefinition.model_validate({"name": "best", "value": {"rank": "revenue"}})]
    found = []
    for only in (None, exp.select(exp.alias_(exp.Literal.number(9), "profile_id"))):
        plan = SegmentPlan(read_catalog(engine), AS_OF, traits, (), only=only)
        plan.add_traits()
        statement = plan.everything()
        rows = engine.query(statement, plan.values_in(statement)).to_pylist()
        found.append({row["profile_id"]: row for row in rows})
    assert list(found[1]) == [9]
    assert found[1][9] == found[0][9]
