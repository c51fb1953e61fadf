"""What a live turn costs beside a refresh of everybody, and how that grows with people and history.

    python bench/live.py [--profiles 20000,100000] [--batch 1000,5000,10000] [--rounds 3]

Generates the base of ``refresh_base.py``, twenty facts a profile, with its 60 traits and 100 segments, whose ranks wait for a refresh, lets its
last day be now, and tells it batches of messages of so many people, through journal and pump as a server would. Prints processor seconds
by part: taking in, and the turn that follows; the refresh is the baseline. Wall times beside. The first turn after a refresh
lays the definitions side by side at two instants and compiles them; it is told apart.

The long run is ``--profiles 100000,1000000`` (half an hour, 6 GB of disk).
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from coterie.collect.intake import Pump, Seen
from coterie.domain import Quiet
from coterie.engines import open_warehouse
from coterie.live import Live, Turn
from coterie.run import refresh_everything
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger, Request, open_journal, open_ledger
from refresh_base import AS_OF, generate, segments, traits

FACTS = 20
"""Of each profile, on average."""


def define(ledger: Ledger) -> None:
    """The definitions of the benchmark, in the ledger."""
    with ledger.transaction() as t:
        for kind, several in (("trait", traits()), ("segment", segments())):
            for each in several:
                t.definitions.save(kind, each.name, each.model_dump(mode="json"), author="bench", at=AS_OF)


def said(batch: int, people: int, profiles: int, at: str) -> bytes:
    """One message each of so many people: mostly views, some orders."""
    messages: list[dict[str, object]] = []
    for n in range(people):
        number = f"{batch}-{n}"
        who = str(1 + (batch * 7919 + n * 104729) % profiles)
        of = {"type": "track", "messageId": number, "userId": who, "timestamp": at}
        if n % 20:
            messages.append(
                {**of, "event": "Product Viewed", "properties": {"amount": n % 500, "category": f"c{n % 9}"}}
            )
        else:
            messages.append(
                {**of, "event": "Order Completed", "properties": {"order_id": f"x{number}", "revenue": 5 + n % 90}}
            )
    return json.dumps({"batch": messages}).encode()


def measure(folder: Path, facts: int, profiles: int, batches: list[int], rounds: int) -> None:
    """Print what turns cost on one base."""
    file = folder / "base.duckdb"
    generate(file, facts, profiles)
    engine, ledger = open_warehouse(file, threads=1), open_ledger(None, b"k" * 32)
    define(ledger)
    journal, seen, settings = open_journal(folder / "journal.sqlite"), Seen(folder / "seen"), WorkspaceSettings()
    seen.bring(engine)
    pump = Pump(engine, journal, seen, settings, ledger)
    now = [AS_OF + timedelta(minutes=1)]
    live = Live(engine, ledger, settings, lambda: now[0])

    def timed(work: object) -> tuple[float, float]:
        wall, cpu = time.perf_counter(), time.process_time()
        work()  # type: ignore[operator]
        return time.process_time() - cpu, time.perf_counter() - wall

    def everybody() -> None:
        refresh_everything(engine, ledger, settings, asked=None, clock=lambda: now[0], progress=Quiet())

    print(f"{profiles:,} profiles, {facts:,} facts", flush=True)
    for name in ("first refresh", "refresh"):
        print(f"  {name}: {timed(everybody)[0]:.2f} s CPU", flush=True)
    number = 0
    for nth_kind, people in enumerate(batches):
        taken, turned, walls = [], [], []
        kinds: list[Turn] = []

        def turn(kinds: list[Turn] = kinds) -> None:
            kinds.append(live.turn())

        for nth in range(rounds + 1):
            number += 1
            now[0] += timedelta(seconds=2)
            body = said(number, people, profiles, (now[0] - timedelta(seconds=1)).isoformat() + "Z")
            journal.append([Request(now[0], "web", "batch", people, body)], trim_to=0)
            intake = timed(pump.turn)[0]
            cpu, wall = timed(turn)
            if not nth and not nth_kind:
                print(f"  first turn after it, {people:,} people: {cpu:.2f} s CPU", flush=True)
            if nth:
                taken.append(intake)
                turned.append(cpu)
                walls.append(wall)
        told = ", ".join(sorted({f"{turn.kind} {turn.reason}".strip() for turn in kinds}))
        print(
            f"  {people:,} people a batch: intake {statistics.median(taken):.2f}, turn {statistics.median(turned):.2f} s CPU "
            f"({statistics.median(walls):.2f} s wall); {told}",
            flush=True,
        )
    for name in ("look at the clock", "look at the clock a minute later"):
        now[0] += timedelta(minutes=1)
        seen_by: list[Turn] = []
        cpu = timed(lambda seen_by=seen_by: seen_by.append(live.turn(is_tick=True)))[0]
        print(f"  {name}: {cpu:.2f} s CPU, {seen_by[0].people} people", flush=True)
    print(f"  peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB", flush=True)
    engine.close()
    ledger.close()


def main() -> None:
    """Measure one base."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--profiles", default="20000,100000")
    asked.add_argument("--batch", default="1000,5000,10000")
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    for profiles in map(int, given.profiles.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            measure(
                Path(folder), FACTS * profiles, profiles, [int(each) for each in given.batch.split(",")], given.rounds
            )


if __name__ == "__main__":
    main()
