"""The commands of ``coterie kpis``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args

import typer

from coterie.cli.options import JsonOption, WorkspaceOption, instant, workspace
from coterie.cli.screen import LOCALE, language
from coterie.cli.show import console, print_figures, print_json, print_table, show
from coterie.domain.clock import to_local
from coterie.errors import UnknownName
from coterie.words import say
from coterie.workspace import By, Every, Frame

app = typer.Typer(no_args_is_help=True)
MOST_COHORTS = 13
LISTED = ("name", "label", "unit", "direction", "formula")
EveryOption = Annotated[
    str, typer.Option(help=say("Length of a period: day, week, month, quarter or year.", LOCALE), metavar="PERIOD")
]

NamesArgument = Annotated[list[str] | None, typer.Argument(help=say("Names of key figures; all by default.", LOCALE))]
SegmentationOption = Annotated[
    str | None, typer.Option(help=say("Whose segments to use; those of rules by default.", LOCALE))
]
SinceOption = Annotated[str | None, typer.Option("--from", help=say("First day, such as 2011-01-01.", LOCALE))]
UntilOption = Annotated[str | None, typer.Option("--to", help=say("Day after the last, such as 2011-07-01.", LOCALE))]


@app.command("list", help=say("Every key figure and what it divides by what.", LOCALE))
def list_kpis(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.kpis.list(), as_json=as_json, title=say("Key figures", language()), columns=LISTED)


@app.command("show", help=say("How the key figures stand, by segment, channel, campaign or period.", LOCALE))
def show_kpis(
    names: NamesArgument = None,
    folder: WorkspaceOption = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help=say("segment, channel, campaign or period; may be given several times.", LOCALE)),
    ] = None,
    segmentation: SegmentationOption = None,
    every: EveryOption = "month",
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        zone = ws.settings.timezone
        days = instant(since, zone), instant(until, zone)
        keys = tuple(_one_of(name, By, "dimension") for name in by or ())
        found = ws.kpis.show(
            *(names or ()),
            by=keys,
            segmentation=segmentation,
            every=_one_of(every, Every, "period"),
            since=days[0],
            until=days[1],
        )
        if as_json:
            print_json(found)
            return
        first, last = (to_local(at, zone) for at in ws.kpis.window(*days))
        title = say(
            "Key figures from {first:%Y-%m-%d} to before {last:%Y-%m-%d %H:%M}", language(), first=first, last=last
        )
        print_figures(found.rows(), keys, title)


@app.command("compare", help=say("Key figures beside those of the time before, which is as long.", LOCALE))
def compare(
    names: NamesArgument = None,
    folder: WorkspaceOption = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help=say("segment, channel or campaign; may be given several times.", LOCALE)),
    ] = None,
    segmentation: SegmentationOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    days: Annotated[int, typer.Option(help=say("How long, where --from is not given.", LOCALE), min=1, max=3650)] = 365,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        zone = ws.settings.timezone
        show(
            ws.kpis.compare(
                *(names or ()),
                by=tuple(_one_of(name, By, "dimension") for name in by or ()),
                segmentation=segmentation,
                since=instant(since, zone),
                until=instant(until, zone),
                days=days,
            ),
            as_json=as_json,
        )


@app.command(
    "targets", help=say("What key figures are to reach, and whether they did in the last whole period.", LOCALE)
)
def targets(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        _show_targets(ws.kpis.targets(), as_json=as_json)


@app.command("aim", help=say("Set what a key figure is to reach every so long, or take it back.", LOCALE))
def aim(
    name: Annotated[str, typer.Argument(help=say("Name of the key figure.", LOCALE))],
    value: Annotated[
        str | None, typer.Argument(help=say("What it is to reach, such as 20000, 0.3 or 30%.", LOCALE))
    ] = None,
    folder: WorkspaceOption = None,
    every: EveryOption = "month",
    off: Annotated[bool, typer.Option("--off", help=say("Take the target back.", LOCALE))] = False,
    as_json: JsonOption = False,
) -> None:
    if (value is None) != off:
        raise typer.BadParameter(say("give what it is to reach, or --off", language()))
    with workspace(folder) as ws:
        wanted = None if value is None else _number(value)
        _show_targets(ws.kpis.aim(name, wanted, every=_one_of(every, Every, "period")), as_json=as_json)


def _number(text: str) -> float:
    """What is written as a number, or as a percentage.

    >>> _number("30%"), _number("20000")
    (0.3, 20000.0)
    """
    plain = text.strip().removesuffix("%").strip()
    try:
        value = float(plain)
    except ValueError:
        raise typer.BadParameter(say("{text} is no number, such as 20000, 0.3 or 30%", language(), text=text)) from None
    return float(f"{value / 100:.12g}") if text.strip().endswith("%") else value


def _show_targets(found: Frame, *, as_json: bool) -> None:
    show(
        found,
        as_json=as_json,
        title=say("Targets of key figures", language()),
        columns=("kpi", "every", "target", "value", "verdict", "finding"),
        empty=say("No targets: set one by `coterie kpis aim`.", language()),
    )


@app.command("retention", help=say("Who came back, by the period of the first order.", LOCALE))
def retention(folder: WorkspaceOption = None, every: EveryOption = "month", as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        found = ws.kpis.retention(every=_one_of(every, Every, "period"))
        if as_json:
            print_json(found)
            return
        title = say(
            "Share of each cohort that bought again, by the number of periods since its first order", language()
        )
        print_table(_as_triangle(found.rows()), title, most=MOST_COHORTS)
        console().print(say("* the period is not over yet, or not known to its end", language()))
        console().print(say("† the data begin here: these customers may have bought before", language()))


def _as_triangle(rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """A row for each of the newest cohorts, a column for each age."""
    cohorts: dict[object, dict[str, object]] = {}
    for row in rows:
        begins = f"{row['cohort']:%Y-%m-%d}" + ("†" if row["may_be_older"] else "")
        line = cohorts.setdefault(row["cohort"], {"cohort": begins, "size": row["size"]})
        line[str(row["age"])] = f"{row['share']:.0%}" + ("*" if row["is_partial"] else "")
    newest = list(cohorts.values())[-MOST_COHORTS:]
    oldest = max((int(age) for line in newest for age in line if age.isdigit()), default=0)
    ages = [str(age) for age in range(1, min(oldest, MOST_COHORTS - 1) + 1)]
    return [{name: line.get(name, "") for name in ("cohort", "size", *ages)} for line in newest]


def _one_of(name: str, known: object, kind: str) -> Any:
    if name not in get_args(known):
        raise UnknownName(kind, name, get_args(known))
    return name
