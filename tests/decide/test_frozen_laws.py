"""The law: a campaign that is not refused writes to nobody whom a rule leaves out today and a frozen segment forgot."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coterie.decide import CampaignDefinition
from coterie.decide.audience import audience_sql
from coterie.engines import keep_fact, open_warehouse, read_fact
from coterie.errors import Refused
from coterie.segment import SegmentDefinition, refresh
from coterie.testing.bases import AS_OF, write_small_base
from tests.laws import tries

THEN = AS_OF - timedelta(days=170)
FROZEN = {
    "ordered": {"op": "did", "event": "Order Completed", "at_least": 2},
    "viewed": {"op": "did", "event": "Product Viewed"},
}
OWN = ("one", "two", "three")
"""Segments with rules drawn by chance; each may read those before it."""


def reads(name: str) -> dict:
    return {"op": "in_segment", "segment": name}


def rules(readable: tuple[str, ...]) -> st.SearchStrategy[dict]:
    leaves = st.one_of(
        st.sampled_from(readable).map(reads),
        st.lists(st.sampled_from(readable), min_size=2, max_size=2, unique=True).map(tuple).map(reads),
        st.sampled_from(("Oslo", "Bergen")).map(lambda city: {"op": "=", "trait": "city", "value": city}),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda op, of: {"op": op, "of": of}, st.sampled_from(("all", "any", "none")), st.lists(inner, min_size=1, max_size=2)),
            inner.map(lambda of: {"op": "not", "of": of}),
        ),
        max_leaves=4,
    )  # fmt: skip


@st.composite
def definitions(draw) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for place, name in enumerate(OWN):
        found[name] = draw(rules((*FROZEN, *OWN[:place])))
    return found


names = st.sampled_from((*FROZEN, *OWN))
audiences = st.fixed_dictionaries(
    {"segments": st.lists(names, min_size=1, max_size=2, unique=True), "match": st.sampled_from(("any", "all"))},
    optional={"exclude": st.lists(names, max_size=2, unique=True)},
)


def today(given: object) -> object:
    """The same rule or audience over what is live: ``one`` is ``one_today``."""
    if isinstance(given, dict):
        return {key: [f"{n}_today" for n in named(each)] if key in {"segment", "segments", "exclude"} else today(each) for key, each in given.items()}  # fmt: skip
    return [today(each) for each in given] if isinstance(given, (list, tuple)) else given


def named(given: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def pushed(rule: dict, own: dict[str, dict], *, is_denied: bool) -> set[tuple[str, bool]]:
    """Frozen segments with whether they stand denied once every ``not`` is pushed down to what it is said of, segments written out."""
    if rule["op"] == "in_segment":
        found: set[tuple[str, bool]] = set()
        for name in named(rule["segment"]):
            found |= {(name, is_denied)} if name in FROZEN else pushed(own[name], own, is_denied=is_denied)
        return found
    of = rule.get("of", [])
    turns = rule["op"] in {"not", "none"}
    inner = [of] if isinstance(of, dict) else of
    return set().union(*(pushed(each, own, is_denied=is_denied is not turns) for each in inner))


def is_to_be_refused(audience: dict, own: dict[str, dict]) -> bool:
    meant = {"op": "any", "of": [reads(name) for name in audience["segments"]]}
    kept_out = {"op": "none", "of": [reads(name) for name in audience.get("exclude", [])]}
    return any(denied for each in (meant, kept_out) for _, denied in pushed(each, own, is_denied=False))


class Shop:
    """Segments frozen half a year ago, and the same ones as they would be today; facts only came since."""

    def __init__(self, own: dict[str, dict]):
        self.engine = open_warehouse(None, threads=1)
        write_small_base(self.engine, profiles=40)
        frozen = [{"name": name, "rule": rule, "cadence": "frozen"} for name, rule in FROZEN.items()]
        live = [{"name": f"{name}_today", "rule": today(rule)} for name, rule in (FROZEN | own).items()]
        every = [*frozen, *({"name": name, "rule": rule} for name, rule in own.items()), *live]
        defined = [SegmentDefinition.model_validate(each) for each in every]
        for number, at in enumerate((THEN, AS_OF)):
            refresh(self.engine, segments=defined, as_of=at, refresh_id=number + 1)

    def written_to(self, audience: dict) -> set[int]:
        campaign = CampaignDefinition(name="spring", template="hello", audience=audience)
        sql = audience_sql(self.engine, campaign)
        rows = self.engine.query(f"SELECT profile_id FROM ({sql}) AS a WHERE NOT is_excluded")
        return set(rows["profile_id"].to_pylist())


@settings(
    max_examples=tries(4, 150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(own=definitions(), asked=st.lists(audiences, min_size=3, max_size=8))
def test_whoever_is_left_out_today_is_not_written_to_by_what_was_frozen(own, asked):
    shop = Shop(own)
    for audience in asked:
        if is_to_be_refused(audience, own):
            with pytest.raises(Refused, match="since would be written to"):
                shop.written_to(audience)
        else:
            assert shop.written_to(audience) <= shop.written_to(today(audience))


IN, OUT = reads("ordered"), {"op": "not", "of": reads("ordered")}
OSLO = {"op": "=", "trait": "city", "value": "Oslo"}


@pytest.mark.parametrize(
    ("one", "two", "audience", "is_refused"),
    [
        pytest.param(IN, OSLO, {"segments": ["one"]}, False, id="read"),
        pytest.param(OUT, OSLO, {"segments": ["one"]}, True, id="not"),
        pytest.param({"op": "all", "of": [OSLO, OUT]}, OSLO, {"segments": ["one"]}, True, id="not-among-others"),
        pytest.param({"op": "none", "of": [OSLO, IN]}, OSLO, {"segments": ["one"]}, True, id="none"),
        pytest.param(
            {"op": "not", "of": {"op": "any", "of": [OSLO, IN]}}, OSLO, {"segments": ["one"]}, True, id="de-morgan"
        ),
        pytest.param({"op": "none", "of": [OUT]}, OSLO, {"segments": ["one"]}, False, id="denied-twice"),
        pytest.param(OUT, reads("one"), {"segments": ["two"]}, True, id="through-another"),
        pytest.param(IN, {"op": "not", "of": reads("one")}, {"segments": ["two"]}, True, id="denied-by-another"),
        pytest.param(
            OUT, {"op": "not", "of": reads("one")}, {"segments": ["two"]}, False, id="denied-twice-through-another"
        ),
        pytest.param(
            OSLO, {"op": "not", "of": reads(("one", "ordered"))}, {"segments": ["two"]}, True, id="one-of-several"
        ),
        pytest.param(OUT, OSLO, {"segments": ["one", "two"], "match": "all"}, True, id="with-another"),
        pytest.param(OSLO, OSLO, {"segments": ["one"], "exclude": ["ordered"]}, True, id="excluded"),
        pytest.param(IN, OSLO, {"everybody": True, "exclude": ["one"]}, True, id="excluded-through-another"),
        pytest.param(OUT, OSLO, {"everybody": True, "exclude": ["one"]}, False, id="outsiders-excluded"),
        pytest.param(OSLO, OSLO, {"segments": ["ordered"], "exclude": ["one"]}, False, id="meant"),
    ],
)
def test_a_frozen_segment_keeps_nobody_out_whatever_the_rule_is_written_like(one, two, audience, is_refused):
    own = {"one": one, "two": two, "three": OSLO}
    shop = Shop(own)
    as_it_would_be = shop.written_to(today(audience))
    assert is_to_be_refused(audience, own) is is_refused if "segments" in audience else True
    if is_refused:
        with pytest.raises(Refused, match=r"frozen ordered: .* since would be written to"):
            shop.written_to(audience)
    else:
        assert shop.written_to(audience) < as_it_would_be, "as the list has it, and nobody beside"


def test_until_the_next_refresh_what_an_earlier_version_noted_counts_either_way():
    shop = Shop({"one": IN, "two": OSLO, "three": OSLO})
    noted = json.loads(read_fact(shop.engine, "cadences"))
    earlier = {name: {key: each[key] for key in each if key != "frozen_out"} for name, each in noted.items()}
    assert shop.written_to({"segments": ["one"]})
    keep_fact(shop.engine, "cadences", json.dumps(earlier))
    with pytest.raises(Refused, match="keeps out members of the frozen ordered"):
        shop.written_to({"segments": ["one"]})
    assert shop.written_to({"segments": ["two"]})
