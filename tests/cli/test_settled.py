"""What a new workspace is given must exist, and what is exported is for its owner."""

from __future__ import annotations

import csv
import datetime as dt
import io
import stat
import subprocess
import sys

import openpyxl
import pyarrow as pa
import pytest

import coterie
from coterie.settings import WorkspaceSettings
from coterie.workspace import Frame
from coterie.workspace.frame import FORMULA_STARTS, write_frame


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"currency": "EUX"}, "no currency of ISO 4217", id="currency"),
        pytest.param({"country": "XQ"}, "no country of ISO 3166", id="country"),
        pytest.param({"timezone": "Europe/Nowhere"}, "no IANA time zone", id="zone"),
    ],
)
def test_what_is_not_in_the_standard_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        WorkspaceSettings.model_validate(wrong)


def test_the_version_is_told():
    run = subprocess.run(
        [sys.executable, "-c", "from coterie.cli import main; main()", "--version"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout == f"coterie {coterie.__version__}\n"


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx", "out.parquet"])
@pytest.mark.parametrize("before", [[], ["{name}"], [".{name}.new"], ["{name}", ".{name}.new"]])
def test_an_export_is_readable_by_its_owner_alone_whatever_stood_there(tmp_path, name, before):
    for earlier in before:
        (tmp_path / earlier.format(name=name)).write_text("old")
        (tmp_path / earlier.format(name=name)).chmod(0o644)
    file = write_frame(Frame(pa.table({"email": ["a@b.example"]})), tmp_path / name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [name]


EVIL = ["=1+1", "+1", "-1", "@A1", "\tx", "\r=1", "\n=1", "＝1", "plain", None]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_spreadsheet_runs_what_an_export_says(tmp_path, ending):
    noon = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
    columns = {
        "=2+2": pa.array(EVIL),
        "coded": pa.array(EVIL).dictionary_encode(),
        "bytes": pa.array([None if text is None else text.encode() for text in EVIL]),
        "lists": pa.array([[text] for text in EVIL]),
        "at": pa.array([noon] * len(EVIL), pa.timestamp("us", "UTC")),
        "number": pa.array([-1.5] * len(EVIL)),
    }
    file = write_frame(Frame(pa.table(columns)), tmp_path / f"out.{ending}")
    if ending == "csv":
        rows = [tuple(row) for row in csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))]
        assert [row[5] for row in rows[1:]] == ["-1.5"] * len(EVIL)
    else:
        cells = list(openpyxl.load_workbook(file).active.iter_rows())
        assert {cell.data_type for row in cells for cell in row} <= {"s", "n", "d", "inlineStr"}
        rows = [tuple(cell.value for cell in row) for row in cells]
        assert [row[5] for row in rows[1:]] == [-1.5] * len(EVIL)
    texts = [str(cell) for row in rows for place, cell in enumerate(row) if cell is not None and place != 5]
    assert [text for text in texts if text.startswith(FORMULA_STARTS)] == []
    assert texts.count("'=1+1") == 3
