"""What a person says of a file counts before it is judged, and is judged itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.errors import BadFile, UnknownName
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace

HEADLESS = "a1;25.03.2026;17,50;paid\na2;26.03.2026;20,00;weird\na1;27.03.2026;5,00;paid\n"
ODD = "foo,bar,baz,qux\nx1,03/25/2026,17.50,paid\nx2,03/26/2026,20.00,weird\nx1,03/27/2026,5.00,refunded\n"
TOLD = ("customer_id=foo", "occurred_at=bar", "revenue=baz", "status=qux")


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="DE", timezone="UTC"))
    return open_workspace(tmp_path / "ws")


def test_a_file_without_names_loads_by_what_is_told(tmp_path: Path, ws: Workspace) -> None:
    (tmp_path / "x.csv").write_text(HEADLESS)
    told = ("customer_id=column1", "occurred_at=column2", "revenue=column3", "status=column4")
    result = ws.load(tmp_path / "x.csv", kind="orders", corrections=told)
    assert (result.accepted, result.refused) == (3, 0)
    assert result.mapping.fields["revenue"].decimal == ","


@pytest.mark.parametrize("kind", [None, "orders"], ids=["kind-found", "kind-told"])
def test_a_file_that_says_nothing_loads_by_what_is_told(tmp_path: Path, ws: Workspace, kind: str | None) -> None:
    (tmp_path / "x.csv").write_text(ODD)
    result = ws.load(tmp_path / "x.csv", kind=kind, corrections=(*TOLD, "currency.constant=GBP"))
    assert (result.kind, result.accepted, result.refused) == ("orders", 3, 0)
    assert result.mapping.fields["currency"].constant == "GBP"


def test_an_instant_that_the_file_lacks_may_be_told(tmp_path: Path, ws: Workspace) -> None:
    (tmp_path / "x.csv").write_text("foo,baz\nx1,17.50\nx2,20.00\n")
    told = ("customer_id=foo", "revenue=baz", "occurred_at.constant=2026-03-25")
    assert ws.load(tmp_path / "x.csv", kind="orders", corrections=told).accepted == 2


@pytest.mark.parametrize(
    ("told", "text"),
    [
        pytest.param("status=qux", "weird", id="unknown-status"),
        pytest.param("customer_id=same", "one person", id="constant-identity"),
        pytest.param("occurred_at=some", "50% of “some”", id="unreadable-dates"),
        pytest.param("revenue=foo", "0% of “foo”", id="unreadable-amounts"),
    ],
)
def test_what_is_told_is_judged(tmp_path: Path, ws: Workspace, told: str, text: str) -> None:
    lines = [f"{line},z,{'soon' if n % 2 else '2026-01-01'}" for n, line in enumerate(ODD.splitlines()[1:3])]
    (tmp_path / "x.csv").write_text("foo,bar,baz,qux,same,some\n" + "\n".join(lines) + "\n")
    corrections = (*(each for each in TOLD if each.partition("=")[0] != told.partition("=")[0]), told)
    assert text in " ".join(ws.propose(tmp_path / "x.csv", kind="orders", corrections=corrections).notes)


def test_a_column_that_is_not_there_is_named(tmp_path: Path, ws: Workspace) -> None:
    (tmp_path / "x.csv").write_text(ODD)
    with pytest.raises(UnknownName, match="column"):
        ws.propose(tmp_path / "x.csv", kind="orders", corrections=("customer_id=fooo",))


def test_a_mapping_that_the_file_does_not_fit_is_refused(tmp_path: Path, ws: Workspace) -> None:
    (tmp_path / "x.csv").write_text("order_id,customer_id,date,amount\n1,7,2026-01-02,10\n2,8,2026-01-03,20\n")
    ws.load(tmp_path / "x.csv")
    (tmp_path / "y.csv").write_text("order_id,customer_id,day,amount\n1,7,2026-01-02,10\n2,8,2026-01-03,20\n")
    given = ws.folder / "mappings" / "x.yaml"
    with pytest.raises(BadFile, match="does not have: date; it has order_id, customer_id, day, amount"):
        ws.load(tmp_path / "y.csv", mapping=given)
    (tmp_path / "x.csv").write_text((tmp_path / "y.csv").read_text())
    anew = ws.propose(tmp_path / "x.csv")
    assert anew.mapping.fields["occurred_at"].columns == ("day",)
    assert "columns that this file does not have (date)" in anew.notes[0]


SHOPIFY = (
    "Name,Email,Other Email,Financial Status,Accepts Marketing,Currency,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem discount,Discount Amount\n"
    "#1,a@x.example,b@x.example,paid,yes,EUR,10.00,03/04/2026,1,Tea,10.00,0.00,0.00\n"
    "#2,c@x.example,d@x.example,odd,no,EUR,20.00,05/06/2026,2,Tea,10.00,0.00,0.00\n"
)


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        ("occurred_at.date_format=%m/%d/%Y", "orders order_lines consents"),
        ("email=Other Email", "orders order_lines consents"),
        ("status.values.odd=completed", "orders order_lines"),
        ("customer_id=Other Email", "orders order_lines consents"),
        ("discount=Discount Amount", "orders"),
        ("unit_price=Total", "order_lines"),
        ("granted.values.no=granted", "consents"),
    ],
)
def test_what_is_told_reaches_all_that_a_file_holds(tmp_path: Path, ws: Workspace, told: str, kinds: str) -> None:
    (tmp_path / "x.csv").write_text(SHOPIFY)
    plain, corrected = (ws.propose(tmp_path / "x.csv", corrections=each) for each in ((), (told,)))
    before, after = ((each, *each.further) for each in (plain, corrected))
    changed = [b.mapping.kind for a, b in zip(before, after, strict=True) if a.mapping.fields != b.mapping.fields]
    assert changed == (kinds.split() if told != "discount=Discount Amount" else [])
    ws.load(tmp_path / "x.csv", corrections=(told,))
    again = ws.propose(tmp_path / "x.csv")
    assert [each.mapping.fields for each in (again, *again.further)] == [each.mapping.fields for each in after]


def test_a_consent_column_that_comes_later_is_heard(tmp_path: Path, ws: Workspace) -> None:
    (tmp_path / "people.csv").write_text("Email,Name\nann@x.example,Ann\nbo@x.example,Bo\n")
    ws.load(tmp_path / "people.csv")
    (tmp_path / "people.csv").write_text("Email,Name,Unsubscribed\nann@x.example,Ann,yes\nbo@x.example,Bo,no\n")
    assert [each.kind for each in ws.load(tmp_path / "people.csv").further] == ["consents"]
    assert [each.kind for each in ws.load(tmp_path / "people.csv").further] == ["consents"]
