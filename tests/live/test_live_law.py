"""The law: after every turn and look at the clock, what is kept live is what a refresh of everybody would have made of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coterie.profile import ready
from coterie.resolve import unmerge
from tests.laws import tries
from tests.live.conftest import FEW
from tests.live.twins import SEGMENTS, TRAITS, Twins

PEOPLE = ("u1", "u2", "u3", None)
DEVICES = ("a1", "a2", None)
EMAILS = ("ann@shop.example", "Ann@Shop.Example", "bob@shop.example", "cy@shop.example", None)
STAMPS = (0, 0, 0, -3 * 3600, -26 * 3600, -8 * 86400, -31 * 86400, 40, 7 * 3600)
"""Seconds from now at which things are said to have happened: mostly now, else late, or ahead of time."""
WAITS = (0, 1, 50, 3 * 3600, 26 * 3600, 8 * 86400)

MANY = tries(2, 100)

who = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(DEVICES)).filter(any)
stamped = st.sampled_from(STAMPS)
views = st.tuples(st.just("view"), who, stamped, st.sampled_from((1, 9.5, "dear")))
identities = st.tuples(
    st.just("identify"), who, stamped,
    st.fixed_dictionaries({}, optional={"email": st.sampled_from(EMAILS[:-1]), "plan": st.sampled_from(("pro", "free")), "born": st.just("1990-03-29")}),
)  # fmt: skip
orders = st.tuples(st.just("order"), who, stamped, st.sampled_from(("o1", "o2", "o3")), st.sampled_from((5, 20)))
lines = st.tuples(st.just("lines"), who, stamped, st.sampled_from(("o2", "o4")), st.sampled_from(("s1", "s2")))
refunds = st.tuples(
    st.just("refund"), who, stamped, st.sampled_from(("o1", "o2", "o3", "o4", "o9")), st.sampled_from((5, 15))
)
aliases = st.tuples(st.just("alias"), st.sampled_from(PEOPLE[:-1]), st.sampled_from(DEVICES[:-1]))
groups = st.tuples(
    st.just("group"), who, stamped, st.sampled_from(("acme", "globex")),
    st.fixed_dictionaries({}, optional={"tier": st.sampled_from(("enterprise", "free")), "seats": st.sampled_from((3, 9))}),
)  # fmt: skip
messages = st.lists(
    st.one_of(views, views, identities, identities, orders, lines, refunds, aliases, groups), min_size=1, max_size=5
)
redefined = st.sampled_from(
    (
        {"name": "viewers", "rule": {"op": "did", "event": "Product Viewed", "within": "2d"}},
        {"name": "buyers", "rule": {"op": "did", "event": "Order Completed", "during": "this_week"}},
        {"name": "weekly", "rule": {"op": "did", "event": "Product Viewed", "within": "7d"}, "cadence": "live"},
        {
            "name": "viewers",
            "rule": {"op": "did", "event": "Product Viewed", "within": "7d", "at_least": 2},
            "cadence": "frozen",
        },
        {"name": "new", "rule": {"op": "older_than", "trait": "first_seen_at", "value": "1d"}},
    )
)
changes = st.tuples(
    st.sampled_from((*PEOPLE[:-1], *DEVICES[:-1])), stamped,
    st.sampled_from((
        {"trait": "plan", "act": "set", "value": "pro"}, {"trait": "plan", "act": "unset"},
        {"trait": "visits", "act": "add", "value": 1.5}, {"trait": "visits", "act": "set", "value": 2},
    )),
)  # fmt: skip
steps = st.one_of(
    st.tuples(st.just("alter"), changes),
    st.tuples(st.just("take"), messages),
    st.tuples(st.just("take"), messages),
    st.tuples(st.just("take"), messages),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
    st.tuples(st.just("wait"), st.sampled_from(WAITS)),
    st.tuples(st.just("again"), st.integers(0, 20)),
    st.tuples(st.just("define"), redefined),
    st.tuples(st.just("unmerge"), st.just(0)),
    st.tuples(st.just("erase"), st.sampled_from((*PEOPLE[:-1], *DEVICES[:-1], "email:ann@shop.example"))),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("refresh"), st.just(0)),
    st.tuples(st.just("back"), st.just(3600)),
)


class History:
    """Steps told to twins; what was said is numbered, and may be said again."""

    def __init__(self, folder: Path, zone: str) -> None:
        self.twins = Twins(folder, zone=zone)
        # Summer time begins on 29 March in Europe.
        self.twins.clock.now = datetime(2026, 3, 28, 22, 30)
        for trait in TRAITS:
            self.twins.define("trait", trait)
        for segment in SEGMENTS:
            self.twins.define("segment", segment)
        self.said: list[dict[str, object]] = []
        self.numbers = count(1)
        self.between: Callable[[], object] = lambda: None
        """Called when something was told and no turn made of it yet."""

    def act(self, what: str, told: object) -> None:
        twins = self.twins
        if what == "take":
            assert isinstance(told, list)
            fresh = [self._message(*each) for each in told]
            self.said += fresh
            twins.take(*fresh)
        elif what == "again" and self.said:
            twins.take(self.said[int(str(told)) % len(self.said)])
        elif what in ("wait", "back"):
            twins.wait(timedelta(seconds=int(str(told)) * (1 if what == "wait" else -1)))
        elif what == "define":
            assert isinstance(told, dict)
            twins.define("segment", told)
        elif what == "alter" and twins.turns:
            assert isinstance(told, tuple)
            key, at, change = told
            instant, number = twins.clock.now + timedelta(seconds=at), next(self.numbers)
            twins.both(lambda one: one.alter(key, instant, number, change))
        elif what == "unmerge":
            open_merges = twins.full.rows("SELECT max(merge_id) FROM merges WHERE undone_at IS NULL")
            if open_merges[0][0] is not None:
                twins.both(lambda one: unmerge(one.engine, int(str(open_merges[0][0])), twins.clock))
        elif what == "erase" and twins.turns:
            twins.both(lambda one: one.erase(str(told)))
        elif what == "restart":
            twins.live.start()
        elif what == "refresh" and twins.turns:
            twins.live.refresh()
            twins.is_refreshed = True
        self.between()
        twins.step()

    def _message(self, kind: str, person: object, *further: object) -> dict[str, object]:
        number = f"m{next(self.numbers)}"
        if kind == "alias":
            return {"type": "alias", "messageId": number, "userId": person, "previousId": further[0]}
        assert isinstance(person, tuple)
        user, device = person
        at, *told = further
        stamp = (self.twins.clock.now + timedelta(seconds=int(str(at)))).isoformat() + "Z"
        of = {"messageId": number, "userId": user, "anonymousId": device, "timestamp": stamp}
        if kind == "identify":
            return {"type": "identify", **of, "traits": told[0]}
        if kind == "group":
            return {"type": "group", **of, "groupId": told[0], "traits": told[1]}
        event, properties = _told(kind, told)
        return {"type": "track", **of, "event": event, "properties": properties}


def _told(kind: str, told: list[object]) -> tuple[str, dict[str, object]]:
    if kind == "view":
        return "Product Viewed", {"price": told[0]}
    if kind == "order":
        return "Order Completed", {"order_id": told[0], "revenue": told[1]}
    if kind == "lines":
        product = {
            "product_id": told[1],
            "price": 5,
            "name": "Shirt",
            "category": "shirts" if told[1] == "s1" else "hats",
        }
        return "Order Completed", {"order_id": told[0], "products": [product]}
    return "Order Refunded", {"order_id": told[0], "total": told[1]}


@pytest.mark.parametrize("zone", [pytest.param("UTC", marks=pytest.mark.slow), "Europe/Berlin"])
def test_live_is_what_a_refresh_of_everybody_would_be(zone: str) -> None:
    patch = pytest.MonkeyPatch()
    few = tuple(each for each in ready.library() if each.name in FEW)
    patch.setattr(ready, "library", lambda: few)

    @settings(max_examples=MANY, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(st.lists(steps, min_size=2, max_size=4))
    def holds(history: list[tuple[str, object]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            told = History(Path(folder), zone)
            try:
                for what, how in [*_FIRST, *history]:
                    told.act(what, how)
            finally:
                told.twins.close()

    try:
        holds()
    finally:
        patch.undo()


@pytest.mark.usefixtures("few_ready_traits")
def test_what_a_group_call_tells_of_an_account_is_told_of_all_its_people(tmp_path: Path) -> None:
    told = History(tmp_path, "UTC")
    for person in ("u1", "u2"):
        told.act("take", [("group", (person, None), -60, "acme", {"tier": "free"})])
    told.act("take", [("group", ("u1", None), -50, "acme", {"tier": "enterprise"})])
    assert told.twins.turns[-1].kind == "touched"
    told.act("take", [("identify", ("u2", "a2"), -40, {"email": "bob@shop.example"})])
    assert told.twins.turns[-1].kind == "touched"
    in_it = "SELECT count(*) FROM membership_flags WHERE enterprise"
    assert told.twins.live.rows(in_it) == told.twins.full.rows(in_it) == [(2,)]
    told.twins.close()


@pytest.mark.usefixtures("few_ready_traits")
def test_a_segment_that_no_data_supported_is_kept_from_when_there_are(tmp_path: Path) -> None:
    told = History(tmp_path, "UTC")
    told.act("take", [("group", ("u1", None), -60, "acme", {}), ("view", ("u1", None), -60, 1)])
    told.act("take", [("group", ("u1", None), -50, "acme", {"tier": "enterprise"})])
    told.act("take", [("view", ("u1", None), -40, 2)])
    in_it = "SELECT count(*) FROM membership_flags WHERE enterprise"
    assert told.twins.live.rows(in_it) == told.twins.full.rows(in_it) == [(1,)]
    assert [turn.kind for turn in told.twins.turns] == ["everybody", "everybody", "touched"]
    told.twins.close()


@pytest.mark.usefixtures("few_ready_traits")
def test_who_is_erased_is_gone_from_what_is_kept_live_and_old_messages_bring_nobody_back(tmp_path: Path) -> None:
    told = History(tmp_path, "UTC")
    for what, how in _FIRST:
        told.act(what, how)
    told.act("erase", "u2")
    gone = "SELECT count(*) FROM events JOIN identifiers USING (profile_id) WHERE value = 'u2'"
    assert told.twins.live.rows(gone) == told.twins.full.rows(gone) == [(0,)]
    told.act("take", [("view", ("u2", None), -3600, 3), ("order", ("u1", None), 0, "o1", 20)])
    assert told.twins.live.rows(gone) == [(0,)]
    told.act("wait", 60)
    told.act("take", [("view", ("u2", None), 0, 3)])
    assert told.twins.live.rows(gone) == told.twins.full.rows(gone) == [(1,)]
    told.twins.close()


_FIRST: list[tuple[str, object]] = [
    ("take", [
        ("view", ("u1", "a1"), 0, 1), ("view", ("u2", None), -3600, 2), ("identify", ("u1", None), 0, {"email": "ann@shop.example", "plan": "pro"}),
        ("order", ("u2", None), -86400, "o1", 20), ("order", ("u1", None), -86400, "o5", 9), ("lines", ("u1", None), 0, "o6", "s1"), ("refund", ("u2", None), 0, "o1", 5),
        ("group", ("u2", None), 0, "acme", {"tier": "free"}),
    ]),
]  # fmt: skip
