"""The commands of ``coterie predict``, and a fitted model as a person reads it on a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, bars, language
from coterie.cli.show import console, show
from coterie.domain import NotEstimable
from coterie.words import say
from coterie.workspace import LifetimeValueModel, Workspace
from coterie.workspace.records import ModelExplained


def told(found: ModelExplained) -> dict[str, object]:
    """The fields to show, in order; sentences and tables."""
    return {
        "finding": found.finding,
        "how sure": found.how_sure,
        "forecasts of each customer's orders on the holdout": found.forecasts,
        "parameters": found.parameters,
        "likelihood": found.likelihood,
        "remarks": found.remarks,
    }


app = typer.Typer(no_args_is_help=True)
ModelArgument = Annotated[str, typer.Argument(help=say("Name of the model: lifetime-value.", LOCALE))]


@app.command("fit", help=say("Fit a model, check it on a holdout, score everybody.", LOCALE))
def fit(
    model: ModelArgument,
    folder: WorkspaceOption = None,
    horizon_days: Annotated[int, typer.Option(help=say("How far to look ahead, in days.", LOCALE), min=1)] = 365,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        with bars(quiet=as_json) as progress:
            fitted = ws.predict.fit(model, horizon_days=horizon_days, dry_run=dry_run, progress=progress)
        show_fit(ws, fitted, as_json=as_json)


@app.command("show", help=say("A fitted model: parameters, likelihood, how it did on the holdout.", LOCALE))
def show_model(
    model: Annotated[str, typer.Argument(help=say("Name of the model: lifetime-value.", LOCALE))] = "lifetime-value",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show_fit(ws, ws.predict.show(model), as_json=as_json)


@app.command("list", help=say("Every fit that was kept: when, on what, by whom, and how it stood the test.", LOCALE))
def list_fits(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.predict.fits(), as_json=as_json)


def show_fit(ws: Workspace, fitted: object, *, as_json: bool) -> None:
    """Print a fitted model, or why there is none; on a terminal in sentences and tables."""
    if isinstance(fitted, LifetimeValueModel) and not as_json:
        parts = ", ".join(filter(None, (fitted.order_model, fitted.spend_model)))
        found = told(ws.predict.explain(fitted))
        show(
            {"model": f"{fitted.name} ({parts})", **{name: part for name, part in found.items() if part}}, as_json=False
        )
    elif isinstance(fitted, NotEstimable) and not as_json:
        reason = say("Not known: {reason}. Needed: {needs}.", language(), reason=fitted.reason, needs=fitted.needs)
        console().print(reason)
    else:
        show(fitted, as_json=as_json)
