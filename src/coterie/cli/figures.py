"""Figures with their intervals, and why others are not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from coterie.cli.language import LOCALE
from coterie.cli.show import bullet, console, print_table
from coterie.words import say

_COLUMNS = ("label", "unit", "value", "low", "high", "n")


def print_figures(rows: Sequence[Mapping[str, object]], keys: Sequence[str], title: str) -> None:
    """A table of the figures there are, by ``keys``; then how many cannot be computed, by reason."""
    unfinished = ("is_partial",) if any(row.get("is_partial") for row in rows) else ()
    figures = [row for row in rows if row["value"] is not None]
    known = [
        {name: row[name] for name in (*keys, *_COLUMNS, *unfinished)} | {"label": say(str(row["label"]), LOCALE)}
        for row in figures
    ]
    if known:
        print_table(known, title, most=len(known))
    if unfinished:
        console().print(say("A period that is not over yet, or not loaded whole, looks smaller than it is.", LOCALE))
    if rough := [str(row["label"]) for row in figures if row.get("is_rough")]:
        names = ("、" if LOCALE == "zh" else ", ").join(dict.fromkeys(rough))
        console().print(
            say("Few customers of very unequal weight decide, so the interval is rough: {names}.", LOCALE, names=names)
        )
    if len(known) < len(rows):
        missing = len(rows) - len(known)
        console().print(say("{n:,} figures cannot be computed from what is loaded:", LOCALE, n=missing))
        for reason, times in Counter(row["reason"] for row in rows if row["value"] is None).most_common():
            bullet(f"{say(str(reason), LOCALE)} ({times:,})")
