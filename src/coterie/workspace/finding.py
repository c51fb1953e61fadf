"""Where workspaces are, and who has one open, told before anything heavy loads."""

from __future__ import annotations

from pathlib import Path

from coterie.engines.held import holder_of, in_use
from coterie.errors import Refused
from coterie.settings import WORKSPACE_FILE, ProcessSettings
from coterie.words import sentence

STATE = ".coterie"
"""Folder inside a workspace that holds the warehouse, the ledger and the secrets."""

WAREHOUSE, JOURNAL, UPLOADS, REPORTS = "warehouse.duckdb", "journal.sqlite", "uploads", "reports"
FETCHES = "fetches.sqlite"
"""The journal of links that were followed and pictures that were fetched."""


def find_workspace(folder: Path | None = None) -> Path:
    """The workspace ``folder``, else ``COTERIE_WORKSPACE``, else the nearest one around the current folder.

    Raises ``Refused`` naming where it looked.
    """
    chosen = folder or ProcessSettings().workspace
    if chosen is not None:
        if (chosen / WORKSPACE_FILE).is_file():
            return chosen
        raise Refused(
            sentence(
                "{folder} is not a workspace: it has no {file}; make one with `coterie init {folder}`",
                folder=chosen,
                file=WORKSPACE_FILE,
            )
        )
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / WORKSPACE_FILE).is_file():
            return place
    raise Refused(
        sentence(
            "no workspace in {folder} or above it; make one with `coterie init NAME`, or name one with -w", folder=here
        )
    )


def check_free(folder: Path) -> None:
    """Raise ``WorkspaceLocked`` where another process has the workspace in ``folder`` open."""
    file = folder / STATE / WAREHOUSE
    number = holder_of(file)
    if number is not None:
        raise in_use(file, number)
