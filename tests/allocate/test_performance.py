"""Channel performance counts what the data holds and says what it does not."""

import pytest

from coterie.allocate import BASE, channel_overlap, channel_performance, ready_channels

from .conftest import AS_OF


def figures(engine, **arguments):
    table = channel_performance(engine, ready_channels(), as_of=AS_OF, segmentation="worth", **arguments)
    return {(r["channel"], r["segment"], r["measure"]): r for r in table.to_pylist()}


@pytest.mark.parametrize(
    ("channel", "segment", "measure", "value"),
    [
        pytest.param("store", "best", "sales", 4000, id="values-of-the-data-are-mapped-to-channels"),
        pytest.param("web", BASE, "orders", 60, id="everybody-is-a-segment-too"),
        pytest.param("web", "rest", "average_order_value", 10, id="average-order-value"),
        pytest.param("store", BASE, "penetration", 0.4, id="penetration"),
        pytest.param("store", "best", "preference", 1.0, id="preference"),
        pytest.param("email", BASE, "contacts", 100, id="contacts"),
        pytest.param("email", "best", "redemption", 0.5, id="redemption"),
        pytest.param("email", "rest", "conversion", 1.0, id="bought-within-the-window"),
        pytest.param("email", BASE, "coverage", 1.0, id="coverage"),
        pytest.param("email", BASE, "cost", 0.5, id="cost-by-the-register"),
    ],
)
def test_a_figure_is_what_one_counts_by_hand(mailed, channel, segment, measure, value):
    row = figures(mailed)[channel, segment, measure]
    assert row["value"] == pytest.approx(value)
    if row["low"] is not None:
        assert row["low"] <= row["value"] <= row["high"]


@pytest.mark.parametrize(
    ("channel", "measure", "reason"),
    [
        pytest.param("television", "sales", "no orders come in through this channel", id="does-not-sell"),
        pytest.param("marketplace", "sales", "no order in the period names this channel", id="never-used"),
        pytest.param("sms", "conversion", "no contact in the period names this channel", id="never-sent"),
        pytest.param("store", "sales_growth", "the data do not cover the period before", id="no-period-before"),
    ],
)
def test_what_the_data_does_not_show_says_why(engine, channel, measure, reason):
    row = figures(engine)[channel, BASE, measure]
    assert (row["value"], row["reason"]) == (None, reason)


def test_booked_spend_outranks_the_register(mailed):
    mailed.execute("INSERT INTO costs (occurred_on, channel, amount) VALUES ('2026-05-20', 'e-mail', 25)")
    found = figures(mailed)
    assert found["email", BASE, "cost_per_contact"]["value"] == 0.25
    assert found["email", "best", "cost"]["reason"] == "spend is booked by channel, not by segment"


def test_reasons_are_said_in_chinese(engine):
    assert figures(engine)["sms", BASE, "conversion"]["reason"].told("zh") == "本期没有触达注明此渠道"


def test_overlap_counts_buyers_of_two_channels(engine):
    engine.execute(
        "INSERT INTO orders (order_id, profile_id, occurred_at, revenue, status, channel) "
        "SELECT 'x' || i, i, TIMESTAMP '2026-06-02', 5, 'completed', 'web' FROM range(1, 11) AS t(i)"
    )
    rows = {(r["channel"], r["other"]): r for r in channel_overlap(engine, ready_channels(), as_of=AS_OF).to_pylist()}
    assert rows["store", "web"]["share"] == 0.25
    assert (rows["web", "store"]["shared"], rows["web", "store"]["buyers"]) == (10, 70)


def test_everybody_is_read_before_there_are_segments(engine):
    table = channel_performance(engine, ready_channels(), as_of=AS_OF)
    assert set(table.column("segment").to_pylist()) == {BASE}


def test_growth_compares_with_the_year_before(engine):
    engine.execute(
        "INSERT INTO orders (order_id, profile_id, occurred_at, revenue, status, channel) VALUES "
        "('a', 1, TIMESTAMP '2024-07-02', 2000, 'completed', 'store')"
    )
    found = figures(engine)
    assert found["store", BASE, "sales_growth"]["value"] == 1.0
    assert found["web", BASE, "sales_growth"]["reason"] == "there are no sales in the period before"
