"""Which refusals are about an address and which about the server, and a run stopped where the server refuses nearly everybody."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile

from coterie.domain import Message, Outcome
from coterie.words import sentence

BOUNCED = "bounced"
"""The reason of a failure, and of the suppression that follows."""

STOPPED = "stopped"
"""The reason of a failure where the other side knows that the person wants no such messages, and of the refusal that follows."""

_STATUS = re.compile(r"5\.(\d{1,3}\.\d{1,3})\b")
_ABOUT_THE_ADDRESS = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})
"""Enhanced status codes (RFC 3463, 7505) of a mailbox or domain that is not there; a full mailbox (2.2) is."""


def is_bounce(code: int, words: str) -> bool:
    """Whether a server's final no (5xx) says that the address takes no mail.

    Its enhanced status alone says so (RFC 3463); a bare 5xx may mean the sender, the content
    or the server's mood, and must not cost anybody their address.

    >>> is_bounce(550, "5.1.1 no such user"), is_bounce(552, "5.2.2 mailbox full"), is_bounce(550, "no such user")
    (True, False, False)
    """
    status = _STATUS.match(words)
    return code // 100 == 5 and status is not None and status[1] in _ABOUT_THE_ADDRESS


def refusal_of(outcome: Outcome) -> str:
    """What a final no has in common with others of its kind: code and words, without what differs from person to person."""
    words = _OF_ONE_PERSON.sub(" ", outcome.reply.lower())
    return f"{outcome.code} {' '.join(words.split())[:80]}"


_OF_ONE_PERSON = re.compile(r"<[^>]*>|\S*@\S*|\S*\d{4,}\S*|\b[0-9a-f-]{8,}\b|https?://\S+")


RECENT = 20
"""Answers that are looked at together; when nearly all of them are one refusal, it is not about the people."""

FEWEST = 5
"""Fewer refusals say nothing about the server."""

NEARLY_ALL = 0.8
"""The share of one refusal that stops a run."""

PROOF = 3
"""So many messages taken after a refusal show that the server takes messages, and that it meant the person."""

MOST_LOST = 3
"""So many messages in a row without an answer, and the next would only be lost as well."""

_LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Answer:
    refusal: str
    is_final: bool


@dataclass(frozen=True, slots=True)
class _Doubt:
    message: Message
    outcome: Outcome
    sent_before: int


class Breaker:
    """Weighs every answer of a run; ``stopped`` says why it has to end, or is empty.

    With ``trusts``, every refusal is taken for what it says.
    """

    def __init__(self, *, trusts: bool = False) -> None:
        self._trusts = trusts
        self._recent: deque[_Answer] = deque(maxlen=RECENT)
        self._doubted: dict[str, _Doubt] = {}
        self._asked_to_wait: set[str] = set()
        self._sent = self._lost = self._working = 0
        self.stopped = ""

    def most_on_way(self, width: int) -> int:
        """How many may be on their way: one at first and after a loss, twice as many after each answer."""
        return min(width, max(1, self._working))

    def weigh(self, message: Message, outcome: Outcome) -> Outcome:
        """What the ledger is to be told now of ``outcome``."""
        self._count(outcome)
        if outcome.state == "deferred" and outcome.code:
            self._asked_to_wait.add(message.message_id)
        self._doubted.pop(message.message_id, None)
        if self._trusts or outcome.state != "failed" or outcome.code is None:
            return outcome
        self._doubted[message.message_id] = _Doubt(message, outcome, self._sent)
        retry_at = outcome.occurred_at + _LATER
        return replace(outcome, state="deferred", reason=None, retry_at=retry_at)

    def believed(self, *, at_end: bool = False) -> list[tuple[Message, Outcome]]:
        """Refusals that the answers after them have shown to be about the person; each is given once."""
        self.judge(at_end=at_end)
        if self.stopped:
            return []
        shown = [each for each in self._doubted.values() if at_end or self._sent - each.sent_before >= PROOF]
        for each in shown:
            del self._doubted[each.message.message_id]
        return [(each.message, each.outcome) for each in shown]

    def given_back(self, *, all_of_it: bool = False) -> list[str]:
        """Messages whose try is not to count, for the server refused everybody; or ``all_of_it`` where another is asked instead."""
        if not (self.stopped or all_of_it):
            return []
        given = sorted({*self._doubted, *self._asked_to_wait})
        self._doubted.clear()
        self._asked_to_wait.clear()
        return given

    def judge(self, *, at_end: bool = False) -> None:
        """Set ``stopped`` where the last answers are no longer about the people."""
        if self.stopped or self._trusts:
            return
        if self._lost >= MOST_LOST:
            self.stopped = sentence(
                "the server broke off after each of the last {n} {n|message|messages} without saying whether it took them; "
                "they are unknown, the others stay queued",
                n=self._lost,
            )
            return
        counted = Counter(answer for answer in self._recent if answer.refusal)
        if not counted:
            return
        (answer, most), several = counted.most_common(1)[0], len(self._recent)
        if self._is_of_the_server(answer, most, several, at_end=at_end):
            self.stopped = sentence(
                "the server gave {most} of the last {several} {several|message|messages} the same refusal ({refusal}), so it is hardly about "
                "the people; none of them was given up or suppressed, and all stay queued",
                most=most,
                several=several,
                refusal=answer.refusal,
            )

    def _is_of_the_server(self, answer: _Answer, most: int, several: int, *, at_end: bool) -> bool:
        if not answer.is_final:  # a server that greylists asks everybody to come again
            return not self._sent and most == RECENT
        in_a_row = len(list(takewhile(lambda each: each == answer, reversed(self._recent))))
        return (most >= NEARLY_ALL * several and (several == RECENT or (at_end and most >= FEWEST))) or (
            at_end and in_a_row >= FEWEST
        )

    def _count(self, outcome: Outcome) -> None:
        if outcome.state == "unknown":
            self._lost, self._working = self._lost + 1, 1
            return
        self._lost, self._working = 0, self._working + 1
        self._sent += outcome.state == "sent"
        if outcome.state == "sent":
            self._recent.append(_Answer("", is_final=False))
        elif outcome.code is not None:
            self._recent.append(_Answer(refusal_of(outcome), is_final=outcome.state == "failed"))
