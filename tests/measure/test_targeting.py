"""A past campaign that did nothing is not called credibly effective, whomever it was sent to."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench/past_campaigns.py"


@pytest.fixture(scope="module")
def simulated():
    spec = importlib.util.spec_from_file_location("past_campaigns", BENCH)
    module = sys.modules["past_campaigns"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
