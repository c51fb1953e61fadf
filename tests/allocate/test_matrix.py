"""The matrix follows its three principles, keeps its reasons and lets itself be overruled."""

import pytest
from pydantic import ValidationError

from coterie.allocate import CellOverride, PrincipleWeights, ready_channels, score_matrix
from coterie.errors import NotReady, UnknownName

from .conftest import AS_OF


def matrix(engine, **arguments):
    return score_matrix(engine, ready_channels(), as_of=AS_OF, segmentation="worth", **arguments)


def test_there_is_a_cell_for_every_segment_and_channel(engine):
    found = matrix(engine)
    assert found.segments == ("best", "rest")
    assert len(found.cells) == 2 * len(ready_channels().channels)
    assert all(0 <= cell.score <= 1 for cell in found.cells)


def test_valuable_segments_get_attention_and_others_thrift(engine):
    found = matrix(engine, weights=PrincipleWeights(value=1, preference=0, capability=0))
    assert found.cell("best", "direct_mail").score > found.cell("best", "television").score
    assert found.cell("rest", "call_center").score < found.cell("rest", "email").score


def test_a_contact_dearer_than_its_customer_scores_nothing(engine):
    cell = matrix(engine).cell("rest", "call_center")
    assert cell.value.figures["left_after_cost"] < 0
    assert cell.value.score == 0
    assert "customer value counts no more than that" in cell.reasons()[1]


def test_a_forecast_that_lost_to_a_naive_guess_values_nobody(engine):
    engine.execute(
        "INSERT INTO scores (profile_id, score, value, as_of) SELECT profile_id, 'lifetime_value', "
        "CASE WHEN profile_id <= 40 THEN 7 ELSE 700 END, TIMESTAMP '2026-07-01' FROM profiles"
    )
    worth = {
        is_sound: [matrix(engine, is_forecast_sound=is_sound).cell(s, "email") for s in ("best", "rest")]
        for is_sound in (True, False)
    }
    assert [cell.value.figures["value"] for cell in worth[True]] == [7, 700]
    assert [cell.value.figures["value"] for cell in worth[False]] == [100, 10]
    assert "is worth 7 " in worth[True][0].reasons()[0]
    assert "brought 100 in the period (no. 1 of 2" in worth[False][0].reasons()[0]


def test_segments_prefer_the_channel_they_buy_through(engine):
    found = matrix(engine)
    assert found.cell("best", "store").preference.score == 1
    # None of its 40 orders, mixed with 20 in the base's proportions (8 store, 12 web): 12 against 48.
    assert found.cell("best", "web").preference.score == pytest.approx(0.25)
    assert found.cell("rest", "web").preference.score == 1


def test_response_counts_against_the_base(mailed):
    found = matrix(mailed)
    assert found.cell("best", "email").preference.score > 0.5 > found.cell("rest", "email").preference.score


def test_preference_is_the_mean_of_buying_and_answering_where_both_are_known(mailed):
    """The call center sells and contacts: its orders and its contacts are those of the shop's best here."""
    mailed.execute("UPDATE orders SET channel = 'Call Center' WHERE channel = 'POS'")
    buying = matrix(mailed).cell("best", "call_center").preference.score
    mailed.execute("UPDATE events SET channel = 'Call Center' WHERE name = 'Message Sent'")
    mailed.execute("UPDATE orders SET channel = 'POS' WHERE channel = 'Call Center'")
    answering = matrix(mailed).cell("best", "call_center").preference.score
    mailed.execute("UPDATE orders SET channel = 'Call Center' WHERE channel = 'POS'")
    both = matrix(mailed).cell("best", "call_center").preference.score
    assert buying == 1
    assert 0.5 < answering < 1
    assert both == pytest.approx((buying + answering) / 2)


def test_a_principle_without_evidence_does_not_count_and_says_so(engine):
    cell = matrix(engine).cell("best", "television")
    assert cell.preference.score is None
    assert cell.score == pytest.approx((cell.value.score**0.35 * cell.capability.score**0.25) ** (1 / 0.6))
    assert "does not count" in cell.reasons()[1]
    assert "不计入" in cell.reasons()[1].told("zh")


def test_a_channel_that_reaches_nobody_is_ruled_out_whatever_else_speaks_for_it(engine):
    engine.execute("DELETE FROM identifiers WHERE namespace = 'email' AND profile_id <= 40")
    cell = matrix(engine).cell("best", "email")
    assert cell.value.score > 0.5
    assert (cell.capability.score, cell.score) == (0, 0)
    assert "Ruled out" in cell.reasons()[0]
    assert "排除" in cell.reasons()[0].told("zh")


def test_reach_is_counted_from_identifiers(engine):
    assert matrix(engine).cell("best", "email").capability.figures["reach"] == 0.5


@pytest.mark.parametrize(
    ("channel", "evidence"),
    [
        pytest.param("store", "observed", id="orders-came-through-it"),
        pytest.param("email", "reachable", id="addresses-are-held"),
        pytest.param("television", "assumed", id="only-the-register-speaks"),
    ],
)
def test_a_cell_tells_what_it_rests_on(engine, channel, evidence):
    assert matrix(engine).cell("best", channel).evidence == evidence


def test_the_best_can_be_limited_to_what_has_evidence(engine):
    assert {c.channel for c in matrix(engine).best("best", 9, evidenced=True)} == {"store", "web", "email"}


def test_ranks_order_the_channels_of_a_segment(engine):
    row = sorted((c for c in matrix(engine).cells if c.segment == "best"), key=lambda c: c.rank)
    assert [c.rank for c in row] == list(range(1, len(row) + 1))
    assert [c.score for c in row] == sorted((c.score for c in row), reverse=True)


def test_an_override_stands_beside_the_computed_score(engine):
    override = CellOverride(segment="best", channel="television", score=0.99, reason="a launch on TV", author="Ana")
    cell = matrix(engine, overrides=[override]).cell("best", "television")
    assert (cell.score, cell.rank) == (0.99, 1)
    assert cell.computed == matrix(engine).cell("best", "television").score
    assert "a launch on TV" in cell.reasons()[0]


def test_a_person_who_sets_nothing_rules_out_and_no_principle_does(engine):
    override = CellOverride(segment="best", channel="store", score=0, reason="closed for repairs")
    cell = matrix(engine, overrides=[override]).cell("best", "store")
    assert (cell.score, cell.computed > 0) == (0, True)
    assert not any("Ruled out" in each for each in cell.reasons())


def test_the_same_data_gives_the_same_matrix(mailed):
    assert matrix(mailed).table().equals(matrix(mailed).table())


def test_unknown_channel_values_are_told(engine):
    engine.execute("UPDATE orders SET channel = 'Kiosk' WHERE profile_id <= 5")
    facts = matrix(engine).facts
    assert facts.unmapped == {"Kiosk": 5}
    assert "is called Kiosk (5)" in facts.unmapped_in_words()
    assert "aliases: [Kiosk]" in facts.unmapped_in_words().told("zh")


def test_channels_all_known_need_no_words(engine):
    assert matrix(engine).facts.unmapped_in_words() is None


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param({"segmentation": "nothing"}, NotReady, id="no-such-segmentation"),
        pytest.param({"segmentation": None}, NotReady, id="no-segments-yet"),
        pytest.param(
            {"overrides": [CellOverride(segment="bst", channel="email", score=1, reason="x")]},
            UnknownName,
            id="override-of-no-cell",
        ),
    ],
)
def test_a_wrong_request_is_refused(engine, arguments, error):
    with pytest.raises(error):
        score_matrix(engine, ready_channels(), **{"as_of": AS_OF, "segmentation": "worth"} | arguments)


def test_weights_of_nothing_are_refused():
    with pytest.raises(ValidationError, match="at least one principle"):
        PrincipleWeights(value=0, preference=0, capability=0)


def test_memberships_serve_as_segments(engine):
    engine.execute("CREATE VIEW memberships AS SELECT 'even' AS segment, i AS profile_id FROM range(2, 101, 2) AS t(i)")
    found = score_matrix(engine, ready_channels(), as_of=AS_OF)
    assert found.segments == ("even",)
    assert found.cell("even", "email").capability.figures["reach"] == 1


def test_lifetime_value_outranks_past_revenue(engine):
    engine.execute(
        "INSERT INTO scores SELECT i, 'm', 'lifetime_value', 1000 - i, NULL, NULL, NULL FROM range(1, 101) AS t(i)"
    )
    facts = matrix(engine).facts.segments
    assert facts["best"].value_is_lifetime
    assert facts["best"].value == pytest.approx(979.5)


def test_no_more_than_what_is_left_of_the_value_counts_though_the_attention_fits(engine):
    cell = matrix(engine).cell("best", "call_center")
    left = cell.value.figures["left_after_cost"]
    assert 0 < left < 1
    assert cell.value.score == pytest.approx(left)


def test_who_brought_nothing_is_worth_no_contact_that_costs(engine):
    engine.execute("UPDATE orders SET revenue = 0 WHERE profile_id > 40")
    cell = matrix(engine).cell("rest", "email")
    assert (cell.value.figures["left_after_cost"], cell.value.score) == (0, 0)


def test_the_share_of_orders_told_is_that_of_the_segment(engine):
    engine.execute("UPDATE orders SET channel = 'web' WHERE profile_id <= 10")
    found = matrix(engine)
    shares = {name: found.cell("best", name).preference.figures["order_share"] for name in ("store", "web")}
    assert shares == {"store": 0.75, "web": 0.25}
