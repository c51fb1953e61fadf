"""A past campaign that did nothing is not called credibly effective, whomever it was sent to."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench"


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def simulated():
    return loaded("past_campaigns")


@pytest.fixture(scope="module")
def triggered():
    return loaded("triggered_campaigns")


@pytest.mark.slow
@pytest.mark.parametrize("strictly", [False, True], ids=["loosely", "strictly"])
@pytest.mark.parametrize(
    "pattern",
    ["random", "high spenders", "recent buyers", "lapsed", "frequent", "rising", "falling", "category buyers"],
)
def test_at_most_one_in_twenty_is_falsely_credible(simulated, pattern, strictly):
    found = simulated.verdicts(pattern, 100, np.random.default_rng(5), strictly=strictly)
    # 5 of 100 and twice their standard error.
    assert found["claimed"] <= 9


@pytest.mark.slow
def test_matching_has_no_bias_where_the_contacted_were_drawn_at_random(simulated):
    random = np.random.default_rng(6)
    values, errors = [], []
    for _ in range(100):
        effect = simulated.read("random", random, strictly=True).matched.effect
        values.append(effect.value)
        errors.append((effect.high - effect.low) / 3.92)
    assert abs(np.mean(values)) < 3 * np.std(values) / 10
    assert np.std(values) < 1.3 * np.mean(errors)


def test_a_campaign_to_all_of_its_target_and_nobody_else_is_not_credible(simulated):
    for pattern in ("high spenders", "lapsed", "rising"):
        reading = simulated.read(pattern, np.random.default_rng(1), strictly=True)
        assert reading.verdict != "credible"


@pytest.mark.parametrize("trigger", ["an order", "a silence"])
def test_a_mail_set_off_by_what_customers_do_is_not_effective_for_whom_it_picks(triggered, trigger):
    """Controls that were left alone for weeks had not ordered, or not been silent: +8.11 and -3.06 were found of nothing."""
    found = triggered.read(trigger, np.random.default_rng(3))
    error = (found.matched.high - found.matched.low) / 3.92
    assert abs(found.matched.value) < min(3 * error, 2.7)
    assert found.crossed > 0.2


def test_a_real_effect_of_a_mail_set_off_by_orders_is_found_and_said_to_show_too_small(triggered):
    found = triggered.read("an order", np.random.default_rng(4), lift=1.0)
    assert found.matched.low > 6
    assert found.verdict == "indicative"
    assert "contacted soon after, so that an effect shows too small" in " ".join(found.sentences())
    assert "were contacted themselves within the 28 days" in " ".join(found.sentences())


@pytest.mark.slow
@pytest.mark.parametrize("trigger", ["an order", "a silence", "the calendar"])
def test_at_most_one_in_twenty_triggered_campaigns_is_falsely_credible(triggered, trigger):
    random = np.random.default_rng(5)
    found = [triggered.read(trigger, random) for _ in range(40)]
    effects = np.array([f.matched.value for f in found])
    assert abs(effects.mean()) < 3 * effects.std() / 40**0.5
    # 2 of 40 and twice their standard error.
    assert sum(f.verdict == "credible" and not f.matched.low <= 0 <= f.matched.high for f in found) <= 4
