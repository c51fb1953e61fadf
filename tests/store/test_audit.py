from __future__ import annotations

import random
import sqlite3
from contextlib import closing

from coterie.store import open_ledger
from tests.store.rows import NOW


def write_acts(ledger, count: int) -> None:
    with ledger.transaction() as t:
        for number in range(count):
            t.audit.append("did", f"thing {number}", {"n": number, "名": "值"}, actor="ann", at=NOW)


def test_a_chain_written_by_us_is_whole(ledger):
    write_acts(ledger, 5)
    write_acts(ledger, 5)
    with ledger.reading() as t:
        assert t.audit.first_break() is None
        assert [entry.audit_id for entry in t.audit.entries()] == list(range(1, 11))
        assert [dict(entry.detail)["n"] for entry in t.audit.entries(act="did")] == [0, 1, 2, 3, 4] * 2


def test_every_edit_deletion_and_insertion_is_found(tmp_path):
    """Reliability D7: each of 400 random changes to the file's rows breaks the chain at that row."""
    file = tmp_path / "ledger.sqlite"
    ledger = open_ledger(file)
    write_acts(ledger, 20)
    chooser = random.Random(7)
    columns = ["occurred_at", "actor", "act", "subject", "detail", "previous_hash", "hash"]
    with closing(sqlite3.connect(file, isolation_level=None)) as intruder:
        for _ in range(400):
            row, column = chooser.randint(1, 20), chooser.choice(columns)
            kept = intruder.execute("SELECT * FROM audit WHERE audit_id = ?", (row,)).fetchone()
            (value,) = intruder.execute(f"SELECT {column} FROM audit WHERE audit_id = ?", (row,)).fetchone()
            if chooser.random() < 0.3:
                intruder.execute("DELETE FROM audit WHERE audit_id = ?", (row,))
            else:
                place = chooser.randrange(len(value)) if value else 0
                swapped = "1" if value[place : place + 1] == "0" else "0"
                changed = value[:place] + swapped + value[place + 1 :]
                if column == "occurred_at":
                    changed = value.replace("2026", "2025")
                intruder.execute(f"UPDATE audit SET {column} = ? WHERE audit_id = ?", (changed, row))
            with ledger.reading() as t:
                assert t.audit.first_break() == row, (column, row)
            intruder.execute("DELETE FROM audit WHERE audit_id = ?", (row,))
            intruder.execute(f"INSERT INTO audit VALUES ({','.join('?' * len(kept))})", kept)
        with ledger.reading() as t:
            assert t.audit.first_break() is None
    ledger.close()


def test_the_newest_are_told_first_and_page_by_page(ledger):
    write_acts(ledger, 5)
    with ledger.reading() as t:
        assert [entry.audit_id for entry in t.audit.latest(before=None, most=2)] == [5, 4]
        assert [entry.audit_id for entry in t.audit.latest(before=4, most=9)] == [3, 2, 1]
        assert [entry.audit_id for entry in t.audit.page(after=2, most=2)] == [3, 4]
