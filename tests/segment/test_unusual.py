"""Which segments grew or shrank more than they are used to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from coterie.engines import Engine, open_warehouse
from coterie.segment.unusual import unusual_changes

FIRST = datetime(2026, 1, 1, 3)


def noted(*sizes: int) -> Engine:
    """A warehouse in which the segment had these sizes day by day, each noted twice."""
    engine = open_warehouse(None)
    for place, size in enumerate(sizes):
        for again in (0, 1):
            at = FIRST + timedelta(days=place, hours=again)
            engine.execute(
                "INSERT INTO segment_history BY NAME SELECT 'vip' AS segment, $at AS as_of, $size AS size, 9000 AS base, $number AS refresh_id",
                {"at": at, "size": size if again else 1, "number": 2 * place + again},
            )
    return engine


@pytest.mark.parametrize(
    ("sizes", "is_unusual"),
    [
        pytest.param((400, 410, 395, 405, 400, 300), True, id="ten-times-what-is-usual"),
        pytest.param((400, 410, 395, 405, 400, 500), True, id="growth-as-shrinking"),
        pytest.param((400, 410, 395, 405, 400, 440), False, id="within-what-chance-makes-of-four-hundred"),
        pytest.param((400, 500, 380, 490, 400, 500), False, id="it-is-used-to-it"),
        pytest.param((9, 8, 10, 9, 9, 14), False, id="few-people-come-and-go"),
        pytest.param((400, 410, 395, 405, 100), False, id="three-changes-before-tell-nothing"),
        pytest.param((400, 400, 400, 400, 400, 470), True, id="where-nothing-changed-chance-alone-is-the-measure"),
        pytest.param((400, 410, 395, 405, 400, 300, 301), False, id="the-day-before-yesterday-is-not-new"),
        pytest.param((), False, id="nothing-was-noted"),
    ],
)
def test_a_change_is_unusual_beside_those_before_and_beside_chance(sizes: tuple[int, ...], is_unusual: bool) -> None:
    assert [each.segment for each in unusual_changes(noted(*sizes), {"vip"})] == ["vip"] * is_unusual


def test_it_says_from_what_to_what_by_the_last_note_of_each_day() -> None:
    [found] = unusual_changes(noted(400, 410, 395, 405, 400, 300), {"vip"})
    assert (found.before, found.size, found.usual) == (400, 300, 10.0)
    assert "shrank from 400 to 300 since 2026-01-05" in str(found.in_words())


def test_a_segment_out_of_use_is_not_told_of() -> None:
    assert unusual_changes(noted(400, 410, 395, 405, 400, 300), {"other"}) == ()
