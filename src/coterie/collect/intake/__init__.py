"""What comes in over HTTP: the calls of Segment's clients, journalled, deduplicated for ever, loaded as files are."""

from __future__ import annotations

from coterie.collect.intake.aliases import link_aliased
from coterie.collect.intake.allowance import Allowance
from coterie.collect.intake.archives import archive_packing, archived, as_json, request_of
from coterie.collect.intake.messages import CALLS, LONGEST, Envelope, Single, messages_of, with_whole_letters
from coterie.collect.intake.pump import Pump, Totals
from coterie.collect.intake.queue import JournalQueue
from coterie.collect.intake.seen import Seen

__all__ = [
    "CALLS",
    "LONGEST",
    "Allowance",
    "Envelope",
    "JournalQueue",
    "Pump",
    "Seen",
    "Single",
    "Totals",
    "archive_packing",
    "archived",
    "as_json",
    "link_aliased",
    "messages_of",
    "request_of",
    "with_whole_letters",
]
