"""What is said of two periods is what their numbers allow."""

from __future__ import annotations

from typing import Any

import pytest

from coterie.measure.kpi_comparison import UNCOVERED, changes_in_words, compared, judged


def figure(value: float | None, low: float | None = None, high: float | None = None, **also: Any) -> dict[str, Any]:
    plain = {"kpi": "k", "label": "K", "unit": "orders", "direction": "up", "reason": None}
    return {**plain, "value": value, "low": low, "high": high, **also}


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        pytest.param(figure(2.0), figure(1.0), "better", id="a-count-that-grew"),
        pytest.param(figure(1.0), figure(2.0), "worse", id="a-count-that-fell"),
        pytest.param(figure(2.0, direction="down"), figure(1.0), "worse", id="more-of-what-should-be-less"),
        pytest.param(figure(2.0, direction="none"), figure(1.0), "changed", id="no-way-is-better"),
        pytest.param(figure(2.0), figure(2.0), "alike", id="the-same"),
        pytest.param(figure(2.0, 1.0, 3.0), figure(4.0, 2.9, 5.0), "alike", id="intervals-overlap"),
        pytest.param(figure(2.0, 1.0, 3.0), figure(4.0, 3.1, 5.0), "worse", id="intervals-apart"),
        pytest.param(figure(2.0), figure(None), "unknown", id="nothing-before"),
        pytest.param(figure(None), figure(2.0), "unknown", id="nothing-now"),
    ],
)
def test_verdicts_follow_direction_and_intervals(now: dict[str, Any], before: dict[str, Any], verdict: str) -> None:
    assert judged(now, before) == verdict


def test_groups_are_compared_with_themselves_and_what_is_new_is_unknown() -> None:
    now = [figure(3.0, segment="a"), figure(5.0, segment="b"), figure(7.0, segment="new")]
    before = [figure(4.0, segment="b"), figure(6.0, segment="a"), figure(1.0, segment="gone")]
    found = compared(now, before, ["segment"], is_covered=True)
    assert [(row["segment"], row["before"], row["verdict"]) for row in found] == [
        ("a", 6.0, "worse"),
        ("b", 4.0, "better"),
        ("new", None, "unknown"),
    ]
    assert found[0]["change"] == pytest.approx(-0.5)


def test_shares_change_by_points() -> None:
    [found] = compared([figure(0.3, unit="share")], [figure(0.2, unit="share")], (), is_covered=True)
    assert found["change"] == pytest.approx(0.1)


def test_data_that_do_not_go_back_are_not_compared() -> None:
    found = compared([figure(3.0)], [figure(1.0)], (), is_covered=False)
    assert [(row["before"], row["change"], row["verdict"], str(row["reason"])) for row in found] == [
        (None, None, "unknown", UNCOVERED)
    ]
    assert [str(each) for each in changes_in_words(found)] == [f"Nothing can be compared: {UNCOVERED}."]


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        pytest.param(figure(2.0), figure(1.0), "K stands better than in the period before: +100%.", id="a-count"),
        pytest.param(
            figure(0.2, unit="share"),
            figure(0.35, unit="share"),
            "K stands worse than in the period before: -15.0 percentage points.",
            id="a-share",
        ),
        pytest.param(
            figure(2.0, 1.0, 3.0),
            figure(2.5, 1.5, 3.5),
            "K is as in the period before, or chance could explain the difference: -20%.",
            id="chance",
        ),
    ],
)
def test_one_figure_is_told_by_itself(now: dict[str, Any], before: dict[str, Any], said: str) -> None:
    assert [str(each) for each in changes_in_words(compared([now], [before], (), is_covered=True))] == [said]


def test_words_count_every_figure_once_and_name_what_moved_most() -> None:
    now = [figure(2.0, kpi="a", label="A"), figure(9.0, kpi="b", label="B"), figure(1.0, kpi="c", label="C")]
    before = [figure(1.0, kpi="a"), figure(3.0, kpi="b"), figure(4.0, kpi="c")]
    said = [str(each) for each in changes_in_words(compared(now, before, (), is_covered=True))]
    assert said[0] == "Of 3 figures beside the period before: 2 better, 1 worse."
    assert said[1:] == ["Most improved: B, +200%.", "Most worsened: C, -75%."]
