"""The file made to hold all that was committed, as soon as what others have under way lets it."""

from __future__ import annotations

import time
from collections.abc import Callable

from coterie.errors import StatementFailed, Transient
from coterie.words import sentence

_OTHERS = "other write transactions active"
"""How DuckDB says that a transaction is under way, or is just being tidied up after."""
PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.05


def checkpoint(execute: Callable[[str], object]) -> None:
    """Raises ``Transient`` where others have something under way for long."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            execute("CHECKPOINT")
        except StatementFailed as fault:
            if _OTHERS not in str(fault):
                raise
            if time.monotonic() > until:
                raise Transient(
                    sentence("the warehouse could not be brought to a stand, since others use it; try again later")
                ) from fault
            time.sleep(_PAUSE_SECONDS)
        else:
            return
