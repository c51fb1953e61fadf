"""How long customers take to order again, with some who have not come back yet and some who never will."""

import random
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coterie.profile.gap_distribution import Spells, gap_distribution

WHOLE_LIFE = 100


def shares(spells):
    return [round(share, 4) for _, share in gap_distribution(spells).steps]


@pytest.mark.parametrize(
    ("days", "returned", "still", "expected"),
    [
        pytest.param([10, 20], [50, 50], [0, 0], [0.5, 1.0], id="everybody-is-back"),
        # 100 at risk; 40 back: S = 0.6; 20 leave unseen, so 40 at risk at 20, 10 back: S = 0.6 * 0.75.
        pytest.param([10, 20], [40, 10], [20, 30], [0.4, 0.55], id="who-is-not-back-yet-leaves-the-risk-set-afterwards"),
        pytest.param([5, 10], [0, 50], [50, 0], [0.0, 1.0], id="a-silence-seen-for-five-days-says-nothing-of-ten"),
        # Kaplan and Meier (1958), table 1 of Freireich's 21 patients on 6-MP, here 100 of each.
        pytest.param(
            [6, 7, 9, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 34, 35],
            [300, 100, 0, 100, 0, 100, 100, 0, 0, 0, 100, 100, 0, 0, 0, 0],
            [100, 0, 100, 100, 100, 0, 0, 100, 100, 100, 0, 0, 100, 200, 100, 100],
            [0.1429, 0.1933, 0.1933, 0.2471, 0.2471, 0.3098, 0.3725, 0.3725, 0.3725, 0.3725, 0.4622, 0.5518, 0.5518, 0.5518, 0.5518, 0.5518],
            id="freireich-1963",
        ),
    ],
)  # fmt: skip
def test_shares_are_those_worked_out_by_hand(days, returned, still, expected):
    assert shares(Spells(days, returned, still)) == expected


def world(gap, *, window, leave, seed, customers=3000):
    """Spells of customers who come at random days of a window and leave for good with a chance after each order."""
    draw, back, open_still = random.Random(seed), {}, {}
    for _ in range(customers):
        first = at = draw.randrange(window)
        gaps = []
        while draw.random() >= leave:
            at += max(1, round(gap(draw)))
            if at > window:
                break
            gaps.append(at - first - sum(gaps))
        for each in gaps:
            back[each] = back.get(each, 0) + 1 / len(gaps)
        if not gaps:
            open_still[window - first] = open_still.get(window - first, 0) + 1
    days = sorted(back.keys() | open_still.keys())
    return Spells(days, [back.get(day, 0) for day in days], [open_still.get(day, 0) for day in days])


@pytest.mark.parametrize("window", [180, 365, 730])
@pytest.mark.parametrize("leave", [0.0, 0.3])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_world_of_known_gaps_is_found_again(window, leave, seed):
    """Exponential gaps of mean 60: half by 41.6 days, 80 % by 96.6, 90 % by 138.2, though the window may be 180 days."""
    found = gap_distribution(world(lambda draw: draw.expovariate(1 / 60), window=window, leave=leave, seed=seed))
    assert found.returning == pytest.approx(1 - leave, abs=0.05)
    assert [found.quantile(share) for share in (0.5, 0.8, 0.9)] == pytest.approx(
        [41.6, 96.6, 138.2], rel=0.12 if window > 180 else 0.21
    )


def test_who_may_never_return_is_given_up_when_one_in_ten_still_would():
    """With 30 % leaving, the chance after t days is .7 e^(-t/60) / (.3 + .7 e^(-t/60)); it is .1 at 60 ln 21 = 182.7."""
    found = gap_distribution(world(lambda draw: draw.expovariate(1 / 60), window=730, leave=0.3, seed=1))
    assert found.silence_for_chance(0.1) == pytest.approx(182.7, rel=0.1)
    assert found.will_return(found.silence_for_chance(0.1)) <= 0.1


def test_where_everybody_returns_no_silence_is_churn():
    found = gap_distribution(world(lambda draw: draw.gammavariate(4, 15), window=180, leave=0.0, seed=1))
    assert found.silence_for_chance(0.1) == inf or found.silence_for_chance(0.1) > found.seen_days


def test_where_everybody_came_back_the_rounding_of_shares_leaves_nobody_over():
    """30 people with 49 gaps each are 30.00000000000076 people when their shares are added up."""
    found = gap_distribution(Spells([1, 6, 10], [30.00000000000076, 30, 30], [0, 0, 0]))
    assert found.came_back(10) == found.returning == 1
    assert found.silence_for_chance(0.1) == 10


def test_a_pace_that_does_not_fall_yet_tells_no_end():
    found = gap_distribution(Spells([10, 20, 30], [10, 10, 10], [0, 0, 970]))
    assert found.returning is None
    assert found.quantile(0.8) == found.silence_for_chance(0.1) == inf


counts = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=1, max_size=30)


@given(counts, st.integers(2, 5))
def test_as_many_of_each_again_change_no_share(rows, times):
    days = list(range(1, len(rows) + 1))
    once = Spells(days, [back for back, _ in rows], [still for _, still in rows])
    often = Spells(days, [times * back for back, _ in rows], [times * still for _, still in rows])
    assert shares(once) == pytest.approx(shares(often), abs=2e-4)


@given(counts)
def test_shares_only_grow_and_so_do_quantiles(rows):
    found = gap_distribution(Spells(list(range(1, len(rows) + 1)), *map(list, zip(*rows, strict=True))))
    reached = [share for _, share in found.steps]
    assert reached == sorted(reached)
    days = [found.quantile(share) for share in (0.1, 0.5, 0.8, 0.9, 0.975)]
    assert days == sorted(days)
    chances = [found.will_return(day) for day in range(0, 3 * WHOLE_LIFE, 7)]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(chances))
