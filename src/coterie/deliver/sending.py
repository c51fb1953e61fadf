"""Send what the outbox holds: intent, network, outcome, in that order.

At most ``provider.width`` messages stand between a durable intent and a durable outcome;
a process killed at any instant leaves no more than these in doubt, and the next start
shows them as ``unknown`` and never sends them again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Thread

from coterie.decide import Admission, admit
from coterie.deliver.contract import Channel, Envelope, Provider, Renderer, Unsendable
from coterie.deliver.turn import sending_turn
from coterie.domain import Clock, Message, Outcome, Progress, Quiet, utc_now
from coterie.errors import NotPermitted, ProviderUnavailable, Refused
from coterie.protect import WorkspaceKey, reason_in_words
from coterie.store import Ledger
from coterie.words import say

FIRST_AHEAD, MOST_AHEAD = 25, 400
"""Messages rendered before their turn comes: few at first, so that the first leaves at once."""

LINGER_SECONDS = 0.02
"""How long to gather answers for one transaction, until half of the connections are idle."""

GRACE_SECONDS = 30.0
"""When sending is stopped, how long messages on their way may still be answered."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and when a message that was asked to wait is tried again."""

    first: timedelta = timedelta(minutes=1)
    factor: float = 4.0
    longest: timedelta = timedelta(hours=4)
    attempts: int = 5

    def next_at(self, now: datetime, attempt: int) -> datetime | None:
        """When try ``attempt`` (from 1) is followed by the next, or None when it was the last.

        >>> Retry().next_at(datetime(2026, 1, 1), 2)
        datetime.datetime(2026, 1, 1, 0, 4)
        """
        if attempt >= self.attempts:
            return None
        return now + min(self.longest, self.first * self.factor ** (attempt - 1))


@dataclass(frozen=True, slots=True)
class SendResult:
    """What one run of sending did.

    ``sent``, ``failed`` and ``unknown`` count messages settled in this run; ``found_unknown``
    those that an earlier run left without an outcome; ``refused`` counts by reason;
    ``deferred`` counts answers that asked for time. ``queued`` is what is left, due next at
    ``next_at``. ``stopped`` says why sending ended early, or is empty.
    """

    campaign: str
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    found_unknown: int = 0
    deferred: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    queued: int = 0
    next_at: datetime | None = None
    stopped: str = ""
    seconds: float = 0.0

    def sentences(self, locale: str = "en") -> tuple[str, ...]:
        """The result for a person, the most important first; what is zero is not mentioned.

        >>> SendResult("spring", sent=1200, failed=3).sentences()
        ('1,200 messages were sent.', '3 messages were refused by the receiving server for good.')
        """
        unknown = self.unknown + self.found_unknown
        said = [say("{count:,} messages were sent.", locale, count=self.sent)]
        if self.failed:
            said.append(
                say("{count:,} messages were refused by the receiving server for good.", locale, count=self.failed)
            )
        if unknown:
            said.append(
                say(
                    "{count:,} messages may or may not have arrived; they are shown as unknown and are never sent again.",
                    locale,
                    count=unknown,
                )
            )
        said += [
            say(
                "{count:,} messages were held back: {reason}.",
                locale,
                count=count,
                reason=reason_in_words(code, locale),
            )
            for code, count in sorted(self.refused.items())
        ]
        if self.queued:
            said.append(say("{count:,} messages are still waiting.", locale, count=self.queued))
        if self.stopped:
            said.append(say("Sending stopped early: {reason}.", locale, reason=self.stopped))
        return tuple(said)


def send_outbox(
    ledger: Ledger,
    key: WorkspaceKey,
    campaign: str,
    *,
    channel: Channel,
    provider: Provider,
    renderer: Renderer,
    clock: Clock = utc_now,
    progress: Progress | None = None,
    limit: int | None = None,
    retry: Retry | None = None,
    patience: timedelta = timedelta(0),
) -> SendResult:
    """Send the queued messages of ``campaign``, at most ``limit`` of them.

    Each message is asked about again (consent, suppression, caps, quiet hours, hold) in the
    transaction that writes its intent. ``patience`` is how long the run may wait in all for
    messages asked to come later and for a provider in trouble; what is then left stays
    queued. Raises ``WorkspaceLocked`` while another process sends, ``ProviderUnavailable``
    and ``BadSetting`` when the provider cannot be used at the start (nothing is touched),
    ``NotReady`` before the launch.
    """
    run = _Run(ledger, key, campaign, channel, provider, renderer, clock, progress or Quiet(), limit, retry or Retry())
    with sending_turn(ledger):
        run.find_unknown()
        _run_to_end(run.send(patience.total_seconds()))
    return run.result()


class _Run:
    def __init__(
        self,
        ledger: Ledger,
        key: WorkspaceKey,
        campaign: str,
        channel: Channel,
        provider: Provider,
        renderer: Renderer,
        clock: Clock,
        progress: Progress,
        limit: int | None,
        retry: Retry,
    ) -> None:
        self._ledger, self._key, self._campaign = ledger, key, campaign
        self._channel, self._provider, self._renderer = channel, provider, renderer
        self._clock, self._progress, self._limit, self._retry = clock, progress, limit, retry
        self._ahead: dict[str, Envelope] = {}
        self._on_way: dict[asyncio.Task[Sequence[Outcome]], Message] = {}
        self._answered: list[tuple[Message, Outcome]] = []
        self._counts: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._admitted = 0
        self._chunk = FIRST_AHEAD
        self._next_at: datetime | None = None
        self._stopped = ""
        self._started_at = clock()

    def find_unknown(self) -> None:
        with self._ledger.transaction() as t:
            t.launches.one(self._campaign)
            self._counts["found_unknown"] = t.outbox.mark_unknown(now=self._clock())

    async def send(self, patience: float) -> None:
        self._progress.stage("Sending", self._left())
        await self._provider.open()
        try:
            pause = 0.0
            while not self._stopped:
                self._record()
                is_well = self._provider.trouble is None
                claimed = self._start_more() if is_well else 0
                if self._on_way:
                    await self._wait_for_answers()
                elif not is_well:
                    pause = await self._wait_out_trouble(pause, patience)
                    patience -= pause
                elif not claimed and not self._answered:
                    waited = await self._wait_until_due(patience)
                    if waited is None:
                        break
                    patience -= waited
        finally:
            await self._let_finish()
            await self._provider.close()

    def result(self) -> SendResult:
        counts, queued = self._counts, self._left()
        return SendResult(
            campaign=self._campaign,
            sent=counts["sent"],
            failed=counts["failed"],
            unknown=counts["unknown"],
            found_unknown=counts["found_unknown"],
            deferred=counts["deferred"],
            refused=dict(self._refused),
            queued=queued,
            next_at=self._next_at,
            stopped=self._stopped,
            seconds=(self._clock() - self._started_at).total_seconds(),
        )

    def _left(self) -> int:
        with self._ledger.reading() as t:
            counts = t.outbox.counts(self._campaign).to_pylist()
            self._next_at = t.outbox.next_due_at(self._campaign)
        return sum(row["messages"] for row in counts if row["state"] == "queued")

    def _start_more(self) -> int:
        room = self._provider.width - len(self._on_way)
        if self._limit is not None:
            room = min(room, self._limit - self._admitted)
            if room <= 0 and not self._on_way:
                self._stopped = f"the limit of {self._limit:,} messages is reached"
        if room <= 0 or self._stopped:
            return 0
        if not self._ahead:
            self._render_ahead()
        try:
            admission = admit(self._ledger, self._key, self._campaign, now=self._clock(), limit=room)
        except NotPermitted as held:
            self._stopped = str(held)
            return 0
        self._take(admission)
        return admission.claimed

    def _take(self, admission: Admission) -> None:
        self._refused.update(admission.refused)
        self._progress.advance(sum(admission.refused.values()))
        self._next_at = admission.next_at
        self._admitted += len(admission.messages)
        for message in admission.messages:
            envelope = self._ahead.pop(message.message_id, None)
            if envelope is None:
                self._ahead.clear()
                sealed = self._seal([message])[0]
                if isinstance(sealed, Unsendable):
                    self._answered.append((message, Outcome(message.message_id, "failed", self._clock(), None, str(sealed))))  # fmt: skip
                    continue
                envelope = sealed
            self._on_way[asyncio.ensure_future(self._provider.send([envelope]))] = message
        if not admission.claimed:
            self._ahead.clear()

    def _render_ahead(self) -> None:
        now = self._clock()
        with self._ledger.transaction() as t:
            coming = t.outbox.claim(self._campaign, min(self._chunk, self._limit or self._chunk), now=now)
        sealed = dict(zip((m.message_id for m in coming), self._seal(coming), strict=True))
        bad = {message: fault for message, fault in sealed.items() if isinstance(fault, Unsendable)}
        if len(bad) * 2 > len(coming) >= 10:
            raise Refused(
                f"{len(bad)} of {len(coming)} messages of campaign {self._campaign!r} cannot be made; nothing of them "
                f"was sent or refused. The first: {next(iter(bad.values()))}"
            )
        if bad:
            with self._ledger.transaction() as t:
                t.outbox.refuse({message: fault.code for message, fault in bad.items()}, now=now)
            self._refused.update(fault.code for fault in bad.values())
            self._progress.advance(len(bad))
        self._chunk = min(MOST_AHEAD, self._chunk * 2)
        self._ahead = {message: it for message, it in sealed.items() if isinstance(it, Envelope)}

    def _seal(self, messages: Sequence[Message]) -> list[Envelope | Unsendable]:
        made: list[Envelope | Unsendable] = []
        for message, rendered in zip(messages, self._renderer.render(messages) if messages else [], strict=True):
            if isinstance(rendered, str):
                made.append(Unsendable("not_renderable", rendered))
                continue
            try:
                made.append(self._channel.seal(message, rendered, at=self._clock()))
            except Unsendable as fault:
                made.append(fault)
        return made

    async def _wait_for_answers(self) -> None:
        done, rest = await asyncio.wait(self._on_way, return_when=asyncio.FIRST_COMPLETED)
        clock = asyncio.get_running_loop().time
        until = clock() + LINGER_SECONDS
        while rest and len(done) * 2 < self._provider.width and (left := until - clock()) > 0:
            more, rest = await asyncio.wait(rest, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            done |= more
        for task in done:
            self._answered.append((self._on_way.pop(task), task.result()[0]))

    def _record(self) -> None:
        if not self._answered:
            return
        final = [self._finally(message, outcome) for message, outcome in self._answered]
        with self._ledger.transaction() as t:
            t.outbox.record_outcomes(final)
        self._answered.clear()
        self._counts.update(outcome.state for outcome in final)
        self._progress.advance(sum(outcome.state != "deferred" for outcome in final))

    def _finally(self, message: Message, outcome: Outcome) -> Outcome:
        if outcome.state != "deferred":
            return outcome
        tried = message.attempts + 1
        retry_at = self._retry.next_at(self._clock(), tried)
        if retry_at is not None:
            return Outcome(outcome.message_id, "deferred", outcome.occurred_at, outcome.code, outcome.reply, retry_at)
        reply = f"given up after {tried} tries: {outcome.reply}"
        return Outcome(outcome.message_id, "failed", outcome.occurred_at, outcome.code, reply)

    async def _wait_out_trouble(self, last_pause: float, patience: float) -> float:
        """Seconds waited for a provider in trouble; 0 when there is none, or when sending stops for it."""
        trouble = self._provider.trouble
        if trouble is None:
            return 0.0
        pause = min(60.0, max(1.0, last_pause * 2))
        if trouble.is_final or pause > patience:
            self._stopped = trouble.words
            return 0.0
        await asyncio.sleep(pause)
        try:
            await self._provider.open()
        except ProviderUnavailable:
            return pause
        return pause

    async def _wait_until_due(self, patience: float) -> float | None:
        """Seconds waited until the next message is due, or None when there is none or it is too far."""
        if self._next_at is None:
            return None
        wait = max(0.05, (self._next_at - self._clock()).total_seconds())
        if wait > patience:
            return None
        await asyncio.sleep(wait)
        return wait

    async def _let_finish(self) -> None:
        if self._on_way:
            done, rest = await asyncio.wait(self._on_way, timeout=GRACE_SECONDS)
            self._answered += [(self._on_way.pop(task), task.result()[0]) for task in done if not task.exception()]
            for task in rest:
                task.cancel()
        self._record()


def _run_to_end(work: Coroutine[object, object, None]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    faults: list[BaseException] = []

    def apart() -> None:
        try:
            asyncio.run(work)
        except BaseException as fault:  # noqa: BLE001 - carried over to the caller's thread
            faults.append(fault)

    thread = Thread(target=apart, name="coterie-send")  # a notebook's own loop cannot run another
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
