"""A fitted lifetime-value model, as it is kept and shown."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from coterie.domain import NotEstimable
from coterie.words import Sentence


class Remark(BaseModel):
    """A sentence about a model, as it is kept; a value may be a sentence itself.

    >>> Remark(sentence="{n} customers", values={"n": 3}).said
    '3 customers'
    """

    model_config = ConfigDict(frozen=True)

    sentence: str
    values: dict[str, float | int | str | Remark] = {}

    @classmethod
    def of(cls, said: str) -> Remark:
        """A sentence to be kept."""
        if not isinstance(said, Sentence):
            return cls(sentence=said)
        values = {name: cls.of(each) if isinstance(each, Sentence) else each for name, each in said.values.items()}
        return cls(sentence=said.id, values=values)

    @property
    def said(self) -> Sentence:
        """The sentence."""
        values = {k: v.said if isinstance(v, Remark) else v for k, v in self.values.items()}
        return Sentence(self.sentence, values)


class Accuracy(BaseModel):
    """How far predictions of each customer's orders were from what came.

    ``bias`` is the error of the total as a share of it; ``correlation`` is None when one
    side does not vary.
    """

    model_config = ConfigDict(frozen=True)

    mean_absolute_error: float
    root_mean_squared_error: float
    correlation: float | None
    bias: float | None


class Decile(BaseModel):
    """Customers of one tenth by predicted orders, the best first, and what they did."""

    model_config = ConfigDict(frozen=True)

    decile: int
    customers: int
    predicted: float
    actual: float


class Week(BaseModel):
    """Repeat orders in one week: seen and expected, of the week and summed since the start.

    Weeks end with those of the holdout, so the first of all may be shorter. ``expected`` is what the model makes of
    customers of whom it knows the first day alone. ``cumulative_foretold`` begins at the split with what had been
    seen and goes on by what was foretold of these customers from their orders until then, so that it misses what
    was seen by the error of the holdout's total; None before.
    """

    model_config = ConfigDict(frozen=True)

    week: int
    ends_on: date
    is_holdout: bool
    actual: float
    expected: float
    cumulative_actual: float
    cumulative_expected: float
    cumulative_foretold: float | None = None


class Holdout(BaseModel):
    """The model fitted on the past up to ``calibrated_to`` and asked about the weeks after, which it never saw.

    ``baselines`` are what a model has to beat: ``own_rate`` goes on at each customer's own
    rate, ``cohort_rate`` at the mean rate of those who came in the same four weeks.
    ``covered`` is the share of customers whose orders fell inside their interval, which
    claims ``interval``. ``cumulative_error`` is that of the last week's cumulative total,
    ``cumulative_mape`` the mean absolute error over the holdout weeks.
    """

    model_config = ConfigDict(frozen=True)

    calibrated_to: date
    tested_to: date
    weeks: float
    customers: int
    orders: int
    parameters: dict[str, float]
    log_likelihood: float
    model: Accuracy
    baselines: dict[str, Accuracy]
    beats_baselines: bool
    interval: float
    covered: float
    cumulative_error: float | None
    cumulative_mape: float | None
    deciles: tuple[Decile, ...]
    tracking: tuple[Week, ...]

    @property
    def split(self) -> Week | None:
        """The last week it had seen, where the forecast begins; None of a fit that was kept without its course."""
        return next((week for week in self.tracking if week.cumulative_foretold is not None), None)

    @property
    def is_beaten(self) -> bool:
        """Whether a naive guess did better: on single customers, or on the total by more than a hundredth of it."""
        naive = [abs(each.bias) for each in self.baselines.values() if each.bias is not None]
        own = self.model.bias
        return not self.beats_baselines or (own is not None and bool(naive) and abs(own) > min(naive) + 0.01)


class HoldoutRefused(BaseModel):
    """Why the model could not be checked on a holdout, and what that would need."""

    model_config = ConfigDict(frozen=True)

    reason: str
    needs: str
    said: tuple[Remark, Remark] | None = None

    @classmethod
    def because(cls, why: NotEstimable) -> HoldoutRefused:
        """From the reason and the needs of what is not estimable."""
        return cls(reason=str(why.reason), needs=str(why.needs), said=(Remark.of(why.reason), Remark.of(why.needs)))

    @property
    def why(self) -> NotEstimable:
        """The same as sentences."""
        reason, needs = self.said or (Remark(sentence=self.reason), Remark(sentence=self.needs))
        return NotEstimable(reason.said, needs.said)


class LifetimeValueModel(BaseModel):
    """What was fitted, on what, and how well it foretold; JSON by ``model_dump_json``.

    ``parameters`` are those of the order model (BG/NBD: ``r, alpha, a, b``, weeks) and of
    the spend model (Gamma-Gamma: ``p, q, v``, money). ``log_likelihood`` is the order
    model's, ``spend_log_likelihood`` the other's (None when there is no spend model, and
    why stands in ``remarks``). ``refund_share`` of the money was taken back before ``as_of``;
    orders count as what stood of them. The two ranges of totals hold
    ``interval`` of the chance, as far as the holdout tells how wrong the model is.
    """

    model_config = ConfigDict(frozen=True)

    name: str = "lifetime-value"
    order_model: str
    spend_model: str | None
    as_of: datetime
    observed_from: date
    observed_to: date
    horizon_days: int
    margin: float
    discount_rate: float
    currency: str
    interval: float
    refund_share: float
    customers: int
    repeat_buyers: int
    parameters: dict[str, float]
    standard_errors: dict[str, float | None]
    log_likelihood: float
    spend_log_likelihood: float | None
    converged: bool
    expected_orders: float
    expected_orders_range: tuple[float, float] | None = None
    lifetime_value: float | None
    lifetime_value_range: tuple[float, float] | None = None
    expected_order_value: float | None
    spend_correlation: float | None
    holdout: Holdout | HoldoutRefused
    remarks: tuple[Remark, ...] = ()
    scored: int
    seconds: float
