"""A person says who is who: two are one until that is undone, or two for good."""

from __future__ import annotations

import pytest
from tests.resolve.conftest import NOW

from coterie.errors import Refused
from coterie.resolve import identity_graph, keep_apart, list_merges, merge, resolve, unmerge


@pytest.fixture
def two(graph):
    """Two people of two identifiers each."""
    graph.row("customer_id:C1", "email:ann@x.com")
    graph.row("customer_id:C2", "email:bob@x.com")
    resolve(graph.engine)
    return graph


def test_two_joined_by_hand_are_one_after_every_refresh_and_undoing_restores_both(two):
    before = two.profiles()
    done = merge(two.engine, 3, 1, clock=lambda: NOW)
    assert (done.kept_profile_id, done.merged_profile_id, done.moved) == (1, 3, 2)
    assert len(two.people()) == 1
    resolve(two.engine)
    assert len(two.people()) == 1
    assert "by hand" in str(list_merges(two.engine)["evidence"][0].as_py())
    unmerge(two.engine, done.merge_id, lambda: NOW)
    assert two.profiles() == before


def test_a_refused_merge_is_not_made_by_a_row_that_comes_later(two):
    before = two.profiles()
    keep_apart(two.engine, 1, 3, lambda: NOW)
    two.row("customer_id:C1", "customer_id:C2", source="crm")
    resolve(two.engine)
    assert two.profiles() == before
    assert identity_graph(two.engine, 1).apart["profile_id"].to_pylist() == [3]


def test_a_merge_by_hand_overrules_an_earlier_refusal(two):
    keep_apart(two.engine, 1, 3, lambda: NOW)
    merge(two.engine, 1, 3, clock=lambda: NOW)
    assert len(two.people()) == 1
    assert identity_graph(two.engine, 1).apart.num_rows == 0


def test_what_cannot_be_one_person_is_refused_and_nothing_changed(two):
    two.row("email:a@x.com", "loyalty_card:L1")
    resolve(two.engine)
    before, links = two.profiles(), two.engine.query("SELECT count(*) AS n FROM identity_links")
    with pytest.raises(Refused, match="both name person 1"):
        merge(two.engine, 1, 1)
    two.row("device_id:00000000-0000-0000-0000-000000000000")
    resolve(two.engine)
    nobody = two.engine.query("SELECT max(identifier_id) AS n FROM identifiers")["n"][0].as_py()
    with pytest.raises(Refused, match="cannot be one"):
        merge(two.engine, 1, nobody)
    assert {k: v for k, v in two.profiles().items() if k in before} == before
    assert two.engine.query("SELECT count(*) AS n FROM identity_links") == links


def test_the_graph_says_of_each_link_what_it_rests_on_and_which_merge_undoes_it(two):
    merge(two.engine, 1, 3, clock=lambda: NOW)
    found = identity_graph(two.engine, 1)
    assert found.identifiers["value"].to_pylist() == ["C1", "ann@x.com", "C2", "bob@x.com"]
    links = found.links.to_pylist()
    assert [(each["left_id"], each["right_id"]) for each in links] == [(1, 2), (1, 3), (3, 4)]
    assert all(each["merge_id"] for each in links)
