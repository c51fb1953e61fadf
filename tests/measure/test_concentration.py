"""Concentration and cohorts agree with what one counts by hand."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from coterie.domain import NotEstimable
from coterie.measure import retention_cohorts, value_concentration

END = datetime(2026, 4, 1)


@pytest.mark.parametrize(
    ("spent", "gini", "top"),
    [
        pytest.param([10] * 10, 0.0, 0.1, id="all-alike"),
        pytest.param([0.0001] * 9 + [100], 0.9, 1.0, id="one-buys-everything"),
        pytest.param([1, 2, 3, 4], 0.25, 0.16, id="four-unequal"),
    ],
)
def test_concentration_of_known_spending(engine, orders, spent, gini, top):
    orders(*({"profile_id": k, "at": datetime(2026, 1, 5), "revenue": v} for k, v in enumerate(spent)))
    found = value_concentration(engine, as_of=END)
    assert found.gini == pytest.approx(gini, abs=1e-4)
    assert found.top_decile == pytest.approx(top, abs=1e-4)
    lorenz = found.lorenz.column("revenue").to_numpy()
    assert (lorenz[0], lorenz[-1]) == (0, pytest.approx(1))
    assert (np.diff(lorenz) >= -1e-12).all()


def test_a_base_that_spent_nothing_has_no_concentration(engine):
    assert isinstance(value_concentration(engine, as_of=END), NotEstimable)


def test_cohorts_follow_who_came_back(engine, orders):
    orders(
        {"profile_id": 1, "at": datetime(2026, 1, 5), "revenue": 1},
        {"profile_id": 1, "at": datetime(2026, 3, 5), "revenue": 1},
        {"profile_id": 2, "at": datetime(2026, 1, 9), "revenue": 1},
        {"profile_id": 3, "at": datetime(2026, 2, 9), "revenue": 1},
    )
    rows = retention_cohorts(engine, as_of=datetime(2026, 3, 20)).to_pylist()
    assert [(r["cohort"].month, r["age"], r["size"], r["active"]) for r in rows] == [
        (1, 0, 2, 2),
        (1, 1, 2, 0),
        (1, 2, 2, 1),
        (2, 0, 1, 1),
        (2, 1, 1, 0),
    ]
    assert [r["is_partial"] for r in rows] == [False, False, True, False, True]


def test_two_cohorts_five_months_apart_are_followed_month_by_month(engine, orders):
    """A customer orders every month from January to September, another first in June: ages without orders are there."""
    orders(*({"profile_id": 1, "at": datetime(2026, month, 10), "revenue": 10} for month in range(1, 10)))
    orders({"profile_id": 2, "at": datetime(2026, 6, 10), "revenue": 10})
    rows = retention_cohorts(engine, as_of=datetime(2026, 9, 11)).to_pylist()
    assert [r["age"] for r in rows if r["cohort"].month == 1] == list(range(9))
    assert [(r["age"], r["active"]) for r in rows if r["cohort"].month == 6] == [(0, 1), (1, 0), (2, 0), (3, 0)]
    assert {r["cohort"].month for r in rows if r["may_be_older"]} == {1}


def test_months_that_were_not_loaded_are_not_told(engine, orders):
    orders(*({"profile_id": n, "at": datetime(2026, 1, 1) + timedelta(days=n), "revenue": 1} for n in range(1, 80)))
    rows = retention_cohorts(engine, as_of=datetime(2026, 8, 1)).to_pylist()
    assert max(r["cohort"].month + r["age"] for r in rows) == 3
    assert {r["is_partial"] for r in rows if r["cohort"].month + r["age"] == 3} == {True}


def test_cohorts_are_those_of_the_calendar_the_business_lives_by(engine, orders):
    orders({"profile_id": 1, "at": datetime(2026, 1, 31, 20), "revenue": 1})  # 04:00 on 1 February in Shanghai
    rows = retention_cohorts(engine, as_of=datetime(2026, 2, 28, 20), zone="Asia/Shanghai").to_pylist()
    assert [(r["cohort"], r["age"], r["is_partial"]) for r in rows] == [
        (datetime(2026, 2, 1), 0, False),
        (datetime(2026, 2, 1), 1, True),
    ]
