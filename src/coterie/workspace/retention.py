"""How long logs are kept: jobs that ended, and answers that may be given again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coterie.workspace.stand import Stand


def forget_logs(stand: Stand, days: int) -> dict[str, int]:
    """Remove jobs and kept answers that are older than so many days; how many of each. The audit log is never shortened."""
    before = stand.clock() - timedelta(days=days)
    with stand.ledger.transaction() as t:
        return {"jobs": t.jobs.forget(before=before), "answers": t.kept_answers.forget(before=before)}
