"""A ledger is proved once, and again as soon as anybody but ourselves has written to it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from coterie.errors import Damaged
from coterie.store import Ledger, open_ledger
from tests.store.rows import NOW
from tests.store.test_sealing import KEY, consent, fill


@pytest.fixture
def proofs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the rows were gone through: one entry each time."""
    from coterie.store import transaction

    done: list[int] = []
    real = transaction.prove

    def counted(*args: object) -> None:
        done.append(1)
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(transaction, "prove", counted)
    return done


@pytest.fixture
def filled(tmp_path: Path) -> Ledger:
    ledger = open_ledger(tmp_path / "ledger.sqlite", KEY)
    fill(ledger)
    return ledger


def prove(ledger: Ledger) -> None:
    with ledger.reading() as t:
        t.prove()


def write(ledger: Ledger) -> None:
    with ledger.transaction() as t:
        t.consents.add(pa.Table.from_pylist([consent("zoe")]))
        t.audit.append("did", "thing", {}, actor="ann", at=NOW)


def test_a_ledger_is_proved_once_where_only_we_write(filled, proofs):
    prove(filled)
    for _ in range(3):
        write(filled)
        prove(filled)
    assert len(proofs) == 1


@pytest.mark.parametrize("before", ["nothing", "we write", "we write after"])
def test_what_another_hand_changes_after_the_proof_is_found(filled, proofs, before):
    prove(filled)
    if before == "we write":
        write(filled)
    with closing(sqlite3.connect(filled.file, isolation_level=None)) as intruder:
        assert intruder.execute("UPDATE consents SET state = 'withdrawn' WHERE consent_id = 2").rowcount == 1
    if before == "we write after":
        write(filled)
    for _ in range(2):
        with pytest.raises(Damaged, match="consents 2"):
            prove(filled)
    assert len(proofs) == 3


def test_another_process_that_writes_rightly_is_proved_once_more(filled, proofs):
    prove(filled)
    other = open_ledger(filled.file, KEY)
    write(other)
    for _ in range(2):
        prove(filled)
    other.close()
    assert len(proofs) == 2


def test_a_hand_that_uses_our_own_connection_is_found(filled):
    prove(filled)
    with filled._engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM unread_consents"))
    with pytest.raises(Damaged, match="unread_consents"):
        prove(filled)


def test_bytes_changed_in_the_file_are_looked_at_again_even_with_its_time_put_back(filled, proofs):
    with closing(sqlite3.connect(filled.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    prove(filled)
    kept = filled.file.stat()
    content = bytearray(filled.file.read_bytes())
    place = content.index(b"email:bob@shop.example")
    content[place + 6 : place + 9] = b"zoe"
    with filled.file.open("r+b") as file:
        file.write(content)
    os.utime(filled.file, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    prove_or_not = len(proofs)
    with filled.reading() as t, suppress(Damaged):
        t.prove()
    assert len(proofs) == prove_or_not + 1


def test_a_failed_write_neither_ends_nor_makes_a_proof(filled, proofs):
    prove(filled)
    with suppress(ZeroDivisionError), filled.transaction() as t:
        t.facts.put("size", "small")
        raise ZeroDivisionError
    prove(filled)
    assert len(proofs) == 1


def test_a_ledger_in_memory_and_one_on_a_server_are_proved_each_time(ledger, proofs):
    memory = open_ledger(None, KEY)
    for each in (memory, ledger):
        if each.file is None:
            proofs.clear()
            prove(each)
            prove(each)
            assert len(proofs) == 2
