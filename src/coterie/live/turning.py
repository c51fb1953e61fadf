"""Turns: what came in and what time did, brought to people, traits and segments; everybody where that is the only exact way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Literal

from coterie.collect import bring_touched_orders
from coterie.domain import Clock, Progress, Quiet
from coterie.domain.clock import to_local
from coterie.engines import Engine, Touched
from coterie.errors import NotReady
from coterie.live import news
from coterie.live.definitions import Known, LiveDefinitions
from coterie.live.figures import Figures
from coterie.live.passing import add_passed
from coterie.live.reasons import Everybody
from coterie.profile import build_profiles
from coterie.resolve import resolve_touched
from coterie.run import choose_as_of, marking, refresh_everything
from coterie.segment import membership, touching
from coterie.segment.copies import Copies
from coterie.settings import WorkspaceSettings
from coterie.store import Ledger

TICK = timedelta(seconds=45)
"""How often the clock is looked at, where somebody asks for turns as often: a window's edge is seen to pass about so late."""
_JITTER = timedelta(seconds=2)
_MOST = 50_000
"""Identifiers or orders that one turn looks at; where more hang together, everybody is looked at."""


@dataclass(frozen=True)
class Turn:
    """What one turn did: to nobody, to some (``touched``) or to everybody, and then why; as of which instant."""

    kind: Literal["nobody", "touched", "everybody"]
    people: int = 0
    entered: int = 0
    left: int = 0
    as_of: datetime | None = None
    reason: str = ""
    seconds: float = 0.0


class Live:
    """Keeps people, traits and segments true while facts come in. One thread turns it.

    After every turn, what has the cadence ``live`` is what ``refresh_everything`` as of the same instant would have
    written: for everybody, but for values that change at every moment, which are true of those touched and of all as of the last refresh.
    Another thread may refresh in between; the next turn goes on from there.
    """

    def __init__(
        self, engine: Engine, ledger: Ledger, settings: WorkspaceSettings, clock: Clock, figures: Figures | None = None
    ) -> None:
        self._engine, self._ledger, self._settings, self._clock = engine, ledger, settings, clock
        self._definitions, self._copies = LiveDefinitions(engine, ledger, settings), Copies(engine)
        self._figures = figures or Figures()
        self._is_historic, self._told = False, Touched()

    def known(self) -> Known:
        """The definitions by cadence, as of the last turn."""
        return self._definitions.known

    def turn(self, *, is_tick: bool = False, may_refresh: bool = True, progress: Progress | None = None) -> Turn:
        """Bring what came since the last turn, and, once a ``TICK`` or with ``is_tick``, what time and definitions changed.

        All of it is one transaction. Nothing is done before the first facts; nor, unless it ``may_refresh``, where
        everybody would have to be looked at, of which the turn tells the reason.
        """
        began, found = perf_counter(), Turn("nobody")
        with suppress(NotReady):
            found = self._turned(progress or Quiet(), is_tick=is_tick, may_refresh=may_refresh)
        found = replace(found, seconds=perf_counter() - began)
        self._figures.turns[found.kind] += 1
        self._figures.people += found.people
        self._figures.entered += found.entered
        self._figures.left += found.left
        return found

    def _turned(self, progress: Progress, *, is_tick: bool, may_refresh: bool) -> Turn:
        self._told = Touched()
        try:
            with self._engine.transaction(self._told):
                return self._touched(self._clock(), progress, is_tick=is_tick)
        except Everybody as why:
            return self._everybody(str(why), progress) if may_refresh else Turn("nobody", reason=str(why))

    def _everybody(self, why: str, progress: Progress) -> Turn:
        mark = marking.read_mark(self._engine)
        heard = news.received(self._engine, mark.batch if mark else 0)
        found = refresh_everything(
            self._engine, self._ledger, self._settings, asked=None, clock=self._clock, progress=progress
        )
        self._definitions.accept()
        self._figures.everybody[why] += 1
        self._figures.heard(self._clock(), heard)
        return Turn("everybody", found.profiles, found.entered, found.left, found.as_of, why)

    def _touched(self, now: datetime, progress: Progress, *, is_tick: bool) -> Turn:
        engine, mark = self._engine, marking.read_mark(self._engine)
        if mark is None or mark.settings != self._settings.model_dump_json():
            raise Everybody("first")
        came, itself = news.read_news(engine, mark.batch), news.told_itself(mark.as_of - _JITTER)
        is_tick = is_tick or not timedelta() <= now - mark.ticked_at < TICK
        is_new = came.newest > mark.batch or bool(engine.query(f"SELECT 1 FROM {itself} LIMIT 1").num_rows)
        if not (is_new or is_tick):
            self._told.people = frozenset()
            return Turn("nobody")
        if not came.is_plain:
            raise Everybody("files")
        as_of = self._as_of(mark, now)
        self._definitions.read(as_of)
        if mark.beside != self._definitions.beside(mark.batch):
            raise Everybody("other tables")
        progress.advance()
        columns = self._columns()
        people = self._bring(came, itself)
        progress.advance()
        # What was still to come at the last turn, and has come since; edges of windows are looked at less often.
        zone = self._settings.timezone
        add_passed(engine, people, [(mark.as_of, as_of), (to_local(mark.as_of, zone), to_local(as_of, zone))], zone)
        if is_tick:
            self._pass(people, mark.ticked_at, as_of)
        progress.advance()
        turn = self._write(people, came, as_of, as_of if is_tick else mark.ticked_at)
        if engine.watchers and self._columns() == columns:  # a new one shows in everybody's traits
            self._told.people = frozenset(engine.query(f"SELECT profile_id FROM {people}")["profile_id"].to_pylist())
        return turn

    def _columns(self) -> dict[str, str]:
        """What traits there are, where anybody has to be told."""
        return self._engine.columns("traits") if self._engine.watchers else {}

    def _as_of(self, mark: marking.Watermark, now: datetime) -> datetime:
        chosen = choose_as_of(self._engine, None, now, self._settings.timezone)
        if chosen.is_historic != mark.is_historic or (chosen.is_historic and chosen.at != mark.as_of):
            raise Everybody("end of the data")
        if chosen.at < mark.as_of - _JITTER:
            raise Everybody("clock")
        self._is_historic = chosen.is_historic
        return max(chosen.at, mark.as_of)

    def _bring(self, came: news.News, itself: str) -> str:
        """Resolve what came and bring its orders; the table of everybody touched by it."""
        engine, settings = self._engine, self._settings
        identifiers = news.touched_identifiers(engine, came.since, itself)
        resolved = resolve_touched(engine, identifiers, settings=settings, now=self._clock(), most=_MOST)
        if resolved is None:
            raise Everybody("too many together")
        people = resolved.profiles
        news.add_former_and_buyers(engine, came.since, people, itself)
        orders = news.touched_orders(engine, came.since)
        if not bring_touched_orders(engine, orders, resolved.changed, settings.currency, most=_MOST):
            raise Everybody("orders")
        engine.execute(f"INSERT INTO {people} FROM {resolved.changed} ANTI JOIN {people} USING (profile_id)")
        return people

    def _pass(self, people: str, before: datetime, as_of: datetime) -> None:
        spans = self._definitions.passed(before, as_of)
        if spans is None:
            raise Everybody("calendar")
        add_passed(self._engine, people, spans, self._settings.timezone)

    def _write(self, people: str, came: news.News, as_of: datetime, ticked_at: datetime) -> Turn:
        engine = self._engine
        known = engine.columns("profiles")
        build_profiles(engine, as_of, touched=people)
        if engine.columns("profiles") != known:
            self._definitions.read(as_of)
        what = self._definitions.prepared(as_of)
        count = int(engine.query(f"SELECT count(*) AS n FROM {people}")["n"][0].as_py())
        entered = left = 0
        if count:
            entered, left = touching.refresh_touched(
                engine, self._copies, what, people, as_of, refresh_id=membership.next_refresh(engine)
            )
        heard = news.received(engine, came.since)
        marking.keep_mark(
            engine,
            marking.Watermark(
                batch=came.newest,
                as_of=as_of,
                ticked_at=ticked_at,
                beside=self._definitions.beside(came.newest),
                settings=self._settings.model_dump_json(),
                is_historic=self._is_historic,
            ),
        )
        self._figures.heard(self._clock(), heard)
        return Turn("touched", count, entered, left, as_of)
