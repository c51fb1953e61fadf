"""Names, instants and spans as a person reads them on a terminal."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

import pytest

from coterie.cli.cells import ZONE, cell
from coterie.cli.show import jsonable
from coterie.domain import Estimate
from coterie.measure import CampaignReadout, PastComparison
from coterie.measure.campaign import ArmEffect, ArmReading, CampaignFacts
from coterie.words import say

RECORDS = (CampaignReadout, CampaignFacts, ArmReading, ArmEffect, Estimate, PastComparison)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_of_a_record_that_is_printed_has_a_chinese_heading(record):
    names = (
        [field.name for field in dataclasses.fields(record)]
        if dataclasses.is_dataclass(record)
        else [*record.model_fields]
    )
    words = {name: name.replace("_", " ") for name in names}
    missing = [n for n, w in words.items() if say(f"{w} (heading)", "zh") == f"{w} (heading)" and say(w, "zh") == w]
    assert missing == []


def test_instants_are_shown_by_the_clock_of_the_workspace_and_kept_as_stored_in_json():
    at = datetime(2026, 6, 29, 22)
    token = ZONE.set("Europe/Berlin")
    try:
        assert cell(at) == "2026-06-30"
        assert cell("2026-06-29T22:30:00") == "2026-06-30 00:30"
        assert cell(date(2026, 6, 29)) == "2026-06-29"
        assert jsonable(at, whole=True) == "2026-06-29T22:00:00"
    finally:
        ZONE.reset(token)
    assert cell(at) == "2026-06-29 22:00"


def test_spans_of_time_are_told_to_people_and_counted_for_programs():
    assert jsonable({"within": timedelta(days=14)}) == {"within": "14 days"}
    assert jsonable({"within": timedelta(days=14)}, whole=True) == {"within": 1209600.0}
