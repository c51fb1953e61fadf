"""What a reader of the numbers has to know about them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from coterie.domain import NotEstimable
from coterie.predict.contract import Fit
from coterie.predict.maximizing import ENDLESS
from coterie.predict.record import Holdout, HoldoutRefused, LifetimeValueModel, Remark
from coterie.words import Sentence

FEW_REPEAT = "Only {repeat:,} of {customers:,} {customers|customer|customers} bought again ({share:.0%}); what is said of single customers rests mostly on what the rest do."
LOSES = "On the holdout the model was no better than a simple rule (error {model:.2f} against {baseline:.2f} orders a customer): do not rely on its ranking of single customers."
LOSES_TOTAL = "On the holdout a simple rule came nearer to the total of orders (off by {naive:.0%}) than the model ({model:.0%}): its totals are no better than that guess."
ALIKE = "Customers do not differ in what they pay for an order by more than chance, so everybody's order is taken to be worth the common mean."
BIASED = "On the holdout the model foretold {share:.0%} of the orders that came; expect a like error in totals."
EDGE = "The likelihood is highest at the edge of the model (a parameter runs off to zero or beyond all bounds), so there are no standard errors; the data do not show all that the model describes."
NO_SPEND = "Order values could not be modelled ({reason}; needs {needs}), so there is no lifetime value in money."
NO_MEAN = "Order values vary so much that {without:,} {without|customer has|customers have} no expected order value the data could tell; no value in money is given for them, and the total leaves them out."
CORRELATED = "Customers who buy more often spend differently on an order (correlation {correlation:+.2f}); the spend model takes the two as unrelated, so values at the extremes are off."
NARROW = "On the holdout {covered:.0%} of customers stayed inside their range, which claims {interval:.0%}: ranges of single customers are too narrow here."
NOBODY_LEAVES = "Nobody can be seen to have left in these orders: everyone counts as alive, and the forecast lets each customer go on at their own rate. A longer history would show who stays away."
FAR = "The horizon of {horizon:,} {horizon|day|days} is longer than the {seen:,} {seen|day|days} of orders seen; beyond them the forecast rests on the model alone."
REFUNDS = "Refunds took back {share:.1%} of the money; each order counts as what was left of it."
PREMISE = "A customer who never came back counts as alive by the model's premise: one leaves only after a repeat order."
STALE = "Orders are known up to {day} only: the forecast counts its {horizon:,} {horizon|day|days} from there, and the days since then are not read as silence."
UNTESTED = "The model could not be checked on a holdout: {reason}; needs {needs}."


def remarks_on(
    model: LifetimeValueModel, alive: float, spend_fit: Fit | NotEstimable, valued: int
) -> tuple[Remark, ...]:
    """The remarks that hold, the gravest first.

    ``alive`` is the mean chance to be alive of repeat buyers; ``valued`` counts those with a value in money.
    """
    found = list(_on_holdout(model.holdout))
    if model.repeat_buyers < max(100, 0.2 * model.customers):
        share = model.repeat_buyers / model.customers
        found.append(_remark(FEW_REPEAT, repeat=model.repeat_buyers, customers=model.customers, share=share))
    if alive > 0.999:
        found.append(_remark(NOBODY_LEAVES))
    elif not model.converged:
        found.append(_remark(EDGE))
    if isinstance(spend_fit, NotEstimable):
        found.append(_remark(NO_SPEND, reason=spend_fit.reason, needs=spend_fit.needs))
    elif model.parameters.get("q") == ENDLESS:
        found.append(_remark(ALIKE))
    elif model.scored > valued:
        found.append(_remark(NO_MEAN, without=model.scored - valued))
    if model.spend_correlation is not None and abs(model.spend_correlation) > 0.2:
        found.append(_remark(CORRELATED, correlation=model.spend_correlation))
    found += _on_time(model)
    if model.refund_share > 0.001:
        found.append(_remark(REFUNDS, share=model.refund_share))
    if model.order_model == "bgnbd":
        found.append(_remark(PREMISE))
    return tuple(found)


def _on_time(model: LifetimeValueModel) -> list[Remark]:
    found = []
    if model.as_of - datetime.combine(model.observed_to, time()) > timedelta(days=3):
        found.append(_remark(STALE, day=str(model.observed_to), horizon=model.horizon_days))
    days_seen = (model.observed_to - model.observed_from).days
    if model.horizon_days > 1.1 * days_seen:
        found.append(_remark(FAR, horizon=model.horizon_days, seen=days_seen))
    return found


def _on_holdout(tested: Holdout | HoldoutRefused) -> list[Remark]:
    if isinstance(tested, HoldoutRefused):
        return [_remark(UNTESTED, reason=tested.why.reason, needs=tested.why.needs)]
    found = []
    if not tested.beats_baselines:
        best = min(each.root_mean_squared_error for each in tested.baselines.values())
        found.append(_remark(LOSES, model=tested.model.root_mean_squared_error, baseline=best))
    elif tested.is_beaten:
        naive = min(abs(each.bias) for each in tested.baselines.values() if each.bias is not None)
        found.append(_remark(LOSES_TOTAL, model=abs(tested.model.bias or 0.0), naive=naive))
    if tested.model.bias is not None and abs(tested.model.bias) > 0.1:
        found.append(_remark(BIASED, share=1 + tested.model.bias))
    if tested.covered < tested.interval - 0.05:
        found.append(_remark(NARROW, covered=tested.covered, interval=tested.interval))
    return found


def _remark(said: str, **values: float | str) -> Remark:
    return Remark.of(Sentence(said, values))
