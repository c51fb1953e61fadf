"""Whom queued messages speak to today: people may have been merged, and identifiers added, since the launch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from coterie.domain import Origin
from coterie.engines import Engine
from coterie.identifiers import identities_of
from coterie.protect import namespace_of
from coterie.store import Ledger

_ASKED = ["message_id", "profile_id", "channel", "address", "identities"]


class Whom(NamedTuple):
    """Whom a message speaks to: the profile, and all identifiers whose consent counts."""

    profile_id: int
    identities: tuple[str, ...]


def people_today(engine: Engine, ledger: Ledger, origins: Iterable[Origin], country: str) -> dict[str, Whom]:
    """``message_id`` → whom it speaks to, of those queued messages of ``origins`` where that is another than is kept.

    The identities are those of the profile that the message was meant for, as resolved now, and of
    whoever holds its address now; those kept at the launch stay among them.
    """
    with ledger.reading() as t:
        of_each = [t.outbox.messages(origin, "queued").select(_ASKED) for origin in origins]
    queued = pa.concat_tables(of_each) if of_each else pa.table({})
    if not queued.num_rows:
        return {}
    meant = _meant(engine, queued)
    pairs = pa.concat_tables([meant, _holding(engine, queued, country)])
    people = pc.unique(pairs["person"].combine_chunks()).to_pylist()
    held = _identities(engine, people, country)
    found: dict[str, set[str]] = {}
    for message, person in zip(pairs["message_id"].to_pylist(), pairs["person"].to_pylist(), strict=True):
        found.setdefault(message, set()).update(held.get(person, ()))
    today = {}
    for row, person in zip(queued.to_pylist(), meant["person"].to_pylist(), strict=True):
        kept = set(json.loads(row["identities"]))
        every = kept | found.get(row["message_id"], set())
        if (every, person) != (kept, row["profile_id"]):
            today[row["message_id"]] = Whom(person, tuple(sorted(every)))
    return today


def renew_people(ledger: Ledger, renewed: Mapping[str, Whom]) -> None:
    """Keep ``renewed`` with the messages: their consents and contacts are asked for, and nobody gets two."""
    if renewed:
        with ledger.transaction() as t:
            t.outbox.rename(renewed)


def _meant(engine: Engine, queued: pa.Table) -> pa.Table:
    """``message_id, person``: the profile that each message was meant for; it bears the number of one of its identifiers."""
    numbers = queued["profile_id"].combine_chunks()
    now = engine.query(
        "SELECT identifier_id, profile_id FROM identifiers WHERE identifier_id IN (SELECT unnest($numbers))",
        {"numbers": pc.unique(numbers).to_pylist()},
    )
    place = pc.index_in(numbers, value_set=now["identifier_id"].combine_chunks())
    person = pc.coalesce(now["profile_id"].combine_chunks().take(place), numbers)
    return pa.table({"message_id": queued["message_id"].combine_chunks(), "person": person})


def _holding(engine: Engine, queued: pa.Table, country: str) -> pa.Table:
    """``message_id, person``: every profile that holds the address of a message."""
    found = []
    for channel in pc.unique(queued["channel"]).to_pylist():
        namespace = namespace_of(channel)
        mine = queued.filter(pc.equal(queued["channel"], channel)).combine_chunks()
        known = engine.query(
            "SELECT namespace, value, profile_id FROM identifiers "
            "WHERE namespace = $namespace AND value IS NOT NULL AND profile_id IS NOT NULL",
            {"namespace": namespace},
        ).combine_chunks()
        wanted = identities_of(pa.array([namespace] * mine.num_rows, pa.string()), _whole(mine["address"]), country)
        held = identities_of(_whole(known["namespace"]), _whole(known["value"]), country)
        messages = pa.table({"identity": wanted, "message_id": _whole(mine["message_id"])})
        people = pa.table({"identity": held, "person": _whole(known["profile_id"]).cast(pa.int64())})
        found.append(messages.join(people, "identity", join_type="inner").select(["message_id", "person"]))
    return pa.concat_tables(found).cast(pa.schema([("message_id", pa.string()), ("person", pa.int64())]))


def _identities(engine: Engine, people: list[int], country: str) -> dict[int, set[str]]:
    rows = engine.query(
        "SELECT profile_id, namespace, value FROM identifiers "
        "WHERE value IS NOT NULL AND profile_id IN (SELECT unnest($people))",
        {"people": people},
    ).combine_chunks()
    found: dict[int, set[str]] = {}
    identities = identities_of(_whole(rows["namespace"]), _whole(rows["value"]), country).to_pylist()
    for person, identity in zip(rows["profile_id"].to_pylist(), identities, strict=True):
        found.setdefault(person, set()).add(identity)
    return found


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
