"""What the parts of a workspace stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from coterie.domain import Clock, Quiet
from coterie.engines import Engine
from coterie.errors import NotReady
from coterie.protect import WorkspaceKey, read_or_make_key
from coterie.run import bring_people, choose_as_of, people_are_current
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger

STATE = ".coterie"
"""Folder inside a workspace that holds the warehouse, the ledger and the secrets."""

AS_OF = "refreshed_as_of"
REFRESHED_AT = "refreshed_at"
ACTOR = "operator"


@dataclass(frozen=True)
class Stand:
    """The folder, settings, stores and clock of one workspace."""

    folder: Path
    settings: WorkspaceSettings
    engine: Engine
    ledger: Ledger
    clock: Clock

    @cached_property
    def key(self) -> WorkspaceKey:
        """The secret of the workspace, made at first use."""
        return read_or_make_key(self.folder / STATE)

    @property
    def as_of(self) -> datetime:
        """The instant of the last refresh; raises ``NotReady`` before the first."""
        with self.ledger.reading() as t:
            found = t.facts.get(AS_OF)
        if found is None:
            raise NotReady("nothing has been computed yet; run `coterie refresh` first")
        return datetime.fromisoformat(found)

    @property
    def present(self) -> datetime:
        """The instant to compute as of: that of the last refresh, or a new one where files were loaded since, or before the first."""
        with self.ledger.reading() as t:
            found, refreshed_at = t.facts.get(AS_OF), t.facts.get(REFRESHED_AT)
        if found and refreshed_at and not self._loaded_since(datetime.fromisoformat(refreshed_at)):
            return datetime.fromisoformat(found)
        return choose_as_of(self.engine, None, self.clock()).at

    def _loaded_since(self, instant: datetime) -> bool:
        return bool(
            self.engine.query("SELECT 1 FROM batches WHERE loaded_at > $instant LIMIT 1", {"instant": instant}).num_rows
        )

    def bodies(self, kind: str) -> dict[str, Mapping[str, object]]:
        """Name → newest body of the definitions of ``kind``."""
        with self.ledger.reading() as t:
            return {name: definition.body for name, definition in t.definitions.all(kind).items()}

    def bring_people(self) -> None:
        """Bring what was loaded since the last time to orders and profiles, so that definitions can speak of it."""
        if not people_are_current(self.engine):
            bring_people(self.engine, self.settings, clock=self.clock, progress=Quiet(), locale=self.settings.locale)
