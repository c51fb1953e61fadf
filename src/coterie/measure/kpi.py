"""Key figures as facts, read from ``kpis.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coterie.errors import BadDefinition, UnknownName

Table = Literal["costs", "acquisitions", "profiles", "scores"]


class Condition(BaseModel):
    """A numeric property from ``at_or_above`` (included) up to ``below`` (excluded)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    property: str
    at_or_above: float | None = Field(None, alias="from")
    below: float | None = None


class Measure(BaseModel):
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
    where: Condition | None = None
    at_least: dict[str, int] = Field(default_factory=dict)
    previous: str | None = None

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Measure:
        kinds = [bool(self.event or self.table), bool(self.at_least), self.previous is not None]
        if sum(kinds) != 1 or (kinds[0] and (self.count is None) == (self.sum is None)):
            raise ValueError("a measure counts or sums an event or table, or has at_least, or has previous")
        return self


class Kpi(BaseModel):
    """numerator (less ``minus``) over denominator (with ``plus``), less ``offset``; a total without a denominator."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    label: str
    numerator: str
    minus: str | None = None
    denominator: str | None = None
    plus: str | None = None
    offset: float = 0
    unit: str
    direction: Literal["up", "down", "none"]

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures it is made of."""
        return tuple(m for m in (self.numerator, self.minus, self.denominator, self.plus) if m)


class KpiCatalog(BaseModel):
    """Measures by name, and the KPIs over them; every name a KPI or measure uses must be a measure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    measures: dict[str, Measure]
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

    def needed(self, kpis: Iterable[Kpi]) -> dict[str, Measure]:
        """The measures that these KPIs rest on, those used by other measures included."""
        found: dict[str, Measure] = {}
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
        raise BadDefinition(first["msg"], where=f"{where}:{place}") from fault
