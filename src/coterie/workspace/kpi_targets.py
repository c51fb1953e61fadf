"""The targets of a workspace beside its key figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from coterie.domain.clock import to_local
from coterie.engines import Engine
from coterie.measure import Kpi, measure_kpis, ready_kpis
from coterie.measure.kpi_table import LONGEST_DAYS, NOTHING_TO_DIVIDE_BY, rests_on_orders
from coterie.measure.kpi_targets import (
    NO_WHOLE_PERIOD,
    judged_by,
    last_whole,
    target_in_words,
)
from coterie.profile import OrderCoverage
from coterie.settings import WorkspaceSettings
from coterie.settings.kpi_targets import KpiTarget
from coterie.words import Sentence, sentence

_LOOKED_BACK = 2
"""Periods: the one that the data end in, and the whole one before it."""


def target_rows(
    engine: Engine, settings: WorkspaceSettings, as_of: datetime, known: OrderCoverage
) -> list[dict[str, object]]:
    """A row a target, in the order of the settings; the figures of one length of period are counted together."""
    catalog, targets = ready_kpis(), settings.kpi_targets
    kpis = {kpi.name: kpi for kpi in catalog.kpis}
    ends = {
        name: (known.known_to or as_of) if rests_on_orders(kpis[name], catalog) else as_of
        for name in targets
        if name in kpis
    }
    found: dict[str, list[Mapping[str, object]]] = {name: [] for name in targets}
    for every in dict.fromkeys(target.every for target in targets.values()):
        names = [name for name in ends if targets[name].every == every]
        if names:
            since = min(ends[name] for name in names) - timedelta(days=_LOOKED_BACK * LONGEST_DAYS[every])
            counted = measure_kpis(
                engine,
                period=(since, as_of),
                as_of=as_of,
                kpis=names,
                by=["period"],
                every=every,
                zone=settings.timezone,
            )
            for each in counted.to_pylist():
                found[str(each["kpi"])].append(each)
    rows = []
    for name, target in targets.items():
        row: Mapping[str, object] = {"label": name, "reason": sentence("there is no key figure of this name")}
        if name in kpis:
            whole = last_whole(to_local(min(ends[name], as_of), settings.timezone), target.every)
            row = _judged(kpis[name], found[name], whole)
        rows.append(_told(name, target, row, settings.currency))
    return rows


def _judged(kpi: Kpi, counted: list[Mapping[str, object]], whole: datetime) -> Mapping[str, object]:
    """The row of the period that began at ``whole``, or one without a value that says why there is none; nothing counted is 0."""
    named: dict[str, object] = {"label": Sentence(kpi.label), "unit": kpi.unit, "direction": kpi.direction}
    if counted:
        named["newest_fact_at"] = counted[-1]["newest_fact_at"]
    if untold := [row for row in counted if row["period"] is None]:
        return named | {"reason": untold[0]["reason"]}
    if not counted or min(cast("datetime", row["period"]) for row in counted) > whole:
        return named | {"reason": Sentence(NO_WHOLE_PERIOD)}
    row = next((row for row in counted if row["period"] == whole), None)
    if row is not None:
        return named | {"reason": Sentence(NO_WHOLE_PERIOD)} if row["is_partial"] else row
    if kpi.denominator is None:
        return named | {"period": whole, "value": 0.0}
    return named | {"reason": Sentence(NOTHING_TO_DIVIDE_BY)}


def _told(name: str, target: KpiTarget, row: Mapping[str, object], currency: str) -> dict[str, object]:
    verdict = judged_by(target.value, row)
    return {
        "kpi": name,
        **{each: row.get(each) for each in ("label", "unit", "direction")},
        "every": target.every,
        "target": target.value,
        **{each: row.get(each) for each in ("period", "value", "low", "high", "n")},
        "verdict": verdict,
        "finding": target_in_words(verdict, row, target.value, target.every, currency),
        "is_rough": row.get("is_rough"),
        "newest_fact_at": row.get("newest_fact_at"),
    }
