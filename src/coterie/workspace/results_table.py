"""The results of a campaign as rows, for spreadsheets: one a figure, with its interval or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from coterie.domain import Estimate, NotEstimable
from coterie.measure import CampaignReadout
from coterie.workspace.frame import Frame, write_frame

_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("part", "arm", "segment", "figure")),
        *((name, pa.float64()) for name in ("value", "low", "high", "confidence")),
        ("unit", pa.string()),
        ("n", pa.int64()),
        ("method", pa.string()),
        ("reason", pa.string()),
    ]
)
_EFFECTS = (
    *("conversion", "conversion_relative", "revenue", "revenue_relative"),
    *("incremental_conversions", "incremental_revenue", "roi", "power", "detectable"),
)


def results_table(readout: CampaignReadout, lang: str) -> Frame:
    """Every figure of ``readout``: of arms, of their effects against the holdout, and of segments."""
    return Frame.of(_rows(readout), lang, _SCHEMA)


def _rows(readout: CampaignReadout) -> Iterator[dict[str, object]]:
    for arm in readout.arms:
        where = {"part": "arm", "arm": arm.arm, "segment": None}
        yield where | {"figure": "exposed"} | _plain(arm.exposed)
        yield where | {"figure": "conversions"} | _plain(arm.conversions)
        yield where | {"figure": "revenue"} | _plain(arm.revenue)
        yield where | {"figure": "rate"} | _told(arm.rate)
        yield where | {"figure": "revenue_per_profile"} | _told(arm.revenue_per_profile)
    for effect in readout.effects:
        for name in _EFFECTS:
            yield {"part": "effect", "arm": effect.arm, "segment": None, "figure": name} | _told(getattr(effect, name))
    for each in readout.segments:
        where = {"part": "segment", "arm": each.arm, "segment": each.segment, "figure": "conversion"}
        yield where | _told(each.conversion)


_NOTHING = {"value": None, "low": None, "high": None, "confidence": None, "unit": None, "n": None, "method": None}


def _plain(value: float | None) -> dict[str, object]:
    return {**_NOTHING, "value": None if value is None else float(value), "reason": None}


def _told(reading: Estimate | NotEstimable) -> dict[str, object]:
    if isinstance(reading, NotEstimable):
        return {**_NOTHING, "reason": reading.reason}
    names = ("value", "low", "high", "confidence", "unit", "n", "method")
    return {**{name: getattr(reading, name) for name in names}, "reason": None}


def file_of(frame: Frame, name: str) -> bytes:
    """``frame`` as a file called ``name``, as ``write_frame`` writes it."""
    with TemporaryDirectory() as aside:
        return write_frame(frame, Path(aside) / name).read_bytes()
