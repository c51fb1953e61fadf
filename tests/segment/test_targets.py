"""What a ranking of target segments promises."""

import random
from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from pydantic import ValidationError

from coterie.errors import UnknownName
from coterie.segment.groups import Groups
from coterie.segment.segmentations import rfm
from coterie.segment.targets import TargetWeights, rank_targets
from coterie.words import each_into

AS_OF = datetime(2026, 1, 1)
KINDS = Groups("kinds")


@pytest.fixture
def kinds(warehouse):
    """Profiles 0-99 are "rich" (100 a month), 100-299 "poor" (10 a month, growing)."""
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT i FROM range(300) t(i)")
    warehouse.execute(
        """INSERT INTO assignments SELECT profile_id, 'kinds', CASE WHEN profile_id < 100 THEN 'rich' ELSE 'poor' END, NULL
           FROM profiles"""
    )
    warehouse.execute(
        """INSERT INTO orders BY NAME
           SELECT profile_id || '-' || month AS order_id, profile_id, 'completed' AS status,
                  TIMESTAMP '2026-01-01' - to_days(CAST(30 * month + 1 AS INTEGER)) AS occurred_at,
                  CASE WHEN profile_id < 100 THEN 100 WHEN month < 6 THEN 15 ELSE 5 END AS revenue
           FROM profiles, range(12) m(month)"""
    )
    return warehouse


def target_of(ranking, segment):
    return next(target for target in ranking.targets if target.segment == segment)


def test_attractiveness_comes_from_value_size_and_growth(kinds):
    ranking = rank_targets(kinds, KINDS, as_of=AS_OF)
    rich, poor = target_of(ranking, "rich"), target_of(ranking, "poor")
    assert (rich.criteria["value"].raw, poor.criteria["value"].raw) == (1200, 120)
    assert (rich.criteria["size"].raw, poor.criteria["size"].raw) == (100, 200)
    assert rich.criteria["growth"].raw == pytest.approx(0, abs=0.2)
    assert poor.criteria["growth"].raw > 1.5
    assert (rich.attractiveness, poor.attractiveness) == (pytest.approx(0.5), pytest.approx(0.5))
    assert (rich.ability, sorted(ranking.unknown)) == (None, ["cost", "reach", "response"])


@pytest.mark.parametrize(
    ("weights", "first"),
    [
        pytest.param(TargetWeights(size=0, growth=0), "rich", id="only-value"),
        pytest.param(TargetWeights(value=0, growth=0), "poor", id="only-size"),
    ],
)
def test_weights_decide_who_comes_first(kinds, weights, first):
    assert rank_targets(kinds, KINDS, as_of=AS_OF, weights=weights).targets[0].segment == first


def test_predicted_value_outranks_past_revenue(kinds):
    kinds.execute(
        """INSERT INTO scores BY NAME SELECT profile_id, 'lifetime_value' AS score, 'lifetime-value' AS model,
           CASE WHEN profile_id < 100 THEN 1 ELSE 50 END AS value, TIMESTAMP '2025-12-31' AS as_of FROM profiles"""
    )
    ranking = rank_targets(kinds, KINDS, as_of=AS_OF)
    assert ranking.sources["value"] == "mean predicted lifetime value"
    assert target_of(ranking, "poor").criteria["value"].raw == 50


def test_a_forecast_that_lost_to_a_naive_guess_is_not_ranked_by_and_that_is_said(kinds):
    kinds.execute(
        """INSERT INTO scores BY NAME SELECT profile_id, 'lifetime_value' AS score, 'lifetime-value' AS model,
           CASE WHEN profile_id < 100 THEN 1 ELSE 50 END AS value, TIMESTAMP '2025-12-31' AS as_of FROM profiles"""
    )
    ranking = rank_targets(kinds, KINDS, as_of=AS_OF, is_forecast_sound=False)
    assert (target_of(ranking, "rich").criteria["value"].raw, target_of(ranking, "poor").criteria["value"].raw) == (
        1200,
        120,
    )
    assert any("no better than a simple rule" in note for note in ranking.notes())
    assert any("并不比简单规则更准" in note for note in each_into(ranking.notes(), "zh"))


def test_a_segment_that_nothing_was_predicted_for_does_not_lead_by_size(kinds):
    scores = [(n, "lifetime_value", 50.0) for n in range(100)]
    columns = list(zip(*scores, strict=True))
    kinds.write(
        "scores",
        pa.table({"profile_id": columns[0], "score": columns[1], "value": columns[2], "as_of": [AS_OF] * 100}),
    )
    ranking = rank_targets(kinds, KINDS, as_of=AS_OF, weights=TargetWeights(growth=0))
    assert [target.segment for target in ranking.targets] == ["rich", "poor"]
    assert target_of(ranking, "poor").criteria["value"].raw == 0


def test_a_leader_in_everything_is_weak_in_nothing(kinds):
    kinds.execute("DELETE FROM assignments WHERE segment = 'poor' AND profile_id >= 150")
    kinds.execute("UPDATE orders SET revenue = 5 WHERE profile_id >= 100")
    ranking = rank_targets(kinds, KINDS, as_of=AS_OF)
    leader, last = (ranking.explain(target, currency="USD") for target in ranking.targets)
    assert "weakest" not in leader
    assert "strongest in size (100)" in leader or "strongest in value ($1,200)" in leader
    assert "weakest in value ($60.00)" in last or "weakest in size (50)" in last


def test_ability_comes_from_reach_response_and_cost(kinds):
    kinds.execute(
        """INSERT INTO identifiers BY NAME SELECT profile_id AS identifier_id, profile_id, 'email' AS namespace
           FROM profiles WHERE profile_id < 80 OR profile_id >= 200"""
    )
    for name, condition, channel in (
        ("Message Sent", "profile_id < 100", "mail"),
        ("Message Sent", "profile_id >= 100", "phone"),
        ("Message Clicked", "profile_id % 10 = 0 AND profile_id < 100 OR profile_id % 100 = 0", "mail"),
    ):
        kinds.execute(
            f"""INSERT INTO events BY NAME SELECT profile_id, '{name}' AS name, '{channel}' AS channel,
                TIMESTAMP '2025-12-01' AS occurred_at FROM profiles WHERE {condition}"""
        )
    kinds.execute("INSERT INTO costs BY NAME SELECT 'mail' AS channel, 10 AS amount UNION ALL SELECT 'phone', 400")
    rich = target_of(rank_targets(kinds, KINDS, as_of=AS_OF), "rich")
    assert (rich.criteria["reach"].raw, rich.criteria["reach"].scaled) == (0.8, 0.8)
    assert (rich.criteria["response"].raw, rich.criteria["cost"].raw) == (0.1, pytest.approx(0.1))
    assert (rich.criteria["response"].scaled, rich.criteria["cost"].scaled) == (1, 1)
    assert rich.ability == pytest.approx(0.4 * 0.8 + 0.4 + 0.2)
    assert rich.score == pytest.approx(rich.attractiveness * rich.ability)


def test_a_segment_of_newcomers_has_no_growth_and_tenfold_counts_as_double(kinds):
    kinds.execute(
        "DELETE FROM orders WHERE profile_id >= 100 AND occurred_at < TIMESTAMP '2025-07-25' AND profile_id < 290"
    )
    ranking = rank_targets(kinds, KINDS, as_of=AS_OF)
    assert "growth" not in target_of(ranking, "poor").criteria
    kinds.execute("UPDATE orders SET revenue = 5000 WHERE profile_id < 50 AND occurred_at > TIMESTAMP '2025-12-01'")
    rich = target_of(rank_targets(kinds, KINDS, as_of=AS_OF), "rich").criteria["growth"]
    assert rich.raw > 1
    assert rich.scaled <= 1


def test_orders_of_the_future_do_not_count(kinds):
    early = rank_targets(kinds, KINDS, as_of=AS_OF - timedelta(days=150))
    assert target_of(early, "rich").criteria["value"].raw == pytest.approx(700)


def test_without_any_data_size_decides_and_the_rest_is_said(warehouse):
    warehouse.write(
        "assignments", pa.table({"profile_id": [1, 2, 3], "segmentation": ["kinds"] * 3, "segment": ["a", "b", "b"]})
    )
    ranking = rank_targets(warehouse, KINDS, as_of=AS_OF)
    assert [target.segment for target in ranking.targets] == ["b", "a"]
    assert len(ranking.notes()) == 6
    assert all(zh != en for zh, en in zip(each_into(ranking.notes(), "zh"), ranking.notes(), strict=True))


def test_weights_that_count_nothing_are_refused():
    with pytest.raises(ValidationError, match="reach, response, cost needs a weight"):
        TargetWeights(reach=0, response=0, cost=0)


def test_an_unknown_segmentation_is_refused(kinds):
    with pytest.raises(UnknownName, match="did you mean 'kinds'"):
        rank_targets(kinds, Groups("kind"), as_of=AS_OF)


def test_on_a_base_that_stands_still_no_part_is_said_to_grow(warehouse):
    """Everybody buys at random at one rate for ever: parts by recency would seem to grow by as much as they were chosen."""
    draw = random.Random(3)
    rows = [(n, draw.uniform(0, 360)) for n in range(400) for _ in range(draw.choice([1, 2, 3]))]
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT i FROM range(400) t(i)")
    warehouse.write(
        "orders",
        pa.table(
            {
                "order_id": [str(place) for place in range(len(rows))],
                "profile_id": [row[0] for row in rows],
                "occurred_at": pa.array([AS_OF - timedelta(days=row[1]) for row in rows], pa.timestamp("us")),
                "revenue": [20] * len(rows),
                "status": ["completed"] * len(rows),
            }
        ),
    )
    rfm(warehouse, as_of=AS_OF)
    ranking = rank_targets(warehouse, Groups("rfm"), as_of=AS_OF)
    assert all("growth" not in target.criteria for target in ranking.targets)
    assert "rises or falls with the choice" in ranking.unknown["growth"].reason
    assert not any("strongest in growth" in ranking.explain(target) for target in ranking.targets)


def test_real_customers_of_most_value_and_growth_come_first(retail, retail_as_of):
    rfm(retail, as_of=retail_as_of)
    ranking = rank_targets(retail, Groups("rfm"), as_of=retail_as_of)
    table = ranking.table().to_pylist()
    assert table[0]["segment"] == "champions"
    assert table[0]["name"].told("zh") == "冠军客户"
    assert [row["rank"] for row in table] == list(range(1, len(table) + 1))
    scores = [row["score"] for row in table]
    assert scores == sorted(scores, reverse=True)
    assert "强项" in table[0]["explanation"].told("zh")
