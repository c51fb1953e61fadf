"""What stops messages: one hold for all, an unsubscribe link, a block on one address, and what must be true before anything leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from coterie.decide import cancel_campaign, hold_sending, release_sending
from coterie.decide.wheel import on_the_wheel, take_off_the_wheel
from coterie.deliver import CHANNELS
from coterie.domain import Clock, who_acts
from coterie.domain.clock import to_local
from coterie.domain.consenting import BY_LINK
from coterie.domain.receipts import Reply
from coterie.errors import BadSetting, NotReady, Refused, UnknownName
from coterie.identifiers import are_domains, keys_of
from coterie.protect import (
    CHANNEL_NAMESPACES,
    PERSON_WIDE,
    WorkspaceKey,
    lift_suppression,
    namespace_of,
    suppress,
)
from coterie.protect.stopping import stop_for
from coterie.run import FACT_TABLES
from coterie.store import Ledger
from coterie.words import Sentence, sentence
from coterie.workspace.fence import Fence, check_fence
from coterie.workspace.given import checking_given
from coterie.workspace.preferences import take_back
from coterie.workspace.records import Unsubscribed
from coterie.workspace.replies import RepliesHeard, stops_among
from coterie.workspace.stand import Stand

BY_HAND = (*sorted(PERSON_WIDE - {"erased"}), "bounced")
"""Reasons for which a person may block an address."""


@dataclass(frozen=True)
@checking_given
class Brakes:
    """Holding all sending, unsubscribing, blocking addresses; ``ws.brakes``, or ``open_brakes`` beside a running send.

    ``actor`` is who decides it, kept in the audit log; without it whoever acts (``acting_as``, ``COTERIE_ACTOR``, the account).
    ``country`` is asked only to read a phone number, so that broken settings stop no hold.
    """

    ledger: Ledger
    key: WorkspaceKey
    clock: Clock
    country: Callable[[], str]
    fence: Fence

    def hold(self, reason: str, *, actor: str = "") -> None:
        """Stop all sending before the next message, in every process and after a restart, until ``release``."""
        hold_sending(self.ledger, reason, actor=who_acts(actor), now=self.clock())

    def release(self, *, actor: str = "", past_due: str | None = None) -> str | None:
        """Let messages leave again; why they were held, or None when they were not.

        Of a restored or copied workspace ``past_due`` says what becomes of messages that were
        due before: ``send`` or ``drop``; raises ``Refused`` where there are such and nobody says.
        """
        fenced = self.fence.release(actor=who_acts(actor), now=self.clock(), past_due=past_due)
        held = release_sending(self.ledger, actor=who_acts(actor), now=self.clock())
        self.fence.keep()
        return "; ".join(why for why in (fenced, held) if why) or None

    def cancel(self, campaign: str, *, actor: str = "", dry_run: bool = False) -> int:
        """Close all messages that ``campaign`` still has queued, for good, also beside a running send; how many."""
        return cancel_campaign(self.ledger, campaign, actor=who_acts(actor), now=self.clock(), dry_run=dry_run)

    def unschedule(self, campaign: str, *, actor: str = "", dry_run: bool = False) -> bool:
        """Launch ``campaign`` by itself no more; whether it was scheduled. What was launched stays launched.

        Raises ``UnknownName`` for a name that there is not.
        """
        with self.ledger.reading() if dry_run else self.ledger.transaction() as t:
            was = campaign in on_the_wheel(t)
            if not was and campaign not in (known := t.definitions.all("campaign")):
                raise UnknownName("campaign", campaign, known)
            if was and not dry_run:
                take_off_the_wheel(t, campaign, who_acts(actor), self.clock())
        return was

    def unsubscribe(self, link: str) -> Unsubscribed:
        """Do what the unsubscribe link of a message asks, given as a whole or its last part.

        Raises ``NotPermitted`` for a link that was not made here, ``NotReady`` for one whose
        message is not in the ledger, as in a preview. Doing it twice is as once.
        """
        claim = take_back(self.ledger, self.key, link, now=self.clock(), source=BY_LINK)
        return Unsubscribed(claim.campaign, claim.channel, claim.purpose)

    def hear(self, replies: Sequence[Reply], *, channel: str = "sms", dry_run: bool = False) -> RepliesHeard:
        """Take what people answered to messages on ``channel``: whoever says STOP, 退订 or the like gets no more, from this moment on.

        Their consent to marketing is withdrawn, and every address of theirs on the channel blocked, in one transaction. What is
        heard again changes nothing. Raises ``UnknownName`` for a channel that there is not.
        """
        _ = CHANNELS.place(channel)
        now, country = self.clock(), self.country()
        stops, others, unread = stops_among(replies, channel, country, now)
        said = len(replies) - others - unread
        new = 0
        if stops:
            new = stop_for(self.ledger, self.key, channel, stops, now=now, country=country, dry_run=dry_run)
        return RepliesHeard(channel, len(replies), new, said - new, others, unread, dry_run)

    def suppress(self, address: str, *, reason: str = "objected", channel: str = "email", actor: str = "") -> None:
        """Block ``address`` on ``channel``, whatever consents say, until it is lifted by hand.

        ``reason`` is one of ``BY_HAND``; all but ``bounced`` speak for the person and block
        every address of theirs. No import, merge or consent ends it.
        """
        if reason not in BY_HAND:
            raise Refused(
                sentence(
                    "an address is suppressed by hand for {reasons}; not for {reason!r}",
                    reasons=", ".join(BY_HAND),
                    reason=reason,
                )
            )
        known = {*CHANNEL_NAMESPACES, *CHANNELS}
        if channel not in known:
            raise UnknownName("channel", channel, known)
        if namespace_of(channel) == "email" and are_domains(pa.array([address], pa.string()))[0].as_py():
            raise Refused(
                sentence(
                    "{address!r} is a whole domain; one address at a time is suppressed by hand. A file of consents with a no for it holds everybody there back",
                    address=address,
                )
            )
        if not keys_of(namespace_of(channel), pa.array([address], pa.string()), self.country())[0].is_valid:
            raise Refused(
                sentence(
                    "{address!r} is not an address on {channel}, so nothing could ever be sent to it",
                    address=address,
                    channel=channel,
                )
            )
        suppress(
            self.ledger,
            self.key,
            channel,
            [address],
            reason=reason,
            source="by hand",
            now=self.clock(),
            actor=who_acts(actor),
            country=self.country(),
        )

    def lift(self, address: str, *, reason: str, channel: str = "email", actor: str = "") -> None:
        """End the block of ``address``; ``reason`` and ``actor`` are kept for ever.

        Raises ``Refused`` when either is missing, or the address is not blocked.
        """
        lift_suppression(
            self.ledger,
            self.key,
            channel,
            address,
            reason=reason,
            actor=who_acts(actor),
            now=self.clock(),
            country=self.country(),
        )


def pass_gates(stand: Stand, campaign: str, *, is_sink: bool, accept_stale: str | None = None) -> None:
    """Raise where the workspace is a copy, does not say who writes, or its facts are old; a sink on this machine takes all.

    ``accept_stale`` names who accepts old facts, which the audit log keeps.
    """
    check_fence(stand.ledger)
    if is_sink:
        return
    say_who_writes(stand)
    old = _old(stand)
    if old is None:
        return
    if not (accept_stale or "").strip():
        raise NotReady(
            sentence(
                "{old}, and coterie.yaml allows {days} {days|day|days} (facts_within_days): people would be chosen by "
                "what is long past. Load newer files and refresh, or accept it with --accept-stale "
                "YOUR-NAME",
                old=old,
                days=stand.settings.facts_within_days,
            )
        )
    with stand.ledger.transaction() as t:
        t.audit.append("old facts accepted", campaign, {"why": old}, actor=str(accept_stale), at=stand.clock())


def say_who_writes(stand: Stand) -> None:
    """Raise ``BadSetting`` where settings that tell people who writes are those of a new workspace."""
    if stand.settings.unsigned:
        raise BadSetting(
            sentence(
                "{names} in coterie.yaml is still that of a new workspace or cannot be true: people could "
                "not tell who writes, nor unsubscribe; set sender, postal_address and public_url",
                names=", ".join(stand.settings.unsigned),
            )
        )


def _old(stand: Stand) -> Sentence | None:
    """What is older than may be, in words, or None."""
    oldest, zone = stand.clock() - timedelta(days=stand.settings.facts_within_days), stand.settings.timezone
    newest = newest_known(stand)
    if newest is None or newest < oldest:
        return (
            sentence("the newest fact is of {at:%Y-%m-%d}", at=to_local(newest, zone))
            if newest
            else Sentence("there are no facts")
        )
    return (
        sentence("the last refresh is as of {at:%Y-%m-%d}", at=to_local(stand.as_of, zone))
        if stand.as_of < oldest
        else None
    )


def newest_known(stand: Stand) -> datetime | None:
    """The instant of the newest order, line or event of others than Coterie; where there is none, of the last load."""
    dated = " UNION ALL ".join(
        f"SELECT max(occurred_at) AS newest FROM {table} WHERE occurred_at <= $now AND source IS DISTINCT FROM 'coterie'"
        for table in FACT_TABLES
    )
    rows = stand.engine.query(f"SELECT max(newest) AS newest FROM ({dated})", {"now": stand.clock()})
    found: datetime | None = rows["newest"][0].as_py()
    if found is None:
        found = stand.engine.query("SELECT max(loaded_at) AS newest FROM batches WHERE kind <> 'rates'")["newest"][
            0
        ].as_py()
    return found
