"""What becomes of rows: accepted, unchanged, updated, refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from coterie.collect import derive_orders, load, quarantined, replay
from coterie.collect.loading.refused import READINGS, REASONS
from coterie.domain import FileFormat, MappedField, Mapping
from coterie.errors import BadDefinition, BadFile, NotReady, UnknownName
from coterie.settings import WorkspaceSettings
from coterie.words import say
from coterie.words.sentences import filled
from tests.collect.conftest import LINES, ORDERS, mapping_of

HEAD = "id,who,at,amount\n"
ORDER_FILE = HEAD + "1,anna,2025-01-01 10:00,10.50\n2,ben,2025-01-02,20\n3,,2025-01-03,5\n"


def rows(engine, sql, **values):
    return engine.query(sql, values or None).to_pylist()


def test_orders_arrive_with_people_and_money(engine, load_text):
    result = load_text(ORDER_FILE, mapping_of("orders", ORDERS))
    assert (result.rows, result.accepted, result.unchanged, result.updated) == (3, 3, 0, 0)
    found = rows(
        engine, "SELECT order_id, revenue, status, occurred_at, profile_id IS NULL AS nobody FROM orders ORDER BY 1"
    )
    assert found[0]["revenue"] == Decimal("10.50")
    assert found[0]["occurred_at"] == datetime(2025, 1, 1, 10)
    assert [row["nobody"] for row in found] == [False, False, True]
    assert rows(engine, "SELECT namespace, value FROM identifiers ORDER BY 2") == [
        {"namespace": "customer_id", "value": "anna"},
        {"namespace": "customer_id", "value": "ben"},
    ]


def test_the_same_file_again_changes_nothing(engine, load_text):
    mapping = mapping_of("orders", ORDERS)
    load_text(ORDER_FILE, mapping)
    before = rows(engine, "SELECT * FROM orders ORDER BY order_id")
    again = load_text(ORDER_FILE, mapping)
    assert (again.rows, again.unchanged) == (3, 3)
    assert rows(engine, "SELECT * FROM orders ORDER BY order_id") == before


def test_the_same_rows_in_another_file_change_nothing(engine, load_text):
    mapping = mapping_of("orders", ORDERS)
    load_text(ORDER_FILE, mapping)
    other = load_text(HEAD + "3,,2025-01-03,5.00\n1,anna,2025-01-01T10:00:00,10.5\n2,ben,2025-01-02,20\n", mapping)
    assert (other.rows, other.unchanged, other.updated) == (3, 3, 0)


def test_a_corrected_file_updates(engine, load_text):
    mapping = mapping_of("orders", ORDERS)
    load_text(ORDER_FILE, mapping)
    corrected = load_text(HEAD + "1,anna,2025-01-01 10:00,11\n2,ben,2025-01-02,20\n4,cleo,2025-01-04,7\n", mapping)
    assert (corrected.rows, corrected.unchanged, corrected.updated) == (3, 1, 1)
    assert rows(engine, "SELECT sum(revenue) AS total, count(*) AS n FROM orders") == [{"total": Decimal(43), "n": 4}]
    back = load_text(ORDER_FILE, mapping)
    assert (back.unchanged, back.updated) == (2, 1), "an old version loaded again is a change, not a repetition"


def test_equal_lines_of_a_basket_both_stay(engine, load_text):
    mapping = mapping_of("order_lines", LINES)
    text = "id,who,at,amount,item,pieces\n" + "1,anna,2025-01-01,3,tea,1\n" * 2 + "1,anna,2025-01-01,4,milk,2\n"
    assert load_text(text, mapping).accepted == 3
    assert rows(engine, "SELECT count(*) AS n, sum(revenue) AS r FROM order_lines") == [{"n": 3, "r": Decimal(10)}]
    more = load_text(text + "1,anna,2025-01-01,3,tea,1\n2,ben,2025-01-01,3,tea,1\n", mapping)
    assert (more.unchanged, more.updated) == (3, 0)
    assert rows(engine, "SELECT count(*) AS n FROM order_lines") == [{"n": 5}]


def test_a_line_with_another_quantity_replaces_its_earlier_version(engine, load_text):
    mapping = mapping_of("order_lines", LINES)
    head = "id,who,at,amount,item,pieces\n"
    load_text(head + "1,a,2025-01-01,3,tea,1\n1,a,2025-01-01,6,tea,2\n", mapping)
    result = load_text(head + "1,a,2025-01-01,3,tea,1\n1,a,2025-01-01,9,tea,3\n", mapping)
    assert (result.unchanged, result.updated) == (1, 1)
    assert rows(engine, "SELECT sum(revenue) AS r FROM order_lines") == [{"r": Decimal(12)}]


def test_revenue_is_quantity_times_price_where_none_is_given(engine, load_text):
    fields = {"order_id": "id", "occurred_at": "at", "quantity": "q", "unit_price": "p", "product_id": "item"}
    load_text(
        "id,at,q,p,item\n536365,2010-12-01 08:26,6,2.55,A\nC536379,2010-12-01,-1,27.50,D\n",
        mapping_of("order_lines", fields),
    )
    assert rows(engine, "SELECT order_id, revenue, status FROM order_lines ORDER BY 1") == [
        {"order_id": "536365", "revenue": Decimal("15.3"), "status": "completed"},
        {"order_id": "C536379", "revenue": Decimal("-27.5"), "status": "cancelled"},
    ]


@pytest.mark.parametrize("discount", [False, True])
def test_a_row_worth_more_than_the_engine_multiplies_at_once_stops_no_other(engine, load_text, discount):
    fields = {"order_id": "id", "occurred_at": "at", "quantity": "q", "unit_price": "p"}
    if discount:
        fields["discount"] = "off"
    result = load_text(
        "id,at,q,p,off\n1,2025-01-01,2,3.5,1\nsum,,225357,502773.88,1\n2,2025-01-02,1200,20000000.01,0\n"
        "3,2025-01-03,99999999999999,99999999999999,0\n",
        mapping_of("order_lines", fields),
    )
    assert result.refused == 2
    assert rows(engine, "SELECT sum(revenue) AS r FROM order_lines") == [{"r": Decimal("24000000019.0") - discount}]


@pytest.mark.parametrize(("word", "amount", "status", "revenue"), [
    pytest.param("Completed", "10", "completed", 10, id="an-order-that-stands"),
    pytest.param("Shipped", "10", "completed", 10, id="a-word-nobody-knows-stands"),
    pytest.param("CANCELLED", "10", "cancelled", 0, id="cancelled-in-place"),
    pytest.param("已退款", "10", "returned", 0, id="returned-in-place-in-chinese"),
    pytest.param("refunded", "-10", "returned", -10, id="a-refund-already-negative"),
    pytest.param("待付款", "10", "unpaid", 0, id="never-paid-is-worth-nothing"),
    pytest.param("", "-10", "returned", -10, id="negative-without-a-word"),
])  # fmt: skip
def test_the_status_decides_what_an_order_is_worth(engine, load_text, word, amount, status, revenue):
    mapping = mapping_of("orders", {**ORDERS, "status": "state"})
    load_text(f"id,who,at,amount,state\n1,a,2025-01-01,{amount},{word}\n", mapping)
    assert rows(engine, "SELECT status, revenue FROM orders") == [{"status": status, "revenue": Decimal(revenue)}]


def test_refused_rows_say_file_line_column_value_and_reason(engine, load_text):
    text = (
        HEAD
        + '1,"anna\nmaria",2025-01-01,10\n2,ben,yesterday,20\n3,cleo,2025-01-03,"1,5"\n,dora,2025-01-04,3\n5,eve\n6,f,2025-01-06,1\n'
    )
    result = load_text(text, mapping_of("orders", ORDERS))
    assert (result.rows, result.accepted, result.refused) == (6, 2, 4)
    assert result.reasons == {"missing": 1, "not_a_date": 1, "not_a_number": 1, "ragged": 1}
    found = quarantined(engine).to_pylist()
    assert [(row["file"], row["line"], row["column_name"], row["value"], row["code"]) for row in found] == [
        ("file.csv", 4, "at", "yesterday", "not_a_date"),
        ("file.csv", 5, "amount", "1,5", "not_a_number"),
        ("file.csv", 6, "id", "", "missing"),
        ("file.csv", 7, None, None, "ragged"),
    ]
    assert "'yesterday' is no date" in found[0]["reason"]
    assert found[1]["raw"] == '{"id":"3","who":"cleo","at":"2025-01-03","amount":"1,5"}'


def test_a_file_with_refused_rows_again_changes_nothing(engine, load_text):
    text = HEAD + "1,anna,2025-01-01,10\n2,ben,yesterday,20\n"
    mapping = mapping_of("orders", ORDERS)
    first, again = load_text(text, mapping), load_text(text, mapping)
    assert (again.rows, again.unchanged, again.refused, again.reasons) == (2, 1, 1, first.reasons)
    load_text(HEAD + "7,gus,2025-01-01,10\n", mapping)
    load_text(text, mapping)
    assert quarantined(engine).num_rows == 1


def test_replay_accepts_what_an_edit_mends(engine, load_text):
    mapping = mapping_of("orders", ORDERS)
    load_text(HEAD + "1,anna,2025-01-01,10\n2,ben,yesterday,20\n3,cleo,never,30\n4,dora\n", mapping)
    waiting = {row["line"]: row["quarantine_id"] for row in quarantined(engine).to_pylist()}
    edits = {waiting[3]: {"at": "2025-01-02"}, waiting[5]: {"at": "2025-01-05", "amount": "1"}}
    result = replay(engine, source="shop", settings=WorkspaceSettings(), edits=edits)
    assert (result.rows, result.accepted, result.refused) == (3, 2, 1)
    assert rows(engine, "SELECT order_id FROM orders ORDER BY 1") == [{"order_id": each} for each in "124"]
    assert [row["value"] for row in quarantined(engine).to_pylist()] == ["never"]
    assert quarantined(engine, with_replayed=True).num_rows == 3


def test_replay_accepts_what_another_mapping_can_read(engine, load_text):
    mapping = mapping_of("orders", ORDERS)
    load_text(HEAD + "1,anna,2025-01-01,10\n2,ben,13/02/2025,20\n", mapping)
    amended = mapping_of("orders", {**ORDERS, "occurred_at": MappedField(columns=("at",), date_format="%d/%m/%Y")})
    assert replay(engine, source="shop", mapping=amended, settings=WorkspaceSettings(), dry_run=True).accepted == 1
    assert quarantined(engine).num_rows == 1, "a dry run leaves the row where it is"
    assert replay(engine, source="shop", mapping=amended, settings=WorkspaceSettings()).accepted == 1
    with pytest.raises(NotReady, match="no refused rows"):
        replay(engine, source="shop", settings=WorkspaceSettings())


def test_loading_the_file_again_under_a_mended_mapping_empties_the_quarantine(engine, load_text):
    text = HEAD + "1,anna,01/02/2025,10\n2,ben,13/02/2025,20\n"
    assert load_text(text, mapping_of("orders", ORDERS)).refused == 2
    amended = mapping_of("orders", {**ORDERS, "occurred_at": MappedField(columns=("at",), date_format="%d/%m/%Y")})
    assert load_text(text, amended).accepted == 2
    assert quarantined(engine).num_rows == 0


def test_a_corrected_file_settles_what_it_corrects(engine, load_text):
    mapping = mapping_of("orders", ORDERS)
    load_text(HEAD + "1,anna,2025-01-01,10\n2,ben,yesterday,20\n3,cleo,never,30\n", mapping)
    load_text(HEAD + "2,ben,2025-01-02,20\n3,cleo,never,30\n", mapping)
    assert [row["value"] for row in quarantined(engine).to_pylist()] == ["never"]


def test_a_dry_run_counts_and_writes_nothing(engine, load_text):
    text = HEAD + "1,anna,2025-01-01,10\n2,ben,yesterday,20\n"
    mapping = mapping_of("orders", ORDERS, extras={})
    tried = load_text(text, mapping, dry_run=True)
    assert (tried.rows, tried.accepted, tried.refused, tried.dry_run) == (2, 1, 1, True)
    for table in ("orders", "identifiers", "batches", "quarantine"):
        assert rows(engine, f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]


def test_customers_merge_by_source_and_identifier_and_the_last_row_wins(engine, load_text):
    fields = {"customer_id": "id", "email": "mail", "city": "city"}
    mapping = mapping_of("customers", fields, extras={"points": "points"})
    text = "id,mail,city,points\n1,a@x.org,Bonn,5\n2,b@x.org,Köln,7\n1,a@x.org,Berlin,6\n2,b@x.org,Köln,7\n,,,9\n"
    result = load_text(text, mapping)
    assert (result.rows, result.accepted, result.updated, result.unchanged, result.refused) == (5, 4, 1, 1, 1)
    assert rows(engine, "SELECT customer_id, city, points FROM customer_records ORDER BY 1") == [
        {"customer_id": "1", "city": "Berlin", "points": 6},
        {"customer_id": "2", "city": "Köln", "points": 7},
    ]
    linked = rows(
        engine,
        "SELECT l.value AS l, r.value AS r FROM identifier_combinations JOIN identifiers l ON l.identifier_id = members[1] JOIN identifiers r ON r.identifier_id = members[2] ORDER BY 1",
    )
    assert linked == [{"l": "1", "r": "a@x.org"}, {"l": "2", "r": "b@x.org"}]
    assert load_text(text, mapping).unchanged == 4


def test_a_later_file_with_fewer_columns_keeps_the_others(engine, load_text):
    load_text("id,city\n1,Bonn\n", mapping_of("customers", {"customer_id": "id", "city": "city"}))
    load_text("id,language\n1,de\n", mapping_of("customers", {"customer_id": "id", "language": "language"}))
    assert rows(engine, "SELECT city, language FROM customer_records") == [{"city": "Bonn", "language": "de"}]


def test_a_household_beside_a_customer_links_nobody(engine, load_text):
    fields = {"customer_id": "id", "household_id": "home"}
    load_text("id,home\n1,7\n2,7\n,9\n", mapping_of("customers", fields))
    assert rows(engine, "SELECT namespace, value FROM identifiers ORDER BY 1, 2") == [
        {"namespace": "customer_id", "value": "1"},
        {"namespace": "customer_id", "value": "2"},
        {"namespace": "household_id", "value": "9"},
    ]
    assert rows(engine, "SELECT count(*) AS n FROM identifier_combinations") == [{"n": 0}]


def test_orders_that_are_really_lines_are_refused_with_a_sentence(engine, load_text):
    text = HEAD + "1,a,2025-01-01,10\n1,a,2025-01-01,12\n2,b,2025-01-01,10\n"
    with pytest.raises(BadFile, match=r"order '1' .* load it as order_lines"):
        load_text(text, mapping_of("orders", ORDERS))
    assert rows(engine, "SELECT count(*) AS n FROM identifiers") == [{"n": 0}]
    twice = load_text(HEAD + "1,a,2025-01-01,10\n" * 2, mapping_of("orders", ORDERS))
    assert (twice.accepted, twice.unchanged) == (2, 1)


def test_orders_without_a_number_are_known_by_their_content(engine, load_text):
    fields = {"customer_id": "who", "occurred_at": "at", "revenue": "amount"}
    mapping = mapping_of("orders", fields)
    text = "who,at,amount\n" + "1,1997-01-01,11.77\n" * 2 + "2,1997-01-12,12\n"
    assert load_text(text, mapping).accepted == 3
    again = load_text(text + "\n", mapping)
    assert (again.accepted, again.unchanged) == (3, 3)
    assert rows(engine, "SELECT count(DISTINCT order_id) AS n FROM orders") == [{"n": 3}]


def test_events_keep_their_further_columns_as_properties(engine, load_text):
    fields = {"event_id": "id", "name": "event", "customer_id": "who", "occurred_at": "at"}
    mapping = mapping_of("events", fields, extras={"page": "page", "ms": "duration"})
    text = "id,event,who,at,page,ms\ne1,Product Viewed,1,2025-01-01T10:00:00Z,/tea,120\ne2,Product Viewed,2,2025-01-01T11:00:00+02:00,/milk,\n"
    assert load_text(text, mapping).accepted == 2
    found = rows(
        engine,
        "SELECT occurred_at, properties.page::VARCHAR AS page, properties.duration::BIGINT AS ms FROM events ORDER BY event_id",
    )
    assert found == [
        {"occurred_at": datetime(2025, 1, 1, 10), "page": "/tea", "ms": 120},
        {"occurred_at": datetime(2025, 1, 1, 9), "page": "/milk", "ms": None},
    ]
    assert load_text(text + "e2,Product Viewed,2,2025-01-01T11:00:00+02:00,/milk,\n", mapping).unchanged == 3


def test_contacts_redemptions_surveys_and_tickets_are_events(engine, load_text):
    who = {"customer_id": "who", "occurred_at": "at"}
    load_text(
        "who,at,c\n1,2025-01-01,A\n1,2025-01-01,A\n,2025-01-01,A\n", mapping_of("contacts", {**who, "campaign": "c"})
    )
    load_text("who,at,c\n1,2025-01-02,77\n", mapping_of("responses", {**who, "coupon": "c"}))
    load_text("who,at,s\n1,2025-01-03,9\n", mapping_of("surveys", {**who, "score": "s"}))
    load_text("who,at,t,n\n1,2025-01-04,Late,5\n", mapping_of("tickets", {**who, "subject": "t", "event_id": "n"}))
    found = rows(engine, "SELECT name, count(*) AS n FROM events GROUP BY 1 ORDER BY 1")
    assert found == [
        {"name": "Campaign Contacted", "n": 2},
        {"name": "Coupon Redeemed", "n": 1},
        {"name": "Survey Answered", "n": 1},
        {"name": "Ticket Opened", "n": 1},
    ]
    assert quarantined(engine).to_pylist()[0]["code"] == "nobody"


def test_costs_and_products_arrive(engine, load_text):
    costs = mapping_of("costs", {"occurred_on": "day", "channel": "c", "amount": "sum"})
    assert load_text("day,c,sum\n2025-01-01,email,10\n2025-01-01,email,10\n2025-01-01,sms,5\n", costs).accepted == 3
    assert rows(engine, "SELECT occurred_on, sum(amount) AS s FROM costs GROUP BY 1") == [
        {"occurred_on": date(2025, 1, 1), "s": Decimal(25)}
    ]
    products = mapping_of("products", {"product_id": "sku", "name": "n", "price": "p"}, extras={"size": "size"})
    load_text("sku,n,p,size\n007,Tea,2.50,S\n008,Milk,1,M\n", products)
    assert load_text("sku,n,p,size\n007,Tea,2.75,S\n008,Milk,1,M\n", products).updated == 1
    assert rows(engine, "SELECT product_id, price, size FROM products ORDER BY 1")[0] == {
        "product_id": "007", "price": Decimal("2.75"), "size": "S",
    }  # fmt: skip


def test_leading_zeros_far_down_the_file_are_kept(engine, load_text):
    body = "".join(f"{n},a,2025-01-01,1,{n}\n" for n in range(25_000)) + "99999,a,2025-01-01,1,007\n"
    load_text("id,who,at,amount,code\n" + body, mapping_of("orders", ORDERS, extras={"code": "code"}))
    assert rows(engine, "SELECT code FROM orders WHERE order_id = '99999'") == [{"code": "007"}]


def test_a_column_widens_when_a_later_file_needs_it(engine, load_text):
    mapping = mapping_of("orders", ORDERS, extras={"x": "x"})
    load_text("id,who,at,amount,x\n1,a,2025-01-01,1,5\n", mapping)
    assert engine.columns("orders")["x"] == "BIGINT"
    load_text("id,who,at,amount,x\n2,a,2025-01-01,1,5.5\n", mapping)
    load_text("id,who,at,amount,x\n3,a,2025-01-01,1,five\n", mapping)
    assert [row["x"] for row in rows(engine, "SELECT x FROM orders ORDER BY order_id")] == ["5.0", "5.5", "five"]


def test_an_arrow_table_loads_like_a_file(engine):
    table = pa.table(
        {
            "id": pa.array([1, 2, None], pa.int64()),
            "who": pa.array([17850.0, None, 3.0]),
            "at": pa.array([datetime(2025, 1, 1)] * 3, pa.timestamp("us")),
            "amount": pa.array([1.5, 2.5, float("nan")]),
        }
    )
    mapping = Mapping(
        source="frame",
        kind="orders",
        format=FileFormat(container="parquet"),
        fields={name: MappedField(columns=(column,)) for name, column in ORDERS.items()},
    )
    result = load(engine, table, mapping, settings=WorkspaceSettings())
    assert (result.rows, result.accepted, result.refused) == (3, 2, 1)
    assert rows(engine, "SELECT value FROM identifiers") == [{"value": "17850"}]
    [refused] = quarantined(engine).to_pylist()
    assert (refused["line"], refused["code"]) == (3, "missing")
    assert load(engine, table, mapping, settings=WorkspaceSettings()).unchanged == 2


def test_orders_derived_from_lines_give_way_to_loaded_ones(engine, load_text):
    lines = mapping_of("order_lines", LINES)
    head = "id,who,at,amount,item,pieces\n"
    load_text(head + "1,a,2025-01-02,3,tea,1\n1,a,2025-01-01,4,milk,2\n2,b,2025-01-01,-3,tea,-1\n", lines)
    assert derive_orders(engine) == 2
    assert rows(engine, "SELECT order_id, revenue, lines, status, occurred_at FROM orders ORDER BY 1") == [
        {
            "order_id": "1",
            "revenue": Decimal(7),
            "lines": 2,
            "status": "completed",
            "occurred_at": datetime(2025, 1, 1),
        },
        {
            "order_id": "2",
            "revenue": Decimal(-3),
            "lines": 1,
            "status": "returned",
            "occurred_at": datetime(2025, 1, 1),
        },
    ]
    assert derive_orders(engine) == 2
    load_text(HEAD + "1,a,2025-01-01,99\n", mapping_of("orders", ORDERS, source="till"), name="orders.csv")
    assert derive_orders(engine) == 1
    assert rows(engine, "SELECT sum(revenue) AS r FROM orders") == [{"r": Decimal(96)}]


@pytest.mark.parametrize(("change", "error", "words"), [
    pytest.param({"kind": "order"}, UnknownName, "did you mean 'orders'", id="a-kind-that-is-not"),
    pytest.param({"fields": {"revenu": MappedField(columns=("amount",))}}, UnknownName, "did you mean 'revenue'", id="a-field-that-is-not"),
    pytest.param({"fields": {"occurred_at": MappedField(columns=("when",))}}, BadFile, "its columns are id, who, at, amount", id="a-column-that-is-not"),
    pytest.param({"fields": {"occurred_at": MappedField(columns=("at",))}}, BadFile, "orders need revenue", id="nothing-to-count"),
    pytest.param({"extras": {"who": "revenue"}}, BadDefinition, "further column as 'revenue'", id="an-extra-with-a-field's-name"),
    pytest.param({"fields": {**mapping_of("orders", ORDERS).fields, "occurred_at": MappedField(columns=("at",), date_format="%Q")}}, BadDefinition, "no strptime pattern", id="a-date-format-that-is-not"),
    pytest.param({"fields": {**mapping_of("orders", ORDERS).fields, "occurred_at": MappedField(columns=("at",), timezone="Mars/Base")}}, BadDefinition, "unknown", id="a-zone-that-is-not"),
])  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused_in_words(engine, load_text, change, error, words):
    mapping = mapping_of("orders", ORDERS).model_copy(update=change)
    with pytest.raises(error, match=words):
        load_text(ORDER_FILE, mapping)
    assert rows(engine, "SELECT count(*) AS n FROM batches") == [{"n": 0}]


def test_no_temporary_table_stays_behind(engine, load_text):
    before = engine.tables()
    load_text(HEAD + "1,anna,yesterday,10\n1,anna,2025-01-01,9\n1,anna,2025-01-01,9\n", mapping_of("orders", ORDERS))
    load_text(ORDER_FILE, mapping_of("orders", ORDERS))
    with pytest.raises(BadFile):
        load_text("id,who,at,amount\n1,a,2025-01-01,1\n1,b,2025-01-01,2\n", mapping_of("orders", ORDERS))
    assert engine.tables() == before


def test_temporary_files_go_away(engine, load_text):
    with engine.folder() as folder:
        place = folder.parent
    left = place.with_name("coterie-load-999999999-x")  # by a process that was killed
    left.mkdir()
    load_text(ORDER_FILE.encode("utf-16"), mapping_of("orders", ORDERS, encoding="utf-16"))
    assert [each for each in (place, left) if each.exists()] == []


def test_every_reason_has_a_sentence_in_both_languages(engine, load_text):
    assert [words for words in (*REASONS.values(), *READINGS) if say(words, "zh") == words] == []
    mapping = mapping_of("orders", {**ORDERS, "order_id": "id"})
    load_text(HEAD + "1,anna,yester\"day,10\n2,ben,2025-01-01,'\n,cleo,2025-01-02,3\n4\n", mapping)
    found = quarantined(engine)["reason"].to_pylist()
    assert [reason.told("zh") for reason in found] == [
        '按映射对 occurred_at 的读法（ISO 8601，例如 2011-03-04 15:30），“yester"day”不是 1850 到 2199 年之间的日期',
        "按映射对 revenue 的读法（小数点“.”，千位不分隔），“'”不是数字",
        "这里没有 order_id，而 orders 的每一行都必须有",
        "这一行的列数与表头不一致",
    ]
    assert found[0].values["value"] == 'yester"day'


@pytest.mark.parametrize("code", REASONS)
def test_reasons_kept_as_english_are_told_in_chinese_too(engine, code):
    reading = filled(READINGS[0], {"format": "%d.%m.%Y"}, "en")
    values = {"field": "at", "kind": "orders", "value": "it's (one) of 3", "reading": reading}
    values |= {"event": "Order Completed", "property": "revenue", "found": "'12'", "expected": "12"}
    engine.execute("INSERT INTO quarantine (quarantine_id, code, reason) VALUES (1, $code, $reason)", {
        "code": code, "reason": filled(REASONS[code], values, "en"),
    })  # fmt: skip
    [said] = quarantined(engine)["reason"].to_pylist()
    assert said == filled(REASONS[code], values, "en")
    assert said.told("zh") == filled(say(REASONS[code], "zh"), values | {"reading": "格式 %d.%m.%Y"}, "zh")


_COUNTED = {
    "orders": ("id,who,at,amount", ORDERS),
    "order_lines": ("id,who,at,amount,item,pieces", LINES),
    "tickets": ("id,who,at", {"event_id": "id", "customer_id": "who", "occurred_at": "at"}),
}


@pytest.mark.parametrize("kind", _COUNTED)
def test_two_shops_that_both_count_from_one_do_not_overwrite_each_other(engine, load_text, kind):
    header, fields = _COUNTED[kind]

    def shop(source, day):
        cells = [[str(n), f"{source}{n}", f"2025-01-{day}", str(n), f"A{n}", "1"] for n in range(1, 6)]
        lines = (",".join(row[: len(header.split(","))]) for row in cells)
        load_text("\n".join([header, *lines]), mapping_of(kind, fields, source=source))

    shop("north", "02")
    with pytest.raises(BadFile, match="5 of its numbers are those of other .* of the source 'north'"):
        shop("south", "20")


def test_orders_under_another_source_name_are_corrected_by_their_number(engine, load_text):
    header, text = "id,who,at,amount\n", "1,ann,2025-01-02,5\n2,bob,2025-01-03,6\n"
    load_text(header + text, mapping_of("orders", ORDERS))
    result = load_text(header + text.replace("03,6", "09,7"), mapping_of("orders", ORDERS, source="mended"))
    assert (result.unchanged, result.updated) == (1, 1)
