"""Past contacts without a holdout are compared with care, and the checks can fail."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from coterie.domain import Estimate, NotEstimable
from coterie.measure import compare_matched

CONTACTED = datetime(2026, 6, 1, 3)
END = datetime(2026, 8, 1)


@pytest.fixture
def past(engine):
    """1,200 weekly buyers; the better ones were contacted; ``lift`` is what each bought more after it."""

    random = np.random.default_rng(0)

    def fill(*, lift, dip=0.0, n=1200):
        level = random.gamma(4, 5, n)
        contacted = random.random(n) < 1 / (1 + np.exp(-(level - 20) / 10))
        weeks = np.arange(-20, 8)
        at = [CONTACTED + timedelta(days=7 * int(w), hours=2) for w in weeks]
        amount = np.maximum(level[:, None] + random.normal(0, 4, (n, len(weeks))), 0.1)
        amount[np.ix_(contacted, (weeks >= 0) & (weeks < 4))] += lift / 4
        amount[np.ix_(contacted, (weeks >= -12) & (weeks < -8))] += dip / 4
        engine.write(
            "orders",
            pa.table(
                {
                    "order_id": [f"{p}-{w}" for p in range(n) for w in weeks],
                    "profile_id": np.repeat(np.arange(n), len(weeks)),
                    "occurred_at": pa.array([t for _ in range(n) for t in at], pa.timestamp("us")),
                    "revenue": amount.ravel(),
                    "status": ["completed"] * amount.size,
                }
            ),
        )
        engine.write("_contacted", pa.table({"profile_id": np.flatnonzero(contacted)}), append=False)
        engine.execute(
            "INSERT INTO events (event_id, profile_id, name, occurred_at, properties) SELECT profile_id::VARCHAR, "
            "profile_id, 'Campaign Contacted', $at, {'campaign': 'c1', 'campaign_type': 'letter'}::VARIANT "
            "FROM _contacted",
            {"at": CONTACTED},
        )

    return fill


def test_a_planted_effect_is_found_and_passes_its_checks(engine, past):
    past(lift=12.0)
    (found,) = compare_matched(engine, as_of=END)
    assert found.matched.low <= 12 <= found.matched.high
    assert found.matched.low > 5
    assert (found.verdict, found.reasons) == ("credible", ())
    assert found.placebo.low <= 0 <= found.placebo.high
    assert "spent $" in found.sentences()[0]
    assert "人均多消费" in found.sentences()[0].told("zh")


def test_no_effect_is_told_from_chance_where_there_is_none(engine, past):
    past(lift=0.0)
    (found,) = compare_matched(engine, as_of=END)
    assert found.matched.low <= 0 <= found.matched.high
    assert "told from chance" in found.sentences()[0]


def test_a_difference_before_the_contact_takes_the_credit_away(engine, past):
    past(lift=0.0, dip=40.0)
    (found,) = compare_matched(engine, as_of=END)
    assert found.verdict == "not credible"
    assert "not credible" in found.sentences()[0]


def test_the_same_seed_gives_the_same_result(engine, past):
    past(lift=5.0)
    assert compare_matched(engine, as_of=END, seed=3) == compare_matched(engine, as_of=END, seed=3)


def test_many_contacts_are_sampled_and_said_to_be(engine, past):
    past(lift=12.0)
    (found,) = compare_matched(engine, as_of=END, most_treated=150)
    assert (found.compared, found.is_sampled) == (150, True)
    assert found.matched.low <= 12 <= found.matched.high
    assert any("random sample" in sentence for sentence in found.sentences())


def test_a_window_that_is_not_over_is_not_read(engine, past):
    past(lift=5.0)
    (found,) = compare_matched(engine, as_of=CONTACTED + timedelta(days=20))
    assert isinstance(found.matched, NotEstimable)
    assert (found.compared, found.verdict) == (0, "not estimable")
    assert "cannot be estimated" in found.sentences()[0]


def test_no_controls_left_is_no_estimate(engine, past):
    past(lift=5.0)
    engine.execute(
        "INSERT INTO events (event_id, profile_id, name, occurred_at, properties) SELECT 'x' || i, i, "
        "'Campaign Contacted', $at, {'campaign': 'c1', 'campaign_type': 'letter'}::VARIANT FROM range(1200) AS t(i)",
        {"at": CONTACTED},
    )
    (found,) = compare_matched(engine, as_of=END)
    assert isinstance(found.matched, NotEstimable)
    assert isinstance(found.difference, NotEstimable)
    assert isinstance(found.before_after, Estimate)


def test_no_contacts_at_all_is_an_empty_answer(engine):
    assert compare_matched(engine, as_of=END) == ()


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("verdict", ["credible", "indicative"])
def test_more_and_less_are_said_by_the_sign_and_the_amount_has_none(engine, past, verdict, sign):
    past(lift=12.0)
    (found,) = compare_matched(engine, as_of=END)
    low, high = sorted((5.0 * sign, 19.0 * sign))
    matched = replace(found.matched, value=12.0 * sign, low=low, high=high)
    english, chinese = (
        replace(found, matched=matched, verdict=verdict).sentences()[0].told(lang) for lang in ("en", "zh")
    )
    assert f"spent $12.00 {'more' if sign > 0 else 'less'} each" in english
    assert f"人均{'多' if sign > 0 else '少'}消费 $12.00" in chinese
    assert ("with reservations" in english) == ("有保留地说" in chinese) == (verdict == "indicative")


def test_days_whose_orders_were_not_loaded_are_no_window(engine, past):
    past(lift=12.0)
    engine.execute("DELETE FROM orders WHERE occurred_at >= $at", {"at": CONTACTED + timedelta(days=10)})
    (found,) = compare_matched(engine, as_of=END)
    assert (found.compared, found.left_out) == (0, found.contacts)
    assert isinstance(found.matched, NotEstimable)


def test_a_campaign_of_many_days_is_compared_with_a_bounded_number_of_others(engine, past):
    """A mail that goes out by itself every day is as many waves; a thousand controls to each were 100,000 rows."""
    past(lift=0.0)
    engine.execute("UPDATE events SET occurred_at = occurred_at - to_days((profile_id % 60)::INTEGER)")
    (found,) = compare_matched(engine, as_of=END, most_treated=400)
    assert found.waves > 30
    assert found.compared <= 400
    assert found.controls <= 5 * 400


def test_complete_journeys_types_are_each_read_with_their_checks(complete_journey):
    found = compare_matched(complete_journey, as_of=datetime(2018, 1, 1))
    assert [c.group for c in found] == ["Type A", "Type B", "Type C"]
    assert sum(c.contacts for c in found) == 6589
    for comparison in found:
        assert isinstance(comparison.matched, Estimate)
        before, after = ([abs(getattr(b, k)) for b in comparison.balance] for k in ("before", "after"))
        assert max(after) < 0.2 < max(before)
        assert all(said.told("zh") != said for said in comparison.sentences())


@pytest.mark.parametrize(
    ("contacted", "bought", "counts"),
    [
        pytest.param("2026-06-01 15:00", "2026-06-01 09:00", 0, id="bought-before-the-contact-of-that-day"),
        pytest.param("2026-06-01 15:00", "2026-06-01 15:00", 0, id="bought-at-its-instant"),
        pytest.param("2026-06-01 15:00", "2026-06-01 15:01", 1, id="bought-after-it"),
        pytest.param("2026-06-01 00:00", "2026-06-01 09:00", 0, id="only-the-day-is-known"),
        pytest.param("2026-06-01 00:00", "2026-06-02 00:00", 1, id="the-day-after"),
        pytest.param("2026-06-01 15:00", "2026-06-29 14:59", 1, id="the-last-minute"),
        pytest.param("2026-06-01 15:00", "2026-06-29 15:00", 0, id="the-window-is-over"),
    ],
)
def test_a_window_begins_after_the_contact_and_not_at_its_midnight(engine, orders, events, contacted, bought, counts):
    from coterie.measure.past_campaigns import _Spec, _units

    for profile in (1, 2):
        orders({"profile_id": profile, "at": datetime(2026, 1, 1), "revenue": 5})
    orders({"profile_id": 1, "at": datetime.fromisoformat(bought), "revenue": 10})
    events((1, "Campaign Contacted", datetime.fromisoformat(contacted), {"campaign": "c", "campaign_type": "t"}))
    spec = _Spec(
        "Campaign Contacted", "campaign_type", "Order Completed", "revenue", timedelta(56), timedelta(28), 0, 20
    )
    rows = {row["treated"]: row for row in _units(engine, spec, "t", END).to_pylist()}
    assert rows[True]["outcome"] == 10 * counts
    assert rows[False]["outcome"] == 0


T = datetime.fromisoformat
SPEC = ("Campaign Contacted", "campaign_type", "Order Completed", "revenue", timedelta(56), timedelta(28), 0, 20)


def units_of(engine):
    """Rows of the one campaign type by profile and whether it is a contact or a control."""
    from coterie.measure.past_campaigns import _Spec, _units

    return {(row["profile_id"], row["treated"]): row for row in _units(engine, _Spec(*SPEC), "t", END).to_pylist()}


def contact(profile, at):
    return (profile, "Campaign Contacted", T(at), {"campaign": "c", "campaign_type": "t"})


@pytest.mark.parametrize(
    ("other", "is_control", "crossed"),
    [
        pytest.param("2026-06-20 12:00", True, True, id="contacted-later-in-the-window"),
        pytest.param("2026-06-02 00:00", True, True, id="contacted-on-the-next-day"),
        pytest.param("2026-06-29 14:59", True, True, id="contacted-in-the-last-minute-of-the-window"),
        pytest.param("2026-06-29 15:00", True, False, id="contacted-when-the-window-is-over"),
        pytest.param("2026-05-20 12:00", False, None, id="contacted-shortly-before"),
        pytest.param("2026-04-06 15:00", False, None, id="contacted-just-56-days-before"),
        pytest.param("2026-04-06 14:59", True, False, id="contacted-longer-ago"),
    ],
)
def test_a_control_is_chosen_by_what_was_so_when_its_wave_was_sent(engine, orders, events, other, is_control, crossed):
    for profile in (1, 2):
        orders({"profile_id": profile, "at": datetime(2026, 1, 1), "revenue": 5})
    events(contact(1, "2026-06-01 09:00"), contact(3, "2026-06-01 15:00"), contact(2, other))
    rows = units_of(engine)
    assert ((2, False) in rows and rows[2, False]["wave"] == rows[1, True]["wave"]) == is_control
    if is_control:
        assert rows[2, False]["crossed"] == crossed


def test_a_control_stands_at_the_last_contact_of_its_wave(engine, orders, events):
    """What it bought while the wave went out is its past: those contacted for buying in that time are no controls."""
    for profile in (1, 2):
        orders({"profile_id": profile, "at": datetime(2026, 1, 1), "revenue": 5})
    for at in ("2026-06-01 14:00", "2026-06-01 16:00"):
        orders({"profile_id": 1, "at": T(at), "revenue": 7}, {"profile_id": 2, "at": T(at), "revenue": 7})
    events(contact(1, "2026-06-01 09:00"), contact(3, "2026-06-01 15:00"))
    rows = units_of(engine)
    assert [rows[1, True][k] for k in ("spend", "outcome")] == [0, 14]
    assert [rows[2, False][k] for k in ("spend", "outcome")] == [7, 7]


@pytest.mark.parametrize(
    ("returned", "spend"),
    [
        pytest.param("2026-05-31 12:00", 3, id="before-the-contact"),
        pytest.param("2026-06-01 09:00", 10, id="at-its-instant"),
        pytest.param("2026-06-10 12:00", 10, id="after-it"),
    ],
)
def test_what_came_back_after_the_contact_is_not_taken_off_what_was_spent_before(
    engine, orders, events, returned, spend
):
    orders({"profile_id": 1, "at": datetime(2026, 1, 1), "revenue": 5})
    orders({"profile_id": 1, "at": T("2026-05-20 12:00"), "revenue": 10})
    orders({"profile_id": 1, "at": T("2026-06-05 12:00"), "revenue": 10})
    engine.execute(
        "CREATE TABLE order_revisions AS SELECT *, CAST(NULL AS TIMESTAMP) AS stands_from FROM orders LIMIT 0"
    )
    for bought, back in (("2026-05-20 12:00", returned), ("2026-06-05 12:00", "2026-06-11 12:00")):
        bound = {"back": T(back), "bought": T(bought)}
        engine.execute("UPDATE orders SET stands_until = $back WHERE occurred_at = $bought", bound)
        engine.execute(
            "INSERT INTO order_revisions BY NAME SELECT * REPLACE (3 AS revenue, NULL AS stands_until), "
            "$back AS stands_from FROM orders WHERE occurred_at = $bought",
            bound,
        )
    events(contact(1, "2026-06-01 09:00"))
    row = units_of(engine)[1, True]
    assert [row[k] for k in ("spend", "orders", "recent spend", "outcome")] == [spend, 1, spend, 3]
