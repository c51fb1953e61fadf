"""Find, make and open workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coterie.domain import Clock, utc_now
from coterie.engines import open_warehouse
from coterie.engines.held import holder_of
from coterie.errors import NotReady, Refused
from coterie.protect import KeyRing, WorkspaceKey, read_or_make_key
from coterie.protect.team import Team
from coterie.settings import (
    WORKSPACE_FILE,
    Locale,
    ProcessSettings,
    WorkspaceSettings,
    find_place,
    read_workspace_settings,
    settings_of,
    write_workspace_settings,
)
from coterie.store import Ledger
from coterie.words import sentence
from coterie.workspace.fence import ERASING, LEDGER_ID, Fence, mark_unused, open_keyed_ledger, open_paired_ledger
from coterie.workspace.finding import STATE, WAREHOUSE
from coterie.workspace.remote import open_afar
from coterie.workspace.workspace import Workspace
from coterie.writing import close_to_others, write_whole

if TYPE_CHECKING:
    from coterie.workspace.brakes import Brakes


def init_workspace(
    folder: Path | str,
    settings: WorkspaceSettings | None = None,
    *,
    country: str | None = None,
    currency: str | None = None,
    timezone: str | None = None,
) -> Path:
    """Make ``folder`` a workspace and return it; refused when it already is one.

    Without ``settings``, of ``country`` (ISO 3166), ``currency`` (ISO 4217) and ``timezone`` (IANA)
    those that are not given follow from the others; where none is, from the system's locale and clock.
    """
    folder = Path(folder)
    if settings is None:
        settings = settings_of(find_place(country, currency, timezone), folder.resolve().name)
    elif country or currency or timezone:
        raise Refused("settings say country, currency and timezone already; give either")
    if (folder / WORKSPACE_FILE).exists():
        raise Refused(sentence("{folder} is a workspace already; open it with -w {folder}", folder=folder))
    if folder.exists() and not folder.is_dir():
        raise Refused(sentence("{path} is a file; name a folder", path=folder))
    for part in (STATE, "definitions", "mappings"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):  # another's, who lets us in
        close_to_others(folder / STATE)
    mark_unused(folder, folder / STATE)
    _leave_out_of_git(folder / ".gitignore")
    write_workspace_settings(folder, settings)
    return folder


def _leave_out_of_git(file: Path) -> None:
    known = file.read_text("utf-8") if file.exists() else ""
    if f"{STATE}/" not in known.splitlines():
        write_whole(file, known + ("\n" if known and not known.endswith("\n") else "") + f"{STATE}/\n")


@contextmanager
def open_brakes(folder: Path | str, *, clock: Clock = utc_now) -> Iterator[Brakes]:
    """The brakes of the workspace in ``folder``, also while another process has it open.

    Raises ``NotReady`` where nothing was ever sent or loaded.
    """
    from coterie.workspace.brakes import Brakes

    folder = Path(folder)
    place = _ledger_place(folder)
    none = NotReady(sentence("{folder} has no ledger yet; load a file first", folder=folder))
    if not (folder / STATE).is_dir() or (isinstance(place, Path) and not place.exists()):
        raise none
    ledger = open_keyed_ledger(place, folder / STATE)
    try:
        if _is_new(ledger):
            raise none
        fence = Fence(folder / STATE, ledger)
        fence.arrive()
        yield Brakes(
            ledger, read_or_make_key(folder / STATE), clock, lambda: read_workspace_settings(folder).country, fence
        )
        fence.keep()
    finally:
        ledger.close()


def _is_new(ledger: Ledger) -> bool:
    """Whether no workspace has used it yet, as one on a server whose tables were made just now."""
    with ledger.reading() as t:
        return t.facts.get(LEDGER_ID) is None and not ledger.stand().audit


def _ledger_place(folder: Path) -> str | Path:
    return ProcessSettings().ledger_url or folder / STATE / "ledger.sqlite"


def open_workspace(folder: Path | str, *, clock: Clock = utc_now, lang: Locale | None = None) -> Workspace:
    """The workspace in ``folder``. Close it, or use it in a ``with`` block.

    It tells things in ``lang``, or in its own language (``locale`` in ``coterie.yaml``). While ``coterie serve`` has it
    open, every call is done by that process, with the same answers.

    Raises ``WorkspaceLocked`` while another process has it open that answers nobody, ``BadSetting`` when
    ``coterie.yaml`` is missing or wrong, ``Damaged`` when warehouse or ledger is broken or missing.
    """
    folder = Path(folder)
    settings = read_workspace_settings(folder)
    if clock is utc_now and holder_of(folder / STATE / WAREHOUSE):
        afar = open_afar(folder, settings, lang)
        if afar is not None:
            return afar
    process = ProcessSettings()
    (folder / STATE).mkdir(exist_ok=True)
    with suppress(PermissionError):  # another's, who lets us in
        close_to_others(folder / STATE)
    engine = open_warehouse(
        folder / STATE / WAREHOUSE, engine=settings.engine, threads=process.threads, memory=process.memory
    )
    try:
        ledger = open_paired_ledger(engine, _ledger_place(folder), folder / STATE)
    except BaseException:
        engine.close()
        raise
    try:
        Fence(folder / STATE, ledger).arrive()
    except BaseException:
        ledger.close()
        engine.close()
        raise
    opened = Workspace(folder, settings, engine, ledger, clock, lang)
    try:
        _go_on_erasing(opened)
    except BaseException:
        opened.close()
        raise
    return opened


def _go_on_erasing(opened: Workspace) -> None:
    """Finish what a killed process began to erase; erase anew who was erased after the backup that this was put back from."""
    stand = opened._stand  # noqa: SLF001 - it is a part of the workspace
    with stand.ledger.reading() as t:
        is_begun = t.facts.get(ERASING) is not None
    if is_begun or stand.fence.unknown_erasures():
        from coterie.workspace.erasing import go_on

        go_on(stand)


@contextmanager
def open_keys(folder: Path | str, *, clock: Clock = utc_now) -> Iterator[KeyRing]:
    """The keys of the workspace in ``folder``, also while a server has it open."""
    with _ledger_beside(Path(folder), clock) as (ledger, key):
        yield KeyRing(ledger, key, clock)


@contextmanager
def open_team(folder: Path | str, *, clock: Clock = utc_now) -> Iterator[Team]:
    """Who may sign in to the workspace in ``folder``, also while a server has it open."""
    with _ledger_beside(Path(folder), clock) as (ledger, key):
        yield Team(ledger, key, clock)


@contextmanager
def _ledger_beside(folder: Path, clock: Clock) -> Iterator[tuple[Ledger, WorkspaceKey]]:
    place = _ledger_place(folder)
    if isinstance(place, Path) and not place.exists():
        open_workspace(folder, clock=clock).close()  # makes warehouse and ledger, which belong together
    ledger = open_keyed_ledger(place, folder / STATE)
    try:
        fence = Fence(folder / STATE, ledger)
        fence.arrive()
        yield ledger, read_or_make_key(folder / STATE)
        fence.keep()
    finally:
        ledger.close()
