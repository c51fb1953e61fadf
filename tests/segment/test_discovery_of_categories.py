"""Categories of words divide the base where their people differ otherwise, and make no groups out of themselves."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score
from tests.laws import by_day
from tests.segment.test_discover import segments_of, traits_of

from coterie.errors import UnknownName
from coterie.segment.contrasts import contrast
from coterie.segment.segmentations import DiscoveryDefinition, discover
from coterie.segment.segmentations.columns import MOST_LEVELS, text_columns

AS_OF = datetime(2026, 1, 1)
QUICK = DiscoveryDefinition(bootstraps=10, starts=3, largest_k=6)
PLANS, FIELDS, CITIES = ("Free", "Pro", "Team"), ("Retail", "Health", "Schools", "Banks"), ("Bonn", "Pune", "Reno")


def _drawn(rng, words, n, shares=None):
    return [str(word) for word in rng.choice(words, n, p=shares)]


def _one(rng, n):
    return {"plan": _drawn(rng, PLANS, n)}


def _two(rng, n):
    return {"plan": _drawn(rng, PLANS, n), "industry": _drawn(rng, FIELDS, n, (0.5, 0.3, 0.15, 0.05))}


def _three(rng, n):
    return _two(rng, n) | {"channel_wanted": _drawn(rng, ("mail", "post"), n, (0.8, 0.2))}


def _beside_numbers(rng, n):
    return _two(rng, n) | {"spend": rng.lognormal(3, 1, n), "visits": rng.poisson(4, n).astype(float)}


def _with_gaps(rng, n):
    gone = rng.random(n) < 0.3
    return {
        name: [None if g else word for g, word in zip(gone, words, strict=True)] for name, words in _two(rng, n).items()
    }


DRAWN = [
    pytest.param(made, seed, id=f"{made.__name__[1:]}-{seed}")
    for made in (_one, _two, _three, _beside_numbers, _with_gaps)
    for seed in range(3)
]


@pytest.mark.parametrize(("made", "seed"), by_day(DRAWN, "one-0", "three-1", "beside_numbers-2", "with_gaps-0"))
def test_categories_that_go_with_nothing_are_no_groups(warehouse, made, seed):
    columns = made(np.random.default_rng(seed), 400)
    traits_of(warehouse, {name: pa.array(c) if isinstance(c, list) else c for name, c in columns.items()})
    found = discover(warehouse, QUICK, as_of=AS_OF)
    assert not found.is_clear
    assert not next(figures for figures in found.evidence if figures.k == found.k).stands_out


def test_categories_that_go_together_are_the_groups_that_made_them(warehouse):
    rng = np.random.default_rng(0)
    truth = np.arange(450) % 3
    kept = rng.random((3, 450)) < 0.93
    columns = {
        name: [words[group] if keep else str(rng.choice(words)) for group, keep in zip(truth, kept[place], strict=True)]
        for place, (name, words) in enumerate((("plan", PLANS), ("industry", FIELDS[:3]), ("contact_wish", ("mail", "post", "phone"))))
    }  # fmt: skip
    traits_of(warehouse, {name: pa.array(words) for name, words in columns.items()})
    found = discover(warehouse, QUICK, as_of=AS_OF)
    assert found.k == 3
    assert found.is_clear
    assert adjusted_rand_score(truth, list(segments_of(warehouse).values())) > 0.9
    names = " ".join(part.name() for part in found.parts)
    assert any(f"Plan: {plan}" in names or f"plan: {plan}" in names or "industry: " in names.lower() for plan in PLANS)


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        (["Pro", "pro", "Free", "FREE"] * 20, 2),
        ([f"w{n % MOST_LEVELS}" for n in range(240)], MOST_LEVELS),
        ([f"w{n % (MOST_LEVELS + 1)}" for n in range(260)], 0),
        (["1", "2", "3"] * 30, 0),
        ([f"Ann {n}" for n in range(60)], 0),
        (["a"] * 60, 0),
    ],
)
def test_words_are_a_category_up_to_a_stated_number_of_levels(warehouse, values, levels):
    traits_of(warehouse, {"said": pa.array(values, pa.string())})
    found = text_columns(warehouse, ["said"]).get("said", [])
    assert [column.reads for column in found] == ["level"] * levels


def test_codes_divide_nobody_and_a_city_only_where_little_else_is_known(warehouse):
    rng = np.random.default_rng(1)
    columns = {"branch_code": pa.array(_drawn(rng, ("A", "B", "C"), 300)), "city": pa.array(_drawn(rng, CITIES, 300))}
    traits_of(warehouse, columns)
    assert {feature.trait for feature in discover(warehouse, QUICK, as_of=AS_OF).model.features} == {"city"}
    traits_of(warehouse, columns | {"spend": rng.lognormal(3, 1, 300), "visits": rng.poisson(4, 300).astype(float)})
    assert "city" not in {feature.trait for feature in discover(warehouse, QUICK, as_of=AS_OF).model.features}


def test_what_nearly_everybody_has_names_no_group(warehouse):
    rng = np.random.default_rng(0)
    truth = np.arange(400) % 2
    returned = np.where(rng.random(400) < 0.25 * truth, rng.uniform(0.2, 0.9, 400), 0.0)
    traits_of(
        warehouse,
        {
            "revenue": rng.lognormal(3 + 3 * truth, 0.4),
            "orders": rng.poisson(2 + 20 * truth).astype(float),
            "return_rate": returned,
        },
    )
    found = discover(warehouse, QUICK, as_of=AS_OF)
    assert not any("few returns" in part.name() for part in found.parts)


def test_personas_tell_the_words_that_many_share_of_a_trait_with_many_words(warehouse):
    rng = np.random.default_rng(0)
    group = np.arange(600) % 2
    towns = [
        ("Bonn" if rng.random() < 0.6 else f"Town {rng.integers(200)}") if g else f"Town {rng.integers(200)}"
        for g in group
    ]
    traits_of(warehouse, {"hometown": pa.array(towns), "nickname": pa.array([f"n{n}" for n in range(600)])})
    warehouse.execute(
        "CREATE OR REPLACE TABLE segment_members AS SELECT profile_id, 'g' || (profile_id % 2) AS segment FROM traits"
    )
    found = contrast(warehouse, "segment_members")
    assert {(each.trait, each.category) for each in found if each.is_sure} == {("hometown", "Bonn")}


def test_a_trait_of_names_says_nothing_though_it_is_asked_for(warehouse):
    traits_of(warehouse, {"nickname": pa.array([f"n{n}" for n in range(60)]), "spend": np.arange(60.0)})
    with pytest.raises(UnknownName, match="no numeric trait named 'nickname'"):
        discover(warehouse, DiscoveryDefinition(traits=("nickname",)), as_of=AS_OF)
