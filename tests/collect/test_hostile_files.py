"""Files made to break a loader: a clear sentence, bounded memory, every row accounted for, nothing half loaded."""

from __future__ import annotations

import gzip
import io
import os
import random
import zipfile
from pathlib import Path

import psutil
import pytest
import zstandard

from coterie.collect import load, propose, quarantined
from coterie.collect.readers.columns import MOST_COLUMNS
from coterie.errors import BadFile
from coterie.settings import WorkspaceSettings
from tests.collect.conftest import ORDERS, mapping_of

HEAD = "id,who,at,amount\n"
ROW = "{n},客户{n},2025-01-01,{n}.5\n"
GOOD = HEAD + "".join(ROW.format(n=n) for n in range(1, 4))
LATIN = GOOD.replace("客户", "é")


def count(engine, table="orders"):
    return engine.query(f"SELECT count(*) AS n FROM {table}").column(0)[0].as_py()


@pytest.mark.parametrize(("content", "form"), [
    pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), {}, id="utf-8-with-a-byte-order-mark"),
    pytest.param(GOOD.encode("utf-16"), {"encoding": "utf-16"}, id="utf-16"),
    pytest.param(b"\xff\xfe" + GOOD.encode("utf-16-le"), {"encoding": "utf-16-le"}, id="utf-16-with-a-mark-and-an-order"),
    pytest.param(GOOD.encode("utf-16-be"), {"encoding": "utf-16-be"}, id="utf-16-big-endian"),
    pytest.param(GOOD.encode("gb18030"), {"encoding": "gb18030"}, id="gb18030"),
    pytest.param(GOOD.replace("户", "戶").encode("big5"), {"encoding": "big5"}, id="big5"),
    pytest.param(LATIN.encode("latin-1"), {"encoding": "latin-1"}, id="latin-1"),
    pytest.param(GOOD.replace("\n", "\r").encode(), {}, id="old-mac-line-ends"),
    pytest.param(GOOD.replace("\n", "\r\n").encode(), {}, id="windows-line-ends"),
    pytest.param(GOOD.replace("\n", "\r\n", 2).encode(), {}, id="line-ends-mixed"),
    pytest.param(GOOD.replace("\n", "\n\n").encode(), {}, id="blank-lines-between"),
    pytest.param(b"\n\n" + GOOD.encode(), {}, id="blank-lines-before"),
    pytest.param(GOOD.rstrip().encode(), {}, id="no-last-line-end"),
    pytest.param(GOOD.replace("\n", ",,\n").encode(), {}, id="empty-cells-behind"),
    pytest.param(GOOD.replace(",", ";").encode(), {"delimiter": ";"}, id="semicolons"),
    pytest.param(GOOD.replace(",", "\t").encode(), {"delimiter": "\t"}, id="tabs"),
    pytest.param(GOOD.replace(",", "  ").encode(), {"delimiter": " "}, id="columns-of-blanks"),
    pytest.param(GOOD.replace("客户", "'a,b'").replace("'1", "'").replace("'2", "'").replace("'3", "'").encode(), {"quote": "'"}, id="single-quotes"),
    pytest.param(GOOD.replace("客户2", '5" pipe').encode(), {}, id="a-stray-quote-inside"),
    pytest.param(GOOD.replace("客户2", '"a ""b"" c"').encode(), {}, id="doubled-quotes"),
    pytest.param(GOOD.replace("客户2", '"a\r\nb\rc"').encode(), {}, id="line-ends-inside-quotes"),
    pytest.param(gzip.compress(GOOD.encode()), {"compression": "gzip"}, id="gzip"),
    pytest.param(gzip.compress(GOOD.encode()[:40]) + gzip.compress(GOOD.encode()[40:]), {"compression": "gzip"}, id="gzip-in-two-members"),
    pytest.param(zstandard.compress(GOOD.encode("gb18030")), {"compression": "zstd", "encoding": "gb18030"}, id="zstd-of-gb18030"),
])  # fmt: skip
def test_every_honest_dress_of_a_file_is_read_whole(engine, load_text, content, form):
    mapping = mapping_of("orders", ORDERS, **form)
    result = load_text(content, mapping)
    assert (result.rows, result.refused) == (3, 0), result.reasons
    revenue = engine.query("SELECT sum(revenue)::DOUBLE AS s FROM orders").column(0)[0].as_py()
    assert revenue == 7.5


@pytest.mark.parametrize(("content", "code", "line"), [
    pytest.param(GOOD.encode().replace("户2".encode(), b"\xff\xfe2"), "not_in_encoding", 3, id="bytes-of-another-encoding"),
    pytest.param(GOOD.encode().replace("户2".encode(), b"a\x00b"), "nul_byte", 3, id="a-nul-byte"),
    pytest.param(GOOD.replace("2,客户2,", "2,").encode(), "ragged", 3, id="a-cell-too-few"),
    pytest.param(GOOD.replace("客户2", "客,户2").encode(), "ragged", 3, id="a-cell-too-many"),
    pytest.param(GOOD.replace("客户2", '"a" b').encode(), "broken_quotes", 3, id="text-after-a-closing-quote"),
    pytest.param(GOOD.replace("2.5", "1e400").encode(), "not_a_number", 3, id="a-number-beyond-all-numbers"),
    pytest.param(GOOD.replace("2.5", "inf").encode(), "not_a_number", 3, id="infinity"),
    pytest.param(GOOD.replace("2.5", "=1+1").encode(), "not_a_number", 3, id="a-formula"),
    pytest.param(GOOD.replace("2,客户2,2025", "2,客户2,0025").encode(), "not_a_date", 3, id="the-year-25"),
    pytest.param(GOOD.replace("客户1,", '"客\n户\n1",').replace("2.5", "x").encode(), "not_a_number", 5, id="after-quoted-line-ends"),
    pytest.param(GOOD.replace("客户2", "客\r户2").encode(), "ragged", 3, id="a-lone-carriage-return"),
])  # fmt: skip
def test_one_bad_row_is_refused_with_its_line_and_the_rest_is_kept(engine, load_text, content, code, line):
    result = load_text(content, mapping_of("orders", ORDERS))
    found = quarantined(engine).to_pylist()
    assert (found[0]["code"], found[0]["line"]) == (code, line)
    assert result.accepted == 2 == count(engine)
    assert found[0]["raw"]
    assert found[0]["reason"]


def _zip(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


def _bomb_zstd():
    return zstandard.compress(HEAD.encode() + b"1,a,2025-01-01,1\n" * 8_000_000)


def _workbook(sheet):
    return _zip(**{
        "xl__workbook_dot_xml": "<workbook/>",
        "xl__worksheets__sheet1_dot_xml": sheet,
        "[Content_Types]_dot_xml": "<Types/>",
    })  # fmt: skip


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TITLES = "".join(
    f'<c r="{c}1" t="inlineStr"><is><t>{n}</t></is></c>' for c, n in zip("ABCD", ORDERS.values(), strict=True)
)


def _book(rows, *, before="", sheet=None):
    """A workbook that openpyxl opens, with ``rows`` as they are under a good header."""
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    whole = f'{before}<worksheet xmlns="{MAIN}"><sheetData><row r="1">{TITLES}</row>{rows}</sheetData></worksheet>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return _zip(**{
        "[Content_Types]_dot_xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels__.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl___rels__workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl__workbook_dot_xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl__worksheets__sheet1_dot_xml": whole if sheet is None else sheet(whole),
    })  # fmt: skip


ENTITY = '<!DOCTYPE x [<!ENTITY a "' + "a" * 1000 + '"><!ENTITY b "' + "&a;" * 1000 + '">]>'


def _parquet(**columns):
    import pyarrow as pa
    from pyarrow import parquet

    made = io.BytesIO()
    parquet.write_table(pa.table({name: pa.array(cells) for name, cells in columns.items()}), made, compression="zstd")
    return made.getvalue()


def _good_parquet(**more):
    return _parquet(id=["1", "2"], who=["a", "b"], at=["2025-01-01"] * 2, amount=[1.5, 2.5], **more)


def _deep():
    import pyarrow as pa

    cell = pa.array(["x", "y"])
    for _ in range(150):
        cell = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), cell)
    return cell


HOSTILE = [
    pytest.param(b"", {}, "empty", id="an-empty-file"),
    pytest.param(b"\n\r\n \n", {}, "blank lines|need", id="blank-lines-only"),
    pytest.param(b"id,who,at,id,amount\n1,2,3,4,5\n", {}, "column 'id'.*more than once.*columns 1, 4", id="one-name-twice"),
    pytest.param((",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n").encode(), {}, "10,000 columns", id="ten-thousand-columns"),
    pytest.param((GOOD + '4,"open,2025-01-04,1\n' + "5,x,2025-01-05,1\n" * 50).encode(), {}, "line 5.*quote opens", id="a-quote-never-closed"),
    pytest.param((GOOD + "4," + "x" * 100_000_000 + ",2025-01-01,1\n").encode(), {}, "line 5.*longer than 16 MB", id="a-cell-of-100-MB"),
    pytest.param(os.urandom(100_000), {}, ".", id="binary-rubbish"),
    pytest.param(b"PAR1" + os.urandom(1000) + b"PAR1", {"container": "parquet"}, "no Parquet file", id="a-broken-parquet-file"),
    pytest.param(gzip.compress(GOOD.encode())[:-12], {"compression": "gzip"}, "damaged or cut short", id="half-a-gzip"),
    pytest.param(b"not packed at all", {"compression": "gzip"}, "damaged|packing", id="no-gzip-at-all"),
    pytest.param(gzip.compress(HEAD.encode() + b"1,a,2025-01-01,1\n" * 8_000_000), {"compression": "gzip"}, "200 times", id="a-gzip-bomb"),
    pytest.param(_bomb_zstd, {"compression": "zstd"}, "200 times", id="a-zstd-bomb"),
    pytest.param(lambda: _zip(a_dot_csv=b"0" * 300_000_000), {"compression": "zip"}, "harmful", id="a-zip-bomb"),
    pytest.param(lambda: _zip(a_dot_csv=GOOD, b_dot_csv=GOOD), {"compression": "zip"}, "one file", id="a-zip-of-two"),
    pytest.param(_zip, {"compression": "zip"}, "no file", id="an-empty-zip"),
    pytest.param(lambda: _workbook(b"<a>" + b"0" * 300_000_000), {"container": "excel"}, "harmful", id="a-workbook-bomb"),
    pytest.param(lambda: _workbook('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'), {"container": "excel"}, "entities", id="a-workbook-with-entities"),
    pytest.param(lambda: _book("", before=ENTITY), {"container": "excel"}, "entities", id="entities-in-a-sheet"),
    pytest.param(lambda: _book("", before=f"<!-- {'x' * 9000} -->{ENTITY}"), {"container": "excel"}, "entities", id="entities-after-a-long-comment"),
    pytest.param(lambda: _book("", before=ENTITY, sheet=lambda text: text.encode("utf-16")), {"container": "excel"}, "entities", id="entities-in-utf-16"),
    pytest.param(lambda: _book('<row r="2"><c r="zz"><v>1</v></c></row>'), {"container": "excel"}, "damaged", id="a-workbook-cell-without-a-row"),
    pytest.param(lambda: _book('<row r="2"><c r="A2" t="s"><v>99</v></c></row>'), {"container": "excel"}, "damaged", id="a-workbook-text-that-is-not-there"),
    pytest.param(lambda: _book('<row r="2"><c r="A2" t="d"><v>9999-99-99</v></c></row>'), {"container": "excel"}, "damaged", id="a-workbook-date-that-cannot-be"),
    pytest.param(lambda: _book("", sheet=lambda text: text[:-40]), {"container": "excel"}, "damaged", id="half-a-sheet"),
    pytest.param(lambda: _good_parquet()[:-9], {"container": "parquet"}, "no Parquet file", id="half-a-parquet-file"),
    pytest.param(lambda: _good_parquet()[:-8] + b"\xff\xff\xff\x7fPAR1", {"container": "parquet"}, "no Parquet file", id="a-parquet-footer-of-2-GB"),
    pytest.param(lambda: _good_parquet(note=["x" * 300_000_000, ""]), {"container": "parquet"}, "grow to 2 rows", id="a-parquet-value-of-300-MB"),
    pytest.param(lambda: _parquet(id=["1"] * 5_000_000), {"container": "parquet"}, "grow to 5,000,000 rows", id="a-parquet-file-of-one-row-for-ever"),
    pytest.param(lambda: _good_parquet(**{f"c{n}": ["", ""] for n in range(3_000)}), {"container": "parquet"}, "3,004 columns", id="a-parquet-file-of-3000-columns"),
    pytest.param(lambda: _good_parquet(deep=_deep()), {"container": "parquet"}, "deeply nested", id="a-parquet-file-150-deep"),
    pytest.param(b"PK\x03\x04rubbish", {"container": "excel"}, "workbook", id="a-broken-workbook"),
    pytest.param(b"[" * 200_000, {"container": "jsonl"}, "JSON|lists", id="json-nested-beyond-reason"),
    pytest.param(b"{" * 200_000, {"container": "jsonl"}, "JSON", id="json-that-is-none"),
    pytest.param(b'[{"id": ' + b"[" * 500 + b"]" * 500 + b"}]", {"container": "jsonl"}, "nested deeper than 100", id="an-array-500-deep"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "form", "words"), HOSTILE)
def test_a_file_that_cannot_be_trusted_is_refused_whole(engine, load_text, content, form, words, tmp_path):
    content = content() if callable(content) else content
    process = psutil.Process()
    before = process.memory_info().rss
    with pytest.raises(BadFile, match=f"(?s){words}") as caught:
        load_text(content, mapping_of("orders", ORDERS, **form))
    assert "file.csv" in str(caught.value)
    assert process.memory_info().rss < before + (512 << 20)
    for table in ("orders", "identifiers", "batches", "quarantine"):
        assert count(engine, table) == 0


@pytest.mark.parametrize(("content", "form", "words"), HOSTILE)
def test_nothing_is_proposed_of_a_file_that_cannot_be_trusted(content, form, words, tmp_path):
    content = content() if callable(content) else content
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    process = psutil.Process()
    before = process.memory_info().rss
    with pytest.raises(BadFile):
        propose(file)
    assert process.memory_info().rss < before + (512 << 20)


WIDE_TEXT = GOOD.encode("utf-16-le")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
@pytest.mark.parametrize(("broken", "accepted"), [
    pytest.param(lambda text: text[:-1], 2, id="an-odd-byte-at-the-end"),
    pytest.param(lambda text: text + b"\x34", 3, id="an-odd-byte-after-the-end"),
    pytest.param(lambda text: text.replace("户2".encode("utf-16-le"), b"\x00\xdc2\x00"), 2, id="the-second-half-of-a-pair"),
    pytest.param(lambda text: text.replace("户2".encode("utf-16-le"), b"\x00\xd82\x00"), 2, id="the-first-half-of-a-pair"),
    pytest.param(lambda text: text + b"\x00\xd8", 3, id="half-a-pair-at-the-end"),
])  # fmt: skip
def test_letters_cut_in_two_cost_their_row_alone(engine, load_text, tmp_path, encoding, broken, accepted):
    content = (b"\xff\xfe" if encoding == "utf-16" else b"") + broken(WIDE_TEXT)
    result = load_text(content, mapping_of("orders", ORDERS, encoding=encoding))
    assert result.accepted == accepted == count(engine)
    assert result.accepted + result.refused == result.rows
    assert set(result.reasons) <= {"not_in_encoding", "ragged", "not_a_number"}
    (tmp_path / "again.csv").write_bytes(content)
    assert propose(tmp_path / "again.csv", kind="orders").mapping.format.encoding.startswith("utf-16")


@pytest.mark.parametrize("depth", [101, 990, 100_000])
@pytest.mark.parametrize("beside", [[], ["no object"]], ids=["by-the-engine", "row-by-row"])
def test_a_json_row_nested_for_ever_harms_no_other(engine, load_text, tmp_path, depth, beside):
    rows = [f'{{"id": "{n}", "who": "a", "at": "2025-01-01", "amount": 1}}' for n in range(3)]
    text = "\n".join(
        [*rows, *beside, '{"id": "9", "who": ' + "[" * depth + "]" * depth + ', "at": "2025-01-01", "amount": 1}']
    )
    result = load_text(text, mapping_of("orders", ORDERS, container="jsonl"))
    # The engine takes what is nested as text, however deep; nothing that walks it is ever given it.
    assert (result.accepted, result.reasons) == ((3, {"broken_json": 2}) if beside else (4, {}))
    (tmp_path / "again.jsonl").write_text(text)
    assert propose(tmp_path / "again.jsonl", kind="orders").sample


@pytest.mark.parametrize("seed", range(12))
def test_a_parquet_file_with_flipped_bits_is_blamed_by_name(engine, load_text, tmp_path, seed):
    chosen = random.Random(seed)
    content = bytearray(_parquet(id=[str(n) for n in range(500)], who=[f"a{n}" for n in range(500)], at=["2025-01-01"] * 500, amount=[1.5] * 500))  # fmt: skip
    for _ in range(6):
        content[chosen.randrange(4, len(content) - 4)] ^= 1 << chosen.randrange(8)
    (tmp_path / "again.parquet").write_bytes(content)
    for read in (
        lambda: propose(tmp_path / "again.parquet", kind="orders"),
        lambda: load_text(bytes(content), mapping_of("orders", ORDERS, container="parquet"), name="again.parquet"),
    ):
        try:
            read()
        except BadFile as fault:
            assert "again.parquet" in str(fault)  # noqa: PT017 - some flips do no harm


def test_a_path_inside_a_zip_writes_nowhere(load_text, tmp_path):
    archive = _zip(**{"..__..__..__tmp__evil_dot_csv": GOOD})
    with pytest.raises(BadFile, match="a zip must hold one file"):
        load_text(archive, mapping_of("orders", ORDERS, compression="zip"), name="a.zip")
    result = load_text(_zip(tmp__evil_dot_csv=GOOD), mapping_of("orders", ORDERS, compression="zip"), name="a.zip")
    assert result.accepted == 3
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip"]


@pytest.mark.parametrize(("name", "words"), [
    pytest.param("missing.csv", "there is no file", id="missing"),
    pytest.param(".", "is a folder", id="a-folder"),
    pytest.param("locked.csv", "may not be read", id="no-permission"),
    pytest.param("/dev/zero", "is a device or a pipe", id="a-device-without-end"),
    pytest.param("/proc/kmsg", "made by the system", id="one-that-is-waited-for"),
    pytest.param("link.csv", "made by the system", id="a-link-to-one"),
])  # fmt: skip
def test_what_is_no_readable_file_is_said(engine, tmp_path, name, words):
    locked = tmp_path / "locked.csv"
    locked.write_text(GOOD)
    locked.chmod(0)
    (tmp_path / "link.csv").symlink_to("/proc/version")
    if name == "locked.csv" and os.access(locked, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(BadFile, match=words):
        load(engine, tmp_path / name, mapping_of("orders", ORDERS), settings=WorkspaceSettings())


def test_a_header_without_rows_loads_nothing_and_says_so(load_text):
    result = load_text(HEAD, mapping_of("orders", ORDERS))
    assert (result.rows, result.accepted) == (0, 0)


def test_as_many_columns_as_are_allowed_can_be_read(engine, load_text):
    names = [*ORDERS.values(), *(f"c{n}" for n in range(MOST_COLUMNS - 4))]
    text = ",".join(names) + "\n" + ",".join(["1", "a", "2025-01-01", "5", *("x" for _ in names[4:])]) + "\n"
    assert (
        load_text(text + text.splitlines()[1].replace("2025", "never") + "\n", mapping_of("orders", ORDERS)).accepted
        == 1
    )


def test_a_name_that_is_sql_stays_a_name(engine, load_text):
    evil = 'x"); DROP TABLE orders; --'
    text = f'id,who,at,amount,"{evil.replace(chr(34), chr(34) * 2)}"\n1,a,2025-01-01,5,\'; DROP TABLE orders; --\n'
    load_text(text, mapping_of("orders", ORDERS, extras={evil: evil}))
    assert engine.query("SELECT * FROM orders").to_pylist()[0][evil] == "'; DROP TABLE orders; --"


def test_a_hundred_thousand_rows_with_one_bad_keep_the_rest_in_bounded_memory(engine, load_text):
    process = psutil.Process()
    before = process.memory_info().rss
    text = HEAD + "".join(f'{n},"a\n{n}",2025-01-01,{n}\n' for n in range(100_000)) + "x,y\n"
    result = load_text(text, mapping_of("orders", ORDERS))
    assert (result.accepted, result.reasons) == (100_000, {"ragged": 1})
    assert quarantined(engine).to_pylist()[0]["line"] == 200_002
    assert process.memory_info().rss < before + (512 << 20)


def test_files_load_from_any_folder_name(engine, tmp_path):
    folder = tmp_path / 'it\'s a "folder" 客户 %s {x} *'
    folder.mkdir()
    file = folder / "o'rders[1].csv"
    Path(file).write_text(GOOD, "utf-8")
    assert load(engine, file, mapping_of("orders", ORDERS), settings=WorkspaceSettings()).accepted == 3
