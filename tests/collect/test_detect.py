"""A file is what its bytes say, whatever it is called."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from openpyxl import Workbook

from coterie.collect import detect_format, propose
from coterie.collect.formats.encoding import decide_encoding
from coterie.errors import BadFile

ENGLISH = "order_id,customer,amount,note\n" + "".join(
    f"{n},c{n % 7},{n * 1.5:.2f},{'café' if n % 3 else 'Müller'}\n" for n in range(1, 60)
)
CHINESE = "订单编号,客户姓名,金额,备注\n" + "".join(
    f"{n},{'李明' if n % 2 else '王小红'},{n * 1.5:.2f},{'尽快发货' if n % 3 else '送礼'}\n" for n in range(1, 60)
)
TAIWANESE = "訂單編號,客戶姓名,金額,備註\n" + "".join(
    f"{n},{'陳怡君' if n % 2 else '林志明'},{n * 1.5:.2f},{'請盡快出貨' if n % 3 else '送禮'}\n" for n in range(1, 60)
)


@pytest.mark.parametrize(
    ("text", "codec", "expected"),
    [
        pytest.param("a,b\n1,2\n", "ascii", "utf-8", id="plain-ascii"),
        pytest.param(ENGLISH, "utf-8", "utf-8", id="utf-8"),
        pytest.param(ENGLISH, "utf-8-sig", "utf-8-sig", id="utf-8-with-a-mark"),
        pytest.param(ENGLISH, "utf-16", "utf-16", id="utf-16-with-a-mark"),
        pytest.param(ENGLISH, "utf-16-le", "utf-16-le", id="utf-16-le-without-a-mark"),
        pytest.param(CHINESE, "utf-16-be", "utf-16-be", id="utf-16-be-without-a-mark"),
        pytest.param(ENGLISH, "latin-1", "latin-1", id="latin-1"),
        pytest.param(ENGLISH.replace("amount", "€ amount"), "cp1252", "cp1252", id="cp1252-by-its-euro-sign"),
        pytest.param(CHINESE, "gb18030", "gb18030", id="gb18030"),
        pytest.param(CHINESE, "utf-8", "utf-8", id="chinese-utf-8"),
        pytest.param(TAIWANESE, "big5", "big5", id="big5"),
        pytest.param(TAIWANESE, "gb18030", "gb18030", id="traditional-letters-in-gb18030"),
        pytest.param("id,name\n1,李明\n", "gb18030", "gb18030", id="two-chinese-letters"),
        pytest.param("id,name\n1,陳怡君\n", "big5", "big5", id="three-taiwanese-letters"),
        pytest.param("id,name\n1,José\n", "cp1252", "latin-1", id="one-accent"),
        pytest.param("id,price\n1,£12\n", "cp1252", "latin-1", id="one-pound-sign"),
        pytest.param("id,price\n" + "1,£12\n" * 500, "cp1252", "latin-1", id="many-pound-signs"),
        pytest.param("id,place\n" + "1,Café José\n" * 500, "cp1252", "latin-1", id="the-same-accents-many-times"),
        pytest.param("id,place\n" + "1,Москва\n" * 500, "cp1251", "cp1251", id="russian"),
        pytest.param("id,name\n1,Müller\n", "utf-8", "utf-8", id="one-umlaut-in-utf-8"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, text: str, codec: str, expected: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(text.encode(codec))
    assert detect_format(file).encoding == expected


def test_the_first_accent_may_come_after_a_million_bytes(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(b"id,name\n" + b"1,Smith\n" * 400_000 + "2,José\n".encode("latin-1"))
    assert detect_format(file).encoding == "latin-1"


def test_lines_of_another_encoding_do_not_change_a_utf_8_file(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(b"id,name\n" + "1,Zoë\n2,王小红\n".encode() * 50 + "3,José\n".encode("latin-1"))
    assert detect_format(file).encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "delimiter", "quote", "has_header"),
    [
        pytest.param("id,date,price\n1,2011-03-04,2.5\n2,2011-03-05,3\n", ",", '"', True, id="comma"),
        pytest.param("id;date;price\n1;04.03.2011;2,5\n2;05.03.2011;3,25\n", ";", '"', True, id="decimal-comma"),
        pytest.param("id\tdate\tprice\n1\t2011-03-04\t1,200\n2\t2011-03-05\t3\n", "\t", '"', True, id="tab"),
        pytest.param("id|date|price\n1|2011-03-04|2.5\n2|2011-03-05|3\n", "|", '"', True, id="bar"),
        pytest.param("id^date^price\n1^2011-03-04^2.5\n2^2011-03-05^3\n", "^", '"', True, id="caret"),
        pytest.param('id,note\n1,"a, b; c"\n2,"d\ne"\n', ",", '"', True, id="quoted-delimiters-and-line-ends"),
        pytest.param("id,note\n1,'a, b'\n2,'c, d'\n3,'e, f'\n", ",", "'", True, id="single-quotes"),
        pytest.param("email\na@b.cn\nc@d.cn\n", ",", '"', True, id="one-column"),
        pytest.param("1,19970101,1,11.77\n2,19970112,1,12.00\n", ",", '"', False, id="no-header"),
        pytest.param(" 00001 19970101  1  11.77\n 00002 19970112  5  77.00\n", " ", '"', False, id="runs-of-spaces"),
        pytest.param("milk,bread\nbutter\nmilk,tea,bread\nmilk,bread,eggs,jam\n", ",", '"', False, id="ragged-baskets"),
        pytest.param("city,name\nYork,Ann\nBath,Bob\n", ",", '"', True, id="a-header-over-words"),
        pytest.param("order_id,when\r1,2011-03-04 08:26\r2,2011-03-04 08:27\r", ",", '"', True, id="lone-cr"),
    ],
)
def test_the_layout_is_found(tmp_path: Path, text: str, delimiter: str, quote: str, has_header: bool) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(text.encode())
    found = detect_format(file)
    assert (found.delimiter, found.quote, found.has_header) == (delimiter, quote, has_header)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("", 0, id="none"),
        pytest.param("sep=;\n", 1, id="excel-says-the-delimiter"),
        pytest.param("Report of May\n\n", 2, id="a-title-and-a-blank-line"),
        pytest.param("#支付宝账务明细\n#账号:[123]\n#起始日期:[2023年01月01日]\n", 3, id="a-platform's-preface"),
        pytest.param("Report;;;\n", 1, id="padded-by-a-spreadsheet"),
        pytest.param("\n\n", 0, id="blank-lines-need-no-skipping"),
    ],
)
def test_a_title_above_the_table_is_no_row(tmp_path: Path, title: str, expected: int) -> None:
    rows = "".join(f"{n};{n % 5};2023-05-{1 + n % 28:02d};{n}\n" for n in range(1, 30))
    (tmp_path / "report.csv").write_text(f"{title}order_id;customer_id;order_date;total\n{rows}", "utf-8")
    found = detect_format(tmp_path / "report.csv")
    assert (found.skip_lines, found.delimiter, found.has_header) == (expected, ";", True)


def test_the_packing_is_seen_through(tmp_path: Path) -> None:
    body = CHINESE.encode("gb18030")
    (tmp_path / "a.bin").write_bytes(gzip.compress(body))
    (tmp_path / "b.bin").write_bytes(zstandard.compress(body))
    with zipfile.ZipFile(tmp_path / "c.bin", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", body)
        archive.writestr("__MACOSX/._orders.csv", b"\x00\x05")
    found = [detect_format(tmp_path / name) for name in ("a.bin", "b.bin", "c.bin")]
    assert [(each.compression, each.encoding) for each in found] == [
        ("gzip", "gb18030"),
        ("zstd", "gb18030"),
        ("zip", "gb18030"),
    ]


def test_the_container_is_known_by_its_bytes(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text('{"a": 1}\n{"a": 2}\n')
    book = Workbook()
    book.active.title = "Cover"
    book.active.append(["Our orders"])
    sheet = book.create_sheet("Orders")
    for row in (["id", "amount"], [1, 2.5], [2, 3.5]):
        sheet.append(row)
    book.save(tmp_path / "c.csv")
    found = [detect_format(tmp_path / name) for name in ("a.csv", "b.csv", "c.csv")]
    assert [(each.container, each.sheet) for each in found] == [
        ("parquet", None),
        ("jsonl", None),
        ("excel", "Orders"),
    ]


def test_other_sheets_with_the_same_columns_are_named_and_not_loaded_in_silence(tmp_path: Path) -> None:
    book = Workbook()
    for year in (2009, 2010):
        sheet = book.create_sheet(f"Year {year}")
        sheet.append(["order_id", "customer_id", "order_date", "total"])
        for n in range(40 if year == 2010 else 30):
            sheet.append([f"A{year}{n}", n % 9, f"{year}-03-{1 + n % 28:02d}", 9.5])
    book.create_sheet("Notes").append(["made by hand"])
    book.save(tmp_path / "years.xlsx")
    proposal = propose(tmp_path / "years.xlsx")
    assert proposal.mapping.format.sheet == "Year 2010"
    assert any("Year 2009." in note for note in proposal.notes)
    assert proposal.confidence < 0.9


def test_a_sheet_may_have_a_title_and_a_file_a_wrong_name(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Orders of May"], [], ["id", "amount", "date"], [1, 2.5, "2023-05-01"], [2, 3.5, "2023-05-02"]):
        book.active.append(row)
    book.save(tmp_path / "orders.xlsx")
    (tmp_path / "orders.dat").write_bytes((tmp_path / "orders.xlsx").read_bytes())
    found = detect_format(tmp_path / "orders.dat")
    assert (found.container, found.skip_lines, found.has_header) == ("excel", 2, True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"\n\n  \n", "nothing but blank lines", id="blank"),
        pytest.param(b"%PDF-1.7 ...", "PDF", id="pdf"),
        pytest.param(b"\xd0\xcf\x11\xe0....", "xlsx", id="old-excel"),
        pytest.param(b"<html><body>Sign in</body></html>", "HTML", id="a-sign-in-page"),
        pytest.param(bytes(range(256)) * 40, "no text", id="random-bytes"),
        pytest.param(gzip.compress(b"a,b\n1,2\n" * 9999)[:60], "cut short", id="half-a-gzip"),
    ],
)
def test_a_file_that_is_no_table_says_what_it_is(tmp_path: Path, body: bytes, words: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(body)
    with pytest.raises(BadFile, match=words):
        detect_format(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"there is no file .*nowhere\.csv"):
        detect_format(tmp_path / "nowhere.csv")


def test_a_zip_of_two_files_asks_to_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
        archive.writestr("b.csv", "b\n1\n")
    with pytest.raises(BadFile, match=r"holds 2 files \(a\.csv, b\.csv\)"):
        detect_format(tmp_path / "two.zip")


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 50_000_000)
    with pytest.raises(BadFile, match="times their packed size"):
        detect_format(tmp_path / "bomb.zip")


def test_encodings_of_short_real_texts_are_right_in_99_of_100() -> None:
    reviews = Path(__file__).parents[3] / "shared" / "data" / "zh_waimai_10k.parquet"
    if not reviews.exists():
        pytest.skip("real data is absent: zh_waimai_10k.parquet is not in ../shared/data")
    texts = [text[:16] for text in pq.read_table(reviews).column("review").to_pylist()[::12] if len(text) > 5]
    western = [
        "José",
        "Müller",
        "François",
        "Åse",
        "Conceição",
        "Muñoz",
        "Zoë",
        "Straße",
        "crème brûlée",
        "£12.50",
        "Málaga",
    ]
    taiwanese = [
        "林志明",
        "陳怡君",
        "黃雅婷",
        "台北市信義區松高路",
        "新北市板橋區",
        "訂單已出貨",
        "請盡快送達",
        "臺中市西屯區",
        "退貨處理中",
    ]
    cases = [
        *((text, codec, {codec}) for text in texts for codec in ("utf-8", "gb18030") if not text.isascii()),
        *((text, codec, {codec, "latin-1"}) for text in western * 5 for codec in ("utf-8", "cp1252")),
        *((text, codec, {codec, "cp950"}) for text in taiwanese * 5 for codec in ("utf-8", "big5", "gb18030")),
    ]
    wrong = []
    for text, codec, right in cases:
        body = f"id,note\n1,{text}\n".encode(codec, "ignore")
        is_utf8 = codec == "utf-8"
        found = decide_encoding(body, body if not body.isascii() else b"", is_utf8=is_utf8)
        if not body.isascii() and found not in right:
            wrong.append((text, codec, found))
    assert len(cases) > 1500
    assert len(wrong) <= 0.01 * len(cases), wrong[:20]


SHORT = {
    "utf-8": (
        "hayır", "evet,hayır", "İzin", "Ağrı", "Şişli", "sayı", "ışık", "όχι", "ναι,όχι", "Αθήνα", "Łódź", "zażółć", "Dvořák", "čaj", "да", "Москва",
        "שלום", "نعم", "是", "否", "张", "北京", "はい", "東京", "예", "서울", "Đà Nẵng", "Iași", "Ærø", "Győr", "Rīga",
    ),
    "gb18030": ("是", "否", "张", "北京", "联通", "小", "客户", "订单号", "已退订", "姓名,张三"),
    "big5": ("客戶", "金額", "臺北"),
    "latin-1": ("Müller", "café", "Köln"),
    "cp1251": ("Москва",),
    "cp932": ("東京", "はい"),
}  # fmt: skip
"""Encoding → words that alone, in a file that is plain otherwise, are read in it."""


@pytest.mark.parametrize(("encoding", "word"), [(name, word) for name, words in SHORT.items() for word in words])
def test_one_word_of_a_short_file_tells_its_encoding(encoding, word):
    for text in (f"{word}\n{word}", f"Email,Name,X\nann@post.example,Ann,{word}\nbo@post.example,Bo,\n"):
        head = text.encode(encoding)
        high = b"\n".join(line for line in head.splitlines() if not line.isascii())
        try:
            is_utf8 = bool(head.decode())
        except UnicodeDecodeError:
            is_utf8 = False
        assert decide_encoding(head, high, is_utf8=is_utf8) == encoding
