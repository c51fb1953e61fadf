"""The door that a command opens although neither room knows the other: programs come in there, not people."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from coterie.workspace.finding import check_free

_HTTP = "coterie.api"
"""Named, not imported: the doors stand beside each other, and the web's libraries are needed by one command."""


@dataclass(frozen=True)
class Opened:
    """What whoever opens a door is told: the address, a key where there was none before, and where the owner signs in first."""

    address: str
    write_key: str | None
    owner_link: str | None = None


Door = Callable[[Path, str, int, Callable[[Opened], None]], None]
"""Serves the workspace in a folder at host and port until the process is asked to end; tells when it is open."""


def serve(folder: Path, host: str, port: int, opened: Callable[[Opened], None]) -> None:
    """Take events in over HTTP for the workspace in ``folder`` until the process is asked to end (SIGTERM, SIGINT).

    ``opened`` is called once it listens. Raises ``WorkspaceLocked`` while another process has the workspace open,
    ``BadSetting`` where host and port cannot be had.
    """
    check_free(folder)
    gc.disable()  # what loads now stays: looking through it for waste is a tenth of the start
    try:
        cast("Door", import_module(_HTTP).serve)(folder, host, port, opened)
    finally:
        gc.unfreeze()  # what it froze once all was loaded
        gc.enable()
