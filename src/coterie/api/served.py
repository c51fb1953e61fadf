"""What a server keeps beside the workspace that it serves."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.protect import KeyRing
from coterie.protect.team import Team
from coterie.workspace.answers import Answers
from coterie.workspace.job_runner import JobRunner
from coterie.workspace.profile_documents import ProfileDocuments
from coterie.workspace.scheduler import Scheduler


@dataclass(frozen=True)
class Served:
    """Its jobs, its schedules, its keys, its users, the answers that it may have to give again, and documents of its profiles."""

    jobs: JobRunner
    scheduler: Scheduler
    keys: KeyRing
    team: Team
    answers: Answers
    documents: ProfileDocuments
