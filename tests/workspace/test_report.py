"""The report, against numbers counted by hand, and on data that allow less."""

from __future__ import annotations

import csv
import html
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import coterie
from tests.workspace.shop import CUSTOMERS, NOW, filled

BUYERS = [n for n in range(1, CUSTOMERS + 1) if n % 7]
ORDERS = sum(n % 7 for n in BUYERS)


def words_of(ws: coterie.Workspace, folder: Path, lang: str = "en") -> str:
    """What a reader reads: the page without its pictures, marks and styles."""
    return plain(ws.report(folder / f"{lang}.html", lang=lang).read_text("utf-8"))


def plain(page: str) -> str:
    page = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def opened(folder: Path, rows: list[dict[str, object]], **load: str) -> coterie.Workspace:
    file = folder / "rows.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    ws = coterie.open(coterie.init(folder / "shop"), clock=lambda: datetime(2026, 3, 1))
    ws.load(file, **load)
    ws.refresh()
    return ws


def order(number: int, customer: str | None, day: int, total: float, **more: object) -> dict[str, object]:
    return {
        "order_id": f"O{number}",
        "customer_id": customer or "",
        "order_date": f"2026-02-{day:02d}",
        "total": total,
        **more,
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The report on the small shop, by language."""
    folder = tmp_path_factory.mktemp("reported")
    with coterie.open(filled(folder / "shop"), clock=lambda: NOW) as ws:
        return {lang: ws.report(folder / f"{lang}.html", lang=lang).read_text("utf-8") for lang in ("en", "zh")}


def test_the_first_page_says_what_was_found(pages: dict[str, str]) -> None:
    page = pages["en"]
    first_page = plain(page[: page.index('<section id="overview"')])
    revenue = sum(10 * n * (n % 7) for n in BUYERS)
    said = (
        f"{len(BUYERS)} of {CUSTOMERS} customers have bought; together they placed {ORDERS} orders worth ${revenue:,}"
    )
    assert said in first_page
    for gist in ("of their net revenue (Gini", "of customers' revenue", "3 segments are defined", "checks on the data"):
        assert gist in first_page


def test_every_picture_has_words_beneath_and_for_those_who_cannot_see_it(pages: dict[str, str]) -> None:
    page = pages["en"]
    figures = re.findall(r'<figure><div class="picture" role="img" aria-label="([^"]*)">.*?<figcaption>(.*?)</figcaption>', page, re.DOTALL)  # fmt: skip
    assert len(figures) == page.count('class="picture"') > 3
    assert all(len(seen) > 20 and len(beneath) > 20 for seen, beneath in figures)


def test_the_chinese_report_has_no_english_sentence(pages: dict[str, str]) -> None:
    told = plain(pages["zh"])
    told = re.sub(r"`[^`]*`|（Fader.*?）|BG/NBD|Gamma-Gamma", "", told)
    assert re.findall(r"\b[A-Za-z]+ [a-z]+ [a-z]+ [a-z]+\b", told) == []


def test_what_the_data_do_not_allow_is_named_with_the_reason(tmp_path: Path) -> None:
    rows = [{"customer_id": f"C{n}", "age": 20 + n, "city": "Oslo"} for n in range(40)]
    with opened(tmp_path, rows, kind="customers") as ws:
        told = words_of(ws, tmp_path)
    assert "40 customers are known; no completed orders were loaded" in told
    assert "$0" not in told
    assert "Lead" not in told
    missing = told[told.rindex("Not in this report") :]
    for part in (
        "Value concentration",
        "Lifecycle",
        "RFM",
        "Lifetime value",
        "Personas",
        "Target segments",
        "Channels",
    ):
        assert part in missing


def visits() -> list[dict[str, object]]:
    """90 people who looked and put aside, and bought nothing: 30 daily, 30 each tenth day, 30 not for two months."""
    rows = []
    for n in range(90):
        days = (range(1, 57), range(1, 90, 10), range(60, 90, 6))[n % 3]
        for place, ago in enumerate(days):
            at = datetime(2026, 3, 1) - timedelta(days=ago, hours=n % 5)
            what = "cart" if n % 3 == 0 and place % 4 == 0 else "view"
            rows.append(
                {
                    "event_time": f"{at:%Y-%m-%d %H:%M:%S}",
                    "event_type": what,
                    "product_id": f"P{(n + ago) % 9}",
                    "user_id": f"u{n}",
                }
            )
    return rows


@pytest.fixture(scope="module")
def behaviour(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What reports on visits alone say, by language."""
    folder = tmp_path_factory.mktemp("behaviour")
    with opened(folder, visits(), kind="events") as ws:
        ws.segmentations.discover(k="auto")
        return {lang: words_of(ws, folder, lang) for lang in ("en", "zh")}


@pytest.mark.parametrize(
    ("lang", "said", "parts", "not_said"),
    [
        (
            "en",
            ["90 customers are known; no completed orders were loaded", "Nobody has ordered, so stages are told by what people did",
             "30 count as churned", "products viewed", "more on weekends"],
            {"Value concentration": "no customer has spent anything", "RFM": "No customer has ordered.",
             "Lifetime value": "No customer has ordered."},
            ["$", "revenue a head", "already buy", "of every order", "fit lifetime-value"],
        ),
        (
            "zh",
            ["已知 90 位客户；没有载入已完成的订单", "没有人下过单，因此阶段按各人的活动判定", "30 人算作流失", "商品浏览次数", "多在周末活动"],
            {"价值集中度": "没有客户有消费", "RFM": "没有客户下过单。", "客户终身价值": "没有客户下过单。"},
            ["$", "¥", "购买场所", "每笔订单", "购物", "fit lifetime-value"],
        ),
    ],
    ids=["en", "zh"],
)  # fmt: skip
def test_visits_alone_are_reported_without_a_word_of_what_was_bought(behaviour, lang, said, parts, not_said):
    told = behaviour[lang]
    missing = told[told.rindex({"en": "Not in this report", "zh": "本报告未包含的内容"}[lang]) :]
    assert [each for each in said if each not in told] == []
    assert [
        part for part, why in parts.items() if f"{why}" not in missing[missing.index(part) :][: len(part) + 60]
    ] == []
    assert [each for each in not_said if each in told] == []


def test_orders_of_nobody_are_not_said_to_be_the_customers(tmp_path: Path) -> None:
    rows = [order(n, f"C{n % 40}" if n % 2 else None, 1 + n % 28, 10) for n in range(200)]
    with opened(tmp_path, rows, kind="orders") as ws:
        told = words_of(ws, tmp_path)
    assert "All 20 customers have bought; together they placed 100 orders worth $1,000" in told
    assert "100 orders (50% of net revenue) name no customer" in told


def test_few_customers_make_no_personas(tmp_path: Path) -> None:
    rows = [order(n, f"C{n % 7}", 1 + n, 10 + n) for n in range(12)]
    with opened(tmp_path, rows, kind="orders") as ws:
        told = words_of(ws, tmp_path)
    assert "Only 7 customers have bought" in told
    assert "a persona would be a description of single people" in told


def test_other_currencies_are_said_first(tmp_path: Path) -> None:
    rows = [order(n, f"C{n % 35}", 1 + n % 28, 10, currency=("EUR", "USD")[n % 4 == 0]) for n in range(80)]
    with opened(tmp_path, rows, kind="orders") as ws:
        told = words_of(ws, tmp_path)
    assert "The orders are in EUR 75%, USD 25%" in told[: told.index("In brief")]


LIFECYCLE = """
segmentations:
- name: lifecycle
  method: lifecycle
  at_risk_after_days: 7
  dormant_after_days: 21
  churned_after_days: 70
"""


def test_the_report_keeps_the_workspaces_own_lifecycle(shop: coterie.Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "lifecycle.yaml").write_text(LIFECYCLE, "utf-8")
    shop.apply(folder)
    shop.refresh()
    before = shop.query(
        "SELECT profile_id, segment FROM assignments WHERE segmentation = 'lifecycle' ORDER BY 1"
    ).rows()
    told = words_of(shop, tmp_path)
    after = shop.query("SELECT profile_id, segment FROM assignments WHERE segmentation = 'lifecycle' ORDER BY 1").rows()
    assert before == after
    assert "Lifecycle thresholds are those that this workspace defines." in told


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_stands_alone_and_tells_its_language(pages: dict[str, str], lang: str) -> None:
    page = pages[lang]
    assert f'<html lang="{"zh-CN" if lang == "zh" else "en"}">' in page
    assert re.findall(r'(?:src|href)="(?!#)', page) == []
    assert "://" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", page)


def test_rules_and_checks_are_told_in_words(pages: dict[str, str]) -> None:
    for lang in ("en", "zh"):
        told = plain(pages[lang])
        checks = told[told.index({"en": "All checks", "zh": "全部检查"}[lang]) :]
        assert re.findall(r"\b(?:occurred_at|profile_id|order_id|customer_id|updated_at)\b", checks) == []
