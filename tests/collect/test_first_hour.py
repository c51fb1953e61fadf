"""Exports in shapes that nobody planned for, as their users have them: each comes to what its owner would count."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from coterie.collect import derive_orders, propose, settle_orders
from coterie.engines import event_rows
from coterie.settings import WorkspaceSettings
from coterie.workspace import Workspace, init_workspace, open_workspace


@dataclass(frozen=True)
class Shape:
    """A file and what is right: its kind, columns of fields, the orders that stand with their revenue, and how many people there are."""

    file: str
    text: str
    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    stands: int = 0
    revenue: str = "0"
    people: int = 0
    refused: int = 0


def _lines(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


# Two people are called Ann Lee; they are two by their addresses.
SHAPES = {
    "order fields on the first line": Shape(
        "orders.csv",
        _lines(
            "Order;Email;Created;Order Total;SKU;Qty;Price",
            "#1;ann@x.example;13.01.2026 10:00;30,00;T1;2;10,00", "#1;;;;T2;1;10,00",
            "#2;bo@x.example;14.01.2026 10:00;5,50;T1;1;5,50",
            "#3;ann@x.example;15.01.2026 10:00;40,00;T1;1;10,00", "#3;;;;T2;2;15,00",
        ),
        "order_lines", {"occurred_at": "Created", "email": "Email"}, 3, "75.5", 2,
    ),
    "credit notes without a minus": Shape(
        "SalesInvoices.csv",
        _lines(
            "ContactName,EmailAddress,InvoiceNumber,InvoiceDate,Quantity,UnitAmount,LineAmount,Currency,Type,Status",
            "Ann,ann@x.example,I1,13/01/2026,1,100.00,100.00,GBP,Sales invoice,Paid",
            "Ann,ann@x.example,I1,13/01/2026,2,20.00,40.00,GBP,Sales invoice,Paid",
            "Bo,bo@x.example,I2,14/01/2026,1,50.00,50.00,GBP,Sales invoice,Awaiting Payment",
            "Bo,bo@x.example,I3,15/01/2026,1,60.00,60.00,GBP,Sales invoice,Paid",
            "Ann,ann@x.example,C1,16/01/2026,1,40.00,40.00,GBP,Sales credit note,Paid",
            "Bo,bo@x.example,C2,17/01/2026,1,60.00,60.00,GBP,Sales credit note,Voided",
        ),
        "order_lines", {"revenue": "LineAmount", "status": "Status"}, 2, "160", 2,
    ),
    "a German ledger of documents": Shape(
        "belege.csv",
        _lines(
            "Belegnummer;Belegart;Belegdatum;Kundennummer;Betrag",
            "1;Rechnung;13.01.2026;7;100,00", "2;Gutschrift;14.01.2026;7;30,00", "3;Rechnung;15.01.2026;8;20,00",
        ),
        "orders", {"status": "Belegart"}, 2, "90", 2,
    ),
    "fees taken off by the provider": Shape(
        "donations.csv",
        _lines(
            "Donor Name,Donor Email,Donated At,Donated Time,Amount,Processing Fee,Net Amount,Status,Receipt ID",
            "Ann Lee,ann@x.example,01/13/2026,10:00:00,100.00,3.00,97.00,Paid,1",
            "Bo Ray,bo@x.example,01/14/2026,10:00:00,50.00,1.50,48.50,Paid,2",
            "Cy Fox,cy@x.example,01/15/2026,10:00:00,20.00,0.60,19.40,Paid,3",
            "Cy Fox,cy@x.example,01/16/2026,10:00:00,80.00,2.40,77.60,Refunded,4",
        ),
        "orders", {"revenue": "Amount", "occurred_at": "Donated At"}, 3, "170", 3,
    ),
    "namesakes": Shape(
        "caisse.csv",
        _lines(
            "Date;N° facture;Client;Courriel;Montant TTC",
            "05/01/2026;F1;Ann Lee;ann@x.example;10,50", "06/02/2026;F2;Ann Lee;ann.lee@y.example;20,00",
            "07/03/2026;F3;Bo Ray;bo@x.example;30,00",
        ),
        "orders", {"order_id": "N° facture", "email": "Courriel"}, 3, "60.5", 3,
    ),
    "tickets for friends": Shape(
        "Report.csv",
        _lines(
            "Order #,Order Date,First Name,Email,Quantity,Ticket Type,Total Paid,Attendee Status,Buyer Email",
            "50,2026-01-13 10:00:00,Ann,ann@x.example,1,VIP,25.00,Attending,ann@x.example",
            "50,2026-01-13 10:00:00,Di,di@y.example,1,VIP,25.00,Attending,ann@x.example",
            "51,2026-01-14 10:00:00,Bo,bo@x.example,1,General,10.00,Refunded,bo@x.example",
            "52,2026-01-15 10:00:00,Cy,cy@x.example,1,General,10.00,Not Attending,cy@x.example",
        ),
        "order_lines", {"email": "Buyer Email", "status": "Attendee Status"}, 1, "50", 3,
    ),
    "an appointment book": Shape(
        "schedule.csv",
        _lines(
            "Start Time,End Time,First Name,Last Name,Email,Type,Appointment Price,Date Scheduled,Canceled,Appointment ID",
            '"January 13, 2026 9:00 am","January 13, 2026 10:00 am",Ann,Lee,ann@x.example,Haircut,40.00,2026-01-02,no,801',
            '"January 14, 2026 9:00 am","January 14, 2026 10:00 am",Bo,Ray,bo@x.example,Color,90.00,2026-01-03,yes,802',
            '"February 3, 2026 2:00 pm","February 3, 2026 3:00 pm",Ann,Lee,ann@x.example,Haircut,40.00,2026-01-04,no,803',
        ),
        "orders", {"occurred_at": "Start Time", "revenue": "Appointment Price", "order_id": "Appointment ID"}, 2, "80", 2,
    ),
    "checks of a restaurant": Shape(
        "CheckDetails.csv",
        _lines(
            "Opened Date,Opened Time,Server,Check Id,Check #,Total,Customer Id,Customer,Customer Email",
            "01/13/26,12:05 PM,Lou,9001,1,30.00,c1,Ann Lee,ann@x.example", "01/13/26,12:06 PM,Lou,9002,2,12.00,,,",
            "01/14/26,01:05 PM,Lou,9003,3,30.00,c1,Ann Lee,ann@x.example",
        ),
        "orders", {"order_id": "Check Id", "occurred_at": "Opened Date"}, 3, "72", 1,
    ),
    "purchases among other events": Shape(
        "log.csv",
        _lines(
            "event_time,event,user_id,order_id,amount",
            *(f"2026-01-{13 + n} 10:00:00,{'purchase' if n == 5 else 'page_view'},u{n % 3},{'o1' if n == 5 else ''},{'9.00' if n == 5 else ''}" for n in range(12)),
        ),
        "events", {"name": "event", "customer_id": "user_id"}, people=3,
    ),
    "a door that is passed": Shape(
        "checkins.csv",
        _lines("Member ID,Check-in Time,Club,Class", *(f"M{n % 4},2026-01-{n + 1:02} 08:{n:02},Harbor,Yoga" for n in range(20))),
        "events", {"customer_id": "Member ID", "occurred_at": "Check-in Time"}, people=4,
    ),
    "visits by the name of the file": Shape(
        "visits 2026.csv",
        _lines("customer_id,date,store", *(f"c{n % 4},2026-01-{n + 1:02},North" for n in range(20))),
        "events", {"customer_id": "customer_id", "occurred_at": "date"}, people=4,
    ),
    "members with a day of renewal": Shape(
        "members.csv",
        _lines(
            "Member,Email,Membership Level,Renewal Date,Amount Due,City",
            "Ann Lee,ann@x.example,Gold,2027-01-13,50.00,Reno", "Ann Lee,ann.lee@y.example,Gold,2027-02-13,50.00,Lodi",
            "Bo Ray,bo@x.example,Silver,2027-03-13,50.00,Lodi",
        ),
        "customers", {"name": "Member", "email": "Email", "joined_at": ""}, people=3,
    ),
    "attributes in JSON": Shape(
        "subscribers.csv",
        _lines(
            "uuid,email,name,attributes,status,created_at,updated_at",
            '00000000-0000-0000-0000-000000000001,ann@x.example,Ann,"{""city"": ""Bonn"", ""plan"": ""pro""}",enabled,2026-01-13T10:00:00Z,2026-01-14T10:00:00Z',
            '00000000-0000-0000-0000-000000000002,bo@x.example,Bo,"{""city"": ""Pune"", ""score"": 7}",blocklisted,2026-01-13T10:00:00Z,2026-01-14T10:00:00Z',
            "00000000-0000-0000-0000-000000000003,cy@x.example,Cy,{},enabled,2026-01-13T10:00:00Z,2026-01-14T10:00:00Z",
        ),
        "customers", {"email": "email", "city": "attributes.city"}, people=3,
    ),
    "contacts of firms": Shape(
        "Contacts.csv",
        _lines(
            "Record Id,Contact Owner.id,First Name,Last Name,Account Name,Email,Mobile,Date of Birth,Created Time,Modified Time,Email Opt Out",
            "z1,o1,Ann,Lee,Acme,ann@x.example,+34600111221,1990-05-01,2026-01-13 10:00:00,2026-01-14 10:00:00,false",
            "z2,o1,Bo,Ray,Acme,bo@x.example,,1991-05-01,2026-01-13 10:00:00,2026-01-14 10:00:00,true",
        ),
        "customers", {"name": "", "first_name": "First Name", "joined_at": "Created Time", "updated_at": "Modified Time", "phone": "Mobile"}, people=2,
    ),
    "a number that few have": Shape(
        "ghost.csv",
        _lines(
            "id,email,name,stripe_customer_id,created_at",
            "a1,ann@x.example,Ann,cus_1,2026-01-13T10:00:00Z", "a2,bo@x.example,Bo,,2026-01-13T10:00:00Z",
            "a3,cy@x.example,Cy,,2026-01-13T10:00:00Z", "a4,di@x.example,Di,,2026-01-13T10:00:00Z",
        ),
        "customers", {"customer_id": "id"}, people=4,
    ),
}  # fmt: skip
NAMES = pytest.mark.parametrize("name", sorted(SHAPES))


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    init_workspace(tmp_path / "ws", WorkspaceSettings(currency="EUR", country="US", timezone="UTC"))
    return open_workspace(tmp_path / "ws")


def _written(folder: Path, shape: Shape) -> Path:
    file = folder / shape.file
    file.write_text(shape.text, "utf-8")
    return file


@NAMES
def test_a_shape_is_understood(tmp_path: Path, name: str) -> None:
    shape = SHAPES[name]
    mapping = propose(_written(tmp_path, shape)).mapping
    assert mapping.kind == shape.kind
    found = {each: (mapping.fields[each].columns[0] if each in mapping.fields else "") for each in shape.fields}
    assert found == shape.fields


@NAMES
def test_a_shape_comes_to_what_its_owner_would_count(tmp_path: Path, ws: Workspace, name: str) -> None:
    shape = SHAPES[name]
    result = ws.load(_written(tmp_path, shape))
    assert result.refused == shape.refused
    ws.refresh()
    engine = ws._stand.engine
    derive_orders(engine)
    settle_orders(engine, "EUR", {"GBP": Decimal(1), "USD": Decimal(1)})
    standing = event_rows(engine, "Order Completed", "TIMESTAMP '2028-01-01'")
    found = engine.query(f"SELECT count(*) FILTER (revenue > 0), coalesce(sum(revenue), 0) FROM {standing}")
    assert (found.column(0)[0].as_py(), found.column(1)[0].as_py()) == (shape.stands, Decimal(shape.revenue))
    assert engine.query("SELECT count(*) FROM profiles").column(0)[0].as_py() == shape.people


def test_dates_beside_decimal_commas_have_the_day_first_in_every_country(tmp_path: Path) -> None:
    found = propose(_written(tmp_path, SHAPES["namesakes"]), country="US")
    assert found.mapping.fields["occurred_at"].date_format == "%d/%m/%Y"
    assert "day first is usual where a comma is the decimal sign" in found.questions[0].text.told("en")


def test_values_in_json_are_told_and_known_of_people(tmp_path: Path, ws: Workspace) -> None:
    ws.load(_written(tmp_path, SHAPES["attributes in JSON"]))
    ws.refresh()
    known = {str(row["name"]): row["missing_share"] for row in ws.traits().rows()}
    assert {name: round(1 - float(known[name]), 2) for name in ("city", "attributes_plan", "attributes_score")} == {
        "city": 0.67,
        "attributes_plan": 0.33,
        "attributes_score": 0.33,
    }


def test_one_deed_of_everybody_once_is_no_log(tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(_lines("customer_id,date", *(f"c{n},2026-01-{n + 1:02}" for n in range(20))))
    assert propose(file).mapping.kind != "events"
