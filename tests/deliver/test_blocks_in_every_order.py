"""What blocks somebody is the union of all that was said and not ended since, in whatever order it was said."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations as every_order
from random import Random

import pyarrow as pa
import pytest

from coterie.deliver.taking import take_receipts
from coterie.domain import Outcome
from coterie.domain.receipts import Receipt, ReceiptKind
from coterie.errors import Refused
from coterie.protect import WorkspaceKey, address_key, lift_suppression, permissions, record_consents, suppress
from coterie.protect.preferences import choose, standing_choices, unsubscribe
from coterie.protect.stopping import stop_for
from coterie.store import Ledger, open_ledger

NOW = datetime(2026, 3, 10, 12)
KEY = WorkspaceKey(b"k" * 32)
OFFERS = ("email", "marketing")
ACTS = ("link no", "bounce", "complaint", "stop", "refusal", "link yes", "lift")
ONE_TWO, THREE, ALL_SEVEN = (
    [order for several in some for order in every_order(ACTS, several)] for some in ((1, 2), (3,), (7,))
)
SOME = [*ONE_TWO, *Random(11).sample(THREE, 8), *Random(11).sample(ALL_SEVEN, 2)]

Order = Sequence[str]
Answer = tuple[str | None, str | None, str | None, str | None, bool, int]
"""Why marketing and a service may not go to the address, nor to another of the person; whether a link can change it; blocks that stand."""


def by_hand(order: Order) -> Answer:
    """What a person would say who had all the letters in front of them."""
    held, said_no = set[str](), False
    for act in order:
        if act in ("link no", "bounce", "complaint", "stop"):
            held.add(act)
        if act in ("link no", "complaint", "stop", "refusal"):
            said_no = True
        if act == "link yes":
            held.discard("link no")
            said_no = False
        if act == "lift":
            held.clear()
    said = "consent_denied" if said_no else None
    of_person = held - {"bounce"}
    return (
        "suppressed" if held else said,
        "suppressed" if held - {"link no"} else None,
        "suppressed" if of_person else said,
        "suppressed" if of_person - {"link no"} else None,
        held <= {"link no"},
        bool(held),
    )


class Letters:
    """A ledger with one person for each order, who has two addresses and got a message at the first."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self.orders, self.ledger = orders, open_ledger(None)
        who = range(len(orders))
        rows = [
            {
                "message_id": f"m{n}", "origin_kind": "campaign", "origin": "spring", "occurrence": "", "profile_id": n,
                "channel": "email", "purpose": "marketing", "address": self.address(n), "address_key": self.key(n),
                "identities": json.dumps(self.identities(n)), "arm": "message", "variant": "hello", "queued_at": NOW,
                "not_before": NOW,
            }
            for n in who
        ]  # fmt: skip
        with self.ledger.transaction() as t:
            t.outbox.queue(pa.Table.from_pylist(rows))
            t.outbox.mark_sending([f"m{n}" for n in who], batch="b", now=NOW)
            t.outbox.record_outcomes([Outcome(f"m{n}", "sent", NOW) for n in who])
        self.say([name for n in who for name in self.identities(n)], "granted", NOW - timedelta(days=9))
        for step in range(max(map(len, orders))):
            for n, order in enumerate(orders):
                if step < len(order):
                    self.act(n, order[step], NOW + timedelta(hours=1 + step))

    def address(self, n: int, place: str = "x") -> str:
        return f"p{n}@{place}.example"

    def key(self, n: int, place: str = "x") -> str:
        return address_key(KEY, "email", self.address(n, place))

    def identities(self, n: int) -> list[str]:
        return [f"customer_id:C{n}", f"email:{self.address(n)}", f"email:{self.address(n, 'y')}"]

    def say(self, identities: Sequence[str], state: str, at: datetime) -> None:
        pairs = [each.split(":") for each in identities]
        rows = pa.table(
            {
                "namespace": [namespace for namespace, _ in pairs],
                "value": [value for _, value in pairs],
                "state": [state] * len(pairs),
                "channel": ["*"] * len(pairs),
                "purpose": ["marketing"] * len(pairs),
                "occurred_at": pa.array([at] * len(pairs), pa.timestamp("us")),
            }
        )
        record_consents(self.ledger, rows, now=at)

    def act(self, n: int, act: str, at: datetime) -> None:
        acts: dict[str, Callable[[], object]] = {
            "link no": lambda: unsubscribe(self.ledger, KEY, f"m{n}", now=at),
            "link yes": lambda: choose(self.ledger, KEY, f"m{n}", {OFFERS: True}, now=at),
            "bounce": partial(self._told, n, "bounced", at),
            "complaint": partial(self._told, n, "complaint", at),
            "stop": lambda: stop_for(self.ledger, KEY, "email", {self.address(n): at}, now=at),
            "refusal": lambda: self.say([f"email:{self.address(n)}"], "withdrawn", at),
            "lift": partial(self._lift, n, at),
        }
        acts[act]()

    def _told(self, n: int, kind: ReceiptKind, at: datetime) -> None:
        receipt = Receipt(f"{kind}-{n}-{at}", kind, at, f"m{n}")
        take_receipts(self.ledger, KEY, "post", [receipt], channel="email", now=at)

    def _lift(self, n: int, at: datetime) -> None:
        for place in ("x", "y"):
            try:
                lift_suppression(
                    self.ledger, KEY, "email", self.address(n, place), reason="a letter", actor="mia", now=at
                )
            except Refused:
                continue

    def answers(self, now: datetime) -> list[Answer]:
        who = range(len(self.orders))
        asked = []
        for place in ("x", "y"):
            people = pa.table(
                {
                    "address_key": [self.key(n, place) for n in who],
                    "identities": pa.array([self.identities(n) for n in who], pa.list_(pa.string())),
                }
            )
            with self.ledger.reading() as t:
                for purpose, basis in (("marketing", "opt_in"), ("service", "contract")):
                    found = permissions(t, KEY, people, purpose=purpose, channel="email", basis=basis, now=now)  # type: ignore[arg-type]
                    asked.append(found.to_pylist())
        with self.ledger.reading() as t:
            page = [self._page(t, n, now) for n in who]
            blocked = set(t.suppressions.active("email", [self.key(n) for n in who])["address_key"].to_pylist())
        return [(*each, page[n], self.key(n) in blocked) for n, each in enumerate(zip(*asked, strict=True))]

    def _page(self, t: object, n: int, now: datetime) -> bool:
        message = t.outbox.find(f"m{n}")  # type: ignore[attr-defined]
        (found,) = standing_choices(t, KEY, message, [OFFERS], now=now)  # type: ignore[arg-type]
        return found.may_change


@pytest.mark.parametrize(
    "orders",
    [
        pytest.param(SOME, id="all-of-one-and-two-and-some-of-more"),
        pytest.param(
            [*THREE, *Random(12).sample(ALL_SEVEN, 200)], id="all-of-three-and-many-of-seven", marks=pytest.mark.slow
        ),
    ],
)
def test_who_is_blocked_and_for_what_is_what_a_person_would_say(
    orders: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters, now = Letters(orders), NOW + timedelta(days=1)
    wanted = {order: by_hand(order) for order in orders}
    found = dict(zip(orders, letters.answers(now), strict=True))
    assert {order: (found[order], wanted[order]) for order in orders if found[order] != wanted[order]} == {}
    monkeypatch.setattr("coterie.protect.permission._WHOLE_READ", 0)  # as an audience asks, of everybody at once
    assert dict(zip(orders, letters.answers(now), strict=True)) == found
    letters.ledger.close()


def test_a_stop_told_late_is_not_answered_by_a_link(ledger_of_one: Letters) -> None:
    """Only a person's lifting answers it; a link takes back what links said."""
    letters = ledger_of_one
    letters.act(0, "link no", NOW + timedelta(hours=1))
    letters.act(0, "link yes", NOW + timedelta(hours=3))
    told = {letters.address(0): NOW + timedelta(hours=2)}
    assert stop_for(letters.ledger, KEY, "email", told, now=NOW + timedelta(hours=4)) == 1
    assert letters.answers(NOW + timedelta(hours=5))[0][:2] == ("suppressed", "suppressed")


def test_what_is_said_twice_is_written_once(ledger_of_one: Letters) -> None:
    letters = ledger_of_one
    for hour, act in enumerate(("link no", "bounce", "complaint", "stop") * 2):
        letters.act(0, act, NOW + timedelta(hours=hour))
    assert _rows(letters.ledger, letters.key(0)) == ["no_marketing", "bounced", "complaint"], "a STOP says no more then"


@pytest.fixture
def ledger_of_one() -> Letters:
    return Letters([("lift",)])


def _rows(ledger: Ledger, key: str) -> list[str]:
    with ledger.reading() as t:
        return [str(row["reason"]) for row in t.suppressions.of(key).to_pylist()]


@pytest.mark.parametrize(
    ("reason", "source"),
    [
        pytest.param("unsubscribed", "unsubscribe link", id="a-link-of-an-earlier-version"),
        pytest.param("no_marketing", "by hand", id="no-advertising-by-hand"),
    ],
)
def test_a_stop_beside_what_says_less_outlasts_a_link(ledger_of_one: Letters, reason: str, source: str) -> None:
    letters = ledger_of_one
    suppress(letters.ledger, KEY, "email", [letters.address(0)], reason=reason, source=source, now=NOW)
    letters.act(0, "stop", NOW + timedelta(hours=1))
    letters.act(0, "link yes", NOW + timedelta(hours=2))
    assert letters.answers(NOW + timedelta(hours=3))[0][:2] == ("suppressed", "suppressed")
