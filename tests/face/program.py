"""A program as a user writes it: never run, read by the type checker as all of the product is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import assert_type

import coterie


def work(folder: Path) -> list[str]:
    coterie.init(folder, country="ES")
    told: list[str] = []
    with coterie.open(folder) as ws, coterie.acting_as("ann"):
        assert_type(ws, coterie.Workspace)
        loaded = ws.load("orders.csv", kind="orders")
        told.append(f"{loaded.accepted + loaded.refused} of {loaded.rows}")
        refreshed = ws.refresh(as_of="2026-03-01")
        told.extend(refreshed.warnings)
        assert_type(ws.refresh(as_of=date(2026, 3, 1), dry_run=True).as_of, datetime)
        frame = ws.segments["vip"].members()
        assert_type(frame, coterie.Frame)
        assert_type(frame[0], dict[str, object])
        assert_type(frame[:5], coterie.Frame)
        assert_type(frame["key"], list[object])
        told += [str(row["key"]) for row in frame]
        told += [segment.name for segment in ws.segments.values() if segment.show().size]
        missing = ws.segments.get("nobody")
        told.append("none" if missing is None else missing.name)
        assert_type(ws.segmentations.rfm().parts, coterie.Frame)
        person = ws.profiles.show("ann@example.com")
        assert_type(person.traits, Mapping[str, object])
        told += [score.model for score in person.scores.values()]
        plan = ws.campaigns.plan("spring")
        told += [f"{arm}: {people + 0}" for arm, people in plan.arms.items()]
        sent = ws.campaigns.send("spring")
        told.append(str(sent.sent + sent.failed))
        told.append(str(ws.campaigns.send("spring", dry_run=True).contacts))
        fitted = ws.predict.fit()
        told.append(fitted.reason if isinstance(fitted, coterie.NotEstimable) else f"{fitted.horizon_days}")
        ws.kpis.show("revenue", since="2026-01-01", until=datetime(2026, 2, 1))
        status = ws.status()
        told.append(f"{status.rows['orders'] + 1} {status.as_of}")
    try:
        with coterie.open_brakes(folder) as brakes:
            brakes.hold("price", actor="ann")
    except coterie.UnknownName as fault:
        told += fault.nearest
    except coterie.CoterieError as fault:
        told.append(str(fault))
    return told
