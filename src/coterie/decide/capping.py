"""How often and when contacts may be made: frequency caps, their windows, quiet hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.campaign import FrequencyCap, QuietHours
from coterie.protect import WorkspaceKey, address_keys, are_addresses
from coterie.store import Transaction


def window_start(cap: FrequencyCap, now: datetime, timezone: str) -> datetime:
    """The first instant (naive UTC) whose contacts count under ``cap`` at ``now``.

    >>> window_start(FrequencyCap(times=1, per="day"), datetime(2026, 3, 10, 20), "Asia/Shanghai")
    datetime.datetime(2026, 3, 10, 16, 0)
    """
    if cap.within is not None:
        return now - cap.within
    local = _local(now, timezone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if cap.per == "week":
        local -= timedelta(days=local.weekday())
    elif cap.per == "month":
        local = local.replace(day=1)
    return _utc(local)


def quiet_until(quiet: QuietHours | None, now: datetime, timezone: str) -> datetime | None:
    """When the quiet hours around ``now`` end (naive UTC), or None outside them.

    Start is quiet, end is not. In the hour that a clock repeats, both passes count as the
    same time of day.

    >>> from datetime import time
    >>> quiet_until(QuietHours(start=time(21), end=time(8)), datetime(2026, 3, 10, 23), "UTC")
    datetime.datetime(2026, 3, 11, 8, 0)
    """
    if quiet is None:
        return None
    local = _local(now, timezone)
    of_day = local.time().replace(tzinfo=None, fold=0)
    passes_midnight = quiet.start > quiet.end
    is_quiet = of_day >= quiet.start or of_day < quiet.end if passes_midnight else quiet.start <= of_day < quiet.end
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=1 if passes_midnight and of_day >= quiet.start else 0)
    ends = _utc(datetime.combine(day, quiet.end, local.tzinfo).replace(fold=1))
    # Where clocks jump over the end, the first instant after it; never one that has passed.
    return ends if ends > now else now + timedelta(minutes=1)


def _local(instant: datetime, timezone: str) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))


def _utc(local: datetime) -> datetime:
    return local.astimezone(UTC).replace(tzinfo=None)


_WHOLE_READ = 20_000  # from here on, reading everybody's contacts once beats asking for each

Places: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]


def capped(
    t: Transaction,
    key: WorkspaceKey,
    people: pa.Table,
    caps: Sequence[FrequencyCap],
    *,
    now: datetime,
    timezone: str,
) -> pa.Array:
    """For each row of ``people`` whether one more contact would break a cap.

    ``people``: ``profile_id``, ``address_key``, ``identities``. A contact counts for a
    person when it went to the profile or to any of its addresses; once, however many match.
    """
    full = np.zeros(people.num_rows, bool)
    if not caps or not people.num_rows:
        return pa.array(full)
    starts = [window_start(cap, now, timezone) for cap in caps]
    profiles = people["profile_id"].combine_chunks()
    is_whole = people.num_rows > _WHOLE_READ
    touches = t.touches.since(min(starts)) if is_whole else None
    if touches is not None and not touches.num_rows:
        return pa.array(full)
    channels = None if touches is None else pc.unique(touches["channel"]).to_pylist()
    rows, keys = _addresses(key, people, channels)
    if touches is None:
        touches = t.touches.since(min(starts), address_keys=keys.to_pylist(), profile_ids=profiles.to_pylist())
        if not touches.num_rows:
            return pa.array(full)
    everyone = np.arange(people.num_rows)
    by_address = _pairs(rows, keys, touches["address_key"].combine_chunks())
    by_profile = _pairs(everyone, profiles, touches["profile_id"].combine_chunks())
    met, contact = np.unique(np.concatenate([by_address, by_profile], axis=1), axis=1)
    for cap, start in zip(caps, starts, strict=True):
        counted = pc.greater_equal(touches["touched_at"], pa.scalar(start, pa.timestamp("us")))
        if cap.channel is not None:
            counted = pc.and_(counted, pc.equal(touches["channel"], cap.channel))
        chosen = counted.to_numpy()[contact].astype(bool)
        full |= np.bincount(met[chosen], minlength=people.num_rows) >= cap.times
    return pa.array(full)


def _addresses(key: WorkspaceKey, people: pa.Table, channels: Sequence[str] | None) -> tuple[Places, pa.Array]:
    """Row and address key of every address of every person, the one to be written to first.

    On whichever of ``channels`` they are; without these every identifier may be one.
    """
    identities = people["identities"].combine_chunks()
    flat, parents = pc.list_flatten(identities), pc.list_parent_indices(identities)
    if channels is not None:
        is_address = are_addresses(flat, channels)
        flat, parents = flat.filter(is_address), parents.filter(is_address)
    rows = np.concatenate([np.arange(people.num_rows), parents.to_numpy()])
    own = people["address_key"].combine_chunks()
    return rows, pa.concat_arrays([own, address_keys(key, flat)])


def _pairs(rows: Places, values: pa.Array, wanted: pa.Array) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Every (row, place in ``wanted``) where the value of the row is the wanted one; as two lines."""
    distinct = pc.unique(wanted)
    codes = pc.index_in(wanted, value_set=distinct).to_numpy()
    order = np.argsort(codes, kind="stable")
    found = pc.fill_null(pc.index_in(values, value_set=distinct), -1).to_numpy()
    first = np.searchsorted(codes[order], found, side="left")
    counts = np.searchsorted(codes[order], found, side="right") - first
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.stack([np.repeat(rows, counts), order[np.repeat(first, counts) + within]])
