"""Definitions that are there before the first data."""

from __future__ import annotations

from pathlib import Path

import pytest

import coterie
from coterie.errors import CoterieError

AHEAD = """
traits:
- {name: spent, value: {sum: revenue, event: Order Completed}}
segments:
- {name: spenders, rule: {trait: spent, ">=": 10}}
- {name: viennese, rule: {trait: city, "=": Wien}}
- {name: viewers, rule: {did: Product Viewed}}
"""
ORDERS = "order_id,email,date,revenue\n1,ann@x.org,2026-01-02,12.50\n2,bob@x.org,2026-01-03,3.00\n"


def _applied(ws: coterie.Workspace, folder: Path, text: str) -> list[dict[str, object]]:
    (folder / "ahead.yaml").write_text(text)
    return ws.apply(folder / "ahead.yaml").rows()


def test_what_is_defined_before_any_data_holds_once_they_come(tmp_path: Path) -> None:
    with coterie.open(coterie.init(tmp_path / "shop")) as ws:
        rows = _applied(ws, tmp_path, AHEAD)
        assert {str(row["warning"]) for row in rows} == {"there are no data yet, so that names are not checked"}
        (tmp_path / "orders.csv").write_text(ORDERS)
        ws.load(tmp_path / "orders.csv")
        refreshed = ws.refresh()
        assert [
            name
            for name in ("spenders", "viennese", "viewers")
            if any(name in str(each) for each in refreshed.warnings)
        ] == [
            "viennese",
            "viewers",
        ]
        assert ws.query("SELECT count(*) AS n FROM membership_flags WHERE spenders").rows() == [{"n": 1}]


@pytest.mark.parametrize(
    "wrong",
    [
        "segments: [{name: a, rule: {in_segment: nowhere}}]",
        "segments: [{name: a, rule: {trait: city, about: Wien}}]",
        "segments: [{name: a, rule: {trait: spent, top: -1}}]",
        "traits: [{name: a, value: {formula: '1 +'}}]",
    ],
)
def test_what_no_data_could_mend_is_refused_before_there_are_any(tmp_path: Path, wrong: str) -> None:
    with coterie.open(coterie.init(tmp_path / "shop")) as ws, pytest.raises(CoterieError):
        _applied(ws, tmp_path, wrong)


def test_names_are_checked_once_there_are_data(tmp_path: Path) -> None:
    with coterie.open(coterie.init(tmp_path / "shop")) as ws:
        (tmp_path / "orders.csv").write_text(ORDERS)
        ws.load(tmp_path / "orders.csv")
        with pytest.raises(CoterieError, match="no trait named 'city'"):
            _applied(ws, tmp_path, AHEAD)


def test_nobody_is_shown_and_no_trait_named_before_the_first_refresh(tmp_path: Path) -> None:
    with coterie.open(coterie.init(tmp_path / "shop")) as ws:
        assert (ws.profiles.page().rows(), ws.definitions.trait_names().rows()) == ([], [])
        (tmp_path / "orders.csv").write_text(ORDERS)
        ws.load(tmp_path / "orders.csv")
        assert ws.profiles.page().rows() == []
        ws.refresh()
        assert [row["email"] for row in ws.profiles.page().rows()] == ["ann@x.org", "bob@x.org"]
        named = {row["name"]: row for row in ws.definitions.trait_names(lang="zh").rows()}
        assert (named["orders"]["label"], named["revenue"]["unit"]) == ("订单数", "money")
