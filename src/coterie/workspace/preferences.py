"""The page behind unsubscribe and preference links: what somebody gets, what they choose, and every choice kept as a statement of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from coterie.deliver import CHANNELS
from coterie.domain import Message
from coterie.domain.consenting import BY_ONE_CLICK, BY_PAGE, EVERYWHERE, MARKETING, TRACKING, purpose_called
from coterie.errors import NotReady, UnknownName
from coterie.protect.keys import TO_PROGRAMS, WorkspaceKey
from coterie.protect.preferences import (
    Choice,
    channels_of,
    choose,
    own_key,
    standing_choices,
    unsubscribe,
)
from coterie.settings import Locale
from coterie.words import Sentence
from coterie.workspace.frame import Frame
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import UnsubscribeClaim
    from coterie.store import Ledger, Transaction


@dataclass(frozen=True)
class PreferencesShown:
    """What whoever got a message said that they want.

    ``address`` is where the message went, with most of it left out; None where its person was erased, of whom nothing is kept and
    who gets nothing. ``choices`` has a row a channel and purpose: ``state`` is ``yes``, ``no`` or ``unsaid``; ``may_change`` whether
    the link can make a yes of it. ``ends`` is the choice that the unsubscribe link takes back; ``changed`` counts choices that were made now.
    """

    campaign: str
    language: str
    address: str | None
    ends: str
    choices: Frame
    changed: int = 0
    dry_run: bool = False


def named(choice: Choice) -> str:
    """A choice in a word.

    >>> named(("email", "marketing"))
    'email/marketing'
    """
    return "/".join(choice)


class Preferences:
    """What people choose by the links of their messages; ``ws.preferences``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def show(self, link: str, *, lang: Locale | None = None) -> PreferencesShown:
        """What stands for whoever got the message of a link, given as a whole or its last part; changes nothing.

        Raises ``NotPermitted`` for a link that was not made here, ``NotReady`` for one whose message is not in the ledger, as in
        a preview.
        """
        claim = self.claimed(link)
        with self._stand.ledger.reading() as t:
            return self._shown(t, claim, _message(t, claim), lang or self._stand.lang)

    def choose(
        self, link: str, choices: Mapping[str, bool], *, lang: Locale | None = None, dry_run: bool = False
    ) -> PreferencesShown:
        """Record what somebody wants and does not want, such as ``{"email/marketing": False}``, as said by them now.

        What they said already is not said again. Raises ``UnknownName`` for a choice that they do not have.
        """
        lang = lang or self._stand.lang
        before = self.show(link, lang=lang)
        known = {str(row["choice"]): row for row in before.choices.rows()}
        for each in choices:
            if each not in known:
                raise UnknownName("choice", each, known)
        wanted = {_choice(each): is_wanted for each, is_wanted in choices.items()}
        words = {_choice(name): f"{row['label']}: {row['about']}" for name, row in known.items()}
        changed = sum(known[each]["state"] != ("yes" if is_wanted else "no") for each, is_wanted in choices.items())
        if dry_run:
            return replace(before, changed=changed, dry_run=True)
        self._choose(link, wanted, words)
        return replace(self.show(link, lang=lang), changed=changed)

    def stop(self, link: str, *, lang: Locale | None = None, dry_run: bool = False) -> PreferencesShown:
        """Record that somebody wants no advertising at all, by no channel, also by those that are not used yet."""
        before = self.show(link, lang=lang)
        rows = before.choices.rows()
        changed = sum(row["state"] != "no" for row in rows)
        if dry_run:
            return replace(before, changed=changed, dry_run=True)
        every = {(EVERYWHERE, MARKETING): False} | {(str(row["channel"]), MARKETING): False for row in rows}
        self._choose(link, every, {})
        return replace(self.show(link, lang=lang), changed=changed)

    def one_click(self, link: str) -> None:
        """Take back the consent that a message was sent on, as mail programs ask in its reader's name (RFC 8058); twice is as once.

        Raises as ``show``.
        """
        take_back(self._stand.ledger, self._stand.key, link, now=self._stand.clock(), source=BY_ONE_CLICK)

    def _choose(self, link: str, wanted: Mapping[Choice, bool], words: Mapping[Choice, str]) -> None:
        stand, claim = self._stand, self.claimed(link)
        choose(stand.ledger, stand.key, claim.message_id, wanted, now=stand.clock(), source=BY_PAGE, agreed_to=words)

    def claimed(self, link: str) -> UnsubscribeClaim:
        """What a link says of itself, without a look at what is kept; raises ``NotPermitted`` for one that was not made here."""
        return claim_of(link, self._stand.key)

    def _shown(self, t: Transaction, claim: UnsubscribeClaim, message: Message, lang: Locale) -> PreferencesShown:
        ends = named((message.channel, message.purpose))
        if not message.address:
            return PreferencesShown(claim.campaign, claim.language, None, ends, Frame.of([], lang))
        offered = self._offered(message)
        told = self._told(message, lang)
        rows = [
            {
                "choice": named((each.channel, each.purpose)),
                "channel": each.channel,
                "purpose": each.purpose,
                "label": told[each.purpose][0],
                "about": told[each.purpose][1],
                "state": each.state,
                "may_change": each.may_change,
            }
            for each in standing_choices(t, self._stand.key, message, offered, now=self._stand.clock())
        ]
        return PreferencesShown(claim.campaign, claim.language, shortened(message.address), ends, Frame.of(rows, lang))

    def _offered(self, message: Message) -> list[Choice]:
        used = {"email", *self._stand.settings.delivery} & {*CHANNELS} - {*TO_PROGRAMS}
        channels = [each for each in channels_of(message, used) if own_key(self._stand.key, message, each)]
        offered = [(channel, purpose) for channel in channels for purpose in self._told(message, "en")]
        return [each for each in offered if each[1] != TRACKING or each[0] == _MEASURED]

    def _told(self, message: Message, lang: Locale) -> dict[str, tuple[str, str]]:
        """Purpose → what it is called and what one gets."""
        given = self._stand.settings.preferences.purposes.items()
        every = {purpose_called(name): each.told(lang) for name, each in given} or {MARKETING: (_LABEL, _ABOUT)}
        engagement = self._stand.settings.engagement
        if (engagement.opens, engagement.clicks) != ("never", "never"):
            every = {**every, TRACKING: every.get(TRACKING, (_TRACKING, _TRACKED))}
        return every if message.purpose in every else {message.purpose: (message.purpose, "")} | every


_MEASURED = "email"
"""The channel on which opens and clicks can be measured."""
_TRACKING = Sentence("Measuring what I open and click")
_TRACKED = Sentence("We note which of our e-mails you open and which links you follow, to send what suits you.")


def claim_of(link: str, key: WorkspaceKey) -> UnsubscribeClaim:
    """What a link, given as a whole or its last part, says of itself; raises ``NotPermitted`` for one that was not made with ``key``."""
    from coterie.compose.links import read_unsubscribe, token_in

    return read_unsubscribe(token_in(link), [key.derive("unsubscribe")])


def take_back(ledger: Ledger, key: WorkspaceKey, link: str, *, now: datetime, source: str) -> UnsubscribeClaim:
    """Take back the consent that the message of a link was sent on; raises ``NotReady`` where the message is not in the ledger."""
    claim = claim_of(link, key)
    if not unsubscribe(ledger, key, claim.message_id, now=now, source=source):
        raise _unknown()
    return claim


_LABEL, _ABOUT = Sentence("Offers and news"), Sentence("What is new, what is on offer, and what might suit you.")
"""How people read of marketing where a business has no words of its own."""


def _choice(name: str) -> Choice:
    channel, _, purpose = name.partition("/")
    return channel, purpose


def _message(t: Transaction, claim: UnsubscribeClaim) -> Message:
    message = t.outbox.find(claim.message_id)
    if message is None:
        raise _unknown()
    return message


def _unknown() -> NotReady:
    return NotReady("this link is of a preview, or of a message that this ledger does not hold; nobody is named")


def shortened(address: str) -> str:
    """An address with so much left out that its owner knows it and nobody else does.

    >>> shortened("anna@shop.example"), shortened("+4791234567")
    ('a…@shop.example', '…567')
    """
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"…{address[-3:]}"
