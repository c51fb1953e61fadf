"""Laws of loading, on tables that nobody thought of."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.collect import load, quarantined
from coterie.collect.formats.preparation import prepare
from coterie.collect.readers import delimited
from coterie.collect.readers.delimited import Delimited
from coterie.collect.values.reading import BLANKS, MISSING
from coterie.engines import open_warehouse
from coterie.settings import WorkspaceSettings
from tests.collect.conftest import LINES, mapping_of
from tests.laws import tries

CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12) | st.sampled_from(
    [*MISSING, " x", "x ", "\u3000x\u00a0", "a,b", 'say "hi"', "two\nlines", "1.0", "=1+1", "\ufeffx"]
)
AMOUNTS = st.decimals(-10_000, 10_000, places=2).map(str) | st.sampled_from(
    ["", "oops", "1e400", "(5.00)", "$3", "NULL"]
)
FIELDS = {name: column for name, column in LINES.items() if name != "quantity"}


def run(text: str, mapping, engine):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.csv"
        file.write_text(text, "utf-8", newline="")
        return load(engine, file, mapping, settings=WorkspaceSettings())


def written(header: list[str], rows: list[list[str]], end: str) -> str:
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator=end)
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue()


@settings(max_examples=tries(8, 40), deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_what_a_cell_says_arrives_or_is_known_to_be_nothing(cells, end):
    engine = open_warehouse(None)
    rows = [[f"p{place}", cell] for place, cell in enumerate(cells)]
    result = run(
        written(["sku", "name"], rows, end), mapping_of("products", {"product_id": "sku", "name": "name"}), engine
    )
    assert (result.rows, result.accepted) == (len(cells), len(cells))
    found = dict(zip(*engine.query("SELECT product_id, name FROM products").to_pydict().values(), strict=True))
    bare = [cell.strip(BLANKS) for cell in cells]
    assert found == {f"p{place}": None if cell in MISSING else cell for place, cell in enumerate(bare)}
    engine.close()


LINE = st.tuples(st.sampled_from("ab"), st.sampled_from(["anna", "ben", ""]), AMOUNTS, st.sampled_from(["tea", "milk"]))


@settings(max_examples=tries(8, 40), deadline=None)
@given(st.lists(LINE, min_size=1, max_size=12), st.data())
def test_every_row_is_accounted_for_and_order_and_repetition_do_not_matter(lines, data):
    mapping = mapping_of("order_lines", FIELDS)
    rows = [[order, who, "2025-01-01", amount, item] for order, who, amount, item in lines]
    header = ["id", "who", "at", "amount", "item"]
    engine = open_warehouse(None)
    first = run(written(header, rows, "\n"), mapping, engine)
    assert first.accepted + first.refused == first.rows == len(rows)
    assert quarantined(engine).num_rows == first.refused
    total = "SELECT coalesce(sum(revenue), 0) AS r, count(*) AS n FROM order_lines"
    before = engine.query(total).to_pylist()
    assert before[0]["n"] == first.accepted
    again = run(written(header, data.draw(st.permutations(rows)), "\r\n"), mapping, engine)
    assert (again.accepted, again.unchanged, again.updated) == (first.accepted, first.accepted, 0)
    assert engine.query(total).to_pylist() == before
    assert quarantined(engine).num_rows == first.refused
    known = [Decimal(row[3]) for row in rows if row[3].lstrip("-").replace(".", "").isdecimal()]
    special = {"(5.00)": Decimal(-5), "$3": Decimal(3)}
    assert before[0]["r"] == sum(known, Decimal(0)) + sum(special.get(row[3], Decimal(0)) for row in rows)
    engine.close()


ODD = st.sampled_from(
    [
        "1,a,2",
        "2,b",
        '3,"c, d",4',
        '4,"e\nf",5',
        '5,"g" h,6',
        '6,i" j,7',
        "7,k\x00,8",
        "8,\udcff,9",
        "",
        "9,l,x,,",
        '"",m,1',
    ]
)


@settings(max_examples=tries(10, 60), deadline=None)
@given(rows=st.lists(ODD, max_size=30), end=st.sampled_from(["\n", "\r\n"]), above=st.integers(0, 2))
def test_taking_out_broken_rows_in_pieces_finds_what_reading_row_by_row_finds(rows, end, above, tmp_path_factory):
    file = tmp_path_factory.mktemp("odd") / "file.csv"
    text = end * above + end.join(["id,name,price", *rows]) + end
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    mapping = mapping_of("products", {"product_id": "id", "name": "name", "price": "price"})
    engine = open_warehouse(None)
    with pytest.MonkeyPatch.context() as patch, prepare(file, mapping.format, engine) as prepared:
        one_by_one = pa.concat_tables(Delimited(prepared, engine).batches())
        patch.setattr(delimited, "LARGEST", 64)
        patch.setattr(delimited, "SMALLEST", 8)
        result = load(engine, file, mapping, settings=WorkspaceSettings())
    broken = [row for row in one_by_one.to_pylist() if row["_problem"]]
    found = quarantined(engine).to_pylist()
    assert result.rows == len(one_by_one)
    codes = {row["_problem"] for row in broken}
    assert {(row["line"], row["code"], row["raw"]) for row in found if row["code"] in codes} == {
        (row["_line"], row["_problem"], row["_raw"]) for row in broken
    }
    lines = {row["_line"]: row for row in one_by_one.to_pylist()}
    assert all(row["value"] in (None, lines[row["line"]]["c2"], lines[row["line"]]["c0"]) for row in found)
    engine.close()
