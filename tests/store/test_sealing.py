"""Whatever another hand does to the ledger is found, and the row is named."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from coterie import store
from coterie.domain import Origin, Outcome
from coterie.errors import Damaged
from coterie.protect import record_consents
from coterie.store import ApiKey, Invitation, KeptFit, Launch, Session, User, open_ledger
from coterie.store.exposures import EXPOSURES
from coterie.store.journeys import Journey
from coterie.store.sealed import columns_of, seal_of, seals_of
from coterie.store.sealing import sealed_tables
from coterie.store.sets import as_columns_are
from coterie.store.suppressions import SUPPRESSIONS
from tests.store.rows import NOW, messages

KEY = b"k" * 32
_TOUCHED = ("message_id", "origin_kind", "origin", "occurrence", "profile_id", "address_key", "channel")


def consent(name: str, state: str = "granted") -> dict[str, object]:
    return {
        "identity": f"email:{name}@shop.example",
        "purpose": "marketing",
        "channel": "email",
        "state": state,
        "effective_at": NOW,
        "occurred_at": NOW,
        "recorded_at": NOW,
        "source": "form",
        "actor": "ann",
    }


def suppression(name: str) -> dict[str, object]:
    row = {"address_key": name, "channel": "email", "is_lifted": False, "reason": "objected"}
    return row | {"source": "letter", "actor": "ann", "occurred_at": NOW}


def fill(ledger) -> None:
    names = ["ann", "bob", "cem", "dan"]
    with ledger.transaction() as t:
        t.facts.put("colour", "green")
        t.facts.put("size", "tall")
        t.facts.put("shape", "round")
    for _ in range(3):
        with ledger.transaction() as t:
            t.consents.add(pa.Table.from_pylist([consent(name) for name in names]))
            t.suppressions.add(pa.Table.from_pylist([suppression(name) for name in names]))
            t.audit.append("did", "thing", {"n": 1}, actor="ann", at=NOW)
    with ledger.transaction() as t:
        for name in names:
            t.definitions.save("segment", name, {"rule": name}, author="ann", at=NOW)
            t.fits.add(KeptFit("model", name, {"a": 1}, NOW, "ann", NOW, 4, "1.0", {"error": 0.1}))
            t.launches.add(Launch(name, {"definition": {}}, {}, NOW, NOW))
            t.journeys.put(Journey(name, 1, {}, "UTC", "running", NOW, NOW, NOW))
            t.api_keys.add(ApiKey(name, "write", f"ctr_{name}", f"hash of {name}", NOW, "ann"))
            t.users.put(User(name, name, "viewer", f"hash of {name}'s", NOW))
            t.users.invite(Invitation(name, "viewer", "ann", NOW, NOW))
            t.users.open(Session(name, name, "browser", NOW, NOW))
        t.exposures.add(
            pa.Table.from_pylist(
                [
                    {
                        "origin_kind": "campaign",
                        "origin": "spring",
                        "occurrence": "",
                        "profile_id": n,
                        "arm": "a",
                        "propensity": 0.5,
                        "exposed_at": NOW,
                    }
                    for n in range(4)
                ]
            )
        )
        t.unread.replace(names)
        for name in names:
            t.coupons.begin(name, now=NOW)
        t.coupons.add("ann", [f"CODE-{name}" for name in names], now=NOW)
        t.receipts.add(
            pa.Table.from_pylist(
                [
                    {
                        "provider": "mailgun",
                        "event_id": name,
                        "state": "unmatched",
                        "kind": "bounced",
                        "address_key": name,
                    }
                    | {"occurred_at": NOW, "received_at": NOW}
                    for name in names
                ]
            )
        )
        t.erased.add({t.erased.key_of(name): NOW + timedelta(hours=n) for n, name in enumerate(names)})
        t.outbox.queue(messages(*names))
        t.outbox.mark_sending(["m-ann"], batch="1", now=NOW)
    with ledger.transaction() as t:
        found = t.outbox.messages(Origin("campaign", "spring")).to_pylist()
        for row in found:
            t.outbox.mark_sending([row["message_id"]], batch="1", now=NOW)
        t.touches.add(
            pa.Table.from_pylist([{name: row[name] for name in _TOUCHED} | {"touched_at": NOW} for row in found])
        )
        t.outbox.record_outcomes(Outcome(row["message_id"], "sent", NOW, 250, "ok") for row in found[:2])


@pytest.fixture
def filled(tmp_path):
    file = tmp_path / "ledger.sqlite"
    ledger = open_ledger(file, KEY)
    fill(ledger)
    assert ledger.breaches() == []
    yield ledger, file
    ledger.close()


TABLES = [table.name for table in sealed_tables()] + ["audit"]


UNIQUE = {"outbox": ("address_key",), "receipts": ("event_id",), "coupons": ("code_key",)}
"""Columns of a table of which no two rows have the same."""


def _ours(table: str) -> str:
    return "name <> 'head'" if table == "ledger_facts" else "1"


def tamper(file, table: str, how: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        described = intruder.execute(f"PRAGMA table_info({table})").fetchall()
        columns, keys = [row[1] for row in described], [row[1] for row in described if row[5]]
        others = [name for name in columns if name not in keys]
        order = ", ".join(keys)
        rows = intruder.execute(f"SELECT * FROM {table} WHERE {_ours(table)} ORDER BY {order}").fetchall()
        as_dict = [dict(zip(columns, row, strict=True)) for row in rows]
        place = [{key: row[key] for key in keys} for row in as_dict]

        def where(row: dict[str, object]) -> tuple[str, list[object]]:
            return " AND ".join(f"{key} = ?" for key in keys), [row[key] for key in keys]

        if how == "edit":
            column = next(name for name in (*others, *keys) if name not in ("seal", "hash", "previous_hash"))
            text, values = where(place[1])
            old = as_dict[1][column]
            intruder.execute(
                f"UPDATE {table} SET {column} = ? WHERE {text}", [f"{old}x" if isinstance(old, str) else 987, *values]
            )
        elif how in ("delete", "tail"):
            text, values = where(place[-1 if how == "tail" else 1])
            assert intruder.execute(f"DELETE FROM {table} WHERE {text}", values).rowcount == 1
        elif how == "insert":
            new = dict(as_dict[0])
            for key in [*keys, *UNIQUE.get(table, ())]:
                new[key] = 99 if isinstance(new[key], int) else f"{new[key]}-new"
            intruder.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))})", list(new.values()))
        elif how == "swap":
            for here, there in ((0, 1), (1, 0)):
                text, values = where(place[here])
                sets = ", ".join(f"{name} = ?" for name in others)
                fresh = [as_dict[there][name] for name in others]
                if others == ["seal"]:
                    fresh = [as_dict[there]["seal"]]
                intruder.execute("PRAGMA ignore_check_constraints = ON")
                for name in UNIQUE.get(table, ()):
                    set_aside = f"UPDATE {table} SET {name} = 'aside' || {name} WHERE {text}"
                    intruder.execute(set_aside, where(place[there])[1] if here == 0 else values)
                intruder.execute(f"UPDATE {table} SET {sets} WHERE {text}", [*fresh, *values])
        elif how == "empty":
            intruder.execute(f"DELETE FROM {table} WHERE {_ours(table)}")
        elif how == "unseal":
            text, values = where(place[1])
            name = "hash" if table == "audit" else "seal"
            intruder.execute(f"UPDATE {table} SET {name} = '' WHERE {text}", values)


HOWS = ["edit", "delete", "tail", "insert", "empty", "unseal"]


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("table", TABLES)
def test_every_tampering_of_every_table_is_found(filled, table, how):
    ledger, file = filled
    tamper(file, table, how)
    found = ledger.breaches()
    assert found, (table, how)
    assert {breach.table for breach in found} == {table}
    if how in ("edit", "insert", "unseal"):
        assert any(breach.row for breach in found)


@pytest.mark.parametrize("table", [name for name in TABLES if name != "outbox"])
def test_two_rows_that_changed_places_are_named(filled, table):
    ledger, file = filled
    tamper(file, table, "swap")
    assert len({breach.row for breach in ledger.breaches() if breach.row}) >= (1 if table == "audit" else 2)


def test_a_chain_rebuilt_without_the_key_is_found(filled):
    ledger, file = filled
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        previous = ""
        for row in intruder.execute("SELECT * FROM audit ORDER BY audit_id").fetchall():
            content = [str(value) for value in row[:6]]
            content[3] = "nothing"
            previous_hash, previous = (
                previous,
                hashlib.sha256(json.dumps([previous, *content]).encode()).hexdigest(),
            )
            intruder.execute(
                "UPDATE audit SET act = 'nothing', previous_hash = ?, hash = ? WHERE audit_id = ?",
                (previous_hash, previous, row[0]),
            )
    assert {breach.table for breach in ledger.breaches()} == {"audit"}


@pytest.mark.parametrize(
    ("later", "is_linked"),
    [
        pytest.param(0, False, id="the-last"),
        pytest.param(1, False, id="one-amid-others"),
        pytest.param(1, True, id="one-to-which-the-next-is-linked"),
    ],
)
def test_an_entry_of_a_copy_that_went_another_way_is_found(filled, tmp_path, later, is_linked):
    """It bears a code that is right; what comes after it does not follow it."""
    ledger, file = filled
    twin = tmp_path / "twin.sqlite"
    with closing(sqlite3.connect(file)) as here, closing(sqlite3.connect(twin)) as there:
        here.backup(there)
    with closing(open_ledger(twin, KEY)) as other, other.transaction() as t:
        foreign = t.audit.append("sending held", "outbox", actor="bob", at=NOW)
    for _ in range(1 + later):
        with ledger.transaction() as t:
            t.audit.append("sending held", "outbox", actor="ann", at=NOW)
    number, code = foreign.audit_id, foreign.hash
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        intruder.execute("UPDATE audit SET actor = 'bob', hash = ? WHERE audit_id = ?", (code, number))
        if is_linked:
            intruder.execute("UPDATE audit SET previous_hash = ? WHERE audit_id = ?", (code, number + 1))
    assert [(breach.table, breach.row) for breach in ledger.breaches()] == [("audit", str(number + 1))]
    with ledger.reading() as t:
        assert t.audit.first_break() == number + 1


def test_a_value_that_was_moved_to_another_column_is_found(filled):
    ledger, file = filled
    said = {"namespace": "email", "value": "ann@x.example", "state": "granted", "text_version": "3", "occurred_at": NOW}
    record_consents(ledger, pa.Table.from_pylist([said]), now=NOW)
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        intruder.execute("UPDATE consents SET text_hash = text_version, text_version = NULL WHERE text_version = '3'")
    assert {breach.table for breach in ledger.breaches()} == {"consents"}


def test_a_head_written_without_the_key_is_found_and_takes_nothing_more(filled):
    ledger, file = filled
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        (text,) = intruder.execute("SELECT value FROM ledger_facts WHERE name = 'head'").fetchone()
        kept = json.loads(text)
        kept["stand"]["audit"] = [1, "x"]
        intruder.execute("UPDATE ledger_facts SET value = ? WHERE name = 'head'", (json.dumps(kept),))
    assert "head" in {breach.row for breach in ledger.breaches()}
    with pytest.raises(Damaged, match="head of the ledger"), ledger.transaction() as t:
        t.facts.put("colour", "red")


def test_a_row_that_another_hand_changed_is_never_acted_on_nor_sealed_anew(filled):
    ledger, file = filled
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        intruder.execute("UPDATE outbox SET address = 'thief@evil.example' WHERE state = 'sending'")
    with pytest.raises(Damaged, match="outbox was changed by another hand"), ledger.transaction() as t:
        t.outbox.mark_unknown("email", now=NOW)
    assert {breach.table for breach in ledger.breaches()} == {"outbox"}


def test_another_key_opens_nothing(filled):
    _, file = filled
    with pytest.raises(Damaged, match="not the key that this ledger"):
        open_ledger(file, b"x" * 32)


def test_who_asks_for_the_key_is_told_whether_one_was_used(tmp_path):
    told = []

    def key(was_used: bool) -> bytes:
        told.append(was_used)
        return KEY

    for _ in range(2):
        open_ledger(tmp_path / "ledger.sqlite", key).close()
    assert told == [False, True]


def test_the_ledger_on_both_databases_is_whole_after_all_that_is_done_to_it(ledger):
    fill(ledger)
    with ledger.transaction() as t:
        t.facts.put("colour", None)
        t.facts.put("size", "short")
        t.outbox.cancel(Origin("campaign", "spring"), now=NOW)
        t.outbox.mark_unknown("email", now=NOW + timedelta(days=1))
        t.unread.replace(["ann"])
        t.definitions.retire("segment", "ann", author="ann", at=NOW)
        known = t.outbox.messages(Origin("campaign", "spring")).select(["message_id"]).num_rows
        assert t.outbox.queue(messages("ann", "eve")) == 1
        assert known == 4
    assert ledger.breaches() == []
    with ledger._engine.begin() as connection:
        connection.execute(sa.text("UPDATE consents SET state = 'withdrawn' WHERE consent_id = 5"))
    assert [(each.table, each.row) for each in ledger.breaches() if each.row] == [("consents", "5")]


def test_sealed_tables_are_written_through_their_seals_alone():
    unsealed = {"sealed.py", "sealing.py", "sets.py", "audit.py", "jobs.py", "kept_answers.py", "env.py"}
    unsealed.add("personal.py")  # jobs and kept answers, which have no seals
    unsealed.add("resealing.py")  # keeps what was not right before not right
    unsealed.add("enrolments.py")  # say when something is said, never whether it may be
    unsealed.add("backup.py")  # copies whole rows into a new ledger, their seals with them
    writing = re.compile(r"sa\.(update|insert|delete)\((?!WATERMARKS\b)|add_rows\(")
    files = [file for file in Path(store.__file__).parent.glob("*.py") if file.name not in unsealed]
    assert [file.name for file in files if writing.search(file.read_text("utf-8"))] == []


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INSTANTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1))
ROW = st.fixed_dictionaries(
    {
        "origin": TEXTS,
        "occurrence": TEXTS,
        "arm": TEXTS,
        "profile_id": st.integers(-(2**63), 2**63 - 1),
        "exposed_at": INSTANTS,
    },
    optional={
        "propensity": st.none() | st.floats(),
        "orders_before": st.none() | st.floats(allow_nan=False),
        "segments": st.none() | TEXTS,
    },
)


@given(st.lists(ROW, max_size=6))
def test_a_set_of_rows_has_the_seals_that_its_rows_have(rows) -> None:
    names = [name for name in columns_of(EXPOSURES) if any(name in row for row in rows)]
    whole = as_columns_are(EXPOSURES, pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows]))
    absent = dict.fromkeys(columns_of(EXPOSURES))
    assert seals_of(KEY, EXPOSURES, whole) == [seal_of(KEY, EXPOSURES, absent | row) for row in rows]


@given(st.lists(st.booleans() | st.none(), max_size=6))
def test_claims_are_sealed_as_numbers_wherever_they_come_from(claims) -> None:
    rows = as_columns_are(SUPPRESSIONS, pa.table({"is_lifted": pa.array(claims, pa.bool_())}))
    absent = dict.fromkeys(columns_of(SUPPRESSIONS))
    by_number = [None if claim is None else int(claim) for claim in claims]
    assert seals_of(KEY, SUPPRESSIONS, rows) == [
        seal_of(KEY, SUPPRESSIONS, absent | {"is_lifted": n}) for n in by_number
    ]
