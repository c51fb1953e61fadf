"""Rules that asked for trouble: patterns, magnitudes, ties, calendars, depth."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from coterie.engines import open_warehouse
from coterie.errors import BadDefinition, CoterieError
from coterie.profile import TraitDefinition, build_profiles, language, read_catalog
from coterie.segment import Rule, SegmentDefinition, faults, preview
from coterie.segment.plan import SegmentPlan
from coterie.testing.bases import AS_OF, write_small_base

AT = pa.timestamp("us")


@pytest.fixture(scope="module")
def small():
    engine = open_warehouse(None, threads=2)
    write_small_base(engine, profiles=60, seed=3)
    yield engine
    engine.close()


def base_of(orders, events=()):
    """A base of (profile, instant, revenue) and (profile, instant, properties)."""
    engine = open_warehouse(None, threads=2)
    people = sorted({row[0] for row in [*orders, *events]})
    engine.write(
        "identifiers",
        pa.table(
            {
                "identifier_id": people,
                "namespace": ["customer_id"] * len(people),
                "value": [f"c{p}" for p in people],
                "profile_id": people,
                "first_seen_at": pa.array([datetime(2020, 1, 1)] * len(people), AT),
            }
        ),
    )
    if orders:
        rows = [
            {"order_id": f"o{n}", "profile_id": p, "occurred_at": at, "revenue": Decimal(str(r)), "status": "completed"}
            for n, (p, at, r) in enumerate(orders)
        ]
        engine.write("orders", pa.Table.from_pylist(rows))
    for n, (p, at, properties) in enumerate(events):
        engine.execute(
            "INSERT INTO events BY NAME SELECT $id AS event_id, $p AS profile_id, $at AS occurred_at, 'Paid' AS name, "
            "CAST(CAST($text AS JSON) AS VARIANT) AS properties",
            {"id": f"e{n}", "p": p, "at": at, "text": json.dumps(properties)},
        )
    build_profiles(engine)
    return engine


def values(engine, measure, as_of=AS_OF, zone="UTC", traits=()):
    definitions = [TraitDefinition.model_validate({"name": "asked", "value": measure}), *traits]
    plan = SegmentPlan(read_catalog(engine), as_of, definitions, zone=zone)
    plan.add_traits()
    statement = plan.everything()
    rows = engine.query(statement, plan.parameters).to_pylist()
    return {row["profile_id"]: row["asked"] for row in rows}


@pytest.mark.parametrize(
    "pattern", [r"(?<name>a)", "(", r"(a{1000}){1000}", r"(?=a)", r"(a)\1", "[z-a]", "*"], ids=lambda pattern: pattern
)
@pytest.mark.parametrize("place", ["rule", "filter of a rule", "filter of a trait"])
def test_a_pattern_is_refused_by_what_would_run_it(small, pattern, place):
    where = [{"property": "channel", "op": "matches", "value": pattern}]
    trait = {"name": "odd", "value": {"op": "count", "event": "Order Completed", "where": where}}
    rule = {"did": "Order Completed", "where": where}
    if place == "rule":
        rule = {"trait": {"op": "favorite", "property": "channel", "event": "Order Completed"}, "matches": pattern}
    traits, segments = [], [SegmentDefinition.model_validate({"name": "odd", "rule": rule})]
    if place == "filter of a trait":
        traits, segments = [TraitDefinition.model_validate(trait)], []
    with pytest.raises(BadDefinition, match="is no regular expression that can be used here"):
        faults.check_definitions(small, traits=traits, segments=segments)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^\S+$", "two words", False),
        (r"^\S+$", "OneWord", True),
        (r"\D", "123", False),
        (r"^\W$", "A", False),
        ("abc", "xABCx", True),
        ("a|B", "b", True),
        ("ä", "Ä", True),
    ],
)
def test_ignoring_case_is_a_flag_and_not_another_pattern(pattern, text, matches):
    engine = base_of([], [(1, datetime(2024, 1, 1), {"note": text})])
    where = [{"property": "note", "op": "matches", "value": pattern, "ignore_case": True}]
    assert values(engine, {"op": "count", "event": "Paid", "where": where}) == {1: int(matches)}
    engine.close()


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9, 1e18, 1e19, 1e30, 1e200])
def test_sums_of_any_magnitude_are_right(scale):
    draw = random.Random(1)
    amounts = [scale * draw.randint(1, 99) for _ in range(20)] + [5.0, 0.25]
    engine = base_of([], [(1, datetime(2024, 1, 1), {"amount": each}) for each in amounts])
    paid = {"property": "amount", "event": "Paid"}
    assert values(engine, {"op": "sum", **paid})[1] == pytest.approx(sum(amounts), rel=1e-12)
    assert values(engine, {"op": "mean", **paid})[1] == pytest.approx(sum(amounts) / len(amounts), rel=1e-12)
    engine.close()


def test_a_sum_beyond_all_numbers_is_missing_and_not_less():
    engine = base_of([], [(1, datetime(2024, 1, 1), {"amount": each}) for each in (1.7e308, 1.7e308, 5.0)])
    assert values(engine, {"op": "sum", "property": "amount", "event": "Paid"}) == {1: None}
    engine.close()


@pytest.mark.parametrize("op", ["sum", "mean", "stddev", "median"])
@pytest.mark.parametrize("scale", [0.1, 1e12, 1e25])
def test_equal_amounts_in_another_order_give_the_same_digits(op, scale):
    draw = random.Random(7)
    amounts = [scale * draw.random() for _ in range(60)]
    events = []
    for person in range(1, 9):
        draw.shuffle(amounts)
        events += [(person, datetime(2024, 1, 1), {"amount": each}) for each in amounts]
    draw.shuffle(events)
    engine = base_of([], events)
    measure = {"op": op, "property": "amount", "event": "Paid"}
    assert len(set(values(engine, measure).values())) == 1
    assert set(values(engine, {"op": "rank", "of": measure}).values()) == {1}
    engine.close()


@pytest.mark.parametrize(
    ("zone", "as_of", "first"),
    [
        ("Asia/Shanghai", datetime(2024, 2, 29, 20), datetime(2024, 1, 31, 20)),  # 1 March 04:00 → 1 February 04:00
        ("Asia/Shanghai", datetime(2024, 3, 30, 20), datetime(2024, 2, 28, 20)),  # 31 March 04:00 → 29 February 04:00
        ("America/New_York", datetime(2024, 4, 1, 3), datetime(2024, 3, 1, 4)),  # 31 March 23:00 → 29 February 23:00
        (
            "Europe/Berlin",
            datetime(2024, 4, 15, 8),
            datetime(2024, 3, 15, 9),
        ),  # 10:00 → 10:00 before the clocks changed
        ("UTC", datetime(2024, 3, 31), datetime(2024, 2, 29)),
    ],
    ids=str,
)
def test_a_month_is_one_of_the_calendar_on_the_wall(zone, as_of, first):
    engine = base_of([(1, first, 1), (2, first - timedelta(seconds=1), 1)])
    assert values(engine, {"op": "count", "event": "Order Completed", "within": "1mo"}, as_of, zone) == {1: 1, 2: 0}
    engine.close()


def _nested(depth, op):
    rule = {"trait": "orders", ">": 1}
    for _ in range(depth):
        rule = {op: rule} if op == "not" else {op: [rule]}
    return rule


def _self_referring():
    rule = {"op": "all"}
    rule["of"] = [rule]
    return rule


@pytest.mark.parametrize(
    "given",
    [_nested(500, "all"), _nested(500, "not"), _nested(5000, "any"), _self_referring()],
    ids=["all", "not", "any", "itself"],
)
def test_a_rule_of_any_depth_is_refused_in_a_sentence(given):
    with pytest.raises(BadDefinition, match="nested more than"):
        language.parse(Rule, given)


def _twice_itself():
    rule = {"op": "all"}
    rule["of"] = [rule, rule]
    return rule


ONE = {"trait": "orders", ">": 1}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"any": [ONE] * 1_001}, "more than 1,000 conditions", id="conditions"),
        pytest.param({"all": [{"any": [ONE] * 40}] * 40}, "more than 1,000 conditions", id="conditions-in-parts"),
        pytest.param({"trait": "city", "in": ["x"] * 10_001}, "or 10,000 values", id="values"),
        pytest.param({"trait": "orders", ">": 10**39}, "more than 38 digits", id="a-number"),
        pytest.param({"not": {"trait": "orders", ">": -(10**5_000)}}, "more than 38 digits", id="an-endless-number"),
        pytest.param(_twice_itself(), "more than", id="twice-itself"),
    ],
)
def test_a_rule_beyond_what_people_write_is_refused_in_a_sentence(given, words):
    with pytest.raises(BadDefinition, match=words):
        language.parse(Rule, given)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "orders" + ")" * 500,
        "NOT " * 900 + "orders > 1",
        "orders" + " + orders" * 900,
        "-" + " -" * 900 + "orders",
        "1 / (" * 45 + "orders * orders" + ")" * 45,
        "CASE WHEN orders > 1 THEN " * 90 + "1" + " END" * 90,
        "1e999",
        "ROUND(orders, orders)",
        "ROUND(orders, 1e9)",
        "orders; orders",
        "",
    ],
    ids=["brackets", "nots", "sum", "minus", "divisors", "cases", "huge", "places", "far places", "two", "none"],
)
def test_a_formula_of_any_kind_is_refused_in_a_sentence(small, text):
    with pytest.raises(CoterieError):
        faults.check_definitions(
            small,
            traits=[TraitDefinition.model_validate({"name": "odd", "value": {"op": "formula", "expression": text}})],
        )


def test_as_deep_as_is_allowed_runs(small):
    rule = language.parse(Rule, _nested(28, "not"))
    preview(
        small,
        rule,
        as_of=AS_OF,
        traits=[TraitDefinition.model_validate({"name": "orders", "value": {"count": "Order Completed"}})],
    )


@pytest.mark.parametrize("given", ["no", "yes", 0, 1, 0.0, "true", ["true"]])
def test_is_set_takes_true_or_false(given):
    with pytest.raises(BadDefinition, match="`is_set` takes true or false"):
        language.parse(Rule, {"trait": "city", "is_set": given})
    with pytest.raises(BadDefinition, match="`is_set` takes true or false"):
        language.parse(Rule, {"did": "Order Completed", "where": {"store": {"is_set": given}}})
