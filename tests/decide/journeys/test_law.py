"""The law: what the engine does with everybody at once is what each would have come to alone."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.decide.journeys.histories import history

TRIED = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""A seed is not made smaller: the history of another says nothing about the first."""
seeds = st.integers(0, 2**32)


@settings(TRIED, max_examples=3)
@given(seeds)
def test_everybody_at_once_is_each_for_themselves(seed):
    history(seed, turns=5)


@pytest.mark.slow
@settings(TRIED, max_examples=150)
@given(seeds)
def test_everybody_at_once_is_each_for_themselves_in_long_histories(seed):
    history(seed, turns=14)
