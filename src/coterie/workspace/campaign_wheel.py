"""Campaigns of a running server by time: launched when it comes, and going on while messages wait."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from coterie.decide.wheel import keep_going, pass_time
from coterie.domain import acting_as
from coterie.words import sentence
from coterie.workspace.campaign_times import campaigns_to_go_on, campaigns_to_launch

if TYPE_CHECKING:
    from coterie.store import Job
    from coterie.workspace.job_runner import JobRunner
    from coterie.workspace.stand import Stand

_AGAIN = timedelta(minutes=1)
"""After how long what could not be done for now is tried again."""
Standing = Literal["none", "busy", "done", "failed"]


class CampaignWheel:
    """Starts the jobs that launch campaigns and go on with them.

    A time is over only when its campaign was launched, or cannot be: a server that dies before does it when it is back.
    A campaign whose last run did not end well goes on when a person says so.
    """

    def __init__(self, stand: Stand, jobs: JobRunner) -> None:
        self._stand, self._jobs = stand, jobs
        self._last: dict[str, int] = {}

    def tick(self) -> list[Job]:
        """Start what is due now; the jobs that were."""
        return [*self._launched(), *self._gone_on()]

    def _launched(self) -> list[Job]:
        found = []
        for come in campaigns_to_launch(self._stand):
            standing = self._standing(come.launched_as)
            if standing in ("done", "failed"):
                with self._stand.ledger.transaction() as t:
                    pass_time(t, come)
            elif standing == "none":
                reason = sentence("the schedule of campaign {campaign}", campaign=come.launched_as)
                found.append(self._start(come.launched_as, come.by, reason, if_scheduled=True))
        return found

    def _gone_on(self) -> list[Job]:
        found = []
        for name in campaigns_to_go_on(self._stand):
            standing = self._standing(name)
            if standing == "failed":
                with self._stand.ledger.transaction() as t:
                    keep_going(t, name, goes_on=False)
                del self._last[name]
            elif standing != "busy":
                reason = sentence("messages of campaign {campaign} that were waiting", campaign=name)
                found.append(self._start(name, "campaigns", reason, if_scheduled=False))
        return found

    def _start(self, campaign: str, by: str, reason: str, *, if_scheduled: bool) -> Job:
        asked = {"campaign": campaign, **({"if_scheduled": True} if if_scheduled else {})}
        with acting_as(by):
            job = self._jobs.start("send", asked, reason=reason)
        self._last[campaign] = job.job_id
        return job

    def _standing(self, campaign: str) -> Standing:
        """How the last job of a campaign stands; one that failed for now only is none after a while."""
        job_id = self._last.get(campaign)
        if job_id is None:
            return "none"
        if self._jobs.stage(job_id) is not None:
            return "busy"
        job = self._jobs.one(job_id)
        if job.state == "done":
            return "done"
        if "tries" not in job.detail or job.finished_at is None:
            return "failed"
        return "none" if self._stand.clock() >= job.finished_at + _AGAIN else "busy"
