"""Opens and clicks of a served workspace: durable in a journal a moment after the reader is led on, and events soon after that."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Self

import msgspec

from coterie.collect.intake import JournalQueue
from coterie.deliver.engagement import Kind, record_engagement
from coterie.deliver.machines import TOGETHER, LinkFetch
from coterie.engines import keep_fact, read_fact
from coterie.errors import CoterieError, Damaged
from coterie.store import Request, open_journal
from coterie.words import sentence
from coterie.workspace.background import begins, ends
from coterie.workspace.composing import TRACKING_KEY
from coterie.workspace.finding import FETCHES, STATE

if TYPE_CHECKING:
    from coterie.workspace.workspace import Workspace

WORK = "engagement"
_MARK = "fetches_read_to"
_LOOK_SECONDS, _AGAIN_SECONDS = 1.0, 10.0
_MOST, _BREATH_SECONDS = 2_000, 0.05
"""Fetches that are written at once, and the pause after them in which links lead on undisturbed."""
_SETTLING = TOGETHER + timedelta(seconds=1)
"""So long a fetch waits, until all that came together with it is there to be judged by."""


class FetchKept(msgspec.Struct, array_like=True):
    """A fetch as the journal keeps it: nothing of who it was but how their program names itself."""

    message_id: str
    link: int
    target: str
    agent: str
    is_head: bool
    is_prefetch: bool


class EngagementKeeper:
    """Takes fetches of links and pictures while its ``with`` block lasts; ``fault`` says why they are no events yet.

    ``offer`` belongs to one thread and waits for nobody.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._stand = workspace._stand  # noqa: SLF001 - it is a part of the workspace
        self.key = self._stand.key.derive(TRACKING_KEY)
        self.clock = self._stand.clock
        self._journal = open_journal(self._stand.folder / STATE / FETCHES)
        self._queue = JournalQueue(self._journal, self._settled)
        self._thread = threading.Thread(target=self._look, name="coterie-engagement")
        self._is_ending = threading.Event()
        self._before: list[LinkFetch] = []
        self.fault: CoterieError | None = None
        self.lost = 0
        """Fetches that could not be kept since this began, for the disk was too far behind."""

    def __enter__(self) -> Self:
        begins(self._stand.engine, WORK, self)
        self._queue.start()
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        ends(self._stand.engine, WORK)
        self._queue.stop()
        self._is_ending.set()
        self._thread.join()

    def offer(self, fetch: LinkFetch) -> bool:
        """Take up a fetch, which is durable a moment later; False where the disk is too far behind, and it is lost, and counted."""
        kept = FetchKept(fetch.message_id, fetch.link, fetch.target, fetch.agent, fetch.is_head, fetch.is_prefetch)
        is_taken = self._queue.offer(Request(fetch.at, "", "link", 1, msgspec.json.encode(kept)), None)
        self.lost += not is_taken
        return is_taken

    def _settled(self, who: Sequence[object], fault: CoterieError | None) -> None:
        self.fault = fault or self.fault
        self.lost += len(who) if fault is not None else 0

    def _look(self) -> None:
        wait = _LOOK_SECONDS
        while not self._is_ending.wait(wait):
            wait = self._tried(_SETTLING)
        self._tried(timedelta(0))

    def _tried(self, settling: timedelta) -> float:
        """Seconds until the next look."""
        try:
            while self.turn(settling):
                self._is_ending.wait(_BREATH_SECONDS)
        except CoterieError as fault:  # such as a full disk: it stays in the journal, and is looked at again
            self.fault = fault
            return _AGAIN_SECONDS
        except Exception as fault:  # noqa: BLE001 - links lead on whatever becomes of their events
            self.fault = Damaged(sentence("opens and clicks cannot be written: {why}", why=repr(fault)))
            return _AGAIN_SECONDS
        self.fault = None
        return _LOOK_SECONDS

    def turn(self, settling: timedelta = _SETTLING) -> int:
        """Write what is old enough to be judged as events, up to a limit; how many fetches that were."""
        mark = self._position()
        found = [_read(each) for each in self._journal.read(after=mark, most=_MOST)]
        latest = self._stand.clock() - settling
        ripe = [each for each in found if each.at <= latest]
        if not ripe:
            return 0
        engagement = self._stand.settings.engagement
        measured: Mapping[Kind, str] = {"opens": engagement.opens, "clicks": engagement.clicks}
        stand, near = self._stand, [*self._before, *found[len(ripe) :]]
        record_engagement(
            stand.engine,
            stand.ledger,
            stand.key,
            ripe,
            measured,
            near=near,
            journal=self._journal.identity,
            clock=stand.clock,
        )
        with stand.engine.transaction():
            keep_fact(stand.engine, _MARK, f"{self._journal.identity} {ripe[-1].place}")
        self._before = [each for each in ripe if each.at > ripe[-1].at - TOGETHER]
        self._queue.trim(ripe[-1].place)
        return len(ripe)

    def _position(self) -> int:
        identity, _, place = (read_fact(self._stand.engine, _MARK) or "").partition(" ")
        return int(place) if identity == self._journal.identity else 0


def _read(request: Request) -> LinkFetch:
    kept = msgspec.json.decode(request.body, type=FetchKept)
    return LinkFetch(
        kept.message_id,
        kept.link,
        kept.target,
        request.received_at,
        kept.agent,
        kept.is_head,
        kept.is_prefetch,
        request.position,
    )
