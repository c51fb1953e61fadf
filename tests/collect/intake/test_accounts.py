"""People of accounts: told by `group` and `identify` calls and by files, what is known of an account is known of its people."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

import coterie
from coterie.profile import build_profiles
from coterie.resolve import resolve
from coterie.settings import WorkspaceSettings
from tests.collect.intake.conftest import NOW, Yard

AT = "2026-11-01T10:00:00Z"


def group(number: object, user: str, account: str | None, at: str = AT, **traits: object) -> dict[str, object]:
    return {
        "type": "group",
        "messageId": f"g{number}",
        "userId": user,
        "groupId": account,
        "timestamp": at,
        "traits": traits,
    }


def identify(number: object, user: str, at: str = AT, **traits: object) -> dict[str, object]:
    return {"type": "identify", "messageId": f"i{number}", "userId": user, "timestamp": at, "traits": traits}


def attributes(yard: Yard, *names: str, as_of: datetime | None = None) -> list[tuple[object, ...]]:
    resolve(yard.engine, settings=WorkspaceSettings(), clock=lambda: NOW)
    build_profiles(yard.engine, as_of)
    return yard.rows(f"SELECT customer_id, {', '.join(names)} FROM profiles WHERE customer_id IS NOT NULL ORDER BY 1")


def test_what_is_told_of_an_account_is_known_of_all_its_people(yard: Yard) -> None:
    yard.take(group(1, "u1", "acme", name="Acme", plan="free"), group(2, "u2", "acme"), identify(3, "u3"))
    yard.take(group(4, "u2", "acme", at="2026-11-02T10:00:00Z", plan="pro", employeeCount=12))
    assert attributes(yard, "account_id", "account_name", "account_plan", "account_employee_count") == [
        ("u1", "acme", "Acme", "pro", 12),
        ("u2", "acme", "Acme", "pro", 12),
        ("u3", None, None, None, None),
    ]
    assert yard.rows("SELECT name, count(*) FROM events GROUP BY ALL") == [("Group Joined", 3)]


def test_who_goes_to_another_account_has_what_is_known_of_that(yard: Yard) -> None:
    yard.take(group(1, "u1", "acme", at="2026-11-05T10:00:00Z", plan="pro"))
    yard.take(group(2, "u1", "globex", plan="free"))  # which was earlier, and came later
    assert attributes(yard, "account_id", "account_plan") == [("u1", "acme", "pro")]
    yard.take(group(3, "u1", "globex", at="2026-11-06T10:00:00Z"))
    assert attributes(yard, "account_id", "account_plan") == [("u1", "globex", "free")]
    assert attributes(yard, "account_id", as_of=datetime(2026, 11, 6)) == [("u1", "acme")]


def test_the_company_of_an_identify_call_is_an_account(yard: Yard) -> None:
    yard.take(
        identify(1, "u1", company={"id": 7, "name": "Acme", "industry": "Software"}),
        identify(2, "u2", company={"name": "?"}),
    )
    assert attributes(yard, "account_id", "account_industry") == [("u1", "7", "Software"), ("u2", None, None)]


def test_a_trait_of_ones_own_goes_before_that_of_the_account(yard: Yard) -> None:
    yard.take(identify(1, "u1", account_plan="mine"), group(2, "u1", "acme", plan="pro", account_tier="gold"))
    assert attributes(yard, "account_plan", "account_tier") == [("u1", "mine", "gold")]


def test_a_group_without_a_number_is_an_event_and_nothing_more(yard: Yard) -> None:
    yard.take(group(1, "u1", None, plan="pro"))
    assert yard.rows("SELECT count(*) FROM account_records") == [(0,)]
    assert yard.rows("SELECT count(*) FROM customer_records") == [(0,)]


def test_calls_of_one_instant_hide_no_trait_of_each_other(yard: Yard) -> None:
    yard.take(
        identify(1, "u1", name="Ann", plan="pro"), identify(2, "u1", city="Graz", plan="max"), group(3, "u1", "acme")
    )
    yard.take(identify(4, "u1", language="de"), identify(5, "u2", name="Bob"))
    assert attributes(yard, "name", "plan", "city", "account_id", "language") == [
        ("u1", "Ann", "max", "Graz", "acme", "de"),
        ("u2", "Bob", None, None, None, None),
    ]


CONTACTS = [
    ("Id", "AccountId", "FirstName", "LastName", "Email", "CreatedDate"),
    ("0031", "101", "Ann", "Lee", "ann@acme.example", "2024-01-03T10:00:00Z"),
    ("0032", "101", "Bob", "Ray", "bob@acme.example", "2024-02-03T10:00:00Z"),
    ("0033", "102", "Cy", "Fox", "cy@globex.example", "2024-03-03T10:00:00Z"),
    ("0034", "102", "Di", "Orr", "di@globex.example", "2024-04-03T10:00:00Z"),
]
COMPANIES = [
    ("Company ID", "Company name", "Industry", "Employees"),
    ("101", "Acme", "Software", "12"),
    ("102", "Globex", "Energy", "4000"),
]


def _written(file: Path, rows: list[tuple[str, ...]]) -> Path:
    with file.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    return file


def test_contacts_and_companies_of_a_file_are_people_and_their_accounts(tmp_path: Path) -> None:
    with coterie.open(coterie.init(tmp_path / "b2b")) as ws:
        assert ws.load(_written(tmp_path / "contacts.csv", CONTACTS)).accepted == 4
        assert ws.load(_written(tmp_path / "companies.csv", COMPANIES)).accepted == 2
        (tmp_path / "traits.yaml").write_text("traits: [{name: colleagues, value: {op: group_count, by: account_id}}]")
        ws.apply(tmp_path / "traits.yaml")
        ws.refresh()
        told = ws.query(
            "SELECT customer_id, account_id, account_industry, account_employees, colleagues FROM traits ORDER BY 1"
        )
        assert [tuple(row.values()) for row in told.rows()] == [
            ("0031", "101", "Software", 12, 2),
            ("0032", "101", "Software", 12, 2),
            ("0033", "102", "Energy", 4000, 2),
            ("0034", "102", "Energy", 4000, 2),
        ]


@pytest.mark.parametrize("header", ["AccountId", "account_no", "Company ID", "公司编号"])
def test_an_accounts_number_joins_no_colleagues(tmp_path: Path, header: str) -> None:
    with coterie.open(coterie.init(tmp_path / "b2b")) as ws:
        renamed = [tuple(header if name == "AccountId" else name for name in CONTACTS[0]), *CONTACTS[1:]]
        ws.load(_written(tmp_path / "contacts.csv", renamed))
        ws.refresh()
        assert ws.query("SELECT count(*) AS n FROM profiles").rows() == [{"n": 4}]


def test_users_that_are_accounts_join_none_of_the_people_who_write_under_them(yard: Yard) -> None:
    people = [(f"u{a}", f"p{n}@firma{a}.de") for a in range(1, 5) for n in range(1 + a)]
    yard.take(*(identify(n, user, email=email) for n, (user, email) in enumerate(people)))
    resolve(yard.engine, settings=WorkspaceSettings(), clock=lambda: NOW)
    found = yard.rows("SELECT count(*), count(DISTINCT profile_id) FROM identifiers WHERE namespace = 'email'")
    assert found == [(len(people), len(people))]
