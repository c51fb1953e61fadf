"""The rest of the program's paths: whether it is well, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from coterie import __version__
from coterie.api.access import Access
from coterie.api.body import Receive, Scope, Send
from coterie.api.callbacks import Callbacks
from coterie.api.calls import Calls
from coterie.api.gate import Gate
from coterie.api.interface import PREFIX, add_routes
from coterie.api.links import PATHS as LINK_PATHS
from coterie.api.links import Links
from coterie.api.openapi import describe
from coterie.api.pages import docs_page
from coterie.api.recipients import PATHS as RECIPIENT_PATHS
from coterie.api.recipients import Recipients
from coterie.api.resources import RESOURCES
from coterie.api.served import Served
from coterie.api.shortcut import Shortcut
from coterie.api.site import answer_site
from coterie.api.workers import Workers
from coterie.collect.intake import Allowance
from coterie.live import LiveFigures
from coterie.store import ApiKey
from coterie.workspace import Intake
from coterie.workspace.background import Background, at_work
from coterie.workspace.intake import IntakeState
from coterie.workspace.receipts import CALLBACKS_PATH

_OWN = ("/health", "/metrics")


class Health(BaseModel):
    """Whether the server takes events in, and how far the warehouse is behind."""

    status: Literal["ok", "failing"]
    waiting: int = Field(description="Messages that are durable and not yet in the warehouse.")
    fault: str = Field(description="What keeps it from writing now; empty where nothing does.")


class Front:
    """The application: calls go to ``calls``, the interface is behind its gate, other addresses are the web application's."""

    def __init__(
        self,
        calls: Calls,
        access: Access[ApiKey],
        workers: Workers,
        served: Served,
        links: Links,
        callbacks: Callbacks,
    ) -> None:
        self._calls, self._workers, self._served, self._links = calls, workers, served, links
        self._callbacks = callbacks
        self._intake: Intake | None = None
        self.rest = self._made()
        limits = workers.workspace.settings.interface
        allowance = Allowance(limits.requests_per_second, limits.requests_at_once)
        open_paths = {
            (each.method, PREFIX + each.path) for one in RESOURCES for each in one if each.allowance == "open"
        }
        self._recipients = Recipients(workers)
        self._shortcut = Shortcut(self.rest, served.documents)
        self._gate = Gate(self._shortcut, access, served, allowance, open_paths)

    def open(self, intake: Intake) -> None:
        """Begin to answer; to be called in the event loop."""
        self._intake = intake
        self._calls.open(intake)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            await self._calls(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(LINK_PATHS):
            await self._links(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(CALLBACKS_PATH):
            await self._callbacks(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/api/"):
            await self._gate(scope, receive, send, self._workers.workspace.settings.locale)
        elif scope["type"] == "http" and scope["path"].startswith(RECIPIENT_PATHS):
            await self._recipients(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] not in _OWN:
            await answer_site(scope, send)
        else:
            await self.rest(scope, receive, send)

    def _made(self) -> FastAPI:
        app = FastAPI(
            title="Coterie", version=__version__, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None
        )
        add_routes(app, self._workers, self._served)
        describe(app)

        @app.get("/api/docs", summary="This description, as a page", response_class=HTMLResponse)
        def docs() -> str:
            return docs_page(app.openapi())

        @app.get("/health", summary="Whether events are taken in")
        def health(response: Response) -> Health:
            state = self._intake.state() if self._intake else None
            if state is None or state.fault:
                response.status_code = 503
            if state is None:
                return Health(status="failing", waiting=0, fault="the server is not ready yet")
            return Health(status="failing" if state.fault else "ok", waiting=state.waiting.messages, fault=state.fault)

        @app.get("/metrics", summary="Figures for Prometheus", response_class=Response)
        def metrics() -> Response:
            text = ""
            if self._intake:
                working = at_work(self._workers.workspace._stand.engine)  # noqa: SLF001 - where its threads are noted
                text = figures(
                    self._intake.state(), self._calls.answers, self._shortcut, working, self._callbacks.refused
                )
            return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

        return app


def figures(
    state: IntakeState,
    answers: Mapping[int, int],
    shortcut: Shortcut,
    working: Mapping[str, Background],
    calls_refused: int,
) -> str:
    """The figures as Prometheus reads them.

    ``received = accepted + duplicate + refused + waiting``, at any instant and across restarts.
    """
    totals, waiting, documents = state.totals, state.waiting, shortcut.documents
    counted = [
        ("coterie_messages_received_total", "counter", "Messages that were answered with a yes.", state.received),
        ("coterie_messages_accepted_total", "counter", "Messages that are in the warehouse.", totals.accepted),
        ("coterie_messages_duplicate_total", "counter", "Messages whose id came before.", totals.duplicate),
        ("coterie_messages_refused_total", "counter", "Messages that are in the quarantine.", totals.refused),
        (
            "coterie_messages_conflicting_total",
            "counter",
            "Duplicates that said something else than the first.",
            totals.conflicting,
        ),
        (
            "coterie_messages_waiting",
            "gauge",
            "Messages that are durable and not yet in the warehouse.",
            waiting.messages,
        ),
        ("coterie_journal_requests", "gauge", "Requests that wait in the journal.", waiting.requests),
        ("coterie_journal_bytes", "gauge", "Bytes that wait in the journal.", waiting.size),
        ("coterie_intake_failing", "gauge", "1 while something keeps it from writing.", int(bool(state.fault))),
        ("coterie_live_people_total", "counter", "Profiles that live turns brought up to date.", state.live.people),
        ("coterie_live_entered_total", "counter", "Entries into segments that were seen live.", state.live.entered),
        ("coterie_live_left_total", "counter", "Exits from segments that were seen live.", state.live.left),
        ("coterie_profile_documents_bytes", "gauge", "Size of the profile documents that are there.", documents.size()),
        (
            "coterie_profile_documents_failing",
            "gauge",
            "1 while people are read from the warehouse because documents cannot be kept; `coterie doctor` says why.",
            int(documents.fault is not None),
        ),
        ("coterie_live_failing", "gauge", "1 while people and segments cannot follow.", int(bool(state.live_fault))),
    ]
    lines = [
        line
        for name, kind, about, value in counted
        for line in (f"# HELP {name} {about}", f"# TYPE {name} {kind}", f"{name} {value}")
    ]
    lines += _live_lines(state.live)
    lines += _background_lines(working, calls_refused)
    lines += [
        "# HELP coterie_requests_total Requests by the status of their answer, since this process began.",
        "# TYPE coterie_requests_total counter",
        *(f'coterie_requests_total{{status="{status}"}} {count}' for status, count in sorted(answers.items())),
        "# HELP coterie_profile_reads_total Profiles read by number or key, by where they were read from.",
        "# TYPE coterie_profile_reads_total counter",
        *(f'coterie_profile_reads_total{{from="{where}"}} {count}' for where, count in shortcut.reads.items()),
    ]
    return "\n".join(lines) + "\n"


def _background_lines(working: Mapping[str, Background], calls_refused: int) -> list[str]:
    lost = getattr(working.get("engagement"), "lost", 0)
    return [
        "# HELP coterie_callbacks_refused_total Calls that no provider had signed, since this process began.",
        "# TYPE coterie_callbacks_refused_total counter",
        f"coterie_callbacks_refused_total {calls_refused}",
        "# HELP coterie_fetches_lost_total Opens and clicks that could not be kept, since this process began.",
        "# TYPE coterie_fetches_lost_total counter",
        f"coterie_fetches_lost_total {lost}",
        "# HELP coterie_background_failing 1 while work that the server does by itself stands still; `coterie doctor` says why.",
        "# TYPE coterie_background_failing gauge",
        *(
            f'coterie_background_failing{{work="{name}"}} {int(work.fault is not None)}'
            for name, work in sorted(working.items())
        ),
    ]


def _live_lines(live: LiveFigures) -> list[str]:
    lags = {"0.5": live.lag_p50, "0.95": live.lag_p95}
    return [
        "# HELP coterie_live_turns_total Turns by whom they looked at, since this process began.",
        "# TYPE coterie_live_turns_total counter",
        *(f'coterie_live_turns_total{{kind="{kind}"}} {count}' for kind, count in sorted(live.turns.items())),
        "# HELP coterie_live_everybody_total Turns that had to look at everybody, by the reason.",
        "# TYPE coterie_live_everybody_total counter",
        *(f'coterie_live_everybody_total{{reason="{why}"}} {count}' for why, count in sorted(live.everybody.items())),
        "# HELP coterie_live_lag_seconds From the receipt of a message until segments tell of it, over the last minute.",
        "# TYPE coterie_live_lag_seconds gauge",
        *(
            f'coterie_live_lag_seconds{{quantile="{share}"}} {lag:.3f}'
            for share, lag in lags.items()
            if lag is not None
        ),
    ]
