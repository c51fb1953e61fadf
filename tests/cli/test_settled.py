"""What a new workspace is given must exist, and what is exported is for its owner."""

from __future__ import annotations

import stat
import subprocess
import sys

import pyarrow as pa
import pytest

import coterie
from coterie.settings import WorkspaceSettings
from coterie.workspace import Frame
from coterie.workspace.writing import write_frame


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


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_an_export_is_readable_by_its_owner_alone(tmp_path, name):
    file = write_frame(Frame(pa.table({"email": ["a@b.example"]})), tmp_path / name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
