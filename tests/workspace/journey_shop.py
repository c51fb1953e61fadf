"""A shop with a journey, and a server that writes down what it got."""

from __future__ import annotations

import atexit
import csv
import shutil
import tempfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import coterie
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import RunningSink
from coterie.workspace import Workspace
from tests.workspace.shop import copy_stores

NOW = datetime(2026, 11, 2, 9)
PEOPLE = 40

TEMPLATES = """
templates:
- {name: help, subject: "Need help, {{ profile.city }}?", body: "<p>Hi</p>", defaults: {city: us}}
- {name: cart, subject: "Your cart", body: "<p>Your cart waits</p>"}
- {name: coupon, subject: "Your cart and a coupon", body: "<p>Your cart waits</p>"}
"""
CART = """
journeys:
- name: cart
  entry: {event: Product Added, key: cart_id}
  holdout: 0
  goal: {event: Order Completed, within: 7d}
  steps:
  - {id: settle, wait: 1h}
  - id: hesitates
    wait_for: {event: Checkout Started}
    at_most: 23h
    then: [{id: t1, message: help}]
    otherwise:
    - {id: hour, wait_until: "09:00"}
    - {id: arm, split: {plain: 50, coupon: 50}, into: {plain: [{id: m1, message: cart}], coupon: [{id: m2, message: coupon}]}}
  - {id: note, emit: Cart Reminded, properties: {way: mail}}
"""


class _Records:
    """A workspace that files are loaded into."""

    def __init__(self, ws: Workspace, folder: Path) -> None:
        self.ws, self._folder, self._files = ws, folder, 0

    def load(self, kind: str, rows: list[dict[str, object]]) -> None:
        """Load rows as a file of their own."""
        self._files += 1
        file = self._folder / f"{kind}-{self._files}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        result = self.ws.load(file, kind=kind, source=kind)
        assert result.accepted == result.rows, result

    def events(self, rows: list[tuple[str, int, datetime, dict[str, object]]]) -> None:
        """Load events: name, number of the customer, instant, properties."""
        self.load(
            "events",
            [
                {
                    "event_id": f"E{self._files}-{place}",
                    "customer_id": f"C{who}",
                    "event": name,
                    "occurred_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                    "cart_id": more.get("cart_id", ""),
                }
                for place, (name, who, at, more) in enumerate(rows)
            ],
        )

    def order(self, who: int, at: datetime) -> None:
        """Load an order."""
        self.load(
            "orders",
            [
                {
                    "order_id": f"O{self._files}",
                    "customer_id": f"C{who}",
                    "occurred_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                    "revenue": 20,
                }
            ],
        )


SETTINGS: dict[str, object] = {
    "sender": "Shop <news@shop-mail.es>",
    "postal_address": "Calle Mayor 1, Madrid",
    "public_url": "https://shop-mail.es",
    "country": "ES",
    "timezone": "Europe/Madrid",
}


@cache
def _filled(definitions: str) -> Path:
    """Forty people who said yes, loaded once, and ``definitions`` taken."""
    root = Path(tempfile.mkdtemp(prefix="coterie-journeys-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with coterie.open(coterie.init(root / "shop", WorkspaceSettings.model_validate(SETTINGS)), clock=lambda: NOW) as ws:
        records, names = _Records(ws, root), range(1, PEOPLE + 1)
        records.load(
            "customers",
            [{"customer_id": f"C{n}", "email": f"c{n}@shop-mail.es", "city": ("Oslo", "Bergen")[n % 2]} for n in names],
        )
        records.load(
            "consents",
            [
                {"customer_id": f"C{n}", "channel": "email", "granted": "yes", "occurred_at": "2026-10-01"}
                for n in names
            ],
        )
        old = [("Product Added", 1, "2026-10-01 10:00:00"), ("Checkout Started", 1, "2026-10-01 11:00:00")]
        records.events([(name, who, datetime.fromisoformat(at), {"cart_id": "K0"}) for name, who, at in old])
        records.order(40, NOW - timedelta(days=1))
        ws.refresh()
        (root / "def.yaml").write_text(definitions, "utf-8")
        ws.apply(root / "def.yaml")
    return root / "shop"


class JourneyShop(_Records):
    """Forty people who said yes, and a journey, with a clock that is moved by hand."""

    def __init__(self, folder: Path, sink: RunningSink, definitions: str = TEMPLATES + CART) -> None:
        self.now, self._sink, self._seen = NOW, sink, len(sink.accepted())
        place = folder / "shop"
        coterie.init(place, WorkspaceSettings.model_validate({**SETTINGS, "smtp": SmtpSettings(port=sink.port)}))
        copy_stores(_filled(definitions), place)
        super().__init__(coterie.open(place, clock=lambda: self.now), folder)
        self._files = 10

    def apply(self, text: str) -> None:
        """Take definitions."""
        file = self._folder / "def.yaml"
        file.write_text(text, "utf-8")
        self.ws.apply(file)

    def run(self, *, after: timedelta = timedelta()) -> list[tuple[str, str]]:
        """Let time pass, then run all journeys; address and subject of what arrived."""
        self.now += after
        self.ws.journeys.run()
        accepted = self._sink.accepted()
        new, self._seen = accepted[self._seen :], len(accepted)
        return sorted((str(line["recipients"][0]), str(line["message_id"])) for line in new)  # type: ignore[index]
