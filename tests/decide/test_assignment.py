from __future__ import annotations

import hashlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from coterie.decide import arms_at, assign_arms
from coterie.decide.assignment import position_of, propensities
from coterie.engines import open_warehouse
from tests.laws import tries

HALVES = {"a": 0.5, "b": 0.5}


@pytest.fixture(scope="module")
def engine():
    warehouse = open_warehouse(None)
    yield warehouse
    warehouse.close()


def positions(engine, salt: str, count: int):
    found = assign_arms(engine, f"SELECT range AS profile_id FROM range({count})", salt, HALVES)
    return dict(zip(found["profile_id"].to_pylist(), found["arm"].to_pylist(), strict=True))


@settings(max_examples=tries(20, 60), deadline=None)
@given(salt=st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text), first=st.integers(0, 2**62))
def test_sql_and_python_assign_alike(engine, salt, first):
    shares = {"holdout": 0.07, "a": 0.31, "b": 0.62}
    chosen = [first, first + 1, first + 2]
    query = " UNION ALL ".join(f"SELECT {profile} AS profile_id" for profile in chosen)
    found = assign_arms(engine, query, salt, shares)
    assert (
        found["arm"].to_pylist()
        == arms_at(pa.array([position_of(salt, f"profile:{n}") for n in chosen]), shares).to_pylist()
    )


def test_a_position_is_the_documented_hash():
    first = hashlib.sha256(b"spring|email:ann@example.com").hexdigest()[:13]
    assert position_of("spring", "email:ann@example.com") == int(first, 16) / 2**52


def test_the_order_of_loading_changes_nobody_s_arm():
    """Numbers of profiles come from the order of files; arms from what identifies people."""
    arms = []
    for numbers in (range(400), reversed(range(400))):
        warehouse = open_warehouse(None)
        people = [(n, place) for place, n in enumerate(numbers)]
        rows = [
            {"identifier_id": place * 2 + k, "namespace": namespace, "value": value, "profile_id": place}
            for n, place in people
            for k, (namespace, value) in enumerate([("email", f"P{n}@example.com"), ("customer_id", f"c{n}")])
        ]
        warehouse.write("identifiers", pa.Table.from_pylist(rows))
        found = assign_arms(warehouse, "SELECT DISTINCT profile_id FROM identifiers", "spring", HALVES)
        of_place = dict(zip(found["profile_id"].to_pylist(), found["arm"].to_pylist(), strict=True))
        arms.append({n: of_place[place] for n, place in people})
        warehouse.close()
    assert arms[0] == arms[1]
    assert arms[0][7] == arms_at(pa.array([position_of("spring", "customer_id:c7")]), HALVES)[0].as_py()


@pytest.mark.parametrize("salt", ["spring", "summer", "春季", "a|b"])
def test_positions_are_uniform(salt):
    """Kolmogorov-Smirnov against the uniform law, 50,000 profiles."""
    found = [position_of(salt, f"customer_id:{profile}") for profile in range(50_000)]
    assert stats.kstest(found, "uniform").pvalue > 0.001
    assert min(found) >= 0
    assert max(found) < 1


@pytest.mark.parametrize(
    "shares",
    [
        pytest.param({"holdout": 0.1, "message": 0.9}, id="a-tenth-held-out"),
        pytest.param({"holdout": 0.01, "a": 0.33, "b": 0.66}, id="a-hundredth-and-two-variants"),
        pytest.param({"a": 0.2, "b": 0.2, "c": 0.2, "d": 0.2, "e": 0.2}, id="five-variants"),
    ],
)
def test_arms_have_their_shares(engine, shares):
    count = 200_000
    found = assign_arms(engine, f"SELECT range AS profile_id FROM range({count})", "easter", shares)
    counts = {row["values"]: row["counts"] for row in found["arm"].value_counts().to_pylist()}
    chi = stats.chisquare([counts[arm] for arm in shares], [count * share for share in shares.values()])
    assert chi.pvalue > 0.001
    assert sum(shares.values()) == pytest.approx(1)


def test_two_experiments_are_independent(engine):
    one, other = positions(engine, "spring", 50_000), positions(engine, "summer", 50_000)
    table = [[sum(one[n] == a and other[n] == b for n in one) for b in HALVES] for a in HALVES]
    assert stats.chi2_contingency(table).pvalue > 0.001


def test_a_larger_base_moves_nobody(engine):
    few, many = positions(engine, "spring", 1000), positions(engine, "spring", 5000)
    assert all(many[profile] == arm for profile, arm in few.items())


def test_a_smaller_holdout_only_frees_people(engine):
    def held(share: float) -> set[int]:
        found = assign_arms(
            engine, "SELECT range AS profile_id FROM range(5000)", "spring", {"holdout": share, "m": 1 - share}
        )
        return {
            p for p, arm in zip(*(found[n].to_pylist() for n in ("profile_id", "arm")), strict=True) if arm == "holdout"
        }

    assert held(0.05) < held(0.1)


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 6), st.floats(0, 0.9))
def test_every_position_has_an_arm_and_its_propensity(position, variants, holdout):
    shares = {"holdout": holdout} | {f"v{n}": (1 - holdout) / variants for n in range(variants)}
    arms = arms_at(pa.array([position]), shares)
    assert propensities(arms, shares).to_pylist() == [shares[arms[0].as_py()]]
    if position < holdout:
        assert arms.to_pylist() == ["holdout"]


def test_an_arm_begins_where_the_one_before_it_ends():
    shares = {"holdout": 0.25, "a": 0.25, "b": 0.5}
    assert arms_at(pa.array([0.0, 0.25, 0.5]), shares).to_pylist() == ["holdout", "a", "b"]
