"""What a readout of nothing claims, how often, and that headline, counts and amounts say one thing."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import NormalDist

import numpy as np
import pyarrow as pa
import pytest

from coterie.domain import Estimate, NotEstimable
from coterie.domain.readout import comparisons_of
from coterie.measure import CampaignFacts, read_out
from coterie.measure.campaign import CampaignFacts as Facts
from coterie.measure.effects import arm_effect, arm_pairs, arm_reading, winner_of
from coterie.measure.moments import Moments
from coterie.measure.segment_effects import segment_effects

SENT, LATER = datetime(2026, 3, 1), datetime(2026, 4, 1)
FACTS = CampaignFacts(campaign="spring", within=timedelta(days=14))


def counted(hits, n):
    """Moments of an arm of which only the conversions matter."""
    names = ("converted", "revenue", "spend_before")
    pairs = {(a, b): 0.0 for k, a in enumerate(names) for b in names[k:]}
    cubes = {(a, b, c): 0.0 for k, a in enumerate(names) for m, b in enumerate(names[k:], k) for c in names[m:]}
    return Moments(
        int(n),
        {"converted": float(hits), "revenue": 0.0, "spend_before": 0.0},
        pairs | {("converted", "converted"): float(hits)},
        cubes | {("converted",) * 3: float(hits)},
    )


def claims(cells, arms):
    """(whether any arm or pair shows an effect, whether any segment does, whether segments differ)."""
    wholes = {arm: sum((cells[s, arm] for s, a in cells if a == arm), counted(0, 0)) for arm in ("holdout", *arms)}
    together = comparisons_of(len(arms))
    effects = {
        arm: arm_effect(
            arm_reading(arm, wholes[arm], None, Facts(campaign="x"), 0.95),
            wholes["holdout"], wholes[arm], Facts(campaign="x"), 1, None, 0.95, together,
        )
        for arm in arms
    }  # fmt: skip
    pairs = arm_pairs({arm: wholes[arm] for arm in arms}, Facts(campaign="x"), None, 0.95, together)
    found = [e.conversion for e in effects.values()] + [pair.conversion for pair in pairs]
    segments, differ = segment_effects(
        cells, Facts(campaign="x"), {arm: e.conversion for arm, e in effects.items()}, together, 0.95
    )
    return (
        any(isinstance(f, Estimate) and not f.low <= 0 <= f.high for f in found),
        any(s.adjusted_p is not None and s.adjusted_p < 0.05 for s in segments),
        differ is not None and differ < 0.05,
    )


def won(*hits, n=4_000, held=None, confidence=0.95):
    """Who wins of arms a, b, c … with so many conversions of ``n`` each, and of the holdout, where there is one."""
    arms = {name: counted(count, n) for name, count in zip("abcd", hits, strict=False)}
    together = comparisons_of(len(arms), control=held is not None)
    effects = [] if held is None else [
        arm_effect(
            arm_reading(arm, moments, None, Facts(campaign="x"), confidence),
            counted(held, n), moments, Facts(campaign="x"), 1, None, confidence, together,
        )
        for arm, moments in arms.items()
    ]  # fmt: skip
    return winner_of(arm_pairs(arms, Facts(campaign="x"), None, confidence, together), effects)


@pytest.mark.parametrize(
    ("hits", "held", "winner"),
    [
        ((400, 600), None, "b"),
        ((600, 400), 300, "a"),
        ((600, 400), 900, None),  # better than the other, and worse than silence
        ((600, 600), 300, None),
        ((600, 400, 590), 300, None),  # better than one of the others alone
        ((600, 400, 390), 300, "a"),
        ((600,), 300, None),  # there is nothing to win against
    ],
)
def test_a_winner_is_surely_better_than_each_other_and_no_worse_than_silence(hits, held, winner):
    assert won(*hits, held=held) == winner


@pytest.mark.parametrize("arms", [2, 4])
def test_variants_alike_have_a_winner_as_seldom_as_it_says(arms):
    random = np.random.default_rng(11)
    wrong = sum(won(*random.binomial(4_000, 0.1, arms)) is not None for _ in range(300))
    assert wrong <= 15 + 2 * 3.8  # 5 % of 300 and twice their standard error


@pytest.mark.slow
@pytest.mark.parametrize("base", [0.03, 0.15])
@pytest.mark.parametrize("arms", [("a",), ("a", "b"), ("a", "b", "c")])
def test_a_campaign_without_effect_claims_one_as_seldom_as_it_says(arms, base):
    """A tenth held out, six segments of unlike size; 1,000 campaigns. Wald's test, uncorrected, claims in 60 of 100."""
    random, rates = np.random.default_rng(7), np.clip(base * np.array([0.5, 0.7, 1, 1, 1.5, 2]), 0, 1)
    sizes = np.array([400, 800, 1500, 3000, 600, 300])
    wrong = 0
    for _ in range(1000):
        cells = {}
        for segment, (size, rate) in enumerate(zip(sizes, rates, strict=True)):
            cells[str(segment), "holdout"] = counted(random.binomial(size // 10, rate), size // 10)
            for arm in arms:
                n = size * 9 // 10 // len(arms)
                cells[str(segment), arm] = counted(random.binomial(n, rate), n)
        whole, within, _ = claims(cells, arms)
        wrong += whole or within
    # 5 % of 1,000 and twice their standard error.
    assert wrong <= 64


@pytest.fixture
def shop(people, orders):
    def make(held, treated, size=200):
        people(2 * size)
        orders(
            *({"profile_id": k, "at": SENT, "revenue": 10} for k in range(1, held + 1)),
            *({"profile_id": size + k, "at": SENT, "revenue": 10} for k in range(1, treated + 1)),
        )
        return pa.table(
            {
                "profile_id": pa.array(range(1, 2 * size + 1), pa.int64()),
                "arm": ["holdout"] * size + ["message"] * size,
                "exposed_at": pa.array([SENT] * 2 * size, pa.timestamp("us")),
            }
        )

    return make


@pytest.mark.parametrize(
    ("held", "treated", "said", "unsaid"),
    [
        pytest.param(20, 60, ("raised conversion by 20.00", "40 conversions more", "raised revenue"), "fewer", id="up"),
        pytest.param(60, 20, ("lowered conversion by 20.00", "40 conversions fewer", "lowered revenue"), "more than without", id="down"),
        pytest.param(40, 44, ("can be told from chance", "no change included"), "than without", id="open"),
    ],
)  # fmt: skip
def test_headline_count_and_amount_say_one_thing(engine, shop, held, treated, said, unsaid):
    readout = read_out(engine, exposures=shop(held, treated), facts=FACTS, as_of=LATER)
    text = " ".join(readout.sentences())
    assert all(words in text for words in said)
    assert unsaid not in text
    (effect,) = readout.effects
    assert effect.incremental_conversions.value == pytest.approx(treated - held)
    assert effect.incremental_revenue.value == pytest.approx(10 * (treated - held))


CLEAR = [
    pytest.param(0.002, 0.004, 0.006, 1, id="barely-above"),
    pytest.param(-0.006, -0.004, -0.002, -1, id="barely-below"),
    pytest.param(-0.002, 0.004, 0.006, 0, id="holds-0"),
    pytest.param(0.0, 0.004, 0.006, 0, id="touches-0-from-above"),
    pytest.param(-0.006, -0.004, 0.0, 0, id="touches-0-from-below"),
    pytest.param(2.0, 3.0, 4.0, 1, id="far-above"),
]
SAID = {
    "conversion": ("raised conversion", "lowered conversion", "can be told from chance"),
    "incremental_conversions": ("conversions more", "conversions fewer", "no change included"),
    "incremental_revenue": ("raised revenue", "lowered revenue", "Whether it changed revenue is open"),
    "roi": ("It earned its cost back", "It did not earn", "Whether it earned its cost back is open"),
}


@pytest.mark.parametrize("figure", SAID)
@pytest.mark.parametrize(("low", "value", "high", "side"), CLEAR)
def test_a_sentence_takes_the_side_that_its_interval_takes(engine, shop, figure, low, value, high, side):
    readout = read_out(engine, exposures=shop(20, 60), facts=FACTS, as_of=LATER)
    (effect,) = readout.effects
    made = Estimate(value, low, high, 0.95, "", "made", 400)
    rest = dict.fromkeys(SAID, NotEstimable("left out", needs="nothing"))
    told = " ".join(replace(readout, effects=(replace(effect, **rest | {figure: made}),)).sentences())
    above, below, neither = SAID[figure]
    assert [words in told for words in (above, below, neither)] == [side > 0, side < 0, side == 0]


@pytest.mark.parametrize(("low", "value", "high", "side"), CLEAR)
def test_arms_are_compared_by_the_better_one(engine, people, orders, low, value, high, side):
    people(90)
    orders(*({"profile_id": k, "at": SENT, "revenue": 10} for k in range(1, 31)))
    given = pa.table(
        {
            "profile_id": pa.array(range(1, 91), pa.int64()),
            "arm": ["holdout", "early", "late"] * 30,
            "exposed_at": pa.array([SENT] * 90, pa.timestamp("us")),
        }
    )
    readout = read_out(engine, exposures=given, facts=FACTS, as_of=LATER)
    (pair,) = readout.pairs
    made = replace(pair, conversion=Estimate(value, low, high, 0.95, "", "made", 60))
    told = " ".join(replace(readout, pairs=(made,)).sentences())
    better, worse = (pair.arm, pair.other) if value > 0 else (pair.other, pair.arm)
    if side:
        assert f"{better} converted {100 * abs(value):.2f} percentage points more than {worse}" in told
    else:
        assert f"{better} by {100 * abs(value):.2f} percentage points" in told
    bounds = sorted(100 * bound * (1 if value > 0 else -1) for bound in (low, high))
    assert "{:+.2f} to {:+.2f}".format(*bounds) in told


def test_amounts_are_scaled_by_the_arm_itself_and_the_return_by_the_margin(engine, people, orders):
    people(300)
    orders(*({"profile_id": k, "at": SENT, "revenue": 10} for k in (*range(1, 11), *range(101, 161))))
    given = pa.table(
        {
            "profile_id": pa.array(range(1, 301), pa.int64()),
            "arm": ["holdout"] * 100 + ["message"] * 200,
            "exposed_at": pa.array([SENT] * 300, pa.timestamp("us")),
        }
    )
    facts = FACTS.model_copy(update={"cost_per_contact": 0.5, "margin": 0.25, "planned_lift": 0.5})
    (effect,) = read_out(engine, exposures=given, facts=facts, as_of=LATER).effects
    # (60 / 200 - 10 / 100) × 200 = 40 conversions of 10 each; 100 of margin for 100 of cost.
    assert effect.incremental_conversions.value == pytest.approx(40)
    assert effect.incremental_revenue.value == pytest.approx(400)
    assert (effect.cost, effect.roi.value) == (100, pytest.approx(0))
    # 70 of 300 converted; a lift of half of a tenth was planned; 1.96 + 0.84 standard errors are seen.
    error = (70 / 300 * 230 / 300 * (1 / 100 + 1 / 200)) ** 0.5
    assert effect.detectable.value == pytest.approx(2.8016 * error, rel=1e-4)
    normal = NormalDist()
    seen = normal.cdf(0.05 / error - 1.959964) + normal.cdf(-0.05 / error - 1.959964)
    assert effect.power.value == pytest.approx(seen, rel=1e-4)


def test_contacts_that_were_counted_cost_and_fixed_cost_is_shared_by_the_arms(engine, people, orders, events):
    people(400)
    orders(*({"profile_id": k, "at": SENT, "revenue": 10} for k in range(1, 401, 5)))
    events(*((k, "Message Sent", SENT, {"campaign": "spring"}) for k in (*range(101, 181), *range(201, 241))))
    given = pa.table(
        {
            "profile_id": pa.array(range(1, 401), pa.int64()),
            "arm": ["holdout"] * 100 + ["early"] * 100 + ["late"] * 200,
            "exposed_at": pa.array([SENT] * 400, pa.timestamp("us")),
        }
    )
    facts = FACTS.model_copy(update={"cost_per_contact": 0.5, "fixed_cost": 30, "planned_lift": 0.5})
    early, late = read_out(engine, exposures=given, facts=facts, as_of=LATER).effects
    # 80 of 100 and 40 of 200 were sent to; 30 is shared as 100 to 200.
    assert (early.cost, late.cost) == (pytest.approx(40 + 10), pytest.approx(20 + 20))
    # Three comparisons together: each says what all hold at 95 %, and sees what a test at a third of 5 % sees.
    assert {e.conversion.confidence for e in (early, late)} == {0.95}
    for effect, n in ((early, 100), (late, 200)):
        error = (0.2 * 0.8 * (1 / 100 + 1 / n)) ** 0.5
        normal = NormalDist()
        reach = normal.inv_cdf(1 - 0.05 / 6)
        assert effect.detectable.value == pytest.approx((reach + normal.inv_cdf(0.8)) * error, rel=1e-6)
        seen = normal.cdf(0.1 / error - reach) + normal.cdf(-0.1 / error - reach)
        assert effect.power.value == pytest.approx(seen, rel=1e-6)


def test_one_arm_needs_no_name_and_several_do(engine, people, orders):
    people(120)
    orders(*({"profile_id": k, "at": SENT, "revenue": 10} for k in range(1, 61)))
    for arms, is_named in ((["holdout", "early"], False), (["holdout", "early", "late"], True)):
        given = pa.table(
            {
                "profile_id": pa.array(range(1, 121), pa.int64()),
                "arm": arms * (120 // len(arms)),
                "exposed_at": pa.array([SENT] * 120, pa.timestamp("us")),
                "segments": [json.dumps({"rfm": "best"})] * 120,
            }
        )
        readout = read_out(engine, exposures=given, facts=FACTS, as_of=LATER, segmentation="rfm")
        sure = tuple(replace(each, adjusted_p=0.01) for each in readout.segments)
        told = " ".join(replace(readout, segments=sure).sentences())
        assert (("early: " in told), ("early · " in told)) == (is_named, is_named)


def test_several_arms_are_compared_with_each_other_and_all_intervals_hold_together(engine, people, orders):
    people(900)
    orders(*({"profile_id": k, "at": SENT, "revenue": 10} for k in (*range(1, 31), *range(301, 391), *range(601, 631))))
    given = pa.table(
        {
            "profile_id": pa.array(range(1, 901), pa.int64()),
            "arm": ["holdout"] * 300 + ["a"] * 300 + ["b"] * 300,
            "exposed_at": pa.array([SENT] * 900, pa.timestamp("us")),
        }
    )
    readout = read_out(engine, exposures=given, facts=FACTS, as_of=LATER)
    alone = read_out(engine, exposures=given.slice(0, 600), facts=FACTS, as_of=LATER).effects[0]
    a, _ = readout.effects
    assert (readout.comparisons, [(p.arm, p.other) for p in readout.pairs]) == (3, [("b", "a")])
    assert a.conversion.p_value == pytest.approx(3 * alone.conversion.p_value)
    assert a.conversion.low < alone.conversion.low
    (pair,) = readout.pairs
    assert (pair.conversion.value, pair.revenue.value) == (pytest.approx(-0.2), pytest.approx(-2))
    text = " ".join(readout.sentences())
    assert "a: The campaign raised conversion by 20.00" in text
    assert "b: No effect on conversion can be told" in text
    assert "a converted 20.00 percentage points more than b" in text
    assert "3 comparisons of arms" in text


def test_comparisons_are_counted_as_they_were_made(engine, shop):
    """Only segments that could be tested count; the smallest p is multiplied by all of those."""
    given = shop(60, 100)
    names = [json.dumps({"rfm": "rare" if k % 100 == 0 else f"s{k % 3}"}) for k in range(400)]
    readout = read_out(
        engine, exposures=given.append_column("segments", pa.array(names)), facts=FACTS, as_of=LATER, segmentation="rfm"
    )
    tested = [s for s in readout.segments if s.adjusted_p is not None]
    assert {s.segment for s in readout.segments} - {s.segment for s in tested} == {"rare"}
    smallest = min(tested, key=lambda s: s.conversion.p_value)
    whole = readout.effects[0].conversion.p_value
    assert smallest.adjusted_p == pytest.approx(max(whole, min(3 * smallest.conversion.p_value, 1)))
    assert any("corrected for 3 comparisons" in sentence for sentence in readout.sentences())


def test_a_campaign_without_a_goal_says_who_was_contacted_and_no_more(engine, shop):
    facts = FACTS.model_copy(update={"goal_event": None, "value": None})
    readout = read_out(engine, exposures=shop(10, 20), facts=facts, as_of=LATER)
    assert [arm.exposed for arm in readout.arms] == [200, 200]
    assert readout.sentences()[0].startswith("No effect is read: the campaign has no goal")


@pytest.mark.parametrize("event", ["Message Clicked", "Message Opened", "Message Replied"])
def test_a_goal_that_the_holdout_cannot_reach_is_no_effect(engine, shop, event):
    facts = FACTS.model_copy(update={"goal_event": event, "value": None})
    readout = read_out(engine, exposures=shop(10, 20), facts=facts, as_of=LATER)
    assert [arm.exposed for arm in readout.arms] == [200, 200]
    assert all(isinstance(effect.conversion, NotEstimable) for effect in readout.effects)
    assert readout.sentences()[0].startswith("No effect is read: the goal is an event of the campaign's own messages")


@pytest.mark.slow
def test_segments_of_the_time_find_no_difference_where_today_s_do(engine):
    """One true effect for all in 40 worlds. Buying moves people up a segment, so the segments of today differ."""
    random = np.random.default_rng(11)
    found = {"frozen": 0, "today": 0}
    for _ in range(40):
        size = 100_000
        before = random.integers(0, 4, size)
        held = random.random(size) < 0.1
        chance = np.array([0.05, 0.08, 0.12, 0.2])[before] + np.where(held, 0, 0.04)
        bought = random.random(size) < chance
        # As a segmentation by recency and frequency does it: half of those who bought stand highest now.
        today = np.where(bought & (random.random(size) < 0.5), 3, before)
        for name, segments in (("frozen", before), ("today", today)):
            cells = {
                (str(s), arm): counted(bought[mask].sum(), mask.sum())
                for s in range(4)
                for arm, mask in (("holdout", held & (segments == s)), ("message", ~held & (segments == s)))
            }
            found[name] += claims(cells, ("message",))[2]
    # At 5 %, six or more of 40 would be one chance in 70.
    assert found["frozen"] <= 5
    assert found["today"] >= 20


def test_an_arm_that_bought_alike_is_not_told_to_have_bought_nothing(engine, people, orders):
    people(30)
    orders(*({"profile_id": k, "at": SENT, "revenue": 10} for k in range(11, 21)))
    given = pa.table(
        {
            "profile_id": pa.array(range(1, 31), pa.int64()),
            "arm": ["holdout"] * 10 + ["a"] * 10 + ["b"] * 10,
            "exposed_at": pa.array([SENT] * 30, pa.timestamp("us")),
        }
    )
    arms = {arm.arm: arm for arm in read_out(engine, exposures=given, facts=FACTS, as_of=LATER).arms}
    assert arms["a"].revenue_per_profile.reason == "all values are the same"
    assert arms["b"].revenue_per_profile.reason == "nothing was bought in this arm"
