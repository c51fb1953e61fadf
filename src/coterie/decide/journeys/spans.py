"""Fixed lengths of time as people say them."""

from __future__ import annotations

from datetime import timedelta

from coterie.domain.durations import SECONDS
from coterie.profile.language import duration_words
from coterie.words import Sentence


def span_words(span: timedelta) -> Sentence:
    """A length of time in the greatest unit up to days that it is a whole number of.

    >>> span_words(timedelta(hours=23)), span_words(timedelta(days=14)), span_words(timedelta(minutes=90))
    ('23 hours', '14 days', '90 minutes')
    """
    seconds = round(span.total_seconds())
    unit = next(unit for unit in ("d", "h", "min", "s") if seconds % SECONDS[unit] == 0)
    return duration_words(f"{seconds // SECONDS[unit]}{unit}")
