"""Journeys of a workspace: published, kept going, looked into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pyarrow as pa

from coterie.decide import terms_of
from coterie.decide.journeys import JourneyDefinition
from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.circles import check_circles
from coterie.decide.journeys.entering import newest_change
from coterie.decide.journeys.people import BEFORE
from coterie.decide.journeys.publishing import (
    AtRemoved,
    change_state,
    foresee_publishing,
    publish,
    published_definition,
)
from coterie.decide.journeys.simulating import Simulated, simulate
from coterie.decide.journeys.ticking import JourneyMark, Tick, Ticked
from coterie.deliver import SendResult
from coterie.domain import Origin, Progress, Quiet
from coterie.domain.clock import Instant, instant_of
from coterie.errors import NotReady, Refused, UnknownName
from coterie.measure import CampaignFacts, CampaignReadout, read_out
from coterie.measure.opens_and_clicks import engagement_sentences, opens_and_clicks
from coterie.protect import check_basis
from coterie.resolve import find_profile
from coterie.run import choose_as_of, parse_definition, people_are_current, segment_definitions, trait_definitions
from coterie.segment import preview
from coterie.store import open_ledger
from coterie.store.journeys import Journey, JourneyState
from coterie.words import each_into, sentence
from coterie.workspace.brakes import pass_gates
from coterie.workspace.coupons import beyond_codes
from coterie.workspace.delivering import is_to_a_sink
from coterie.workspace.drafts import draft_of
from coterie.workspace.frame import Frame
from coterie.workspace.going_out import bring_for_sending, receive_joined, send_origins, way_out_of
from coterie.workspace.journey_events import record_emitted, untold
from coterie.workspace.journey_path import clocks_of, path_of
from coterie.workspace.journey_records import (
    JourneyAdopted,
    JourneyRun,
    JourneyShown,
    JourneyStand,
    OutcomeCount,
    Published,
    steps_shown,
)
from coterie.workspace.journey_tasks import TaskFinished, finish_task, tasks_of
from coterie.workspace.journey_templates import adopt_journey, templates_shown
from coterie.workspace.reading import reads_brought
from coterie.workspace.received import take_in
from coterie.workspace.records import CampaignResults
from coterie.workspace.stand import Stand


class Journeys:
    """Publishing, keeping going, looking into; ``ws.journeys``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def list(self) -> Frame:
        """Every journey with its state and how many are inside, held out and through."""
        with self._stand.ledger.reading() as t:
            published = {each.journey: each for each in t.journeys.all()}
            counts = t.enrolments.counts().to_pylist()
        rows = []
        for name in sorted({*self._stand.bodies("journey"), *published}):
            mine = [row for row in counts if row["journey"] == name]
            found = published.get(name)
            rows.append(
                {
                    "journey": name,
                    "state": found.state if found else "draft",
                    "inside": sum(row["people"] for row in mine if row["state"] == "running"),
                    "held": sum(row["people"] for row in mine if row["state"] == "held"),
                    "ended": sum(row["people"] for row in mine if row["state"] == "ended"),
                    "goal": sum(row["people"] for row in mine if row["outcome"] == "goal"),
                    "began_at": found.began_at if found else None,
                }
            )
        return Frame.of(rows, schema=_LISTED)

    def definition(self, name: str) -> JourneyDefinition:
        """The newest definition of the journey ``name``; raises ``UnknownName`` with the nearest."""
        bodies = self._stand.bodies("journey")
        if name not in bodies:
            raise UnknownName("journey", name, bodies)
        return cast("JourneyDefinition", parse_definition("journey", bodies[name]))

    def show(self, name: str, *, lang: str | None = None) -> JourneyShown:
        """Who stands where, and how often each turn was taken; raises ``UnknownName`` with the nearest."""
        with self._stand.ledger.reading() as t:
            found, newest = t.journeys.find(name), t.definitions.all("journey").get(name)
            counts, turns = t.enrolments.counts(name).to_pylist(), t.enrolments.turns(name).to_pylist()
        journey = self.definition(name) if found is None else published_definition(found)
        ended: dict[str, int] = {}
        for row in counts:
            if row["state"] == "ended":
                ended[str(row["outcome"])] = ended.get(str(row["outcome"]), 0) + row["people"]
        return JourneyShown(
            name,
            journey.description,
            found.state if found else "draft",
            newest.version if newest else 0,
            found.version if found else None,
            found.began_at if found else None,
            sum(row["people"] for row in counts if row["state"] == "running"),
            sum(row["people"] for row in counts if row["state"] == "held"),
            [OutcomeCount(outcome, people) for outcome, people in sorted(ended.items())],
            list(steps_shown(journey.steps, counts, turns, lang or self._stand.lang)),
        )

    def templates(self, *, lang: str | None = None) -> Frame:
        """Journeys to begin with; ``lacks`` names events and attributes that they ask for and that no data have yet."""
        return templates_shown(self._stand, lang or self._stand.lang)

    def adopt(self, template: str, *, name: str = "", lang: str | None = None, dry_run: bool = False) -> JourneyAdopted:
        """Keep a ready journey, and the templates that it sends, as definitions of the workspace; nobody enters before it is published.

        Raises ``UnknownName`` with the nearest, ``NotReady`` where it lacks anything, ``Refused`` where a journey has its name.
        """
        return adopt_journey(self._stand, template, name=name, lang=lang or self._stand.lang, dry_run=dry_run)

    def publish(self, name: str, *, at_removed: AtRemoved | None = None, dry_run: bool = False) -> Published:
        """Let people follow the newest version from now on.

        What that does to those inside is told as counts. Where some wait at a step that is removed ``at_removed`` says whether they
        ``go_on`` or ``leave``; raises ``Refused`` where nobody says. What is missing to send, or names what there is not, is said before.
        """
        stand, journey = self._stand, self.definition(name)
        if at_removed not in (None, "go_on", "leave"):
            raise UnknownName("way for who waits at a removed step", str(at_removed), ("go_on", "leave"))
        self._check(journey)
        now, zone = stand.clock(), stand.settings.timezone
        with stand.ledger.reading() as t:
            version = t.definitions.one("journey", name).version
            known = t.journeys.find(name)
            if dry_run:
                effects = (
                    foresee_publishing(t, published_definition(known), journey, now=now, zones=clocks_of(stand)).effects
                    if known
                    else ()
                )
                return Published(name, version, effects, dry_run=True)
        with stand.engine.reading():
            mark = JourneyMark(self._newest_batch(), newest_change(stand.engine), heard=now.isoformat())
        while True:
            if known is not None:
                record_emitted(stand, known, self._as_of())
            with stand.engine.reading(), stand.ledger.transaction() as t:
                if (known := t.journeys.find(name)) and untold(t, known).rows:
                    continue  # a tick came between: what steps recorded is told by the definition that gave it
                placing = publish(
                    t,
                    journey,
                    version,
                    mark=mark,
                    zone=zone,
                    now=now,
                    actor=stand.actor,
                    at_removed=at_removed,
                    zones=clocks_of(stand),
                )
            return Published(name, version, placing.effects)

    def _check(self, journey: JourneyDefinition) -> None:
        """What a launch would stumble over is said before it."""
        stand = self._stand
        check_basis(journey.basis, stand.settings.country)
        with stand.ledger.reading() as t:
            others = [published_definition(each) for each in t.journeys.all() if each.state != "stopped"]
        check_circles(journey, [each for each in others if each.name != journey.name])
        for channel in sorted(set(journey.channels().values())):
            way_out_of(stand, channel)
        with stand.brought():
            for rule in journey.rules():
                preview(
                    stand.engine,
                    rule,
                    as_of=stand.present,
                    traits=trait_definitions(stand.engine, stand.ledger),
                    segments=segment_definitions(stand.ledger),
                    sample=1,
                    zone=stand.settings.timezone,
                )

    def pause(self, name: str) -> JourneyStand:
        """Stop everybody where they stand, and what is queued from leaving, until it goes on."""
        return self._change(name, "paused")

    def resume(self, name: str, *, extend: bool | None = None) -> JourneyStand:
        """Let a paused or draining journey go on; after a pause ``extend`` says whether waits end so much later as it lasted."""
        return self._change(name, "running", extend=extend)

    def drain(self, name: str) -> JourneyStand:
        """Let nobody in any more; those inside go on to their end."""
        return self._change(name, "draining")

    def stop(self, name: str) -> JourneyStand:
        """End it for everybody inside, and close what is queued, for good."""
        return self._change(name, "stopped")

    def _change(self, name: str, state: JourneyState, *, extend: bool | None = None) -> JourneyStand:
        stand = self._stand
        with stand.ledger.transaction() as t:
            changed = change_state(t, name, state, now=stand.clock(), actor=stand.actor, extend=extend)
            inside = sum(row["people"] for row in t.enrolments.counts(name).to_pylist() if row["state"] == "running")
        return JourneyStand(name, changed.state, inside)

    def enrol(self, name: str, people: Sequence[str] = (), *, segment: str | None = None) -> Ticked:
        """Let people enter by hand, named as ``find_profile`` reads them, or the members of a segment as last refreshed."""
        from coterie.decide.journeys.entering import members_of
        from coterie.segment.membership import refreshed_segments

        stand = self._stand
        if bool(people) == (segment is not None):
            raise Refused("say who enters: people, or a segment; one of the two")
        stand.bring_people()
        with stand.ledger.reading() as t:
            known_journey = t.journeys.one(name)
        record_emitted(stand, known_journey, self._as_of())
        with self._asking() as asking:
            if segment is not None and segment not in (known := refreshed_segments(stand.engine)):
                raise UnknownName("segment", segment, known)
            numbers = (
                [find_profile(stand.engine, each, settings=stand.settings) for each in people]
                if segment is None
                else members_of(stand.engine, segment).tolist()
            )
            with stand.ledger.transaction() as t:
                published = t.journeys.one(name)
                tick = self._tick(asking, published)
                tick.enrol(t, numbers)
        record_emitted(stand, published, asking.as_of)
        return tick.done

    def due(self, name: str | None = None) -> Frame:
        """How many are to go on by now at which step, of one journey or of all that run; events since the last tick are not looked at."""
        rows: list[dict[str, object]] = []
        with self._stand.ledger.reading() as t:
            for each in [t.journeys.one(name)] if name is not None else t.journeys.all():
                if each.state in ("running", "draining"):
                    steps = t.enrolments.due(each.journey, now=self._stand.clock(), most=_MOST)["step"].to_pylist()
                    counted = Counter(str(step).removeprefix(BEFORE) for step in steps)
                    rows += [
                        {"journey": each.journey, "step": step, "people": n} for step, n in sorted(counted.items())
                    ]
        return Frame.of(rows, schema=_DUE)

    def tick(self, name: str | None = None) -> Sequence[Ticked]:
        """Bring what happened, and what time did, to everybody in a journey, or in all; sends nothing."""
        stand = self._stand
        with stand.ledger.reading() as t:
            published = [t.journeys.one(name)] if name is not None else t.journeys.all()
        return [self._ticked(each) for each in published]

    def _ticked(self, published: Journey) -> Ticked:
        """A tick, and another for whoever waited only until what was recorded of them is told."""
        stand, done = self._stand, Ticked(published.journey)
        record_emitted(stand, published, self._as_of())  # of a tick that was killed before it told
        while True:
            with self._asking() as asking:
                done.add(self._tick(asking, published).run())
            told = record_emitted(stand, published, asking.as_of)
            with stand.ledger.reading() as t:
                due = t.enrolments.next_due_at(published.journey)
            if not told or due is None or due > stand.clock():
                return done

    def run(
        self,
        name: str | None = None,
        *,
        accept_stale: str | None = None,
        trust_refusals: bool = False,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> Sequence[JourneyRun]:
        """``tick``, then send what journeys have queued, by channel, with the brakes that campaigns have.

        Where anything may leave now it is brought up to what was received meanwhile, and ticked once more, before it does. While
        a campaign is being sent on the channel it leaves by that run, before the campaign's own.
        """
        take_in(self._stand)
        receive_joined(self._stand)
        ticked = self.tick(name)
        found = []
        for done in ticked:
            sent: list[SendResult] = []
            if self._ready(done.journey):
                bring_for_sending(self._stand)
                done.add(self.tick(done.journey)[0])
                sent = [
                    self._send(done.journey, channel, origins, accept_stale, trust_refusals, limit, progress)
                    for channel, origins in self._ready(done.journey).items()
                ]
            found.append(JourneyRun(done, tuple(sent)))
        return found

    def _ready(self, name: str) -> dict[str, Sequence[Origin]]:
        """Channel → steps of a journey whose messages may leave now: due, in a journey that is not paused, outside of quiet hours."""
        now, found = self._stand.clock(), dict[str, tuple[Origin, ...]]()
        with self._stand.ledger.reading() as t:
            journey = published_definition(t.journeys.one(name))
            for channel in sorted(set(journey.channels().values())):
                for origin in t.outbox.waiting(channel):
                    if origin.kind != "journey" or not origin.name.startswith(f"{name}/"):
                        continue
                    terms, due = terms_of(t, origin), t.outbox.next_due_at(channel, [origin])
                    is_quiet = terms.quiet_until(now) is not None
                    if due is not None and due <= now and not (terms.is_paused or is_quiet):
                        found[channel] = (*found.get(channel, ()), origin)
        return {**found}

    def _send(
        self,
        name: str,
        channel: str,
        origins: Sequence[Origin],
        accept_stale: str | None,
        trust_refusals: bool,
        limit: int | None,
        progress: Progress | None,
    ) -> SendResult:
        stand, way_out = self._stand, way_out_of(self._stand, channel)
        pass_gates(stand, name, is_sink=is_to_a_sink(stand, channel), accept_stale=accept_stale)
        result = send_origins(
            stand, origins, way_out, limit=limit, trust_refusals=trust_refusals, progress=progress, joins=limit is None
        )
        return replace(result, campaign=name)

    def path(self, name: str, who: str) -> Frame:
        """The way of one person through a journey: what they did at which step, when, and where they are now.

        ``zone`` says by whose clock somebody waits until a time of day.
        """
        return path_of(self._stand, name, who)

    def tasks(self, *, only_open: bool = False) -> Frame:
        """What journeys gave people of the business to do, the newest first: about whom, what, by whom, since when; who did it when."""
        return tasks_of(self._stand, only_open=only_open)

    def finish_task(self, task: str, *, note: str = "") -> TaskFinished:
        """Tick off a task by its number: an event of the person, ``Task Done``, for which steps can wait. What is done stays done.

        Raises ``UnknownName`` with the numbers of open tasks.
        """
        return finish_task(self._stand, task, note)

    def simulate(
        self,
        journey: str | Mapping[str, object],
        *,
        weeks: int = 12,
        until: Instant | None = None,
        progress: Progress | None = None,
    ) -> Simulated:
        """What a journey would have done over the last ``weeks``, had it been there: who would have heard what; changes and sends nothing.

        A journey is named, or given as it would be written. ``until`` is the instant of the last refresh unless said otherwise.
        """
        stand = self._stand
        if not 1 <= weeks <= _MOST_WEEKS:
            raise Refused(sentence("simulate 1 to {most} weeks, not {weeks}", most=_MOST_WEEKS, weeks=weeks))
        meant = (
            self.definition(journey)
            if isinstance(journey, str)
            else cast("JourneyDefinition", parse_definition("journey", draft_of(journey, "journeys")))
        )
        with stand.brought():
            end = stand.present if until is None else instant_of(until, stand.settings.timezone)
            with closing(open_ledger(None)) as ledger:
                found = simulate(
                    stand.engine,
                    ledger,
                    stand.key,
                    meant,
                    since=end - timedelta(weeks=weeks),
                    until=end,
                    zone=stand.settings.timezone,
                    country=stand.settings.country,
                    traits=trait_definitions(stand.engine, stand.ledger),
                    segments=segment_definitions(stand.ledger),
                    progress=progress or Quiet(),
                )
        return replace(found, beyond_codes=beyond_codes(stand, meant, found.messages))

    @reads_brought
    def read(self, name: str, *, as_of: Instant | None = None) -> CampaignReadout:
        """What the journey changed against its holdout, of everybody who entered; ``NotReady`` before it was published."""
        stand = self._stand
        with stand.ledger.reading() as t:
            journey = published_definition(t.journeys.one(name))
            exposures = t.exposures.of(Origin("journey", name))
        goal = journey.goal
        facts = CampaignFacts(
            campaign=name,
            goal_event=None if goal is None else goal.event,
            value=None if goal is None else goal.value,
            **({} if goal is None else {"within": goal.within}),
            currency=stand.settings.currency,
            timezone=stand.settings.timezone,
            shares=journey.shares(),
            margin=stand.settings.margin,
        )
        at = stand.clock() if as_of is None else instant_of(as_of, stand.settings.timezone)
        return read_out(stand.engine, exposures=exposures, facts=facts, as_of=at, segmentation="rfm")

    @reads_brought
    def results(self, name: str, *, lang: str | None = None) -> CampaignResults:
        """The readout with its sentences first."""
        readout = self.read(name)
        measured = opens_and_clicks(self._stand.engine, Origin("journey", name), self._stand.clock())
        told = [*readout.sentences(), *engagement_sentences(measured)]
        return CampaignResults(name, each_into(told, lang or self._stand.lang), readout, Frame(measured))

    # --- what it stands on -------------------------------------------------------------

    @contextmanager
    def _asking(self) -> Iterator[PeopleAsked]:
        """The warehouse as it stands, people brought."""
        stand = self._stand
        if not people_are_current(stand.engine):
            stand.bring_people()
        with stand.engine.reading():
            if not people_are_current(stand.engine):
                raise NotReady("what came in is not brought to people yet; try again")
            now = stand.clock()
            yield PeopleAsked(
                stand.engine,
                now,
                self._as_of(now),
                stand.settings.timezone,
                trait_definitions(stand.engine, stand.ledger),
                segment_definitions(stand.ledger),
            )

    def _as_of(self, now: datetime | None = None) -> datetime:
        stand = self._stand
        return choose_as_of(stand.engine, None, now or stand.clock(), stand.settings.timezone).at

    def _tick(self, asking: PeopleAsked, published: Journey) -> Tick:
        stand = self._stand
        return Tick(
            asking,
            stand.ledger,
            stand.key,
            stand.settings.country,
            published,
            published_definition(published),
            self._newest_batch(),
        )

    def _newest_batch(self) -> int:
        return int(self._stand.engine.query("SELECT coalesce(max(batch_id), 0) AS n FROM batches")["n"][0].as_py())


_LISTED = pa.schema(
    [
        ("journey", pa.string()),
        ("state", pa.string()),
        ("inside", pa.int64()),
        ("held", pa.int64()),
        ("ended", pa.int64()),
        ("goal", pa.int64()),
        ("began_at", pa.timestamp("us")),
    ]
)
_MOST, _MOST_WEEKS = 1_000_000, 104
_DUE = pa.schema([("journey", pa.string()), ("step", pa.string()), ("people", pa.int64())])
