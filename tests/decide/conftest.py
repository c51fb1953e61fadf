"""A small shop: a warehouse with people and orders, a ledger with their consents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.decide import CampaignDefinition, CampaignPlan, launch_campaign, plan_campaign
from coterie.engines import Engine, open_warehouse
from coterie.protect import WorkspaceKey, record_consents
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger, open_ledger

NOW = datetime(2026, 3, 10, 12)
KEY = WorkspaceKey(b"k" * 32)


def instants(values: list[datetime]) -> pa.Array:
    return pa.array(values, pa.timestamp("us"))


@dataclass
class Shop:
    engine: Engine
    ledger: Ledger
    settings: WorkspaceSettings = field(default_factory=WorkspaceSettings)

    def plan(self, campaign: CampaignDefinition, *, as_of: datetime = NOW) -> CampaignPlan:
        return plan_campaign(self.engine, self.ledger, campaign, self.settings, as_of, key=KEY)

    def launch(self, campaign: CampaignDefinition, *, now: datetime = NOW):
        return launch_campaign(self.ledger, KEY, self.plan(campaign, as_of=now), now=now, actor="test")

    def say(
        self,
        *words: tuple[str, str],
        at: datetime = NOW - timedelta(days=1),
        namespace: str = "email",
        purpose: str = "marketing",
    ) -> None:
        """Record ``(value, state)`` pairs."""
        rows = pa.table(
            {
                "namespace": [namespace] * len(words),
                "value": [value for value, _ in words],
                "state": [state for _, state in words],
                "purpose": [purpose] * len(words),
                "occurred_at": instants([at] * len(words)),
            }
        )
        record_consents(self.ledger, rows, now=max(at, NOW))

    def add_people(self, count: int) -> None:
        people = list(range(1, count + 1))
        self.engine.write("profiles", pa.table({"profile_id": people, "first_seen_at": instants([NOW] * count)}))

    def add_identifiers(self, *rows: tuple[int, str, str]) -> None:
        """Add ``(profile_id, namespace, value)``, each newer than the one before."""
        first = self.engine.query("SELECT COUNT(*) AS n FROM identifiers").column(0)[0].as_py()
        ids = list(range(first + 1, first + 1 + len(rows)))
        self.engine.write(
            "identifiers",
            pa.table(
                {
                    "identifier_id": ids,
                    "namespace": [row[1] for row in rows],
                    "value": [row[2] for row in rows],
                    "profile_id": [row[0] for row in rows],
                    "first_seen_at": instants([NOW - timedelta(days=400) + timedelta(hours=n) for n in ids]),
                }
            ),
        )


def campaign(**changes: object) -> CampaignDefinition:
    chosen: dict[str, object] = {
        "name": "spring",
        "audience": {"segments": ["vip"]},
        "template": "hello",
        "goal": {"event": "Order Completed", "within": "P30D"},
    }
    return CampaignDefinition.model_validate(chosen | changes)


def bare_shop() -> Shop:
    """One order by nobody known; the templates ``hello`` and ``hello_again``."""
    shop = Shop(open_warehouse(None), open_ledger(None))
    anonymous = {"order_id": ["0"], "occurred_at": instants([NOW - timedelta(days=1)]), "status": ["completed"]}
    shop.engine.write("orders", pa.table(anonymous))
    with shop.ledger.transaction() as t:
        for template in ("hello", "hello_again"):
            t.definitions.save("template", template, {"name": template}, author="test", at=NOW)
    return shop


@pytest.fixture
def bare():
    return bare_shop


@pytest.fixture
def shop() -> Shop:
    """100 people; the even ones are vip; everybody has an address and has granted e-mail."""
    found = bare_shop()
    engine, ledger = found.engine, found.ledger
    people = list(range(1, 101))
    found.add_people(100)
    engine.write(
        "membership_flags",
        pa.table({"profile_id": people, "vip": [n % 2 == 0 for n in people], "recent": [n <= 10 for n in people]}),
        append=False,
    )
    orders = [n for n in people if n % 4 == 0]
    engine.write(
        "orders",
        pa.table(
            {
                "order_id": [str(n) for n in orders],
                "profile_id": orders,
                "occurred_at": instants([NOW - timedelta(days=n % 60) for n in orders]),
                "status": ["completed"] * len(orders),
            }
        ),
    )
    found.add_identifiers(*((n, "email", f"p{n}@example.com") for n in people))
    found.add_identifiers(*((n, "customer_id", f"C{n}") for n in people))
    found.say(*((f"p{n}@example.com", "granted") for n in people))
    yield found
    ledger.close()
    engine.close()
