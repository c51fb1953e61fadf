"""Figures of a base in which no two counts are alike, so that none can stand for another."""

import pytest

from coterie.allocate import BASE, channel_overlap, channel_performance, ready_channels, score_matrix
from coterie.allocate.facts import channel_facts

from .conftest import AS_OF


def order(engine, number, profile, at, revenue, channel):
    engine.execute(
        "INSERT INTO orders (order_id, profile_id, occurred_at, revenue, status, channel) "
        "VALUES ($id, $p, $at::TIMESTAMP, $v, 'completed', $c)",
        {"id": number, "p": profile, "at": at, "v": revenue, "c": channel},
    )


@pytest.fixture
def apart(engine):
    """100 people, 80 of them mailed, 10 twice, 60 of whom bought within the window and 20 of these redeemed; 40 buyers in the store with 45 orders, 10 of whom bought online too."""
    engine.execute(
        "INSERT INTO events (event_id, profile_id, name, occurred_at, channel) SELECT 'm' || i, i, 'Message Sent', "
        "CASE WHEN i <= 60 THEN TIMESTAMP '2026-05-20' ELSE TIMESTAMP '2026-01-10' END, 'E-Mail' FROM range(1, 81) AS t(i)"
    )
    engine.execute(
        "INSERT INTO events (event_id, profile_id, name, occurred_at, channel) "
        "SELECT 'n' || i, i, 'Campaign Contacted', TIMESTAMP '2026-05-21', 'E-Mail' FROM range(1, 11) AS t(i)"
    )
    engine.execute(
        "INSERT INTO events (event_id, profile_id, name, occurred_at) "
        "SELECT 'r' || i, i, 'Coupon Redeemed', TIMESTAMP '2026-05-25' FROM range(1, 21) AS t(i)"
    )
    for n in range(1, 11):
        order(engine, f"w{n}", n, "2026-06-02", 5, "web")
    for n in range(1, 6):
        order(engine, f"s{n}", n, "2026-06-03", 10, "store")
    return engine


def figures(engine, **arguments):
    table = channel_performance(engine, ready_channels(), as_of=AS_OF, segmentation="worth", **arguments)
    return {(r["channel"], r["segment"], r["measure"]): r for r in table.to_pylist()}


@pytest.mark.parametrize(
    ("channel", "segment", "measure", "value"),
    [
        pytest.param("store", BASE, "average_order_value", 4050 / 45, id="by-orders-and-not-by-buyers"),
        pytest.param("store", BASE, "overlap", 10 / 40, id="of-buyers-and-not-of-orders"),
        pytest.param("email", BASE, "contacts", 90, id="contacts-and-not-people"),
        pytest.param("email", BASE, "coverage", 80 / 100, id="people-and-not-contacts"),
        pytest.param("email", BASE, "conversion", 60 / 80, id="of-people-met"),
        pytest.param("email", BASE, "redemption", 20 / 80, id="of-people-met-too"),
        pytest.param("email", BASE, "cost_per_contact", 0.005, id="by-contact"),
    ],
)
def test_every_share_has_its_own_denominator(apart, channel, segment, measure, value):
    assert figures(apart)[channel, segment, measure]["value"] == pytest.approx(value)


def test_return_on_cost_is_what_is_left_of_each_unit_spent(apart):
    apart.execute("INSERT INTO costs (occurred_on, channel, amount) VALUES ('2026-05-20', 'web', 100)")
    # 60 orders of 10 and 10 of 5 online.
    assert figures(apart)["web", BASE, "return_on_cost"]["value"] == pytest.approx(650 / 100 - 1)


def test_a_fixed_cost_counts_months_and_does_not_divide_by_segment(apart):
    apart.execute("UPDATE events SET channel = 'display' WHERE name = 'Message Sent'")
    found = figures(apart)
    assert found["store_display", BASE, "cost"]["value"] == pytest.approx(2000 * 365 / 30.4375)
    assert found["store_display", "best", "cost"]["reason"] == "a fixed cost does not divide by segment"


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        pytest.param("2025-07-01 00:00:00", True, id="at-its-first-instant"),
        pytest.param("2025-06-30 23:59:59", False, id="before-it"),
        pytest.param("2026-07-01 00:00:00", False, id="at-its-end"),
    ],
)
def test_the_period_counts_its_first_instant_and_not_its_end(engine, at, counts):
    order(engine, "edge", 1, at, 1000, "web")
    facts = channel_facts(engine, ready_channels(), as_of=AS_OF, segmentation="worth")
    assert facts.cell(BASE, "web").orders == 60 + counts
    assert facts.segments["best"].value == pytest.approx(100 + 25 * counts)
    assert figures(engine)["web", BASE, "orders"]["value"] == 60 + counts
    overlap = channel_overlap(engine, ready_channels(), as_of=AS_OF).to_pylist()
    assert [(r["channel"], r["other"]) for r in overlap] == ([("store", "web"), ("web", "store")] if counts else [])
    engine.execute(
        "INSERT INTO costs (occurred_on, channel, amount) VALUES ($at::TIMESTAMP::DATE, 'web', 7)", {"at": at}
    )
    assert channel_facts(engine, ready_channels(), as_of=AS_OF).costs == ({"web": 7} if counts else {})


def test_sales_of_the_period_before_end_where_this_one_begins(engine):
    order(engine, "before", 1, "2024-07-02", 20, "web")
    order(engine, "edge", 2, "2025-07-01", 5, "web")
    cell = channel_facts(engine, ready_channels(), as_of=AS_OF).cell(BASE, "web")
    assert (cell.revenue, cell.revenue_before) == (605, 20)


def test_an_answer_comes_from_its_contact_until_its_window_ends(engine):
    for person, bought in ((1, "2026-03-01 12:00"), (2, "2026-03-31 12:00"), (3, "2026-03-31 11:59")):
        engine.execute(
            "INSERT INTO events (event_id, profile_id, name, occurred_at, channel) "
            "VALUES ($id, $p, 'Message Sent', '2026-03-01 12:00', 'sms')",
            {"id": f"m{person}", "p": person},
        )
        order(engine, f"a{person}", person, bought, 1, "web")
    cell = channel_facts(engine, ready_channels(), as_of=AS_OF).cell(BASE, "sms")
    assert (cell.reached, cell.responders) == (3, 2)


@pytest.mark.parametrize(("first", "covers"), [("2024-08-06", True), ("2024-08-07", False)])
def test_orders_may_begin_a_tenth_late_to_cover_the_period_before(engine, first, covers):
    order(engine, "first", 1, first, 5, "web")
    assert channel_facts(engine, ready_channels(), as_of=AS_OF).covers_before == covers


@pytest.mark.parametrize(("valued", "is_lifetime"), [(20, True), (19, False)])
def test_lifetime_value_speaks_where_half_of_each_segment_have_one(engine, valued, is_lifetime):
    engine.execute(
        "INSERT INTO scores (profile_id, score, value, as_of) SELECT i, 'lifetime_value', 7, TIMESTAMP '2026-06-30' "
        "FROM range(41 - $n, 101) AS t(i)",
        {"n": valued},
    )
    engine.execute(
        "INSERT INTO scores (profile_id, score, value, as_of) SELECT i, 'lifetime_value', 900, TIMESTAMP '2026-06-01' "
        "FROM range(41 - $n, 101) AS t(i)",
        {"n": valued},
    )
    best = channel_facts(engine, ready_channels(), as_of=AS_OF, segmentation="worth").segments["best"]
    assert (best.value_is_lifetime, best.value) == (is_lifetime, pytest.approx(7 if is_lifetime else 100))


def test_people_of_two_addresses_are_reached_once(engine):
    engine.execute(
        "INSERT INTO identifiers (identifier_id, namespace, value, profile_id) "
        "SELECT 1000 + i, 'email', i || '@y.example', i FROM range(1, 101) AS t(i) WHERE i % 2 = 0"
    )
    cell = score_matrix(engine, ready_channels(), as_of=AS_OF, segmentation="worth").cell("best", "email")
    assert cell.capability.figures["reach"] == 0.5


def test_who_bought_elsewhere_only_before_the_period_is_no_buyer_of_two_channels(engine):
    order(engine, "old", 1, "2025-01-01", 5, "web")
    assert channel_facts(engine, ready_channels(), as_of=AS_OF).cell(BASE, "store").also_elsewhere == 0
