"""What one run of sending did, and when a message that was asked to wait is tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coterie.domain.clock import to_local
from coterie.protect import reason_in_words
from coterie.words import Sentence, sentence


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

    ``sent``, ``failed`` and ``unknown`` count messages settled in this run; ``bounced`` those of
    the failed whose address takes no mail and is suppressed from now on; ``found_unknown``
    those that an earlier run left without an outcome; ``sent_before`` those that earlier runs
    sent; ``refused`` counts by reason; ``deferred`` counts answers that asked for time.
    ``queued`` is what is left, due next at ``next_at``; ``joined`` those of it that may leave now, and
    do by the run under way on their channel (``next_at`` is of the others). ``stopped`` says why sending ended
    early, or is empty. Instants are told by the clock in ``timezone``.
    """

    campaign: str
    sent: int = 0
    sent_before: int = 0
    failed: int = 0
    bounced: int = 0
    unknown: int = 0
    found_unknown: int = 0
    deferred: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    queued: int = 0
    joined: int = 0
    next_at: datetime | None = None
    stopped: str = ""
    seconds: float = 0.0
    timezone: str = "UTC"

    def sentences(self) -> tuple[Sentence, ...]:
        """The result for a person, the most important first; what is zero is not mentioned.

        >>> SendResult("spring", sent=1200, failed=3).sentences()
        ('1,200 messages were sent.', '3 messages were refused by the receiving server for good.')
        """
        unknown = self.unknown + self.found_unknown
        said = [sentence("{count:,} {count|message was|messages were} sent.", count=self.sent)]
        if self.sent_before:
            said.append(sentence("{count:,} had been sent before; nobody gets two.", count=self.sent_before))
        if self.failed:
            said.append(
                sentence(
                    "{count:,} {count|message was|messages were} refused by the receiving server for good.",
                    count=self.failed,
                )
            )
        if self.bounced:
            said.append(
                sentence(
                    "{count:,} {count|address takes|addresses take} no mail; {count|it is|they are} suppressed from now on.",
                    count=self.bounced,
                )
            )
        if unknown:
            said.append(
                sentence(
                    "{count:,} {count|message|messages} may or may not have arrived; {count|it is|they are} shown as unknown and never sent again.",
                    count=unknown,
                )
            )
        said += [
            sentence(
                "{count:,} {count|message was|messages were} held back: {reason}.",
                count=count,
                reason=reason_in_words(code),
            )
            for code, count in sorted(self.refused.items())
        ]
        if self.joined:
            said.append(
                sentence(
                    "{count:,} {count|message joined|messages joined} the run under way on the same channel and {count|goes|go} first in it.",
                    count=self.joined,
                )
            )
        if self.queued > self.joined and self.next_at:
            due = {
                "count": self.queued - self.joined,
                "at": to_local(self.next_at, self.timezone),
                "zone": self.timezone,
            }
            said.append(
                sentence(
                    "{count:,} {count|message is|messages are} still waiting; the first may go at {at:%Y-%m-%d %H:%M} ({zone}).",
                    **due,
                )
            )
        if self.stopped:
            said.append(sentence("Sending stopped early: {reason}.", reason=self.stopped))
        return tuple(said)
