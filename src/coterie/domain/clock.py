"""Where the present comes from, so that tests and replays can choose it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present as a naive datetime in UTC, as every ``_at`` column holds it."""


def utc_now() -> datetime:
    """The present, naive, in UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
