"""Reliability C1 and C4: random histories against an oracle that shares no code with the product."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.protect import WorkspaceKey, address_keys, lift_suppression, permissions, record_consents, suppress
from coterie.store import open_ledger

START = datetime(2026, 1, 1)
KEY = WorkspaceKey(b"k" * 32)
ROUNDS = 4
PURPOSES, CHANNELS = ("marketing", "surveys", "*"), ("email", "sms", "*")


@dataclass
class Person:
    """What the oracle remembers: the addresses held, and every word said under each."""

    addresses: list[str]
    words: dict[str, list[tuple[datetime, str, datetime | None]]] = field(default_factory=dict)
    blocks: dict[str, set[str]] = field(default_factory=dict)

    def expected(self, now: datetime) -> str | None:
        own = self.addresses[0]
        if self.blocks.get(own) or any("unsubscribed" in self.blocks.get(a, ()) for a in self.addresses):
            return "suppressed"
        verdicts = set()
        for address in self.addresses:
            said = self.words.get(address, [])
            yes = [(instant, place) for place, (instant, state, _) in enumerate(said) if state == "granted"]
            until = said[max(yes)[1]][2] if yes else None
            is_over = until is not None and until <= now
            # A yes that ran out answers no earlier no.
            answered = max(yes)[0] if yes and not is_over else datetime.min
            if any(state != "granted" and instant >= answered for instant, state, _ in said):
                verdicts.add("no")
            elif yes:
                verdicts.add("over" if is_over else "yes")
        if "no" in verdicts:
            return "consent_denied"
        if "yes" in verdicts:
            return None
        return "consent_expired" if "over" in verdicts else "no_consent"


def a_round(people: list[Person], chooser: random.Random, now: datetime) -> list[dict[str, object]]:
    """Words said this round: new ones, imported old ones, ones for other purposes; some people merge."""
    rows: list[dict[str, object]] = []
    for person in people:
        if chooser.random() < 0.1:
            other = chooser.choice(people)
            if other is not person:  # a merge: the person now also holds the other's addresses and what they said
                fresh = [a for a in other.addresses if a not in person.addresses]
                person.addresses += fresh
                for address in fresh:
                    person.words[address] = other.words.setdefault(address, [])
        for _ in range(chooser.choice((0, 1, 1, 2))):
            address = chooser.choice(person.addresses)
            occurred_at = now - timedelta(hours=chooser.choice((0, 1, 1, 2, 500, -300)))
            purpose, channel = chooser.choice(PURPOSES), chooser.choice(CHANNELS)
            state = chooser.choice(("granted", "granted", "denied", "withdrawn"))
            until = chooser.choice((None, None, now + timedelta(hours=20), now - timedelta(hours=5)))
            rows.append(
                {
                    "namespace": "email",
                    "value": chooser.choice((address, address.upper(), f" {address}")),
                    "purpose": purpose,
                    "channel": channel,
                    "state": state,
                    "occurred_at": occurred_at,
                    "expires_at": until,
                }
            )
            if purpose in {"marketing", "*"} and channel in {"email", "*"}:
                # A yes of a day to come was said nobody knows when.
                is_to_come = state == "granted" and occurred_at > now + timedelta(days=2)
                counts = datetime(1970, 1, 1) if is_to_come else min(occurred_at, now)
                person.words.setdefault(address, []).append((counts, state, until))
    return rows


@pytest.mark.parametrize("histories", [5_000, pytest.param(50_000, marks=pytest.mark.slow)])
def test_no_send_against_consent_and_none_withheld_in_any_history(histories: int) -> None:
    chooser = random.Random(20261121)
    people = [Person([f"p{n}@example.com"]) for n in range(histories)]
    ledger = open_ledger(None)
    blocked: dict[str, set[str]] = {}
    wrong = []
    for number in range(ROUNDS):
        now = START + timedelta(hours=10 * number)
        record_consents(ledger, pa.Table.from_pylist(a_round(people, chooser, now)), now=now, actor="test")
        for reason in ("bounced", "unsubscribed"):
            struck = [chooser.choice(people).addresses[0] for _ in range(300)]
            suppress(ledger, KEY, "email", struck, reason=reason, source="test", now=now)
            for address in struck:
                blocked.setdefault(address, set()).add(reason)
        for address in chooser.sample(sorted(a for a, why in blocked.items() if why), 20):
            lift_suppression(ledger, KEY, "email", address, reason="asked", actor="test", now=now)
            blocked[address] = set()
        asked_at = now + timedelta(hours=chooser.choice((0, 3, 9)))
        identities = [[f"email:{address}" for address in person.addresses] for person in people]
        own = pa.array([held[0] for held in identities])
        rows = {"address_key": address_keys(KEY, own), "identities": identities}
        with ledger.reading() as t:
            got = permissions(
                t, KEY, pa.table(rows), purpose="marketing", channel="email", basis="opt_in", now=asked_at
            ).to_pylist()
        for person, verdict in zip(people, got, strict=True):
            person.blocks = {address: blocked.get(address, set()) for address in person.addresses}
            if verdict != person.expected(asked_at):
                wrong.append((number, person, verdict, person.expected(asked_at)))
    ledger.close()
    assert wrong[:3] == []
