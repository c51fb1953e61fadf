"""What a person says of a file counts before it is judged, and is judged itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from coterie.errors import UnknownName
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
