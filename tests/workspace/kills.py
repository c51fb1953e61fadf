"""Run a command in a child, kill it at a chosen moment, and say what it left.

Children are forked from a process that has imported everything and opened nothing, so that a
kill falls into the work; with ``whole`` the real ``coterie`` is started, and imports too are hit.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COTERIE = Path(sys.executable).parent / "coterie"
OF_THE_RUN = re.compile(r"_at$|hash$|^(batch|seal)$")
"""Columns that hold an instant of the run, or follow from it; those of facts are kept."""
OF_FACTS = ("occurred_at", "as_of")
PASSING = re.compile(r"^(CREATE TABLE IF NOT EXISTS|SET |BEGIN|COMMIT)|TEMP|temp\.")
"""Statements after which nothing is different on the disk."""

State = dict[str, str]
"""Table or file → number of rows and hash of its content."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (negative: the signal), what it printed, how long it lived."""

    code: int
    out: str
    seconds: float


def run_command(
    arguments: Sequence[str],
    folder: Path,
    *,
    blow: Callable[[int], None] | None = None,
    after: float = 0.0,
    whole: bool = False,
    prepare: Callable[[], None] = lambda: None,
) -> Ended:
    """Run ``coterie ARGUMENTS`` in ``folder``; ``after`` so many seconds ``blow`` is called with its process."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as printed:
        began = time.perf_counter()
        start = _start_whole if whole else _start_fork
        child = start(arguments, folder, Path(printed.name), prepare)
        if blow is not None:
            time.sleep(after)
            blow(child)
        _, status = os.waitpid(child, 0)
        seconds = time.perf_counter() - began
        return Ended(os.waitstatus_to_exitcode(status), printed.read(), seconds)


def _start_whole(arguments: Sequence[str], folder: Path, printed: Path, prepare: Callable[[], None]) -> int:
    with printed.open("w") as stream:
        process = subprocess.Popen(
            [COTERIE, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )
    process.returncode = 0  # it is waited for by its number
    return process.pid


def _start_fork(arguments: Sequence[str], folder: Path, printed: Path, prepare: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        for number, place in ((0, os.devnull), (1, printed), (2, printed)):
            os.dup2(os.open(place, os.O_RDWR | os.O_APPEND), number)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        os.chdir(folder)
        prepare()
        from coterie.cli.running import run

        code = run(list(arguments))
    except BaseException:  # noqa: BLE001 - what it printed is looked at
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def is_alive(child: int) -> bool:
    """Whether a child still runs; it can be waited for afterwards."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def forked(work: Callable[[], Any]) -> Any:
    """What ``work`` returns in a child of its own, as JSON has it; this process opens nothing itself."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as told:
        child = os.fork()
        if child == 0:
            try:
                answer = {"value": work()}
            except BaseException:  # noqa: BLE001 - the parent raises it
                answer = {"fault": traceback.format_exc()}
            Path(told.name).write_text(json.dumps(answer), "utf-8")
            os._exit(0)
        os.waitpid(child, 0)
        answer = json.load(told)
    assert "fault" not in answer, answer["fault"]
    return answer["value"]


def state_of(folder: Path) -> State:
    """Every table of the workspace in ``folder`` and every file; it has to open, and to find itself sound."""
    return dict(forked(lambda: _state(folder)))


def _state(folder: Path) -> State:
    import coterie

    found: State = {}
    if (folder / "coterie.yaml").exists():
        with coterie.open(folder) as ws:
            ws.status()
            checks = {row["check"]: row["state"] for row in ws.doctor().rows()}
            assert checks["audit"] == checks["accounting"] == "good", checks
            found |= _warehouse(ws._stand.engine) | _ledger(ws._stand.ledger)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        if file.parent.name != ".coterie":
            text = re.sub(rb"20\d\d-\d\d-\d\d \d\d:\d\d", b"", file.read_bytes())
            found[f"file {file.relative_to(folder)}"] = hashlib.sha256(text).hexdigest()[:12]
        elif file.name not in ("warehouse.duckdb", "ledger.sqlite", "workspace.key"):
            found[f"stray {file.name}"] = "there"
    return found


def _warehouse(engine: Any) -> State:
    found = {}
    for name in engine.query("SELECT table_name FROM information_schema.tables")["table_name"].to_pylist():
        types = {c: t for c, t in engine.columns(name).items() if c in OF_FACTS or not OF_THE_RUN.search(c)}
        # Threads add in any order, so the last digits of a spread are chance.
        texts = (
            f"printf('%.9g', \"{c}\")" if types[c] == "DOUBLE" else f'CAST("{c}" AS VARCHAR)' for c in sorted(types)
        )
        row = " || '|' || ".join(f"coalesce({text}, '∅')" for text in texts)
        rows = engine.query(f'SELECT {row} AS row FROM "{name}"')["row"].to_pylist()
        found[f"warehouse.{name}"] = _hash(r for r in rows if not r.startswith(("refreshed_at|", "ledger_id|")))
    return found


def _ledger(ledger: Any) -> State:
    import sqlalchemy as sa

    found = {}
    with ledger._engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in sorted(inspector.get_table_names()):
            # A server never gives a number again, not even one of a transaction that was rolled back.
            drawn = {each["name"] for each in inspector.get_columns(name) if "nextval" in str(each.get("default"))}
            rows = [
                {c: value for c, value in row._mapping.items() if c not in drawn and not OF_THE_RUN.search(c)}
                for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))
                if row[0] not in ("ledger_id", "head")
            ]
            texts = (json.dumps(row, sort_keys=True, default=str) for row in rows)
            if connection.dialect.name == "postgresql":
                texts = (re.sub(r'"\d+-\d+"', '"these"', text) for text in texts)
            # How long a fit took is no part of what it found.
            found[f"ledger.{name}"] = _hash(re.sub(r'seconds\\*": [\d.e-]+', "", text) for text in texts)
    return found


def _hash(rows: Iterable[str]) -> str:
    listed = sorted(rows)
    return f"{len(listed)}:{hashlib.sha256(chr(10).join(listed).encode()).hexdigest()[:12]}"


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> set[str]:
    """The names of tables and files that differ."""
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


def kill_at_step(wanted: int | None, count_in: Path | None = None) -> Callable[[], None]:
    """Makes a child kill itself right after its ``wanted``-th durable step; else it counts its steps in a file.

    A durable step is a commit of either store, a statement outside a transaction, or a file put in its place.
    """

    def prepare() -> None:
        from coterie.engines.duckdb import DuckDBEngine
        from coterie.store.ledger import Ledger

        steps, depth = 0, 0

        def step() -> None:
            nonlocal steps
            steps += 1
            if count_in is not None:
                count_in.write_text(str(steps))
            if steps == wanted:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted(method: Callable[..., Any]) -> Callable[..., Any]:
            def call(*given: Any, **named: Any) -> Any:
                result = method(*given, **named)
                if not depth and not any(isinstance(each, str) and PASSING.search(each) for each in given):
                    step()
                return result

            return call

        @contextmanager
        def transaction(engine: Any) -> Iterator[None]:
            nonlocal depth
            with committed(engine):
                depth += 1
                try:
                    yield
                finally:
                    depth -= 1
            if not depth:
                step()

        @contextmanager
        def begin(ledger: Any, *, writes: bool) -> Iterator[Any]:
            with begun(ledger, writes=writes) as connection:
                yield connection
            if writes:
                step()

        committed, begun = DuckDBEngine.transaction, Ledger._begin
        for name in ("execute", "write", "swap"):
            setattr(DuckDBEngine, name, counted(getattr(DuckDBEngine, name)))
        DuckDBEngine.transaction, Ledger._begin = transaction, begin  # type: ignore[method-assign, assignment]
        for name in ("replace", "link", "mkdir"):
            setattr(os, name, counted(getattr(os, name)))

    return prepare
