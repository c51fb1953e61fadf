"""Identifiers become people."""

from __future__ import annotations

import pytest
from tests.resolve.conftest import NOW, people

from coterie.domain import utc_now
from coterie.resolve import list_merges, resolve
from coterie.settings import IdentitySettings, WorkspaceSettings


def test_identifiers_of_one_row_are_one_person(graph):
    graph.row("customer_id:C1", "email:ann@x.com", "phone:415 555 0132")
    found = resolve(graph.engine)
    assert graph.people() == people(["customer_id:C1", "email:ann@x.com", "phone:415 555 0132"])
    assert (found.identifiers, found.profiles, found.merged, found.moved) == (3, 1, 2, 2)


def test_values_that_mean_the_same_join_the_rows_that_hold_them(graph):
    graph.row("customer_id:C1", "email:Ann@X.com")
    graph.row("crm_id:9", "email:ann@x.com ", source="shop")
    resolve(graph.engine)
    assert len(graph.people()) == 1


def test_a_profile_is_named_by_its_smallest_identifier(graph):
    graph.add("email:late@x.com")
    graph.row("customer_id:C1", "email:ann@x.com")
    graph.row("customer_id:C1", "email:late@x.com")
    resolve(graph.engine)
    assert set(graph.profiles().values()) == {1}


def test_facts_follow_their_identifier(graph):
    graph.row("customer_id:C1", "email:ann@x.com")
    resolve(graph.engine)
    stray = graph.engine.query(
        "SELECT 1 FROM orders JOIN identifiers AS i USING (identifier_id) WHERE orders.profile_id <> i.profile_id"
    )
    assert stray.num_rows == 0


def test_resolving_again_changes_nothing(graph):
    graph.row("customer_id:C1", "email:Ann@X.com")
    graph.row("customer_id:C2", "email:ann@x.com")
    resolve(graph.engine)
    before, log = graph.profiles(), list_merges(graph.engine)
    again = resolve(graph.engine)
    assert (again.merged, again.parted, again.moved, again.normalized) == (0, 0, 0, 0)
    assert graph.profiles() == before
    assert list_merges(graph.engine).equals(log)


@pytest.mark.parametrize(
    "nobody",
    [
        pytest.param("email:test@test.com", id="a-made-up-address"),
        pytest.param("email:noreply@shop.com", id="a-robot"),
        pytest.param("email:not an address", id="no-address"),
        pytest.param("phone:0000000000", id="zeros"),
        pytest.param("phone:unknown", id="a-word-for-a-phone"),
        pytest.param("customer_id:N/A", id="not-available"),
        pytest.param("customer_id:0", id="customer-zero"),
        pytest.param("loyalty_card:UNKNOWN", id="unknown"),
        pytest.param("crm_id:未知", id="unknown-in-chinese"),
        pytest.param("device_id:00000000-0000-0000-0000-000000000000", id="the-device-of-all-who-hide"),
    ],
)
def test_values_that_name_nobody_join_nobody(graph, nobody):
    other = "customer_id" if not nobody.startswith("customer_id") else "crm_id"
    graph.row(f"{other}:C1", nobody)
    graph.row(f"{other}:C2", nobody)
    found = resolve(graph.engine)
    assert len(graph.people()) == 2
    assert found.blocked == 1


def test_a_workspace_may_block_values_of_its_own(graph):
    graph.row("customer_id:C1", "email:front.desk@shop.com")
    graph.row("customer_id:C2", "email:Front.Desk@shop.com")
    blocked = WorkspaceSettings(identity=IdentitySettings(blocked={"email": (" Front.desk@shop.com",)}))
    resolve(graph.engine)
    assert len(graph.people()) == 1
    found = resolve(graph.engine, settings=blocked)
    assert graph.people() == people(["customer_id:C1"], ["customer_id:C2"])
    assert found.parted == 3


@pytest.mark.parametrize(
    ("held", "customers", "profiles"),
    [
        pytest.param("email:family@x.com", 3, 1, id="as-many-as-allowed-join"),
        pytest.param("email:family@x.com", 4, 5, id="one-more-and-it-joins-nobody"),
        pytest.param("device_id:tablet", 2, 1, id="two-of-a-device-join"),
        pytest.param("device_id:tablet", 3, 4, id="a-device-of-three-joins-nobody"),
        pytest.param("postcode:0150", 2, 3, id="neighbours-never-join"),
    ],
)
def test_what_many_customers_share_joins_none(graph, held, customers, profiles):
    for number in range(customers):
        graph.row(f"customer_id:C{number}", held)
    found = resolve(graph.engine)
    assert len(graph.people()) == profiles
    assert found.shared == (profiles > 1 and not held.startswith("postcode"))


def test_a_value_that_turns_out_to_be_shared_parts_those_it_joined(graph):
    for number in range(3):
        graph.row(f"customer_id:C{number}", "email:family@x.com")
    resolve(graph.engine)
    graph.row("customer_id:C3", "email:family@x.com")
    found = resolve(graph.engine, clock=lambda: NOW)
    assert (len(graph.people()), found.parted, found.merged) == (5, 3, 0)
    assert list_merges(graph.engine)["undone_at"].to_pylist() == [NOW] * 3


def test_a_profile_never_holds_more_of_a_namespace_than_allowed(graph):
    for number in range(11):  # a chain: each address joins two customers
        graph.row(f"customer_id:C{number}", f"email:e{number}@x.com")
        graph.row(f"customer_id:C{number}", f"email:e{number + 1}@x.com")
    found = resolve(graph.engine)
    held = [sum(key.startswith("customer_id") for key in group) for group in graph.people()]
    assert max(held) == 1
    assert found.oversized == 1


def test_what_glues_too_much_loses_its_links_and_the_rest_stays(graph):
    settings = WorkspaceSettings(identity=IdentitySettings(at_most_per_profile={"customer_id": 1}))
    graph.row("customer_id:C1", "email:ann@x.com", "device_id:shared")
    graph.row("customer_id:C2", "email:bob@x.com", "device_id:shared")
    resolve(graph.engine, settings=settings)
    assert graph.people() == people(
        ["customer_id:C1", "email:ann@x.com"], ["customer_id:C2", "email:bob@x.com"], ["device_id:shared"]
    )


def test_a_household_is_a_group_and_not_a_person(graph):
    graph.row("customer_id:C1", "household_id:H1")
    graph.row("customer_id:C2", "household_id:H1")
    resolve(graph.engine)
    assert len(graph.people()) == 3


def test_a_household_of_one_is_a_group_too_where_every_source_knows_its_people(graph):
    graph.row("customer_id:C1", "household_id:H1")
    resolve(graph.engine)
    assert len(graph.people()) == 2


@pytest.mark.parametrize(
    ("members", "profiles"),
    [pytest.param(1, 1, id="one-member-is-the-person"), pytest.param(2, 3, id="of-two-nobody-knows-which")],
)
def test_a_household_stands_for_its_one_member_where_a_source_knows_no_more(graph, members, profiles):
    graph.add("household_id:H1", source="tills")  # orders of the tills name the household alone
    for number in range(members):
        graph.row(f"email:e{number}@x.com", "household_id:H1", source="club")
    resolve(graph.engine)
    assert len(graph.people()) == profiles


def test_the_log_says_why(graph):
    graph.row("customer_id:C1", "email:Ann@X.com", source="shop.csv")
    graph.row("crm_id:9", "email:ann@x.com", source="crm.csv")
    resolve(graph.engine, clock=lambda: NOW)
    log = list_merges(graph.engine).to_pylist()
    assert [each["evidence"] for each in log] == [
        "email Ann@X.com and email ann@x.com are the same once normalized",
        "crm_id 9 and email ann@x.com stand in one row of crm.csv",
        "customer_id C1 and email Ann@X.com stand in one row of shop.csv",
    ]
    assert {each["kept_profile_id"] for each in log} == {1}
    assert {each["merged_at"] for each in log} == {NOW}


def test_the_log_speaks_chinese(graph):
    graph.row("customer_id:C1", "email:a@x.com", source="会员.csv")
    resolve(graph.engine)
    assert [said.told("zh") for said in list_merges(graph.engine)["evidence"].to_pylist()] == [
        "customer_id C1 与 email a@x.com 出现在 会员.csv 的同一行记录中"
    ]


def test_a_later_link_logs_one_merge_of_two_profiles(graph):
    graph.row("customer_id:C1", "email:ann@x.com")
    graph.row("crm_id:9", "phone:415 555 0132")
    resolve(graph.engine)
    graph.row("customer_id:C1", "crm_id:9")
    found = resolve(graph.engine)
    newest = list_merges(graph.engine, limit=1).to_pylist()[0]
    assert (found.merged, newest["kept_profile_id"], newest["merged_profile_id"]) == (1, 1, 3)


def test_an_empty_warehouse_resolves_to_nobody(graph):
    found = resolve(graph.engine, clock=utc_now)
    assert (found.identifiers, found.profiles, found.merged) == (0, 0, 0)


def test_a_namespace_nobody_registered_is_matched_as_given(graph):
    graph.row("customer_id:C1", "tiktok_id:ann")
    graph.row("customer_id:C2", "tiktok_id:ann")
    resolve(graph.engine)
    assert len(graph.people()) == 1


@pytest.mark.parametrize(
    "news",
    [
        pytest.param("INSERT INTO identity_links (left_id, right_id) VALUES (1, 4)", id="a-link"),
        pytest.param("UPDATE identifiers SET profile_id = identifier_id", id="profiles-set-back"),
    ],
)
def test_news_is_never_overlooked(graph, news):
    graph.row("customer_id:C1", "email:ann@x.com")
    graph.row("customer_id:C2", "email:bob@x.com")
    resolve(graph.engine)
    assert resolve(graph.engine).moved == 0
    graph.engine.execute(news)
    assert resolve(graph.engine).moved == 2


def test_new_limits_are_never_overlooked(graph):
    graph.row("customer_id:C1", "email:ann@x.com")
    graph.row("customer_id:C2", "email:ann@x.com")
    resolve(graph.engine)
    strict = WorkspaceSettings(identity=IdentitySettings(shared_by_at_most={"email": 1}))
    assert resolve(graph.engine, settings=strict).parted == 2
