"""A file says by names and values what it is; what it leaves open is asked."""

from __future__ import annotations

import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from coterie.collect import load, propose
from coterie.collect.hints.words import name_fit
from coterie.collect.kinds import KINDS
from coterie.domain import MappedField, Mapping, Proposal
from coterie.domain.loading import FileFormat
from coterie.engines import open_warehouse
from coterie.errors import BadFile, UnknownName
from coterie.settings import WorkspaceSettings
from tests.collect.exports import Export
from tests.collect.exports_later import LATER
from tests.collect.exports_people import PEOPLE
from tests.collect.exports_platforms import PLATFORMS
from tests.collect.exports_shops import SHOPS
from tests.collect.exports_tills import TILLS

EXPORTS = [*SHOPS, *TILLS, *PEOPLE, *LATER, *PLATFORMS]


def _proposed(folder: Path, text: str, **words: str) -> Proposal:
    file = folder / "export.csv"
    file.write_text(text, "utf-8")
    return propose(file, **words)  # type: ignore[arg-type]


def _columns(proposal: Proposal) -> dict[str, str]:
    return {name: field.columns[0] for name, field in proposal.mapping.fields.items() if field.columns}


@pytest.mark.parametrize("export", [pytest.param(each, id=each.name) for each in EXPORTS if not each.refused])
def test_an_export_is_understood(tmp_path: Path, export: Export) -> None:
    proposal = _proposed(tmp_path, export.text())
    found = _columns(proposal)
    assert proposal.mapping.kind in export.kind.split("|")
    assert {name: found.get(name) for name in export.fields} == export.fields
    assert not [name for name, column in export.not_fields.items() if found.get(name) == column]
    assert proposal.questions == ()


@pytest.mark.parametrize("export", [pytest.param(each, id=each.name) for each in EXPORTS if each.refused])
def test_what_is_missing_is_said(tmp_path: Path, export: Export) -> None:
    with pytest.raises(BadFile, match=rf"Nothing in it says:.*{export.refused}.*--kind"):
        _proposed(tmp_path, export.text())


@pytest.mark.parametrize("export", [pytest.param(each, id=each.name) for each in EXPORTS if not each.refused])
def test_every_column_has_a_place_and_every_field_a_reason(tmp_path: Path, export: Export) -> None:
    proposal = _proposed(tmp_path, export.text()).into("zh")
    mapping = proposal.mapping
    # What marks tests, or says that an order does not stand, is a column of its own besides.
    besides = {"is_test": {*proposal.columns}, "status": {*mapping.extras}}
    read = [c for name, field in mapping.fields.items() for c in field.columns if c not in besides.get(name, ())]
    assert sorted([*read, *mapping.extras, *mapping.ignored]) == sorted(proposal.columns)
    assert set(proposal.reasons) >= set(mapping.fields)
    assert len(set(mapping.extras.values())) == len(mapping.extras)
    english = [
        reason for reason in proposal.reasons.values() if not any("\u4e00" <= letter <= "\u9fff" for letter in reason)
    ]
    assert english == []


def _dated(*dates: str) -> str:
    return "order_id,customer_id,order_date,total\n" + "".join(
        f'{n},{n % 5},"{date}",{n}.50\n' for n, date in enumerate(dates, 1)
    )


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        pytest.param(["2011-03-04", "2011-03-25"], None, id="iso-needs-no-word"),
        pytest.param(["2011-03-04T08:26:00Z", "2011-03-25T08:26:00+08:00"], None, id="iso-with-zone"),
        pytest.param(["04/03/2011", "25/03/2011"], "%d/%m/%Y", id="day-first-by-25"),
        pytest.param(["3/4/2011 8:26", "3/25/2011 18:26"], "%m/%d/%Y %H:%M", id="month-first-by-25"),
        pytest.param(["04.03.2011", "25.03.2011"], "%d.%m.%Y", id="dots"),
        pytest.param(["04.03.2011 08:26", "25.03.2011"], "%d.%m.%Y %H:%M|%d.%m.%Y", id="with-and-without-time"),
        pytest.param(["2011年3月4日", "2011年3月25日"], "%Y年%m月%d日", id="chinese"),
        pytest.param(["2011年3月4日 8时26分", "2011年3月25日 8时27分"], "%Y年%m月%d日 %H时%M分", id="chinese-with-time"),
        pytest.param(["2011/3/4 8:26", "2011/3/25 18:26"], "%Y/%m/%d %H:%M", id="slashes-year-first"),
        pytest.param(["20110304", "20110325"], "%Y%m%d", id="eight-digits"),
        pytest.param(["20110304082600", "20110325082600"], "%Y%m%d%H%M%S", id="fourteen-digits"),
        pytest.param(["1299226800", "1301041200"], "epoch_seconds", id="epoch-seconds"),
        pytest.param(["1299226800000", "1301041200000"], "epoch_milliseconds", id="epoch-milliseconds"),
        pytest.param(["40606", "40627.5"], "excel", id="excel-serial-days"),
        pytest.param(["04-Mar-11", "25-Mar-11"], "%d-%b-%y", id="month-names-short-years"),
        pytest.param(["Mar 4, 2011 5:06 PM", "Mar 25, 2011 5:06 AM"], "%b %d, %Y %I:%M %p", id="twelve-hour-clock"),
        pytest.param(["March 4, 2011", "March 25, 2011"], "%B %d, %Y", id="full-month-names"),
        pytest.param(["Fri, 04 Mar 2011 08:26:00 GMT", "Fri, 25 Mar 2011 08:26:00 GMT"], "%a, %d %b %Y %H:%M:%S %Z", id="rfc-2822"),
        pytest.param(["04/03/11", "25/03/11"], "%d/%m/%y", id="short-years-day-first"),
        pytest.param(["11-03-04", "99-03-25"], "%y-%m-%d", id="short-years-year-first"),
    ],
)  # fmt: skip
def test_the_format_of_dates_is_decided_by_the_column(tmp_path: Path, dates: list[str], expected: str | None) -> None:
    proposal = _proposed(tmp_path, _dated(*dates * 4))
    assert proposal.mapping.fields["occurred_at"].date_format == expected
    assert proposal.questions == ()


@pytest.mark.parametrize(
    ("country", "expected"),
    [pytest.param("US", "%m/%d/%Y", id="united-states"), pytest.param("GB", "%d/%m/%Y", id="elsewhere")],
)
def test_dates_that_no_value_decides_are_asked(tmp_path: Path, country: str, expected: str) -> None:
    proposal = _proposed(tmp_path, _dated("03/04/2011", "05/06/2011", "01/12/2011"), country=country)
    field = proposal.mapping.fields["occurred_at"]
    assert field.date_format == expected
    assert field.confidence < 0.7
    assert [(q.field, q.column, set(q.options)) for q in proposal.questions] == [
        ("occurred_at", "order_date", {"%d/%m/%Y", "%m/%d/%Y"})
    ]


def test_dates_of_both_orders_are_asked_and_counted(tmp_path: Path) -> None:
    proposal = _proposed(tmp_path, _dated("13/04/2011", "14/04/2011", "04/15/2011", "03/04/2011"))
    assert proposal.mapping.fields["occurred_at"].date_format == "%d/%m/%Y"
    assert "day first (2)" in proposal.questions[0].text
    assert "month first (1)" in proposal.questions[0].text


def test_one_late_date_decides_for_a_large_file(tmp_path: Path) -> None:
    early = [f"0{1 + n % 9}/0{1 + n % 8}/2011" for n in range(60_000)]
    undecided = _proposed(tmp_path, _dated(*early))
    decided = _proposed(tmp_path, _dated(*early[:50_001], "25/03/2011", *early[50_001:]))
    assert (len(undecided.questions), len(decided.questions)) == (1, 0)
    assert decided.mapping.fields["occurred_at"].date_format == "%d/%m/%Y"


def test_a_line_in_another_encoding_does_not_stop_the_whole_column_from_deciding(tmp_path: Path) -> None:
    early = [f"0{1 + n % 9}/0{1 + n % 8}/2011" for n in range(60_000)]
    body = _dated(*early, "25/03/2011").encode() + b'9,Jos\xe9,"26/03/2011",5\n'
    (tmp_path / "mixed.csv").write_bytes(body.replace(b"\n1,1,", "\n1,王,".encode()))
    proposal = propose(tmp_path / "mixed.csv")
    assert proposal.mapping.format.encoding == "utf-8"
    assert proposal.mapping.fields["occurred_at"].date_format == "%d/%m/%Y"


@pytest.mark.parametrize(
    ("amounts", "decimal", "thousands"),
    [
        pytest.param(["12.50", "1,234.00"], ".", ",", id="point-and-grouping-comma"),
        pytest.param(["12,50", "1.234,00"], ",", ".", id="comma-and-grouping-point"),
        pytest.param(["12,50", "3,75"], ",", ".", id="decimal-comma-alone"),
        pytest.param(["1 234,50", "12,00"], ",", " ", id="grouping-space"),
        pytest.param(["1'234.50", "12.00"], ".", "'", id="grouping-apostrophe"),
        pytest.param(["12", "13"], ".", "", id="whole"),
        pytest.param(["1,234", "999"], ".", ",", id="grouped-whole"),
        pytest.param(["$12.50", "($3.00)"], ".", ",", id="dollars-and-brackets"),
    ],
)
def test_the_form_of_numbers_is_decided_by_the_column(
    tmp_path: Path, amounts: list[str], decimal: str, thousands: str
) -> None:
    rows = "".join(f'{n};{n % 3};2011-03-{1 + n % 28:02d};"{amount}"\n' for n, amount in enumerate(amounts * 5))
    proposal = _proposed(tmp_path, "order_id;customer_id;order_date;total\n" + rows)
    found = proposal.mapping.fields["revenue"]
    assert (found.decimal, found.thousands) == (decimal, thousands)
    assert proposal.questions == ()


def test_numbers_that_no_value_decides_are_asked(tmp_path: Path) -> None:
    rows = "".join(f"{n};{n % 3};2011-03-{1 + n % 28:02d};{1 + n % 9},{n % 9}50\n" for n in range(1, 30))
    proposal = _proposed(tmp_path, "order_id;customer_id;order_date;total\n" + rows)
    assert [(q.field, q.options) for q in proposal.questions] == [("revenue", (",", "."))]


@pytest.mark.parametrize(
    ("amount", "own", "expected"),
    [
        pytest.param("£12.50", "USD", "GBP", id="pound"),
        pytest.param("12,50 €", "USD", "EUR", id="euro-after"),
        pytest.param("$12.50", "AUD", "AUD", id="dollars-of-the-workspace"),
        pytest.param("¥12.50", "USD", "CNY", id="yuan"),
        pytest.param("¥1250", "JPY", "JPY", id="yen-of-the-workspace"),
        pytest.param("12.50元", "USD", "CNY", id="yuan-in-words"),
        pytest.param("CAD 12.50", "USD", "CAD", id="code"),
    ],
)
def test_the_currency_is_read_from_the_amounts(tmp_path: Path, amount: str, own: str, expected: str) -> None:
    rows = "".join(f'{n},{n % 3},2011-03-{1 + n % 28:02d},"{amount}"\n' for n in range(9))
    proposal = _proposed(tmp_path, "order_id,customer_id,order_date,total\n" + rows, currency=own)
    assert proposal.mapping.fields["currency"].constant == expected


def test_returns_and_cancellations_are_noticed(tmp_path: Path) -> None:
    export = next(each for each in EXPORTS if each.name == "online-retail-two")
    notes = " ".join(_proposed(tmp_path, export.text()).notes)
    assert "negative “Quantity”" in notes
    assert "begin with C" in notes
    assert "name nobody" in notes


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        pytest.param("refunded", "returned", id="refunded"),
        pytest.param("Cancelled", "cancelled", id="capital"),
        pytest.param("交易关闭", "cancelled", id="taobao-closed"),
        pytest.param("退款成功", "returned", id="taobao-refund"),
        pytest.param("不成立", "cancelled", id="shopee-void"),
        pytest.param("尚未付款", "unpaid", id="shopee-unpaid"),
        pytest.param("キャンセル済み", "cancelled", id="rakuten"),
        pytest.param("반품완료", "returned", id="coupang"),
        pytest.param("Отменён", "cancelled", id="ozon"),
        pytest.param("Anulowane", "cancelled", id="allegro"),
        pytest.param("Paiement refusé", "unpaid", id="prestashop-refused"),
        pytest.param("Retoure", "returned", id="german-return"),
        pytest.param("Offen", "unpaid", id="german-open"),
    ],
)
def test_words_of_a_status_are_translated(tmp_path: Path, word: str, meaning: str) -> None:
    rows = "".join(f"{n},{n % 3},2011-03-{1 + n % 28:02d},9.50,{'paid' if n % 4 else word}\n" for n in range(20))
    proposal = _proposed(tmp_path, "order_id,customer_id,order_date,total,order_status\n" + rows)
    assert proposal.mapping.fields["status"].values == {word: meaning}


@pytest.mark.parametrize(
    "word",
    [
        "待出货",
        "运送中",
        "배송중",
        "入金済み",
        "Доставлен",
        "Zrealizowane",
        "ready_to_ship",
        "Paiement accepté",
        "Ausgeliefert",
        "Pago aceptado",
        "pagato",
    ],
)
def test_an_order_on_its_way_stands_in_every_language(tmp_path: Path, word: str) -> None:
    rows = "".join(f"{n},{n % 3},2011-03-{1 + n % 28:02d},9.50,{'paid' if n % 4 else word}\n" for n in range(20))
    proposal = _proposed(tmp_path, "order_id,customer_id,order_date,total,order_status\n" + rows)
    assert proposal.mapping.fields["status"].values == {}
    assert "do not count" not in " ".join(map(str, proposal.notes))


@pytest.mark.parametrize(
    ("made", "paid"), [("订单成立时间", "付款时间"), ("下单时间", "支付时间"), ("created_at", "paid_at")]
)
def test_an_order_is_of_the_day_it_was_made_which_unpaid_ones_have_too(tmp_path: Path, made: str, paid: str) -> None:
    day = "2011-03-{:02d} 10:00:00"
    rows = "".join(f"{n},{n % 3},{day.format(2 + n) if n % 4 else ''},{day.format(1 + n)},9.50\n" for n in range(20))
    proposal = _proposed(tmp_path, f"order_id,customer_id,{paid},{made},total\n" + rows)
    assert proposal.mapping.fields["occurred_at"].columns == (made,)


def test_spellings_of_one_thing_become_one(tmp_path: Path) -> None:
    words = [
        ("UK", "F", "usd"),
        ("United Kingdom", "female", "￥"),
        ("United Kingdom", "M", "USD"),
        ("France", "M", "EUR"),
    ]
    rows = "".join(f"{n},{n}@x.cn,{country},{gender}\n" for n, (country, gender, _) in enumerate(words * 3))
    people = _proposed(tmp_path, "customer_id,email,country,gender\n" + rows).mapping.fields
    assert people["country"].values == {"UK": "United Kingdom"}
    assert people["gender"].values in ({"female": "F"}, {"F": "female"})
    rows = "".join(
        f"{n},{n % 3},2011-03-{1 + n % 28:02d},9.5,{currency}\n" for n, (_, _, currency) in enumerate(words * 3)
    )
    orders = _proposed(tmp_path, "order_id,customer_id,order_date,total,currency\n" + rows).mapping.fields
    assert orders["currency"].values == {"usd": "USD", "￥": "CNY"}


def test_a_flag_of_cancellation_becomes_a_status(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 3},2011-03-{1 + n % 28:02d},9.50,{int(n % 4 == 0)}\n" for n in range(20))
    proposal = _proposed(tmp_path, "order_id,customer_id,order_date,total,is_cancelled\n" + rows)
    assert proposal.mapping.fields["status"].values == {"1": "cancelled", "0": "completed"}


def test_columns_that_number_rows_stand_empty_or_hold_secrets_are_left_out(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 9},2011-03-{1 + n % 28:02d},9.50,,hunter{n},blue\n" for n in range(20))
    proposal = _proposed(tmp_path, "Unnamed: 0,customer_id,order_date,total,void,password,colour\n" + rows)
    assert set(proposal.mapping.ignored) == {"Unnamed: 0", "void", "password"}
    assert proposal.mapping.extras == {"colour": "colour"}


def test_further_columns_never_take_the_name_of_a_field(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 9},2011-03-{1 + n % 28:02d},9.50,s{n},7,x\n" for n in range(20))
    proposal = _proposed(tmp_path, "order_id,customer_id,order_date,total,Source,Profile ID,profile-id\n" + rows)
    assert proposal.mapping.extras == {
        "Source": "source_given",
        "Profile ID": "profile_id_given",
        "profile-id": "profile_id_given_2",
    } or set(proposal.mapping.extras.values()).isdisjoint({"source", "profile_id"})


def test_a_saved_mapping_is_used_again_where_its_columns_are_there(tmp_path: Path) -> None:
    text = _dated("03/04/2011", "05/06/2011")
    saved = Mapping(
        source="shop",
        kind="orders",
        format=FileFormat(container="csv"),
        fields={
            "order_id": MappedField(columns=("order_id",)),
            "occurred_at": MappedField(columns=("order_date",), date_format="%d/%m/%Y"),
            "revenue": MappedField(columns=("total",)),
        },
    )
    (tmp_path / "next.csv").write_text(text.replace("total", "total").replace("\n", ";x\n").replace(",", ";"), "utf-8")
    proposal = propose(tmp_path / "next.csv", saved=saved)
    assert proposal.mapping.fields == saved.fields
    assert proposal.mapping.format.delimiter == ";"


def test_a_column_that_a_saved_mapping_does_not_know_is_kept_and_named_where_it_may_be_a_field(tmp_path: Path) -> None:
    rows = "".join(f"{n},2011-03-{1 + n % 28:02d},9.50,{n % 9},red\n" for n in range(40))
    (tmp_path / "next.csv").write_text("order_id,order_date,total,customer_id,color\n" + rows, "utf-8")
    fields = {"order_id": "order_id", "occurred_at": "order_date", "revenue": "total"}
    mapped = {name: MappedField(columns=(column,)) for name, column in fields.items()}
    saved = Mapping(source="shop", kind="orders", format=FileFormat(container="csv"), fields=mapped)
    proposal = propose(tmp_path / "next.csv", saved=saved)
    assert proposal.mapping.extras == {"customer_id": "customer_id_given", "color": "color"}
    assert any("--set customer_id=customer_id" in note for note in proposal.notes)
    assert proposal.confidence < 1
    assert propose(tmp_path / "next.csv", saved=proposal.mapping).confidence == 1.0


def test_a_saved_mapping_whose_columns_are_gone_is_not_used(tmp_path: Path) -> None:
    saved = Mapping(
        source="shop",
        kind="orders",
        format=FileFormat(container="csv"),
        fields={"revenue": MappedField(columns=("turnover",))},
    )
    (tmp_path / "next.csv").write_text(_dated("2011-03-04", "2011-03-05"), "utf-8")
    assert propose(tmp_path / "next.csv", saved=saved).mapping.fields["revenue"].columns == ("total",)


def test_a_kind_that_is_asked_for_is_kept_and_what_it_lacks_is_said(tmp_path: Path) -> None:
    text = "campaign_id,household_id\n" + "".join(f"{n % 3},{n}\n" for n in range(20))
    proposal = _proposed(tmp_path, text, kind="contacts")
    assert _columns(proposal) == {"campaign": "campaign_id", "household_id": "household_id"}
    assert proposal.confidence == 0.0
    assert any("occurred_at" in note for note in proposal.notes)


@pytest.mark.parametrize(
    ("kind", "field"), [(kind.name, field.name) for kind in KINDS.values() for field in kind.fields]
)
def test_a_column_named_as_its_field_is_documented_is_that_field(kind: str, field: str) -> None:
    # `name` may be a person's as well as an event's: values have to agree.
    assert name_fit(kind, field, field) >= (0.6 if (kind, field) in LOOSE else 0.97)


LOOSE = {("events", "name"), ("responses", "name")}


@pytest.mark.parametrize("kind", ["orders", "order_lines"])
@pytest.mark.parametrize(("column", "values", "expected"), [
    ("refunded", ["", "12.50", "3"], ("refunded",)),
    ("Refund", ["0", "12.50", "3"], ("Refund",)),
    ("refunded", ["0", "1", "0"], ()),
    ("refunded", ["no", "yes", "no"], ()),
])  # fmt: skip
def test_money_paid_back_is_told_from_a_yes(
    tmp_path: Path, kind: str, column: str, values: list[str], expected: tuple[str, ...]
) -> None:
    file = tmp_path / "sales.csv"
    rows = [f"{n},c{n},p{n},2,2026-01-0{n} 10:00,{n}9.90,{value}" for n, value in enumerate(values, 1)]
    file.write_text(
        f"order_id,customer_id,product_id,quantity,occurred_at,revenue,{column}\n" + "\n".join(rows), "utf-8"
    )
    found = propose(file, kind=kind).mapping.fields.get("refunded")
    assert (found.columns if found else ()) == expected


def test_returns_that_were_asked_for_are_read_as_returns(tmp_path: Path) -> None:
    file = tmp_path / "back.csv"
    file.write_text("order_id,occurred_at,revenue\no1,2026-01-02 10:00,5.00\no2,2026-01-03 10:00,7.50\n", "utf-8")
    mapping = propose(file, kind="returns").mapping
    assert (mapping.kind, mapping.fields["revenue"].columns) == ("returns", ("revenue",))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("email,date,question,NPS\na@b.de,2026-11-01,Would you?,9\nc@b.de,2026-11-02,Would you?,3\n", "surveys", id="nps"),
        pytest.param("email,Datum,Frage,NPS\na@b.de,2026-11-01,Würden Sie?,9\nc@b.de,2026-11-02,Würden Sie?,3\n", "surveys", id="german"),
        pytest.param("E-Mail;Zeitstempel;Weiterempfehlung (0-10)\na@b.de;01.11.2026 10:00;9\nc@b.de;13.11.2026 11:00;3\n", "surveys",
                     id="a-question-in-german"),
        pytest.param("手机号,提交时间,您有多大可能推荐我们\n13800138000,2026-11-01,9\n13900139000,2026-11-02,3\n", "surveys", id="chinese"),
        pytest.param("email,name,city,signup date,rating\na@b.de,Ann,Bonn,2026-11-01,5\nc@b.de,Bo,Ulm,2026-11-02,3\n", "customers",
                     id="people-with-a-rating"),
        pytest.param("Bonnr;Kartennr;Datum;Artikel;Menge\n1;L1;01.11.2026;Tee;2\n1;L1;01.11.2026;Tasse;1\n2;L2;13.11.2026;Tee;1\n",
                     "order_lines", id="german-receipts-without-prices"),
        pytest.param("ticket;tarjeta;fecha;artículo;cantidad\n1;L1;01/11/2026;Té;2\n1;L1;01/11/2026;Taza;1\n2;L2;13/11/2026;Té;1\n",
                     "order_lines", id="spanish-ones"),
    ],
)  # fmt: skip
def test_answers_and_receipts_are_no_lists_of_customers(tmp_path: Path, text: str, kind: str) -> None:
    proposal = _proposed(tmp_path, text)
    assert proposal.mapping.kind == kind
    assert set(proposal.mapping.fields) & set(KINDS[kind].identities)


def test_a_permission_that_a_survey_asks_for_is_a_consent(tmp_path: Path) -> None:
    text = "E-Mail,Datum,Frage,NPS,Dürfen wir Sie kontaktieren?\na@b.de,2026-11-01,Würden Sie?,9,ja\nc@b.de,2026-11-02,Würden Sie?,3,nein\n"
    (consents,) = _proposed(tmp_path, text).further
    assert consents.mapping.fields["granted"].columns == ("Dürfen wir Sie kontaktieren?",)


def test_an_unknown_kind_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'orders'"):
        _proposed(tmp_path, "a,b\n1,2\n", kind="order")


def test_a_header_that_names_a_column_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="more than once"):
        _proposed(tmp_path, "order_id,order_date,total,total\n1,2026-01-02,3,4\n")


def test_a_column_named_twice_that_is_no_field_is_kept_twice(tmp_path: Path) -> None:
    found = _proposed(
        tmp_path, "order_id,customer_id,order_date,total,seller,seller\n1,7,2026-01-02,3.50,a,b\n2,8,2026-01-03,4,a,c\n"
    )
    assert found.mapping.extras == {"seller": "seller", "seller (2)": "seller_2"}


def test_answers_without_a_day_are_known_of_those_who_gave_them(tmp_path: Path) -> None:
    rows = "".join(f"R{n},{n % 11},{('price', 'taste')[n % 2]}\n" for n in range(60))
    found = _proposed(tmp_path, "respondent,How likely are you to recommend us?,What do you like most?\n" + rows)
    assert (found.mapping.kind, found.mapping.fields["customer_id"].columns) == ("customers", ("respondent",))
    assert len(found.mapping.extras) == 2


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no row beneath it"):
        _proposed(tmp_path, "order_id,total\n")


def test_a_table_beneath_a_title_is_understood_and_loaded(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 5},2023-05-{1 + n % 28:02d},{n}\n" for n in range(1, 30))
    (tmp_path / "report.csv").write_text(
        f"Orders of May\n\norder_id,customer_id,order_date,total\n{rows}x,1,?,2\n", "utf-8"
    )
    mapping = propose(tmp_path / "report.csv").mapping
    engine = open_warehouse(None)
    result = load(engine, tmp_path / "report.csv", mapping, settings=WorkspaceSettings())
    refused = engine.query("SELECT line, value FROM quarantine").to_pylist()
    engine.close()
    assert (result.rows, result.accepted) == (30, 29)
    assert refused == [{"line": 33, "value": "?"}]


def test_a_misspelt_name_is_forgiven(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n % 9},2011-03-{1 + n % 28:02d},9.50\n" for n in range(20))
    proposal = _proposed(tmp_path, "order_id,custmer_id,order_date,total\n" + rows)
    assert _columns(proposal)["customer_id"] == "custmer_id"
    assert "misspelt" in proposal.reasons["customer_id"]


def test_of_two_columns_for_one_field_the_fuller_is_taken_and_the_other_named(tmp_path: Path) -> None:
    rows = "".join(
        f"{n},{f'a{n}@x.cn' if n % 5 == 0 else ''},b{n}@x.cn,2011-03-{1 + n % 28:02d},9.50\n" for n in range(40)
    )
    proposal = _proposed(tmp_path, "order_id,email,customer_email,order_date,total\n" + rows)
    assert _columns(proposal)["email"] == "customer_email"
    assert "email" in proposal.mapping.extras


def test_a_file_of_no_kind_is_told_the_command_that_would_load_it(tmp_path: Path) -> None:
    file = tmp_path / "gym.csv"
    rows = [f"{2000 + n % 10},{1 + n % 27:02}/05/2026 08:{n % 60:02},Spin" for n in range(90)]
    file.write_text("\n".join(["Member No,Stamp,Hall", *rows]), "utf-8")
    with pytest.raises(BadFile, match="load it as events") as told:
        propose(file)
    command = str(told.value).split("`coterie load ", 1)[1].split("`", 1)[0]
    corrections = [word for flag, word in pairwise(shlex.split(command)) if flag == "--set"]
    found = propose(file, kind="events", corrections=corrections)
    assert found.mapping.fields["name"].constant == "Visit"
    assert found.mapping.fields["occurred_at"].columns == ("Stamp",)
    assert "按事件载入" in told.value.told("zh")


def test_people_without_a_number_are_told_to_be_numbered(tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    rows = [f"{20 + n % 50};{'yes' if n % 3 else 'no'};{n * 7}" for n in range(60)]
    file.write_text("\n".join(["age;housing;balance", *rows]), "utf-8")
    with pytest.raises(BadFile, match="add a column that numbers them"):
        propose(file)


@pytest.mark.parametrize("called", ["ID", "id", "Customer", "Participant"])
def test_a_questionnaire_numbers_who_filled_it_in(tmp_path: Path, called: str) -> None:
    asked = ("Price matters", "I buy organic", "I try brands", "I compare offers", "I shop online")
    rows = "".join(f"R{n:03},{','.join(str(1 + (n * k) % 5) for k in range(1, 6))}\n" for n in range(60))
    found = _proposed(tmp_path, f"{called},{','.join(asked)}\n" + rows)
    assert (found.mapping.kind, found.mapping.fields["customer_id"].columns) == ("customers", (called,))
