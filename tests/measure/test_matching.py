"""Matching finds a planted effect, covers it as often as it says, and comes near a real experiment's truth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws import tries

from coterie.domain import NotEstimable
from coterie.measure.matching import Units, clustered_mean, difference_in_differences, match

HILLSTROM = Path(__file__).parents[3] / "shared/data/hillstrom.parquet"


def confounded(random, *, n=1000, effect=2.0, waves=1):
    """Those with a high level are contacted more and spend more anyway."""
    level = random.gamma(2, 1, n)
    rows = []
    for wave in range(waves):
        x = np.column_stack([level + random.normal(0, 0.3, n), random.normal(size=n), random.binomial(1, 0.3, n)])
        treated = random.random(n) < 1 / (1 + np.exp(1.2 - 0.6 * (x[:, 0] - 2) - 0.5 * x[:, 1]))
        y = 3 * x[:, 0] + 0.5 * x[:, 0] ** 2 + x[:, 1] + 2 * x[:, 2] + random.normal(0, 2, n) + effect * treated
        rows.append((np.arange(n), np.full(n, wave), treated, x, y))
    profile, stratum, treated, x, y = (np.concatenate(part) for part in zip(*rows, strict=True))
    return Units(profile, stratum, treated, x, ("level", "noise", "flag"), y)


@pytest.mark.parametrize("waves", [pytest.param(1, id="one-wave"), pytest.param(3, id="profiles-met-three-times")])
def test_the_interval_holds_a_known_truth_as_often_as_it_says(random, waves):
    held, runs = 0, 100
    for _ in range(runs):
        effect = match(confounded(random, waves=waves, n=700)).effect
        held += effect.low <= 2 <= effect.high
    # 95 of 100 with a binomial standard deviation of 2.2; fewer than 89 would be one chance in 200.
    assert held >= 89


def test_matching_removes_what_the_naive_difference_holds(random):
    units = confounded(random, n=3000)
    naive = units.outcome[units.treated].mean() - units.outcome[~units.treated].mean()
    found = match(units)
    assert naive > 5
    assert found.effect.value == pytest.approx(2, abs=0.6)
    assert max(abs(b.before) for b in found.balance) > 0.5
    assert max(abs(b.after) for b in found.balance) < 0.1


def test_no_effect_is_found_where_there_is_none(random):
    effect = match(confounded(random, effect=0.0, n=3000)).effect
    assert effect.low <= 0 <= effect.high


def test_the_same_units_give_the_same_answer(random):
    units = confounded(random)
    assert match(units) == match(units)


def test_the_treated_without_anybody_alike_are_left_out(random):
    units = confounded(random, n=2000)
    far = units.treated & (units.covariates[:, 1] > 0.5)
    units.covariates[far, 0] += 30
    found = match(units)
    assert found.overlap < 0.8
    assert found.treated <= (units.treated & ~far).sum()


@pytest.mark.parametrize(
    "treated",
    [pytest.param(np.zeros(100, bool), id="nobody-contacted"), pytest.param(np.ones(100, bool), id="no-controls-left")],
)
def test_nobody_to_compare_is_no_estimate(random, treated):
    rows = np.arange(100)
    units = Units(rows, rows * 0, treated, random.normal(size=(100, 1)), ("x",), random.normal(size=100))
    assert isinstance(match(units).effect, NotEstimable)


@pytest.mark.parametrize(("contacted", "others", "is_read"), [(20, 60, True), (19, 60, False), (60, 19, False)])
def test_twenty_of_each_are_the_fewest_that_are_compared(random, contacted, others, is_read):
    n = contacted + others
    treated, same = np.arange(n) < contacted, np.zeros((n, 1))
    units = Units(np.arange(n), np.zeros(n, np.int64), treated, same, ("same",), random.normal(size=n))
    # More neighbours than there are, so that every control is used.
    assert isinstance(match(units, neighbours=100).effect, NotEstimable) != is_read


def bounds(found):
    return (found.value, found.low, found.high)


SEEDS = st.integers(0, 10_000)


@settings(max_examples=10)
@given(seed=SEEDS, factor=st.sampled_from([0.01, 7.0]), shift=st.sampled_from([-50.0, 3.0]))
def test_another_unit_and_a_gift_to_all_change_nothing_but_the_unit(seed, factor, shift):
    units = confounded(np.random.default_rng(seed), n=300, waves=2)
    found = match(units).effect
    scaled = match(replace(units, outcome=factor * units.outcome)).effect
    assert bounds(scaled) == pytest.approx([factor * v for v in bounds(found)], rel=1e-6)
    assert bounds(match(replace(units, outcome=units.outcome + shift)).effect) == pytest.approx(bounds(found), abs=1e-3)


@settings(max_examples=10)
@given(seed=SEEDS)
def test_rows_in_any_order_and_a_covariate_that_never_varies_match_alike(seed):
    random = np.random.default_rng(seed)
    units = confounded(random, n=300, waves=2)
    order = random.permutation(len(units.treated))
    turned = Units(
        *(getattr(units, f)[order] for f in ("profile", "stratum", "treated", "covariates")),
        units.names,
        units.outcome[order],
    )
    found = bounds(match(units).effect)
    assert bounds(match(turned).effect) == pytest.approx(found, abs=1e-6)
    constant = np.column_stack([units.covariates, np.full(len(order), 4.0)])
    assert bounds(match(replace(units, covariates=constant, names=(*units.names, "constant"))).effect) == pytest.approx(
        found, abs=1e-6
    )


@settings(max_examples=tries(10, 25))
@given(seed=SEEDS, factor=st.sampled_from([0.25, 100.0]), shift=st.sampled_from([-7.0, 50.0]))
def test_differences_in_differences_keep_their_laws(seed, factor, shift):
    random = np.random.default_rng(seed)
    n = 60
    everybody = np.arange(n)
    treated, wave = everybody % 3 == 0, random.integers(0, 2, n)
    change = random.gamma(1, 10, n)

    def read(change, treated=treated, wave=wave, profile=everybody):
        return bounds(difference_in_differences(change, treated, wave, profile, confidence=0.95, unit=""))

    found = read(change)
    assert read(factor * change) == pytest.approx([factor * v for v in found])
    assert read(change + shift * wave) == pytest.approx(found)  # a trend of a wave is nobody's effect
    one = np.zeros(n, np.int64)
    value, low, high = read(change, wave=one)
    assert read(change, treated=~treated, wave=one) == pytest.approx((-value, -high, -low))
    twice = read(np.tile(change, 2), np.tile(treated, 2), np.tile(wave, 2), np.arange(2 * n))
    assert twice[0] == pytest.approx(found[0])
    assert twice[2] - twice[1] < found[2] - found[1]
    # The same customer met twice with the same change tells nothing more.
    again = read(np.tile(change, 2), np.tile(treated, 2), np.tile(wave, 2), np.tile(np.arange(n), 2))
    assert again == pytest.approx(found)


def test_difference_in_differences_takes_off_the_common_trend(random):
    n = 2000
    treated = random.random(n) < 0.3
    wave = random.integers(0, 2, n)
    change = 5.0 * wave + 1.5 * treated + random.normal(0, 1, n)
    found = difference_in_differences(change, treated, wave, np.arange(n), confidence=0.95, unit="")
    assert found.low <= 1.5 <= found.high
    assert found.high - found.low < 0.3


@pytest.mark.skipif(not HILLSTROM.exists(), reason="shared data absent: Hillstrom's test cannot be read")
@pytest.mark.parametrize("arm", ["Mens E-Mail", "Womens E-Mail"])
def test_matching_recovers_hillstroms_experiment_from_biased_halves_of_it(arm):
    import pyarrow.parquet as pq

    rows = pq.read_table(HILLSTROM).to_pandas()
    rows = rows[rows.segment.isin([arm, "No E-Mail"])]
    treated = (rows.segment == arm).to_numpy()
    x = np.column_stack(
        [np.log(rows.history), rows.recency, rows.mens, rows.womens, rows.newbie, rows.channel == "Web"]
    ).astype(float)
    z = (x - x.mean(0)) / x.std(0)
    likely = 1 / (1 + np.exp(-(0.8 * z[:, 0] - 0.8 * z[:, 1] + 0.5 * z[:, 2])))
    visit = rows.visit.to_numpy(float)
    # What the experiment says about the kept treated: both arms weighted by their chance of being kept as treated.
    truth = np.average(visit[treated], weights=likely[treated]) - np.average(visit[~treated], weights=likely[~treated])
    errors, naive, held = [], [], 0
    for seed in range(12):
        kept = np.random.default_rng(seed).random(len(rows)) < np.where(treated, likely, 1 - likely)
        n = int(kept.sum())
        units = Units(np.arange(n), np.zeros(n, int), treated[kept], x[kept], tuple("abcdef"), visit[kept])
        effect = match(units).effect
        errors.append(effect.value - truth)
        naive.append(visit[kept & treated].mean() - visit[kept & ~treated].mean() - truth)
        held += effect.low <= truth <= effect.high
    assert held >= 10
    assert abs(np.mean(errors)) < np.mean(naive) / 5


def met_twice(random, *, alternating, known):
    """600 people in two waves, each with a mood of their own in both; ``known`` as one person or as two."""
    n, x, mood = 600, random.normal(size=600), random.normal(0, 3, 600)
    first = random.random(n) < 0.5
    treated = np.concatenate([first, ~first if alternating else first])
    y = np.tile(x + mood, 2) + random.normal(0, 0.3, 2 * n) + 2 * treated
    profile = np.tile(np.arange(n), 2) if known else np.arange(2 * n)
    return Units(profile, np.repeat([0, 1], n), treated, np.tile(x, 2)[:, None], ("x",), y)


@pytest.mark.parametrize("alternating", [False, True], ids=["contacted-twice", "contacted-once"])
def test_rows_of_one_person_are_not_independent(alternating):
    widths = {}
    for known in (False, True):
        effect = match(met_twice(np.random.default_rng(3), alternating=alternating, known=known)).effect
        widths[known] = effect.high - effect.low
    assert widths[True] < 0.9 * widths[False] if alternating else widths[True] > 1.2 * widths[False]


def test_the_checks_beside_an_effect_are_those_worked_out_by_hand(random):
    x = np.concatenate([random.normal(0.3, 1.5, 60), random.normal(0, 0.5, 40)])
    treated = np.arange(100) < 60
    units = Units(np.arange(100), np.zeros(100, int), treated, x[:, None], ("x",), x + random.normal(size=100))
    found = match(units, caliper=99)
    ours, theirs = x[treated], x[~treated]
    above = (ours[:, None] > theirs[None, :]).mean()
    assert found.overlap == 1
    assert found.told_apart == pytest.approx(above if ours.mean() > theirs.mean() else 1 - above, abs=1e-3)
    assert found.balance[0].before == pytest.approx(
        (ours.mean() - theirs.mean()) / ((ours.var() + theirs.var()) / 2) ** 0.5
    )
    assert found.control_mean == pytest.approx(units.outcome[treated].mean() - found.effect.value)


def test_controls_are_of_the_same_stratum(random):
    """Of 60 contacted 20 are of a wave whose controls were all contacted later."""
    stratum, treated = np.repeat([0, 1], [80, 40]), np.arange(120) % 2 == 0
    x = random.normal(size=120)
    later = (stratum == 1) & ~treated
    units = Units(np.arange(120), stratum, treated, x[:, None], ("x",), x + random.normal(size=120), crossed=later)
    assert match(units, caliper=99).crossed == pytest.approx(1 / 3)


def test_a_stratum_without_anybody_left_alone_says_nothing(random):
    change, treated = random.normal(size=80), np.arange(80) % 2 == 0
    plain = difference_in_differences(change, treated, np.zeros(80, int), np.arange(80), confidence=0.95, unit="")
    more = difference_in_differences(
        np.append(change, [100.0] * 5), np.append(treated, [True] * 5), np.repeat([0, 1], [80, 5]), np.arange(85),
        confidence=0.95, unit="",
    )  # fmt: skip
    assert (more.value, more.n) == (pytest.approx(plain.value), plain.n)


def test_a_mean_of_people_met_once_each_has_students_interval():
    from scipy.stats import t

    values = np.array([1.0, 2.0, 3.0, 6.0])
    found = clustered_mean(values, np.arange(4), confidence=0.95, unit="", method="")
    reach = t.ppf(0.975, 3) * values.std(ddof=1) / 2
    assert (found.low, found.high) == pytest.approx((3 - reach, 3 + reach))
