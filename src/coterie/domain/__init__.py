"""The nouns: frozen records that every room may speak of. No I/O."""

from __future__ import annotations

from coterie.domain.acting import acting_as, who_acts
from coterie.domain.clock import Clock, utc_now
from coterie.domain.loading import FileFormat, LoadResult, MappedField, Mapping, Proposal
from coterie.domain.meanings import EVENT_MEANINGS, EventMeaning
from coterie.domain.money import ZERO_DECIMAL_CURRENCIES, Money, format_money
from coterie.domain.progress import Progress, Quiet
from coterie.domain.readout import Estimate, NotEstimable, Readout
from coterie.domain.sending import Message, MessageState, Origin, Outcome, Rendered

__all__ = [
    "EVENT_MEANINGS",
    "ZERO_DECIMAL_CURRENCIES",
    "Clock",
    "Estimate",
    "EventMeaning",
    "FileFormat",
    "LoadResult",
    "MappedField",
    "Mapping",
    "Message",
    "MessageState",
    "Money",
    "NotEstimable",
    "Origin",
    "Outcome",
    "Progress",
    "Proposal",
    "Quiet",
    "Readout",
    "Rendered",
    "acting_as",
    "format_money",
    "utc_now",
    "who_acts",
]
