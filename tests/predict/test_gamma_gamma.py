"""Gamma-Gamma gives the numbers of the paper."""

from __future__ import annotations

import numpy as np
import pytest
from pyarrow import csv
from tests.predict.conftest import cdnow_files

from coterie.domain import NotEstimable
from coterie.predict import SPEND_MODELS, Fit, Spends
from coterie.predict.maximizing import ENDLESS
from coterie.predict.models.gamma_gamma import _log_likelihood

MODEL = SPEND_MODELS["gamma_gamma"]


@pytest.fixture(scope="module")
def summary():
    table = csv.read_csv(cdnow_files() / "cdnow_customers_summary_with_transactions.csv")
    return table["x"].to_numpy().astype(float), table["zbar"].to_numpy().astype(float)


@pytest.fixture(scope="module")
def fit(summary):
    repeats, mean = summary
    return MODEL.fit(Spends(repeats[repeats > 0], mean[repeats > 0]))


def test_parameters_and_likelihood_of_cdnow(fit):
    assert fit.customers == 946
    assert fit.parameters == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, rel=2e-3)
    assert fit.log_likelihood == pytest.approx(-4055.92, abs=0.01)
    assert fit.converged


def test_the_population_mean(fit):
    assert MODEL.expected(fit, np.zeros(1), np.zeros(1))[0] == pytest.approx(35.17, abs=0.01)


def test_the_first_ten_customers(fit, summary):
    expected = MODEL.expected(fit, summary[0][:10], summary[1][:10])
    assert expected == pytest.approx([24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17], abs=0.011)


def test_the_gradient_is_the_slope():
    function = _log_likelihood(Spends(np.array([1.0, 2, 9]), np.array([20.0, 5, 33])))
    at = np.array([6.0, 3.5, 15.0])
    for place in range(3):
        step = np.eye(3)[place] * at * 1e-6
        slope = (function(at + step)[0] - function(at - step)[0]) / (2 * step[place])
        assert function(at)[1][place] == pytest.approx(slope, rel=1e-5)


def test_intervals_hold_the_share_they_claim():
    draw = np.random.default_rng(5)
    p, q, v, count = 6.0, 4.0, 15.0, 40_000
    repeats = draw.integers(1, 6, count).astype(float)
    scale = draw.gamma(q, 1 / v, count)
    mean = draw.gamma(p * repeats, 1 / scale) / repeats
    fit = MODEL.fit(Spends(repeats, mean))
    low, high = MODEL.interval(fit, repeats, mean, 0.8)
    truth = p / scale
    assert np.mean((low <= truth) & (truth <= high)) == pytest.approx(0.8, abs=0.01)
    assert MODEL.expected(fit, repeats, mean).mean() == pytest.approx(truth.mean(), rel=0.02)


def test_the_currency_scales_values_alone(summary):
    repeats, mean = summary[0][summary[0] > 0], summary[1][summary[0] > 0]
    dollars, cents = MODEL.fit(Spends(repeats, mean)), MODEL.fit(Spends(repeats, mean * 100))
    assert cents.parameters == pytest.approx({**dollars.parameters, "v": dollars.parameters["v"] * 100}, rel=1e-3)


def test_without_a_population_mean_new_customers_have_no_value():
    heavy = Fit(
        model="gamma_gamma",
        parameters={"p": 2.0, "q": 0.8, "v": 10.0},
        standard_errors={},
        log_likelihood=0.0,
        customers=1,
        converged=True,
    )
    value = MODEL.expected(heavy, np.array([0.0, 3.0]), np.array([0.0, 20.0]))
    assert np.isnan(value[0])
    assert value[1] == pytest.approx(2 * (10 + 60) / (6 + 0.8 - 1))


def test_a_mean_without_a_standard_error_is_given():
    known = Fit(
        model="gamma_gamma",
        parameters={"p": 2.0, "q": 1.2, "v": 10.0},
        standard_errors={"p": None, "q": None, "v": None},
        log_likelihood=0.0,
        customers=1,
        converged=True,
    )
    assert MODEL.expected(known, np.zeros(1), np.zeros(1))[0] == pytest.approx(2 * 10 / 0.2)


@pytest.mark.parametrize(
    ("spends", "reason"),
    [
        pytest.param(Spends(np.ones(12), np.arange(1.0, 13)), "above zero: 12", id="too-few"),
    ],
)
def test_below_the_floor_it_says_what_is_missing(spends, reason):
    found = MODEL.fit(spends)
    assert isinstance(found, NotEstimable)
    assert reason in found.reason


def test_where_every_order_is_worth_the_same_everybody_is_expected_to_pay_that():
    fit = MODEL.fit(Spends(np.tile([1.0, 2.0], 25), np.full(50, 9.99)))
    value = MODEL.expected(fit, np.array([0.0, 1.0, 40.0]), np.array([0.0, 9.99, 9.99]))
    assert value == pytest.approx([9.99, 9.99, 9.99])


def test_a_mean_within_the_error_of_endless_is_not_given():
    unsure = Fit(
        model="gamma_gamma",
        parameters={"p": 2.0, "q": 1.02, "v": 10.0},
        standard_errors={"q": 0.05},
        log_likelihood=0.0,
        customers=1,
        converged=True,
    )
    value = MODEL.expected(unsure, np.array([0.0, 3.0]), np.array([0.0, 20.0]))
    assert np.isnan(value[0])
    assert value[1] == pytest.approx(2 * (10 + 60) / (6 + 0.02))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("orders", [1, 4])
def test_customers_who_are_alike_are_given_the_common_mean(seed, orders):
    """Every order is drawn around one mean of 50; nobody loses a value for varying 'so much'."""
    draw = np.random.default_rng(seed)
    repeats = draw.integers(1, orders + 1, 400).astype(float)
    mean = draw.gamma(3.0 * repeats, 50 / 3.0) / repeats
    fit = MODEL.fit(Spends(repeats, mean))
    value = MODEL.expected(fit, np.array([0.0, 1.0, 30.0]), np.array([0.0, mean.max(), 50.0]))
    assert np.isfinite(value).all()
    assert value[0] == pytest.approx(np.average(mean, weights=repeats), rel=0.05)


def test_that_customers_are_alike_is_found_out_mostly():
    """By the 5 % point, in at most about one world in twenty they are taken to differ."""
    found = 0
    for seed in range(40):
        draw = np.random.default_rng(100 + seed)
        repeats = draw.integers(1, 6, 300).astype(float)
        fit = MODEL.fit(Spends(repeats, draw.gamma(3.0 * repeats, 50 / 3.0) / repeats))
        found += fit.parameters["q"] == ENDLESS
    assert found >= 34


@pytest.mark.parametrize("q", [3.0, 20.0, 60.0])
def test_however_little_customers_vary_everybody_has_a_value(q):
    draw = np.random.default_rng(7)
    p, count = 4.0, 3_000
    repeats = draw.integers(1, 8, count).astype(float)
    truth = p * 50 * (q - 1) / p / draw.gamma(q, 1, count)
    mean = draw.gamma(p * repeats, truth / p) / repeats
    fit = MODEL.fit(Spends(repeats, mean))
    value = MODEL.expected(fit, np.append(repeats, 0.0), np.append(mean, 0.0))
    assert np.isfinite(value).all()
    assert value[-1] == pytest.approx(50, rel=0.05)
    assert value[:-1].mean() == pytest.approx(truth.mean(), rel=0.03)


def test_the_common_mean_is_the_limit_of_the_model(summary):
    """Its likelihood is that of the full model with ``q`` beyond all bounds."""
    repeats, mean = np.array([1.0, 2, 3, 1, 5] * 8), np.array([9.0, 10, 11, 10.5, 10.2] * 8)
    fit = MODEL.fit(Spends(repeats, mean))
    assert fit.parameters["q"] == ENDLESS
    value, _ = _log_likelihood(Spends(repeats, mean))(np.array(list(fit.parameters.values())))
    assert fit.log_likelihood == pytest.approx(value, abs=0.1)


@pytest.mark.parametrize(("buyers", "is_fitted"), [(30, True), (29, False)])
def test_thirty_repeat_buyers_are_the_fewest_whose_spending_is_fitted(buyers, is_fitted):
    means = np.array([10.0 + 7 * (n % 5) for n in range(buyers)])
    found = MODEL.fit(Spends(np.array([1.0 + n % 4 for n in range(buyers)]), means))
    assert isinstance(found, NotEstimable) != is_fitted
