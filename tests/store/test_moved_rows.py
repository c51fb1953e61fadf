"""What migrations move keeps every row, and what another hand did to it before is still found."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from coterie.domain import Origin
from coterie.store import open_ledger, opening
from coterie.store.metadata import FACTS
from coterie.store.sealed import Head, code_of, write_head

KEY = b"k" * 32
AT = "2026-03-10 12:00:00.000000"
OUTBOX = {
    "profile_id": 7, "channel": "email", "purpose": "marketing", "address": "ann@example.com", "identities": "[]",
    "arm": "message", "variant": "hello", "state": "sent", "reason": None, "attempts": 1, "batch": "b",
    "queued_at": AT, "not_before": AT, "intended_at": AT, "finished_at": AT, "code": 250, "reply": "ok",
}  # fmt: skip
EXPOSED = {
    "arm": "message",
    "propensity": 0.9,
    "exposed_at": AT,
    "segments": None,
    "spend_before": 3.0,
    "orders_before": 1.0,
}
ROWS = {
    "outbox": [OUTBOX | {"message_id": f"m{n}", "campaign": "spring", "address_key": f"k{n}"} for n in range(3)],
    "touches": [
        {"message_id": f"m{n}", "campaign": "spring", "profile_id": 7, "address_key": f"k{n}", "channel": "email", "touched_at": AT}
        for n in range(3)
    ],
    "exposures": [EXPOSED | {"experiment": "spring", "profile_id": n} for n in range(3)],
    "definitions": [
        {
            "kind": kind, "name": name, "version": version, "body": '{"n": 1}', "is_retired": False, "author": "ann",
            "created_at": AT,
        }
        for kind, name, version in [("model", "lifetime-value", 1), ("model", "lifetime-value", 2), ("segment", "vip", 1)]
    ],
}  # fmt: skip


def seal(table: str, row: Mapping[str, object]) -> str:
    plain = {name: int(value) if isinstance(value, bool) else value for name, value in row.items()}
    told = [part for name in sorted(plain) if plain[name] is not None for part in (name, plain[name])]
    return code_of(KEY, table, *told)


@pytest.fixture
def before(place: str) -> sa.Engine:
    """A ledger as version 0004 wrote it, with messages, touches and exposures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "NEWEST", "0004")
        engine = opening.connect(opening._url_of(place))
        opening._upgrade(engine, None, None)
    head = Head()
    with engine.begin() as connection:
        for table, rows in ROWS.items():
            sealed = [row | {"seal": seal(table, row)} for row in rows]
            names = ", ".join(sealed[0])
            marks = ", ".join(f":{name}" for name in sealed[0])
            connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), sealed)
            head.tables[table] = (len(rows), sum(int(str(row["seal"]), 16) for row in sealed) % (1 << 128))
        write_head(connection, KEY, head)
    return engine


def test_every_row_and_seal_is_kept(before, place):
    before.dispose()
    ledger = open_ledger(place, KEY)
    spring = Origin("campaign", "spring")
    with ledger.reading() as t:
        assert t.outbox.counts().to_pylist() == [
            {"origin_kind": "campaign", "origin": "spring", "state": "sent", "reason": None, "messages": 3}
        ]
        assert t.outbox.messages(spring)["reply"].to_pylist() == ["ok"] * 3
        assert t.exposures.of(spring)["spend_before"].to_pylist() == [3.0] * 3
        assert len(t.touches.of(spring, [""], ["k0", "k1"], [])) == 2
        assert t.facts.get("unsealed_since") is None
        assert [(fit.number, fit.body, fit.author) for fit in t.fits.of("model", "lifetime-value")] == [
            (number, {"n": 1}, "ann") for number in (1, 2)
        ]
        assert list(t.definitions.all("segment")) == ["vip"]
        assert not t.definitions.all("model")
    assert ledger.breaches() == []
    ledger.close()
    again = open_ledger(place, KEY)
    assert again.breaches() == []
    again.close()


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        pytest.param("UPDATE outbox SET address = 'eve@example.com' WHERE message_id = 'm1'", "outbox m1", id="edited"),
        pytest.param("DELETE FROM exposures WHERE profile_id = 1", "exposures", id="removed"),
        pytest.param("UPDATE definitions SET body = '{}' WHERE version = 2", "fits model, lifetime-value, 2", id="fit"),
        pytest.param("UPDATE touches SET seal = NULL WHERE message_id = 'm2'", "touches m2", id="unsealed"),
    ],
)
def test_what_another_hand_did_before_is_found_after(before, place, damage, found):
    with before.begin() as connection:
        connection.execute(sa.text(damage))
    before.dispose()
    ledger = open_ledger(place, KEY)
    assert any(str(breach).startswith(found) for breach in ledger.breaches()), ledger.breaches()
    ledger.close()


def test_a_kill_between_moving_and_sealing_is_made_up_for(before, place):
    opening._upgrade(before, "0004", None)
    with before.connect() as connection:
        kept = dict(connection.execute(sa.select(FACTS.c.name, FACTS.c.value)).all())
    assert (kept["unsealed_since"], json.loads(kept["head"])["stand"]["tick"]) == ("0005", 0)
    before.dispose()
    ledger = open_ledger(place, KEY)
    assert ledger.breaches() == []
    ledger.close()
