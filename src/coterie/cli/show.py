"""What came back, as tables for a person or JSON for a program."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from coterie.cli.language import LOCALE
from coterie.words import say
from coterie.workspace import Frame


def console() -> Console:
    """Where people read; wide enough to keep tables whole when output is piped."""
    found = Console()
    return found if found.is_terminal else Console(width=140)


def jsonable(thing: object) -> object:
    """``thing`` as JSON-ready values: records as objects, frames as lists of objects, instants as ISO text.

    >>> jsonable({"at": datetime(2011, 9, 1), "money": Decimal("1.50")})
    {'at': '2011-09-01T00:00:00', 'money': 1.5}
    >>> jsonable({"window": timedelta(days=1)})
    {'window': 86400.0}
    """
    if isinstance(thing, BaseModel):
        thing = {name: getattr(thing, name) for name in type(thing).model_fields}
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        thing = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing) if not f.name.startswith("_")}
    elif isinstance(thing, Frame | pa.Table):
        thing = thing.rows() if isinstance(thing, Frame) else thing.to_pylist()
    if isinstance(thing, Mapping):
        return {str(key): jsonable(value) for key, value in thing.items()}
    if isinstance(thing, Sequence | set | frozenset) and not isinstance(thing, str | bytes):
        return [jsonable(value) for value in thing]
    return _plain(thing)


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value) if isinstance(value, Path) else value


def print_json(thing: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(jsonable(thing), ensure_ascii=False, indent=2) + "\n")


def table_of(rows: Sequence[Mapping[str, object]], title: str = "", *, most: int = 60) -> Table:
    """``rows`` as a table for a terminal; numbers to the right, at most ``most`` rows."""
    drawn = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    names = list(rows[0]) if rows else []
    for name in names:
        is_number = any(isinstance(row.get(name), int | float | Decimal) for row in rows)
        drawn.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows[:most]:
        drawn.add_row(*(cell(row.get(name)) for name in names))
    return drawn


def cell(value: object) -> str:
    """One value as a person reads it.

    >>> cell(1234567), cell(0.12345), cell(None), cell(datetime(2011, 9, 1))
    ('1,234,567', '0.123', '–', '2011-09-01')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float | Decimal):
        return f"{value:,.2f}" if abs(float(value)) >= 10 else f"{value:.3g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if (value.hour, value.minute, value.second) == (0, 0, 0) else "%Y-%m-%d %H:%M")
    return str(value)


def show(thing: object, *, as_json: bool, title: str = "", columns: Sequence[str] = ()) -> None:
    """Print ``thing`` as JSON, or as a table (frames) or a list of its fields (records).

    ``columns`` are those of a frame that a terminal has room for; JSON has them all.
    """
    if as_json:
        print_json(thing)
        return
    if isinstance(thing, Frame):
        rows = thing.rows()
        if not rows:
            console().print(say("{title}: nothing.", LOCALE, title=title))
            return
        console().print(table_of([{name: row[name] for name in columns or row} for row in rows], title))
        return
    plain = jsonable(thing)
    if isinstance(plain, dict):
        for name, value in plain.items():
            _show_field(str(name), value)
    else:
        console().print(plain)


def _show_field(name: str, value: object) -> None:
    out = console()
    if isinstance(value, list) and value and isinstance(value[0], dict):
        out.print()
        out.print(table_of(value, name))
    elif isinstance(value, list):
        out.print(f"[bold]{name}[/bold]")
        for each in value:
            out.print(f"  · {each}", highlight=False)
    elif isinstance(value, dict) and value:
        out.print(f"[bold]{name}[/bold]")
        for inner, figure in value.items():
            _show_inner(str(inner), figure)
    else:
        out.print(f"[bold]{name}[/bold]  {cell(value)}", highlight=False)


def _show_inner(name: str, figure: object) -> None:
    if isinstance(figure, list) and figure and isinstance(figure[0], str):
        console().print(f"  [bold]{name}[/bold]")
        for each in figure:
            console().print(f"    · {each}", highlight=False)
    elif isinstance(figure, list) and figure and isinstance(figure[0], dict):
        console().print("  " + say("{name}: {n} rows, with --json", LOCALE, name=name, n=len(figure)), highlight=False)
    elif isinstance(figure, dict) and figure and not any(isinstance(each, dict | list) for each in figure.values()):
        told = ", ".join(f"{inner} {cell(each)}" for inner, each in figure.items())
        console().print(f"  {name}: {told}", highlight=False)
    else:
        shown = json.dumps(jsonable(figure), ensure_ascii=False) if isinstance(figure, dict | list) else cell(figure)
        console().print(f"  {name}: {shown}", highlight=False)
