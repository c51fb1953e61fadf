"""What every model of buying must do."""

from __future__ import annotations

from itertools import islice

import numpy as np

from coterie.domain import NotEstimable
from coterie.predict import OrderModel, SpendModel
from coterie.predict.contract import Histories, Numbers, Spends, histories
from coterie.testing.claims import claim

HORIZON = 26.0
MANY_ORDERS = 400


def check_order_model(model: OrderModel, seed: int = 7) -> None:
    """Assert what follows from the contract on customers drawn at random: probabilities, growth, agreement of the two readings.

    Raises ``AssertionError`` naming the promise that is broken.

    >>> from coterie.predict import ORDER_MODELS
    >>> check_order_model(ORDER_MODELS["bgnbd"])
    """
    seen = _customers(seed)
    fit = model.fit(seen)
    if isinstance(fit, NotEstimable):
        raise AssertionError(f"{model.name}: no fit of 600 plain customers: {fit.reason}")  # noqa: TRY004 - a broken promise, not a wrong type
    alive, soon, later = (
        model.alive(fit, seen),
        model.expected(fit, seen, HORIZON),
        model.expected(fit, seen, 2 * HORIZON),
    )
    claim(len(alive) == len(soon) == len(seen), model.name, "one number for every history")
    claim(bool(np.all((alive >= 0) & (alive <= 1))), model.name, "being alive is a probability")
    claim(
        bool(np.all(soon >= 0) and np.all(later >= soon - 1e-9)),
        model.name,
        "orders are expected, and more of them later",
    )
    new = model.expected_of_new(fit, np.array([0.0, HORIZON, 2 * HORIZON]))
    claim(abs(float(new[0])) < 1e-9 and new[1] <= new[2], model.name, "a new customer starts at nothing and grows")
    chances = np.array(list(islice(model.chances(fit, seen, HORIZON), MANY_ORDERS)))
    claim(bool(np.all(chances > -1e-9)), model.name, "chances are not negative")
    claim(bool(np.all(np.abs(chances.sum(axis=0) - 1) < 0.01)), model.name, "chances sum to 1")
    mean = (np.arange(len(chances))[:, None] * chances).sum(axis=0)
    claim(
        bool(np.allclose(mean, soon, rtol=0.05, atol=0.05)), model.name, "the mean of the chances is what is expected"
    )


def check_spend_model(model: SpendModel, seed: int = 7) -> None:
    """Assert that expected order values are positive, with intervals which narrow as orders come.

    Raises ``AssertionError`` naming the promise that is broken.

    >>> from coterie.predict import SPEND_MODELS
    >>> check_spend_model(SPEND_MODELS["gamma_gamma"])
    """
    random = np.random.default_rng(seed)
    repeats = 1.0 + random.poisson(3, 600)
    usual = 1 / random.gamma(6, 1 / 200, 600)
    mean = np.asarray(usual * random.gamma(4 * repeats, 1 / (4 * repeats)), np.float64)
    fit = model.fit(Spends(np.asarray(repeats, np.float64), mean))
    if isinstance(fit, NotEstimable):
        raise AssertionError(f"{model.name}: no fit of 600 plain customers: {fit.reason}")  # noqa: TRY004 - a broken promise, not a wrong type
    orders, alike = np.array([0.0, 1.0, 4.0, 20.0]), np.full(4, float(np.median(mean)))
    expected = model.expected(fit, orders, alike)
    low, high = model.interval(fit, orders, alike, 0.8)
    claim(bool(np.all(expected > 0) and np.all(low < high)), model.name, "values are positive, intervals have a width")
    claim(bool(np.all(np.diff(high - low) < 0)), model.name, "intervals narrow as orders come")
    claim(
        abs(expected[3] - alike[3]) <= abs(expected[1] - alike[1]) + 1e-9,
        model.name,
        "own orders outweigh the population",
    )


def _customers(seed: int) -> Histories:
    random = np.random.default_rng(seed)
    age: Numbers = random.uniform(20, 60, 600)
    repeats = random.poisson(random.gamma(1.5, 0.06, 600) * age).astype(float)
    recency = np.where(repeats > 0, age * random.beta(4, 1, 600), 0.0)
    return histories(repeats, recency, age)
