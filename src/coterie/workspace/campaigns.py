"""Campaigns of a workspace: plan, send, read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, cast, get_args, overload

import pyarrow as pa

from coterie.decide import (
    CampaignDefinition,
    CampaignPlan,
    Rules,
    foresee,
    launch_campaign,
    launched_definition,
    people_today,
    plan_campaign,
)
from coterie.decide.approving import approve_campaign, approvers, check_approved
from coterie.decide.recurring import at_time, base_name, next_time, wall_of
from coterie.decide.renewing import zones_today
from coterie.decide.wheel import keep_going, put_on_the_wheel
from coterie.deliver import SendResult
from coterie.domain import MessageState, Origin, Progress, who_acts
from coterie.domain.clock import Instant, instant_of
from coterie.errors import Refused, UnknownName
from coterie.measure import CampaignFacts, CampaignReadout, compare_matched, read_out
from coterie.measure.opens_and_clicks import engagement_sentences, opens_and_clicks
from coterie.run import segment_definitions, trait_definitions
from coterie.words import Sentence, each_into, sentence
from coterie.workspace.ahead_of_launch import check_forms, tried_out, warnings_of
from coterie.workspace.brakes import pass_gates, say_who_writes
from coterie.workspace.campaign_times import campaign_written, check_time, launch_of, next_launches
from coterie.workspace.composing import composer_of
from coterie.workspace.coupons import short_of
from coterie.workspace.definitions import Definitions
from coterie.workspace.delivering import is_to_a_sink
from coterie.workspace.drafts import draft_of
from coterie.workspace.frame import Frame
from coterie.workspace.going_out import bring_for_sending, receive, send_origins, way_out_of
from coterie.workspace.reading import reads, reads_brought
from coterie.workspace.records import (
    CampaignApproved,
    CampaignResults,
    CampaignScheduled,
    PastCampaign,
    PlanShown,
    SendShown,
)
from coterie.workspace.results_table import results_table
from coterie.workspace.stand import Stand
from coterie.workspace.telling import plan_shown, send_shown

_STATES = ("queued", "sent", "failed", "refused", "unknown")
_LISTED = pa.schema(
    [
        ("campaign", pa.string()),
        *((name, pa.bool_()) for name in ("launched", "scheduled")),
        ("next_at", pa.timestamp("us")),
        ("to_approve", pa.bool_()),
        ("approved_by", pa.string()),
        *((state, pa.int64()) for state in _STATES),
    ]
)
_TOLD = [
    *("message_id", "profile_id", "address", "arm", "state", "reason", "attempts"),
    *("queued_at", "intended_at", "finished_at", "code", "reply"),
]


def _origin(campaign: str) -> Origin:
    return Origin("campaign", campaign)


def _by_state(counts: Iterable[Mapping[str, object]]) -> dict[str, Counter[str]]:
    """Campaign → state → messages, from the outbox's counts of all origins."""
    states: dict[str, Counter[str]] = {}
    for row in counts:
        if row["origin_kind"] == "campaign":
            states.setdefault(str(row["origin"]), Counter())[str(row["state"])] += cast("int", row["messages"])
    return states


class Campaigns:
    """Planning, sending and reading out; ``ws.campaigns``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def list(self) -> Frame:
        """Every campaign with its audience and how many of its messages stand where."""
        stand, bodies = self._stand, self._stand.bodies("campaign")
        with stand.ledger.reading() as t:
            counts = t.outbox.counts().to_pylist()
            launched = set(t.launches.names())
            approved = approvers(t, {name: campaign_written(body) for name, body in bodies.items()})
        states, nexts = _by_state(counts), next_launches(stand, bodies)
        asks_approval = stand.settings_now.approval_above is not None
        rows = [
            {
                "campaign": name,
                "launched": name in launched,
                "scheduled": name in nexts,
                "next_at": nexts.get(name),
                "to_approve": asks_approval and not {name, base_name(name)} & {*launched, *approved},
                "approved_by": approved.get(base_name(name)),
                **{s: states.get(name, Counter())[s] for s in _STATES},
            }
            for name in sorted({*bodies, *launched})
        ]
        return Frame(pa.Table.from_pylist(rows, _LISTED))

    def definition(self, name: str) -> CampaignDefinition:
        """The newest definition of the campaign ``name``, or of one of the times of one that repeats; raises ``UnknownName`` with the nearest."""
        bodies, wall = self._stand.bodies("campaign"), wall_of(name)
        if base_name(name) not in bodies:
            raise UnknownName("campaign", name, bodies)
        campaign = campaign_written(bodies[base_name(name)])
        if wall is None:
            return campaign
        check_time(campaign, wall)
        return at_time(campaign, wall)

    def plan(self, campaign: str | Mapping[str, object], *, lang: str | None = None) -> PlanShown:
        """Who would get what, who would not and why, what it costs and what could be seen; changes nothing.

        A campaign is named, or given as it would be written; the templates of such a draft need not be there yet.
        """
        lang = lang or self._stand.lang
        is_draft = not isinstance(campaign, str)
        meant = (
            self.definition(campaign)
            if isinstance(campaign, str)
            else campaign_written(draft_of(campaign, "campaigns"))
        )
        with self._stand.brought():
            found = self._plan(meant, is_draft=is_draft)
            return plan_shown(
                found,
                lang,
                [*warnings_of(self._stand, found), *short_of(self._stand, found)],
                [*tried_out(self._stand, found)],
            )

    def _plan(self, campaign: CampaignDefinition, *, is_draft: bool = False) -> CampaignPlan:
        stand = self._stand
        as_of = stand.as_of
        rules = Rules(segment_definitions(stand.ledger), trait_definitions(stand.engine, stand.ledger))
        return plan_campaign(
            stand.engine,
            stand.ledger,
            campaign,
            stand.settings,
            as_of,
            key=stand.key,
            now=stand.clock(),
            rules=rules,
            is_draft=is_draft,
        )

    @overload
    def send(
        self,
        name: str,
        *,
        dry_run: Literal[False] = False,
        limit: int | None = None,
        accept_stale: str | None = None,
        trust_refusals: bool = False,
        lang: str | None = None,
        progress: Progress | None = None,
    ) -> SendResult: ...

    @overload
    def send(
        self,
        name: str,
        *,
        dry_run: Literal[True],
        limit: int | None = None,
        accept_stale: str | None = None,
        trust_refusals: bool = False,
        lang: str | None = None,
        progress: Progress | None = None,
    ) -> PlanShown | SendShown: ...

    @overload
    def send(
        self,
        name: str,
        *,
        dry_run: bool,
        limit: int | None = None,
        accept_stale: str | None = None,
        trust_refusals: bool = False,
        lang: str | None = None,
        progress: Progress | None = None,
    ) -> SendResult | PlanShown | SendShown: ...

    def send(
        self,
        name: str,
        *,
        dry_run: bool = False,
        limit: int | None = None,
        accept_stale: str | None = None,
        trust_refusals: bool = False,
        lang: str | None = None,
        progress: Progress | None = None,
    ) -> SendResult | PlanShown | SendShown:
        """Launch the campaign if it is new, then send what is queued; again goes on where sending stopped.

        People are resolved and consents asked as they are now. Where the server gives nearly
        everybody one refusal the run stops, unless it is to ``trust_refusals``.
        ``accept_stale`` is the name of who accepts it that facts are older than ``facts_within_days``.
        With ``dry_run`` nothing is changed or sent: the plan of a new campaign, or what would
        now become of the messages that a launched one has left.
        """
        lang = lang or self._stand.lang
        stand = self._stand
        is_new = not self.is_launched(name)
        if dry_run and is_new:
            return replace(self.plan(name, lang=lang), dry_run=True)
        if dry_run:
            with stand.brought():
                renewed = people_today(stand.engine, stand.ledger, [_origin(name)], stand.settings.country)
                zones = zones_today(stand.engine, stand.ledger, [_origin(name)])
            pools, now = composer_of(stand).pools, stand.clock()
            foreseen = foresee(stand.ledger, stand.key, name, now=now, renewed=renewed, zones=zones, pools=pools)
            return send_shown(foreseen, lang)
        # What cannot be sent is said before the launch.
        campaign = self.definition(name) if is_new else self._launched(name)
        if campaign.repeats is not None:
            raise Refused(_repeats(stand, campaign))
        way_out = way_out_of(stand, campaign.channel)
        pass_gates(stand, name, is_sink=is_to_a_sink(stand, campaign.channel), accept_stale=accept_stale)
        bring_for_sending(stand)
        if is_new:
            check_forms(stand, campaign)
            plan = self._plan(campaign)
            check_approved(stand.ledger, campaign, plan.contacts, stand.settings_now.approval_above)
            launch_campaign(stand.ledger, stand.key, plan, now=stand.clock(), actor=stand.actor)
        found = send_origins(
            stand,
            [_origin(name)],
            way_out,
            is_renewed=is_new,
            limit=limit,
            trust_refusals=trust_refusals,
            progress=progress,
        )
        goes_on = bool(found.queued) and limit is None and not found.stopped
        with stand.ledger.transaction() as t:
            keep_going(t, name, goes_on=goes_on)
        return found

    def schedule(self, name: str, *, dry_run: bool = False) -> CampaignScheduled:
        """Launch the campaign by itself at the times that it names, as long as a server runs.

        All that a send asks for is asked now, and again then; what messages of it wait goes on by itself. Raises
        ``Refused`` where it names no time to come, ``NotPermitted`` where a second person has to approve it first.
        """
        stand, campaign = self._stand, self.definition(name)
        if self.is_launched(name):
            raise Refused(sentence("campaign {campaign!r} has been launched: it is sent, not scheduled", campaign=name))
        next_at = launch_of(stand, campaign)
        way_out_of(stand, campaign.channel)
        if not is_to_a_sink(stand, campaign.channel):
            say_who_writes(stand)
        check_forms(stand, campaign)
        with stand.brought():
            contacts = self._plan(campaign).contacts
        check_approved(stand.ledger, campaign, contacts, stand.settings_now.approval_above)
        if not dry_run:
            with stand.ledger.transaction() as t:
                put_on_the_wheel(t, campaign.name, stand.actor, stand.clock())
        return CampaignScheduled(name, next_at, contacts, dry_run)

    def approve(self, name: str, *, by: str = "", dry_run: bool = False) -> CampaignApproved:
        """Say that the campaign and its templates, as they are now, may go; by somebody else than who wrote them, whoever acts if not given.

        Asked for where it goes to more people than ``approval_above`` in the settings. Raises ``NotPermitted`` for who wrote them.
        """
        stand, campaign = self._stand, self.definition(name)
        who, now = who_acts(by), stand.clock()
        approve_campaign(stand.ledger, campaign, by=who, now=now, dry_run=dry_run)
        return CampaignApproved(name, who, now, dry_run)

    def clone(self, name: str, copy: str, *, dry_run: bool = False) -> CampaignDefinition:
        """Keep a campaign like ``name``, launched or not, under the new name ``copy``; its start and the seed of its arms are left out.

        Raises ``Refused`` where there is one of that name.
        """
        bodies = self._stand.bodies("campaign")
        if copy in bodies or self.is_launched(copy):
            raise Refused(sentence("there is a campaign {copy!r} already; give the copy another name", copy=copy))
        body = self.definition(name).model_dump(mode="json", exclude_unset=True, exclude={"starts_at", "salt"})
        kept = Definitions(self._stand).put("campaign", {**body, "name": copy}, made_from=0, dry_run=dry_run)
        return campaign_written(kept.body)

    def send_queued(
        self,
        *,
        limit: int | None = None,
        accept_stale: str | None = None,
        trust_refusals: bool = False,
        progress: Progress | None = None,
    ) -> tuple[SendResult, ...]:
        """Go on with every launched campaign that has messages queued, the longest due first whosever they are; launches none.

        One result a channel, at most ``limit`` messages in all, with the options of ``send``. What
        one campaign lacks to be sent is said before any leaves. Empty where nothing is queued.
        """
        stand, waiting = self._stand, self.queued()
        channels: dict[str, list[str]] = {}
        for name in waiting:
            channels.setdefault(self._launched(name).channel, []).append(name)
        ways = {channel: way_out_of(stand, channel) for channel in channels}
        for channel, names in channels.items():
            for name in names:
                pass_gates(stand, name, is_sink=is_to_a_sink(stand, channel), accept_stale=accept_stale)
        if channels:
            bring_for_sending(stand)
        found: list[SendResult] = []
        for channel, names in channels.items():
            left = None if limit is None else limit - sum(each.sent + each.failed + each.unknown for each in found)
            origins = [_origin(name) for name in names]
            found.append(
                send_origins(
                    stand, origins, ways[channel], limit=left, trust_refusals=trust_refusals, progress=progress
                )
            )
        return tuple(found)

    def queued(self) -> Mapping[str, int]:
        """Campaign → its messages that are queued, by name; those without any are left out.

        >>> import tempfile, coterie
        >>> coterie.open(coterie.init(tempfile.mkdtemp() + "/shop")).campaigns.queued()
        {}
        """
        with self._stand.ledger.reading() as t:
            counts = t.outbox.counts().to_pylist()
        return {name: states["queued"] for name, states in sorted(_by_state(counts).items()) if "queued" in states}

    def is_launched(self, name: str) -> bool:
        """Whether the audience of the campaign has been frozen and its messages queued."""
        with self._stand.ledger.reading() as t:
            return t.launches.find(name) is not None

    def _launched(self, name: str) -> CampaignDefinition:
        with self._stand.ledger.reading() as t:
            return launched_definition(t.launches.one(name))

    def receive(self, name: str) -> int:
        """Take what became of the messages of a campaign in as events; how many were new."""
        return receive(self._stand, _origin(name))

    def messages(self, name: str, *, state: MessageState | None = None) -> Frame:
        """The messages of a launched campaign, or those in one ``state``, such as ``unknown``: whose, where to, and what was answered."""
        if state is not None and state not in get_args(MessageState):
            raise UnknownName("state of a message", state, get_args(MessageState))
        with self._stand.ledger.reading() as t:
            t.launches.one(name)
            return Frame(t.outbox.messages(_origin(name), state).select(_TOLD))

    def exposures(self, name: str) -> Frame:
        """Who was assigned to which arm, and when: ``profile_id, arm, propensity, exposed_at``."""
        with self._stand.ledger.reading() as t:
            return Frame(t.exposures.of(_origin(name)).drop_columns("occurrence"))

    @reads_brought
    def read(self, name: str, *, as_of: Instant | None = None) -> CampaignReadout:
        """What the campaign changed against its holdout; ``NotEstimable`` parts say why. Raises ``NotReady`` before its launch."""
        stand = self._stand
        with stand.ledger.reading() as t:
            launch = t.launches.one(name)
            exposures = t.exposures.of(_origin(name))
        facts = facts_of(stand, launched_definition(launch))
        return read_out(
            stand.engine,
            exposures=exposures,
            facts=facts,
            as_of=stand.clock() if as_of is None else instant_of(as_of, stand.settings.timezone),
            segmentation="rfm",
        )

    @reads_brought
    def results(self, name: str, *, lang: str | None = None) -> CampaignResults:
        """The readout with its sentences first."""
        lang = lang or self._stand.lang
        readout = self.read(name)
        measured = opens_and_clicks(self._stand.engine, _origin(name), self._stand.clock())
        told = [*readout.sentences(), *engagement_sentences(measured)]
        return CampaignResults(name, each_into(told, lang), readout, Frame(measured))

    @reads_brought
    def results_table(self, name: str, *, lang: str | None = None) -> Frame:
        """The figures of the readout as rows, for a spreadsheet: ``part`` (arm, effect or segment), ``figure``, value with interval, or the reason why there is none."""
        return results_table(self.read(name), lang or self._stand.lang)

    @reads
    def past(self, *, lang: str | None = None) -> Mapping[str, PastCampaign]:
        """What past campaigns without a holdout did, by type: naive, difference-in-differences, matched, with checks."""
        lang = lang or self._stand.lang
        stand = self._stand
        found = compare_matched(stand.engine, as_of=stand.as_of, unit=stand.settings.currency)
        return {each.group: PastCampaign(each_into(each.sentences(), lang), each) for each in found}


def _repeats(stand: Stand, campaign: CampaignDefinition) -> Sentence:
    time = next_time(campaign, stand.clock(), stand.settings.timezone)
    return sentence(
        "campaign {campaign!r} repeats: `coterie campaigns schedule {campaign}` launches it at each of its times; one time of it is sent as "
        "{example}",
        campaign=campaign.name,
        example=campaign.name if time is None else at_time(campaign, time.wall).name,
    )


def facts_of(stand: Stand, campaign: CampaignDefinition) -> CampaignFacts:
    """What a read-out has to know of a campaign."""
    goal = campaign.goal
    counted = {} if goal is None else {"within": goal.within}
    return CampaignFacts(
        campaign=campaign.name,
        goal_event=None if goal is None else goal.event,
        value=None if goal is None else goal.value,
        **counted,
        currency=stand.settings.currency,
        timezone=stand.settings.timezone,
        shares=campaign.shares(),
        cost_per_contact=campaign.cost.per_contact,
        fixed_cost=campaign.cost.fixed,
        margin=stand.settings.margin,
    )
