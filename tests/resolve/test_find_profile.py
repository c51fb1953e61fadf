"""One finds the person one means."""

from __future__ import annotations

import pytest

from coterie.errors import NotReady, Refused, UnknownName
from coterie.resolve import find_profile, resolve


@pytest.fixture
def base(graph):
    graph.row("customer_id:17850", "email:Ann@X.com")
    graph.row("customer_id:3", "phone:(415) 555-0132")
    graph.row("crm_id:A:7", "loyalty_card:3")
    resolve(graph.engine)
    return graph


@pytest.mark.parametrize(
    ("key", "named"),
    [
        pytest.param("17850", "customer_id:17850", id="a-value"),
        pytest.param("customer_id:3", "customer_id:3", id="a-value-in-its-namespace"),
        pytest.param("ann@x.COM", "email:Ann@X.com", id="an-address-in-another-spelling"),
        pytest.param("email:ann@x.com", "email:Ann@X.com", id="the-same-in-its-namespace"),
        pytest.param("+1 415 555 0132", "phone:(415) 555-0132", id="a-phone-in-another-spelling"),
        pytest.param("A:7", "crm_id:A:7", id="a-value-with-a-colon"),
        pytest.param("profile:4", "customer_id:3", id="a-merged-profile-finds-the-one-it-became"),
        pytest.param(1, "customer_id:17850", id="a-number-is-a-profile"),
    ],
)
def test_found(base, key, named):
    assert find_profile(base.engine, key) == base.profiles()[base[named]]


def test_several_are_listed(base):
    with pytest.raises(
        Refused, match=r"'3' names 2 customers; say which: .*customer_id:3.*loyalty_card:3 \(profile 5\)"
    ):
        find_profile(base.engine, "3")


@pytest.mark.parametrize("key", ["17851", "customer_id:17851"])
def test_nobody_says_which_key_is_near(base, key):
    with pytest.raises(UnknownName, match="customer_id:17850"):
        find_profile(base.engine, key)


@pytest.mark.parametrize("key", ["anne@x.com", "email:anne@x.com"])
def test_nobody_tells_no_address_of_another(base, key):
    with pytest.raises(UnknownName) as refused:
        find_profile(base.engine, key)
    assert "Ann@X.com" not in str(refused.value)


@pytest.mark.parametrize("key", [99, "profile:99", "profile:x"])
def test_no_such_profile(base, key):
    with pytest.raises(UnknownName, match="no profile named"):
        find_profile(base.engine, key)


def test_before_any_load_the_next_step_is_said(graph):
    with pytest.raises(NotReady, match="coterie load"):
        find_profile(graph.engine, "1")
