"""The command line: parses what was typed, calls a workspace, shows what came back. No rules inside."""

from __future__ import annotations

import gc
import sys
from importlib.resources import files

__all__ = ["main"]

_OBJECTS_BETWEEN_LOOKS = 50_000
"""What a command loads stays: looking through it for waste is a tenth of a short one."""


def main() -> None:
    """Run ``coterie``; the exit code is 0 done, 1 refused or failed with a message, 2 usage."""
    if sys.argv[1:] in ([], ["--help"], ["-h"]):
        # Printed from a file, because importing the command line takes longer than reading it.
        from coterie.settings import read_locale

        sys.stdout.write((files("coterie.cli") / f"help_{read_locale()}.txt").read_text("utf-8"))
        sys.exit(0)
    if sys.argv[1:] == ["--version"]:
        from coterie import __version__

        sys.stdout.write(f"coterie {__version__}\n")
        sys.exit(0)
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)
    from coterie.cli.running import run

    sys.exit(run(sys.argv[1:]))
