"""Webhooks: who is told of entries into and exits from segments."""

from __future__ import annotations

from coterie.api.route import Call, Routes
from coterie.api.shapes import items, rows
from coterie.workspace.webhooks import receivers

ROUTES = Routes("webhooks", "Who is told of entries into and exits from segments.")


@ROUTES.get("/webhooks", answer=items(rows("webhook:text url:text segments:list secret:text")), allowance="admin")
def list_webhooks(call: Call) -> object:
    """The receivers of `coterie.yaml`, and the secret that each checks signatures with."""
    return {"items": receivers(call.ws), "next": None}
