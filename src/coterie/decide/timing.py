"""When the first message of a launch may reach each of its people: by its start, their own clock, its throttle and its quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.campaign import HOLDOUT, CampaignDefinition, Throttle
from coterie.decide.capping import quiet_until
from coterie.domain.clock import to_utc

FIRST_CLOCK = timedelta(hours=14)
"""How far the clocks that are ahead of all others are ahead of UTC."""
ALL_CLOCKS = timedelta(hours=26)
"""How long it takes until the last clock shows what the first one does."""

_Instants = npt.NDArray[np.int64]  # microseconds since 1970


def first_instants(people: pa.Table, campaign: CampaignDefinition, now: datetime, timezone: str) -> pa.Array:
    """The instant (naive UTC) for each of ``people`` (``arm``, ``address_key``, and ``zone`` where the campaign asks for it), launched at ``now``.

    With ``in_zone`` it begins when their own clock shows ``starts_at``; whose clock has passed that begins at once.
    A throttle lets so many contacts go in a time, in an order that is drawn by their address; somebody of the
    holdout gets the instant of whoever stands before them in that order, so that the arms are alike in time.

    >>> campaign = CampaignDefinition(
    ...     name="spring", audience={"everybody": True}, template="hello", throttle={"messages": 1, "per": "PT1H"}
    ... )
    >>> people = pa.table({"arm": ["message", "message"], "address_key": ["b", "a"]})
    >>> [at.hour for at in first_instants(people, campaign, datetime(2026, 3, 10, 9), "UTC").to_pylist()]
    [10, 9]
    """
    starts = _starts(people, campaign, now, timezone)
    if campaign.throttle is not None and people.num_rows:
        starts = _throttled(people, starts, campaign.throttle)
    instants = pa.array(starts, pa.timestamp("us"))
    quiet = campaign.quiet_hours
    if quiet is None or quiet.zone is not None:
        return instants  # somewhere it is day
    return _each(instants, lambda at: quiet_until(quiet, at, timezone) or at)


def _starts(people: pa.Table, campaign: CampaignDefinition, now: datetime, timezone: str) -> _Instants:
    at = campaign.starts_at
    if at is None or campaign.in_zone is None:
        return np.full(people.num_rows, _micros(max(now, at or now)), np.int64)
    by_zone = people["zone"].combine_chunks().dictionary_encode()
    each = [_micros(max(now, to_utc(at, zone))) for zone in by_zone.dictionary.fill_null(timezone).to_pylist()]
    return np.array(each, np.int64)[by_zone.indices.to_numpy()] if each else np.empty(0, np.int64)


def _throttled(people: pa.Table, starts: _Instants, throttle: Throttle) -> _Instants:
    """No more contacts than the throttle says in any span of its length, each as early as that lets."""
    order = np.lexsort((people["address_key"].to_numpy(zero_copy_only=False), starts))
    is_contact = pc.not_equal(people["arm"], HOLDOUT).to_numpy(zero_copy_only=False)[order]
    if not is_contact.any():
        return starts
    asked, span = starts[order][is_contact], throttle.per // timedelta(microseconds=1)
    rounds = -(-len(asked) // throttle.messages)
    # In columns of as many as may go at once, each waits a span for the one above: a running maximum.
    spans = np.arange(rounds)[:, None] * span
    padded = np.full(rounds * throttle.messages, asked[-1], np.int64)
    padded[: len(asked)] = asked
    table = padded.reshape(rounds, throttle.messages)
    turns = (np.maximum.accumulate(table - spans, axis=0) + spans).reshape(-1)[: len(asked)]
    before = np.maximum(np.cumsum(is_contact) - 1, 0)
    found = np.empty_like(starts)
    found[order] = np.maximum(turns[before], starts[order])
    return found


def _each(instants: pa.Array, change: Callable[[datetime], datetime]) -> pa.Array:
    """``change`` of every instant, asked once for those that are the same."""
    encoded = instants.dictionary_encode()
    changed = pa.array([change(at) for at in encoded.dictionary.to_pylist()], pa.timestamp("us"))
    return changed.take(encoded.indices)


def _micros(at: datetime) -> int:
    return (at - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001 - naive UTC throughout
