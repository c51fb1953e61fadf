from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coterie.decide import Audience, Rules, audience, plan_campaign
from coterie.decide.goals import forward_rate
from coterie.domain import Origin
from coterie.errors import NotPermitted, NotReady, Refused, UnknownName
from coterie.protect import suppress
from coterie.segment import SegmentDefinition
from coterie.settings import WorkspaceSettings
from tests.decide.conftest import KEY, NOW, Shop, campaign
from tests.laws import tries


def queued(shop: Shop, name: str = "spring") -> dict[int, str]:
    with shop.ledger.reading() as t:
        rows = t.outbox.messages(Origin("campaign", name))
    return dict(zip(rows["profile_id"].to_pylist(), rows["address"].to_pylist(), strict=True))


def exposed(shop: Shop, name: str = "spring") -> dict[int, str]:
    with shop.ledger.reading() as t:
        rows = t.exposures.of(Origin("campaign", name))
    return dict(zip(rows["profile_id"].to_pylist(), rows["arm"].to_pylist(), strict=True))


def test_meant_is_reachable_plus_refused(shop):
    shop.say(("p4@example.com", "withdrawn"), ("p12@example.com", "denied"), at=NOW)
    suppress(shop.ledger, KEY, "email", ["p20@example.com"], reason="bounced", source="smtp", now=NOW)
    shop.engine.execute("DELETE FROM identifiers WHERE value IN ('p6@example.com', 'p24@example.com')")
    shop.engine.execute("UPDATE identifiers SET value = 'none' WHERE value = 'p26@example.com'")
    shop.add_identifiers((30, "email", "P28@example.com"))
    plan = shop.plan(campaign(audience={"segments": ["vip"], "exclude": ["recent"]}))
    assert plan.refused == {
        "suppressed": 1,
        "consent_denied": 1,  # profile 4 is excluded already
        "no_address": 2,  # one of whom is left out besides
        "bad_address": 1,
        "duplicate_address": 1,
        "excluded": 4,
    }
    assert plan.audience == 50 == plan.reachable + sum(plan.refused.values())
    assert plan.reachable == plan.contacts + plan.arms["holdout"]


@pytest.mark.parametrize(
    ("audience", "size"),
    [
        pytest.param({"segments": ["vip"]}, 50, id="one-segment"),
        pytest.param({"segments": ["vip", "recent"]}, 55, id="any-of-two"),
        pytest.param({"segments": ["vip", "recent"], "match": "all"}, 5, id="all-of-two"),
        pytest.param({"everybody": True}, 100, id="everybody"),
    ],
)
def test_the_audience_is_who_is_meant(shop, audience, size):
    assert shop.plan(campaign(audience=audience)).audience == size


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        pytest.param(
            {"audience": {"segments": ["nobody"]}}, "would send to nobody: no customer", id="an-empty-segment"
        ),
        pytest.param({"purpose": "surveys"}, "would send to nobody: no one in its audience may", id="nobody-agreed"),
        pytest.param(
            {"holdout": 0.999999}, "nobody: all 50 who may be written to are in the holdout", id="all-held-out"
        ),
        pytest.param({"audience": {"everybody": True}}, "meant for everybody: all 100 customers", id="everybody"),
        pytest.param({"audience": {"segments": ["all"]}}, "meant for everybody", id="a-segment-of-everybody"),
        pytest.param({"holdout": 0}, "has no holdout", id="no-holdout"),
    ],
)
def test_a_plan_says_the_alarming_thing_first(shop, changes, first):
    shop.engine.execute("ALTER TABLE membership_flags ADD COLUMN nobody BOOLEAN DEFAULT FALSE")
    shop.engine.execute('ALTER TABLE membership_flags ADD COLUMN "all" BOOLEAN DEFAULT TRUE')
    plan = shop.plan(campaign(**changes))
    assert first in plan.sentences()[0]
    assert plan.sentences()[0].told("zh") != plan.sentences()[0]


def test_an_ordinary_plan_raises_no_alarm(shop):
    plan = shop.plan(campaign(cost={"per_contact": 0.5, "fixed": 10}))
    assert plan.warnings() == ()
    assert plan.cost == 10 + 0.5 * plan.contacts
    assert plan.figures().reachable == 50


def test_without_a_holdout_everybody_reachable_is_contacted(shop):
    plan = shop.plan(campaign(holdout=0))
    assert (plan.reachable, plan.contacts) == (50, 50)


def test_a_launch_to_nobody_is_refused_with_its_reasons(shop):
    with pytest.raises(Refused, match=r"would send to nobody.*no consent for this purpose"):
        shop.launch(campaign(purpose="surveys"))
    assert queued(shop) == exposed(shop) == {}


def test_a_launch_exposes_every_arm_and_queues_all_but_the_holdout(shop):
    result = shop.launch(campaign(holdout=0.3))
    arms = exposed(shop)
    held = {profile for profile, arm in arms.items() if arm == "holdout"}
    assert held
    assert set(queued(shop)) == set(arms) - held
    assert (result.exposed, result.queued, result.is_new) == (50, 50 - len(held), True)
    with shop.ledger.reading() as t:
        assert set(t.exposures.of(Origin("campaign", "spring"))["propensity"].to_pylist()) == {0.3, 0.7}
        assert t.launches.one("spring").as_of == NOW
    assert shop.ledger.breaches() == []


def test_launching_again_adds_nobody(shop):
    shop.launch(campaign())
    before = (queued(shop), exposed(shop))
    shop.engine.execute("UPDATE membership_flags SET vip = TRUE")
    again = shop.launch(campaign(), now=NOW + timedelta(days=1))
    assert (again.exposed, again.queued, again.is_new) == (0, 0, False)
    assert (queued(shop), exposed(shop)) == before


def test_the_audience_is_frozen_at_the_plan(shop):
    from coterie.decide import launch_campaign

    plan = shop.plan(campaign())
    shop.engine.execute("UPDATE membership_flags SET vip = FALSE")
    launch_campaign(shop.ledger, KEY, plan, now=NOW, actor="test")
    assert len(exposed(shop)) == 50


def test_profiles_that_share_an_address_get_one_message_and_one_arm(shop):
    """Reliability B8: whatever the spelling, and never through the back of a holdout."""
    for profile, spelling in ((4, "Shared@Example.com"), (6, "shared@example.com "), (8, "SHARED@EXAMPLE.COM")):
        shop.add_identifiers((profile, "email", spelling))
    shop.say(("shared@example.com", "granted"))
    for number in range(20):
        name = f"c{number}"
        shop.launch(campaign(name=name, holdout=0.5))
        spelt = [address for address in queued(shop, name).values() if address.lower() == "shared@example.com"]
        arms = exposed(shop, name)
        assert {4, 6, 8} & set(arms) == {4}
        assert len(spelt) == (arms[4] != "holdout")


@pytest.mark.parametrize(
    ("held", "closed", "left_out"),
    [
        pytest.param(["a", "a", "a"], "", [1, 2], id="the-lowest-stands"),
        pytest.param(["a", "ab", "b"], "", [1], id="who-shares-with-one-left-out-stands"),
        pytest.param(["a", "ab", "bc", "c"], "", [1, 3], id="and-leaves-out-the-next"),
        pytest.param(["a", "b", "ab", "b"], "", [2, 3], id="either-of-two-addresses-is-shared"),
        pytest.param(["a", "a", "a"], "0", [2], id="who-is-refused-stands-for-nobody"),
        pytest.param(["A", "A"], "", [], id="a-phone-is-no-address-of-this-channel"),
    ],
)
def test_of_those_who_share_an_address_the_lowest_stands(held, closed, left_out):
    """``held``: the addresses of each, in small letters, and their phones, in capitals."""
    identities = [[f"{'email' if each.islower() else 'phone'}:{each}" for each in own] for own in held]
    reasons = ["consent_denied" if str(place) in closed else None for place in range(len(held))]
    people = pa.table({"identities": identities, "reason": pa.array(reasons, pa.string())})
    shares = audience._shares_an_address(people, "email").to_pylist()
    assert [place for place, is_left_out in enumerate(shares) if is_left_out] == left_out


@pytest.mark.parametrize(
    ("seen", "chosen"),
    [
        pytest.param("first_seen_at", "new4@example.com", id="seen-last"),
        pytest.param("(SELECT min(first_seen_at) FROM identifiers)", "p4@example.com", id="loaded-last-and-seen-first"),
        pytest.param("NULL", "p4@example.com", id="nobody-knows-when"),
        pytest.param(
            "(SELECT first_seen_at FROM identifiers WHERE value = 'p4@example.com')",
            "new4@example.com",
            id="seen-together-and-loaded-last",
        ),
    ],
)
def test_the_newest_address_is_written_to(shop, seen, chosen):
    shop.add_identifiers((4, "email", "new4@example.com"))
    shop.engine.execute(f"UPDATE identifiers SET first_seen_at = {seen} WHERE value = 'new4@example.com'")
    shop.say(("new4@example.com", "granted"))
    shop.launch(campaign(holdout=0))
    assert queued(shop)[4] == chosen


def test_campaigns_of_one_salt_have_the_same_people_in_their_arms(shop):
    for name, salt in (("one", "together"), ("two", "together"), ("three", None)):
        shop.launch(campaign(name=name, salt=salt, holdout=0.5))
    assert exposed(shop, "one") == exposed(shop, "two") != exposed(shop, "three")


def test_no_of_any_identifier_of_a_merged_person_counts(shop):
    shop.say(("C4", "withdrawn"), namespace="customer_id", at=NOW)
    shop.launch(campaign(holdout=0))
    assert 4 not in queued(shop)


def test_variants_get_their_own_templates(shop):
    two = [{"name": "a", "template": "hello"}, {"name": "b", "template": "hello_again"}]
    shop.launch(campaign(template=None, variants=two, holdout=0))
    with shop.ledger.reading() as t:
        rows = t.outbox.messages(Origin("campaign", "spring")).to_pylist()
    assert {(row["arm"], row["variant"]) for row in rows} == {("a", "hello"), ("b", "hello_again")}


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        pytest.param({"audience": {"segments": ["vpi"]}}, UnknownName, "did you mean 'vip'", id="segment"),
        pytest.param({"template": "helo"}, UnknownName, "did you mean", id="template"),
        pytest.param({"goal": {"event": "Order Complete"}}, UnknownName, "did you mean 'Order Completed'", id="event"),
    ],
)
def test_a_plan_refuses_unknown_names(shop, changes, error, words):
    with pytest.raises(error, match=words):
        shop.plan(campaign(**changes))


def test_a_plan_before_the_first_refresh_says_so(shop):
    shop.engine.execute("DROP TABLE membership_flags")
    with pytest.raises(NotReady, match="refresh first"):
        shop.plan(campaign())


def test_the_country_limits_the_basis(shop):
    with pytest.raises(NotPermitted, match="CN"):
        plan_campaign(
            shop.engine, shop.ledger, campaign(basis="opt_out"), WorkspaceSettings(country="CN"), NOW, key=KEY
        )


def test_a_soft_opt_in_needs_a_purchase(shop):
    shop.engine.execute("UPDATE identifiers SET value = replace(value, 'p', 'q') WHERE namespace = 'email'")
    german = WorkspaceSettings(country="DE")
    plan = plan_campaign(shop.engine, shop.ledger, campaign(basis="soft_opt_in"), german, NOW, key=KEY)
    bought = {n for n in range(1, 101) if n % 4 == 0}
    found = set(plan.people["profile_id"].to_pylist())
    assert found == bought - {60}, "who bought at the very moment of asking is no customer yet"
    assert plan.refused == {"no_consent": 50 - len(found)}


def rated(shop, audience, rule, as_of=NOW):
    """The base rate of an audience of the segment ``chosen`` with that rule."""
    chosen = SegmentDefinition.model_validate({"name": "chosen", "rule": rule})
    goal = campaign().goal
    return forward_rate(shop.engine, Audience.model_validate(audience), goal, as_of, Rules([chosen]), "UTC")


def test_the_base_rate_counts_its_window_half_open(shop):
    """Orders of profile n are n % 60 days old; the window is 30 days and begins with its far edge."""
    shop.engine.execute("UPDATE profiles SET first_seen_at = NULL")
    reached = [n for n in range(4, 101, 4) if 0 < n % 60 <= 30]
    assert rated(shop, {"everybody": True}, {"did": "Order Completed"}) == len(reached) / 100


def test_the_base_rate_is_what_such_people_do_next_and_not_what_they_were_chosen_for(shop):
    """Recent buyers have all bought; of those who were recent buyers 30 days ago, those bought again who did."""
    shop.engine.execute("UPDATE profiles SET first_seen_at = $old", {"old": NOW - timedelta(days=400)})
    recent = {"did": "Order Completed", "within": "P30D"}
    before = {n for n in range(4, 101, 4) if 30 < n % 60 <= 60}
    shop.engine.execute(
        "INSERT INTO orders (order_id, profile_id, occurred_at, status) "
        "SELECT 'again' || profile_id, profile_id, $at, 'completed' FROM orders WHERE profile_id IN (32, 40)",
        {"at": NOW - timedelta(days=2)},
    )
    assert {32, 40} <= before
    assert rated(shop, {"segments": ["chosen"]}, recent) == 2 / len(before)
    others = {"segments": ["chosen"], "match": "all", "exclude": ["chosen"]}
    assert rated(shop, others, recent) is None  # nobody
    assert rated(shop, {"segments": ["vip"]}, recent) is None  # a rule that is not given


def test_the_base_rate_begins_with_the_far_edge_of_its_window(shop):
    start, moment = NOW - timedelta(days=30), timedelta(microseconds=1)
    for profile, seen in ((1, start), (2, start - moment), (3, start - moment)):
        shop.engine.execute(
            "UPDATE profiles SET first_seen_at = $seen WHERE profile_id = $n", {"seen": seen, "n": profile}
        )
    shop.engine.execute(
        "INSERT INTO orders (order_id, profile_id, occurred_at, status) VALUES ('edge', 3, $at, 'completed')",
        {"at": start},
    )
    assert rated(shop, {"everybody": True}, {"did": "Order Completed"}) == 1 / 2


def test_the_base_rate_of_all_segments_is_that_of_who_is_in_each(shop):
    shop.engine.execute("UPDATE profiles SET first_seen_at = NULL")
    rules = [{"did": "Order Completed", "at_least": 1}, {"not": {"did": "Order Completed", "at_least": 1}}]
    defined = [SegmentDefinition.model_validate({"name": f"s{n}", "rule": rule}) for n, rule in enumerate(rules)]

    def rate(match: str) -> float | None:
        meant = Audience(segments=("s0", "s1"), match=match)
        return forward_rate(shop.engine, meant, campaign().goal, NOW, Rules(defined), "UTC")

    assert rate("all") is None
    assert rate("any") is not None


def test_who_is_in_any_segment_that_is_left_out_is_left_out(shop):
    plan = shop.plan(campaign(audience={"everybody": True, "exclude": ["vip", "recent"]}))
    assert plan.refused == {"excluded": 55}
    assert not any("everybody" in str(each) for each in plan.warnings())
    assert not {*range(2, 101, 2), *range(1, 11)} & set(plan.people["profile_id"].to_pylist())


def test_who_came_later_was_no_such_audience(shop):
    shop.engine.execute(
        "UPDATE profiles SET first_seen_at = $new WHERE profile_id > 50", {"new": NOW - timedelta(days=3)}
    )
    shop.engine.execute("UPDATE profiles SET first_seen_at = NULL WHERE profile_id <= 50")
    reached = [n for n in range(4, 51, 4) if 0 < n % 60 <= 30]
    assert rated(shop, {"everybody": True}, {"did": "Order Completed"}) == len(reached) / 50


def test_the_smallest_lift_is_the_one_that_power_asks():
    from statsmodels.stats.power import NormalIndPower

    from coterie.decide.goals import smallest_lift
    from coterie.domain import NotEstimable

    lift = smallest_lift(0.1, 1000, 9000)
    error = (0.1 * 0.9 * (1 / 1000 + 1 / 9000)) ** 0.5
    power = NormalIndPower().power(effect_size=lift / error, nobs1=1, ratio=0, alpha=0.05)
    assert power == pytest.approx(0.8, abs=1e-4)
    assert isinstance(smallest_lift(0.1, 0, 9000), NotEstimable)
    assert isinstance(smallest_lift(0.0, 10, 9000), NotEstimable)
    assert isinstance(smallest_lift(None, 10, 9000), NotEstimable)
    assert isinstance(smallest_lift(1.0, 10, 9000), NotEstimable)
    assert isinstance(smallest_lift(0.1, 10, 0), NotEstimable)


def test_what_variants_could_show_is_seen_so_often_in_draws_corrected_as_the_readout_is():
    from statistics import NormalDist

    from coterie.decide.goals import enough, smallest_difference

    rate, arms, draws = 0.2, (9_000, 9_000), 4_000
    apart = smallest_difference(rate, (*arms, 20_000), 6)
    random = np.random.default_rng(3)
    low, high = (random.binomial(n, p, draws) / n for n, p in zip(arms, (rate, rate + apart), strict=True))
    error = np.sqrt((low * (1 - low) + high * (1 - high)) / arms[0])
    seen = (np.abs(high - low) > NormalDist().inv_cdf(1 - 0.05 / 6 / 2) * error).mean()
    assert 0.77 < seen < 0.83  # a higher rate varies a little more than the base
    needed = enough(rate, (0.1, 0.45, 0.45), 6)
    assert smallest_difference(rate, (0.1 * needed, 0.45 * needed), 6) == pytest.approx(0.1 * rate, rel=1e-4)
    assert enough(0.95, (0.5, 0.5), 1) is None


def test_a_plan_says_of_variants_what_could_tell_them_apart_and_counts_every_comparison(shop):
    shop.engine.execute("UPDATE profiles SET first_seen_at = NULL")
    variants = [{"name": name, "template": "hello"} for name in ("plain", "bright")]
    all_of_them = {"audience": {"everybody": True}}
    plan = shop.plan(campaign(**all_of_them, template=None, variants=variants, holdout=0.5))
    alone = shop.plan(campaign(**all_of_them, holdout=0.5))
    assert alone.power.smallest_difference is None
    assert alone.power.smallest_lift < plan.power.smallest_lift  # half as many in the arm, and three comparisons
    assert plan.power.smallest_difference > plan.power.smallest_lift  # the holdout is twice a variant
    assert plan.power.enough > alone.power.enough > plan.reachable
    said = " ".join(map(str, plan.sentences()))
    assert "would be told apart four times in five" in said
    assert f"{plan.power.enough:,} customers would have to be reachable; {plan.reachable:,} are" in said
    unheld = shop.plan(campaign(**all_of_them, template=None, variants=variants, holdout=0))
    assert unheld.figures().smallest_lift is None
    assert 0 < unheld.power.smallest_difference < plan.power.smallest_difference


@settings(max_examples=tries(6, 40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=3), min_size=2, max_size=12),
    withdrawn=st.sets(st.integers(0, 7), max_size=2),
    number=st.integers(1, 10**9),
)
def test_a_holdout_hears_nothing_through_anybody(bare, held, withdrawn, number):
    """Whatever addresses people share: one message an address, none to an address of the holdout, nobody lost."""
    shop = bare()
    shop.add_people(len(held))
    addresses = [f"a{n}@example.com" for n in range(8)]
    rows = [(profile, "email", addresses[n]) for profile, own in enumerate(held, 1) for n in sorted(own)]
    shop.add_identifiers(*rows)
    shop.say(*((address, "withdrawn" if n in withdrawn else "granted") for n, address in enumerate(addresses)))
    plan = shop.plan(campaign(audience={"everybody": True}, salt=str(number), holdout=0.5))
    people = plan.people.to_pylist()
    written = [row["address"] for row in people if row["arm"] != "holdout"]
    kept = {address for row in people if row["arm"] == "holdout" for address in row["identities"]}
    assert len(set(written)) == len(written)
    assert kept.isdisjoint(f"email:{address}" for address in written)
    standing = {address for row in people for address in row["identities"]}
    refused = dict(plan.refused)
    assert refused.pop("consent_denied", 0) == sum(bool(own & withdrawn) for own in held)
    assert refused.pop("duplicate_address", 0) + len(people) + sum(bool(own & withdrawn) for own in held) == len(held)
    assert refused == {}
    for own in held:  # who is left out shares an address with somebody who is not
        if not own & withdrawn:
            assert any(f"email:{addresses[n]}" in standing for n in own)
    shop.ledger.close()
    shop.engine.close()
