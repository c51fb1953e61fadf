"""What models of buying promise, and what they are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from coterie.domain import NotEstimable
from coterie.registry import Registry

Numbers = npt.NDArray[np.float64]

TOO_SHORT = "too little time has been seen since the first order (days: {days:,})"
"""Why nothing can be said of a young business; known to the models and to the holdout."""


@dataclass(frozen=True)
class Histories:
    """What is known of customers' buying, one entry a distinct history.

    ``repeats`` counts buying days after the first; ``recency`` and ``age`` are weeks from
    the first to the last buying day and to the end of observation; ``weight`` counts the
    customers who share the history.
    """

    repeats: Numbers
    recency: Numbers
    age: Numbers
    weight: Numbers

    def __len__(self) -> int:
        return len(self.repeats)

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return int(self.weight.sum())

    @property
    def repeat_buyers(self) -> int:
        """How many customers bought again."""
        return int(self.weight[self.repeats > 0].sum())


def histories(repeats: Numbers, recency: Numbers, age: Numbers) -> Histories:
    """One entry for each distinct history of the customers given, in an order that depends on the set alone.

    >>> histories(np.array([0, 1, 0]), np.array([0, 2, 0]), np.array([5, 5, 5])).weight.tolist()
    [2.0, 1.0]
    """
    levels, place = [], np.zeros(len(repeats), np.int64)
    for column in (repeats, recency, age):
        encoded = pa.array(np.ascontiguousarray(column, np.float64)).dictionary_encode()
        values = encoded.dictionary.to_numpy()
        order = np.argsort(values)
        rank = np.empty(len(values), np.int64)
        rank[order] = np.arange(len(values))
        levels.append(values[order])
        assert int(place.max(initial=0)) * len(values) < 2**62, "too many distinct times to number"  # noqa: S101
        place = place * len(values) + rank[encoded.indices.to_numpy()]
    distinct, weight = np.unique(place, return_counts=True)
    rest, of_age = np.divmod(distinct, max(len(levels[2]), 1))
    of_repeats, of_recency = np.divmod(rest, max(len(levels[1]), 1))
    return Histories(levels[0][of_repeats], levels[1][of_recency], levels[2][of_age], weight.astype(np.float64))


@dataclass(frozen=True)
class Spends:
    """Mean value of the repeat orders of repeat buyers: ``repeats`` of them, ``mean`` above zero."""

    repeats: Numbers
    mean: Numbers

    def __len__(self) -> int:
        return len(self.repeats)


class Fit(BaseModel):
    """A model's maximum-likelihood parameters.

    ``standard_errors`` come from the curvature of the log-likelihood at its maximum; None
    where the maximum lies at an edge and they have no meaning. ``converged`` says that the
    gradient there is nil.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    parameters: dict[str, float]
    standard_errors: dict[str, float | None]
    covariance: tuple[tuple[float, ...], ...] | None = None
    log_likelihood: float
    customers: int
    converged: bool


class DataFloor(BaseModel):
    """The least a model needs before its numbers mean anything; ``days`` since the first order."""

    model_config = ConfigDict(frozen=True)

    customers: int
    repeat_buyers: int
    days: int = 0


class OrderModel(Protocol):
    """How often customers buy, and whether they still do. ``weeks`` is the horizon everywhere."""

    name: str
    label: str
    floor: DataFloor

    def fit(self, seen: Histories) -> Fit | NotEstimable:
        """The parameters under which the histories are likeliest."""

    def alive(self, fit: Fit, seen: Histories) -> Numbers:
        """The probability that each customer still buys at the end of observation."""

    def expected(self, fit: Fit, seen: Histories, weeks: float) -> Numbers:
        """Orders expected of each in the next ``weeks``, given the history."""

    def expected_of_new(self, fit: Fit, weeks: Numbers) -> Numbers:
        """Repeat orders expected of a new customer within ``weeks`` of the first."""

    def chances(self, fit: Fit, seen: Histories, weeks: float) -> Iterator[Numbers]:
        """The probability of exactly 0, 1, 2, … orders of each in the next ``weeks``, without end."""


class SpendModel(Protocol):
    """What an order of a customer is worth."""

    name: str
    label: str
    floor: DataFloor

    def fit(self, seen: Spends) -> Fit | NotEstimable:
        """The parameters under which the mean order values are likeliest."""

    def expected(self, fit: Fit, repeats: Numbers, mean: Numbers) -> Numbers:
        """The order value expected of each; of customers without repeat orders (``repeats`` 0) the population's."""

    def interval(self, fit: Fit, repeats: Numbers, mean: Numbers, share: float) -> tuple[Numbers, Numbers]:
        """Bounds that hold ``share`` of customers' true mean order values, given theirs."""


ORDER_MODELS: Registry[OrderModel] = Registry("order_model", {"bgnbd": "coterie.predict.models.bgnbd:MODEL"})
SPEND_MODELS: Registry[SpendModel] = Registry(
    "spend_model", {"gamma_gamma": "coterie.predict.models.gamma_gamma:MODEL"}
)
