"""The tracking plan that the traffic implies, frozen and held against what comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from coterie.domain.clock import Instant, instant_of
from coterie.errors import NotReady
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.collect.tracking import Traffic
    from coterie.settings import Locale
    from coterie.workspace.definitions import DefinitionKept

_LOOKED_BACK = timedelta(days=30)
_TEXTS = pa.list_(pa.string())
_LISTED = pa.schema(
    [
        ("source", pa.string()),
        ("event", pa.string()),
        ("property", pa.string()),
        ("types", _TEXTS),
        ("messages", pa.int64()),
        ("share", pa.float64()),
        ("first_at", pa.timestamp("us")),
        ("last_at", pa.timestamp("us")),
        ("examples", _TEXTS),
    ]
)
_DRIFTED = pa.schema(
    [
        *((name, pa.string()) for name in ("source", "event", "property", "change")),
        ("messages", pa.int64()),
        ("first_at", pa.timestamp("us")),
        ("last_at", pa.timestamp("us")),
        ("finding", pa.string()),
    ]
)


class Tracking:
    """What sources send, and the plans that it is held against; ``ws.tracking``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads
    def list(self, *, source: str | None = None, since: Instant | None = None) -> Frame:
        """What came in since an instant, 30 days if not given: a row an event of a source, and one for each of its properties.

        ``messages`` have it, ``share`` is theirs of the event's; of ``types`` the commonest comes first. ``examples`` are
        values that at least five people sent; of people and orders there are none.
        """
        from coterie.collect.tracking import with_examples

        at = self._since(since)
        found = with_examples(self._stand.engine, self._traffic(at, source), since=at)
        return Frame(pa.Table.from_pylist([{**asdict(each), "types": [*each.types]} for each in found], _LISTED))

    @reads
    def latest(self, *, source: str | None = None, most: int = 50) -> Frame:
        """The messages that came in last over HTTP, the newest first; of each whose it is, where that is known, and what it says."""
        from coterie.collect.tracking import latest_messages

        return Frame(latest_messages(self._stand.engine, source=source, most=most))

    def freeze(
        self,
        *,
        source: str | None = None,
        violations: Literal["flag", "refuse"] = "flag",
        since: Instant | None = None,
        dry_run: bool = False,
    ) -> Sequence[DefinitionKept]:
        """Make what came in the plan of each source, a definition of the kind ``tracking_plan``; from then on messages are held against it.

        ``flag`` counts what breaks it, ``refuse`` keeps it out, in the quarantine. A property that every one of at least ten
        messages of its event had is required. Raises ``NotReady`` where nothing came since the instant (30 days if not given).
        """
        from coterie.collect.tracking import plan_of
        from coterie.workspace.definitions import Definitions
        from coterie.workspace.received import take_in

        if not dry_run:
            take_in(self._stand)
        with self._stand.engine.reading():
            found = self._traffic(self._since(since), source)
        sources = dict.fromkeys(each.source for each in found)
        if not sources:
            raise NotReady("no events came in that a plan could be made of; send or load some first")
        definitions = Definitions(self._stand)
        plans = [plan_of(name, found, violations) for name in sources]
        return [
            definitions.put("tracking_plan", each.model_dump(exclude_defaults=True), dry_run=dry_run) for each in plans
        ]

    @reads
    def violations(self, *, source: str | None = None) -> Frame:
        """How often plans were broken, the newest first: by source, version, event and property; flagged, or refused."""
        from coterie.collect.tracking import violations

        return Frame(violations(self._stand.engine, source=source))

    @reads
    def drift(self, *, source: str | None = None, since: Instant | None = None, lang: Locale | None = None) -> Frame:
        """How what came in since an instant, 30 days if not given, differs from the plans without breaking a type: events and properties that are new, or came no more."""
        from coterie.collect.tracking import TrackingPlan, drift

        kept = self._stand.bodies("tracking_plan")
        if source is not None:
            kept = {name: body for name, body in kept.items() if name == source}
        found = self._traffic(self._since(since), source) if kept else []
        rows: Iterable[Mapping[str, object]] = (
            asdict(each) for body in kept.values() for each in drift(TrackingPlan.model_validate(body), found)
        )
        return Frame.of(rows, lang or self._stand.lang, _DRIFTED)

    def _traffic(self, since: datetime, source: str | None) -> Sequence[Traffic]:
        from coterie.collect.tracking import read_traffic

        return read_traffic(self._stand.engine, since=since, source=source)

    def _since(self, since: Instant | None) -> datetime:
        if since is None:
            return self._stand.clock() - _LOOKED_BACK
        return instant_of(since, self._stand.settings.timezone)
