"""What is done by itself while a server runs: each time that comes is a job, and times that were missed are one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from coterie.domain import acting_as
from coterie.errors import CoterieError, UnknownName
from coterie.store.facts import GOING, SCHEDULED
from coterie.words import sentence
from coterie.workspace.schedules import mark_of

if TYPE_CHECKING:
    from coterie.settings.schedules import ScheduleSettings
    from coterie.store import Job
    from coterie.workspace.campaign_wheel import CampaignWheel
    from coterie.workspace.job_runner import JobRunner
    from coterie.workspace.workspace import Workspace

_LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Due:
    """A schedule whose time has come, and the latest time of those that have."""

    name: str
    schedule: ScheduleSettings
    at: datetime


class Scheduler:
    """Starts the jobs of a workspace's schedules and of its campaigns while its ``with`` block lasts.

    A schedule that is seen for the first time begins from then. Times that passed while no server ran are done as
    one. One whose job is still going on waits for its end.
    """

    def __init__(self, workspace: Workspace, jobs: JobRunner) -> None:
        self._stand, self._jobs = workspace._stand, jobs  # noqa: SLF001 - it is a part of the workspace
        self._thread = threading.Thread(target=self._look, name="coterie-scheduler")
        self._is_ending = threading.Event()
        self._going: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._is_ending.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_ending.is_set():
            try:
                self.tick()
            except CoterieError:  # such as a full disk: it is looked at again, and the health of the server tells it
                self._is_ending.wait(_LOOK_SECONDS)
            self._is_ending.wait(_LOOK_SECONDS)

    def tick(self) -> list[Job]:
        """Start what is due now; the jobs that were."""
        schedules = self._stand.settings_now.schedules
        found = [self._start(due) for name, each in schedules.items() if (due := self._due(name, each)) is not None]
        return [*found, *self._of_campaigns()]

    def _of_campaigns(self) -> list[Job]:
        """Those whose time has come, and those that go on; where there are none, what they need is not even loaded."""
        with self._stand.ledger.reading() as t:
            known = t.facts.some([SCHEDULED, GOING])
        return [] if set(known.values()) <= {"{}", "[]"} else self._wheel.tick()

    @cached_property
    def _wheel(self) -> CampaignWheel:
        from coterie.workspace.campaign_wheel import CampaignWheel

        return CampaignWheel(self._stand, self._jobs)

    def run(self, name: str) -> Job:
        """Start a schedule's job now, as the doing of whoever acts, whenever it is due; raises ``UnknownName``."""
        schedules = self._stand.settings_now.schedules
        if name not in schedules:
            raise UnknownName("schedule", name, schedules)
        return self._jobs.start(
            schedules[name].run, schedules[name].asked, reason=sentence("schedule {name}", name=name)
        )

    def _due(self, name: str, schedule: ScheduleSettings) -> Due | None:
        now, zone = self._stand.clock(), self._stand.settings.timezone
        with self._stand.ledger.reading() as t:
            marked = t.facts.get(mark_of(name))
        if marked is None:
            with self._stand.ledger.transaction() as t:
                t.facts.put(mark_of(name), now.isoformat())
            return None
        job_id = self._going.get(name)
        if job_id is not None and self._jobs.stage(job_id) is not None:
            return None
        latest = schedule.latest(datetime.fromisoformat(marked), now, zone)
        return None if latest is None else Due(name, schedule, latest)

    def _start(self, due: Due) -> Job:
        with acting_as(f"schedule {due.name}"):
            job = self._jobs.start(
                due.schedule.run,
                due.schedule.asked,
                reason=sentence("schedule {name}", name=due.name),
                mark=(mark_of(due.name), due.at.isoformat()),
            )
        self._going[due.name] = job.job_id
        return job
