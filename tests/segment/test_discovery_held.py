"""Discovery held against data with no groups, with plain ones, and with columns that are no quantities."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from sklearn import datasets
from sklearn.metrics import adjusted_rand_score
from tests.segment.test_discover import segments_of, traits_of

from coterie.segment.segmentations import DiscoveryDefinition, discover
from coterie.segment.segmentations.preference import family_of, is_code

AS_OF = datetime(2026, 1, 1)
QUICK = DiscoveryDefinition(bootstraps=10, starts=5, largest_k=6)


def _zeros(rng):
    return {f"likes_{n}": np.where(rng.random(400) < 0.7, 0.0, rng.integers(1, 6, 400)) for n in range(4)}


def _spent(rng):
    return {f"spent_{n}": np.where(rng.random(400) < 0.5, 0.0, rng.lognormal(3, 1, 400)) for n in range(3)}


def _gaps(rng):
    return {f"m_{n}": np.where(rng.random(400) < 0.4, np.nan, rng.normal(size=400)) for n in range(4)}


def _moons(rng):
    points = datasets.make_moons(400, noise=0.06, random_state=int(rng.integers(99)))[0]
    return {"a": points[:, 0], "b": points[:, 1]}


@pytest.mark.parametrize("made", [_zeros, _spent, _gaps, _moons], ids=["zeros", "spent", "missing", "moons"])
def test_no_groups_are_claimed_where_there_are_none_of_their_kind(warehouse, made):
    traits_of(warehouse, made(np.random.default_rng(0)))
    found = discover(warehouse, QUICK, as_of=AS_OF)
    assert not found.is_clear
    assert any(
        word in " ".join(found.notes()) for word in ("No natural groups", "blend into", "without a gap", "a sketch")
    )


def test_two_plain_groups_are_two(warehouse):
    rng = np.random.default_rng(0)
    truth = np.arange(400) % 2
    traits_of(warehouse, {name: rng.normal(size=400) + 4.5 * truth for name in ("a", "b")})
    found = discover(warehouse, QUICK, as_of=AS_OF)
    assert (found.k, found.is_clear) == (2, True)
    assert adjusted_rand_score(truth, list(segments_of(warehouse).values())) > 0.95


def test_card_customers_are_the_three_groups_that_made_them(warehouse):
    rng = np.random.default_rng(0)
    group = rng.choice(3, 500, p=[0.58, 0.34, 0.08])
    middle = np.array([[33000, 5.5, 3.4, 1, 2], [12000, 2.4, 0.9, 3.6, 6.9], [141000, 8.7, 0.6, 10.9, 1.1]])
    spread = np.array([[20000, 1, 1, 0.9, 1], [9000, 1.1, 0.9, 1.2, 1.9], [35000, 1, 0.9, 2, 0.9]])
    values = np.maximum(0, middle[group] + rng.normal(size=(500, 5)) * spread[group])
    names = ["avg_credit_limit", "total_credit_cards", "total_visits_bank", "total_visits_online", "total_calls_made"]
    columns = {name: values[:, n] for n, name in enumerate(names)}
    traits_of(warehouse, {"sl_no": np.arange(500), "customer_key": rng.integers(10**4, 10**5, 500), **columns})
    found = discover(warehouse, QUICK, as_of=AS_OF)
    assert (found.k, found.is_clear) == (3, True)
    assert {feature.trait for feature in found.model.features} == set(names)
    assert adjusted_rand_score(group, list(segments_of(warehouse).values())) > 0.9
    assert found.preparation()[0] == "By what customers are worth: average credit limit."


def test_income_and_spending_come_before_age(mall):
    mall.execute("CREATE OR REPLACE VIEW traits AS SELECT *, 10000 + (profile_id * 7919) % 89999 AS postcode FROM mall")
    found = discover(mall, DiscoveryDefinition(bootstraps=20), as_of=AS_OF)
    assert found.k == 5
    assert found.is_clear
    assert {feature.trait for feature in found.model.features} == {"income", "spending"}
    told = " ".join(found.preparation())
    assert "postcode is a code, not a quantity." in told
    assert "age describes people rather than what they are worth or do." in told


def test_the_verdict_follows_the_final_stability_and_one_figure_is_told(warehouse):
    rng = np.random.default_rng(3)
    traits_of(
        warehouse,
        {name: rng.normal(size=120) + 2.6 * (np.arange(120) % 3 == place) for place, name in enumerate("abc")},
    )
    found = discover(warehouse, QUICK, as_of=AS_OF)
    least = min(part.stability for part in found.parts)
    assert found.choice.values["stability"] == least
    assert not (least < 0.6 and (found.choice.is_sound or found.is_clear))
    assert not ("comes back" in found.notes()[0] and "does not come back" in " ".join(found.warnings()))
    others = [figures.least_stability for figures in found.evidence if figures.k != found.k]
    assert least >= 0.6 or max(others) < 0.6


@pytest.mark.slow
@pytest.mark.parametrize(("load", "reference"), [("load_iris", 0.7302), ("load_wine", 0.8975)])
def test_flowers_and_wines_by_automatic_choice_are_printed_with_the_references(warehouse, load, reference):
    loaded = getattr(datasets, load)()
    traits_of(warehouse, {f"measure_{n}": loaded.data[:, n] for n in range(loaded.data.shape[1])})
    found = discover(warehouse, DiscoveryDefinition(bootstraps=20), as_of=AS_OF)
    ari = adjusted_rand_score(loaded.target, list(segments_of(warehouse).values()))
    print(f"{load}: {found.k} groups by automatic choice, ARI {ari:.4f} (k-means with k given: {reference})")  # noqa: T201 - a table for the reader
    assert ari > 0.5


@pytest.mark.parametrize(
    "trait",
    ["postcode", "zip", "category_code", "customerID", "customer_id", "store_no", "邮编", "phone", "row_number"],
)
def test_codes_are_no_quantities(trait):
    assert is_code(trait, np.array([1.0, 5.0, 5.0]))


@pytest.mark.parametrize("trait", ["number_of_orders", "num_visits", "income", "zipper_length", "ideas", "age"])
def test_quantities_are_no_codes(trait):
    assert not is_code(trait, np.array([1.0, 5.0, 5.0]))


@pytest.mark.parametrize(
    ("trait", "family"),
    [("annual_income", "value"), ("MntWines_spend", "value"), ("消费金额", "value"), ("visits", "behavior"),
     ("Age", "demographic"), ("年龄", "demographic"), ("dance", "other"), ("average_order_value", "value")],
)  # fmt: skip
def test_traits_are_known_by_their_words(trait, family):
    assert family_of(trait) == family
