"""What can be done as a job, as data: what is asked, and what the workspace then does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from coterie.domain import Mapping as FileMapping
from coterie.domain import Progress
from coterie.errors import Cancelled, UnknownName
from coterie.settings import Locale
from coterie.words import sentence
from coterie.workspace.finding import REPORTS, STATE, UPLOADS

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace


class Task(BaseModel, ABC):
    """One piece of long work: what is asked of it, and the doing of it.

    What it does is undone as a whole when it is cancelled, unless it ``goes_out``: what was sent was sent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    goes_out: ClassVar[bool] = False

    @abstractmethod
    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; what came of it."""


class Refresh(Task):
    """Bring profiles, traits, segments, stages and the RFM grid up to one instant."""

    as_of: str | None = Field(
        None, max_length=40, description="The instant to compute for; by default now, or the end of old data."
    )

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; what was found."""
        return ws.refresh(as_of=self.as_of, progress=progress)


class ModelFit(Task):
    """Fit a model, score everybody, keep the record."""

    model: str = Field("lifetime-value", max_length=100, description="The model.")
    horizon_days: int = Field(365, ge=1, le=3650, description="How many days ahead it looks.")

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; the model, or why there is none."""
        return ws.predict.fit(self.model, horizon_days=self.horizon_days, progress=progress)


class Discover(Task):
    """Find groups in the traits."""

    k: str | None = Field(
        None, max_length=10, description="How many groups, or `auto`; as defined, or by the evidence, if not given."
    )
    traits: tuple[str, ...] | None = Field(None, max_length=100, description="The traits to look at.")
    name: str = Field("discovered", max_length=100, description="The name of the segmentation.")
    seed: int | None = Field(None, ge=0, le=2**31, description="Where the search begins; the same finds the same.")

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; the groups, and the evidence for their number."""
        return ws.segmentations.discover(
            k=self.k, traits=self.traits, name=self.name, seed=self.seed, progress=progress
        )


class Report(Task):
    """Write the report, one page that stands by itself."""

    lang: Locale | None = Field(None, description="Its language; the workspace's if not given.")

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; its language and size."""
        lang = self.lang or ws.settings.locale
        file = report_file(ws.folder, lang)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        ws.report(file, lang=lang, progress=progress)
        return {"lang": lang, "bytes": file.stat().st_size}


class Send(Task):
    """Launch a campaign if it is new, and send what is queued; without a campaign, what all launched ones have queued."""

    goes_out: ClassVar[bool] = True
    campaign: str | None = Field(None, max_length=200, description="The campaign; all launched ones if not given.")
    limit: int | None = Field(None, ge=1, le=2**31, description="Messages at most.")
    accept_stale: str | None = Field(None, max_length=100, description="Who accepts it that facts are old.")
    trust_refusals: bool = Field(False, description="Go on where the server gives nearly everybody one refusal.")
    if_scheduled: bool = Field(False, description="Only while the campaign is still scheduled.")

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; how many messages went which way."""
        from coterie.workspace.campaign_times import is_scheduled

        stand = ws._stand  # noqa: SLF001 - it is a part of the workspace
        if self.if_scheduled and self.campaign is not None and not is_scheduled(stand, self.campaign):
            raise Cancelled(sentence("campaign {campaign!r} was taken off its schedule", campaign=self.campaign))
        if self.campaign is None:
            return ws.campaigns.send_queued(
                limit=self.limit,
                accept_stale=self.accept_stale,
                trust_refusals=self.trust_refusals,
                progress=progress,
            )
        return ws.campaigns.send(
            self.campaign,
            limit=self.limit,
            accept_stale=self.accept_stale,
            trust_refusals=self.trust_refusals,
            progress=progress,
        )


class RunJourneys(Task):
    """Bring journeys up to now, and send what they have queued; a running server does so by itself every second."""

    goes_out: ClassVar[bool] = True
    journey: str | None = Field(None, max_length=100, description="The journey; all that run if not given.")
    accept_stale: str | None = Field(None, max_length=100, description="Who accepts it that facts are old.")

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; who went on, and how many messages went which way."""
        return ws.journeys.run(self.journey, accept_stale=self.accept_stale, progress=progress)


class Load(Task):
    """Load a file that was uploaded."""

    file: str = Field(pattern="^[0-9a-f]{32}$", description="The number of the upload.")
    mapping: FileMapping | None = Field(None, description="How it is read; as proposed if not given.")
    kind: str | None = Field(None, max_length=40, description="What the rows are.")
    source: str | None = Field(None, pattern=r"^\w[\w .-]{0,99}$", description="The name of the source.")
    corrections: tuple[str, ...] = Field((), max_length=200, description="Corrections, such as `total=amount`.")
    dry_run: bool = Field(False, description="Count only; change nothing.")

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; what became of the rows. The upload is removed once it is loaded."""
        file = uploaded_file(ws.folder, self.file)
        result = ws.load(
            file,
            mapping=self.mapping,
            kind=self.kind,
            source=self.source,
            corrections=self.corrections,
            dry_run=self.dry_run,
            progress=progress,
        )
        if not self.dry_run:
            file.unlink()
            file.parent.rmdir()
        return result


class Forget(Task):
    """Remove jobs and kept answers that are older than so many days; the audit log is never shortened."""

    days: int = Field(90, ge=1, le=36_500, description="How many days they are kept.")

    def do(self, ws: Workspace, progress: Progress) -> object:
        """Do it; how many of each."""
        progress.stage(sentence("removing old logs"), 1)
        stand = ws._stand  # noqa: SLF001 - it is a part of the workspace
        before = stand.clock() - timedelta(days=self.days)
        with stand.ledger.transaction() as t:
            return {"jobs": t.jobs.forget(before=before), "answers": t.kept_answers.forget(before=before)}


TASKS: Mapping[str, type[Task]] = {
    "refresh": Refresh,
    "fit": ModelFit,
    "discover": Discover,
    "report": Report,
    "send": Send,
    "journeys": RunJourneys,
    "load": Load,
    "forget": Forget,
}
"""Kind of job → what it is asked and does."""
TaskKind = Literal["refresh", "fit", "discover", "report", "send", "journeys", "load", "forget"]


def report_file(folder: Path, lang: str) -> Path:
    """Where the report of the workspace in ``folder`` is written in a language."""
    return folder / STATE / REPORTS / f"report-{lang}.html"


def uploads(folder: Path) -> Path:
    """Where uploads of the workspace in ``folder`` are kept until they are loaded."""
    found = folder / STATE / UPLOADS
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def uploaded_file(folder: Path, number: str) -> Path:
    """The upload of that number in the workspace ``folder``; raises ``UnknownName``."""
    found = next(iter((folder / STATE / UPLOADS / number).glob("*")), None) if number.isalnum() else None
    if found is None:
        raise UnknownName("upload", number, ())
    return found
