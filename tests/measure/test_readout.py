"""A campaign is read against its holdout, and refuses to be read when it must."""

import json
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
import pyarrow as pa
import pytest

from coterie.collect import settle_orders
from coterie.domain import Estimate, NotEstimable
from coterie.errors import Refused, UnknownName
from coterie.measure import CampaignFacts, read_out
from coterie.words import each_into

SENT = datetime(2026, 3, 1)
LATER = datetime(2026, 4, 1)
FACTS = CampaignFacts(campaign="spring", within=timedelta(days=14), cost_per_contact=0.1, planned_lift=0.5)


def exposures(arms, at=SENT, **columns):
    ids = list(range(1, len(arms) + 1))
    return pa.table(
        {
            "profile_id": pa.array(ids, pa.int64()),
            "arm": arms,
            "exposed_at": pa.array([at] * len(arms), pa.timestamp("us")),
            **columns,
        }
    )


@pytest.fixture
def campaign(people, orders, random):
    """4,000 profiles, a fifth held out; 10 % of the holdout and 20 % of the treated buy for 50."""
    people(4000)
    arms = ["holdout" if k % 5 == 0 else "treated" for k in range(4000)]
    chance = np.where(np.array(arms) == "holdout", 0.1, 0.2)
    bought = np.flatnonzero(random.random(4000) < chance)
    before = np.flatnonzero(random.random(4000) < 0.3)
    orders(
        *({"profile_id": int(k) + 1, "at": SENT + timedelta(days=3), "revenue": 50} for k in bought),
        *({"profile_id": int(k) + 1, "at": SENT - timedelta(days=9), "revenue": 20} for k in before),
        {"profile_id": None, "at": LATER - timedelta(days=1), "revenue": 1},
    )
    return exposures(arms)


@pytest.mark.parametrize(
    ("goal", "needs"), [("Order Completed", "there is no holdout"), ("Message Clicked", "own messages")]
)
def test_variants_are_compared_where_nobody_says_what_silence_would_have_done(
    engine, people, orders, events, goal, needs
):
    people(2000)
    reached = [k + 1 for k in range(2000) if k % 8 == 0 or k % 20 == 1]  # 250 of the even, 100 of the odd
    orders(*({"profile_id": k, "at": SENT + timedelta(days=3), "revenue": 50} for k in reached))
    events(*((k, "Message Clicked", SENT + timedelta(days=3), {}) for k in reached))
    arms = ["bright" if k % 2 == 0 else "plain" for k in range(2000)]
    facts = FACTS.model_copy(update={"goal_event": goal})
    readout = read_out(engine, exposures=exposures(arms), facts=facts, as_of=LATER)
    assert needs in str(readout.refusal.reason)
    assert isinstance(readout.effects[0].conversion, NotEstimable)
    (pair,) = readout.pairs
    assert {pair.arm, pair.other} == {"bright", "plain"}
    assert abs(pair.conversion.value) == pytest.approx(0.25 - 0.1)
    assert (readout.winner, readout.comparisons) == ("bright", 1)
    said = each_into(readout.sentences(), "en")
    assert said[0].startswith("No effect is read")
    assert said[1] == "The winner is bright."
    assert said[2].startswith("bright converted 15.00 percentage points more than plain")


def test_while_the_window_is_open_nobody_has_won(engine, campaign):
    readout = read_out(engine, exposures=campaign, facts=FACTS, as_of=SENT + timedelta(days=4))
    assert readout.winner is None


def test_a_true_lift_lies_in_its_interval(engine, campaign):
    readout = read_out(engine, exposures=campaign, facts=FACTS, as_of=LATER)
    (effect,) = readout.effects
    assert [(arm.arm, arm.exposed) for arm in readout.arms] == [("holdout", 800), ("treated", 3200)]
    assert effect.conversion.low <= 0.1 <= effect.conversion.high
    assert effect.revenue.low <= 5 <= effect.revenue.high
    assert effect.incremental_conversions.value == pytest.approx(effect.conversion.value * 3200)
    assert effect.incremental_revenue.value == pytest.approx(effect.revenue.value * 3200)
    assert effect.cost == pytest.approx(320)
    margin = effect.incremental_revenue.value - effect.cost
    assert effect.roi.value == pytest.approx(margin / effect.cost)
    assert "raised conversion" in readout.sentences()[0]
    assert "提高" in readout.sentences()[0].told("zh")


@pytest.mark.parametrize(("large", "told"), [(50, False), (4000, True)])
def test_doubts_of_revenue_follow_its_skewness(engine, campaign, orders, large, told):
    orders(*({"profile_id": k, "at": SENT + timedelta(days=1), "revenue": large} for k in range(2, 5)))
    readout = read_out(engine, exposures=campaign, facts=FACTS, as_of=LATER)
    assert any("A few customers who spend much" in sentence for sentence in readout.sentences()) == told
    assert any("少数消费很高的客户" in sentence for sentence in each_into(readout.sentences(), "zh")) == told


def test_the_reading_agrees_with_a_calculation_by_hand(engine, people, orders):
    people(40)
    orders(
        *({"profile_id": k, "at": SENT, "revenue": 10} for k in range(1, 7)),
        *({"profile_id": k, "at": SENT + timedelta(days=13), "revenue": 10} for k in range(21, 31)),
    )
    arms = ["holdout"] * 20 + ["treated"] * 20
    (effect,) = read_out(engine, exposures=exposures(arms), facts=FACTS, as_of=LATER).effects
    assert effect.conversion.value == pytest.approx(10 / 20 - 6 / 20)
    # The test: both shares at 16 of 40, and n / (n - 1). The interval: where the score reaches 1.96.
    score = 0.2 / (0.4 * 0.6 * 2 / 20 * 40 / 39) ** 0.5
    assert effect.conversion.p_value == pytest.approx(2 * NormalDist().cdf(-score))
    assert (effect.conversion.low, effect.conversion.high) == pytest.approx((-0.1052, 0.4739), abs=2e-3)


@pytest.mark.parametrize(
    ("offset", "counts"),
    [
        pytest.param(timedelta(0), True, id="the-moment-of-exposure-counts"),
        pytest.param(timedelta(microseconds=-1), False, id="before-exposure-does-not"),
        pytest.param(timedelta(days=14, microseconds=-1), True, id="the-last-moment-counts"),
        pytest.param(timedelta(days=14), False, id="the-end-of-the-window-does-not"),
    ],
)
def test_a_goal_counts_only_inside_its_window(engine, people, orders, offset, counts):
    people(2)
    orders({"profile_id": 2, "at": SENT + offset, "revenue": 10})
    readout = read_out(engine, exposures=exposures(["holdout", "treated"]), facts=FACTS, as_of=LATER)
    assert readout.arms[1].conversions == int(counts)


@pytest.mark.parametrize(
    ("arms", "as_of", "changed", "words"),
    [
        pytest.param(["treated"] * 50, LATER, {}, "no holdout", id="nobody-held-out"),
        pytest.param(["holdout"] * 50, LATER, {}, "everybody is in the holdout", id="nobody-treated"),
        pytest.param(["holdout", "treated"] * 25, SENT + timedelta(days=13), {}, "still open", id="window-open"),
        pytest.param(
            ["holdout"] * 10 + ["treated"] * 90,
            LATER,
            {"shares": {"holdout": 0.5, "treated": 0.5}},
            "chance does not explain",
            id="sample-ratio-off",
        ),
    ],
)
def test_a_campaign_that_cannot_be_read_says_why(engine, people, arms, as_of, changed, words):
    people(len(arms))
    facts = FACTS.model_copy(update=changed)
    readout = read_out(engine, exposures=exposures(arms), facts=facts, as_of=as_of)
    assert all(isinstance(effect.conversion, NotEstimable) for effect in readout.effects)
    assert words in readout.sentences()[0]
    assert readout.sentences()[0].told("zh") != readout.sentences()[0]
    assert all((effect.revenue_reduction, effect.skewness) == (0, 0) for effect in readout.effects)


def test_a_holdout_too_small_to_convert_is_no_estimate(engine, people, orders):
    people(200)
    orders(*({"profile_id": k, "at": SENT, "revenue": 9} for k in range(101, 131)))
    readout = read_out(engine, exposures=exposures(["holdout"] * 20 + ["treated"] * 180), facts=FACTS, as_of=LATER)
    assert isinstance(readout.effects[0].conversion, NotEstimable)
    assert "too few conversions to compare: 3 would be expected" in readout.sentences()[0]


@pytest.mark.parametrize(
    ("goal", "name", "is_told"),
    [
        pytest.param("Order Completed", "Message Sent", True, id="what-we-sent-since-is-no-order"),
        pytest.param("Order Completed", "Page Viewed", True, id="nor-is-what-was-looked-at"),
        pytest.param("Signed Up", "Message Sent", True, id="what-we-sent-is-no-fact-of-theirs"),
        pytest.param("Signed Up", "Page Viewed", False, id="any-event-shows-that-events-are-loaded"),
        pytest.param("Message Clicked", "Message Sent", False, id="our-own-messages-are-known-to-us"),
    ],
)
def test_conversions_that_were_not_loaded_are_told(engine, people, orders, events, goal, name, is_told):
    people(200)
    orders(*({"profile_id": k, "at": SENT + timedelta(days=1), "revenue": 5} for k in range(1, 60)))
    events((1, name, SENT + timedelta(days=20), {}))
    facts = FACTS.model_copy(update={"goal_event": goal, "value": None})
    readout = read_out(engine, exposures=exposures(["holdout", "treated"] * 100), facts=facts, as_of=LATER)
    assert any("later conversions are missing" in sentence for sentence in readout.sentences()) == is_told


def test_a_share_of_nobody_or_everybody_is_read(engine, people, orders):
    people(200)
    orders(*({"profile_id": k, "at": SENT, "revenue": 9} for k in range(101, 201)))
    for arms, value in ((["holdout"] * 100 + ["treated"] * 100, 1.0), (["treated"] * 100 + ["holdout"] * 100, -1.0)):
        (effect,) = read_out(engine, exposures=exposures(arms), facts=FACTS, as_of=LATER).effects
        assert (effect.conversion.value, effect.conversion.p_value < 1e-9) == (value, True)
        assert -1 <= effect.conversion.low <= effect.conversion.value <= effect.conversion.high <= 1


def test_a_merge_carries_the_exposure_to_the_kept_profile(engine, people, orders):
    people(3)
    engine.execute("UPDATE identifiers SET profile_id = 1 WHERE identifier_id = 2")
    orders({"profile_id": 1, "at": SENT, "revenue": 5})
    readout = read_out(engine, exposures=exposures(["treated", "treated", "holdout"]), facts=FACTS, as_of=LATER)
    assert [(arm.arm, arm.exposed, arm.conversions) for arm in readout.arms] == [("holdout", 1, 0), ("treated", 1, 1)]


@pytest.mark.parametrize(("older", "newer"), [("treated", "holdout"), ("holdout", "treated")])
def test_a_profile_in_two_arms_counts_once_in_that_of_its_older_part(engine, people, orders, older, newer):
    """Leaving it out would empty the small arm of the merged, who buy more, and the large one hardly."""
    people(3)
    engine.execute("UPDATE identifiers SET profile_id = 1 WHERE identifier_id = 3")
    orders({"profile_id": 1, "at": SENT, "revenue": 5})
    readout = read_out(engine, exposures=exposures([older, older, newer]), facts=FACTS, as_of=LATER)
    assert readout.contaminated == 1
    assert [(arm.arm, arm.exposed, arm.conversions) for arm in readout.arms] == [(older, 2, 1)]


def test_what_was_spent_before_is_added_up_over_merged_profiles(engine, people):
    people(3)
    engine.execute("UPDATE identifiers SET profile_id = 1 WHERE identifier_id = 2")
    given = exposures(["treated", "treated", "holdout"], spend_before=[10.0, 20.0, 6.0])
    readout = read_out(engine, exposures=given, facts=FACTS, as_of=LATER)
    assert {arm.arm: arm.spend_before for arm in readout.arms} == {"holdout": 6, "treated": 30}


def test_unknown_sends_stay_in_their_arm_and_are_told(engine, campaign, events):
    events(
        (2, "Message Sent", SENT, {"campaign": "spring"}),
        (3, "Message Unknown", SENT, {"campaign": "spring"}),
        (4, "Message Sent", SENT, {"campaign": "another"}),
    )
    readout = read_out(engine, exposures=campaign, facts=FACTS, as_of=LATER)
    treated = readout.arms[1]
    assert (treated.exposed, treated.contacts, treated.unknown) == (3200, 1, 1)
    assert any("unknown outcome" in sentence for sentence in readout.sentences())


def test_planned_shares_come_from_the_propensities(engine, people):
    people(100)
    arms = ["holdout"] * 50 + ["treated"] * 50
    given = exposures(arms, propensity=[0.1] * 50 + [0.9] * 50)
    readout = read_out(engine, exposures=given, facts=FACTS, as_of=LATER)
    assert readout.sample_ratio.expected == {"holdout": pytest.approx(10), "treated": pytest.approx(90)}
    assert not readout.sample_ratio.passed


def test_segments_are_corrected_for_how_many_were_asked(engine, campaign):
    engine.execute("INSERT INTO assignments SELECT i, 'third', 'today', NULL FROM range(1, 4001) AS t(i)")
    frozen = [json.dumps({"third": f"s{i % 3}", "other": "o"}) for i in range(1, 4001)]
    given = campaign.append_column("segments", pa.array(frozen))
    readout = read_out(engine, exposures=given, facts=FACTS, as_of=LATER, segmentation="third")
    assert [s.segment for s in readout.segments] == ["s0", "s1", "s2"]
    assert sum(s.exposed for s in readout.segments) == 3200
    for segment in readout.segments:
        assert segment.adjusted_p >= segment.conversion.p_value
    assert readout.heterogeneity_p > 0.01


def test_any_event_can_be_the_goal_and_its_property_the_value(engine, people, events):
    people(4)
    events((2, "Signed Up", SENT, {"points": 7}), (3, "Signed Up", SENT, {"points": "many"}))
    facts = FACTS.model_copy(update={"goal_event": "Signed Up", "value": "points"})
    readout = read_out(engine, exposures=exposures(["holdout", *["treated"] * 3]), facts=facts, as_of=LATER)
    assert (readout.arms[1].conversions, readout.arms[1].revenue) == (2, 7)


def test_cuped_narrows_the_interval_by_what_it_says(engine, people, orders, random):
    people(2000)
    usual = random.gamma(2, 20, 2000)
    orders(
        *({"profile_id": k + 1, "at": SENT - timedelta(days=5), "revenue": v} for k, v in enumerate(usual)),
        *({"profile_id": k + 1, "at": SENT, "revenue": v + random.normal(0, 10)} for k, v in enumerate(usual)),
    )
    arms = ["holdout", "treated"] * 1000
    (effect,) = read_out(engine, exposures=exposures(arms), facts=FACTS, as_of=LATER).effects
    nothing = exposures(arms, spend_before=[0.0] * 2000)
    (plain,) = read_out(engine, exposures=nothing, facts=FACTS, as_of=LATER).effects
    assert isinstance(effect.revenue, Estimate)
    narrower = (effect.revenue.high - effect.revenue.low) / (plain.revenue.high - plain.revenue.low)
    assert narrower**2 == pytest.approx(1 - effect.revenue_reduction, rel=1e-2)
    assert plain.revenue_reduction == 0
    assert effect.revenue_reduction > 0.8


@pytest.mark.parametrize(
    ("given", "facts", "error"),
    [
        pytest.param(pa.table({"profile_id": [1]}), FACTS, Refused, id="exposures-without-arms"),
        pytest.param(exposures(["holdout"]), FACTS.model_copy(update={"value": "revenu"}), UnknownName, id="no-column"),
    ],
)
def test_a_wrong_request_is_refused_and_leaves_nothing_behind(engine, given, facts, error):
    with pytest.raises(error):
        read_out(engine, exposures=given, facts=facts, as_of=LATER)
    assert not [table for table in engine.tables() if table.startswith("_readout")]


def test_the_past_ends_before_the_exposure(engine, people, orders):
    people(2)
    orders(
        {"profile_id": 2, "at": SENT, "revenue": 10},
        {"profile_id": 2, "at": SENT - timedelta(microseconds=1), "revenue": 3},
        {"profile_id": 2, "at": SENT - FACTS.before, "revenue": 4},
        {"profile_id": 2, "at": SENT - FACTS.before - timedelta(microseconds=1), "revenue": 100},
    )
    given = exposures(["holdout", "treated"])
    later = pa.array([SENT + timedelta(hours=1), SENT], pa.timestamp("us"))  # so that each has an end of its own
    readout = read_out(engine, exposures=given.set_column(2, "exposed_at", later), facts=FACTS, as_of=LATER)
    assert readout.arms[1].spend_before == 7


def test_what_came_back_after_the_exposure_is_not_taken_off_the_past(engine, people, orders):
    people(2)
    orders({"profile_id": 2, "at": SENT - timedelta(days=3), "revenue": 9})
    orders({"profile_id": 2, "at": SENT - timedelta(days=2), "revenue": -2, "status": "returned"})
    orders({"profile_id": 2, "at": SENT + timedelta(days=1), "revenue": -4, "status": "returned"})
    settle_orders(engine, "EUR", {})
    readout = read_out(engine, exposures=exposures(["holdout", "treated"]), facts=FACTS, as_of=LATER)
    assert readout.arms[1].spend_before == 7


def test_merged_profiles_keep_the_segment_of_their_older_part(engine, people):
    people(3)
    engine.execute("UPDATE identifiers SET profile_id = 1 WHERE identifier_id = 2")
    given = exposures(["treated", "treated", "holdout"])
    given = given.append_column("segments", pa.array([json.dumps({"rfm": name}) for name in ("old", "young", "old")]))
    given = given.set_column(2, "exposed_at", pa.array([SENT, SENT + timedelta(hours=1), SENT], pa.timestamp("us")))
    readout = read_out(engine, exposures=given, facts=FACTS, as_of=LATER, segmentation="rfm")
    assert [(s.segment, s.exposed) for s in readout.segments] == [("old", 1)]
