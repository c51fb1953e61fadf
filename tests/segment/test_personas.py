"""What a persona promises."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest

from coterie.errors import BadDefinition, NotReady, UnknownName
from coterie.profile import assign_lifecycle
from coterie.segment.contrasts import contrast
from coterie.segment.favorites import channels_of, products_of, worth_of
from coterie.segment.groups import Groups, opened
from coterie.segment.persona_rules import PARTS, advise, built_in_rules, read_rules
from coterie.segment.personas import describe_personas
from coterie.segment.segmentations.rfm import rfm
from coterie.words import each_into

AS_OF = datetime(2026, 1, 1)


def halves(warehouse, columns, inside):
    """Profiles with ``columns``; those of ``inside`` are the segment "in", the others "out"."""
    size = len(inside)
    warehouse.write("people", pa.table({"profile_id": list(range(size)), **columns}), append=False)
    warehouse.execute("CREATE OR REPLACE VIEW traits AS SELECT * FROM people")
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT profile_id FROM people")
    parts = ["in" if is_in else "out" for is_in in inside]
    warehouse.write(
        "assignments", pa.table({"profile_id": list(range(size)), "segmentation": ["halves"] * size, "segment": parts})
    )


def contrasts_of(warehouse, segment="in"):
    with opened(warehouse, Groups("halves")) as opening:
        every = contrast(warehouse, opening.members)
    return {(found.trait, found.category): found for found in every if found.segment == segment}


def test_the_effect_of_a_number_is_cohens_d_against_everybody_else(warehouse):
    rng = np.random.default_rng(0)
    inside = np.arange(4000) < 1000
    values = rng.normal(size=4000) + np.where(inside, 0.5, 0)
    halves(warehouse, {"spend": values}, inside)
    found = contrasts_of(warehouse)["spend", None]
    low, high = np.quantile(values, [0.01, 0.99])
    cut = np.clip(values, low, high)
    one, two = cut[inside], cut[~inside]
    pooled = np.sqrt((one.var(ddof=1) * 999 + two.var(ddof=1) * 2999) / 3998)
    assert found.effect == pytest.approx((one.mean() - two.mean()) / pooled, rel=1e-6)
    assert found.low < found.effect < found.high
    assert found.low == pytest.approx(found.effect - 1.96 * 0.0368, abs=0.005)
    assert found.median == pytest.approx(np.median(values[inside]))
    assert found.is_sure


@pytest.mark.parametrize("towns", [("Oslo", "Bergen"), ("Bergen", "Oslo")])
def test_of_two_categories_that_set_apart_equally_the_one_that_the_group_has_is_told(warehouse, towns):
    inside, outside = towns
    halves(warehouse, {"city": np.where(np.arange(200) < 100, inside, outside)}, np.arange(200) < 100)
    found = contrasts_of(warehouse)
    assert [(category, each.inside) for (_, category), each in found.items()] == [(inside, 1), (outside, 0)]


def test_the_means_told_are_those_of_everybody_extremes_included(warehouse):
    spend = np.arange(1000.0)
    spend[-3:] = 1e6
    inside = np.arange(1000) >= 900
    halves(warehouse, {"spend": spend}, inside)
    found = contrasts_of(warehouse)["spend", None]
    assert (found.inside, found.outside) == pytest.approx((spend[inside].mean(), spend[~inside].mean()))


def test_the_effect_of_a_category_is_its_lift_over_the_base(warehouse):
    inside = np.arange(1000) < 200
    city = np.where(
        inside, np.where(np.arange(1000) % 2 == 0, "york", "hull"), np.where(np.arange(1000) % 8 == 0, "york", "hull")
    )
    halves(warehouse, {"city": city.tolist()}, inside)
    found = contrasts_of(warehouse)["city", "york"]
    assert (found.inside, found.outside) == (0.5, 0.125)
    assert found.effect == pytest.approx(0.5 / 0.2)
    assert 1 < found.low < found.effect < found.high
    assert found.strength == pytest.approx(2 * np.arcsin(np.sqrt(0.5)) - 2 * np.arcsin(np.sqrt(0.125)))


def test_among_pure_noise_hardly_anything_is_sure(warehouse):
    rng = np.random.default_rng(3)
    halves(warehouse, {f"noise_{place}": rng.normal(size=2000) for place in range(40)}, rng.random(2000) < 0.3)
    assert sum(found.is_sure for found in contrasts_of(warehouse).values()) == 0


def test_intervals_hold_the_truth_nineteen_times_in_twenty(warehouse):
    rng = np.random.default_rng(5)
    inside = np.arange(3000) < 900
    halves(warehouse, {f"t{place}": rng.normal(size=3000) + 0.4 * inside for place in range(60)}, inside)
    found = contrasts_of(warehouse)
    covered = sum(one.low <= 0.4 <= one.high for one in found.values())
    assert covered >= 54


@pytest.mark.parametrize(
    ("columns", "inside"),
    [
        pytest.param({"x": [1.0] * 100}, [True] * 50 + [False] * 50, id="nothing-varies"),
        pytest.param({"x": list(range(100))}, [True] * 5 + [False] * 95, id="too-few-members"),
        pytest.param({"x": list(range(100))}, [True] * 100, id="nobody-else"),
        pytest.param({"x": pa.array([None] * 100, pa.float64())}, [True] * 50 + [False] * 50, id="all-missing"),
    ],
)
def test_where_nothing_can_be_compared_there_is_no_contrast(warehouse, columns, inside):
    halves(warehouse, columns, inside)
    assert contrasts_of(warehouse) == {}


def test_missing_values_and_empty_cells_are_borne(warehouse):
    inside = [True] * 60 + [False] * 60
    flag = [True] * 60 + [False] * 60
    spend = [None if place % 3 == 0 else float(place % 7) for place in range(120)]
    halves(warehouse, {"flag": flag, "spend": spend}, inside)
    found = contrasts_of(warehouse)
    assert found["flag", "true"].effect == pytest.approx(2)
    assert found["flag", "true"].low > 1
    assert found["spend", None].members == 40
    known = [value for value, is_in in zip(spend, inside, strict=True) if value is not None and is_in]
    assert found["spend", None].inside == pytest.approx(np.mean(known), abs=0.05)
    assert ("flag", "false") not in found


def test_missing_values_count_neither_as_low_nor_as_high(warehouse):
    rng = np.random.default_rng(4)
    inside = np.arange(2000) < 700
    values = rng.normal(50, 5, 2000) + 2 * inside
    missing = np.where(inside, np.arange(2000) % 2 == 0, np.arange(2000) % 10 == 0)
    halves(warehouse, {"gap": pa.array(np.where(missing, None, values).tolist(), pa.float64())}, inside)
    found = contrasts_of(warehouse)["gap", None]
    assert found.inside == pytest.approx(values[inside & ~missing].mean(), abs=0.1)
    assert found.outside == pytest.approx(values[~inside & ~missing].mean(), abs=0.1)
    assert found.effect == pytest.approx(0.4, abs=0.1)


def test_overlapping_rule_segments_are_each_compared_with_everybody_else(warehouse):
    halves(warehouse, {"x": np.arange(200.0)}, [True] * 200)
    warehouse.execute(
        """CREATE VIEW memberships AS SELECT 'top' AS segment, profile_id FROM people WHERE x >= 100
           UNION ALL SELECT 'middle', profile_id FROM people WHERE x BETWEEN 50 AND 149"""
    )
    personas = {one.segment: one for one in describe_personas(warehouse, Groups(), as_of=AS_OF)}
    assert personas["top"].worth.members == personas["middle"].worth.members == 100
    assert personas["top"].differences[0].effect > 2
    assert personas["middle"].differences == ()
    assert "Nothing sets them apart surely from the other customers." in personas["middle"].sentences()


def test_the_example_is_the_member_nearest_to_the_medians(warehouse):
    halves(warehouse, {"x": [*np.arange(21.0), *np.arange(100.0, 121.0)]}, [True] * 21 + [False] * 21)
    personas = {one.segment: one for one in describe_personas(warehouse, Groups("halves"), as_of=AS_OF)}
    assert (personas["in"].example_profile, personas["out"].example_profile) == (10, 31)


@pytest.mark.parametrize(
    ("groups", "error"),
    [
        pytest.param(Groups("rfn"), UnknownName, id="unknown-segmentation"),
        pytest.param(Groups("halves", ("inn",)), UnknownName, id="unknown-part"),
        pytest.param(Groups(), NotReady, id="no-rule-segments-yet"),
    ],
)
def test_unknown_groups_are_refused(warehouse, groups, error):
    halves(warehouse, {"x": [1.0] * 20}, [True] * 20)
    with pytest.raises(error), opened(warehouse, groups):
        pass


def test_supermarket_households_become_personas(journey, journey_as_of):
    journey.execute(
        """CREATE OR REPLACE VIEW traits AS
           SELECT p.profile_id, count(order_id) AS orders, CAST(sum(revenue) AS DOUBLE) AS revenue,
                  date_diff('day', max(occurred_at), TIMESTAMP '2018-01-01') AS recency,
                  any_value(d.age) AS age, any_value(d.income) AS income
           FROM profiles p LEFT JOIN orders o ON o.profile_id = p.profile_id
           LEFT JOIN cj_demographics d ON d.household_id = p.profile_id GROUP BY p.profile_id"""
    )
    rfm(journey, as_of=journey_as_of)
    assign_lifecycle(journey, as_of=journey_as_of)
    personas = describe_personas(journey, Groups("rfm"), as_of=journey_as_of, currency="USD")
    assert sum(one.worth.revenue_share for one in personas) == pytest.approx(1)
    best = personas[0]
    assert (best.segment, best.stage, best.product_level) == ("champions", "loyal", "category")
    assert best.worth.index > 2
    assert {found.trait for found in best.differences[:2]} == {"orders", "revenue"}
    assert {advice.part for advice in best.strategy} == set(PARTS)
    for one in personas:
        english, chinese = each_into(one.sentences(), "en"), each_into(one.sentences(), "zh")
        assert len(english) == len(chinese) > 3
        assert all(zh != en for zh, en in zip(chinese, english, strict=True))
        assert all("{" not in text for text in english + chinese)
        assert {advice.part for advice in one.strategy} == set(PARTS)
        assert all("{" not in advice.say().told(locale) for advice in one.strategy for locale in ("en", "zh"))


def test_favorites_are_shares_of_everybodys_own_spending(warehouse):
    halves(warehouse, {"x": [1.0] * 60}, [True] * 30 + [False] * 30)
    # Insiders give half of their spending to tea, outsiders a tenth; one outsider spends fortunes on tea.
    for name, inside, outside in (("tea", 50, 10), ("milk", 50, 90)):
        warehouse.execute(
            f"""INSERT INTO order_lines BY NAME SELECT profile_id || '-{name}' AS order_id, '{name}' AS product_id, profile_id,
                TIMESTAMP '2025-06-01' AS occurred_at, 'completed' AS status,
                CASE WHEN profile_id < 30 THEN {inside} + profile_id % 3 ELSE {outside} + profile_id % 3 END
                * CASE WHEN profile_id = 59 THEN 1000 ELSE 1 END AS revenue FROM people"""
        )
        warehouse.execute(f"INSERT INTO products BY NAME SELECT '{name}' AS product_id, '{name}' AS category")
    with opened(warehouse, Groups("halves")) as opening:
        level, found = products_of(warehouse, opening.members, AS_OF)
        assert channels_of(warehouse, opening.members, AS_OF) == {}
        assert worth_of(warehouse, opening.members, AS_OF)["in"].revenue == 0
    tea = next(one for one in found["in"] if one.name == "tea")
    assert level == "category"
    assert tea.wallet_share == pytest.approx(0.5, abs=0.01)
    assert tea.lift == pytest.approx(0.5 / 0.305, abs=0.05)
    assert tea.is_characteristic
    assert not any(one.is_characteristic for one in found["out"] if one.name == "tea")


def test_every_p_has_advice_whatever_is_known():
    assert [advice.part for advice in advise({}, most=1)] == list(PARTS)
    rules = built_in_rules().rules
    assert len({rule.id for rule in rules}) == len(rules)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            {"value_index": 2.0, "stage": "loyal", "share": 0.2, "revenue_share": 0.5}, "thank-the-best", id="best"
        ),
        pytest.param(
            {"value_index": 2.0, "stage": "at_risk", "revenue_share": 0.1}, "call-before-they-leave", id="leaving"
        ),
        pytest.param({"stage": "at_risk"}, "remind-the-slipping", id="worth-unknown"),
        pytest.param({"contacts": "high"}, "rest-the-often-contacted", id="tired"),
        pytest.param({}, "regular-news", id="nothing-known"),
    ],
)
def test_facts_decide_the_promotion(facts, expected):
    assert next(one.rule.id for one in advise(facts) if one.part == "promotion") == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("rules: [", "is no YAML", id="no-yaml"),
        pytest.param(
            "{roles: {}, stages: {}, rules: [{id: a, part: plaice, en: x, zh: y}]}", "rules.0.part", id="no-such-p"
        ),
        pytest.param(
            "{roles: {}, stages: {}, rules: [{id: a, part: price, when: {share: '> much'}, en: x, zh: y}]}",
            "no comparison",
            id="no-number",
        ),
    ],
)
def test_faulty_rules_are_refused_with_their_place(text, message):
    with pytest.raises(BadDefinition, match=message):
        read_rules(text)


def test_without_orders_nobody_is_at_a_stage(warehouse):
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT i FROM range(60) t(i)")
    warehouse.execute("CREATE VIEW traits AS SELECT profile_id, profile_id % 2 AS visits FROM profiles")
    for segmentation in ("halves", "lifecycle"):
        warehouse.execute(
            f"""INSERT INTO assignments SELECT profile_id, '{segmentation}',
                CASE WHEN '{segmentation}' = 'lifecycle' THEN 'lead' ELSE ['even', 'odd'][profile_id % 2 + 1] END, NULL
                FROM profiles"""
        )
    found = describe_personas(warehouse, Groups("halves"), as_of=datetime(2026, 1, 1))
    assert [persona.stage for persona in found] == [None, None]
    assert not any("first order" in advice.say().told("en") for persona in found for advice in persona.strategy)
