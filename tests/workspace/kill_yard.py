"""A shop at every stage of its life, and commands killed on copies of it.

``python -m tests.workspace.kill_yard refresh load --kills 20`` kills each of them twenty times, spread
over its life, and prints a line of JSON a command; ``--steps`` kills once after every durable step
instead (``--steps 5`` after five or a few more of them), ``--whole`` starts the real command line, ``--blow SIGINT`` interrupts. ``--ledger postgresql``
keeps the ledger on a server; ``--blow server-killed`` and its like then hit that.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path

from coterie.domain import Origin
from coterie.errors import CoterieError
from coterie.protect import read_or_make_key
from coterie.testing.smtp_sink import RunningSink, running_sink
from coterie.workspace.fence import LEDGER_ID
from coterie.workspace.finding import STATE
from tests.store.server import Server, running_server
from tests.workspace.kills import Ended, State, differing, forked, is_alive, kill_at_step, run_command, state_of
from tests.workspace.shop import DEFINITIONS

PEOPLE = tuple(
    f"warehouse.{name}"
    for name in (
        "orders", "order_lines", "events", "customer_records", "identifiers", "identifier_keys", "identifier_combinations",
        "identifier_spellings", "placeholders", "account_numbers", "shared_identifiers", "profile_identifiers", "merges", "separations",
        "profiles", "traits", "warehouse_facts",
    )
)  # fmt: skip
SENDING = ("outbox", "touches", "audit", "launches", "exposures", "ledger_facts", "suppressions")
SIGNALS = ("SIGKILL", "SIGINT", "SIGTERM")
LEDGER_URL, NOTES = "COTERIE_LEDGER_URL", "COTERIE_STATE_HOME"
CONNECTIONS = 8
ASIDE = re.compile(r"^file (.*/)?\.[^/]*\.new$|^stray unused$")
"""A file on its way to its place, which the next of its name replaces; or the note of a workspace made and not yet opened."""


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
    Case("rfm", ("segmentations", "rfm", "--tiles", "4"), "refreshed"),
    Case("discover", ("segmentations", "discover", "--k", "3"), "refreshed", early=("ledger.definitions",)),
    # Every fit is a version of its own, for it notes how long it took.
    Case("fit", ("predict", "fit", "lifetime-value"), "refreshed", early=("ledger.definitions",), repeats=("ledger.definitions", "warehouse.warehouse_facts")),
    Case("unmerge", ("merges", "undo", "1"), "refreshed", refused_again="was undone"),
    Case("rollback", ("segments", "rollback", "frequent", "1"), "refreshed", repeats=("ledger.audit",)),
    Case(
        "suppress", ("consents", "suppress", "c3@shop.example", "--by", "ann"), "refreshed",
        repeats=("ledger.suppressions", "ledger.audit"),
    ),
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
    unknown: int = 0
    between: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Yard:
    """A folder with the shop at every stage that ``cases`` start from, and one copy of it at a time to kill commands on.

    Its ledger may be on ``server``.
    """

    def __init__(self, folder: Path, sink: RunningSink, cases: Sequence[Case], server: Server | None = None) -> None:
        self.folder, self.sink, self.server = folder, sink, server
        self.notes = folder / "notes"
        os.environ[NOTES] = str(self.notes)
        write_files(folder / "files")
        (folder / "empty").mkdir()
        if server:
            server.make("empty")
        needed = {case.stage for case in cases}
        for name, start, _ in reversed(STAGES):
            needed |= {start} if name in needed else set()
        for name, start, commands in STAGES:
            if name not in needed:
                continue
            self._copy(start, name)
            for arguments in commands:
                ended = run_command(arguments, folder / name)
                assert ended.code == 0, (arguments, ended.out)
            if name == "made":
                read_or_make_key(folder / name / STATE)
                settings = folder / name / "coterie.yaml"
                text = re.sub(r"port: \d+", f"port: {sink.port}", settings.read_text("utf-8"))
                settings.write_text(text.replace("is_sink: false", "is_sink: true"), "utf-8")

    def copy(self, stage: str) -> Path:
        """A fresh copy of the shop at ``stage``."""
        return self._copy(stage, "work")

    def _copy(self, stage: str, name: str) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        # A shop that was here before would make a new one look like one whose ledger is gone.
        shutil.rmtree(self.notes, ignore_errors=True)
        shutil.copytree(self.folder / stage, place)
        if self.server:
            os.environ[LEDGER_URL] = self.server.make(name, like=stage)
        forked(partial(_adopt, place))
        return place

    def undisturbed(self, case: Case, *, whole: bool = False) -> tuple[State, State, float]:
        """The state before ``case``, the state after it, and how many seconds it takes."""
        work = self.copy(case.stage)
        before = state_of(_place(case, work))
        ended = run_command(case.arguments, work, whole=whole)
        assert ended.code == 0, ended.out
        self.planned = outbox_of(work) if case.name == "send" else {}
        return before, state_of(_place(case, work)), ended.seconds

    def steps(self, case: Case) -> int:
        """How many durable steps the undisturbed command takes."""
        count = self.folder / "steps"
        count.write_text("0")
        ended = run_command(case.arguments, self.copy(case.stage), prepare=kill_at_step(None, count))
        assert ended.code == 0, ended.out
        return int(count.read_text())

    def blow(self, name: str) -> Callable[[int], None]:
        """What hits a command, or the server that its ledger is on."""
        if name in SIGNALS:
            return lambda child: os.kill(child, signal.Signals[name])
        server = self.server
        assert server is not None, f"{name} needs --ledger postgresql"
        return {
            "server-killed": lambda _: (server.kill(), server.start_again()),
            "server-restarted": lambda _: (server.end_at_once(), server.start_again()),
            "server-silent": lambda _: (server.send(signal.SIGSTOP), time.sleep(2), server.send(signal.SIGCONT)),
        }[name]

    def amid(self, blow: Callable[[int], object], messages: int, seconds: float) -> Callable[[int], None]:
        """``blow``, but not before so many messages have arrived, and then so many seconds later."""
        wanted = len(self.sink.accepted()) + messages

        def strike(child: int) -> None:
            while self.sink.log.read_bytes().count(b"\n") < wanted and is_alive(child):
                time.sleep(0.0005)
            time.sleep(seconds)
            blow(child)

        return strike

    def kill(
        self,
        case: Case,
        truth: tuple[State, State, float],
        outcome: Outcome,
        *,
        after: float = 0.0,
        messages: int = 0,
        blow: str = "SIGKILL",
        step: int | None = None,
        whole: bool = False,
    ) -> None:
        """Kill ``case`` once, look at what is there, let the command run again, and look again."""
        work, mailed = self.copy(case.stage), len(self.sink.accepted())
        strike = self.amid(self.blow(blow), messages, after) if messages else self.blow(blow)
        how = {"prepare": kill_at_step(step)} if step else {"blow": strike, "after": 0.0 if messages else after}
        ended = run_command(case.arguments, work, whole=whole, **how)  # type: ignore[arg-type]
        outcome.kills += 1
        outcome.finished += ended.code == 0
        label = f"{blow} step={step} messages={messages} after={after:.3f} exit={ended.code}"
        killed = {-signal.Signals[blow]} if blow in SIGNALS else set()
        if "Traceback" in ended.out or ended.code not in {0, 1, *killed}:
            outcome.faults.append(f"{label}: {ended.out[-700:]}")
        if ended.code == 1 and blow not in SIGNALS and "ledger" not in ended.out:
            outcome.faults.append(f"{label}: does not say what happened: {ended.out[-700:]}")
        self._judge(case, truth, state_of(_place(case, work)), outcome, label)
        if case.name == "send":
            again = self._send_the_rest(case, work, mailed, outcome, label)
        else:
            again = run_command(case.arguments, work)
        if again.code and not (case.refused_again and case.refused_again in again.out):
            outcome.faults.append(f"{label}: again: {again.out[-700:]}")
        if off := differing(state_of(_place(case, work)), truth[1]) - {*case.loose, *case.repeats}:
            outcome.faults.append(f"{label}: in the end differs: {sorted(off)}")

    def _send_the_rest(self, case: Case, work: Path, mailed: int, outcome: Outcome, label: str) -> Ended:
        """Somebody says no before the rest is sent: who has two, who is forgotten, who should have none?"""
        waiting = [address for address, state in outbox_of(work).values() if state == "queued"]
        says_no = waiting[len(waiting) // 2 :][:1]
        for address in says_no:
            ended = run_command(("consents", "suppress", address, "--by", "ann"), work)
            assert ended.code == 0, ended.out
        again = run_command(case.arguments, work)
        lines = self.sink.accepted()[mailed:]
        accepted = Counter(str(line["message_id"]).strip("<>").partition("@")[0] for line in lines)
        messages = outbox_of(work)
        unknown = {name for name, (_, state) in messages.items() if state == "unknown"}
        sent = {name for name, (_, state) in messages.items() if state == "sent"}
        refused = {address for address, state in messages.values() if state == "refused"}
        outcome.unknown += len(unknown)
        wrong = {
            "sent twice": [name for name, times in accepted.items() if times > 1],
            "forgotten": {name: it for name, it in messages.items() if it[1] not in ("sent", "unknown", "refused")},
            "not queued": set(self.planned) ^ set(messages),
            "sent and not known": set(accepted) - sent - unknown,
            "said to be sent": sent - set(accepted),
            "unknown": unknown if len(unknown) > CONNECTIONS else (),
            "refused but for the one who says no": refused ^ set(says_no),
        }
        outcome.faults += [f"{label}: {what}: {sorted(those)}" for what, those in wrong.items() if those]
        return again

    def _judge(self, case: Case, truth: tuple[State, State, float], left: State, outcome: Outcome, label: str) -> None:
        before, done, _ = truth
        left = {name: what for name, what in left.items() if not ASIDE.search(name)}
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


def _adopt(folder: Path) -> None:
    """Note the copy as the workspace itself, which else would be fenced as the copy that it is."""
    from coterie.workspace import open_brakes

    with suppress(CoterieError), open_brakes(folder) as brakes:
        with brakes.ledger.reading() as t:
            number = t.facts.get(LEDGER_ID)
        brakes.fence._write(number, brakes.ledger.stand())


def outbox_of(folder: Path) -> Mapping[str, tuple[str, str]]:
    """Number of each message of the campaign → its address and its state."""

    def read() -> dict[str, tuple[str, str]]:
        import coterie

        with coterie.open(folder) as ws, ws._stand.ledger.reading() as t:
            rows = t.outbox.messages(Origin("campaign", "spring")).to_pylist()
        return {row["message_id"]: (row["address"], row["state"]) for row in rows}

    return {str(name): (address, state) for name, (address, state) in forked(read).items()}


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
    asked.add_argument("--steps", type=int, nargs="?", const=sys.maxsize, default=0)
    asked.add_argument("--whole", action="store_true")
    asked.add_argument("--blow", default="SIGKILL")
    asked.add_argument("--ledger", choices=("sqlite", "postgresql"), default="sqlite")
    given = asked.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts aside ignore it
    import_module("coterie.cli.app").app_of()
    for file in (Path(__file__).parents[2] / "src" / "coterie" / "workspace").glob("[a-z]*.py"):
        import_module(f"coterie.workspace.{file.stem}")
    for name in ("cli.running", "report", "store.opening"):
        import_module(f"coterie.{name}")
    for name in (
        "pandas",
        "pyarrow.csv",
        "scipy.optimize",
        "scipy.stats",
        "sklearn.cluster",
        "altair",
        "phonenumbers",
        "psycopg",
    ):
        import_module(name)
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        server = held.enter_context(running_server()) if given.ledger == "postgresql" else None
        cases = [case for case in CASES if case.name in given.cases]
        yard = Yard(folder / "yard", held.enter_context(running_sink(folder)), cases, server)
        for case in cases:
            told = {"case": case.name, **vars(kill_often(yard, case, given))}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()


def kill_often(yard: Yard, case: Case, given: argparse.Namespace) -> Outcome:
    """Kill ``case`` after every durable step, and at moments spread over its life."""
    truth, outcome, chosen = yard.undisturbed(case, whole=given.whole), Outcome(), random.Random(given.seed)
    steps = range(1, yard.steps(case) + 1) if given.steps else range(0)
    for step in steps[:: -max(1, len(steps) // max(1, given.steps))]:
        yard.kill(case, truth, outcome, step=step)
    for number in range(given.kills):
        moment, messages = (number + chosen.random()) / given.kills * truth[2] * 1.05, 0
        if case.name == "send" and number % 3:
            # Most of its life a send plans; what matters is the little while in which it sends.
            messages, moment = chosen.randint(1, len(yard.planned) - CONNECTIONS), chosen.uniform(0, 0.01)
        yard.kill(case, truth, outcome, after=moment, messages=messages, blow=given.blow, whole=given.whole)
    return outcome


if __name__ == "__main__":
    main()
