"""What is here, and whether it is sound."""

from __future__ import annotations

from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows, shape
from coterie.workspace.records import Status

ROUTES = Routes("workspace", "What is here, how much, how fresh, and whether it is sound.")


@ROUTES.get("/status", "status", answer=shape(Status))
def status(call: Call) -> object:
    """What is here, how much, how fresh."""
    return call.ws.status()


@ROUTES.get("/doctor", "doctor", answer=items(rows("check:text state:text finding:sentence")))
def doctor(call: Call) -> object:
    """Every check, with what was found and what to do."""
    return call.ws.doctor(lang=call.lang)
