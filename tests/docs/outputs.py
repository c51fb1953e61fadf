"""What a page prints below a command, held against what the command prints now.

A line ``…`` stands for any lines, ``…`` inside a line for any text; what a clock or an age makes of a run is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ANY = "…"
VARIES = re.compile(r"\d+(?:\.\d+)?(?= s\b)|(?<=seconds  )\d+(?:\.\d+)?|[\d,]+(?= days\s*$)|(?<=tutorial )\S+")
"""Seconds of a run and days since the data ended."""


def differences(shown: str, printed: str) -> str:
    """What is wrong with a page that shows ``shown`` of a command that prints ``printed``; empty where nothing is.

    >>> differences("a\\n…\\nz in 2.7 s", "a\\nb\\nc\\nz in 9.1 s"), differences("a … c", "a b c")
    ('', '')
    >>> differences("a\\nb", "a\\nc")
    'shown: b | printed: c'
    >>> differences("a", "a\\nb")
    'not shown, though nothing says that something is left out: b'
    """
    wanted = [line.rstrip() for line in shown.rstrip().splitlines()]
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    return _differ(wanted, lines)


def _differ(wanted: Sequence[str], lines: Sequence[str]) -> str:
    for place, want in enumerate(wanted):
        if want == ANY:
            rest = wanted[place + 1 :]
            if not rest:
                return ""
            tried = [at for at in range(len(lines)) if _is_alike(rest[0], lines[at])]
            found = [_differ(rest, lines[at:]) for at in tried]
            if not found:
                return f"shown: {rest[0]} | printed nowhere"
            return min(found, key=len)
        if not lines:
            return f"shown: {want} | printed nothing"
        if not _is_alike(want, lines[0]):
            return f"shown: {want} | printed: {lines[0]}"
        lines = lines[1:]
    return f"not shown, though nothing says that something is left out: {lines[0]}" if lines else ""


def _is_alike(want: str, line: str) -> bool:
    pattern = ".*".join(re.escape(VARIES.sub("#", part)) for part in want.split(ANY))
    return re.fullmatch(pattern, VARIES.sub("#", line)) is not None
