"""BG/NBD gives the numbers of the paper, and none that are absurd."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta
from tests.predict.conftest import simulate

from coterie.domain import NotEstimable
from coterie.predict import ORDER_MODELS, Fit, Histories, histories
from coterie.predict.intervals import discounted_orders, order_bounds
from coterie.predict.models.bgnbd import _log_likelihood, probability_of

MODEL = ORDER_MODELS["bgnbd"]
PAPER = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def fitted(**parameters: float) -> Fit:
    return Fit(
        model="bgnbd", parameters=parameters, standard_errors={}, log_likelihood=0.0, customers=1, converged=True
    )


def one(repeats: float, recency: float, age: float) -> Histories:
    return Histories(*(np.array([value], float) for value in (repeats, recency, age, 1)))


@pytest.mark.parametrize(
    ("weeks", "orders"),
    [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437), (78, 1.8576)],
)
def test_orders_of_a_new_customer(weeks, orders):
    exact = fitted(r=0.24259, alpha=4.41360, a=0.79292, b=2.42591)
    assert MODEL.expected_of_new(exact, np.array([weeks]))[0] == pytest.approx(orders, rel=1e-3, abs=5e-5)


def test_orders_of_a_known_customer():
    assert MODEL.expected(fitted(**PAPER), one(2, 30.43, 38.86), 39)[0] == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize(
    ("weeks", "orders", "chance"),
    [pytest.param(39, 0, 0.5737864, id="none"), pytest.param(2, 10, 1.07869e-7, id="ten")],
)
def test_the_chance_of_so_many_orders(weeks, orders, chance):
    assert probability_of(*PAPER.values(), weeks, orders) == pytest.approx(chance, rel=1e-6)


@pytest.mark.parametrize("orders", range(8))
def test_chances_one_from_the_other_are_those_of_the_closed_form(orders):
    seen = one(3, 20, 30)
    alive = MODEL.alive(fitted(**PAPER), seen)[0]
    chance = next(islice(MODEL.chances(fitted(**PAPER), seen, 39), orders, None))[0]
    closed = probability_of(0.243 + 3, 4.414 + 30, 0.793, 2.426 + 3, 39, orders)
    assert chance == pytest.approx(alive * closed + (1 - alive) * (orders == 0), rel=1e-9)


@pytest.mark.parametrize(
    ("repeats", "recency", "age"),
    [
        pytest.param(0, 0, 20, id="never-back"),
        pytest.param(1, 2, 30, id="once-long-ago"),
        pytest.param(7, 33, 35, id="often-and-lately"),
        pytest.param(120, 90, 97.3, id="very-often"),
    ],
)
def test_expected_orders_are_the_mean_of_their_chances(repeats, recency, age):
    seen, fit = one(repeats, recency, age), fitted(**PAPER)
    chances = np.array([chance[0] for chance in islice(MODEL.chances(fit, seen, 26), 2000)])
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert MODEL.expected(fit, seen, 26)[0] == pytest.approx(np.arange(2000) @ chances, rel=1e-6)


@pytest.mark.parametrize("a", [0.3, 1 - 1e-7, 1.0, 1 + 1e-6, 2.0, 5.0])
@pytest.mark.parametrize("b", [0.2, 0.999, 1.0, 3.0])
@pytest.mark.parametrize("repeats", [0, 1, 40])
def test_expected_orders_agree_with_direct_integration(a, b, repeats):
    r, alpha, age, weeks = 0.5, 6.0, 30.0, 52.0
    fit, seen = fitted(r=r, alpha=alpha, a=a, b=b), one(repeats, age, age)

    def orders(leaving: float) -> float:
        return (1 - (1 + leaving * weeks / (alpha + age)) ** -(r + repeats)) / leaving

    leaving = beta(a, b + repeats)
    # In quantiles, so that a density without bound at 0 or 1 does no harm.
    direct = quad(lambda share: orders(max(leaving.ppf(share), 1e-12)), 0, 1, limit=400, epsabs=1e-9)[0]
    assert MODEL.expected(fit, seen, weeks)[0] / MODEL.alive(fit, seen)[0] == pytest.approx(direct, rel=2e-4)


@pytest.mark.parametrize(
    ("r", "alpha", "a", "b", "weeks"),
    [
        (63.44, 6.965, 467.4, 30.01, 104),
        (6.886, 58.16, 1059, 1.011, 104),
        (3.375, 56.33, 772.3, 3.012, 104),
        (1.18, 51.43, 1307, 1.056, 52),
    ],
)
def test_at_the_edge_where_the_closed_form_fails_orders_are_those_of_direct_integration(r, alpha, a, b, weeks):
    seen = one(0, 0, 0)
    leaving = beta(a, b)

    def orders(share: float) -> float:
        chance = max(leaving.ppf(share), 1e-12)
        return (1 - (1 + chance * weeks / alpha) ** -r) / chance

    direct = quad(orders, 0, 1, limit=400, epsabs=1e-9)[0]
    assert MODEL.expected(fitted(r=r, alpha=alpha, a=a, b=b), seen, weeks)[0] == pytest.approx(direct, rel=1e-3)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
@pytest.mark.parametrize(("repeats", "recency", "age"), [(0, 0, 30), (1, 5, 30), (6, 28, 30), (40, 29, 30)])
def test_the_range_of_orders_ends_where_the_tails_begin(share, repeats, recency, age):
    fit, seen = fitted(**PAPER), one(repeats, recency, age)
    low, high = (int(bound[0]) for bound in order_bounds(MODEL, fit, seen, 52.0, share))
    chances = [float(chance[0]) for chance in islice(MODEL.chances(fit, seen, 52.0), high + 2)]
    tail = (1 - share) / 2
    assert sum(chances[:low]) <= tail < sum(chances[: low + 1])
    assert sum(chances[:high]) < 1 - tail <= sum(chances[: high + 1])


@pytest.mark.parametrize(
    ("repeats", "recency", "age"),
    [
        pytest.param(254, 97.0, 97.3, id="x-254"),
        pytest.param(133, 200, 200, id="x-133-T-200"),
        pytest.param(5000, 10, 500, id="thousands-and-gone"),
        pytest.param(5000, 500, 500, id="thousands-and-here"),
        pytest.param(0, 0, 0, id="first-seen-today"),
        pytest.param(0, 0, 1e5, id="two-thousand-years"),
    ],
)
def test_nothing_overflows(repeats, recency, age):
    seen, fit = one(repeats, recency, age), fitted(**PAPER)
    alive, expected = MODEL.alive(fit, seen)[0], MODEL.expected(fit, seen, 52)[0]
    assert 0 <= alive <= 1
    assert 0 <= expected < 1e5
    assert np.isfinite(expected)


def test_who_bought_lately_is_likelier_alive():
    alive = [MODEL.alive(fitted(**PAPER), one(5, recency, 39))[0] for recency in (1, 10, 20, 30, 39)]
    assert alive == sorted(alive)


def test_the_gradient_is_the_slope():
    repeats, recency, age = simulate(500, seed=1)
    function = _log_likelihood(histories(repeats, recency, age))
    at = np.array([0.4, 8.0, 0.7, 1.7])
    for place in range(4):
        step = np.eye(4)[place] * at * 1e-6
        slope = (function(at + step)[0] - function(at - step)[0]) / (2 * step[place])
        assert function(at)[1][place] == pytest.approx(slope, rel=1e-5)


def test_parameters_that_made_the_base_are_found_again():
    truth = {"r": 0.5, "alpha": 10.0, "a": 0.6, "b": 2.0}
    fit = MODEL.fit(histories(*simulate(60_000, seed=2)))
    assert fit.converged
    for name, value in truth.items():
        assert abs(fit.parameters[name] - value) < 4 * fit.standard_errors[name], name


def test_errors_claimed_are_errors_made():
    """Over many bases the spread of the estimates is what a single fit says of itself."""
    fits = [MODEL.fit(histories(*simulate(3_000, seed=seed))) for seed in range(40)]
    spread = np.std([np.log(fit.parameters["r"]) for fit in fits])
    claimed = np.median([fit.standard_errors["r"] / fit.parameters["r"] for fit in fits])
    assert 0.6 < spread / claimed < 1.6


@pytest.mark.parametrize("unit", [1 / 7, 1.0, 365.25 / 7 * 24])
def test_the_unit_of_time_changes_alpha_alone(unit):
    repeats, recency, age = simulate(3_000, seed=3)
    week, other = MODEL.fit(histories(repeats, recency, age)), MODEL.fit(histories(repeats, recency * unit, age * unit))
    expected = {**week.parameters, "alpha": week.parameters["alpha"] * unit}
    assert other.parameters == pytest.approx(expected, rel=1e-4)
    assert other.log_likelihood == pytest.approx(week.log_likelihood - repeats.sum() * np.log(unit), abs=1e-3)


@pytest.mark.parametrize(
    ("customers", "again", "weeks", "told"),
    [
        pytest.param(
            50, 40, 20, ("only 50 in all ever placed an order", "总共只有 50 位客户下过单"), id="few-customers"
        ),
        pytest.param(
            500, 12, 20, ("12 of 500 customers bought again", "500 位客户中有 12 位再次购买"), id="few-repeat-buyers"
        ),
        pytest.param(
            500,
            90,
            3,
            ("too little time has been seen since the first order (days: 22)", "自首笔订单以来观察的时间过短（22 天）"),
            id="young-business",
        ),
    ],
)
def test_below_the_floor_it_says_what_is_missing(customers, again, weeks, told):
    repeats = (np.arange(customers) < again).astype(float)
    found = MODEL.fit(histories(repeats, repeats * weeks / 2, np.full(customers, float(weeks))))
    assert isinstance(found, NotEstimable)
    assert (found.reason, found.into("zh").reason) == told


def test_a_base_that_nobody_leaves_has_no_standard_errors():
    draw = np.random.default_rng(4)
    repeats = draw.poisson(draw.gamma(2, 2, 2_000)).astype(float)
    recency = np.where(repeats > 0, 30.0 * draw.random(2_000) ** (1 / np.maximum(repeats, 1)), 0)
    fit = MODEL.fit(histories(repeats, recency, np.full(2_000, 30.0)))
    assert not fit.converged
    assert set(fit.standard_errors.values()) == {None}
    assert np.isfinite(MODEL.expected(fit, one(3, 20, 30), 52)).all()


@pytest.mark.parametrize("seed", range(12))
def test_at_an_edge_the_forecast_is_no_matter_of_rounding(seed):
    """Sums in another order round otherwise, as on another processor; flat ground must not make that an order more."""
    draw = np.random.default_rng(seed)
    repeats = draw.poisson(draw.gamma(1, 2, 2_000)).astype(float)
    recency = np.where(repeats > 0, 30.0 * draw.random(2_000) ** (1 / np.maximum(repeats, 1)), 0)
    columns = (repeats, recency, np.full(2_000, 30.0), np.ones(2_000))
    expected = []
    for _ in range(5):
        order = draw.permutation(2_000)
        seen = Histories(*(column[order] for column in columns))
        fit = MODEL.fit(seen)
        expected.append(MODEL.expected(fit, seen, 52).sum())
    assert not fit.converged
    assert expected == pytest.approx([expected[0]] * 5, rel=1e-7)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5])
def test_orders_of_later_are_worth_less_by_the_yearly_rate(rate):
    """Week by week in a thousand steps: what is expected of each, over (1 + rate) to the years passed."""
    fit, seen, weeks = fitted(**PAPER), one(2, 30.43, 38.86), 104.0
    ends = np.linspace(0, weeks, 1001)
    expected = np.array([MODEL.expected(fit, seen, float(end))[0] for end in ends[1:]])
    steps = np.diff(expected, prepend=0.0)
    middles = (ends[1:] + ends[:-1]) / 2
    worth = steps @ (1 + rate) ** (-middles * 7 / 365.25)
    assert discounted_orders(MODEL, fit, seen, weeks, rate)[0] == pytest.approx(worth, rel=1e-5)


@pytest.mark.parametrize(
    ("customers", "again", "is_fitted"), [(100, 30, True), (99, 30, False), (100, 29, False)]
)  # fmt: skip
def test_a_hundred_customers_of_whom_thirty_came_again_are_the_fewest_that_are_fitted(customers, again, is_fitted):
    repeats = np.array([1.0 + n % 3 for n in range(again)] + [0.0] * (customers - again))
    age = np.array([30.0 + n % 9 for n in range(customers)])
    recency = np.where(repeats > 0, age * (0.2 + 0.1 * repeats), 0.0)
    found = MODEL.fit(Histories(repeats, recency, age, np.ones(customers)))
    assert isinstance(found, NotEstimable) != is_fitted
