"""A bit that a disk turned is found, or nothing that is kept has changed by it; nobody sees a traceback."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from coterie.errors import CoterieError
from coterie.store import open_ledger
from tests.store.rows import exposures, messages
from tests.store.test_sealing import KEY, fill


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("flips") / "ledger.sqlite"
    ledger = open_ledger(file, KEY)
    fill(ledger)
    with ledger.transaction() as t:
        t.exposures.add(exposures(range(300), "autumn"))
        t.outbox.queue(messages(*(f"p{n}" for n in range(300)), campaign="autumn"))
    ledger.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.read_bytes()


def rows_of(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [line for line in connection.iterdump() if line.startswith("INSERT")]


def test_a_flipped_bit_is_found_or_changes_nothing(whole: bytes, tmp_path: Path) -> None:
    chosen, found = random.Random(20_261_129), 0
    written = [place for place, byte in enumerate(whole) if byte]
    (tmp_path / "good.sqlite").write_bytes(whole)
    kept = rows_of(tmp_path / "good.sqlite")
    for number in range(40):
        content = bytearray(whole)
        place = chosen.choice(written) if number % 4 else chosen.randrange(len(whole))
        content[place] ^= 1 << chosen.randrange(8)
        file = tmp_path / f"{number}.sqlite"
        file.write_bytes(content)
        try:
            ledger = open_ledger(file, KEY)
            try:
                is_found = bool([*ledger.damage(), *ledger.breaches()])
            finally:
                ledger.close()
        except CoterieError:
            is_found = True
        found += is_found
        assert is_found or rows_of(file) == kept, f"bit of byte {place}"
    assert found > 20
