"""Score tests and the test of homogeneity agree with figures published and made by hand."""

import pytest

from coterie.measure import wilson
from coterie.measure.scores import (
    _share_below,
    differ_by_segment,
    difference_bounds,
    difference_score,
    ratio_score,
    share_ratio_bounds,
)


@pytest.mark.parametrize(
    ("treated", "control", "bounds"),
    [
        # Newcombe 1998, table II, method 6 (Miettinen and Nurminen).
        pytest.param((56, 70), (48, 80), (0.0528, 0.3382), id="56-of-70-and-48-of-80"),
        pytest.param((10, 10), (0, 20), (0.7156, 1.0), id="all-and-none"),
    ],
)
def test_bounds_agree_with_newcombes_table(treated, control, bounds):
    assert difference_bounds(control, treated, 1.959964) == pytest.approx(bounds, abs=2e-3)


def test_scores_and_ratios_agree_with_statsmodels():
    from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

    test_proportions_2indep.__test__ = False
    for (x1, n1), (x0, n0) in (((56, 70), (48, 80)), ((150, 2000), (12, 220))):
        peer = test_proportions_2indep(x1, n1, x0, n0, method="score", correction=True).statistic
        assert difference_score((x0, n0), (x1, n1)) == pytest.approx(peer)
        ratio = confint_proportions_2indep(x1, n1, x0, n0, method="score", compare="ratio", correction=True)
        assert share_ratio_bounds((x0, n0), (x1, n1), 1.959964) == pytest.approx(ratio, rel=1e-4)


@pytest.mark.parametrize(("hits", "n"), [(0, 20), (1, 10), (3, 7), (50, 100), (999, 1000), (12, 12)])
def test_a_share_has_wilsons_interval_as_statsmodels_has(hits, n):
    from statsmodels.stats.proportion import proportion_confint

    for confidence in (0.8, 0.95, 0.99):
        peer = proportion_confint(hits, n, alpha=1 - confidence, method="wilson")
        assert wilson(hits, n, confidence) == pytest.approx(peer, abs=1e-9)


def test_cochrans_q_agrees_with_a_calculation_by_hand():
    """Two segments of 100 and 100: 10 → 20 and 40 → 30. The common difference is 0 and so is the common lift less 1.

    Variances at no difference: .15 × .85 × 2/100 × 200/199 and .35 × .65 × 2/100 × 200/199; away by +.1 and -.1.
    """
    first, second = (0.15 * 0.85 / 50 * 200 / 199, 0.35 * 0.65 / 50 * 200 / 199)
    middle = (0.1 / first - 0.1 / second) / (1 / first + 1 / second)
    q = (0.1 - middle) ** 2 / first + (-0.1 - middle) ** 2 / second
    from scipy.special import chdtrc

    found = differ_by_segment([((10, 100), (20, 100)), ((40, 100), (30, 100))])
    # As a ratio the same, but that the common lift is weighted by each base; the larger p-value is told.
    assert found == pytest.approx(float(chdtrc(1, q)), rel=0.15)
    assert found >= float(chdtrc(1, q)) - 1e-9


def test_one_effect_of_points_or_one_of_lift_is_no_difference():
    points = [((100, 1000), (150, 1000)), ((400, 1000), (450, 1000))]
    lifts = [((100, 1000), (150, 1000)), ((400, 1000), (600, 1000))]
    assert differ_by_segment(points) > 0.9
    assert differ_by_segment(lifts) > 0.9
    assert differ_by_segment([points[0], ((400, 1000), (320, 1000))]) < 1e-4


def test_a_segment_in_which_all_or_none_converted_is_no_comparison():
    cells = [((10, 100), (20, 100)), ((40, 100), (30, 100))]
    told = differ_by_segment(cells)
    assert differ_by_segment([*cells, ((10, 10), (20, 20))]) == pytest.approx(told)
    assert differ_by_segment([*cells, ((0, 10), (0, 20))]) == pytest.approx(told)
    assert differ_by_segment([cells[0], ((10, 10), (20, 20))]) is None


def test_the_common_effect_weighs_segments_as_mantel_and_haenszel_do():
    """Unlike holdouts, 100 of 400 and 50 of 550: weights 100 × 300 / 400 and 50 × 500 / 550."""
    cells = [((10, 100), (60, 300)), ((20, 50), (150, 500))]
    weights = [75, 50 * 500 / 550]
    common = (weights[0] * 0.1 + weights[1] * -0.1) / sum(weights)
    base = (weights[0] * 0.1 + weights[1] * 0.4) / sum(weights)
    distances = []
    for is_ratio in (False, True):
        found = []
        for (x0, n0), (x1, n1) in cells:
            if not is_ratio:
                variance = ((x1 / n1 - x0 / n0 - common) / difference_score((x0, n0), (x1, n1), common)) ** 2
                found.append((x1 / n1 - x0 / n0 - common, variance, 1.0))
            else:
                ratio = 1 + common / base
                away = x1 / n1 - ratio * x0 / n0
                variance = (away / ratio_score((x0, n0), (x1, n1), ratio)) ** 2
                found.append((away, variance, _share_below((x0, n0), (x1, n1), ratio)))
        along = sum(a * s / v for a, v, s in found)
        distances.append(sum(a**2 / v for a, v, _ in found) - along**2 / sum(s**2 / v for _, v, s in found))
    from scipy.special import chdtrc

    assert differ_by_segment(cells) == pytest.approx(float(chdtrc(1, min(distances))), rel=1e-9)
