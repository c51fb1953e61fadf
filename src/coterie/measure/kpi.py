"""Key figures as facts, read from ``kpis.yaml``, and the bounds between which each lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, sqrt
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coterie.errors import BadDefinition, UnknownName
from coterie.measure.intervals import wilson
from coterie.words import pydantic_says

Table = Literal["costs", "acquisitions", "profiles", "scores"]
_OF_A_TABLE: dict[Table, str] = {
    "costs": "sum of {sum} of costs",
    "acquisitions": "profiles by their first order",
    "profiles": "profiles",
    "scores": "sum of the score {sum}",
}


class KpiCondition(BaseModel):
    """A property that is a number, from ``at_or_above`` (included) up to ``below`` (excluded) where these are given."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    property: str
    at_or_above: float | None = Field(None, alias="from")
    below: float | None = None


class KpiMeasure(BaseModel):
    """One additive quantity per profile: a count or sum over an event or table, or a claim about other measures.

    ``count: rows`` counts occurrences, ``count: property`` its distinct values, ``sum: property``
    adds it up. ``at_least`` is 1 for a profile that reaches every threshold, else 0.
    ``previous`` is another measure in the period before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: str | None = None
    table: Table | None = None
    count: str | None = None
    sum: str | None = None
    negate: bool = False
    named: bool = Field(False, description="Only what names a profile; anonymous orders are left out.")
    where: KpiCondition | None = None
    at_least: dict[str, int] = Field(default_factory=dict)
    previous: str | None = None

    @property
    def words(self) -> str:
        """What it counts, or adds up, of what.

        >>> [ready_kpis().measures[name].words for name in ("revenue", "promoters", "repeat_buyers", "orders_previous")]
        ["sum of revenue of 'Order Completed'", "'Survey Answered' with score ≥ 9", 'profiles with orders ≥ 2', \
'orders in the period before']
        """
        if self.previous:
            return f"{self.previous} in the period before"
        if self.at_least:
            return "profiles with " + " and ".join(f"{name} ≥ {least}" for name, least in self.at_least.items())
        if self.table:
            is_counted = self.table == "scores" and self.sum is None
            return (
                f"profiles with the score {self.count}" if is_counted else _OF_A_TABLE[self.table].format(sum=self.sum)
            )
        told = f"sum of {self.sum} of '{self.event}'" if self.sum else f"'{self.event}'"
        told += f", each {self.count} once" if self.count not in {None, "rows"} else ""
        if self.where:
            limits = [("≥", self.where.at_or_above), ("<", self.where.below)]
            numbers = [f"{self.where.property} {sign} {limit:g}" for sign, limit in limits if limit is not None]
            told += f" with {' and '.join(numbers) or f'a {self.where.property}'}"
        return f"{'minus the ' if self.negate else ''}{told}{' of known profiles' if self.named else ''}"

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> KpiMeasure:
        kinds = [bool(self.event or self.table), bool(self.at_least), self.previous is not None]
        if sum(kinds) != 1 or (kinds[0] and (self.count is None) == (self.sum is None)):
            raise ValueError("a measure counts or sums an event or table, or has at_least, or has previous")
        return self


class Kpi(BaseModel):
    """numerator (less ``minus``) over denominator (with ``plus``), less ``offset``; a total without a denominator.

    ``least`` is the lowest that a share can be: -1 where opponents are taken off supporters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: str
    numerator: str
    minus: str | None = None
    denominator: str | None = None
    plus: str | None = None
    offset: float = 0
    least: float = 0
    unit: str
    direction: Literal["up", "down", "none"]

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures it is made of."""
        return tuple(m for m in (self.numerator, self.minus, self.denominator, self.plus) if m)

    @property
    def formula(self) -> str:
        """What is divided by what, in names of measures.

        >>> ready_kpis().chosen(["churn"])[0].formula
        '(former_buyers - retained_buyers) / former_buyers'
        """
        top = f"({self.numerator} - {self.minus})" if self.minus and self.denominator else self.numerator
        if self.denominator is None:
            return f"{top} - {self.minus}" if self.minus else top
        bottom = f"({self.denominator} + {self.plus})" if self.plus else self.denominator
        return f"{top} / {bottom}" + (f" - {self.offset:g}" if self.offset else "")


class KpiCatalog(BaseModel):
    """Measures by name, and the KPIs over them; every name a KPI or measure uses must be a measure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measures: dict[str, KpiMeasure]
    kpis: tuple[Kpi, ...]

    @model_validator(mode="after")
    def _names_are_known(self) -> KpiCatalog:
        for name in [m for kpi in self.kpis for m in kpi.measures] + [
            used for m in self.measures.values() for used in (*m.at_least, *([m.previous] if m.previous else []))
        ]:
            if name not in self.measures:
                raise UnknownName("measure", name, self.measures)
        return self

    def chosen(self, names: Iterable[str] | None) -> tuple[Kpi, ...]:
        """The KPIs by name, in the order asked; all of them for None."""
        if names is None:
            return self.kpis
        known = {kpi.name: kpi for kpi in self.kpis}
        wanted = list(names)
        for name in wanted:
            if name not in known:
                raise UnknownName("kpi", name, known)
        return tuple(known[name] for name in wanted)

    def needed(self, kpis: Iterable[Kpi]) -> dict[str, KpiMeasure]:
        """The measures that these KPIs rest on, those used by other measures included."""
        found: dict[str, KpiMeasure] = {}
        queue = [name for kpi in kpis for name in kpi.measures]
        while queue:
            name = queue.pop()
            if name not in found:
                measure = found[name] = self.measures[name]
                queue += [*measure.at_least, *([measure.previous] if measure.previous else [])]
        return dict(sorted(found.items()))


@cache
def ready_kpis() -> KpiCatalog:
    """The KPIs that come with Coterie.

    >>> ready_kpis().chosen(["repeat_rate"])[0].label
    'Repeat purchase rate'
    """
    return kpi_catalog(yaml.safe_load((files("coterie.measure") / "kpis.yaml").read_text("utf-8")), where="kpis.yaml")


def kpi_catalog(tree: Mapping[str, object], *, where: str = "kpis") -> KpiCatalog:
    """A catalog from YAML or JSON; raises ``BadDefinition`` saying what is wrong and where."""
    try:
        return KpiCatalog.model_validate(tree)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadDefinition(pydantic_says(first), where=f"{where}:{place}") from fault


_SKEWED = 11.0
"""Below this many times the squared skewness of the values a nominal 5 % is more like 10 (Edgeworth's first term)."""


@dataclass(frozen=True)
class Limits:
    """``low`` and ``high``, None where none can be given; ``is_rough`` where few unequal values decide."""

    low: float | None = None
    high: float | None = None
    is_rough: bool = False


def limits(kpi: Kpi, ratio: float, piece: Callable[[str], float], confidence: float) -> Limits:
    """The interval of ``ratio`` from sums over profiles of products of numerator ``y`` and denominator ``d``.

    Shares stay on their own scale (0 to 1, or from ``kpi.least``): Wilson's interval for as many
    independent answers as have this variance, clustered by profile. Other ratios: Student's by the delta method, on
    the logarithm where it would reach below what can be.
    """
    from scipy.special import stdtrit

    n, bottom = piece("n"), piece("d")
    if n < 2:
        return Limits()
    spread = max(piece("yy") - 2 * ratio * piece("yd") + ratio**2 * piece("dd"), 0.0)
    error = spread * n / (n - 1) / bottom**2
    width = 1 - kpi.least
    place = (ratio - kpi.least) / width
    if kpi.unit == "share" and -1e-12 <= place <= 1 + 1e-12:
        low, high = _share(min(max(place, 0.0), 1.0), error / width**2, n, confidence)
        return Limits(low * width + kpi.least, high * width + kpi.least)
    if spread == 0:
        return Limits()
    reach = float(stdtrit(n - 1, (1 + confidence) / 2)) * sqrt(error)
    cubes = piece("yyy") - 3 * ratio * piece("yyd") + 3 * ratio**2 * piece("ydd") - ratio**3 * piece("ddd")
    is_rough = n < _SKEWED * (cubes / n) ** 2 / (spread / n) ** 3
    if 0 < ratio < reach:
        return Limits(ratio * exp(-reach / ratio), ratio * exp(reach / ratio), is_rough)
    return Limits(ratio - reach, ratio + reach, is_rough)


def _share(share: float, error: float, n: float, confidence: float) -> tuple[float, float]:
    # All or none: no spread of its own tells how many independent answers there were; profiles are.
    worth = n if error <= 1e-15 or share in (0, 1) else share * (1 - share) / error
    return wilson(share * worth, worth, confidence)
