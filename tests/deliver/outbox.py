"""A launched campaign in a ledger, made as decide makes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from coterie.compose import Composer, Letterhead, TemplateDefinition
from coterie.compose.composer import Codes
from coterie.decide import CampaignDefinition
from coterie.domain import Origin, utc_now
from coterie.protect import WorkspaceKey, address_key, namespace_of, record_consents
from coterie.store import Launch, Ledger, open_ledger

KEY = WorkspaceKey(b"k" * 32)
TEMPLATE = TemplateDefinition(
    name="hello",
    subject="Hi {{ profile.first_name }}",
    body="<p>Hello {{ profile.first_name }}, see <a href='https://shop.example/new'>what is new</a>.</p>",
    defaults={"first_name": "friend"},
)
COUPON = TemplateDefinition(
    name="hello",
    subject="A gift for you",
    body="<p>Your code is {{ coupon.ten }}.</p>",
    text="Your code is {{ coupon.ten }}.",
)
LETTERHEAD = Letterhead("Shop <news@shop.example>", "1 High Street, Leeds", "https://shop.example", KEY.derive("links"))


@dataclass(frozen=True)
class Audience:
    ledger: Ledger
    addresses: tuple[str, ...]
    campaign: str = "spring"

    def states(self) -> Counter[str]:
        with self.ledger.reading() as t:
            rows = t.outbox.counts(Origin("campaign", self.campaign)).to_pylist()
        return Counter({row["state"]: 0 for row in rows}) + Counter(
            {state: sum(r["messages"] for r in rows if r["state"] == state) for state in {r["state"] for r in rows}}
        )

    def rows(self) -> list[dict[str, object]]:
        with self.ledger.reading() as t:
            return list(t.outbox.messages(Origin("campaign", self.campaign)).to_pylist())

    def row(self, address: str) -> dict[str, object]:
        return next(row for row in self.rows() if row["address"] == address)


def launch(
    place: Path | str | None,
    addresses: list[str],
    *,
    at: datetime | None = None,
    campaign: str = "spring",
    channel: str = "email",
    **definition: object,
) -> Audience:
    """Everybody in ``addresses`` has agreed and is queued."""
    at = at or utc_now()
    ledger = open_ledger(place)
    record_consents(
        ledger,
        pa.table(
            {
                "namespace": [namespace_of(channel)] * len(addresses),
                "channel": [channel] * len(addresses),
                "value": addresses,
                "state": ["granted"] * len(addresses),
                "occurred_at": pa.array([at] * len(addresses), pa.timestamp("us")),
            }
        ),
        now=at,
    )
    body = CampaignDefinition(
        name=campaign, channel=channel, audience={"everybody": True}, template="hello", **definition
    )
    with ledger.transaction() as t:
        stored = {"definition": body.model_dump(mode="json"), "timezone": "UTC"}
        t.launches.add(Launch(campaign, stored, {}, at, at))
        t.outbox.queue(_rows(addresses, campaign, channel, at))
    return Audience(ledger, tuple(addresses), campaign)


def _rows(addresses: list[str], campaign: str, channel: str, at: datetime) -> pa.Table:
    count = len(addresses)
    return pa.table(
        {
            "message_id": [KEY.hash_of("message", campaign, address) for address in addresses],
            "origin_kind": ["campaign"] * count,
            "origin": [campaign] * count,
            "occurrence": [""] * count,
            "profile_id": pa.array(range(1, count + 1), pa.int64()),
            "channel": [channel] * count,
            "purpose": ["marketing"] * count,
            "address": addresses,
            "address_key": [address_key(KEY, channel, address) for address in addresses],
            "identities": [json.dumps([f"{namespace_of(channel)}:{address}"]) for address in addresses],
            "arm": ["message"] * count,
            "variant": ["hello"] * count,
            "queued_at": pa.array([at] * count, pa.timestamp("us")),
            "not_before": pa.array([at] * count, pa.timestamp("us")),
        }
    )


def composer(
    template: TemplateDefinition = TEMPLATE,
    traits: dict[int, dict[str, object]] | None = None,
    codes: Codes | None = None,
) -> Composer:
    known = traits or {}
    return Composer(
        {template.name: template},
        letterhead=LETTERHEAD,
        find_readers=lambda people: {person: (known.get(person, {}), frozenset()) for person in people},
        codes=codes,
    )


def with_coupons(ledger: Ledger, count: int) -> None:
    """Let there be a pool of so many codes, of which ``coupon_composer`` makes one stand in every message."""
    now = utc_now()
    with ledger.transaction() as t:
        t.coupons.begin("ten", now=now)
        t.coupons.add("ten", [f"TEN-{n:06}" for n in range(count)], now=now)


def coupon_composer(ledger: Ledger) -> Composer:
    """The composer of messages that hold codes where the ledger has a pool of them, else the plain one."""

    def find(messages: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        with ledger.reading() as t:
            return t.coupons.codes_of(messages)

    with ledger.reading() as t:
        pools = t.coupons.first_codes()
    return composer(COUPON, codes=Codes(find, pools)) if pools else composer()


def people(count: int) -> list[str]:
    return [f"p{number}@buyers.example" for number in range(count)]
