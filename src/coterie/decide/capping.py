"""Frequency caps over a set of people, from the contacts made and those on their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.campaign import FrequencyCap
from coterie.decide.timing import window_start
from coterie.protect import CHANNEL_NAMESPACES, WorkspaceKey, address_keys
from coterie.store import Transaction

_WHOLE_READ = 20_000


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
    full = pa.array([False] * people.num_rows, pa.bool_())
    if not caps or not people.num_rows:
        return full
    people = people.append_column("row", pa.array(range(people.num_rows), pa.int64()))
    held = _addresses(key, people)
    start = min(window_start(cap, now, timezone) for cap in caps)
    if people.num_rows > _WHOLE_READ:
        touches = t.touches.since(start)
    else:
        touches = t.touches.since(
            start,
            address_keys=held["address_key"].to_pylist(),
            profile_ids=people["profile_id"].to_pylist(),
        )
    contacts = _contacts(people, held, touches)
    for cap in caps:
        counted = pc.greater_equal(
            contacts["touched_at"], pa.scalar(window_start(cap, now, timezone), pa.timestamp("us"))
        )
        if cap.channel is not None:
            counted = pc.and_(counted, pc.equal(contacts["channel"], cap.channel))
        counts = contacts.filter(counted).group_by("row").aggregate([([], "count_all")])
        reached = counts.filter(pc.greater_equal(counts["count_all"], cap.times))
        full = pc.or_(full, pc.is_in(people["row"].combine_chunks(), value_set=reached["row"].combine_chunks()))
    return full


def _addresses(key: WorkspaceKey, people: pa.Table) -> pa.Table:
    """``row, address_key`` of every address of every person."""
    identities = people["identities"].combine_chunks()
    flat, parents = pc.list_flatten(identities), pc.list_parent_indices(identities)
    is_address = pc.is_in(
        pc.replace_substring_regex(flat, r":.*$", ""), value_set=pa.array(sorted(set(CHANNEL_NAMESPACES.values())))
    )
    others = pa.table(
        {"row": parents.filter(is_address).cast(pa.int64()), "address_key": address_keys(key, flat.filter(is_address))}
    )
    both = pa.concat_tables([people.select(["row", "address_key"]), others])
    return both.group_by(["row", "address_key"]).aggregate([])


def _contacts(people: pa.Table, held: pa.Table, touches: pa.Table) -> pa.Table:
    """``row, message_id, channel, touched_at``: each contact once a person."""
    wanted = ["row", "message_id", "channel", "touched_at"]
    by_address = held.join(touches.drop_columns(["profile_id"]), "address_key", join_type="inner").select(wanted)
    by_profile = people.select(["row", "profile_id"]).join(
        touches.drop_columns(["address_key"]), "profile_id", join_type="inner"
    )
    both = pa.concat_tables([by_address, by_profile.select(wanted)])
    return both.group_by(wanted).aggregate([])
