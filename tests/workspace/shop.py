"""A small shop whose numbers one can count by hand."""

from __future__ import annotations

import atexit
import csv
import shutil
import tempfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import uuid4

import coterie
from coterie.engines import keep_fact, open_warehouse
from coterie.settings import WorkspaceSettings
from coterie.workspace.fence import LEDGER_ID, open_keyed_ledger
from coterie.workspace.finding import STATE, WAREHOUSE

NOW = datetime(2026, 3, 1)
CUSTOMERS = 60


def write_shop(folder: Path) -> dict[str, Path]:
    """Sixty customers; customer n orders n % 7 times, ten days apart, the last n % 50 days before ``NOW``."""
    folder.mkdir(parents=True, exist_ok=True)
    orders, customers, consents = [], [], []
    for n in range(1, CUSTOMERS + 1):
        customers.append({"customer_id": f"C{n}", "email": f"c{n}@shop.example", "city": ("Oslo", "Bergen")[n % 2]})
        consents.append(
            {
                "customer_id": f"C{n}",
                "channel": "email",
                "granted": "no" if n % 10 == 0 else "yes",
                "occurred_at": "2026-01-01 00:00:00",
            }
        )
        for k in range(n % 7):
            at = NOW - timedelta(days=n % 50 + 10 * k, hours=1)
            orders.append(
                {
                    "order_id": f"O{n}-{k}",
                    "customer_id": f"C{n}",
                    "order_date": f"{at:%Y-%m-%d %H:%M:%S}",
                    "total": 10 * n,
                }
            )
    rows = {"orders": orders, "customers": customers, "consents": consents}
    return {name: _write(folder / f"{name}.csv", each) for name, each in rows.items()}


def fill(ws: coterie.Workspace, files: Path, definitions: str = "") -> None:
    """Load the small shop, whose files are written into ``files``, apply ``definitions`` and refresh."""
    for kind, file in write_shop(files).items():
        result = ws.load(file, kind=kind)
        assert result.accepted == result.rows
    if definitions:
        (ws.folder / "definitions" / "all.yaml").write_text(definitions, "utf-8")
        ws.apply(ws.folder / "definitions")
    ws.refresh()


DEFINITIONS = """
traits:
- name: spent_60d
  unit: money
  value: {sum: revenue, event: Order Completed, within: 60d}
segments:
- name: frequent
  label: Frequent buyers
  rule: {did: Order Completed, at_least: 4}
- name: oslo
  rule: {trait: city, '=': Oslo}
- name: frequent-oslo
  rule: {all: [{in_segment: frequent}, {in_segment: oslo}]}
templates:
- name: hello
  subject: "Hello from {{ profile.city }}"
  body: "<p>You spent {{ profile.spent_60d }}.</p>"
  defaults: {city: us, spent_60d: 0}
campaigns:
- name: spring
  audience: {segments: [frequent]}
  template: hello
  holdout: 0.25
"""
JOURNEYS = """
lists:
- {name: guests, label: Guests of the fair}
journeys:
- name: welcome
  entry: {by_hand: true}
  holdout: 0
  steps:
  - {id: settle, wait: 1h}
  - {id: hello, message: hello}
"""
"""To be put behind ``DEFINITIONS``."""


def filled(folder: Path, definitions: str = DEFINITIONS, settings: WorkspaceSettings | None = None) -> Path:
    """The small shop in a new ``folder``, as ``fill`` leaves it, and its files beside it in ``files``.

    Copied from one that is filled once, which takes twenty times as long. To the fence it is no copy: its stores bear a
    name of their own. ``settings`` are such as change nothing of what is loaded and computed.
    """
    coterie.init(folder, settings)
    shutil.copytree(_filled(definitions) / "files", folder.parent / "files", dirs_exist_ok=True)
    copy_stores(_filled(definitions) / "shop", folder)
    return folder


def copy_stores(filled_once: Path, folder: Path) -> None:
    """Give ``folder``, a workspace, the stores and definitions of another; to the fence it is no copy."""
    shutil.rmtree(folder / STATE)
    for part in (STATE, "definitions", "mappings"):
        shutil.copytree(filled_once / part, folder / part, dirs_exist_ok=True)
    engine = open_warehouse(folder / STATE / WAREHOUSE)
    ledger = open_keyed_ledger(folder / STATE / "ledger.sqlite", folder / STATE)
    name = uuid4().hex
    keep_fact(engine, LEDGER_ID, name)
    with ledger.transaction() as t:
        t.facts.put(LEDGER_ID, name)
        t.facts.put("fence_registered", None)
    ledger.close()
    engine.close()


@cache
def _filled(definitions: str) -> Path:
    root = Path(tempfile.mkdtemp(prefix="coterie-shop-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with coterie.open(coterie.init(root / "shop"), clock=lambda: NOW) as ws:
        fill(ws, root / "files", definitions)
    return root


def _write(file: Path, rows: list[dict[str, object]]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file
