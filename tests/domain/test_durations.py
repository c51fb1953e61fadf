"""A length of time is read in one way, in rules and in campaigns, or refused in the same words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from coterie.decide.campaign import Span
from coterie.domain.durations import SECONDS, UNITS, read_duration, read_span
from coterie.profile.windows import Duration

RULES, CAMPAIGNS = TypeAdapter(Duration), TypeAdapter(Span)


@pytest.mark.parametrize(
    ("written", "rule", "campaign"),
    [
        ("14d", "14d", timedelta(14)),
        ("P14D", "14d", timedelta(14)),
        ("p14d", "14d", timedelta(14)),
        (" 14 days ", "14d", timedelta(14)),
        ("2 Weeks", "2w", timedelta(14)),
        ("P2W", "2w", timedelta(14)),
        ("P1W2D", "9d", timedelta(9)),
        ("PT36H", "129600s", timedelta(hours=36)),
        ("P1DT12H", "129600s", timedelta(hours=36)),
        ("PT90M", "5400s", timedelta(minutes=90)),
        ("90min", "90min", timedelta(minutes=90)),
        ("PT0S", "0d", timedelta(0)),
        (timedelta(14), "14d", timedelta(14)),
        (timedelta(hours=36), "129600s", timedelta(hours=36)),
    ],
)
def test_a_length_is_the_same_in_rules_and_campaigns(written, rule, campaign):
    assert RULES.validate_python(written) == rule
    assert CAMPAIGNS.validate_python(written) == campaign


@pytest.mark.parametrize(
    ("written", "rule"),
    [("P1M", "1mo"), ("6mo", "6mo"), ("P1Y6M", "18mo"), ("1 year", "1y"), ("1y", "1y"), ("P0M", "0mo")],
)
def test_months_and_years_are_the_calendars_in_rules_and_no_fixed_time_in_campaigns(written, rule):
    assert RULES.validate_python(written) == rule
    with pytest.raises(ValidationError, match="no fixed time here"):
        CAMPAIGNS.validate_python(written)


@pytest.mark.parametrize("written", [14, 14.0, "14", " 7 ", True, 0, "١٤"])
def test_a_number_alone_is_refused_in_the_same_words(written):
    for reader in (RULES, CAMPAIGNS):
        with pytest.raises(ValidationError, match="a time needs its unit: write 14d or P14D"):
            reader.validate_python(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "P",
        "PT",
        "d",
        "14x",
        "-14d",
        "-P14D",
        "P-1D",
        "1.5d",
        "PT1.5S",
        "P1M2D",
        "P1Y1W",
        "P14",
        "14d 3h",
        "P1D1W",
        "٣d",
    ],
)
def test_what_is_no_duration_is_refused_in_the_same_words(written):
    for reader in (RULES, CAMPAIGNS):
        with pytest.raises(ValidationError, match="is no duration; write 90d, 12h, 2w, 6mo or 1y"):
            reader.validate_python(written)


def test_a_span_beyond_the_ends_of_time_is_refused():
    with pytest.raises(ValueError, match="no duration"):
        read_span("99999999999999 days")


def test_a_year_by_iso_is_the_calendars_in_rules_and_as_earlier_versions_kept_it_in_campaigns():
    assert (RULES.validate_python("P1Y"), RULES.validate_python("P0Y")) == ("1y", "0y")
    assert CAMPAIGNS.validate_python("P1Y") == timedelta(days=365)


@given(
    st.timedeltas(timedelta(0), timedelta(days=4_000)).map(
        lambda span: span - timedelta(microseconds=span.microseconds)
    )
)
def test_spans_that_earlier_versions_kept_are_read(span):
    kept = TypeAdapter(timedelta).dump_json(span).decode().strip('"')
    assert read_span(kept) == CAMPAIGNS.validate_python(kept) == span


@given(st.integers(0, 10_000), st.sampled_from(sorted(UNITS)))
def test_what_was_read_is_read_again_alike(number, unit):
    read = read_duration(f"{number} {unit}")
    assert read_duration(read) == read
    if UNITS[unit] in SECONDS:
        assert read_span(read) == timedelta(seconds=number * SECONDS[UNITS[unit]])
        assert CAMPAIGNS.validate_json(CAMPAIGNS.dump_json(read_span(read))) == read_span(read)
