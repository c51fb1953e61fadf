"""A shop at every stage of its life, and commands killed on copies of it.

``python -m tests.workspace.kill_yard refresh load --kills 20`` kills each of them twenty times, spread
over its life, and prints a line of JSON a command; ``--steps`` kills once after every durable step
instead, ``--whole`` starts the real command line, ``--signal SIGINT`` interrupts.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from coterie.protect import read_or_make_key
from coterie.testing.smtp_sink import RunningSink, running_sink
from coterie.workspace.stand import STATE
from tests.workspace.kills import State, differing, kill_at_step, run_command, state_of
from tests.workspace.shop import DEFINITIONS

PEOPLE = tuple(
    f"warehouse.{name}"
    for name in (
        "orders", "order_lines", "events", "customer_records", "identifiers", "identifier_keys", "merges",
        "separations", "profiles", "traits", "warehouse_facts",
    )
)  # fmt: skip
SENDING = ("outbox", "touches", "audit", "launches", "exposures", "ledger_facts")


@dataclass(frozen=True)
class Case:
    """A command, the stage of the shop that it starts from, and what a kill between two whole steps may show.

    ``early`` tables and files may be there already, ``late`` ones not yet; ``loose`` ones are not compared,
    ``repeats`` not after a second run that was not needed.
    """

    name: str
    arguments: tuple[str, ...]
    stage: str
    early: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    refused_again: str = ""


CASES = (
    Case("init", ("init", "shop2"), "empty", early=("file .gitignore",), refused_again="is a workspace already"),
    Case("load", ("load", "../files/lines.csv", "--yes"), "people", late=("file mappings/lines.yaml",)),
    Case("load-customers", ("load", "../files/customers.csv", "--yes"), "made", late=("file mappings/customers.yaml",)),
    Case(
        "load-consents", ("load", "../files/consents.csv", "--yes"), "people",
        early=("ledger.consents", "ledger.audit"), late=("file mappings/consents.yaml",),
    ),
    Case("replay", ("quarantine", "replay"), "loaded", repeats=("warehouse.batches",)),
    Case("apply", ("apply", "../files/definitions.yaml"), "loaded", early=PEOPLE),
    Case("refresh-first", ("refresh",), "applied"),
    Case("refresh", ("refresh",), "later"),
    Case("rfm", ("segmentations", "rfm", "--tiles", "4"), "refreshed", early=("ledger.definitions",)),
    Case("discover", ("segmentations", "discover", "--k", "3"), "refreshed", early=("ledger.definitions",)),
    # Every fit is a version of its own, for it notes how long it took.
    Case("fit", ("predict", "fit", "lifetime-value"), "refreshed", early=("ledger.definitions",), repeats=("ledger.definitions", "warehouse.warehouse_facts")),
    Case("unmerge", ("merges", "undo", "1"), "refreshed", refused_again="was undone"),
    Case("rollback", ("segments", "rollback", "frequent", "1"), "refreshed", repeats=("ledger.audit",)),
    Case("upload", ("segments", "upload", "friends", "../files/friends.txt"), "refreshed"),
    Case("plan", ("campaigns", "plan", "spring"), "refreshed"),
    Case(
        "send", ("campaigns", "send", "spring", "--yes"), "refreshed",
        loose=("warehouse.events", *(f"ledger.{name}" for name in SENDING)),
    ),
    Case("results", ("campaigns", "results", "spring"), "sent"),
    Case("score", ("channels", "score"), "refreshed"),
    Case("report", ("report", "-o", "out.html"), "refreshed"),
    Case("export", ("export", "out"), "refreshed", early=tuple(
        f"file out/{name}.yaml" for name in ("traits", "segmentations", "segments", "templates", "campaigns")
    )),
)  # fmt: skip

STAGES: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...] = (
    ("made", "empty", (("init", ".", "--name", "shop", "--country", "NO"),)),
    ("people", "made", (("load", "../files/customers.csv", "--yes"),)),
    ("loaded", "people", (("load", "../files/consents.csv", "--yes"), ("load", "../files/lines.csv", "--yes"))),
    ("applied", "loaded", (("apply", "../files/definitions.yaml"),)),
    ("first", "applied", (("refresh",),)),
    (
        "later",
        "first",
        (
            ("load", "../files/more.csv", "--yes"),
            ("apply", "../files/changed.yaml"),
            ("segmentations", "discover", "--k", "3"),
        ),
    ),
    ("refreshed", "later", (("refresh",),)),
    ("sent", "refreshed", (("campaigns", "send", "spring", "--yes"),)),
)


@dataclass
class Outcome:
    """What the kills of one command left: how often the state before, after, or between; and what was wrong."""

    kills: int = 0
    finished: int = 0
    before: int = 0
    after: int = 0
    between: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Yard:
    """A folder with the shop at every stage, and one copy of it at a time to kill commands on."""

    def __init__(self, folder: Path, sink: RunningSink) -> None:
        self.folder, self.sink = folder, sink
        write_files(folder / "files")
        (folder / "empty").mkdir()
        for name, start, commands in STAGES:
            shutil.copytree(folder / start, folder / name)
            for arguments in commands:
                ended = run_command(arguments, folder / name)
                assert ended.code == 0, (arguments, ended.out)
            if name == "made":
                read_or_make_key(folder / name / STATE)
                settings = folder / name / "coterie.yaml"
                settings.write_text(re.sub(r"port: \d+", f"port: {sink.port}", settings.read_text("utf-8")), "utf-8")

    def copy(self, stage: str) -> Path:
        """A fresh copy of the shop at ``stage``."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(self.folder / stage, work)
        return work

    def undisturbed(self, case: Case, *, whole: bool = False) -> tuple[State, State, float]:
        """The state before ``case``, the state after it, and how many seconds it takes."""
        work = self.copy(case.stage)
        before = state_of(_place(case, work))
        ended = run_command(case.arguments, work, whole=whole)
        assert ended.code == 0, ended.out
        return before, state_of(_place(case, work)), ended.seconds

    def steps(self, case: Case) -> int:
        """How many durable steps the undisturbed command takes."""
        count = self.folder / "steps"
        count.write_text("0")
        ended = run_command(case.arguments, self.copy(case.stage), prepare=kill_at_step(None, count))
        assert ended.code == 0, ended.out
        return int(count.read_text())

    def kill(
        self,
        case: Case,
        truth: tuple[State, State, float],
        outcome: Outcome,
        *,
        after: float | None = None,
        send: int = signal.SIGKILL,
        step: int | None = None,
        whole: bool = False,
    ) -> None:
        """Kill ``case`` once, look at what is there, let the command run again, and look again."""
        work, mailed = self.copy(case.stage), len(self.sink.accepted())
        prepare = kill_at_step(step) if step else lambda: None
        ended = run_command(case.arguments, work, after=after, send=send, whole=whole, prepare=prepare)
        outcome.kills += 1
        outcome.finished += ended.code == 0
        label = f"{signal.Signals(send).name} step={step} after={after} exit={ended.code}"
        if "Traceback" in ended.out or ended.code not in (0, 1, -send):
            outcome.faults.append(f"{label}: {ended.out[-700:]}")
        self._judge(case, truth, state_of(_place(case, work)), outcome, label)
        again = run_command(case.arguments, work)
        if again.code and not (case.refused_again and case.refused_again in again.out):
            outcome.faults.append(f"{label}: again: {again.out[-700:]}")
        if off := differing(state_of(_place(case, work)), truth[1]) - {*case.loose, *case.repeats}:
            outcome.faults.append(f"{label}: in the end differs: {sorted(off)}")
        messages = Counter(str(line["message_id"]) for line in self.sink.accepted()[mailed:])
        if twice := [message for message, times in messages.items() if times > 1]:
            outcome.faults.append(f"{label}: sent twice: {twice}")

    def _judge(self, case: Case, truth: tuple[State, State, float], left: State, outcome: Outcome, label: str) -> None:
        before, done, _ = truth
        changed, missing = (differing(left, state) - set(case.loose) for state in (before, done))
        if neither := changed & missing:
            outcome.faults.append(f"{label}: neither before nor after: {sorted(neither)}")
        elif not changed or not missing:
            outcome.before += not changed
            outcome.after += bool(changed)
        elif changed <= set(case.early) or missing <= set(case.late):
            outcome.between[f"{len(changed)} tables and files done, {len(missing)} not yet"] += 1
        else:
            outcome.faults.append(f"{label}: half-done: {sorted(changed)}, not yet {sorted(missing)}")


def write_files(folder: Path) -> None:
    """Two hundred people, some of them twice, and their order lines, with a few rows that cannot be read."""
    folder.mkdir(parents=True)
    chosen = random.Random(5)
    customers = [f"C{n},c{n % 190}@shop.example,{('Oslo', 'Bergen')[n % 2]}" for n in range(200)]
    _write(folder / "customers.csv", "customer_id,email,city", customers)
    consents = [f"C{n},email,{'no' if n % 10 == 0 else 'yes'},2025-01-01 00:00:00" for n in range(200)]
    _write(folder / "consents.csv", "customer_id,channel,granted,occurred_at", consents)
    for name, orders, months in (("lines", 900, 5), ("more", 200, 6)):
        rows = []
        for n in range(orders):
            who = f"C{chosen.randrange(200)},2025-{chosen.randint(1, months):02}-{chosen.randint(1, 28):02} 10:00:00"
            rows += [
                f"{name}{n},{line},{who},P{chosen.randrange(30)},{chosen.randint(1, 4)},{chosen.randint(100, 9000) / 100}"
                for line in range(1, 4)
            ]
        rows += [f"bad{name}{n},1,C1,2025-13-45 10:00:00,P1,1,5.00" for n in range(3)]
        _write(
            folder / f"{name}.csv", "order_id,line_number,customer_id,order_date,product_id,quantity,unit_price", rows
        )
    (folder / "definitions.yaml").write_text(DEFINITIONS, "utf-8")
    (folder / "changed.yaml").write_text(DEFINITIONS.replace("at_least: 4", "at_least: 7"), "utf-8")
    (folder / "friends.txt").write_text("\n".join(f"C{n}" for n in range(0, 200, 3)), "utf-8")


def _write(file: Path, head: str, rows: Sequence[str]) -> None:
    file.write_text("\n".join([head, *rows, ""]), "utf-8")


def _place(case: Case, work: Path) -> Path:
    return work / "shop2" if case.name == "init" else work


def main() -> None:
    """Kill and tell."""
    asked = argparse.ArgumentParser()
    asked.add_argument("cases", nargs="*", default=[case.name for case in CASES])
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--steps", action="store_true")
    asked.add_argument("--whole", action="store_true")
    asked.add_argument("--signal", default="SIGKILL")
    given = asked.parse_args()
    for name in ("cli.app", "cli.running", "report", "store.opening"):
        import_module(f"coterie.{name}")
    for name in ("pandas", "pyarrow.csv", "scipy.optimize", "scipy.stats", "sklearn.cluster", "altair", "phonenumbers"):
        import_module(name)
    with tempfile.TemporaryDirectory() as folder, running_sink(Path(folder)) as sink:
        yard = Yard(Path(folder) / "yard", sink)
        for case in CASES:
            if case.name in given.cases:
                told = {"case": case.name, **vars(kill_often(yard, case, given))}
                sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
                sys.stdout.flush()


def kill_often(yard: Yard, case: Case, given: argparse.Namespace) -> Outcome:
    """Kill ``case`` after every durable step, and at moments spread over its life."""
    truth, outcome, chosen = yard.undisturbed(case, whole=given.whole), Outcome(), random.Random(given.seed)
    for step in range(1, yard.steps(case) + 1) if given.steps else ():
        yard.kill(case, truth, outcome, step=step)
    for number in range(given.kills):
        moment = (number + chosen.random()) / given.kills * truth[2] * 1.05
        yard.kill(case, truth, outcome, after=moment, send=signal.Signals[given.signal], whole=given.whole)
    return outcome


if __name__ == "__main__":
    main()
