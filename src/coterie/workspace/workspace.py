"""One business's workspace: hands every room what it needs, and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, overload

from coterie.domain import Clock, LoadResult, Mapping, Progress, Proposal, Quiet
from coterie.domain.clock import Instant, instant_of
from coterie.errors import CoterieError
from coterie.words import each_into
from coterie.workspace.frame import Frame
from coterie.workspace.given import checking_given
from coterie.workspace.reading import reads, reads_refreshed
from coterie.workspace.rooms import Room, SettingsNow
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.domain.loading import Question
    from coterie.engines import Engine
    from coterie.run import Refreshed
    from coterie.settings import Locale, WorkspaceSettings
    from coterie.store import Ledger
    from coterie.workspace.auditing import AuditLog
    from coterie.workspace.brakes import Brakes
    from coterie.workspace.campaigns import Campaigns
    from coterie.workspace.channels import Channels
    from coterie.workspace.coupons import Coupons
    from coterie.workspace.definitions import Definitions
    from coterie.workspace.deliveries import Receivers
    from coterie.workspace.intake import Intake
    from coterie.workspace.journeys import Journeys
    from coterie.workspace.kpis import Kpis
    from coterie.workspace.lists import Lists
    from coterie.workspace.loading import Loadable, Quarantine, Rates
    from coterie.workspace.models import Models
    from coterie.workspace.overview import Overviews
    from coterie.workspace.people import People
    from coterie.workspace.preferences import Preferences
    from coterie.workspace.records import Backup, Status, WouldRefresh
    from coterie.workspace.schedules import Schedules
    from coterie.workspace.segmentations import Segmentations
    from coterie.workspace.segments import Segments
    from coterie.workspace.settings_file import SettingsFile
    from coterie.workspace.templates import Templates
    from coterie.workspace.tracking import Tracking


@checking_given
class Workspace:
    """A company's records and everything made of them. Open it with ``coterie.open``.

    The way through it: ``load`` files, look at their ``quality``, ``apply`` definitions, ``refresh``, and then visit its
    rooms: ``segments``, ``lists``, ``segmentations``, ``profiles``, ``predict``, ``templates``, ``coupons``, ``campaigns``, ``journeys``, ``channels``, ``kpis``;
    ``tracking`` says what sources send; ``rates``, ``quarantine`` and ``brakes`` mend and stop things. ``report`` writes what was found; ``query`` asks
    in SQL. Use it in a ``with`` block, or close it: one process at a time may have it open.
    """

    folder: Path
    settings = SettingsNow()
    audit: Room[AuditLog] = Room("auditing:AuditLog")
    definitions: Room[Definitions] = Room("definitions:Definitions")
    schedules: Room[Schedules] = Room("schedules:Schedules")
    segments: Room[Segments] = Room("segments:Segments")
    lists: Room[Lists] = Room("lists:Lists")
    segmentations: Room[Segmentations] = Room("segmentations:Segmentations")
    profiles: Room[People] = Room("people:People")
    predict: Room[Models] = Room("models:Models")
    campaigns: Room[Campaigns] = Room("campaigns:Campaigns")
    journeys: Room[Journeys] = Room("journeys:Journeys")
    templates: Room[Templates] = Room("templates:Templates")
    coupons: Room[Coupons] = Room("coupons:Coupons")
    channels: Room[Channels] = Room("channels:Channels")
    kpis: Room[Kpis] = Room("kpis:Kpis")
    overview: Room[Overviews] = Room("overview:Overviews")
    rates: Room[Rates] = Room("loading:Rates")
    quarantine: Room[Quarantine] = Room("loading:Quarantine")
    preferences: Room[Preferences] = Room("preferences:Preferences")
    webhooks: Room[Receivers] = Room("deliveries:Receivers")
    tracking: Room[Tracking] = Room("tracking:Tracking")
    settings_file: Room[SettingsFile] = Room("settings_file:SettingsFile")

    def __init__(
        self,
        folder: Path,
        settings: WorkspaceSettings,
        engine: Engine,
        ledger: Ledger,
        clock: Clock,
        lang: Locale | None = None,
    ) -> None:
        self._stand = Stand(folder, settings, engine, ledger, clock, lang)
        self.folder = folder

    @property
    def brakes(self) -> Brakes:
        """What stops messages: a hold on all, an unsubscribe link, a block on an address."""
        from coterie.workspace.brakes import Brakes

        return Brakes(
            self._stand.ledger,
            self._stand.key,
            self._stand.clock,
            lambda: self._stand.settings.country,
            self._stand.fence,
        )

    def propose(
        self,
        file: Path | str,
        *,
        kind: str | None = None,
        mapping: Path | str | None = None,
        source: str | None = None,
        corrections: Iterable[str] = (),
    ) -> Proposal:
        """How a file would be read; nothing is loaded. ``corrections`` are like ``"customer_id=household_id"``."""
        from coterie.workspace.loading import Loading

        return Loading(self._stand).propose(file, kind=kind, mapping=mapping, source=source, corrections=corrections)

    def answer(self, mapping: Mapping, question: Question, choice: str) -> Mapping:
        """``mapping`` with a proposal's open question answered by one of its options."""
        from coterie.workspace.loading import answer

        return answer(mapping, question, choice)

    def load(
        self,
        facts: Loadable,
        *,
        mapping: Mapping | Path | None = None,
        kind: str | None = None,
        source: str | None = None,
        corrections: Iterable[str] = (),
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> LoadResult:
        """Load a file, or a pandas, polars or Arrow table; ``accepted + refused = rows``, always.

        Without a ``mapping`` the proposal is taken as it is; look at it with ``propose``
        first. Loading the same again changes nothing.
        """
        from coterie.workspace.loading import Loading

        return Loading(self._stand).load(
            facts,
            mapping=mapping,
            kind=kind,
            source=source,
            corrections=corrections,
            dry_run=dry_run,
            progress=progress,
        )

    @reads
    def quality(self, *, lang: Locale | None = None) -> Frame:
        """Data quality per source and column, with a sentence for each finding."""
        from coterie.collect import QUALITY_SCHEMA, quality_findings

        stand = self._stand
        found = quality_findings(stand.engine, as_of=stand.clock(), zone=self.settings.timezone)
        return Frame.of(found, lang or self._stand.lang, QUALITY_SCHEMA)

    def diff(self, place: Path | str, *, prune: bool = False) -> Frame:
        """What ``apply`` would change, with segment sizes before and after."""
        from coterie.workspace.definitions import Definitions

        return Definitions(self._stand).diff(Path(place), prune=prune)

    def apply(self, place: Path | str, *, prune: bool = False, dry_run: bool = False) -> Frame:
        """Take definitions from a YAML file or a folder of them; all are checked before any is saved."""
        from coterie.workspace.definitions import Definitions

        return Definitions(self._stand).apply(Path(place), prune=prune, dry_run=dry_run)

    def export(self, folder: Path | str) -> list[Path]:
        """Write every definition in use into ``folder`` as YAML."""
        from coterie.workspace.definitions import Definitions

        return Definitions(self._stand).export(Path(folder))

    @overload
    def refresh(
        self, *, as_of: Instant | None = None, dry_run: Literal[False] = False, progress: Progress | None = None
    ) -> Refreshed: ...

    @overload
    def refresh(
        self, *, as_of: Instant | None = None, dry_run: bool, progress: Progress | None = None
    ) -> Refreshed | WouldRefresh: ...

    def refresh(
        self, *, as_of: Instant | None = None, dry_run: bool = False, progress: Progress | None = None
    ) -> Refreshed | WouldRefresh:
        """Bring profiles, traits, segments, stages and the RFM grid up to one instant.

        ``as_of`` is now, or the end of the data where the newest fact is over 30 days old; without an offset it
        is read by the clock of the workspace's zone. A trait or segment that cannot be computed is left out and told.
        """
        from coterie.run import choose_as_of, refresh_everything
        from coterie.workspace.received import take_in
        from coterie.workspace.records import WouldRefresh

        stand = self._stand
        asked = None if as_of is None else instant_of(as_of, stand.settings.timezone)
        if dry_run:
            chosen = choose_as_of(stand.engine, asked, stand.clock(), stand.settings.timezone)
            return WouldRefresh(chosen.at, chosen.is_historic)
        take_in(stand)
        found = refresh_everything(
            stand.engine,
            stand.ledger,
            self.settings,
            asked=asked,
            clock=stand.clock,
            progress=progress or Quiet(),
        )
        return replace(found, warnings=each_into(found.warnings, self._stand.lang))

    @reads
    def traits(self, *, lang: Locale | None = None) -> Frame:
        """Every trait with its distribution, missing share, freshness and lineage."""
        from coterie.profile import describe_traits
        from coterie.run import trait_definitions
        from coterie.workspace.telling import trait_told

        stand = self._stand
        definitions = trait_definitions(stand.engine, stand.ledger)
        found = describe_traits(stand.engine, definitions, as_of=stand.as_of, locale=lang or self._stand.lang)
        return Frame.of(trait_told(each, lang or stand.lang) for each in found)

    @reads_refreshed
    def report(
        self,
        output: Path | str = "report.html",
        *,
        lang: Locale | None = None,
        remarks: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Path:
        """Write one self-contained HTML page that says what was found; returns where it is.

        ``remarks`` are sentences a reader must see first, after those of the settings.
        """
        from coterie.workspace.reporting import write_workspace_report

        return write_workspace_report(
            self._stand,
            Path(output),
            lang=lang or self._stand.lang,
            remarks=remarks,
            campaigns=self.campaigns,
            channels=self.channels,
            progress=progress or Quiet(),
        )

    def query(self, sql: str, **values: object) -> Frame:
        """The rows of a SELECT over the warehouse; ``$name`` in the text takes the value of that name.

        Anything that would change the warehouse, or reach a file or an address, is ``Refused``: facts come in by
        ``load``. It sees what was committed last, and does not wait while something is loaded or refreshed.
        """
        from coterie.workspace.querying import one_reading

        with self._stand.engine.reading():
            return Frame(self._stand.engine.query(one_reading(sql), values))

    def write_frame(self, frame: Frame, file: Path | str) -> Path:
        """Write ``frame`` to a .csv (formulas made harmless) or .parquet file."""
        from coterie.workspace.frame import write_frame

        return write_frame(frame, Path(file))

    @reads
    def status(self) -> Status:
        """What is here, how much, how fresh."""
        from coterie.workspace import health

        return health.status(self._stand)

    @reads
    def doctor(self, *, lang: Locale | None = None) -> Frame:
        """One row a check, with what was found and what to do."""
        from coterie.workspace import health

        return health.doctor(self._stand, lang or self._stand.lang)

    def backup(self, target: Path | str) -> Backup:
        """Copy all of it, both stores of one instant, to the new folder or .tar.gz ``target``, and prove the copy.

        ``coterie.restore`` makes a workspace of it, which sends nothing before it is released.
        """
        from coterie.workspace.backing import back_up

        return back_up(self._stand, Path(target))

    def intake(
        self, settled: Callable[[object, CoterieError | None], None], ended: Callable[[CoterieError], None]
    ) -> Intake:
        """What takes events in over HTTP, for servers: a ``with`` block around it starts it, and stops it at the end."""
        from coterie.workspace.intake import Intake

        return Intake(self._stand, settled, ended)

    def close(self) -> None:
        """Let go of the files, so that another process can open them."""
        with suppress(CoterieError):  # what keeps a note from being taken is said by the next opening
            self._stand.fence.keep()
        self._stand.engine.close()
        self._stand.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Workspace({str(self.folder)!r})"
