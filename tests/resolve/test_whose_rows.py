"""A row keeps all identifiers that it carries; whose it is, resolve decides, and again when it knows better."""

from __future__ import annotations

import itertools
from contextlib import closing
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.laws import by_day, tries
from tests.resolve.rows import NOW, bring, customers, load_rows, owners

from coterie.collect import quality
from coterie.engines import open_warehouse
from coterie.resolve import find_profile, list_merges, unmerge
from coterie.resolve import resolve as resolve_people
from coterie.settings import IdentitySettings, WorkspaceSettings

ORDERS = ("order_id", "customer_id", "email", "occurred_at", "revenue")


@pytest.fixture
def engine():
    opened = open_warehouse(None, threads=1)
    yield opened
    opened.close()


def orders_of(number: str) -> list[tuple[str, str, str, str, str]]:
    people = ("ann", "bob", "cyd", "dan", "ann")
    return [
        (str(n), number, f"{name}@gast-post.de", f"2026-11-0{n} 10:00:00", f"{n}0") for n, name in enumerate(people, 1)
    ] + [("6", "77", "eve@gast-post.de", "2026-11-05 10:00:00", "60")]


@pytest.mark.parametrize(
    "number",
    by_day(
        [
            "0",
            "guest",
            "GAST",
            "invité",
            "invitado",
            "游客",
            "n/a",
            "-",
            "unknown",
            "null",
            "000",
            "'0",
            "POS",
            "CPD",
            "Sammelkunde",
            "público general",
            "临时客户",
        ],
        "0",
        "GAST",
        "n/a",
        "临时客户",
    ),
)
def test_guest_orders_belong_to_their_address(engine, number):
    load_rows(engine, "orders", ORDERS, orders_of(number))
    bring(engine)
    whose = owners(engine)
    assert [whose[n] for n in "12345"] == [
        frozenset({f"{name}@gast-post.de"}) for name in ("ann", "bob", "cyd", "dan", "ann")
    ]
    assert whose["6"] == {"77", "eve@gast-post.de"}
    assert customers(engine) == 5


def test_a_placeholder_is_found_in_the_data_and_told(engine):
    rows = [(str(n), "99999", f"p{n}@shop-mail.es", "2026-11-01", "10") for n in range(8)]
    load_rows(engine, "orders", ORDERS, [*rows, ("a", "99999", None, "2026-11-02", "5")])
    bring(engine)
    whose = owners(engine)
    assert [whose[str(n)] for n in range(8)] == [frozenset({f"p{n}@shop-mail.es"}) for n in range(8)]
    assert whose["a"] is None
    assert customers(engine) == 8
    told = [row["finding"] for row in quality(engine, as_of=NOW).to_pylist() if row["measure"] == "placeholder"]
    assert len(told) == 1
    assert "“99999” stands beside 8 different addresses" in told[0]


@pytest.mark.parametrize(
    ("number", "is_filler"), [("999999", True), ("12345", True), ("1111", True), ("999", False), ("748291", False)]
)
@pytest.mark.parametrize("count", by_day([2, 3], 3))
def test_a_number_typed_without_thinking_needs_three_addresses(engine, number, is_filler, count):
    load_rows(engine, "orders", ORDERS, [(str(n), number, f"p{n}@x.org", "2026-11-01", "10") for n in range(count)])
    bring(engine)
    assert customers(engine) == (3 if is_filler and count == 3 else 1)
    allowed = WorkspaceSettings(identity=IdentitySettings(addresses_at_most={"customer_id": 50}))
    bring(engine, allowed)
    assert customers(engine) == 1


def test_a_number_becomes_a_placeholder_later_and_lets_go_of_its_rows(engine):
    load_rows(engine, "orders", ORDERS, [(str(n), "555", f"p{n}@x.org", "2026-11-01", "10") for n in range(3)])
    bring(engine)
    assert customers(engine) == 1
    load_rows(engine, "orders", ORDERS, [(str(n), "555", f"p{n}@x.org", "2026-11-02", "10") for n in range(3, 7)])
    bring(engine)
    assert owners(engine) == {str(n): frozenset({f"p{n}@x.org"}) for n in range(7)}
    allowed = WorkspaceSettings(identity=IdentitySettings(addresses_at_most={"customer_id": 50}))
    bring(engine, allowed)
    assert customers(engine) == 1


def test_a_blocked_value_lets_go_of_its_rows_and_takes_them_back(engine):
    load_rows(
        engine, "orders", ORDERS, [("1", "T1", "ann@x.org", "2026-11-01", "1"), ("2", "T1", None, "2026-11-01", "1")]
    )
    bring(engine)
    assert customers(engine) == 1
    bring(engine, WorkspaceSettings(identity=IdentitySettings(blocked={"customer_id": ("t1",)})))
    assert owners(engine) == {"1": {"ann@x.org"}, "2": None}
    bring(engine)
    assert owners(engine) == dict.fromkeys("12", frozenset({"T1", "ann@x.org"}))


@pytest.mark.parametrize(
    ("kind", "columns", "row", "table", "key", "whose"),
    [
        pytest.param("orders", ("order_id", "email", "phone", "occurred_at", "revenue"),
                     ("k", "n/a", "+34600111221", "2026-11-01", "1"), "orders", "order_id", {"+34600111221"}, id="order-of-a-phone"),
        pytest.param("tickets", ("event_id", "customer_id", "email", "occurred_at"),
                     ("k", "0", "ann@x.org", "2026-11-01"), "events", "event_id", {"ann@x.org"}, id="ticket-of-a-guest"),
        pytest.param("events", ("event_id", "name", "email", "device_id", "occurred_at"),
                     ("k", "Page Viewed", "none", "d-77", "2026-11-01"), "events", "event_id", {"d-77"}, id="event-of-a-device"),
        pytest.param("order_lines", ("order_id", "product_id", "customer_id", "email", "occurred_at", "revenue"),
                     ("k", "p", "guest", "ann@x.org", "2026-11-01", "1"), "order_lines", "order_id", {"ann@x.org"}, id="line-of-a-guest"),
        pytest.param("customers", ("customer_id", "email", "name"), ("guest", "ann@x.org", "Ann"),
                     "customer_records", "name", {"ann@x.org"}, id="record-of-a-guest"),
        pytest.param("customers", ("customer_id", "phone", "name"), ("A2", "12", "Ann"),
                     "customer_records", "name", {"A2"}, id="a-phone-that-is-none"),
        pytest.param("customers", ("email", "name"), ("lone(at)x.dk", "Ann"),
                     "customer_records", "name", None, id="nobody-at-all"),
    ],
)  # fmt: skip
def test_a_row_belongs_to_the_first_that_names_somebody(engine, kind, columns, row, table, key, whose):
    load_rows(engine, kind, columns, [row])
    bring(engine)
    found = owners(engine, table, key)
    assert list(found.values()) == [whose]
    assert customers(engine) == (whose is not None)
    if kind != "order_lines":
        return
    assert list(owners(engine).values()) == [whose]


def test_unusable_values_are_attributes_and_make_no_customer(engine):
    people = [
        ("A1", "Ida", "ida@holm-post.dk", "n/a"),
        ("A2", "Jens", "jens@bak-post.dk", "12"),
        ("A3", "Kaja", "kaja@fugl-post.dk", "+45 20 12 34 56"),
        ("A4", "Lone", "lone(at)kjaer-post.dk", "+45 20 12 34 57"),
        ("A5", "Mads", "mads@lund-post.dk", "00000000"),
    ]
    denmark = WorkspaceSettings(country="DK")
    load_rows(engine, "customers", ("customer_id", "name", "email", "phone"), people, settings=denmark)
    bring(engine, denmark)
    assert customers(engine) == 5
    rows = engine.query("SELECT phone FROM profiles WHERE customer_id = 'A2'")
    assert rows["phone"].to_pylist() == ["12"]
    told = [row for row in quality(engine, as_of=NOW).to_pylist() if row["measure"] == "names_somebody"]
    assert {row["column"]: row["failing"] for row in told} == {"email": 1, "phone": 2}  # n/a is no value


def test_masked_values_merge_nobody_and_are_told(engine):
    fields = ("customer_id", "loyalty_card", "name", "email", "phone")
    people = [
        ("A1", "****1234", "王**", "w***@shop-mail.cn", "138****6000"),
        ("A2", "****1234", "王**", "w***@shop-mail.cn", "138****6000"),
        ("A3", "6001", "王*", "wu@shop-mail.cn", "13800136000"),
        ("t**1", None, "王*", None, "1******6000"),
    ]
    china = WorkspaceSettings(country="CN")
    loaded = load_rows(engine, "customers", fields, people, settings=china)
    assert loaded.nobody == {"email ***": 2, "loyalty_card ***": 2, "phone ***": 3, "customer_id ***": 1}
    bring(engine, china)
    assert customers(engine) == 3
    phones = engine.query("SELECT phone FROM profiles ORDER BY customer_id")["phone"].to_pylist()
    assert phones == ["138****6000", "138****6000", "13800136000"]
    told = {
        row["column"]: row["failing"]
        for row in quality(engine, as_of=NOW).to_pylist()
        if row["measure"] == "names_somebody"
    }
    assert told == {"customer_id": 1, "email": 1, "loyalty_card": 1, "phone": 2}  # values, each counted once


def test_a_row_of_a_shared_address_belongs_to_its_own_phone(engine):
    rows = [(str(n), "desk@shop.example.org", f"+3460011122{n}", "2026-11-01", "1") for n in range(6)]
    load_rows(engine, "orders", ("order_id", "email", "phone", "occurred_at", "revenue"), rows)
    bring(engine)
    assert owners(engine) == {str(n): {f"+3460011122{n}"} for n in range(6)}
    assert customers(engine) == 6


def test_an_address_of_four_numbers_is_an_address_of_each(engine):
    load_rows(engine, "customers", ("customer_id", "email"), [(f"K{n}", "ilse@brandt-hof.de") for n in range(4)])
    bring(engine)
    assert customers(engine) == 4
    rows = engine.query("SELECT count(*) AS n FROM profile_identifiers WHERE value = 'ilse@brandt-hof.de'")
    assert rows["n"].to_pylist() == [4]


@pytest.mark.parametrize("key", ["600 111 221", "+34600111221", "0034 600-111-221", "phone:'600111221", "101.0", "“101”",
                                 "Ann <Q1@Shop-Mail.es>", "mailto:q1@shop-mail.es", "email: q1@shop-mail.es "])  # fmt: skip
def test_any_spelling_finds_the_person(engine, key):
    spain = WorkspaceSettings(country="ES")
    people = [("101", "q1@shop-mail.es", "+34 600 111 221"), ("102", "q2@shop-mail.es", "600111222")]
    load_rows(engine, "customers", ("customer_id", "email", "phone"), people, settings=spain)
    bring(engine, spain)
    assert find_profile(engine, key, settings=spain) == 1


def test_quotes_of_a_spreadsheet_make_nobody_two(engine):
    load_rows(
        engine, "customers", ("customer_id", "email"), [("'6001", "ann@k.de"), ("'6002", "bo@k.de")], source="crm"
    )
    load_rows(
        engine, "orders", ORDERS, [("1", "6001", None, "2026-11-01", "5"), ("2", "6002", None, "2026-11-02", "7")]
    )
    bring(engine)
    assert customers(engine) == 2


RECORDS = ("customer_id", "email", "city", "language", "updated_at")
OLD = ("C1", "a@x.org", "Kiel", "de", "2026-01-01")
NEW = ("C1", "a@x.org", "Bonn", None, "2026-06-01")


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)], ids=["old-first", "new-first"])
@pytest.mark.parametrize(
    ("as_of", "city"),
    [(None, "Bonn"), (datetime(2026, 6, 2), "Bonn"), (datetime(2026, 6, 1), "Kiel"), (datetime(2025, 1, 1), None)],
    ids=["today", "after-the-newer", "at-the-newer-itself", "before-both"],
)
def test_the_newest_true_record_wins_whenever_it_was_loaded(engine, order, as_of, city):
    for row in order:
        load_rows(engine, "customers", RECORDS, [row])
    bring(engine, as_of=as_of)
    rows = engine.query("SELECT city, language FROM profiles").to_pylist()
    assert rows == [{"city": city, "language": None if city is None else "de"}]


def test_a_record_without_an_instant_is_true_whenever_and_the_last_loaded_wins(engine):
    for hour, city in enumerate(("Kiel", "Bonn")):
        load_rows(engine, "customers", RECORDS[:3], [("C1", "a@x.org", city)], now=NOW.replace(hour=hour))
    bring(engine, as_of=datetime(2011, 1, 1))
    assert engine.query("SELECT city FROM profiles")["city"].to_pylist() == ["Bonn"]


def test_an_undone_merge_divides_the_rows_and_stays_undone(engine):
    rows = [
        ("1", "C1", "a@x.org", "2026-11-01", "1"),
        ("2", "C1", None, "2026-11-01", "1"),
        ("3", None, "a@x.org", "2026-11-02", "1"),
    ]
    load_rows(engine, "orders", ORDERS, rows)
    bring(engine)
    assert set(owners(engine).values()) == {frozenset({"C1", "a@x.org"})}
    unmerge(engine, list_merges(engine)["merge_id"][0].as_py())
    apart = {"1": {"C1"}, "2": {"C1"}, "3": {"a@x.org"}}
    assert owners(engine) == apart
    bring(engine)
    assert owners(engine) == apart


def test_resolving_again_changes_nothing(engine):
    load_rows(engine, "orders", ORDERS, orders_of("0"))
    bring(engine)
    again = resolve_people(engine, settings=WorkspaceSettings())
    assert (again.moved, again.merged, again.parted) == (0, 0, 0)


VALUES = {
    "customer_id": (None, "C1", "C2", "C3", "0"),
    "email": (None, "a@x.org", "A@X.org", "b@x.org", "n/a"),
    "phone": (None, "415 555 0132", "+14155550132", "415 555 0133", "12"),
}
LIMITS = WorkspaceSettings(
    identity=IdentitySettings(shared_by_at_most={"email": 2, "phone": 2}, addresses_at_most={"customer_id": 1})
)
ROW = st.tuples(*(st.sampled_from(values) for values in VALUES.values()))


@settings(max_examples=tries(3, 12), deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROW, min_size=1, max_size=8), cuts=st.sets(st.integers(1, 7)), chance=st.randoms())
def test_the_order_of_rows_and_loads_never_matters(rows, cuts, chance):
    whole = [(str(n), *row, "2026-11-01", "1") for n, row in enumerate(rows)]
    shuffled = list(whole)
    chance.shuffle(shuffled)
    places = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    pieces = [shuffled[a:b] for a, b in itertools.pairwise(places)]
    found = []
    for loads in ([whole], pieces):
        with closing(open_warehouse(None, threads=1)) as opened:
            for each in loads:
                load_rows(opened, "orders", ("order_id", *VALUES, "occurred_at", "revenue"), each)
                if chance.random() < 0.5:
                    bring(opened, LIMITS)
            bring(opened, LIMITS)
            found.append((owners(opened), customers(opened)))
    assert found[0] == found[1]


@pytest.mark.parametrize("number", ["no-login", "kein Login", "sans identifiant", "sin registro", "未填写"])
def test_a_word_for_nobody_joins_nobody_however_few_it_stands_beside(engine, number):
    rows = [(f"{n}", number, f"p{n}@d{n}.de", "2026-11-01", "1") for n in range(2)]
    assert load_rows(engine, "orders", ORDERS, rows).nobody == {f"customer_id {number}": 2}
    bring(engine)
    assert customers(engine) == 2


@pytest.mark.parametrize("address", ["keine@mail.de", "none@gmail.com", "test@test.de", "未填写@qq.com"])
def test_an_address_of_nobody_joins_nobody(engine, address):
    rows = [(f"{n}", f"C{n}", address, "2026-11-01", "1") for n in range(2)]
    assert load_rows(engine, "orders", ORDERS, rows).nobody == {f"email {address}": 2}
    bring(engine)
    assert (customers(engine), owners(engine)) == (2, {"0": {"C0"}, "1": {"C1"}})


def beside(count: int, kind: str = "email") -> list[tuple[str, str | None, str | None, str, str]]:
    """Orders under one number beside ``count`` addresses, and of two people with two addresses each."""
    each = (lambda n: f"p{n}@d{n}.de") if kind == "email" else (lambda n: f"+49 30 {1234567 + 11 * n}")
    two = [(f"o{n}", f"C{n // 2}", each(90 + n), "2026-11-01", "1") for n in range(4)]
    return [*((f"{n}", "748291", each(n), "2026-11-01", "1") for n in range(count)), *two]


@pytest.mark.parametrize("kind", ["email", "phone"])
@pytest.mark.parametrize(("count", "is_told"), [(2, False), (3, True), (5, True)])
def test_a_number_beside_several_addresses_is_told_at_load_and_in_quality(engine, kind, count, is_told):
    fields = tuple(kind if name == "email" else name for name in ORDERS)
    loaded = load_rows(engine, "orders", fields, beside(count, kind))
    assert loaded.crowded == ({"customer_id 748291": count} if is_told else {})
    assert ("customer_id 748291" in " ".join(loaded.notes)) == is_told
    bring(engine)
    assert customers(engine) == 3
    told = [row["finding"] for row in quality(engine, as_of=NOW).to_pylist() if row["measure"] == "number_of_several"]
    assert [each.split(", and")[0] for each in told] == [
        f"1 value of customer_id stands beside 3 or more different addresses or telephones, such as “748291” beside {count}"
    ] * is_told


def test_a_number_beside_too_many_addresses_is_a_placeholder_and_told_once(engine):
    assert load_rows(engine, "orders", ORDERS, beside(6)).crowded == {"customer_id 748291": 6}
    bring(engine)
    measures = [row["measure"] for row in quality(engine, as_of=NOW).to_pylist()]
    assert (measures.count("placeholder"), measures.count("number_of_several")) == (1, 0)


def of_accounts(domains: str = "own", most: int = 5) -> list[tuple[str, str, str, str, str]]:
    """Orders under the numbers of five companies, of two to ``most`` people each."""
    return [
        (f"{a}{b}", f"C{a}", f"{who}@{f'firma{a}.de' if domains == 'own' else 'gmail.com'}", f"2026-11-0{1 + b}", "10")
        for a in range(1, 6)
        for b, who in enumerate(f"p{a}{n}" for n in range(min(most, 1 + a)))
    ]


def test_numbers_of_accounts_are_found_in_the_data_and_join_nobody(engine):
    rows = of_accounts(most=7)
    loaded = load_rows(engine, "orders", ORDERS, [*rows, ("own", "C1", None, "2026-11-08", "5")])
    assert loaded.accounts == 5  # told at once
    bring(engine)
    whose = owners(engine)
    assert all(whose[order] == {address} for order, _, address, _, _ in rows)
    assert customers(engine) == len(rows) + 1  # what names the account alone is the account's
    told = [row["finding"] for row in quality(engine, as_of=NOW).to_pylist() if "account" in row["measure"]]
    assert len(told) == 1
    assert told[0].startswith("5 values of customer_id are numbers of accounts, such as “C5” beside 6 addresses")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(of_accounts("free"), 5, id="several-addresses-at-domains-that-many-share"),
        pytest.param(of_accounts()[:5], 2, id="two-may-be-chance"),
        pytest.param([(f"{n}", f"C{n // 2}", f"p{n}@d{n}.de", "2026-11-01", "1") for n in range(20)], 10,
                     id="addresses-of-several-domains"),
    ],
)  # fmt: skip
def test_numbers_of_people_with_several_addresses_join_them(engine, rows, found):
    assert load_rows(engine, "orders", ORDERS, rows).accounts == 0
    bring(engine)
    assert customers(engine) == found
    assert not [row for row in quality(engine, as_of=NOW).to_pylist() if "account" in row["measure"]]


def test_a_workspace_may_say_that_its_numbers_are_peoples_own(engine):
    own = WorkspaceSettings(identity=IdentitySettings(addresses_at_most={"customer_id": 50}))
    load_rows(engine, "orders", ORDERS, of_accounts(), settings=own)
    bring(engine, own)
    assert customers(engine) == 5


def test_each_source_numbers_in_its_own_way(engine):
    load_rows(engine, "orders", ORDERS, of_accounts(), source="wholesale")
    people = [(f"r{n}{a}", f"R{n}", f"r{n}{a}@gmail.com", "2026-11-01", "1") for n in range(9) for a in range(2)]
    load_rows(engine, "orders", ORDERS, people, source="retail")
    bring(engine)
    assert customers(engine) == len(of_accounts()) + 9
