"""What came back, as tables for a person or JSON for a program; figures with their intervals."""

from __future__ import annotations

import io
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal, cast

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from coterie.cli.cells import cell, heading, label, span
from coterie.cli.screen import Screen, harmless_json, language
from coterie.words import say, tell
from coterie.workspace.jsonable import as_json, sentence_as_json

PIPED_WIDTH = 140
KEYED_BY_NAMES = frozenset({"traits", "segmentations", "scores", "arms", "rows", "personas"})


def colon() -> str:
    """What stands between a name and its value."""
    return "：" if language() == "zh" else ": "


def console() -> Console:
    """Where people read; piped, sentences stay on one line. Text is printed as it is, never as markup."""
    found = Screen(markup=False, highlight=False, emoji=False)
    if found.is_terminal:
        return found
    return Screen(markup=False, highlight=False, emoji=False, width=PIPED_WIDTH, soft_wrap=True)


def jsonable(thing: object, *, whole: bool = False) -> object:
    """``thing`` as JSON-ready values: records as objects, frames as lists of objects, instants as ISO text.

    A sentence is its text, and a span of time is told; ``whole``, as programs want it, makes them an object of text,
    id and values, and seconds.

    >>> from datetime import timedelta
    >>> jsonable({"window": timedelta(days=1)}, whole=True), jsonable({"window": timedelta(days=1)})
    ({'window': 86400.0}, {'window': '1 day'})
    """
    if whole:
        return as_json(thing, lambda said: sentence_as_json(said, language()))
    return as_json(thing, lambda said: said.told(language()), span)


def without(record: object, *names: str) -> dict[str, object]:
    """The fields of a record but those, for a terminal that has no room for them."""
    fields = cast("dict[str, object]", jsonable(record))
    return {name: value for name, value in fields.items() if name not in names}


def print_json(thing: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(harmless_json(json.dumps(jsonable(thing, whole=True), ensure_ascii=False, indent=2)) + "\n")


def print_line(thing: object) -> None:
    """One JSON document on one line of standard output, at once, for a program that waits for it."""
    sys.stdout.write(harmless_json(json.dumps(jsonable(thing), ensure_ascii=False)) + "\n")
    sys.stdout.flush()


def print_table(rows: Sequence[Mapping[str, object]], title: str = "", *, most: int = 60) -> None:
    """``rows`` for a terminal, numbers to the right; row by row where a table would break words.

    At most ``most`` rows, and then how many more there are.
    """
    out = console()
    shown = rows[:most]
    told = [{name: cell(row.get(name), name, row.get("unit")) for name in rows[0]} for row in shown]
    widths = _widths(told, out.width)
    if widths:
        numbers = {n for n in rows[0] if any(isinstance(row.get(n), int | float | Decimal) for row in shown)}
        _print_drawn(out, _drawn(told, numbers, widths, title))
    else:
        _print_one_by_one(out, told, title)
    if len(rows) > most:
        out.print(say("… and {n:,} more; --json has them all.", language(), n=len(rows) - most))


def _drawn(rows: Sequence[Mapping[str, str]], numbers: set[str], widths: Mapping[str, int], title: str) -> Table:
    drawn = Table(title=Text(title) if title else None, title_justify="left", header_style="bold", box=None)
    drawn.pad_edge = False
    for name, width in widths.items():
        side: Literal["right", "left"] = "right" if name in numbers else "left"
        drawn.add_column(Text(heading(name)), justify=side, overflow="fold", width=width)
    for row in rows:
        drawn.add_row(*(Text(value) for value in row.values()))
    return drawn


def _print_drawn(out: Console, drawn: Table) -> None:
    if out.is_terminal:
        out.print(drawn)
        return
    # Rich fills every line up to the edge; files and pipes are cleaner without those blanks.
    paper = io.StringIO()
    Screen(file=paper, width=out.width, color_system=None).print(drawn)
    sys.stdout.write("".join(line.rstrip() + "\n" for line in paper.getvalue().splitlines()))


def _print_one_by_one(out: Console, rows: Sequence[Mapping[str, str]], title: str) -> None:
    if title:
        out.print(Text(title, "italic"))
    for row in rows:
        (_, first), *others = row.items()
        out.print(Text(first, "bold"))
        for line in _joined([f"{heading(name)}{colon()}{value or '–'}" for name, value in others], out.width - 2):
            out.print(Padding(Text(line, overflow="fold"), (0, 0, 0, 2), expand=False))


def _joined(pieces: Sequence[str], room: int) -> list[str]:
    """Pieces side by side as far as lines of ``room`` columns hold them, none broken that need not be.

    >>> _joined(["rank: 1", "score: 0.8", "why: it fits"], 24)
    ['rank: 1 · score: 0.8', 'why: it fits']
    """
    lines: list[str] = []
    for piece in pieces:
        if lines and cell_len(f"{lines[-1]} · {piece}") <= room:
            lines[-1] += f" · {piece}"
        else:
            lines.append(piece)
    return lines


def _widths(rows: Sequence[Mapping[str, str]], room: int) -> dict[str, int]:
    """Field → width of its column, the widest cut first; empty where words would have to be broken to fit ``room``."""
    told = {name: [heading(name), *(row[name] for row in rows)] for name in rows[0]}
    whole = {name: max(cell_len(line) for text in texts for line in text.split("\n")) for name, texts in told.items()}
    least = {name: max(map(_longest, texts)) for name, texts in told.items()}
    room -= 2 * len(told)
    if sum(least.values()) > room:
        return {}
    most = max(whole.values())
    while sum(min(whole[name], max(least[name], most)) for name in told) > room:
        most -= 1
    return {name: min(whole[name], max(least[name], most)) for name in told}


def _longest(text: str) -> int:
    words = re.split(r"\s+", text)
    return max(min(cell_len(word), 12) if cell_len(word) > len(word) else len(word) for word in words)


def show(thing: object, *, as_json: bool, title: str = "", columns: Sequence[str] = (), empty: str = "") -> None:
    """Print ``thing`` as JSON, or as a table (frames) or a list of its fields (records).

    ``columns`` are those of a frame that a terminal has room for; JSON has them all.
    ``empty`` is what to say of a frame or a list without rows.
    """
    if as_json:
        print_json(thing)
        return
    plain = jsonable(thing)
    if not plain:
        console().print(empty or say("{title}: nothing.", language(), title=title))
    elif isinstance(plain, list):
        print_table([{name: row[name] for name in columns or row} for row in plain], title)
    elif isinstance(plain, dict):
        for name, value in plain.items():
            _show_field(name, value)
    else:
        console().print(plain)


def bullet(text: str, indent: int = 0) -> None:
    """Print a sentence behind a dot, its further lines under its first word."""
    out = console()
    if not out.is_terminal:
        out.print(" " * indent + "· " + text)
        return
    # Chinese has no spaces to break at: what does not fold would be cut off.
    line = Table.grid(Column(), Column(overflow="fold"), padding=(0, 1))
    line.add_row(Text("·"), Text(text))
    out.print(Padding(line, (0, 0, 0, indent), expand=False))


def _show_field(name: str, value: object) -> None:
    out = console()
    title = heading(name)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        out.print()
        print_table(value, title)
    elif isinstance(value, list) and value:
        out.print(Text(title, "bold"))
        for each in value:
            bullet(cell(each), 2)
    elif isinstance(value, dict) and value:
        out.print(Text(title, "bold"))
        for inner, figure in value.items():
            _show_inner(inner if name in KEYED_BY_NAMES else label(inner), inner, figure)
    else:
        out.print(Text.assemble((title, "bold"), "  ", cell(value, name)))


def _show_inner(told: str, name: str, figure: object) -> None:
    out = console()
    if isinstance(figure, list) and figure and isinstance(figure[0], str):
        out.print(Text.assemble("  ", (told, "bold")))
        for each in figure:
            bullet(each, 4)
    elif isinstance(figure, list) and figure and isinstance(figure[0], dict):
        out.print("  " + say("{name}: {n} {n|row|rows}, with --json", language(), name=told, n=len(figure)))
    elif isinstance(figure, dict) and any(isinstance(each, dict) for each in figure.values()):
        out.print(f"  {told}{colon().rstrip()}")
        for inner, each in figure.items():
            out.print(f"    {label(inner)}{colon()}{cell(each, inner)}")
    else:
        out.print(f"  {told}{colon()}{cell(figure, name)}")


_COLUMNS = ("label", "unit", "value", "low", "high", "n")


def print_figures(rows: Sequence[Mapping[str, object]], keys: Sequence[str], title: str) -> None:
    """A table of the figures there are, by ``keys``; then how many cannot be computed, by reason."""
    unfinished = ("is_partial",) if any(row.get("is_partial") for row in rows) else ()
    figures = [row for row in rows if row["value"] is not None]
    known = [
        {name: row[name] for name in (*keys, *_COLUMNS, *unfinished)} | {"label": tell(row["label"], language())}
        for row in figures
    ]
    if known:
        print_table(known, title, most=len(known))
    if unfinished:
        console().print(
            say("A period that is not over yet, or not loaded whole, looks smaller than it is.", language())
        )
    if rough := [tell(row["label"], language()) for row in figures if row.get("is_rough")]:
        names = ("、" if language() == "zh" else ", ").join(dict.fromkeys(rough))
        console().print(
            say(
                "Few customers of very unequal weight decide, so the interval is rough: {names}.",
                language(),
                names=names,
            )
        )
    if len(known) < len(rows):
        missing = len(rows) - len(known)
        console().print(say("{n:,} {n|figure|figures} cannot be computed from what is loaded:", language(), n=missing))
        told = (tell(row["reason"], language()) for row in rows if row["value"] is None)
        for reason, times in Counter(told).most_common():
            bullet(f"{reason} ({times:,})")
