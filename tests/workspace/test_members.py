"""Members of parts of segmentations: listed, exported, and made segments."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import coterie
from coterie.errors import Refused, UnknownName
from coterie.workspace import open_brakes


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_members_of_a_part_are_exported_for_spreadsheets_and_for_their_owner_alone(
    shop: coterie.Workspace, tmp_path: Path, ending: str
) -> None:
    stage = str(shop.query("SELECT min(segment) AS s FROM assignments WHERE segmentation = 'lifecycle'").rows()[0]["s"])
    people = shop.segmentations.members("lifecycle", stage)
    wanted = shop.query(
        "SELECT profile_id FROM assignments WHERE segmentation = 'lifecycle' AND segment = $s ORDER BY 1", s=stage
    ).rows()
    assert [row["profile_id"] for row in people.rows()] == [row["profile_id"] for row in wanted]
    file = shop.write_frame(shop.segments.labelled(people), tmp_path / f"people.{ending}")
    assert file.stat().st_mode & 0o777 == 0o600
    if ending == "csv":
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        head = file.read_text("utf-8-sig").splitlines()[0]
    else:
        rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
        assert len(rows) == len(people) + 1
        head = ",".join(rows[0])
    assert "Orders" in head


def test_an_export_says_of_everybody_whether_marketing_may_go_to_them(shop: coterie.Workspace) -> None:
    stages = shop.query("SELECT DISTINCT segment AS s FROM assignments WHERE segmentation = 'lifecycle'").rows()

    def consents() -> dict[object, object]:
        parts = [shop.segmentations.members("lifecycle", str(stage["s"])).rows() for stage in stages]
        return {row["profile_id"]: row["consent_email"] for rows in parts for row in rows}

    said = consents()
    assert "granted" in said.values()
    someone = next(person for person, state in said.items() if state == "granted")
    address = shop.query(
        "SELECT value AS v FROM identifiers WHERE namespace = 'email' AND profile_id = $p", p=someone
    ).rows()[0]["v"]
    with open_brakes(shop.folder) as brakes:
        brakes.suppress(f" {str(address).upper()} ", actor="Ann")
    holders = shop.query("SELECT profile_id AS p FROM identifiers WHERE value = $v", v=str(address)).rows()
    assert consents() == said | {row["p"]: "suppressed" for row in holders}


def test_a_part_becomes_a_segment_that_follows_it(shop: coterie.Workspace) -> None:
    name = shop.segmentations.show("rfm").parts[0]["name"]
    made = shop.segmentations.adopt("rfm", name)
    shop.refresh()
    members = {row["profile_id"] for row in shop.segments[made.segment].members().rows()}
    assert members == {row["profile_id"] for row in shop.segmentations.members("rfm", name).rows()}
    assert members
    with pytest.raises(Refused, match="--as"):
        shop.segmentations.adopt("rfm", name)
    with pytest.raises(UnknownName, match="no part of 'rfm'"):
        shop.segmentations.members("rfm", "nobody")


@pytest.mark.parametrize("pattern", ["1-1-*", "*-*-*", "5-*-5", "*-3-2"])
def test_cells_of_the_grid_are_listed_and_adopted_by_their_scores(shop: coterie.Workspace, pattern: str) -> None:
    cells = shop.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'rfm_cell'").rows()
    wanted = pattern.split("-")
    inside = {
        row["profile_id"]
        for row in cells
        if all(score in ("*", own) for score, own in zip(wanted, str(row["segment"]).split("-"), strict=True))
    }
    assert {row["profile_id"] for row in shop.segmentations.members("rfm_cell", pattern).rows()} == inside
    made = shop.segmentations.adopt("rfm_cell", pattern)
    shop.refresh()
    assert {row["profile_id"] for row in shop.segments[made.segment].members().rows()} == inside


def test_every_template_is_adopted_by_its_name(shop: coterie.Workspace) -> None:
    for row in shop.segments.templates().rows():
        shop.segments.adopt(str(row["name"]))
    template = str(shop.segments.templates().rows()[0]["name"])
    made = shop.segments.adopt(template, name="mine")
    assert made.segment == "mine"
    shop.refresh()
    assert shop.segments["mine"].history().rows()
    with pytest.raises(UnknownName, match="no template named"):
        shop.segments.adopt("no-such-template")
