"""Laws: SQL says what plain Python says, for every rule, trait and profile, in every zone and on every kind of row."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from tests.laws import tries
from tests.segment.hard_bases import MOMENTS, TRAITS, measure, rule, shown, write_hard_base
from tests.segment.plain_python import Base

from coterie.engines import open_warehouse
from coterie.profile import TraitDefinition, read_catalog, ready_traits
from coterie.segment import Rule, SegmentDefinition, explain, members, preview, refresh, sql_of
from coterie.segment.plan import SegmentPlan
from coterie.testing.bases import AS_OF, write_small_base

NAMED = [
    {"name": "seg_a", "rule": {"op": "did", "event": "Order Completed"}},
    {"name": "seg_b", "rule": {"op": "all", "of": [{"op": "in_segment", "segment": "seg_a"}, {"op": "=", "trait": "city", "value": "Oslo"}]}},
]  # fmt: skip


class Tried:
    """A hard base with definitions over it, computed by the engine and by plain Python."""

    def __init__(self, seed, *, rules, measures, profiles=30):
        draw = random.Random(seed)
        self.engine = open_warehouse(None, threads=2)
        self.zone, self.as_of = write_hard_base(self.engine, draw, profiles=profiles, at=MOMENTS[seed % len(MOMENTS)])
        self.segments = [*NAMED, *({"name": f"s{n}", "rule": rule(draw)} for n in range(rules))]
        self.traits = [*TRAITS, *({"name": f"m{n}", "value": measure(draw)[0]} for n in range(measures))]
        self.base = Base(self.engine, self.as_of, self.zone, traits=self.traits, segments=self.segments)
        self.defined = {
            "traits": [TraitDefinition.model_validate(each) for each in self.traits],
            "segments": [SegmentDefinition.model_validate(each) for each in self.segments],
        }
        self.at = {"as_of": self.as_of, "zone": self.zone}

    def rows(self, only=None):
        plan = SegmentPlan(read_catalog(self.engine), self.as_of, *self.defined.values(), only=only, zone=self.zone)
        plan.add_traits()
        plan.add_segments()
        statement = plan.everything()
        return {row["profile_id"]: row for row in self.engine.query(statement, plan.parameters).to_pylist()}


def near(one, other):
    if isinstance(one, float) or isinstance(other, float):
        return one is other if None in (one, other) else math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return one == other


@pytest.mark.parametrize("seed", range(len(MOMENTS)), ids=lambda seed: f"{MOMENTS[seed][0]}-{MOMENTS[seed][1]:%F}")
def test_sql_and_plain_python_agree_on_every_trait_rule_and_profile(seed):
    tried = Tried(seed, rules=20, measures=15)
    rows = tried.rows()
    assert set(rows) == set(tried.base.people)
    for each in tried.traits:
        for person, row in rows.items():
            wanted = tried.base.value(each["value"], person)
            assert near(row[each["name"]], wanted), (person, row[each["name"]], wanted, shown(each))
    for each in tried.segments:
        found = {person for person, row in rows.items() if row[f"segment.{each['name']}"]}
        assert found == tried.base.members(each["rule"]), shown(each)


@pytest.fixture(scope="module")
def tried():
    found = Tried(2, rules=12, measures=0, profiles=25)
    refresh(found.engine, **found.defined, **found.at, refresh_id=1)
    return found


@settings(max_examples=tries(8, 30), deadline=None)
@given(draw=st.randoms(note_method_calls=False))
def test_no_rule_can_be_found_on_which_they_differ(tried, draw):
    drawn = rule(draw)
    plan = SegmentPlan(
        read_catalog(tried.engine),
        tried.as_of,
        (),
        [
            *(SegmentDefinition.model_validate(each) for each in NAMED),
            SegmentDefinition(name="drawn", rule=Rule.model_validate(drawn)),
        ],
        zone=tried.zone,
    )
    plan.add_segments()
    statement = plan.everything()
    rows = tried.engine.query(statement, plan.parameters).to_pylist()
    assert {r["profile_id"] for r in rows if r["segment.drawn"]} == tried.base.members(drawn), shown(drawn)


def test_what_is_refreshed_previewed_explained_and_shown_as_sql_is_one(tried):
    for each, definition in zip(tried.segments, tried.defined["segments"], strict=True):
        wanted = tried.base.members(each["rule"])
        assert set(members(tried.engine, each["name"])["profile_id"].to_pylist()) == wanted
        seen = preview(tried.engine, definition.rule, **tried.defined, **tried.at)
        assert (seen.size, seen.base, seen.share) == (
            len(wanted),
            len(tried.base.people),
            len(wanted) / len(tried.base.people),
        )
        assert list(seen.sample) == sorted(wanted)[:10]
        sql = sql_of(tried.engine, definition.rule, **tried.defined, **tried.at)
        assert set(tried.engine.query(sql)["profile_id"].to_pylist()) == wanted, sql


def test_an_explanation_tells_every_condition_of_every_profile_as_it_is(tried):
    for each, definition in list(zip(tried.segments, tried.defined["segments"], strict=True))[:8]:
        for person in list(tried.base.people)[:10]:
            told = explain(tried.engine, definition, person, **tried.defined, **tried.at)
            _compare(tried, told, each["rule"], person)


def _compare(tried, told, drawn, person):
    assert told.holds == tried.base.holds(drawn, person), (person, told, shown(drawn))
    inner = drawn.get("of", ())
    if drawn["op"] == "in_segment":
        named = drawn["segment"] if isinstance(drawn["segment"], list) else [drawn["segment"]]
        inner = [tried.base.segments[name] for name in named]
    for part, rule_inside in zip(told.parts, [inner] if isinstance(inner, dict) else inner, strict=True):
        _compare(tried, part, rule_inside, person)
    if drawn["op"] in {"did", "did_not"}:
        assert told.value == str(len(tried.base._matching(drawn, person)))
    elif "trait" in drawn:
        value = tried.base.value(drawn["trait"], person)
        assert (told.value == "unknown") == (value is None)
        if isinstance(value, float) and isinstance(drawn.get("value"), int | float) and drawn["op"] in {"<", ">", "="}:
            shown_value = float(told.value.replace(",", ""))
            assert told.holds == tried.base.compares(drawn["op"], shown_value, drawn["value"])


def test_a_part_of_the_base_gets_what_the_whole_does(tried):
    chosen = sorted(tried.base.people)[3:9]
    listed = ", ".join(f"({number})" for number in chosen)
    only = exp.maybe_parse(f"SELECT profile_id FROM (VALUES {listed}) AS v(profile_id)", dialect="duckdb")
    whole = tried.rows()
    assert tried.rows(only) == {person: whole[person] for person in chosen}


@settings(max_examples=tries(12, 50), deadline=None)
@given(draw=st.randoms(note_method_calls=False))
def test_a_rule_survives_being_written_and_read(draw):
    read = Rule.model_validate(rule(draw))
    assert Rule.model_validate(read.model_dump(mode="json")) == read


def test_every_ready_trait_of_a_part_equals_that_of_the_whole():
    engine = open_warehouse(None, threads=2)
    write_small_base(engine, profiles=80, seed=11)
    traits = [*ready_traits(engine), TraitDefinition.model_validate({"name": "best", "value": {"rank": "revenue"}})]
    found = []
    for only in (None, exp.select(exp.alias_(exp.Literal.number(9), "profile_id"))):
        plan = SegmentPlan(read_catalog(engine), AS_OF, traits, (), only=only)
        plan.add_traits()
        statement = plan.everything()
        rows = engine.query(statement, plan.parameters).to_pylist()
        found.append({row["profile_id"]: row for row in rows})
    engine.close()
    assert list(found[1]) == [9]
    assert found[1][9] == found[0][9]
