"""Products that cost less, or can be had again, as events of those who are interested and of nobody else."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import coterie

NOW = datetime(2026, 11, 2, 9)
DAY = timedelta(days=1)


class Store:
    """A workspace that files are loaded into, with a clock that is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.now, self._folder, self._files = NOW, folder, 0
        self.ws = coterie.open(coterie.init(folder / "shop"), clock=lambda: self.now)

    def load(self, kind: str, *rows: dict[str, object], dry_run: bool = False) -> None:
        self._files += 1
        file = self._folder / f"{kind}{self._files}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        found = self.ws.load(file, kind=kind, source=kind, dry_run=dry_run)
        assert found.accepted == found.rows == len(rows), found

    def products(self, *rows: tuple[str, float, object]) -> None:
        self.load("products", *({"product_id": n, "name": f"The {n}", "price": p, "stock": s} for n, p, s in rows))

    def did(self, event: str, who: str, product: str, at: datetime) -> None:
        self.load(
            "events",
            {
                "event_id": f"E{self._files}",
                "customer_id": who,
                "event": event,
                "occurred_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                "product_id": product,
            },
        )

    def told(self) -> list[tuple[object, ...]]:
        rows = self.ws.query(
            """SELECT e.name, i.value AS who, e.occurred_at AS at, e.properties.product_id::VARCHAR AS product,
                e.properties.drop::DOUBLE AS drop, e.properties.interest::VARCHAR AS interest, e.properties.days::DOUBLE AS days
            FROM events e JOIN identifiers i ON i.identifier_id = e.identifier_id WHERE e.source = 'coterie' ORDER BY ALL"""
        )
        return [tuple(row.values()) for row in rows]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    opened.products(("P1", 100, 0), ("P2", 50, 4), ("P3", 10, 1))
    yield opened
    opened.ws.close()


def test_who_looked_wished_or_put_it_into_a_cart_is_told_once_and_who_bought_it_since_is_not(store: Store) -> None:
    store.did("Product Viewed", "C1", "P1", NOW - 13 * DAY)
    store.did("Product Added to Wishlist", "C2", "P1", NOW - 40 * DAY)
    store.did("Product Viewed", "C3", "P1", NOW - 13 * DAY)  # and bought it then
    store.did("Product Viewed", "C4", "P1", NOW - 13 * DAY)  # who had bought one before
    store.did("Product Viewed", "C5", "P1", NOW - 200 * DAY)  # long ago
    store.did("Product Added", "C6", "P2", NOW - DAY)  # which costs more now
    for who, at in (("C3", NOW - 10 * DAY), ("C4", NOW - 30 * DAY)):
        sold = {"order_id": f"O-{who}", "customer_id": who, "ordered_at": f"{at:%Y-%m-%d %H:%M:%S}"}
        store.load("order_lines", {**sold, "product_id": "P1", "quantity": 1, "amount": 100})
    store.ws.refresh()
    store.now += DAY
    assert store.told() == []
    store.products(("P1", 80, 0), ("P2", 60, 4), ("P3", 5, 1))
    dropped = [
        ("Price Dropped", "C1", store.now, "P1", 0.2, "viewed", 14.0),
        ("Price Dropped", "C2", store.now, "P1", 0.2, "wished", 41.0),
        ("Price Dropped", "C4", store.now, "P1", 0.2, "viewed", 14.0),
    ]
    assert store.told() == dropped
    store.now += DAY
    store.products(("P1", 80, 3), ("P2", 60, 4), ("P3", 5, 1))
    back = [("Back In Stock", row[1], store.now, "P1", None, row[5], float(row[6]) + 1) for row in dropped]  # type: ignore[arg-type]
    assert store.told() == back + dropped


def test_what_did_not_change_or_is_only_tried_tells_nobody(store: Store, tmp_path: Path) -> None:
    store.did("Product Viewed", "C1", "P1", NOW - DAY)
    store.load("products", {"product_id": "P1", "name": "Another", "price": 100, "stock": 0})
    store.load("products", {"product_id": "P1", "price": 50, "stock": 9}, dry_run=True)
    store.load("products", {"product_id": "P1", "price": 0, "stock": 0})  # no price that is one
    store.load("products", {"product_id": "P9", "price": 1, "stock": 9})  # that there was not
    assert store.told() == []


def test_people_who_are_not_resolved_yet_are_told_too(store: Store) -> None:
    """Before any refresh nobody has a profile; the event follows the identifier."""
    store.did("Product Added", "C1", "P1", NOW - DAY)
    store.did("Product Viewed", "C1", "P1", NOW - 2 * DAY)
    store.products(("P1", 90, 0))
    assert store.told() == [("Price Dropped", "C1", store.now, "P1", 0.1, "carted", 1.0)]
    store.ws.refresh()
    (row,) = store.ws.query("SELECT profile_id FROM events WHERE name = 'Price Dropped'")
    assert row["profile_id"] == store.ws.profiles.find("C1")


def test_a_file_without_stock_says_nothing_of_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.load("products", {"product_id": "P1", "price": 5})
    store.did("Product Viewed", "C1", "P1", NOW - DAY)
    store.load("products", {"product_id": "P1", "price": 6, "in_stock": "true"})
    assert store.told() == []
    store.load("products", {"product_id": "P1", "price": 6, "in_stock": "false"})
    store.load("products", {"product_id": "P1", "price": 6, "in_stock": "true"})
    assert [row[0] for row in store.told()] == ["Back In Stock"]
    store.ws.close()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("availability", ("out_of_stock", "preorder", "in_stock")),
        ("stock_status", ("outofstock", "onbackorder", "instock")),
        ("in_stock", ("no", "no", "Yes")),
        ("库存状态", ("缺货", "售罄", "有货")),
        ("inventory", ("-2", "0", "3")),
    ],
)
def test_stock_is_told_in_numbers_or_words(tmp_path: Path, column: str, words: tuple[str, ...]) -> None:
    store = Store(tmp_path)
    store.load("products", {"product_id": "P1", "price": 5, column: words[0]})
    store.did("Product Viewed", "C1", "P1", NOW - DAY)
    store.load("products", {"product_id": "P1", "price": 5, column: words[1]})
    assert store.told() == []
    store.load("products", {"product_id": "P1", "price": 5, column: words[2]})
    assert [row[0] for row in store.told()] == ["Back In Stock"]
    store.ws.close()
