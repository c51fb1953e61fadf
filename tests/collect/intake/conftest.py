"""A journal and a pump over a warehouse of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from coterie.collect.intake import Pump, Seen
from coterie.engines import Engine, open_warehouse
from coterie.settings import WorkspaceSettings
from coterie.store import Journal, Ledger, Request, open_journal, open_ledger

NOW = datetime(2026, 11, 29, 10)
KEY = b"k" * 32


@dataclass
class Yard:
    folder: Path
    engine: Engine
    ledger: Ledger
    journal: Journal
    pump: Pump

    def take(self, *messages: object, at: datetime = NOW, sent_at: str | None = None, source: str = "web") -> None:
        """Journal a batch of messages and pump it."""
        self.keep(*messages, at=at, sent_at=sent_at, source=source)
        while self.pump.turn():
            pass

    def keep(self, *messages: object, at: datetime = NOW, sent_at: str | None = None, source: str = "web") -> None:
        body = json.dumps({"batch": messages, "sentAt": sent_at}).encode()
        self.journal.append([Request(at, source, "batch", len(messages), body)], trim_to=0)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in self.engine.query(sql).to_pylist()]

    def reopened(self) -> Yard:
        """The same after a new start of the process."""
        return _yard(self.folder, self.engine, self.ledger)


def _yard(folder: Path, engine: Engine, ledger: Ledger) -> Yard:
    journal, seen = open_journal(folder / "journal.sqlite"), Seen(folder / "seen")
    seen.bring(engine)
    return Yard(folder, engine, ledger, journal, Pump(engine, journal, seen, WorkspaceSettings(), ledger))


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    engine, ledger = open_warehouse(None, threads=1), open_ledger(None, KEY)
    yield _yard(tmp_path, engine, ledger)
    engine.close()
    ledger.close()


def track(number: object, event: str = "Product Viewed", **further: object) -> dict[str, object]:
    return {"type": "track", "messageId": f"m{number}", "userId": "u1", "event": event, **further}
