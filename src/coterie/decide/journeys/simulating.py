"""A journey run over what happened, before anybody is in it: who would have heard what, when, and how often too much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

import numpy as np
import pyarrow as pa

from coterie.decide.campaign import FrequencyCap
from coterie.decide.capping import window_start
from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.definition import JourneyDefinition
from coterie.decide.journeys.entering import candidates_of
from coterie.decide.journeys.ticking import JourneyMark, Tick
from coterie.domain import Origin, Progress
from coterie.domain.clock import to_local, to_utc
from coterie.engines import Engine
from coterie.profile import TraitDefinition
from coterie.protect import WorkspaceKey
from coterie.segment import Rule, SegmentDefinition
from coterie.store import Ledger
from coterie.store.journeys import Journey
from coterie.words import sentence

_MOST_LOOKS = 1_000
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Simulated:
    """What a journey would have done from ``since`` to ``until`` (naive UTC), had it been there.

    ``messages`` counts by step what would have been queued, ``people`` who would have been written to, ``most`` what one of them would
    have got; ``over_a_cap`` counts messages that the journey's own caps would have kept back. Consents, suppressions and quiet hours are not
    asked: they are of today. ``beyond_codes`` counts by pool of coupons the messages for which it has no code left now. The journey is looked at every ``every``; rules are read as of then, where their past is kept.
    """

    journey: str
    since: datetime
    until: datetime
    every: timedelta
    entered: int
    held: int
    inside: int
    messages: Mapping[str, int]
    people: int
    most: int
    over_a_cap: int
    unreachable: int
    outcomes: Mapping[str, int]
    beyond_codes: Mapping[str, int] = field(default_factory=dict)


@dataclass
class _PeoplePast(PeopleAsked):
    """The warehouse asked about an instant that has passed; what is new is what occurred since the look before."""

    before: datetime = field(default=datetime.min)  # noqa: DTZ901 - naive UTC, as stored

    def news(
        self,
        condition: JourneyCondition,
        *,
        after: int,
        heard: datetime,
        overlap: timedelta,
        since: datetime,
        key: str | None = None,
    ) -> pa.Table:
        """Events of the condition that occurred since the look before, in whichever batch they came."""
        first = max(since, self.before)
        return super().news(condition, after=min(after, -1), heard=heard, overlap=overlap, since=first, key=key)


class _PastTick(Tick):
    """A look at an instant that has passed: who came into a segment is who is in it now and was not at the look before."""

    def _candidates(self, mark: JourneyMark, change: int) -> tuple[pa.Table, str]:
        entry, asking = self.journey.entry, self.asking
        if entry.segment is None or not isinstance(asking, _PeoplePast):
            return super()._candidates(mark, change)
        everyone = np.asarray(
            asking.engine.query("SELECT profile_id FROM profiles ORDER BY profile_id")["profile_id"].to_numpy(),
            dtype=np.int64,
        )
        rule = Rule.model_validate({"in_segment": entry.segment})
        now = asking.holds(rule, everyone)
        was = _as_of(asking, asking.before).holds(rule, everyone) if mark.members else (now & (not entry.members))
        came = now & ~was if entry.when == "entered" else was & ~now
        return candidates_of(everyone[came], asking.now, f"segment:{asking.now.isoformat()}"), mark.day


def _as_of(asking: PeopleAsked, at: datetime) -> PeopleAsked:
    return PeopleAsked(asking.engine, at, at, asking.zone, asking.traits, asking.segments)


def simulate(
    engine: Engine,
    ledger: Ledger,
    key: WorkspaceKey,
    journey: JourneyDefinition,
    *,
    since: datetime,
    until: datetime,
    zone: str,
    country: str,
    traits: Sequence[TraitDefinition],
    segments: Sequence[SegmentDefinition],
    progress: Progress,
) -> Simulated:
    """Run ``journey`` from ``since`` to ``until`` on an empty ``ledger`` of its own, inside a reading of the warehouse; writes nothing there."""
    every = timedelta(hours=max(1, ceil((until - since) / _MOST_LOOKS / _HOUR)))
    published = Journey(journey.name, 0, {}, zone, "running", since, since, since)
    looks = sorted(_looks(engine, journey, since, until, every, zone))
    progress.stage(sentence("Simulating"), len(looks))
    before, entered, held, place = since, 0, 0, 0
    now = looks[0] if looks else until
    while now <= until:
        asking = _PeoplePast(engine, now, now, zone, traits, segments, before=before)
        with engine.tidied():
            done = _PastTick(asking, ledger, key, country, published, journey, 0).run()
        entered, held, before = entered + done.entered, held + done.held, now
        while place < len(looks) and looks[place] <= now:
            place += 1
            progress.advance()
        with ledger.reading() as t:
            due = t.enrolments.next_due_at(journey.name)
        following = [looks[place]] if place < len(looks) else []
        if due is not None:
            following.append(max(due, now + timedelta(seconds=1)))
        if not following:
            break
        now = min(following)
    return _told(ledger, journey, since, until, every, zone, entered, held)


def _looks(
    engine: Engine, journey: JourneyDefinition, since: datetime, until: datetime, every: timedelta, zone: str
) -> Iterator[datetime]:
    """When it is looked at: behind each span in which anything happened that it listens for, and at its times of day."""
    heard = [each for each in journey.conditions() if each.event is not None]
    heard += [entered] if (entered := journey.entry.heard()) is not None else []
    heard += [JourneyCondition(event=journey.goal.event)] if journey.goal else []
    heard += [journey.asked_to_enter(), journey.asked_to_leave()]
    asking = PeopleAsked(engine, until, until, zone)
    found: set[datetime] = set()
    for event in sorted({str(each.event) for each in heard}):
        news = asking.news(JourneyCondition(event=event), after=-1, heard=since, overlap=timedelta(), since=since)
        ago = np.array(news["occurred_at"].to_numpy(), "datetime64[us]") - np.datetime64(since, "us")
        spans = np.unique(ago // np.timedelta64(every))
        found |= {since + every * (int(span) + 1) for span in spans}
    clock = journey.entry.every_day
    if clock is not None or journey.entry.segment is not None:
        day = to_local(since, zone).date()
        while (at := to_utc(datetime.combine(day, clock or datetime.min.time()), zone)) <= until:
            found.add(at)
            day += timedelta(days=1)
    return iter(at for at in found if since <= at <= until)


def _told(
    ledger: Ledger,
    journey: JourneyDefinition,
    since: datetime,
    until: datetime,
    every: timedelta,
    zone: str,
    entered: int,
    held: int,
) -> Simulated:
    with ledger.reading() as t:
        counts = t.enrolments.counts(journey.name).to_pylist()
        turns = t.enrolments.turns(journey.name).to_pylist()
        steps = list(journey.channels())
        queued = {step: t.outbox.messages(Origin("journey", journey.origin(step))) for step in steps}
    whole = (
        pa.concat_tables([each.select(["profile_id", "channel", "queued_at"]) for each in queued.values()])
        if queued
        else None
    )
    times: dict[int, list[tuple[datetime, str]]] = {}
    for row in whole.to_pylist() if whole is not None else []:
        times.setdefault(row["profile_id"], []).append((row["queued_at"], row["channel"]))
    outcomes: Counter[str] = Counter()
    for row in counts:
        if row["state"] == "ended":
            outcomes[row["outcome"]] += row["people"]
    return Simulated(
        journey.name,
        since,
        until,
        every,
        entered,
        held,
        sum(row["people"] for row in counts if row["state"] == "running"),
        {step: each.num_rows for step, each in queued.items()},
        len(times),
        max((len(each) for each in times.values()), default=0),
        sum(_over(journey.frequency_caps, sorted(each), zone) for each in times.values()),
        sum(row["times"] for row in turns if row["step"] in steps and row["turn"] != "queued"),
        dict(sorted(outcomes.items())),
    )


def _over(caps: Sequence[FrequencyCap], times: Sequence[tuple[datetime, str]], zone: str) -> int:
    """How many of one person's messages a cap would have kept back."""
    gone: list[tuple[datetime, str]] = []
    over = 0
    for at, channel in times:
        counted = (
            sum(was >= window_start(cap, at, zone) and cap.channel in (None, on) for was, on in gone) >= cap.times
            for cap in caps
            if cap.channel in (None, channel)
        )
        if any(counted):
            over += 1
        else:
            gone.append((at, channel))
    return over
