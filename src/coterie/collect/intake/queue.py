"""Requests on their way to the disk: one thread writes all that wait at once, and then says of each that it is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from coterie.errors import CoterieError, Damaged
from coterie.store import Journal, Request
from coterie.words import sentence

MOST_REQUESTS, MOST_BYTES = 5_000, 64 << 20
"""What may wait for the disk; whoever comes then is asked to come again."""

_AT_ONCE = 500
_IDLE_SECONDS = 0.5

Settled = Callable[[Sequence[object], CoterieError | None], None]
"""Told, in the queue's thread, of those whose requests are durable now, or why they could not be kept."""


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Request
    who: object


class JournalQueue:
    """A bounded queue before the journal, and the thread behind it; ``offer`` belongs to one thread."""

    def __init__(self, journal: Journal, settled: Settled) -> None:
        self._journal, self._settled = journal, settled
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._offered = self._done = self._bytes_offered = self._bytes_done = 0
        self._trim_to = self._trimmed_to = 0
        self._thread = threading.Thread(target=self._run, name="coterie-journal")
        self.fault: CoterieError | None = None
        """Why the last commit failed; None once one succeeded."""

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be taken now."""
        return self._offered - self._done >= MOST_REQUESTS or self._bytes_offered - self._bytes_done >= MOST_BYTES

    def offer(self, request: Request, who: object) -> bool:
        """Take up a request, of which ``who`` will be told; False where the queue is full."""
        if self.is_full:
            return False
        self._offered += 1
        self._bytes_offered += len(request.body)
        self._asked.put(_Asked(request, who))
        return True

    def trim(self, position: int) -> None:
        """Let go, with the next commit, of the requests up to ``position``, which the warehouse has."""
        self._trim_to = max(self._trim_to, position)

    def stop(self) -> None:
        """Write what waits, and end."""
        self._asked.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                batch, is_last = self._next()
                self._commit(batch)
                if is_last:
                    return
        finally:
            self._journal.close()

    def _next(self) -> tuple[list[_Asked], bool]:
        """All that waits, up to a limit; nothing after a while in which nobody came."""
        try:
            first = self._asked.get(timeout=_IDLE_SECONDS)
        except Empty:
            return [], False
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < _AT_ONCE:
            try:
                each = self._asked.get_nowait()
            except Empty:
                break
            if each is None:
                return batch, True
            batch.append(each)
        return batch, False

    def _commit(self, batch: Sequence[_Asked]) -> None:
        trim_to = self._trim_to if self._trim_to > self._trimmed_to else 0
        if not batch and not trim_to:
            return
        # After an fsync that failed nobody knows what the disk holds, and a later one would not tell: nothing more is kept.
        fault: CoterieError | None = self.fault if isinstance(self.fault, Damaged) else None
        if fault is None:
            try:
                self._journal.append([each.request for each in batch], trim_to=trim_to)
                self._trimmed_to = max(self._trimmed_to, trim_to)
            except CoterieError as found:
                fault = found
            except Exception as found:  # noqa: BLE001 - whoever waits for an answer has to get one
                fault = Damaged(sentence("the intake cannot go on: {why}", why=repr(found)))
        self.fault = fault
        self._done += len(batch)
        self._bytes_done += sum(len(each.request.body) for each in batch)
        if batch or fault:
            self._settled([each.who for each in batch], fault)
