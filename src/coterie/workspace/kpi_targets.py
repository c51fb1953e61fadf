"""The targets of a workspace beside its key figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from coterie.engines import Engine
from coterie.measure import measure_kpis, ready_kpis
from coterie.measure.kpi_targets import NO_WHOLE_PERIOD, judged_by, last_whole, target_in_words
from coterie.settings import WorkspaceSettings
from coterie.settings.kpi_targets import KpiTarget
from coterie.words import Sentence, sentence

_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_LOOKED_BACK = 2
"""Periods: the one that the data end in, and the whole one before it."""


def target_rows(
    engine: Engine, settings: WorkspaceSettings, as_of: datetime, known_to: datetime
) -> list[dict[str, object]]:
    """A row a target, in the order of the settings; the figures of one length of period are counted together."""
    targets = settings.kpi_targets
    known = {kpi.name for kpi in ready_kpis().kpis}
    found: dict[str, list[Mapping[str, object]]] = {}
    for every in dict.fromkeys(target.every for target in targets.values()):
        names = [name for name, target in targets.items() if target.every == every and name in known]
        if names:
            since = known_to - timedelta(days=_LOOKED_BACK * _LONGEST[every])
            counted = measure_kpis(
                engine,
                period=(since, min(as_of, known_to + timedelta(days=_LONGEST[every]))),
                as_of=as_of,
                kpis=names,
                by=["period"],
                every=every,
                zone=settings.timezone,
            )
            for row in counted.to_pylist():
                found.setdefault(str(row["kpi"]), []).append(row)
    return list(_rows(targets, found, settings.currency))


def _rows(
    targets: Mapping[str, KpiTarget], found: Mapping[str, list[Mapping[str, object]]], currency: str
) -> Iterator[dict[str, object]]:
    for name, target in targets.items():
        counted = found.get(name, [])
        row = _judged(name, counted)
        verdict = judged_by(target.value, row)
        yield {
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


def _judged(name: str, counted: list[Mapping[str, object]]) -> Mapping[str, object]:
    """The row that counts for a target, or one without a value that says why there is none."""
    if not counted:
        return {"label": name, "reason": sentence("there is no key figure of this name")}
    whole = last_whole(counted)
    if whole is not None:
        return whole
    last = counted[-1]
    why = last["reason"] if last["value"] is None and last["reason"] else Sentence(NO_WHOLE_PERIOD)
    return {name: last[name] for name in ("label", "unit", "direction", "newest_fact_at")} | {"reason": why}
