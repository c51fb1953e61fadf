"""What the stages of a relationship promise."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from pydantic import ValidationError
from tests.segment.hard_bases import MOMENTS, write_hard_base
from tests.segment.plain_lifecycle import stage, thresholds
from tests.segment.plain_python import Base

from coterie.profile.lifecycle import assign_lifecycle, lifecycle_stages
from coterie.profile.lifecycle_stages import STAGES
from coterie.profile.lifecycle_thresholds import LifecycleDefinition, propose_lifecycle
from coterie.words import each_into

AS_OF = datetime(2026, 7, 1)
FIXED = LifecycleDefinition(
    typical_gap_days=30,
    at_risk_after_days=60,
    dormant_after_days=100,
    churned_after_days=200,
    new_within_days=30,
    won_back_within_days=30,
    loyal_orders=5,
    personal_pace=False,
)


def orders_of(warehouse, ages_by_profile, *, status="completed", known=True):
    """``known``: somebody without a name orders up to the instant of asking, so that silence can be seen."""
    rows = [(profile, age) for profile, ages in ages_by_profile.items() for age in ages]
    warehouse.write("profiles", pa.table({"profile_id": list(ages_by_profile)}))
    rows += [(None, 0.01)] if known else []
    warehouse.write(
        "orders",
        pa.table(
            {
                "order_id": [f"{status}-{place}" for place in range(len(rows))],
                "profile_id": pa.array([row[0] for row in rows], pa.int64()),
                "occurred_at": pa.array([AS_OF - timedelta(days=row[1]) for row in rows], pa.timestamp("us")),
                "revenue": [10] * len(rows),
                "status": [status] * len(rows),
            }
        ),
    )


def stages_of(warehouse):
    rows = warehouse.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'lifecycle' ORDER BY 1")
    return rows["segment"].to_pylist()


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        pytest.param([], "lead", id="no-orders"),
        pytest.param([0], "lead", id="an-order-at-the-moment-of-asking-has-not-happened"),
        pytest.param([10], "new", id="first-order-lately"),
        pytest.param([30, 20, 10, 9, 8], "new", id="new-outranks-loyal"),
        pytest.param([59, 40], "active", id="ordering"),
        pytest.param([59], "active", id="one-day-before-risk"),
        pytest.param([60], "at_risk", id="the-threshold-belongs-to-the-later-stage"),
        pytest.param([100], "dormant", id="dormant"),
        pytest.param([200], "churned", id="churned"),
        pytest.param([90, 80, 70, 60.5, 5], "loyal", id="enough-order-days"),
        pytest.param([90, 90, 90, 90, 5], "active", id="orders-of-one-day-are-one-visit"),
        pytest.param([300, 20], "won_back", id="back-after-a-long-silence"),
        pytest.param([300, 31, 5], "active", id="won-back-does-not-last"),
    ],
)
def test_a_history_of_orders_decides_the_stage(warehouse, ages, expected):
    orders_of(warehouse, {1: ages})
    assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
    assert stages_of(warehouse) == [expected]


def test_who_has_only_anonymous_identifiers_is_a_visitor(warehouse):
    warehouse.write("profiles", pa.table({"profile_id": [1, 2]}))
    warehouse.write(
        "identifiers",
        pa.table(
            {"identifier_id": [1, 2, 3], "namespace": ["device_id", "device_id", "email"], "profile_id": [1, 2, 2]}
        ),
    )
    assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
    assert stages_of(warehouse) == ["visitor", "lead"]


def test_who_brought_a_friend_and_still_buys_is_referring(warehouse):
    orders_of(warehouse, {1: [50, 10], 2: [150]})
    warehouse.write(
        "events",
        pa.table({"profile_id": [1, 2], "name": ["Invite Sent"] * 2, "occurred_at": [AS_OF - timedelta(days=5)] * 2}),
    )
    assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
    assert stages_of(warehouse) == ["referring", "dormant"]


def test_a_slow_buyer_is_given_more_time_and_a_fast_one_less(warehouse):
    orders_of(warehouse, {1: [430, 250, 70], 2: [49, 47, 45, 43, 41, 39, 37, 35]})
    assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
    assert stages_of(warehouse) == ["at_risk", "loyal"]
    assign_lifecycle(warehouse, FIXED.model_copy(update={"personal_pace": True}), as_of=AS_OF)
    assert stages_of(warehouse) == ["active", "at_risk"]


def test_cancelled_orders_are_no_visits(warehouse):
    orders_of(warehouse, {1: [5]}, status="cancelled")
    assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
    assert stages_of(warehouse) == ["lead"]


def test_a_short_history_keeps_the_general_thresholds_and_says_so(warehouse):
    orders_of(warehouse, {1: [30, 20], 2: [5]})
    proposal = propose_lifecycle(warehouse, as_of=AS_OF)
    assert proposal.definition == LifecycleDefinition()
    assert proposal.is_held_back
    assert proposal.explain() == [
        "The orders known span 26 days; telling new customers from old and silent from lost takes at least 120."
    ]
    assert lifecycle_stages(warehouse, as_of=AS_OF).is_held_back
    assign_lifecycle(warehouse, as_of=AS_OF)
    assert stages_of(warehouse) == ["customer", "customer"]


def test_few_customers_of_a_long_history_keep_the_general_thresholds(warehouse):
    orders_of(warehouse, {1: [300, 20], 2: [5]})
    proposal = propose_lifecycle(warehouse, as_of=AS_OF)
    assert proposal.definition == LifecycleDefinition()
    assert proposal.explain()[0].startswith("Only 1 customer has ordered on more than one day")
    assign_lifecycle(warehouse, as_of=AS_OF)
    assert stages_of(warehouse) == ["active", "new"]


def test_what_was_not_loaded_yet_is_no_silence(warehouse):
    """The same orders, asked 29 days after the newest: every stage is as on the day after it."""
    people = {1: [200], 2: [300, 60], 3: [159, 100], 4: [100], 5: [130, 120, 110, 105, 102], 6: [100.01]}
    stages = []
    for late in (0, 29):
        warehouse.execute("DELETE FROM orders")
        warehouse.execute("DELETE FROM profiles")
        orders_of(warehouse, {n: [age + late for age in ages] for n, ages in people.items()}, known=False)
        assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
        stages.append(stages_of(warehouse))
    assert stages[0] == stages[1]


def test_silence_is_counted_to_the_newest_order_of_its_source(warehouse):
    """The shop's file ends 90 days ago; the web's orders go on. Only who bought on the web is silent since."""
    orders_of(warehouse, {1: [100], 2: [100], 3: [90], 4: [1]}, known=False)
    warehouse.execute("UPDATE orders SET source = CASE WHEN profile_id IN (1, 3) THEN 'shop' ELSE 'web' END")
    orders_of(warehouse, {}, known=False)
    assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
    assert stages_of(warehouse) == ["new", "dormant", "new", "new"]


def test_next_years_file_takes_the_last_ones_over(warehouse):
    orders_of(warehouse, {1: [400, 370], 2: [390, 10], 3: [366, 364]}, known=False)
    warehouse.execute(
        "UPDATE orders SET source = CASE WHEN occurred_at < TIMESTAMP '2025-07-01' THEN 'y2025' ELSE 'y2026' END"
    )
    assign_lifecycle(warehouse, FIXED, as_of=AS_OF)
    assert stages_of(warehouse) == ["churned", "won_back", "churned"]


def test_thresholds_come_from_quantiles_in_which_customers_weigh_the_same(warehouse):
    # Forty who return every 10 days, and one who returned daily a thousand times: the one counts as one.
    steady = {n: [10 * k + 1 for k in range(6)] for n in range(1, 41)}
    orders_of(warehouse, steady | {99: list(range(1, 1000))})
    proposal = propose_lifecycle(warehouse, as_of=AS_OF)
    assert (proposal.definition.typical_gap_days, proposal.definition.at_risk_after_days) == (10, 10)
    assert (proposal.definition.dormant_after_days, proposal.definition.churned_after_days) == (12.5, 15)


def test_thresholds_out_of_order_are_refused():
    with pytest.raises(ValidationError, match="must not fall"):
        LifecycleDefinition(at_risk_after_days=100, dormant_after_days=90)


def test_on_an_online_wholesaler_thresholds_fit_its_pace(retail, retail_as_of):
    proposal = propose_lifecycle(retail, as_of=retail_as_of)
    assert 50 <= proposal.definition.typical_gap_days <= 90
    assert 130 <= proposal.definition.at_risk_after_days <= 190
    result = lifecycle_stages(retail, as_of=retail_as_of)
    assert sum(part.customers for part in result.parts) == result.profiles == 3360
    assert sum(part.revenue_share for part in result.parts) == pytest.approx(1)
    loyal = next(part for part in result.parts if part.stage.key == "loyal")
    assert loyal.revenue_share > 2 * loyal.customer_share


def test_a_supermarket_lives_faster_than_a_wholesaler(journey, journey_as_of, retail, retail_as_of):
    fast = propose_lifecycle(journey, as_of=journey_as_of).definition
    slow = propose_lifecycle(retail, as_of=retail_as_of).definition
    assert fast.at_risk_after_days < slow.at_risk_after_days / 3


def test_stages_and_explanations_are_translated(retail, retail_as_of):
    for each in STAGES.values():
        assert each.name().told("zh") != each.name()
        assert each.describe().told("zh") != each.describe()
    proposal = propose_lifecycle(retail, as_of=retail_as_of)
    assert all(zh != en for zh, en in zip(each_into(proposal.explain(), "zh"), proposal.explain(), strict=True))


@pytest.mark.parametrize("seed", range(len(MOMENTS)), ids=lambda seed: f"{MOMENTS[seed][0]}-{MOMENTS[seed][1]:%F}")
def test_plain_python_puts_everybody_into_the_same_stage(warehouse, seed):
    zone, as_of = write_hard_base(warehouse, random.Random(seed), at=MOMENTS[seed])
    warehouse.execute("UPDATE identifiers SET namespace = 'device_id' WHERE identifier_id % 5 = 0")
    warehouse.execute("UPDATE events SET name = 'Friend Referred' WHERE name = 'Orders'")
    quick = LifecycleDefinition(
        typical_gap_days=20, at_risk_after_days=30, dormant_after_days=60, churned_after_days=90, loyal_orders=2
    )
    known = defaultdict(set)
    for row in warehouse.query("SELECT profile_id, namespace FROM identifiers").to_pylist():
        known[row["profile_id"]].add(row["namespace"])
    base = Base(warehouse, as_of, zone)
    for definition in (None, quick):
        assign_lifecycle(warehouse, definition, as_of=as_of, zone=zone)
        result = lifecycle_stages(warehouse, definition, as_of=as_of, zone=zone)
        found = warehouse.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'lifecycle'")
        stages = {row["profile_id"]: row["segment"] for row in found.to_pylist()}
        assert stages == {
            person: stage(base, result.definition, person, known[person], is_held_back=result.is_held_back)
            for person in base.people
        }


def test_thresholds_are_those_that_plain_python_reads_from_the_gaps(retail, retail_as_of):
    proposed = propose_lifecycle(retail, as_of=retail_as_of, zone="Asia/Shanghai").definition
    wanted = thresholds(Base(retail, retail_as_of, "Asia/Shanghai"))
    assert {name: getattr(proposed, name) for name in wanted} == pytest.approx(wanted, abs=0.01)
