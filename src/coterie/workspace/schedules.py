"""What is done by itself while a server runs: each time that comes is a job, and times that were missed are one."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand

_LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("schedule", "run", "when")),
        *((name, pa.timestamp("us")) for name in ("last_at", "next_at")),
    ]
)


def mark_of(name: str) -> str:
    """The fact in the ledger that says for when a schedule was done last."""
    return f"schedule {name}"


class Schedules:
    """The schedules of a workspace, from ``coterie.yaml``; ``ws.schedules``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def list(self) -> Frame:
        """Every schedule: what it runs and when, for when it was done last, and when it is due next; None before a server saw it."""
        rows = []
        for name, each in self._stand.settings_now.schedules.items():
            last = self.last(name)
            due = None if last is None else each.after(last, self._stand.settings.timezone)
            when = each.cron or f"every {each.every}"
            rows.append({"schedule": name, "run": each.run, "when": when, "last_at": last, "next_at": due})
        return Frame(pa.Table.from_pylist(rows, _LISTED))

    def last(self, name: str) -> datetime | None:
        """For when a schedule was done last; None where no server has seen it yet."""
        with self._stand.ledger.reading() as t:
            found = t.facts.get(mark_of(name))
        return None if found is None else datetime.fromisoformat(found)
