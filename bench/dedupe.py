"""What it costs to know whether a message came before, ever, as ids grow; beside a primary key of DuckDB's.

The product's own runs are filled with made-up hashes through ``remember``, as the pump fills them, and asked in batches of
20,000 of which a twentieth came before. The path is the whole of one turn of the pump, from the journal to the commit, over
those runs. Processor seconds; goal: the path within ± 30 % at 1 M, 20 M and 100 M ids.

    python bench/dedupe.py [--ids 1000000,5000000] [--rounds 7]

The long run is ``--ids 1000000,20000000,100000000`` (minutes, 3 GB of disk and as much memory).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np

from coterie.collect.intake import Pump, Seen
from coterie.engines import Engine, open_warehouse
from coterie.settings import WorkspaceSettings
from coterie.store import Request, open_journal, open_ledger
from intake import ID, KINDS

ASKED, REPEATED = 20_000, 20
AT_ONCE = 250_000
BATCHES = KINDS[0]


def hashes(first: int, number: int) -> list[bytes]:
    """Made-up hashes of 128 bits, always the same of the same numbers."""
    numbers = np.arange(first, first + number, dtype=np.uint64)
    mixed = [(numbers * np.uint64(odd)) ^ (numbers >> np.uint64(7)) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)]
    whole = np.stack(mixed, axis=1).astype(">u8").tobytes()
    return [whole[place : place + 16] for place in range(0, len(whole), 16)]


def fill(seen: Seen, engine: Engine, known: int, wanted: int) -> None:
    """Have it remember the made-up ids up to ``wanted``."""
    for first in range(known, wanted, AT_ONCE):
        number = min(AT_ONCE, wanted - first)
        seen.remember(engine, hashes(first, number), [1] * number, 0)


def looked_up(seen: Seen, known: int, rounds: int) -> float:
    """Processor microseconds an id."""
    spent = []
    for nth in range(rounds):
        asked = hashes(10**12 + nth * ASKED, ASKED - ASKED // REPEATED) + hashes(
            nth * 7919 % (known // 2), ASKED // REPEATED
        )
        own = time.process_time()
        found = seen.look(asked)
        spent.append((time.process_time() - own) / ASKED * 1e6)
        assert sum(each >= 0 for each in found) == ASKED // REPEATED
    return statistics.median(spent)


def turned(pump: Pump, journal: object, first: int, rounds: int) -> float:
    """Processor microseconds a message of one whole turn."""
    spent, number = [], first
    for _ in range(rounds):
        requests = []
        for _ in range(ASKED // BATCHES.messages):
            number += 1
            body = BATCHES.body.replace(ID, b"%012d" % number)
            requests.append(Request(datetime(2026, 11, 29, 10), "web", "batch", BATCHES.messages, body))  # noqa: DTZ001 - naive UTC, as stored
        journal.append(requests, trim_to=pump.read.position)
        own = time.process_time()
        assert pump.turn() == ASKED
        spent.append((time.process_time() - own) / ASKED * 1e6)
    return statistics.median(spent)


def by_key(wanted: int, rounds: int) -> float:
    """The same question of a table with a primary key, processor microseconds an id."""
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    connection.execute("CREATE TABLE seen (id UBIGINT PRIMARY KEY)")
    connection.execute(f"INSERT INTO seen SELECT range * 11400714819323198485::UHUGEINT % 18446744073709551616::UHUGEINT FROM range({wanted})")  # fmt: skip
    spent = []
    for nth in range(rounds):
        own = time.process_time()
        connection.execute(
            f"INSERT OR IGNORE INTO seen SELECT hash(range + {nth * ASKED}) FROM range({ASKED})"
        ).fetchall()
        spent.append((time.process_time() - own) / ASKED * 1e6)
    connection.close()
    return statistics.median(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ids", default="1000000,5000000")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    sizes = [int(each) for each in given.ids.split(",")]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        engine, ledger = open_warehouse(folder / "w.duckdb", threads=1), open_ledger(None, b"k" * 32)
        seen, journal = Seen(folder / "seen"), open_journal(folder / "journal.sqlite")
        seen.bring(engine)
        pump = Pump(engine, journal, seen, WorkspaceSettings(), ledger)
        known, paths = 0, []
        for nth, wanted in enumerate(sizes):
            began = time.process_time()
            fill(seen, engine, known, wanted)
            filled, known = (time.process_time() - began) / max(wanted - known, 1) * 1e6, wanted
            look = looked_up(seen, wanted, given.rounds)
            paths.append(turned(pump, journal, nth * 10**6, given.rounds))
            print(
                f"{wanted:12,} ids: look {look:5.2f} µs an id, remember {filled:5.2f} µs an id   whole path {paths[-1]:6.1f} µs a message "
                f"({(paths[-1] / paths[0] - 1) * 100:+.0f} %)   runs {sum(f.stat().st_size for f in (folder / 'seen').glob('*.npy')) / 1e6:,.0f} MB",
                flush=True,
            )
        few = min(sizes)
        print(f"{few:12,} ids: DuckDB, insert into a primary key of 64 bits {by_key(few, given.rounds):5.2f} µs an id")
        engine.close()
        ledger.close()


if __name__ == "__main__":
    main()
