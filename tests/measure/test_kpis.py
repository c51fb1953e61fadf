"""KPIs count what they say, by any dimension, and are silent where the data is."""

from datetime import datetime, timedelta

import pytest

from coterie.collect import settle_orders
from coterie.errors import BadDefinition, Refused, UnknownName
from coterie.measure import kpi_catalog, measure_kpis, ready_kpis

YEAR = (datetime(2026, 1, 1), datetime(2027, 1, 1))
HALF = (datetime(2026, 7, 1), datetime(2027, 1, 1))
END = datetime(2027, 1, 1)


def figures(table, *keys):
    return {tuple(row[k] for k in (*keys, "kpi")) if keys else row["kpi"]: row for row in table.to_pylist()}


@pytest.fixture
def shop(engine, people, orders, events):
    people(4)
    orders(
        {"profile_id": 4, "at": datetime(2025, 12, 1), "revenue": 1, "channel": "web"},
        {"profile_id": 1, "at": datetime(2026, 2, 1), "revenue": 10, "channel": "web"},
        {"profile_id": 1, "at": datetime(2026, 8, 1), "revenue": 30, "channel": "web"},
        {"profile_id": 1, "at": datetime(2026, 8, 2), "revenue": 50, "channel": "store"},
        {"profile_id": 2, "at": datetime(2026, 9, 1), "revenue": 20, "channel": "store"},
        {"profile_id": 2, "at": datetime(2026, 9, 2), "revenue": -5, "status": "returned", "channel": "store"},
        {"profile_id": 3, "at": datetime(2026, 3, 1), "revenue": 40, "channel": "web"},
        {"profile_id": None, "at": datetime(2026, 12, 30), "revenue": 100, "channel": "web"},
    )
    events(
        (1, "Message Sent", datetime(2026, 8, 1), {"message_id": "m1", "campaign": "c"}),
        (1, "Message Delivered", datetime(2026, 8, 1), {"message_id": "m1", "campaign": "c"}),
        (2, "Message Sent", datetime(2026, 8, 1), {"message_id": "m2", "campaign": "c"}),
        (2, "Message Delivered", datetime(2026, 8, 1), {"message_id": "m2", "campaign": "c"}),
        (1, "Message Opened", datetime(2026, 8, 3), {"message_id": "m1", "campaign": "c"}),
        (1, "Message Opened", datetime(2026, 8, 4), {"message_id": "m1", "campaign": "c"}),
    )
    return engine


@pytest.mark.parametrize(
    ("kpi", "value"),
    [
        pytest.param("revenue", 200, id="revenue-with-anonymous-orders-without-refunds"),
        pytest.param("orders", 4, id="orders"),
        pytest.param("buyers", 2, id="an-anonymous-order-is-no-buyer"),
        pytest.param("new_buyers", 1, id="first-order-in-the-period"),
        pytest.param("gross_revenue", 200, id="revenue-before-returns"),
        pytest.param("purchase_frequency", 1.5, id="anonymous-orders-are-nobodys-frequency"),
        pytest.param("revenue_per_buyer", 50, id="anonymous-revenue-is-no-buyers"),
        pytest.param("average_order_value", 50, id="average-order-value"),
        pytest.param("repeat_rate", 0.5, id="two-orders-in-the-period"),
        pytest.param("revenue_growth", 3, id="against-the-half-year-before"),
        pytest.param("retention", 0.5, id="one-of-two-came-back"),
        pytest.param("churn", 0.5, id="churn-is-the-rest"),
        pytest.param("refund_rate", 0.25, id="one-return-on-four-orders"),
        pytest.param("refunded_share", 5 / 205, id="five-of-two-hundred-and-five"),
        pytest.param("penetration", 0.5, id="two-of-four-profiles"),
        pytest.param("open_rate", 0.5, id="a-message-opened-twice-is-opened-once"),
    ],
)
def test_a_kpi_counts_what_it_says(shop, kpi, value):
    found = figures(measure_kpis(shop, period=HALF, as_of=END, kpis=[kpi]))[kpi]
    assert found["value"] == pytest.approx(value)


def test_revenue_is_what_stands_after_returns(shop):
    settle_orders(shop, "USD", {})
    found = figures(measure_kpis(shop, period=HALF, as_of=END, kpis=["revenue", "gross_revenue", "orders"]))
    assert {name: row["value"] for name, row in found.items()} == {"revenue": 195, "gross_revenue": 200, "orders": 4}


def test_every_answer_counts_however_alike(shop, events):
    for day, score in ((1, "9"), (2, "9"), (3, "3"), (4, "none")):
        events((1, "Survey Answered", datetime(2026, 8, day), {"score": score}))
    found = figures(measure_kpis(shop, period=HALF, as_of=END, kpis=["satisfaction", "net_promoter_score"]))
    assert found["satisfaction"]["value"] == pytest.approx(7)
    assert found["net_promoter_score"]["value"] == pytest.approx(1 / 3)


def test_months_are_those_of_the_calendar_the_business_lives_by(shop, orders):
    orders({"profile_id": 2, "at": datetime(2026, 9, 30, 20), "revenue": 7})  # 04:00 on 1 October in Shanghai
    asked = {"period": (datetime(2025, 12, 31, 16), datetime(2026, 12, 31, 16)), "as_of": END, "by": ["period"]}
    table = measure_kpis(shop, kpis=["revenue", "orders"], zone="Asia/Shanghai", **asked)
    found = figures(table, "period")
    assert found[datetime(2026, 9, 1), "revenue"]["value"] == 20
    assert found[datetime(2026, 10, 1), "revenue"]["value"] == 7
    assert sum(row["value"] for row in table.to_pylist() if row["kpi"] == "revenue") == 257
    utc = figures(measure_kpis(shop, kpis=["revenue"], period=YEAR, as_of=END, by=["period"]), "period")
    assert utc[datetime(2026, 9, 1), "revenue"]["value"] == 27


def test_growth_by_period_compares_with_the_period_before(shop):
    table = measure_kpis(shop, period=YEAR, as_of=END, kpis=["revenue", "order_growth"], by=["period"])
    found = figures(table, "period")
    assert found[datetime(2026, 3, 1), "order_growth"]["value"] == 0
    assert found[datetime(2026, 9, 1), "order_growth"]["value"] == -0.5
    assert found[datetime(2026, 2, 1), "order_growth"]["reason"] == "there is nothing to divide by"
    assert found[datetime(2026, 12, 1), "revenue"]["value"] == 100


def test_growth_against_a_time_without_data_is_no_growth(shop):
    table = measure_kpis(shop, period=(datetime(2026, 3, 1), END), as_of=END, kpis=["revenue_growth", "revenue"])
    found = figures(table)
    assert found["revenue_growth"]["reason"] == "the data do not cover the period before"
    assert found["revenue"]["value"] == 240


def test_the_period_not_over_is_marked(shop):
    table = measure_kpis(shop, period=YEAR, as_of=datetime(2026, 9, 15), kpis=["orders"], by=["period"])
    assert {row["period"].month for row in table.to_pylist() if row["is_partial"]} == {9}


def test_months_that_were_not_loaded_did_not_fall(shop, orders):
    """Orders end on 30 December; asked in May, January to April are unknown, not a fall to nothing."""
    late = datetime(2027, 5, 1)
    asked = {"period": (datetime(2026, 7, 1), late), "as_of": late, "by": ["period"]}
    found = figures(measure_kpis(shop, kpis=["revenue", "order_growth", "retention"], **asked), "period")
    for month in (1, 2):
        for kpi in {"order_growth", "retention"} & {key[1] for key in found if key[0] == datetime(2027, month, 1)}:
            row = found[datetime(2027, month, 1), kpi]
            assert (row["value"], row["reason"]) == (None, "no orders are known of all or much of the period")
    assert found[datetime(2026, 12, 1), "revenue"]["is_partial"]
    whole = figures(measure_kpis(shop, kpis=["revenue_growth", "revenue"], period=(HALF[1], late), as_of=late))
    assert {row["value"] for row in whole.values()} <= {None}


def test_the_first_month_is_marked_where_the_data_begin_within_it(engine, orders):
    orders(*({"profile_id": 1, "at": datetime(2026, 1, 15) + timedelta(days=n), "revenue": 1} for n in range(80)))
    table = measure_kpis(engine, period=YEAR, as_of=datetime(2026, 4, 5), kpis=["orders"], by=["period"])
    marked = {row["period"].month: row["is_partial"] for row in table.to_pylist()}
    assert marked == {1: True, 2: False, 3: False, 4: True}


def answered(engine, events, scores):
    day = datetime(2026, 8, 1)
    events(*((n, "Survey Answered", day, {"score": score}) for n, score in enumerate(scores, start=1)))
    found = measure_kpis(engine, period=HALF, as_of=END, kpis=["net_promoter_score"])
    return found.to_pylist()[0]


@pytest.mark.parametrize(
    ("scores", "value"),
    [
        pytest.param([10] * 20, 1, id="all-for"),
        pytest.param([0] * 20, -1, id="all-against"),
        pytest.param([10, 0] * 10, 0, id="as-many-for-as-against"),
        pytest.param([10] * 3 + [8] * 10 + [0] * 7, -0.2, id="more-against-than-for"),
        pytest.param([8] * 20, 0, id="all-in-between"),
    ],
)
def test_supporters_less_opponents_have_an_interval_on_their_own_scale(engine, people, events, scores, value):
    people(20)
    row = answered(engine, events, scores)
    assert row["value"] == pytest.approx(value)
    assert -1 <= row["low"] <= value <= row["high"] <= 1
    assert row["low"] < row["high"]


def test_turning_every_answer_around_turns_the_interval_around(engine, people, events):
    people(20)
    row = answered(engine, events, [10] * 6 + [8] * 10 + [0] * 4)
    engine.execute("DELETE FROM events")
    turned = answered(engine, events, [0] * 6 + [8] * 10 + [10] * 4)
    assert (row["value"], row["low"], row["high"]) == pytest.approx((-turned["value"], -turned["high"], -turned["low"]))


def test_all_refunded_is_a_hundred_percent(engine, people, orders):
    people(2)
    for who, day, status in ((1, 2, "completed"), (1, 3, "completed"), (1, 12, "cancelled"),
                             (2, 12, "completed"), (2, 13, "cancelled"), (2, 14, "returned")):  # fmt: skip
        orders({"profile_id": who, "at": datetime(2026, 9, day), "revenue": 30, "status": status})
    found = figures(
        measure_kpis(engine, period=(datetime(2026, 9, 1), datetime(2026, 9, 15)), as_of=datetime(2026, 9, 15))
    )
    row = found["refund_rate"]
    assert row["value"] == 1
    assert 0 < row["low"] < row["high"] == 1


def test_means_of_few_unequal_values_say_so_and_stay_above_nothing(engine, people, orders):
    people(12)
    for who in range(1, 13):
        orders({"profile_id": who, "at": datetime(2026, 8, who), "revenue": 5_000 if who == 1 else 10})
    orders({"profile_id": 2, "at": datetime(2026, 12, 30), "revenue": 10})
    row = figures(measure_kpis(engine, period=HALF, as_of=END, kpis=["average_order_value"]))["average_order_value"]
    assert row["is_rough"]
    assert 0 < row["low"] < row["value"] < row["high"]
    engine.execute("UPDATE orders SET revenue = 10 + profile_id")
    row = figures(measure_kpis(engine, period=HALF, as_of=END, kpis=["average_order_value"]))["average_order_value"]
    assert not row["is_rough"]


def test_what_happens_at_the_end_is_outside(shop, orders):
    orders({"profile_id": 1, "at": END, "revenue": 1000})
    assert figures(measure_kpis(shop, period=HALF, as_of=END, kpis=["revenue"]))["revenue"]["value"] == 200


def test_channels_add_up_to_the_whole(shop):
    found = figures(measure_kpis(shop, period=HALF, as_of=END, kpis=["revenue"], by=["channel"]), "channel")
    assert {key[0]: row["value"] for key, row in found.items()} == {"web": 130, "store": 70}


def test_segments_come_from_a_segmentation(shop):
    shop.execute("INSERT INTO assignments VALUES (1, 'g', 'a', NULL), (2, 'g', 'b', NULL), (3, 'g', 'b', NULL)")
    found = figures(
        measure_kpis(shop, period=HALF, as_of=END, kpis=["revenue", "retention"], by=["segment"], segmentation="g"),
        "segment",
    )
    assert found["a", "revenue"]["value"] == 80
    assert found["b", "revenue"]["value"] == 20
    assert found["b", "retention"]["value"] == 0
    assert found["b", "retention"]["high"] is None


def test_a_campaign_counts_orders_of_those_it_met_after_it_met_them(shop):
    found = figures(measure_kpis(shop, period=HALF, as_of=END, kpis=["revenue", "sent"], by=["campaign"]), "campaign")
    assert found["c", "revenue"]["value"] == 80
    assert found["c", "sent"]["value"] == 2


@pytest.mark.parametrize(
    ("kpis", "by", "reason"),
    [
        pytest.param(["click_rate"], [], "no event named Message Clicked has been recorded", id="never-recorded"),
        pytest.param(["discount_share"], [], "no order tells its discount", id="a-column-never-filled"),
        pytest.param(["cost_per_message"], [], "the table costs is empty", id="no-spend-loaded"),
        pytest.param(["penetration"], ["channel"], "profiles is not known by channel", id="blind-dimension"),
    ],
)
def test_a_kpi_without_facts_says_why(shop, kpis, by, reason):
    (row,) = measure_kpis(shop, period=HALF, as_of=END, kpis=kpis, by=by).to_pylist()
    assert (row["value"], row["reason"]) == (None, reason)


def test_no_refunds_recorded_is_not_a_refund_rate_of_nothing(engine, orders):
    orders({"profile_id": 1, "at": datetime(2026, 8, 1), "revenue": 1})
    (row,) = measure_kpis(engine, period=HALF, as_of=END, kpis=["refund_rate"]).to_pylist()
    assert (row["value"], row["reason"]) == (None, "no refund or cancellation has been recorded")


def test_kpis_without_facts_are_left_out_unless_asked_for(shop):
    found = figures(measure_kpis(shop, period=HALF, as_of=END))
    assert "revenue" in found
    assert "click_rate" not in found


def test_labels_and_reasons_are_said_in_chinese(shop):
    (row,) = measure_kpis(shop, period=HALF, as_of=END, kpis=["click_rate"]).to_pylist()
    assert (row["label"].told("zh"), row["reason"].told("zh")) == ("点击率", "没有名为 Message Clicked 的事件记录")


def test_cost_per_contact_divides_spend_by_contacts(shop, events):
    shop.execute("INSERT INTO costs (occurred_on, channel, amount) VALUES ('2026-08-01', 'mail', 30)")
    events(*((k, "Campaign Contacted", datetime(2026, 8, 1), {"campaign": "x"}) for k in (1, 2, 3)))
    found = figures(measure_kpis(shop, period=HALF, as_of=END, kpis=["cost_per_contact", "acquisition_cost"]))
    assert found["cost_per_contact"]["value"] == 10
    assert found["acquisition_cost"]["value"] == 30
    assert found["cost_per_contact"]["low"] is None


def test_the_interval_of_a_ratio_is_clustered_by_profile(engine, people, orders, random):
    people(300)
    level = random.gamma(2, 10, 300)
    rows = [
        {"profile_id": k + 1, "at": datetime(2026, 8, 1 + n), "revenue": round(float(v + n), 2)}
        for k, v in enumerate(level)
        for n in range(4)
    ]
    orders(*rows)
    found = figures(measure_kpis(engine, period=HALF, as_of=END, kpis=["average_order_value"]))["average_order_value"]
    by_profile = [sum(r["revenue"] for r in rows if r["profile_id"] == k + 1) / 4 for k in range(300)]
    import numpy as np

    error = np.std(by_profile, ddof=1) / 300**0.5
    assert (found["high"] - found["low"]) / 2 == pytest.approx(1.968 * error, rel=1e-3)


def test_complete_journey_comes_out_as_counted_elsewhere(complete_journey):
    whole = (datetime(2017, 1, 1), datetime(2018, 2, 1))
    found = figures(measure_kpis(complete_journey, period=whole, as_of=whole[1]))
    assert found["revenue"]["value"] == pytest.approx(4596039.58, abs=0.01)
    assert found["orders"]["value"] == 155848
    assert found["buyers"]["value"] == 2469
    assert found["contacts"]["value"] == 6442
    assert found["redemption_rate"]["low"] < found["redemption_rate"]["value"] < found["redemption_rate"]["high"]


def test_complete_journeys_other_contacts_are_of_campaigns_before_its_first_order(complete_journey):
    """All 6,589 rows count in a period that holds them: 12, 17 and 118 are of 2016, whose orders nobody has."""
    begun = "SELECT variant_extract(properties, 'campaign')::VARCHAR AS campaign, count(*) AS n FROM events WHERE name = 'Campaign Contacted' AND occurred_at < (SELECT min(occurred_at) FROM orders) GROUP BY 1 ORDER BY 1"
    assert complete_journey.query(begun).to_pylist() == [
        {"campaign": "24", "n": 12},
        {"campaign": "25", "n": 17},
        {"campaign": "26", "n": 118},
    ]
    whole = (datetime(2016, 11, 1), datetime(2018, 2, 1))
    found = figures(measure_kpis(complete_journey, kpis=["contacts"], period=whole, as_of=whole[1]))
    assert found["contacts"]["value"] == 6589 == 6442 + 12 + 17 + 118


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        pytest.param({"kpis": ["revenu"]}, UnknownName, "did you mean 'revenue'", id="unknown-kpi"),
        pytest.param({"by": ["chanel"]}, UnknownName, "did you mean 'channel'", id="unknown-dimension"),
        pytest.param({"period": (END, YEAR[0])}, Refused, "is empty", id="empty-period"),
    ],
)
def test_a_wrong_question_is_refused(engine, arguments, error, words):
    with pytest.raises(error, match=words):
        measure_kpis(engine, **{"period": HALF, "as_of": END} | arguments)


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({"measures": {"a": {"event": "X"}}, "kpis": []}, id="neither-count-nor-sum"),
        pytest.param({"measures": {"a": {"event": "X", "count": "rows", "previous": "b"}}, "kpis": []}, id="two-kinds"),
        pytest.param({"measures": {}, "kpis": [{"name": "x"}]}, id="fields-missing"),
    ],
)
def test_a_bad_catalog_says_where(tree):
    with pytest.raises(BadDefinition, match=r"^kpis:"):
        kpi_catalog(tree)


def test_every_kpi_has_a_chinese_name():
    from coterie.words import say

    assert [k.label for k in ready_kpis().kpis if say(k.label, "zh") == k.label] == []
