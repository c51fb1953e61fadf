"""However messages come (in which batches, how often, through which new starts), what is kept is the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from coterie.collect.intake import seen as seeing
from coterie.collect.intake.pump import Totals
from coterie.collect.intake.seen import NEW, Seen
from coterie.engines import Engine, open_warehouse
from coterie.store import open_ledger
from tests.collect.intake.conftest import KEY, Yard, _yard, track

SAID: dict[str, dict[str, object]] = {
    "seen": track("seen", properties={"price": 5}),
    "order": track(
        "order", "Order Completed", properties={"order_id": "o1", "revenue": 5, "products": [{"sku": "p", "price": 5}]}
    ),
    "lines": track(
        "lines", "Order Completed", properties={"order_id": "o2", "products": [{"sku": "p", "price": 3, "discount": 1}]}
    ),
    "back": track("back", "Order Refunded", properties={"order_id": "o1", "total": 2}),
    "who": {
        "type": "identify",
        "messageId": "who",
        "userId": "u1",
        "traits": {"email": "ann@shop.example", "plan": "pro"},
    },
    "page": {"type": "page", "messageId": "page", "anonymousId": "a1", "name": "Home"},
    "both": track("both", "Cart Viewed", anonymousId="a1"),
    "bad": track("bad", timestamp="soon"),
}
KEPT = (
    "SELECT event_id, name, occurred_at, properties::JSON::VARCHAR FROM events ORDER BY 1",
    "SELECT order_id, undoes, revenue, status::VARCHAR FROM orders ORDER BY 1, 2",
    "SELECT order_id, line_number, product_id, revenue FROM order_lines ORDER BY 1, 2",
    "SELECT customer_id, email, plan FROM customer_records ORDER BY 1",
    "SELECT namespace, value FROM identifiers ORDER BY 1, 2",
    "SELECT message_id FROM messages ORDER BY 1",
)


def _told(way: list[list[str]], folder: Path, *, restarts: bool) -> Yard:
    yard = _yard(folder, open_warehouse(None, threads=1), open_ledger(None, KEY))
    for batch in way:
        yard.take(*(SAID[name] for name in batch))
        if restarts:
            yard = yard.reopened()
    return yard


@pytest.mark.parametrize("seed", range(2))
def test_batches_and_repeats_change_nothing(seed: int) -> None:
    dice = random.Random(seed)
    way = [dice.choices(sorted(SAID), k=dice.randrange(1, 9)) for _ in range(3)]
    restarts = bool(seed % 2)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        found = _told(way, Path(one), restarts=restarts)
        names = sorted({name for batch in way for name in batch})
        once = _told([[name] for name in names], Path(other), restarts=False)
        for sql in KEPT:
            try:
                expected = once.rows(sql)
            except Exception:  # noqa: BLE001 - a column that only some messages bring
                continue
            assert found.rows(sql) == expected
        good, bad = set(names) - {"bad"}, sum(batch.count("bad") for batch in way)
        told = sum(map(len, way))
        assert found.pump.read.totals == Totals(accepted=len(good), duplicate=told - bad - len(good), refused=bad)
        for yard in (found, once):
            yard.engine.close()
            yard.ledger.close()


@pytest.fixture
def engine() -> Iterator[Engine]:
    found = open_warehouse(None, threads=1)
    yield found
    found.close()


def test_runs_know_what_a_plain_table_knows(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing, "_AT_HAND", 50)
    dice, seen, oracle = random.Random(7), Seen(tmp_path / "seen"), dict[bytes, int]()
    seen.bring(engine)
    for batch in range(1, 60):
        ids = {dice.randrange(5_000).to_bytes(8, "big") + bytes(7) + bytes([dice.randrange(2)]) for _ in range(40)}
        asked = sorted(ids)
        assert seen.look(asked) == [oracle.get(each, NEW) for each in asked]
        fresh = [each for each in asked if each not in oracle]
        payloads = [dice.randrange(1, 1 << 63) for _ in fresh]
        oracle |= dict(zip(fresh, payloads, strict=True))
        seen.remember(engine, fresh, payloads, batch)
    assert len(seen) == len(oracle)
    assert len(list((tmp_path / "seen").glob("*.npy"))) < 8
