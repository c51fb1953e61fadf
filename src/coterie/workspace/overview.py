"""What is new and what wants a look, for whoever begins the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from coterie.domain.clock import to_local
from coterie.errors import CoterieError
from coterie.profile import order_coverage
from coterie.run import segment_definitions
from coterie.segment.unusual import unusual_changes
from coterie.words import sentence
from coterie.workspace.frame import Frame
from coterie.workspace.kpis import Kpis
from coterie.workspace.reading import reads
from coterie.workspace.segmentations import Segmentations

if TYPE_CHECKING:
    from coterie.settings import Locale
    from coterie.workspace.stand import Stand

R = TypeVar("R")
VALUE = ("revenue", "buyers")
DAYS = 30
LIFECYCLE = "lifecycle"


@dataclass(frozen=True)
class Overview:
    """What is new and what wants a look.

    ``value`` compares key figures of the last ``days`` with those before, in ``currency``; ``moves`` says in sentences who moved between stages of the
    lifecycle since ``moved_since``; ``segments`` has a row a segment that grew or shrank unusually, ``stale`` one a source of orders
    that was silent for longer than usual, ``missed`` one a key figure that did not reach its target in the last whole period.
    """

    currency: str
    days: int
    value: Frame
    moved_since: datetime | None
    moves: Sequence[str]
    segments: Frame
    stale: Frame
    missed: Frame


class Overviews:
    """What is new and what wants a look; ``ws.overview``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads
    def show(self, *, lang: Locale | None = None) -> Overview:
        """Value of the base, moves between stages, segments that changed unusually, sources that fell silent; what cannot be told yet is empty."""
        return _overview(self._stand, lang or self._stand.lang)


def _overview(stand: Stand, lang: Locale) -> Overview:
    compared = _if_known(lambda: Kpis(stand).compare(*VALUE, days=DAYS, lang=lang))
    moved = _if_known(lambda: Segmentations(stand).moves(LIFECYCLE, lang=lang))
    return Overview(
        currency=stand.settings.currency,
        days=DAYS,
        value=compared.figures if compared else Frame.of([], lang),
        moved_since=moved.since if moved else None,
        moves=moved.finding if moved else (),
        segments=_segments(stand, lang),
        stale=_stale(stand, lang),
        missed=_missed(stand, lang),
    )


def _if_known(found: Callable[[], R]) -> R | None:
    try:
        return found()
    except CoterieError:  # before the first refresh, or of data that do not support it
        return None


def _segments(stand: Stand, lang: Locale) -> Frame:
    called = {each.name: each.called for each in segment_definitions(stand.ledger)}
    rows = [
        {
            "segment": each.segment,
            "label": called[each.segment],
            "before": each.before,
            "size": each.size,
            "finding": each.in_words(),
        }
        for each in unusual_changes(stand.engine, called)
    ]
    return Frame.of(rows, lang)


def _missed(stand: Stand, lang: Locale) -> Frame:
    targets = _if_known(lambda: Kpis(stand).targets(lang=lang))
    missed = [row for row in targets.rows() if row["verdict"] == "missed"] if targets else []
    return Frame.of([{name: row[name] for name in ("kpi", "label", "finding")} for row in missed], lang)


def _stale(stand: Stand, lang: Locale) -> Frame:
    zone = stand.settings.timezone
    rows = [
        {
            "source": each.name,
            "until": each.until,
            "finding": sentence(
                "No orders came from {source} since {day}, which is longer than usual.",
                source=each.name or sentence("the only source"),
                day=to_local(each.newest_at, zone).date(),
            ),
        }
        for each in order_coverage(stand.engine, stand.clock(), zone).stale
    ]
    return Frame.of(rows, lang)
