"""Schedules: what is done by itself."""

from __future__ import annotations

from coterie.api.resources.jobs import JOB, started
from coterie.api.resources.shared import Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows

ROUTES = Routes("schedules", "What is done by itself while the server runs.")


@ROUTES.get(
    "/schedules", "schedules", answer=items(rows("schedule:text run:text when:text last_at:instant? next_at:instant?"))
)
def list_schedules(call: Call) -> object:
    """Every schedule of `coterie.yaml`: what it runs and when, for when it was done last, when it is due next."""
    return call.ws.schedules.list()


@ROUTES.post("/schedules/{name}/run", answer=JOB, allowance="reach", status=202)
def run_schedule(call: Call, name: Name) -> object:
    """Do it now, whenever it is due; a job."""
    return started(call, call.scheduler.run(name))
