"""What the parts of a workspace stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from coterie import run
from coterie.domain import Clock, Quiet, who_acts
from coterie.engines import Engine, keep_fact, read_fact
from coterie.errors import BadSetting, NotReady, StatementFailed
from coterie.protect import WorkspaceKey, read_or_make_key
from coterie.resolve import has_people
from coterie.settings import Locale, WorkspaceSettings, read_workspace_settings
from coterie.store import KeptFit, Ledger
from coterie.workspace.fence import Fence
from coterie.workspace.finding import STATE

FitKind = Literal["model", "discovery"]
"""What can be fitted: a model that scores people, or the groups found in their traits."""


@dataclass
class Stand:
    """The folder, settings, stores and clock of one workspace.

    ``behind`` is the stand of the process that has the workspace open, where this one is only of a call from another.
    """

    folder: Path
    settings: WorkspaceSettings
    engine: Engine
    ledger: Ledger
    clock: Clock
    asked: Locale | None = None
    behind: Stand | None = None

    @property
    def lang(self) -> Locale:
        """The language in which things are told: the one asked for when the workspace was opened, else its own."""
        return self.asked or self.settings.locale

    @cached_property
    def key(self) -> WorkspaceKey:
        """The secret of the workspace, made at first use."""
        return read_or_make_key(self.folder / STATE)

    @property
    def settings_now(self) -> WorkspaceSettings:
        """The settings as the file has them now, for what looks again and again; while it cannot be read, those from the start."""
        try:
            return read_workspace_settings(self.folder)
        except BadSetting:
            return self.settings

    @property
    def is_empty(self) -> bool:
        """Whether no row was ever taken in, so that nothing was read by the settings yet."""
        return not self.engine.query("SELECT 1 FROM batches LIMIT 1").num_rows

    def take(self, settings: WorkspaceSettings) -> None:
        """Go on with other settings, here and in the process behind."""
        self.settings = settings
        if self.behind is not None:
            self.behind.take(settings)

    @property
    def fence(self) -> Fence:
        """What keeps a copy of the workspace from sending."""
        return Fence(self.folder / STATE, self.ledger)

    @property
    def actor(self) -> str:
        """Who acts now: whom ``acting_as`` names, else ``COTERIE_ACTOR``, else the account of the system."""
        return who_acts()

    @property
    def as_of(self) -> datetime:
        """The instant of the last refresh; raises ``NotReady`` before the first, with what is to be done first."""
        found = run.last_refresh(self.engine)
        if found is not None:
            return found
        if not has_people(self.engine):
            raise NotReady("there is nothing to refresh yet; load a file with `coterie load` first")
        raise NotReady("nothing has been computed yet; run `coterie refresh` first")

    @property
    def present(self) -> datetime:
        """The instant to compute as of: that of the last refresh, or a new one where files were loaded since, or before the first."""
        found = run.last_refresh(self.engine)
        if found is not None and run.refresh_is_current(self.engine):
            return found
        return run.choose_as_of(self.engine, None, self.clock(), self.settings.timezone).at

    def keep(
        self,
        kind: FitKind,
        name: str,
        body: Mapping[str, object],
        *,
        as_of: datetime,
        profiles: int,
        validation: Mapping[str, object] | None = None,
    ) -> None:
        """Keep what was fitted beside its rows: a fit in the ledger, and in the warehouse which one it is.

        Inside ``engine.transaction()`` with the rows: a kill in between leaves a fit that nothing points to.
        """
        from coterie import __version__

        fit = KeptFit(kind, name, body, self.clock(), self.actor, as_of, profiles, __version__, validation)
        with self.ledger.transaction() as t:
            number = t.fits.add(fit)
        keep_fact(self.engine, f"{kind}:{name}", str(number))

    def kept(self, kind: FitKind, name: str) -> Mapping[str, object] | None:
        """What was kept of the newest fit of that name, or None before the first."""
        number = read_fact(self.engine, f"{kind}:{name}")
        if number is None:
            return None
        with self.ledger.reading() as t:
            return t.fits.one(kind, name, int(number)).body

    def bodies(self, kind: str) -> dict[str, Mapping[str, object]]:
        """Name → newest body of the definitions of ``kind``."""
        with self.ledger.reading() as t:
            return {name: definition.body for name, definition in t.definitions.all(kind).items()}

    @contextmanager
    def brought(self) -> Iterator[None]:
        """One state to read, with what was loaded since brought to orders and profiles; nothing of that is kept.

        While another thread writes, it is the state as last committed.
        """
        with self.engine.reading():
            is_current = run.people_are_current(self.engine)
        with self.engine.reading() if is_current else self.engine.trial() as may_bring:
            if may_bring:
                self.bring_people()
            yield

    @contextmanager
    def refreshed(self) -> Iterator[None]:
        """One state to read, refreshed anew as of the last refresh where files were loaded since; nothing of that is kept.

        Where a definition cannot be computed, or another thread writes, it is what ``brought`` yields.
        """
        with self.engine.reading():
            is_current = run.last_refresh(self.engine) is None or run.refresh_is_current(self.engine)
        with ExitStack() as kept:
            with suppress(StatementFailed), ExitStack() as tried:
                if not is_current and tried.enter_context(self.engine.trial()):
                    run.refresh_everything(
                        self.engine,
                        self.ledger,
                        self.settings,
                        asked=self.as_of,
                        clock=self.clock,
                        progress=Quiet(),
                    )
                    kept.push(tried.pop_all())
            kept.enter_context(self.brought())
            yield

    def bring_people(self) -> None:
        """Bring what was loaded since the last time to orders and profiles, so that definitions can speak of it."""
        if has_people(self.engine) and not run.people_are_current(self.engine):
            as_of = run.choose_as_of(self.engine, None, self.clock(), self.settings.timezone)
            run.bring_people(
                self.engine,
                self.settings,
                clock=self.clock,
                progress=Quiet(),
                as_of=as_of.at,
            )
