"""Orders in currencies without a rate: nothing of money is said, and nothing false in its place."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import coterie
from coterie.domain import Estimate, NotEstimable
from coterie.errors import NotReady
from coterie.settings import SmtpSettings
from coterie.testing.smtp_sink import running_sink

LAUNCHED = datetime(2026, 11, 1, 12)
PEOPLE = range(60)


def _orders(day: str, first: int, people: range) -> str:
    rows = (
        f"{first + i},c{i}@example.org,2026-{day} 10:00,{10 + i % 7},{'EUR' if i % 3 else 'GBP'}\n"
        for i in people
    )  # fmt: skip
    return "order_id,email,occurred_at,revenue,currency\n" + "".join(rows)


def test_a_campaign_goes_out_and_is_read_where_money_has_no_rate(tmp_path: Path) -> None:
    now = LAUNCHED
    with running_sink(tmp_path) as sink:
        settings = coterie.WorkspaceSettings(
            currency="EUR", sender="Shop <news@shop-mail.es>", postal_address="Calle Mayor 1, Madrid", public_url="https://shop-mail.es",
            smtp=SmtpSettings(port=sink.port),
        )  # fmt: skip
        ws = coterie.open(coterie.init(tmp_path / "shop", settings), clock=lambda: now)
        (tmp_path / "orders.csv").write_text(_orders("10-20", 1, PEOPLE))
        consents = "".join(f"c{i}@example.org,email,yes,2026-09-01\n" for i in PEOPLE)
        (tmp_path / "consents.csv").write_text("email,channel,granted,occurred_at\n" + consents)
        (tmp_path / "news.yaml").write_text(
            'templates: [{name: news, subject: News, body: "<p>News</p>"}]\n'
            "campaigns: [{name: news, audience: {everybody: true}, template: news, holdout: 0.4}]\n"
        )
        ws.load(tmp_path / "orders.csv")
        ws.load(tmp_path / "consents.csv")
        ws.refresh()
        ws.apply(tmp_path / "news.yaml")
        ws.campaigns.send("news")
        (tmp_path / "later.csv").write_text(_orders("11-05", 1000, PEOPLE[::2]))
        ws.load(tmp_path / "later.csv", source="orders")
        now += timedelta(days=30)
        ws.refresh()
        told = ws.campaigns.results("news")
        assert {arm.revenue for arm in told.readout.arms} == {None}
        (effect,) = told.readout.effects
        no_rate = NotEstimable.because(
            "there is no rate for {currencies}",
            needs="rates of all currencies (`coterie rates load FILE`)",
            currencies="GBP",
        )
        assert (effect.revenue, effect.incremental_revenue, effect.revenue_relative) == (no_rate,) * 3
        assert isinstance(effect.conversion, Estimate)
        assert any("there is no rate for GBP" in said for said in told.sentences)
        assert not any("same value" in said or "nothing was bought" in said for said in told.sentences)
        assert {row["revenue"] for row in ws.kpis.retention().rows()} == {None}
        page = re.sub(r"<[^>]+>", " ", ws.report(tmp_path / "report.html").read_text("utf-8"))
        assert "No customer has ordered" not in page
        assert "no customer has spent anything" not in page
        assert "What these are worth is not known." in page
        assert "not known net of returns" not in page
        (tmp_path / "contacts.csv").write_text(
            "email,contacted_at,campaign,campaign_type\n"
            + "".join(f"c{i}@example.org,2026-10-25,autumn,A\n" for i in PEOPLE)
        )
        ws.load(tmp_path / "contacts.csv", kind="contacts")
        with pytest.raises(NotReady, match="there is no rate for GBP"):
            ws.campaigns.past()
        ws.close()
