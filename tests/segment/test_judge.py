"""What a judgement of a segmentation promises."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from coterie.profile import assign_lifecycle
from coterie.segment.groups import Groups
from coterie.segment.judge import judge
from coterie.segment.segmentations import DiscoveryDefinition, compare_segmentations, discover, rfm

AS_OF = datetime(2026, 1, 1)
SIZE = 900


@pytest.fixture
def thirds(warehouse):
    """Nine hundred profiles in three parts, told apart by ``visits``; ``noise`` tells nothing."""
    rng = np.random.default_rng(0)
    part = np.arange(SIZE) % 3
    warehouse.write(
        "people",
        pa.table(
            {
                "profile_id": np.arange(SIZE),
                "visits": part * 6 + rng.normal(size=SIZE),
                "noise": rng.normal(size=SIZE),
            }
        ),
        append=False,
    )
    warehouse.execute("CREATE VIEW traits AS SELECT * FROM people")
    warehouse.execute("INSERT INTO profiles (profile_id) SELECT profile_id FROM people")
    assign(warehouse, "thirds", [f"part_{one}" for one in part])
    return warehouse


def assign(warehouse, segmentation, segments):
    warehouse.write(
        "assignments",
        pa.table(
            {
                "profile_id": list(range(len(segments))),
                "segmentation": [segmentation] * len(segments),
                "segment": pa.array(segments, pa.string()),
            }
        ),
    )


def respond(warehouse, contacted, responded):
    for name, profiles in (("Message Sent", contacted), ("Message Clicked", responded)):
        warehouse.write(
            "events",
            pa.table(
                {
                    "profile_id": pa.array(profiles, pa.int64()),
                    "name": [name] * len(profiles),
                    "occurred_at": [AS_OF - timedelta(days=3)] * len(profiles),
                }
            ),
        )


def test_clear_groups_are_judged_good(thirds):
    found = judge(thirds, Groups("thirds"), as_of=AS_OF, traits=["visits"])
    verdicts = {one.key: one.verdict for one in found.criteria}
    assert verdicts == {
        "measurable": "good",
        "substantial": "good",
        "accessible": "unknown",
        "differentiable": "good",
        "responsive": "unknown",
        "valuable": "unknown",
        "stable": "unknown",
        "separated": "good",
        "overlap": "good",
        "coverage": "good",
        "economical": "good",
    }


def test_groups_without_difference_are_called_too_many(thirds):
    assign(thirds, "at_random", [f"part_{one}" for one in np.random.default_rng(1).integers(0, 5, SIZE)])
    found = judge(thirds, Groups("at_random"), as_of=AS_OF)
    assert found["differentiable"].verdict == found["economical"].verdict == found["separated"].verdict == "poor"
    assert found["economical"].say().startswith("Too many segments?")
    assert found["separated"].value < 0.05


def test_tiny_segments_are_not_substantial(thirds):
    assign(thirds, "odd_one", ["few" if place < 10 else "many" for place in range(SIZE)])
    found = judge(thirds, Groups("odd_one"), as_of=AS_OF)["substantial"]
    assert (found.value, found.verdict) == (0.5, "poor")
    assert "the smallest is “few”" in found.say()


def test_who_is_in_no_segment_lowers_coverage(thirds):
    assign(thirds, "half", ["in" if place % 2 else None for place in range(SIZE)])
    thirds.execute("DELETE FROM assignments WHERE segment IS NULL")
    assert judge(thirds, Groups("half"), as_of=AS_OF)["coverage"].value == 0.5


def test_reach_is_that_of_the_least_reachable_segment(thirds):
    thirds.execute(
        """INSERT INTO identifiers BY NAME SELECT profile_id AS identifier_id, profile_id, 'email' AS namespace,
           profile_id || '@example.com' AS value FROM people WHERE profile_id % 3 > 0 OR profile_id < 60"""
    )
    found = judge(thirds, Groups("thirds"), as_of=AS_OF)["accessible"]
    assert found.value == pytest.approx(20 / 300)
    assert "Of “part 0”" in found.say()


@pytest.mark.parametrize(
    ("rates", "verdict"),
    [
        pytest.param((0.05, 0.05, 0.05), "poor", id="alike"),
        pytest.param((0.02, 0.1, 0.3), "good", id="different"),
    ],
)
def test_response_differs_or_not(thirds, rates, verdict):
    everybody = np.arange(SIZE)
    answered = [int(one) for one in everybody if (one // 3) % 100 < 100 * rates[one % 3]]
    respond(thirds, everybody.tolist(), answered)
    found = judge(thirds, Groups("thirds"), as_of=AS_OF)["responsive"]
    assert found.verdict == verdict
    assert found.figure.low <= found.value <= found.figure.high
    assert (found.figure.low > 0) == (verdict == "good")
    assert (found.values["least"], found.values["most"]) == pytest.approx((min(rates), max(rates)))


def test_overlap_and_turnover_are_those_of_rule_segments(thirds):
    thirds.execute(
        """CREATE VIEW memberships AS SELECT 'low' AS segment, profile_id FROM people WHERE profile_id < 500
           UNION ALL SELECT 'high', profile_id FROM people WHERE profile_id >= 400"""
    )
    found = judge(thirds, Groups(), as_of=AS_OF)
    assert found["overlap"].value == pytest.approx(100 / 900)
    assert found["stable"].verdict == "unknown"
    assert "separated" not in {one.key for one in found.criteria}
    thirds.execute(
        """INSERT INTO membership_changes BY NAME
           SELECT 'low' AS segment, profile_id, 'entered' AS change, TIMESTAMP '2025-11-01' AS as_of FROM people
           UNION ALL SELECT 'low', profile_id, 'left', TIMESTAMP '2025-12-20' FROM people WHERE profile_id < 50"""
    )
    assert judge(thirds, Groups(), as_of=AS_OF)["stable"].value == pytest.approx(50 / 1000)


def test_a_discovered_segmentation_carries_its_stability(thirds):
    discover(thirds, DiscoveryDefinition(traits=("visits",), k=3, bootstraps=10), as_of=AS_OF)
    found = judge(thirds, Groups("discovered"), as_of=AS_OF)
    assert (found["stable"].verdict, found["separated"].verdict) == ("good", "good")
    assert "highly stable" in found["stable"].say()
    [said] = [each for each in found.table()["finding"].to_pylist() if "drawn anew" in each]
    assert (said.endswith("highly stable."), "高度稳定" in said.told("zh")) == (True, True)


def test_a_table_of_the_findings_speaks_both_languages(thirds):
    respond(thirds, list(range(300)), list(range(0, 300, 7)))
    found = judge(thirds, Groups("thirds"), as_of=AS_OF)
    table = found.table()
    assert table.column_names == ["criterion", "name", "value", "low", "high", "verdict", "finding"]
    for column in ("name", "finding"):
        assert all(said.told("zh") != said for said in table[column].to_pylist())


def test_two_segmentations_are_compared_like_scikit_learn_does(thirds):
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(2)
    truth = np.arange(SIZE) % 3
    blurred = np.where(rng.random(SIZE) < 0.8, truth, rng.integers(0, 4, SIZE))
    assign(thirds, "blurred", [f"b{one}" for one in blurred])
    found = compare_segmentations(thirds, "thirds", "blurred")
    assert found.adjusted_rand == pytest.approx(adjusted_rand_score(truth, blurred))
    assert sum(found.flow["profiles"].to_pylist()) == found.profiles == SIZE
    shares = found.flow.group_by("from").aggregate([("share", "sum")])["share_sum"].to_pylist()
    assert shares == pytest.approx([1, 1, 1])
    assert found.say().told("zh") != found.say()


def test_on_real_customers_rfm_and_lifecycle_agree_in_part(retail, retail_as_of):
    rfm(retail, as_of=retail_as_of)
    assign_lifecycle(retail, as_of=retail_as_of)
    found = compare_segmentations(retail, "rfm", "lifecycle")
    assert (found.profiles, found.only_first, found.only_second) == (3360, 0, 0)
    assert 0.1 < found.adjusted_rand < 0.6
    retail.execute(
        """CREATE OR REPLACE VIEW traits AS SELECT profile_id, count(order_id) AS orders,
           CAST(sum(revenue) AS DOUBLE) AS revenue FROM profiles LEFT JOIN orders USING (profile_id) GROUP BY profile_id"""
    )
    judged = judge(retail, Groups("rfm"), as_of=retail_as_of)
    assert judged["valuable"].value > 0.5
    assert judged["coverage"].value == 1
