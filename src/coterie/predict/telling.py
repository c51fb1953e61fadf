"""What a fitted model says, in sentences: what it expects, how it did on weeks it had not seen, what its parameters mean."""

from __future__ import annotations

from datetime import datetime

from coterie.domain import Money, NotEstimable
from coterie.predict.record import Holdout, HoldoutRefused, LifetimeValueModel
from coterie.words import Sentence, joined, sentence

MEANINGS = {
    name: Sentence(meaning)
    for name, meaning in {
        "r": "how alike customers are in how often they buy (small: very unlike)",
        "alpha": "weeks; r / alpha is the mean number of orders a week of those who still buy",
        "a": "with b, the chance to leave after an order: a / (a + b) on average",
        "b": "see a",
        "p": "how steady the orders of one customer are in value (large: steady)",
        "q": "how alike customers are in what an order is worth (large: alike)",
        "v": "money; p × v / (q - 1) is the mean value of an order over customers",
    }.items()
}
"""Parameter → what it says."""


def finding(model: LifetimeValueModel, as_of: datetime) -> tuple[Sentence, ...]:
    """What is expected, of whom and with what range; ``as_of`` is the instant of the fit as the reader's clock shows it."""
    found = [
        sentence(
            "From the orders of {customers:,} {customers|customer|customers} from {first} to {last}, of whom {repeat:,} bought again; as of {as_of:%Y-%m-%d %H:%M}.",
            customers=model.customers,
            first=model.observed_from,
            last=model.observed_to,
            repeat=model.repeat_buyers,
            as_of=as_of,
        ),
        sentence(
            "In the {days:,} {days|day|days} after {last} they are expected to place {orders:,.0f} {orders|order|orders}.",
            days=model.horizon_days,
            last=model.observed_to,
            orders=model.expected_orders,
        ),
    ]
    if model.lifetime_value is not None:
        found.append(
            sentence(
                "Those are worth {value} today: {margin:.1%} of what is paid is kept, money a year later counts {rate:.1%} less.",
                value=Money(model.lifetime_value, model.currency, 0),
                margin=model.margin,
                rate=1 - 1 / (1 + model.discount_rate),
            )
        )
    if model.expected_orders_range is not None:
        found.append(_range(model, model.expected_orders_range))
    if isinstance(model.holdout, Holdout) and model.holdout.is_beaten:
        found.append(
            sentence("On weeks it had not seen this forecast did no better than a simple guess; do not plan on it.")
        )
    if model.expected_order_value is not None:
        each = Money(model.expected_order_value, model.currency)
        found.append(sentence("An order is worth {each} on average over customers.", each=each))
    return tuple(found)


def _range(model: LifetimeValueModel, orders: tuple[float, float]) -> Sentence:
    low, high = (f"{end:,.0f}" for end in orders)
    if not model.lifetime_value_range:
        return sentence(
            "In {interval:.0%} of cases, as far as can be told, that is {low} to {high} {high|order|orders}.",
            interval=model.interval,
            low=low,
            high=high,
        )
    least, most = (Money(end, model.currency, 0) for end in model.lifetime_value_range)
    return sentence(
        "In {interval:.0%} of cases, as far as can be told, that is {low} to {high} {high|order|orders}, worth {least} to {most}.",
        interval=model.interval,
        low=low,
        high=high,
        least=least,
        most=most,
    )


def not_known(why: NotEstimable) -> Sentence:
    """Why there is no number, and what would make one possible."""
    return sentence("Not known: {reason}. Needed: {needs}.", reason=why.reason, needs=why.needs)


def how_sure(tested: Holdout | HoldoutRefused) -> tuple[Sentence, ...]:
    """How near the forecast came on weeks that the model had not seen."""
    if isinstance(tested, HoldoutRefused):
        return (not_known(tested.why),)
    found = []
    if tested.model.bias is not None:
        found.append(
            sentence(
                "Fitted up to {day} and asked about the {weeks:.0f} {weeks|week|weeks} after, it expected {expected:,.0f} {expected|order|orders}; {orders:,} came ({bias:+.1%}).",
                day=tested.calibrated_to,
                weeks=tested.weeks,
                expected=tested.orders * (1 + tested.model.bias),
                orders=tested.orders,
                bias=tested.model.bias,
            )
        )
    found.append(
        sentence(
            "{covered:.1%} of the customers stayed inside their range, which claims {interval:.0%} or more.",
            covered=tested.covered,
            interval=tested.interval,
        )
    )
    return tuple(found)


def forecasts(tested: Holdout | HoldoutRefused) -> list[dict[str, object]]:
    """The model beside the simple rules that it has to beat, a row each."""
    if isinstance(tested, HoldoutRefused):
        return []
    rows = (
        (sentence("the model"), tested.model),
        (sentence("everybody goes on at their own rate"), tested.baselines["own_rate"]),
        (sentence("everybody goes on at the rate of their cohort"), tested.baselines["cohort_rate"]),
    )
    return [{"forecast": forecast, **found.model_dump()} for forecast, found in rows]


def tracking_in_words(tested: Holdout | HoldoutRefused) -> tuple[Sentence, ...]:
    """What the picture of orders so far, seen and foretold, shows: what ``how_sure`` counts."""
    if isinstance(tested, HoldoutRefused) or not tested.tracking or tested.split is None:
        return ()
    start, last = tested.split, tested.tracking[-1]
    seen = last.cumulative_actual - start.cumulative_actual
    expected = (last.cumulative_foretold or 0.0) - start.cumulative_actual
    return (
        sentence(
            "In the {weeks:.0f} {weeks|week|weeks} after {day}, at the dotted line, customers placed {seen} repeat {seen|order|orders}; the model, which saw only what came before, expected {expected}.",
            weeks=tested.weeks,
            day=tested.calibrated_to,
            seen=f"{seen:,.0f}",
            expected=f"{expected:,.0f}",
        ),
    )


def deciles_in_words(tested: Holdout | HoldoutRefused) -> tuple[Sentence, ...]:
    """What the picture of tenths, predicted beside actual, shows."""
    if isinstance(tested, HoldoutRefused) or not tested.deciles:
        return ()
    best, last = tested.deciles[0], tested.deciles[-1]
    return (
        sentence(
            "The tenth that was expected to buy most placed {actual:.1f} orders each where {predicted:.1f} were expected; the tenth that was expected to buy least {least:.1f} where {least_predicted:.1f} were.",
            actual=best.actual,
            predicted=best.predicted,
            least=last.actual,
            least_predicted=last.predicted,
        ),
    )


def parameters(model: LifetimeValueModel) -> list[dict[str, object]]:
    """Every parameter with its standard error and what it says."""
    return [
        {
            "parameter": name,
            "value": value,
            "standard_error": model.standard_errors.get(name),
            "meaning": MEANINGS.get(name),
        }
        for name, value in model.parameters.items()
    ]


def likelihood(model: LifetimeValueModel) -> tuple[Sentence, ...]:
    """How likely the orders seen are at the parameters, and whether the search found a sharp maximum."""
    values = [sentence("orders {value:,.3f}", value=model.log_likelihood)]
    if model.spend_log_likelihood is not None:
        values.append(sentence("order values {value:,.3f}", value=model.spend_log_likelihood))
    found = [sentence("Log-likelihood at its maximum: {values}.", values=joined(values, ", "))]
    if not model.converged:
        found.append(
            sentence(
                "The search did not end at a sharp maximum: a parameter without a standard error lies at the edge of what the model can describe, or is as good as unknown. Such parameters mean little by themselves."
            )
        )
    return tuple(found)
