"""The bars of a trait hold everybody who has a value, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from coterie.engines import Engine, open_warehouse
from coterie.profile import TraitDescription, describe_traits
from coterie.profile.distribution import MOST, distribution, spread_in_words

NOW = datetime(2026, 1, 1)
DRAW = np.random.default_rng(5)
VALUES = {
    "spend": [None if each < 8 else float(each) for each in DRAW.lognormal(3, 1.4, 1000)],
    "steps": [float(each) for each in DRAW.integers(0, 5, 1000)],
    "losses": [float(each) for each in DRAW.integers(-40, 200, 1000)],
    "city": [f"c{min(each, 30)}" for each in DRAW.geometric(0.15, 1000)],
    "since": [NOW - timedelta(days=float(each)) for each in DRAW.uniform(0, 300, 1000)],
    "mostly": [1.0] * 970 + [float(each) for each in range(30)],
    "nothing": pa.nulls(1000, pa.float64()),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = open_warehouse(None)
    engine.write("people", pa.table({"profile_id": list(range(1000)), **VALUES}), append=False)
    engine.view("traits", "SELECT * FROM people")
    yield engine
    engine.close()


def described(engine: Engine, name: str) -> TraitDescription:
    [found] = describe_traits(engine, as_of=NOW, names=[name])
    return found


@pytest.mark.parametrize("name", VALUES)
def test_bars_hold_everybody_who_has_a_value(engine: Engine, name: str) -> None:
    trait = described(engine, name)
    bars = distribution(engine, trait)
    assert sum(bar.profiles for bar in bars) == trait.profiles
    assert sum(bar.share for bar in bars) == pytest.approx(1 if trait.profiles else 0)
    assert len(bars) <= 2 * MOST


@pytest.mark.parametrize("name", ["spend", "losses", "mostly"])
def test_a_bar_of_numbers_counts_what_lies_between_its_ends(engine: Engine, name: str) -> None:
    known = [each for each in VALUES[name] if each is not None]
    for bar in distribution(engine, described(engine, name)):
        low = -np.inf if bar.low is None else bar.low
        high = np.inf if bar.high is None else bar.high
        assert bar.profiles == sum(low <= each < high for each in known), bar


def test_few_values_stand_as_they_are_and_many_texts_end_with_the_rest(engine: Engine) -> None:
    assert [bar.low for bar in distribution(engine, described(engine, "steps"))] == [0, 1, 2, 3, 4]
    bars = distribution(engine, described(engine, "city"))
    assert bars[0].label == "c1"
    assert [bar.label for bar in bars].index(None) == MOST


def test_words_say_what_the_bars_show(engine: Engine) -> None:
    trait = described(engine, "city")
    said = spread_in_words(trait, 1000, distribution(engine, trait), NOW)
    assert [str(each) for each in said] == [
        "Known of 1,000 of 1,000 profiles (100%).",
        f"The most frequent is “c1”, of {VALUES['city'].count('c1') / 1000:.0%}.",
    ]
