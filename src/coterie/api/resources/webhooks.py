"""Webhooks: who is told of entries into and exits from segments, and how it goes with them."""

from __future__ import annotations

from coterie.api.resources.shared import Name
from coterie.api.route import Call, Routes
from coterie.api.shapes import items, row_of, rows
from coterie.workspace.webhooks import receivers

ROUTES = Routes("webhooks", "Who is told of entries into and exits from segments.")


@ROUTES.get("/webhooks", answer=items(rows("webhook:text url:text segments:texts secret:text")), allowance="admin")
def list_webhooks(call: Call) -> object:
    """The receivers of `coterie.yaml`, and the secret that each checks signatures with."""
    return {"items": receivers(call.ws), "next": None}


@ROUTES.get("/webhooks/deliveries", "webhooks list", answer=items(row_of("Receiver")))
def list_deliveries(call: Call) -> object:
    """How it goes with each receiver: when it said yes last, how often it did not since and why, when it is told again."""
    return call.ws.webhooks.list(lang=call.lang)


@ROUTES.post("/webhooks/{name}/retry", "webhooks retry", answer=items(row_of("Receiver")))
def retry_webhook(call: Call, name: Name) -> object:
    """Have a receiver told at once that failed, or wanted to hear no more."""
    return call.ws.webhooks.retry(name)
