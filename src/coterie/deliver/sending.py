"""Send what the outbox holds: intent, network, outcome, in that order.

At most ``provider.width`` messages stand between a durable intent and a durable outcome;
a process killed at any instant leaves no more than these in doubt, and the next start
shows them as ``unknown`` and never sends them again; only to a provider that knows a
message by its id, and takes it once, do they go again.

The ledger is written in a thread of its own, by one transaction at a time that records
what was answered and admits as many anew; meanwhile the other connections go on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from coterie.decide import Admission, terms_of
from coterie.deliver.ahead import FIRST, Ahead, Pace
from coterie.deliver.breaker import BOUNCED, Breaker
from coterie.deliver.carriers import Carrier, Carriers
from coterie.deliver.contract import Channel, Provider, Renderer, Unsendable
from coterie.deliver.joining import Company, Joining
from coterie.deliver.looping import run_to_end, seconds
from coterie.deliver.result import Retry, SendResult
from coterie.deliver.turn import TURN, TurnUnderWay
from coterie.domain import Clock, Message, Origin, Outcome, Progress, Quiet, utc_now
from coterie.domain.sending import IN_DOUBT
from coterie.errors import BadSetting, ProviderUnavailable, Transient
from coterie.protect import WorkspaceKey
from coterie.store import DUPLICATE, Ledger, Transaction
from coterie.words import sentence

LINGER_SECONDS = 0.02
"""How long to gather answers for one transaction, until three in four connections are idle."""

GRACE_SECONDS = 30.0
"""When sending is stopped, how long messages on their way may still be answered."""

READ_AT_ONCE = 400
"""Messages whose readers are looked up together: a query costs as much for one as for many."""


def send_outbox(
    ledger: Ledger,
    key: WorkspaceKey,
    origins: Sequence[Origin] | None = None,
    *,
    channel: Channel,
    provider: Provider,
    renderer: Renderer,
    clock: Clock = utc_now,
    progress: Progress | None = None,
    limit: int | None = None,
    retry: Retry | None = None,
    patience: timedelta = timedelta(0),
    trust_refusals: bool = False,
    bring: Callable[[], object] | None = None,
    joining: Joining | None = None,
    carriers: Sequence[Carrier] = (),
) -> SendResult:
    """Send what is queued on the channel, of ``origins`` or of all, the longest due first, at most ``limit`` messages.

    Each message is asked about again (consent, suppression, caps, quiet hours, hold) in the
    transaction that writes its intent; first of all, turn by turn, what comes by ``joining``, which the result does not count. ``patience`` is how long the run may wait in all for
    messages asked to come later and for a provider in trouble; what is then left stays
    queued. Raises ``WorkspaceLocked`` while another process sends, ``ProviderUnavailable``
    and ``BadSetting`` when no provider can be used at the start (nothing is touched),
    ``NotReady`` before the launch, ``Damaged`` where another hand changed what decides who is written to. An address that bounces is suppressed with its outcome.
    Where the provider answers nearly everybody with one refusal, or breaks off after every
    message, the run stops and gives nobody up, unless it is to ``trust_refusals``; where that provider is the first of several
    ``carriers`` it goes on by the next, without what the first may have taken. Under a
    provider's ``per_second`` a message waits for its turn first and is asked about then.
    """
    ahead = Ahead(channel, renderer, clock)
    run = _Run(
        ledger,
        key,
        channel.name,
        origins,
        Carriers(channel.name, carriers or [Carrier(provider.name, provider)]),
        ahead,
        trust_refusals,
        clock,
        progress or Quiet(),
        limit,
        retry or Retry(),
        bring or (lambda: None),
        joining := joining or Joining(),
    )
    with ledger.sending(channel.name):
        run.begin()
        joining.open(channel.name)
        try:
            run_to_end(run.send(patience.total_seconds()))
        finally:
            joining.close()
    return run.result()


class _Run:
    def __init__(
        self,
        ledger: Ledger,
        key: WorkspaceKey,
        channel: str,
        origins: Sequence[Origin] | None,
        carriers: Carriers,
        ahead: Ahead,
        trusts: bool,
        clock: Clock,
        progress: Progress,
        limit: int | None,
        retry: Retry,
        bring: Callable[[], object],
        joining: Joining,
    ) -> None:
        self._ledger, self._key = ledger, key
        self._channel, self._origins = channel, origins
        self._carriers, self._trusts = carriers, trusts
        self._ahead, self._clock, self._bring = ahead, clock, bring
        self._progress, self._limit, self._retry = progress, limit, retry
        self._carried_by_the_next()
        self._joining, self._company = joining, Company(joining, origins)
        self._knows_again = carriers.knows_again
        self._untaken: set[str] = set()
        self._provisional: set[str] = set()
        self._in_doubt: set[str] = set()
        self._awaits_its_turn = self._has_begun = False
        self._on_way: dict[asyncio.Task[Sequence[Outcome]], Message] = {}
        self._answered: list[tuple[Message, Outcome]] = []
        self._counts: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._readmitted = 0
        self._admitted = 0
        self._stopped = ""
        self._started_at = clock()

    def begin(self) -> None:
        with self._ledger.reading() as t:
            t.prove()
        with self._ledger.transaction() as t:
            for origin in self._origins or ():
                terms_of(t, origin)  # before the launch nothing is touched
            self._carriers.arrange(t, self._clock())
            if self._knows_again:
                t.outbox.take_up(self._channel, self._origins, now=self._clock())
            else:
                self._counts["found_unknown"] = t.outbox.mark_unknown(
                    self._channel, self._origins, now=self._clock(), with_doubted=self._carriers.others
                )
        states, _ = self._standing()
        self._counts["sent_before"] = states["sent"]
        self._progress.stage(sentence("Sending"), states["queued"])
        self._carried_by_the_next()

    def _carried_by_the_next(self) -> None:
        self._provider = self._carriers.now.provider
        self._breaker, self._pace = Breaker(trusts=self._trusts), Pace(self._provider)
        self._stopped = ""

    async def send(self, patience: float) -> None:
        while True:
            try:
                await self._provider.open()
            except (ProviderUnavailable, BadSetting) as fault:
                self._stopped = self._breaker.stopped = fault.sentence
                if self._gives_way():
                    continue
                if self._has_begun:
                    return
                raise
            await self._send_by_one(patience)
            if self._stopped == self._trouble_words():
                self._breaker.stopped = self._breaker.stopped or self._stopped
            if not self._breaker.stopped or not self._gives_way():
                return

    def _trouble_words(self) -> str:
        return self._provider.trouble.words if self._provider.trouble is not None else ""

    def _gives_way(self) -> bool:
        """Whether the run goes on by another; what this one certainly did not take is due again, as if it had not been tried."""
        goes_on = self._carriers.others
        with self._ledger.transaction() as t:
            if goes_on:
                t.outbox.give_back(self._untaken, now=self._clock())
                self._admitted -= len(self._untaken)
            self._carriers.give_way(t, self._breaker.stopped, self._clock())
        self._untaken.clear()
        if goes_on:
            self._carried_by_the_next()
        return goes_on

    async def _send_by_one(self, patience: float) -> None:
        pool = ThreadPoolExecutor(1, "coterie-ledger")
        try:
            pause = 0.0
            while not self._stopped:
                admission = await self._write(pool)
                if self._is_through(admission, patience):
                    self._joining.close()
                if self._on_way:
                    await self._wait_for_answers()
                elif self._provider.trouble is not None:
                    pause = await self._wait_out_trouble(pause, patience)
                    patience -= pause
                elif self._awaits_its_turn:
                    await asyncio.sleep(self._pace.wait(seconds()))
                elif not admission.claimed and not self._stopped and not self._answered:
                    waited = await self._wait_until_due(admission, patience)
                    if waited is None:
                        break
                    patience -= waited
        finally:
            try:
                await self._let_finish()
                await self._tell_the_rest()
            finally:
                pool.shutdown()
                await self._provider.close()

    def _is_through(self, admission: Admission, patience: float) -> bool:
        """Whether nothing of its own is left for which the run would wait; what joined would make it endless."""
        is_asked, at = bool(admission.batch), admission.next_at
        return is_asked and not admission.claimed and (at is None or (at - self._clock()).total_seconds() > patience)

    def result(self) -> SendResult:
        counts = self._counts
        states, next_at = self._standing()
        return SendResult(
            campaign=", ".join(origin.name for origin in self._origins or ()),
            sent=counts["sent"],
            sent_before=counts["sent_before"],
            failed=counts["failed"],
            bounced=counts[BOUNCED],
            unknown=counts["unknown"],
            found_unknown=counts["found_unknown"],
            deferred=counts["deferred"],
            refused=dict(+self._refused),
            queued=states["queued"],
            next_at=next_at,
            stopped=self._stopped,
            seconds=(self._clock() - self._started_at).total_seconds(),
        )

    def _standing(self) -> tuple[Counter[str], datetime | None]:
        states: Counter[str] = Counter()
        with self._ledger.reading() as t:
            for each in self._origins if self._origins is not None else [None]:
                for row in t.outbox.counts(each, channel=self._channel).to_pylist():
                    states[row["state"]] += row["messages"]
            return states, t.outbox.next_due_at(self._channel, self._asked(t))

    def _asked(self, t: Transaction) -> Sequence[Origin]:
        return t.outbox.waiting(self._channel) if self._origins is None else self._origins

    def _room(self) -> int:
        """How many more may be on their way."""
        self._awaits_its_turn = False
        if self._provider.trouble is not None:
            return 0
        room = self._breaker.most_on_way(self._provider.width) - len(self._on_way)
        turns = self._pace.turns(seconds())
        self._awaits_its_turn = turns < 1
        room = max(0, int(min(room, turns)))
        if self._limit is None:
            return room
        if self._admitted >= self._limit and not self._on_way:
            self._stopped = sentence("the limit of {n:,} {n|message|messages} is reached", n=self._limit)
        return min(room, self._limit - self._admitted)

    async def _write(self, pool: ThreadPoolExecutor) -> Admission:
        """Tell the ledger what was answered, and start what it admits."""
        room = self._room()
        if self._has_begun:
            self._company.look()
            self._company.make(self._ledger, self._channel, room, READ_AT_ONCE, now=self._clock())
        if len(self._ahead) < room:
            self._make_enough(room)
        self._has_begun = True
        told = [self._finally(message, outcome) for message, outcome in self._answered]
        told += (believed := self._breaker.believed())
        unmade = {message: fault.code for message, fault in self._ahead.unmade.items()} | {**self._company.unmade()}
        if not (room > 0 or told or unmade):
            return Admission("")
        turn = asyncio.get_running_loop().run_in_executor(pool, self._transact, told, unmade, room)
        try:
            await self._make_ahead_until(turn.done)
            taken = await asyncio.shield(turn)
        except asyncio.CancelledError:
            self._take(await turn, len(believed))  # an intent that is durable is acted on
            raise
        self._take(taken, len(believed))
        return taken.admission

    def _transact(self, told: Sequence[tuple[Message, Outcome]], unmade: Mapping[str, str], room: int) -> TurnUnderWay:
        joined = self._company.origins
        if room > 0:
            room = self._brought(room)
        with self._ledger.transaction() as t:
            now, fresh = self._clock(), self._company.fresh()
            turn = TurnUnderWay(
                t, self._key, self._channel, self._origins, now, told, unmade, room, joined, fresh, self._knows_again,
                self._carriers.now.name, self._company.pools(self._ahead),
            )  # fmt: skip
            for stage in TURN:
                stage(turn)
            if any(outcome.state == "sent" for _, outcome in told):
                self._carriers.took(t)
        self._company.begun(fresh)
        self._readmitted += turn.readmitted
        self._stopped = turn.held or self._stopped
        return turn

    def _brought(self, room: int) -> int:
        """The room there is once all that was received is written; none where it cannot be."""
        try:
            self._bring()
        except Transient as fault:
            self._stopped = fault.sentence
            return 0
        return room

    def _take(self, turn: TurnUnderWay, believed: int = 0) -> None:
        """Count what the ledger holds now, and start what it admitted; the last ``believed`` of ``told`` were told before."""
        told, admission, first = turn.told, turn.admission, turn.first
        del self._answered[: len(told) - believed]
        self._company.told(turn.unmade)
        unmade = [reason for message, reason in turn.unmade.items() if self._ahead.unmade.pop(message, None)]
        self._company.answered(message for message, _ in told)
        settled = [
            outcome
            for message, outcome in told
            if self._company.is_own(message)
            and (outcome.message_id not in self._provisional or outcome.state != "deferred")
        ]
        for outcome in settled:
            self._counts[outcome.state] += 1
            self._counts[BOUNCED] += outcome.reason == BOUNCED
        self._refused.update(admission.refused)
        self._refused.update(unmade)
        self._refused[DUPLICATE] -= self._readmitted
        self._readmitted = 0
        self._admitted += len(admission.messages)
        self._pace.take(len(first.messages) + len(admission.messages), seconds())
        self._breaker.judge()
        self._stopped = self._stopped or self._breaker.stopped
        self._company.complete(admitted := (*first.messages, *admission.messages), self._ahead)
        for message in admitted:
            envelope = self._company.ahead_of(message, self._ahead).take(message)
            if isinstance(envelope, Unsendable):
                never = Outcome(message.message_id, "failed", self._clock(), None, str(envelope), reason=envelope.code)
                self._answered.append((message, never))
            else:
                self._on_way[asyncio.ensure_future(self._provider.send([envelope]))] = message
        if admission.batch and not admission.claimed:
            self._ahead.forget()
        if first.batch and not first.claimed:
            self._company.rest()
        done = sum(outcome.state != "deferred" for outcome in settled)
        self._progress.advance(done + len(unmade) + sum(admission.refused.values()))

    def _answer(self, message: Message, outcome: Outcome) -> None:
        """Note what became of a message; what the breaker does not believe yet is told to the ledger as not taken."""
        weighed = self._breaker.weigh(message, outcome)
        if outcome.state == "deferred" and (outcome.code is None or self._provider.trouble is not None):
            self._untaken.add(message.message_id)
        self._provisional.discard(message.message_id)
        if weighed is not outcome:
            self._provisional.add(message.message_id)
        self._answered.append((message, weighed))

    def _make_enough(self, room: int) -> None:
        """Make what may be admitted, and at the start enough to see whether the template is right."""
        enough = room if self._admitted else max(FIRST, room)
        while len(self._ahead) + len(self._ahead.unmade) < enough and (self._ahead.make() or self._read_on()):
            pass
        if not self._admitted:
            self._ahead.check_first()

    def _read_on(self) -> bool:
        """Read what comes next; whether there is any that is not made yet."""
        with self._ledger.reading() as t:
            asked = self._asked(t)
            return self._ahead.read(t.outbox.coming(self._channel, asked, READ_AT_ONCE, now=self._clock()))

    async def _make_ahead_until(self, is_over: Callable[[], bool]) -> None:
        """Make what was read while others work, with room for the network in between."""
        wanted = max(FIRST, 2 * self._provider.width)
        await asyncio.sleep(0)  # what was started goes first
        while not is_over() and len(self._ahead) < wanted and self._ahead.make():  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def _wait_for_answers(self) -> None:
        """Until most connections are idle, or a little longer than the first."""
        await self._make_ahead_until(self._most_are_idle)
        has_room = len(self._on_way) < self._breaker.most_on_way(self._provider.width)
        turn_in = self._pace.wait(seconds()) if has_room else 0.0
        await asyncio.wait(self._on_way, timeout=turn_in or None, return_when=asyncio.FIRST_COMPLETED)
        until = seconds() + LINGER_SECONDS
        while not (self._most_are_idle() or turn_in) and (left := until - seconds()) > 0:
            rest = [task for task in self._on_way if not task.done()]
            await asyncio.wait(rest, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in self._on_way if task.done()]:
            self._answer(self._on_way.pop(task), task.result()[0])

    def _most_are_idle(self) -> bool:
        working = sum(not task.done() for task in self._on_way)
        return working * 4 <= self._provider.width or not working

    def _finally(self, message: Message, outcome: Outcome) -> tuple[Message, Outcome]:
        is_in_doubt = outcome.state == "unknown" and self._knows_again
        if (outcome.state != "deferred" and not is_in_doubt) or message.message_id in self._provisional:
            return message, outcome
        if is_in_doubt:
            self._in_doubt.add(message.message_id)
        tried = message.attempts + 1
        retry_at = self._retry.next_at(self._clock(), tried)
        if retry_at is not None:
            return message, replace(
                outcome, state="deferred", retry_at=retry_at, reason=IN_DOUBT if is_in_doubt else outcome.reason
            )
        if is_in_doubt or message.message_id in self._in_doubt:
            return message, replace(outcome, state="unknown")
        reply = f"given up after {tried} tries: {outcome.reply}"
        return message, replace(outcome, state="failed", reply=reply)

    async def _wait_out_trouble(self, last_pause: float, patience: float) -> float:
        """Seconds waited for a provider in trouble; 0 when there is none, or when sending stops for it."""
        trouble = self._provider.trouble
        if trouble is None:
            return 0.0
        pause = min(60.0, max(1.0, last_pause * 2))
        if trouble.is_final or pause > patience or self._carriers.others:
            self._stopped = trouble.words
            return 0.0
        await asyncio.sleep(pause)
        try:
            await self._provider.open()
        except ProviderUnavailable:
            return pause
        return pause

    async def _wait_until_due(self, admission: Admission, patience: float) -> float | None:
        """Seconds waited until the next message is due, or None when there is none or it is too far."""
        if admission.next_at is None:
            return None
        wait = max(0.05, (admission.next_at - self._clock()).total_seconds())
        if wait > patience:
            return None
        await asyncio.sleep(wait)
        return wait

    async def _let_finish(self) -> None:
        if self._on_way:
            done, rest = await asyncio.wait(self._on_way, timeout=GRACE_SECONDS)
            for task in done:
                if not task.exception():
                    self._answer(self._on_way.pop(task), task.result()[0])
            for task in rest:
                task.cancel()

    async def _tell_the_rest(self) -> None:
        """What was answered is told to the ledger; one that is away, as a server that restarts, is waited for."""
        until = seconds() + GRACE_SECONDS
        while True:
            told = [self._finally(message, outcome) for message, outcome in self._answered]
            try:
                if told:
                    self._take(self._transact(told, {}, 0))
                self._breaker.judge(at_end=True)
                self._stopped = self._stopped or self._breaker.stopped
                self._tell_what_the_end_shows()
            except Transient:
                if seconds() > until:
                    raise
                await asyncio.sleep(1)
            else:
                return

    def _tell_what_the_end_shows(self) -> None:
        """Refusals that the whole run bears out are final; tries at a server that refuses everybody do not count."""
        is_over = self._carriers.others and bool(self._stopped) and self._stopped == self._trouble_words()
        given_back = self._breaker.given_back(all_of_it=is_over)
        if given_back:
            self._admitted -= len(given_back)
            self._untaken.difference_update(given_back)
            with self._ledger.transaction() as t:
                t.outbox.give_back(given_back, now=self._clock())
        believed = self._breaker.believed(at_end=True)
        if believed:
            self._take(self._transact(believed, {}, 0), len(believed))
