"""The small inputs after public fault reports, whole: files through a workspace to numbers, lists and letters sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import coterie
from coterie.cli.running import run
from coterie.settings import SmtpSettings, WorkspaceSettings
from coterie.testing.smtp_sink import RunningSink, running_sink
from coterie.workspace import Workspace
from tests.laws import by_day

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 28, 12)
CAMPAIGN = """
templates: [{name: hello, subject: Hello, body: "<p>Hi</p>"}]
campaigns: [{name: one, audience: {everybody: true}, template: hello, holdout: 0}]
"""


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSink]:
    with running_sink(tmp_path_factory.mktemp("sink")) as running:
        yield running


class Base:
    """A workspace in a country, its clock moving, with what came of its letters."""

    def __init__(self, folder: Path, country: str, sink: RunningSink | None = None) -> None:
        self._sink, self._seen, self._now = sink, len(sink.accepted()) if sink else 0, NOW
        settings = WorkspaceSettings(
            country=country,
            currency="EUR",
            timezone="UTC",
            sender="Shop <news@shop-mail.es>",
            postal_address="Calle Mayor 1, Madrid",
            public_url="https://shop-mail.es",
            **({"smtp": SmtpSettings(port=sink.port)} if sink else {}),
        )
        self._campaign = folder / "campaign.yaml"
        self._campaign.write_text(CAMPAIGN)
        self.ws: Workspace = coterie.open(coterie.init(folder / "base", settings), clock=self._clock)

    def _clock(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now

    def load(self, *names: str) -> None:
        for name in names:
            self.ws.load(FILES / name)

    def sent(self) -> set[str]:
        """Whom a campaign to everybody writes to; as many as its plan says."""
        assert self._sink is not None
        self.ws.apply(self._campaign)
        told = self.ws.campaigns.send("one", dry_run=True)
        self.ws.campaigns.send("one")
        written = [str(line["recipients"][0]) for line in self._sink.accepted()[self._seen :]]  # type: ignore[index]
        assert len(written) == len(set(written)) == told.contacts
        return set(written)

    def values(self, by: str = "customer_id") -> dict[str, float]:
        """Customer (by number or address) → revenue that stands."""
        rows = self.ws.query(
            "SELECT i.value AS who, t.revenue FROM identifiers AS i JOIN traits_computed AS t USING (profile_id) "
            f"WHERE i.namespace = '{by}'"
        ).rows()
        return {str(row["who"]).strip("'"): float(str(row["revenue"] or 0)) for row in rows}

    def orders(self) -> dict[str, float]:
        """Order that stands → what is left of it."""
        rows = self.ws.query("SELECT order_id, revenue FROM orders WHERE status = 'completed' AND revenue > 0").rows()
        return {str(row["order_id"]): float(str(row["revenue"])) for row in rows}

    def kpi(self, name: str) -> object:
        return self.ws.kpis.show(name).rows()[0]["value"]


after_refresh = pytest.mark.parametrize(
    "refreshed", by_day([pytest.param(False, id="at-once"), pytest.param(True, id="after-a-refresh")], "at-once")
)


@after_refresh
@pytest.mark.parametrize(
    ("folder", "country", "base", "refused", "right"),
    [
        ("refusals", "ES", "people5 consents5 orders5", "unsub7", "q1 q3 q4 q5"),
        ("refusals", "ES", "people5 consents5 orders5", "unsub5", "q5"),
        ("refusals-by-phone", "ES", "people consents orders", "unsubscribed", "q3"),
        ("guests", "DE", "guest_0 consents", "refused", "bob eve"),
        ("guests", "DE", "guest_guest consents", "refused", "bob eve"),
        ("one-address-four-numbers", "DE", "people orders consents", "refused", "otto"),
    ],
)
def test_nobody_who_said_no_is_written_to(
    tmp_path: Path, sink: RunningSink, folder: str, country: str, base: str, refused: str, right: str, refreshed: bool
) -> None:
    shop = Base(tmp_path, country, sink)
    shop.load(*(f"{folder}/{name}.csv" for name in base.split()))
    shop.ws.refresh()
    shop.load(f"{folder}/{refused}.csv")
    if refreshed:
        shop.ws.refresh()
    assert {address.partition("@")[0] for address in shop.sent()} == set(right.split())


def test_words_of_refusal_are_understood(tmp_path: Path, sink: RunningSink) -> None:
    names = ("bo", "cy", "di", "ed", "fi", "go")
    yes = "".join(f"{name}@korb-post.de,email,yes,2025-01-01\n" for name in names)
    (tmp_path / "consents.csv").write_text("email,channel,granted,occurred_at\n" + yes)
    (tmp_path / "orders.csv").write_text("order_id,email,occurred_at,revenue\n1,go@korb-post.de,2026-11-01,5\n")
    shop = Base(tmp_path, "DE", sink)
    shop.ws.load(tmp_path / "consents.csv")
    shop.ws.load(tmp_path / "orders.csv")
    shop.ws.refresh()
    shop.load("consent-words/c2.csv")
    assert shop.sent() == {"go@korb-post.de"}


@pytest.mark.parametrize("name", by_day(["guest_0", "guest_guest"], "guest_guest"))
def test_orders_of_guests_belong_to_their_addresses(tmp_path: Path, name: str) -> None:
    shop = Base(tmp_path, "DE")
    shop.load(f"guests/{name}.csv")
    shop.ws.refresh()
    found = {who.partition("@")[0]: value for who, value in shop.values("email").items()}
    assert found == {"ann": 60, "bob": 20, "cyd": 30, "dan": 40, "eve": 60}


def test_the_shopify_export_comes_to_what_stands(tmp_path: Path) -> None:
    shop = Base(tmp_path, "DE")
    shop.load("shopify/shopify_short.csv")
    shop.ws.refresh()
    assert shop.orders() == {"#2001": 60, "#2004": 50, "#2005": 45}
    assert {who.partition("@")[0]: value for who, value in shop.values("email").items()} == {
        "uwe": 60,
        "ina": 50,
        "max": 45,
    }
    assert float(str(shop.kpi("revenue"))) == 155
    discounts = "SELECT sum(discount) AS d FROM orders WHERE status = 'completed'"
    assert float(str(shop.ws.query(discounts).rows()[0]["d"])) == 15
    found = [row for row in shop.ws.quality().rows() if row["severity"] == "serious" and row["column"] == "revenue"]
    assert found == []


@pytest.mark.parametrize("name", by_day(["returns", "lines"], "lines"))
def test_what_went_back_is_off_everywhere(tmp_path: Path, name: str) -> None:
    shop = Base(tmp_path, "DE")
    shop.load(f"returns/{name}.csv")
    shop.ws.refresh()
    assert shop.values() == {"A": 0, "B": 100, "C": 150}
    assert float(str(shop.kpi("revenue"))) == 250


def test_woocommerce_orders_stand_by_their_status(tmp_path: Path) -> None:
    shop = Base(tmp_path, "ES")
    result = shop.ws.load(FILES / "woocommerce" / "woo.csv")
    shop.ws.refresh()
    assert shop.orders() == {"9001": 45, "9002": 55, "9008": 45, "9009": 15}
    assert result.accepted == result.rows
    assert set(result.statuses) <= {"returned", "cancelled", "unpaid", "partly_returned"}
    assert sum(result.statuses.values()) == result.rows - 3


def test_values_that_name_nobody_make_no_customer(tmp_path: Path) -> None:
    shop = Base(tmp_path, "DK")
    shop.load("unusable-identifiers/customers.csv", "unusable-identifiers/orders.csv")
    shop.ws.refresh()
    values = shop.values()
    assert len(values) == 5
    assert sum(value > 0 for value in values.values()) == 4


def test_a_list_finds_its_people_in_any_spelling(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Base(tmp_path, "ES")
    shop.load("refusals-by-phone/people.csv", "refusals-by-phone/orders.csv")
    shop.ws.refresh()
    shop.ws.close()
    capsys.readouterr()
    folder = tmp_path / "base"
    assert run(["segments", "upload", "vip", str(FILES / "lists" / "keys.txt"), "-w", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unknown"] == ["nobody@x.es"]
    with coterie.open(folder) as ws:
        found = ws.query(
            "SELECT DISTINCT p.customer_id FROM list_members JOIN profiles AS p USING (profile_id) ORDER BY 1"
        )
        assert [row["customer_id"] for row in found.rows()] == ["101", "102", "103"]


def test_currencies_are_never_one_sum_without_a_rate(tmp_path: Path) -> None:
    shop = Base(tmp_path, "DE")
    shop.load("currencies/orders.csv")
    shop.ws.refresh()
    assert shop.kpi("revenue") is None
    found = [row for row in shop.ws.quality().rows() if row["measure"] == "one_currency" and row["severity"] != "ok"]
    assert found


def test_a_quoted_number_is_the_number(tmp_path: Path) -> None:
    shop = Base(tmp_path, "DE")
    shop.load("quoted-ids/customers.csv", "quoted-ids/orders.csv")
    shop.ws.refresh()
    assert shop.values() == {"6001": 5, "6002": 7}


def test_everything_may_have_gone_back(tmp_path: Path) -> None:
    shop = Base(tmp_path, "DE")
    shop.load("all-refunded/orders.csv")
    shop.ws.refresh()
    assert shop.kpi("refund_rate") == 1


def test_cohorts_with_a_gap_have_their_ages(tmp_path: Path) -> None:
    shop = Base(tmp_path, "DE")
    shop.load("retention/gap.csv")
    shop.ws.refresh()
    whole = {row["age"] for row in shop.ws.kpis.retention().rows() if not row["is_partial"]}
    assert whole == set(range(8))


def test_words_are_true_of_people_who_are_all_alike(tmp_path: Path) -> None:
    shop = Base(tmp_path, "DE")
    shop.load("rfm-ties/all_equal.csv")
    shop.ws.refresh()
    told = str(shop.ws.segmentations.rfm().parts.rows())
    assert "often" not in told
    assert "used to" not in told
