"""The commands of ``coterie predict``, and a fitted model as a person reads it on a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from coterie.cli.cells import ZONE
from coterie.cli.options import DryRunOption, JsonOption, WorkspaceOption, workspace
from coterie.cli.screen import LOCALE, bars, language
from coterie.cli.show import console, show
from coterie.domain import NotEstimable, format_money
from coterie.domain.clock import to_local
from coterie.words import say
from coterie.workspace import Accuracy, Holdout, HoldoutRefused, LifetimeValueModel

MEANINGS = {
    "r": "how alike customers are in how often they buy (small: very unlike)",
    "alpha": "weeks; r / alpha is the mean number of orders a week of those who still buy",
    "a": "with b, the chance to leave after an order: a / (a + b) on average",
    "b": "see a",
    "p": "how steady the orders of one customer are in value (large: steady)",
    "q": "how alike customers are in what an order is worth (large: alike)",
    "v": "money; p × v / (q - 1) is the mean value of an order over customers",
}


def told(model: LifetimeValueModel) -> dict[str, object]:
    """The fields to show, in order; sentences and tables."""
    return {
        "model": f"{model.name} ({', '.join(filter(None, (model.order_model, model.spend_model)))})",
        "finding": _finding(model),
        "how sure": _how_sure(model.holdout),
        "forecasts of each customer's orders on the holdout": _forecasts(model.holdout),
        "parameters": [
            {
                "parameter": name,
                "value": value,
                "standard_error": model.standard_errors.get(name),
                "meaning": say(MEANINGS[name], language()) if name in MEANINGS else None,
            }
            for name, value in model.parameters.items()
        ],
        "likelihood": _likelihood(model),
        "remarks": [remark.said.told(language()) for remark in model.remarks],
    }


def _finding(model: LifetimeValueModel) -> list[str]:
    found = [
        say(
            "From the orders of {customers:,} {customers|customer|customers} from {first} to {last}, of whom {repeat:,} bought again; as of {as_of:%Y-%m-%d %H:%M}.",
            language(),
            customers=model.customers,
            first=model.observed_from,
            last=model.observed_to,
            repeat=model.repeat_buyers,
            as_of=to_local(model.as_of, ZONE.get()),
        ),
        say(
            "In the {days:,} {days|day|days} after {last} they are expected to place {orders:,.0f} {orders|order|orders}.",
            language(),
            days=model.horizon_days,
            last=model.observed_to,
            orders=model.expected_orders,
        ),
    ]
    if model.lifetime_value is not None:
        found.append(
            say(
                "Those are worth {value} today: {margin:.1%} of what is paid is kept, money a year later counts {rate:.1%} less.",
                language(),
                value=format_money(model.lifetime_value, model.currency, decimals=0),
                margin=model.margin,
                rate=1 - 1 / (1 + model.discount_rate),
            )
        )
    if model.expected_orders_range is not None:
        ends = [f"{end:,.0f}" for end in model.expected_orders_range]
        worth = [format_money(end, model.currency, decimals=0) for end in model.lifetime_value_range or ()]
        found.append(
            say(
                "In {interval:.0%} of cases, as far as can be told, that is {low} to {high} {high|order|orders}, worth {least} to {most}."
                if worth
                else "In {interval:.0%} of cases, as far as can be told, that is {low} to {high} {high|order|orders}.",
                language(),
                interval=model.interval,
                low=ends[0],
                high=ends[1],
                **(dict(zip(("least", "most"), worth, strict=True)) if worth else {}),
            )
        )
    if isinstance(model.holdout, Holdout) and model.holdout.is_beaten:
        found.append(
            say(
                "On weeks it had not seen this forecast did no better than a simple guess; do not plan on it.",
                language(),
            )
        )
    if model.expected_order_value is not None:
        each = format_money(model.expected_order_value, model.currency)
        found.append(say("An order is worth {each} on average over customers.", language(), each=each))
    return found


def not_known(why: NotEstimable) -> str:
    """Why there is no number, and what would make one possible."""
    return say("Not known: {reason}. Needed: {needs}.", language(), reason=why.reason, needs=why.needs)


def _how_sure(tested: Holdout | HoldoutRefused) -> list[str]:
    if isinstance(tested, HoldoutRefused):
        return [not_known(tested.why)]
    found = []
    if tested.model.bias is not None:
        found.append(
            say(
                "Fitted up to {day} and asked about the {weeks:.0f} {weeks|week|weeks} after, it expected {expected:,.0f} {expected|order|orders}; {orders:,} came ({bias:+.1%}).",
                language(),
                day=tested.calibrated_to,
                weeks=tested.weeks,
                expected=tested.orders * (1 + tested.model.bias),
                orders=tested.orders,
                bias=tested.model.bias,
            )
        )
    found.append(
        say(
            "{covered:.1%} of the customers stayed inside their range, which claims {interval:.0%} or more.",
            language(),
            covered=tested.covered,
            interval=tested.interval,
        )
    )
    return found


def _forecasts(tested: Holdout | HoldoutRefused) -> list[dict[str, object]]:
    if isinstance(tested, HoldoutRefused):
        return []
    return [
        _row(say("the model", language()), tested.model),
        _row(say("everybody goes on at their own rate", language()), tested.baselines["own_rate"]),
        _row(say("everybody goes on at the rate of their cohort", language()), tested.baselines["cohort_rate"]),
    ]


def _row(forecast: str, found: Accuracy) -> dict[str, object]:
    return {"forecast": forecast, **found.model_dump()}


def _likelihood(model: LifetimeValueModel) -> list[str]:
    values = [say("orders {value:,.3f}", language(), value=model.log_likelihood)]
    if model.spend_log_likelihood is not None:
        values.append(say("order values {value:,.3f}", language(), value=model.spend_log_likelihood))
    found = [say("Log-likelihood at its maximum: {values}.", language(), values=", ".join(values))]
    if not model.converged:
        found.append(
            say(
                "The search did not end at a sharp maximum: a parameter without a standard error lies at the edge of what the model can describe, or is as good as unknown. Such parameters mean little by themselves.",
                language(),
            )
        )
    return found


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
        show_fit(fitted, as_json=as_json)


@app.command("show", help=say("A fitted model: parameters, likelihood, how it did on the holdout.", LOCALE))
def show_model(
    model: Annotated[str, typer.Argument(help=say("Name of the model: lifetime-value.", LOCALE))] = "lifetime-value",
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    with workspace(folder) as ws:
        show_fit(ws.predict.show(model), as_json=as_json)


@app.command("list", help=say("Every fit that was kept: when, on what, by whom, and how it stood the test.", LOCALE))
def list_fits(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    with workspace(folder) as ws:
        show(ws.predict.fits(), as_json=as_json)


def show_fit(fitted: object, *, as_json: bool) -> None:
    """Print a fitted model, or why there is none; on a terminal in sentences and tables."""
    if isinstance(fitted, LifetimeValueModel) and not as_json:
        show({name: value for name, value in told(fitted).items() if value}, as_json=False)
    elif isinstance(fitted, NotEstimable) and not as_json:
        console().print(not_known(fitted))
    else:
        show(fitted, as_json=as_json)
