"""Run commands as they are asked for, each in a process of its own that is ended after 10 s of processor time.

A line of JSON in is the arguments, a line of JSON out what became of the command.

They are forked off a process that has imported the program once, with what commands import when they need it.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module

from coterie.cli.running import run

SECONDS = 10
LATER = ("cli.app", "cli.files", "cli.definitions", "workspace.opening", "workspace.loading", "workspace.definitions",
         "collect.loading", "collect.proposals", "run", "segment", "store.opening")  # fmt: skip


def measured(arguments: Sequence[str]) -> dict[str, object]:
    """Exit code, processor seconds, most memory in GB, and what was said."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            code = run(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _, status, used = os.wait4(child, 0)
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
        return {
            "code": os.waitstatus_to_exitcode(status),
            "seconds": used.ru_utime + used.ru_stime,
            "gigabytes": used.ru_maxrss / 1024**2,
            "out": said[0],
            "err": said[1],
        }


if __name__ == "__main__":
    for name in LATER:
        import_module(f"coterie.{name}")
    import_module("coterie.cli.app").app_of()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(measured(json.loads(line))) + "\n")
        sys.stdout.flush()
