"""Jobs: long work, watched and cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import Path as InPath

from coterie.api.cursor import CursorAsked, LimitAsked, cursor, number_in, place_in
from coterie.api.route import Answer, Call, Events, Routes
from coterie.api.shapes import INSTANT, NAMED, OBJECT, items, nullable, rows
from coterie.store import Job
from coterie.words import tell
from coterie.workspace.job_runner import ENDED, LANGUAGES, Stage
from coterie.workspace.jsonable import as_json
from coterie.workspace.tasks import TASKS, Discover, ModelFit, Refresh, Report, RunJourneys, Send, Task

ROUTES = Routes("jobs", "Long work: it is queued, done one after another, watched and cancelled.")

_LOOK_SECONDS, _SILENT_LOOKS = 1.0, 15
"""How long one look waits for news, and after how many without any a watcher is told that the line still stands."""

JOB = {
    NAMED: "Job",
    "type": "object",
    "properties": {
        "job": {"type": "integer"},
        "kind": {"enum": sorted(TASKS)},
        "state": {"enum": ["queued", "running", "done", "failed", "cancelled", "abandoned"]},
        "actor": {"type": "string", "description": "The key that asked for it."},
        "reason": {
            "type": "string",
            "description": "What asked for it where no person did: a schedule, an earlier job.",
        },
        "asked": OBJECT,
        "stage": nullable({NAMED: "Stage", **rows("en:text zh:text done:integer total:integer?")}),
        "result": {"description": "What came of it, as the command line gives it with --json."},
        "problem": nullable(
            {NAMED: "JobProblem", **rows("code:text detail:text details:named path:text facts:object")}
        ),
        "started_at": INSTANT,
        "finished_at": nullable(INSTANT),
    },
    "required": ["job", "kind", "state", "actor", "asked", "stage", "result", "problem", "started_at", "finished_at"],
}
Number = Annotated[int, InPath(ge=0, lt=2**31, description="The number of the job.")]


def told(job: Job, lang: str, stage: Stage | None) -> dict[str, object]:
    """A job as it is answered, in a language."""
    result, problem = job.detail.get("result"), job.detail.get("problem")
    if isinstance(problem, Mapping):
        problem = {**problem, "detail": problem["detail"][lang], "details": problem["detail"]}
    return {
        "job": job.job_id,
        "kind": job.kind,
        "state": job.state,
        "actor": job.detail.get("actor", ""),
        "reason": tell(job.detail.get("reason", ""), lang),
        "asked": job.detail.get("asked", {}),
        "stage": None if stage is None else staged(stage),
        "result": result.get(lang) if isinstance(result, Mapping) else None,
        "problem": problem,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def staged(stage: Stage) -> dict[str, object]:
    """Where a job is, in both languages."""
    return {
        **{lang: stage.name.told(lang) for lang in LANGUAGES},
        "done": stage.done,
        "total": stage.total,
    }


def queued(call: Call, kind: str, task: Task) -> Answer:
    """Work of that kind as a job."""
    return started(call, call.jobs.start(kind, task.model_dump(mode="json", exclude_unset=True)))


def started(call: Call, job: Job) -> Answer:
    """A job that was queued: 202, and where to look."""
    return Answer(_now(call, job), 202, headers={"Location": f"{call.url}/jobs/{job.job_id}"})


def _now(call: Call, job: Job) -> dict[str, object]:
    live = call.jobs.stage(job.job_id)
    return told(job, call.lang, None if live is None else live[1])


@ROUTES.post("/refresh", "refresh", answer=JOB, status=202, example={})
def refresh(call: Call, body: Refresh) -> object:
    """Bring profiles, traits, segments and scores up to date; a job."""
    return queued(call, "refresh", body)


@ROUTES.post("/models/fit", "predict fit", answer=JOB, status=202, example={"horizon_days": 365})
def fit(call: Call, body: ModelFit) -> object:
    """Fit a model, score everybody, keep the record; a job."""
    return queued(call, "fit", body)


@ROUTES.post("/segmentations/discover", "segmentations discover", answer=JOB, status=202, example={"k": "auto"})
def discover(call: Call, body: Discover) -> object:
    """Find groups in the traits; a job."""
    return queued(call, "discover", body)


@ROUTES.post("/report", "report", answer=JOB, status=202, example={"lang": "en"})
def write_report(call: Call, body: Report) -> object:
    """Write the report; a job, after which `GET /report` has it."""
    return queued(call, "report", body)


@ROUTES.post(
    "/send", "campaigns send", "send", answer=JOB, allowance="reach", status=202, example={"campaign": "spring"}
)
def send(call: Call, body: Send) -> object:
    """Launch a campaign if it is new and send what is queued, or what all launched campaigns have queued; a job."""
    return queued(call, "send", body)


@ROUTES.post("/journeys/run", "journeys run", answer=JOB, allowance="reach", status=202, example={})
def run_journeys(call: Call, body: RunJourneys) -> object:
    """Bring journeys up to now and send what they have queued; a job. A server does so by itself all the while."""
    return queued(call, "journeys", body)


@ROUTES.get("/jobs", answer=items(JOB))
def list_jobs(call: Call, after: CursorAsked = None, limit: LimitAsked = 50) -> object:
    """The jobs, newest first."""
    found = call.jobs.page(limit + 1, before=place_in(after, number_in) if after else None)
    shown = found[:limit]
    return {
        "items": [_now(call, job) for job in shown],
        "next": cursor(shown[-1].job_id) if len(found) > limit else None,
    }


@ROUTES.get("/jobs/{number}", answer=JOB)
def show_job(call: Call, number: Number) -> object:
    """One job: where it is, or how it ended."""
    return _now(call, call.jobs.one(number))


@ROUTES.post("/jobs/{number}/cancel", answer=JOB, status=202)
def cancel_job(call: Call, number: Number) -> object:
    """Stop a job before its next step: nothing of it is kept, but for messages that had left."""
    return _now(call, call.jobs.cancel(number))


@ROUTES.post("/jobs/{number}/retry", answer=JOB, allowance="reach", status=202)
def retry_job(call: Call, number: Number) -> object:
    """Queue a job that failed, was cancelled or abandoned once more, as a new one."""
    return started(call, call.jobs.again(number))


@ROUTES.get("/jobs/{number}/events", answer={"type": "string"}, media="text/event-stream")
def watch_job(call: Call, number: Number) -> object:
    """The progress of a job as server-sent events: `stage` with a sentence in both languages, at last `ended` with the job."""
    call.jobs.one(number)  # one that there is not is said before anything else
    return Events(_events(call, number))


def _events(call: Call, number: int) -> Iterator[bytes]:
    """What is told of a job until it has ended; blocks in between, never for long, so that a watcher who left is noticed."""
    seen, silent = -1, 0
    while (live := call.jobs.stage(number)) is not None:
        if live[0] != seen:
            seen, silent = live[0], 0
            yield _event("stage", staged(live[1]))
        elif not call.jobs.wait(number, seen, _LOOK_SECONDS):
            silent += 1
            if silent % _SILENT_LOOKS == 0:
                yield b": still there\n\n"
    job = call.jobs.one(number)
    yield _event("ended" if job.state in ENDED else "stage", told(job, call.lang, None))


def _event(name: str, content: object) -> bytes:
    content = as_json(content, str)
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n".encode()
