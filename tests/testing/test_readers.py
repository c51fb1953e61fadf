"""Every reader meets its suite, and the suite names each promise that a part breaks."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from coterie.collect.readers import READERS
from coterie.collect.readers.delimited import Delimited
from coterie.domain.loading import FileFormat
from coterie.errors import BadFile
from coterie.testing.readers import Broken, check_reader


def write_csv(file, names, rows):
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([names, *rows])


def write_jsonl(file, names, rows):
    file.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows), "utf-8")


def write_array(file, names, rows):
    file.write_text(json.dumps([dict(zip(names, row, strict=True)) for row in rows]), "utf-8")


def write_parquet(file, names, rows):
    pq.write_table(pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], names=names), file)


def write_excel(file, names, rows):
    book = Workbook()
    for row in [names, *rows]:
        book.active.append(row)
    with file.open("wb") as stream:
        book.save(stream)


CSV_ROWS = Broken(b'a,b\n1,x\n2,y,z\n3,\xff\n3,\xff,\xff\n4,"q" q\n5,v\n', [("1", "x"), ("5", "v")], 4)
JSON_LINES = Broken(
    b'{"a": "1"}\n[2]\n{"a": 3\n{"a": "\xff"}\n{"a": "\\ud83d"}\n{"\\udcff": 1}\n{"a": "4"}\n', [("1",), ("4",)], 5
)
JSON_ARRAY = Broken(b'[{"a": "1"}, 2, {"a": "\xff"}, {"a": "\\u0000"}, {"a": "4"}]', [("1",), ("4",)], 3)
FILES = {
    "csv": ("csv", write_csv, [CSV_ROWS]),
    "json lines": ("jsonl", write_jsonl, [JSON_LINES]),
    "json array": ("jsonl", write_array, [JSON_ARRAY]),
    "parquet": ("parquet", write_parquet, []),
    "excel": ("excel", write_excel, []),
}


def test_every_reader_is_tried():
    assert {name for name, _, _ in FILES.values()} == set(READERS)


@pytest.mark.parametrize("kind", FILES)
def test_a_reader_meets_the_suite(kind):
    name, write, broken = FILES[kind]
    check_reader(READERS[name], FileFormat(container=name), write, broken=broken)


def _nothing(*_):
    return None


def _relation(change):
    def relation(self):
        found = Delimited.relation(self)
        return found and change(found)

    return {"relation": relation}


def _tables(change):
    return {"batches": lambda self: map(change, Delimited.batches(self)), "rows_at": _nothing}


def _set(name, value):
    return lambda table: table.set_column(table.column_names.index(name), name, pa.array([value] * len(table)))


def _told(name, value):
    """Refused rows say something else."""

    def change(table):
        told = [
            value if bad else old
            for bad, old in zip(table["_problem"].to_pylist(), table[name].to_pylist(), strict=True)
        ]
        return table.set_column(table.column_names.index(name), name, pa.array(told, pa.string()))

    return _tables(change)


def _raise(fault):
    def columns(self):
        try:
            return Delimited.columns(self)
        except BadFile:
            raise fault from None

    return {"columns": columns}


def _mended(refuse_of, *, lost=False):
    def mended(self, refuse):
        found = Delimited.mended(self, lambda table: refuse(refuse_of(table)))
        if lost and found:
            found.relation = lambda: replace(
                Delimited.relation(found), sql=f"(FROM {Delimited.relation(found).sql} LIMIT 1)"
            )
        return found

    return {"mended": mended}


def _lenient(found):
    return replace(found, sql=found.sql[:-1] + ", strict_mode=false, ignore_errors=true)")


BROKEN = {
    "columns are called as in the file": {"columns": lambda self: tuple(n.upper() for n in Delimited.columns(self))},
    "the rows can be read in one way or another": dict.fromkeys(("relation", "mended", "batches"), _nothing),
    "the relation has every row": _relation(lambda found: replace(found, sql=f"(FROM {found.sql} OFFSET 1)")),
    "each row of the relation has a line": _relation(lambda found: replace(found, line="1")),
    "the slow count is right": _relation(lambda found: replace(found, rows=1, recount="(SELECT 1)")),
    "batches have every row": _tables(lambda table: table.slice(1)),
    "batches have _line, _problem": _tables(lambda table: table.drop_columns(["_raw"])),
    "lines are numbers": _tables(_set("_line", "1")),
    "each row of the batches has a line": _tables(_set("_line", 1)),
    "rows at places are those": {"rows_at": lambda self, _, rows: Delimited.rows_at(self, [1, 2], rows)},
    "rows at places refuse a count": {"rows_at": lambda self, places, _: Delimited.rows_at(self, places, 60)},
    "rows beside broken ones are kept": _tables(
        lambda table: table.slice(0, 1) if table["_problem"].null_count < len(table) else table
    ),
    "the relation fails on a broken row": _relation(_lenient),
    "every row is kept or refused": _tables(lambda table: table.filter(pc.is_null(table["_problem"]))),
    "a refused row has a code that there is": _told("_problem", "odd"),
    "a refused row says as JSON": _told("_raw", None),
    "a mended file has the rows": _mended(lambda table: table, lost=True),
    "mending refuses the same rows": _mended(_set("_line", 1)),
    "a file that cannot be read is named": _raise(BadFile("no")),
    "a file that cannot be read is a BadFile": _raise(ZeroDivisionError("by nothing")),
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_promise_is_named(promise):
    spoiled = type("Spoiled", (Delimited,), BROKEN[promise])
    with pytest.raises(AssertionError, match=promise):
        check_reader(spoiled, FileFormat(container="csv"), write_csv, broken=[CSV_ROWS])
