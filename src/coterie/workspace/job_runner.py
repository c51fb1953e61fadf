"""Jobs of a server: long work one after another in a thread, watched, cancelled, and kept in the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Self

from pydantic import ValidationError

from coterie.domain import acting_as, who_acts
from coterie.errors import BadDefinition, Cancelled, CoterieError, NotReady, Transient, UnknownName
from coterie.store import Job
from coterie.store.jobs import JobState
from coterie.words import Sentence, pydantic_says, sentence
from coterie.workspace.jsonable import as_json, sentence_as_json
from coterie.workspace.tasks import TASKS, Task

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

LANGUAGES = ("en", "zh")
_TRIES = 3
_AGAIN_SECONDS = 2.0
"""After how long work that failed for now is done again, each time twice as long."""
ENDED: frozenset[JobState] = frozenset({"done", "failed", "cancelled", "abandoned"})


@dataclass(frozen=True)
class Stage:
    """Where a running job is: what it does now, how many of how many steps, None where that is not known."""

    name: Sentence = field(default_factory=lambda: Sentence("waiting for its turn"))
    done: int = 0
    total: int | None = None


class JobProgress:
    """The progress of one job, which raises ``Cancelled`` at its next step once that was asked for.

    Once only: what then ends in order, such as messages on their way whose answers are awaited, is not disturbed.
    """

    def __init__(self, told: Callable[[], None], *, goes_out: bool) -> None:
        self._goes_out, self._has_raised = goes_out, False
        self.stage_now = Stage()
        self.steps = 0
        self.is_cancelled = threading.Event()
        self._told = told

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins."""
        said = name if isinstance(name, Sentence) else Sentence(name)
        self._move(Stage(said, 0, total))

    def advance(self, steps: int = 1) -> None:
        """``steps`` more are done."""
        self._move(replace(self.stage_now, done=self.stage_now.done + steps))

    def _move(self, stage: Stage) -> None:
        if self.is_cancelled.is_set() and not self._has_raised:
            self._has_raised = True
            raise Cancelled(
                "it was stopped; what was sent was sent, and sending again goes on there"
                if self._goes_out
                else "it was cancelled, so nothing of it was kept"
            )
        self.stage_now, self.steps = stage, self.steps + 1
        self._told()


class JobRunner:
    """Does jobs, one after another, as whoever asked for them; a ``with`` block ends it before the workspace is closed.

    What another process left running is marked as abandoned when it begins.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._stand = workspace, workspace._stand  # noqa: SLF001 - it is a part of the workspace
        self._thread = ThreadPoolExecutor(1, "coterie-job")
        self._live: dict[int, JobProgress] = {}
        self._changed = threading.Condition()
        self._is_ending = threading.Event()
        with self._stand.ledger.transaction() as t:
            t.jobs.abandon_running(at=self._stand.clock())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        """Cancel what runs and what waits, and wait for its end."""
        self._is_ending.set()
        for progress in list(self._live.values()):
            progress.is_cancelled.set()
        self._thread.shutdown(cancel_futures=True)

    def start(
        self, kind: str, asked: Mapping[str, object], *, reason: str = "", mark: tuple[str, str] | None = None
    ) -> Job:
        """Queue work of that kind, as the doing of whoever acts; ``reason`` says what asked for it, where no person did.

        ``mark`` is a fact of the ledger that is put down with it, name and value: both happen, or neither.

        Raises ``UnknownName`` for another kind, ``BadDefinition`` for what it cannot be asked.
        """
        task, actor = task_of(kind, asked), who_acts()
        detail = {"actor": actor, "asked": dict(asked), "reason": reason}
        with self._stand.ledger.transaction() as t:
            job_id = t.jobs.start(kind, at=self._stand.clock(), state="queued", detail=detail)
            if mark is not None:
                t.facts.put(*mark)
        self._live[job_id] = JobProgress(self._tell, goes_out=task.goes_out)
        self._thread.submit(self._run, job_id, task, detail)
        return self.one(job_id)

    def again(self, job_id: int) -> Job:
        """Queue a job that ended without success once more, as a new one; raises ``NotReady`` for any other."""
        job = self.one(job_id)
        if job.state not in ENDED or job.state == "done":
            raise NotReady(sentence("job {job} is {state}, so it is not done again", job=job_id, state=job.state))
        asked = job.detail.get("asked")
        return self.start(
            job.kind, asked if isinstance(asked, dict) else {}, reason=sentence("job {number}", number=job_id)
        )

    def cancel(self, job_id: int) -> Job:
        """Ask a job to stop before its next step: nothing of it is kept, but for messages that had left.

        Raises ``NotReady`` for one that has ended.
        """
        job, progress = self.one(job_id), self._live.get(job_id)
        if progress is None or job.state in ENDED:
            raise NotReady(sentence("job {job} is {state}, so it is not cancelled", job=job_id, state=job.state))
        progress.is_cancelled.set()
        return job

    def one(self, job_id: int) -> Job:
        """The job of that number; raises ``UnknownName``."""
        with self._stand.ledger.reading() as t:
            return t.jobs.one(job_id)

    def page(self, most: int = 50, *, before: int | None = None) -> list[Job]:
        """The newest jobs, or those before the number ``before``, newest first."""
        with self._stand.ledger.reading() as t:
            return t.jobs.newest(most, before=before)

    def stage(self, job_id: int) -> tuple[int, Stage] | None:
        """How many steps a job of this process has made, and where it is; None once it has ended."""
        progress = self._live.get(job_id)
        return None if progress is None else (progress.steps, progress.stage_now)

    def wait(self, job_id: int, seen: int, seconds: float) -> bool:
        """Wait until a job has made other than ``seen`` steps or has ended; whether it did within that time."""

        def moved() -> bool:
            found = self.stage(job_id)
            return found is None or found[0] != seen or self._is_ending.is_set()

        with self._changed:
            return self._changed.wait_for(moved, timeout=seconds)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self, job_id: int, task: Task, detail: Mapping[str, object]) -> None:
        """Do one job, and again where it failed for now; how it ended is kept."""
        progress = self._live[job_id]
        try:
            with acting_as(str(detail["actor"])):
                state, found = self._tried(job_id, task, progress)
            with self._stand.ledger.transaction() as t:
                t.jobs.finish(job_id, state, {**detail, **found}, at=self._stand.clock())
        finally:
            self._live.pop(job_id, None)
            self._tell()

    def _tried(self, job_id: int, task: Task, progress: JobProgress) -> tuple[JobState, dict[str, object]]:
        for turn in range(1, _TRIES + 1):
            try:
                if turn == 1:
                    progress.advance(0)
                    with self._stand.ledger.transaction() as t:
                        t.jobs.begin(job_id, at=self._stand.clock())
                return "done", {"result": in_languages(task.do(self._workspace, progress))}
            except Cancelled as fault:
                return "cancelled", {"problem": told(fault)}
            except Transient as fault:
                if turn == _TRIES or self._is_ending.is_set():
                    return "failed", {"problem": told(fault), "tries": turn}
                self._is_ending.wait(_AGAIN_SECONDS * 2 ** (turn - 1))
            except CoterieError as fault:
                return "failed", {"problem": told(fault)}
            except Exception as fault:  # noqa: BLE001 - whoever waits for the job has to hear of a fault of ours
                said = sentence("a fault of Coterie's own, which nobody foresaw ({kind})", kind=type(fault).__name__)
                return "failed", {"problem": {"code": "unforeseen", "detail": _both(said), "path": "", "facts": {}}}
        return "failed", {}


def task_of(kind: str, asked: Mapping[str, object]) -> Task:
    """The work of that kind, asked so; raises ``UnknownName`` for another kind and ``BadDefinition`` for what it is not asked."""
    if kind not in TASKS:
        raise UnknownName("kind of job", kind, TASKS)
    try:
        return TASKS[kind].model_validate(asked)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        raise BadDefinition(pydantic_says(first), where=".".join([kind, *map(str, first["loc"])])) from None


def in_languages(found: object) -> dict[str, object]:
    """Language → what came of a job as JSON, its sentences told in it."""
    return {lang: as_json(found, partial(sentence_as_json, locale=lang)) for lang in LANGUAGES}


def told(fault: CoterieError) -> dict[str, object]:
    """An error as it is kept with a job: its code, path and facts, and what it says in both languages."""
    return {
        "code": fault.code,
        "detail": {lang: fault.told(lang) for lang in LANGUAGES},
        "path": fault.path,
        "facts": as_json(fault.facts, str),
    }


def _both(said: Sentence) -> dict[str, str]:
    return {lang: said.told(lang) for lang in LANGUAGES}
