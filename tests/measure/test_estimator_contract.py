"""How often an estimator of the registry is right, and the moments that it rests on; the rest of its contract is in ``coterie.testing``."""

import numpy as np
import pytest

from coterie.domain import Estimate
from coterie.measure import ESTIMATORS
from coterie.measure.moments import Moments, moments_columns, read_moments


def arm(random, n=400, lift=0.0):
    past = random.gamma(2, 1, n)
    columns = {
        "y": (random.random(n) < 0.3 + lift).astype(float),
        "d": 1 + random.poisson(past).astype(float),
        "x": random.poisson(past).astype(float),
        "e": 1 + random.poisson(past).astype(float),
    }
    return Moments.of_columns(columns)


@pytest.fixture(params=list(ESTIMATORS))
def estimator(request):
    return ESTIMATORS[request.param]


def test_ninety_five_of_a_hundred_intervals_hold_no_effect(estimator):
    random = np.random.default_rng(4)
    found = [estimator().estimate(arm(random), arm(random)) for _ in range(300)]
    held = sum(isinstance(f, Estimate) and f.low <= 0 <= f.high for f in found)
    # Binomial(300, .95): fewer than 273 or more than 296 would be one chance in 500.
    assert 273 <= held <= 296


def test_moments_read_from_sql_are_those_of_the_rows(engine):
    rows = engine.query(
        f"SELECT {moments_columns(['y', 'x'])} FROM (VALUES (1, 2), (3, 5), (4, 4)) AS t(y, x)"
    ).to_pylist()
    found = read_moments(rows[0], ["y", "x"])
    assert (found.n, found.mean("y")) == (3, pytest.approx(8 / 3))
    assert found.covariance("y", "x") == pytest.approx(np.cov([1, 3, 4], [2, 5, 4])[0, 1])


def test_moments_of_parts_add_up():
    whole = Moments.of([1.0, 2.0, 7.0, 9.0])
    assert Moments.of([1.0, 2.0]) + Moments.of([7.0, 9.0]) == whole
