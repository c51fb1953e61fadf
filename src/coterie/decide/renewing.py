"""Whom queued messages speak to today, each person once, and in which order they are asked about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.own_zones import zones_of
from coterie.decide.terms import terms_of
from coterie.domain import Message, Origin
from coterie.engines import Engine
from coterie.identifiers import identities_of
from coterie.protect import WorkspaceKey, address_keys, namespace_of
from coterie.store import Ledger, Transaction

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
            t.outbox.amend({message: whom._asdict() for message, whom in renewed.items()})


def zones_today(engine: Engine, ledger: Ledger, origins: Iterable[Origin]) -> dict[str, str | None]:
    """``message_id`` → zone of its person, of those queued messages whose quiet hours ask for it, where another is kept."""
    found: dict[str, str | None] = {}
    for origin in origins:
        with ledger.reading() as t:
            quiet = terms_of(t, origin).quiet_hours
            if quiet is None or quiet.zone is None:
                continue
            queued = t.outbox.messages(origin, "queued").select(["message_id", "profile_id", "zone"]).to_pydict()
        now = zones_of(engine, quiet.zone, queued["profile_id"])
        each = zip(queued["message_id"], queued["zone"], now, strict=True)
        found |= {message: zone for message, kept, zone in each if zone != kept}
    return found


def renew_zones(ledger: Ledger, zones: Mapping[str, str | None]) -> None:
    """Keep ``zones`` with the messages: their quiet hours are those of the clock there."""
    if zones:
        with ledger.transaction() as t:
            t.outbox.amend({message: {"zone": zone} for message, zone in zones.items()})


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


def repeated(t: Transaction, key: WorkspaceKey, messages: Sequence[Message]) -> set[str]:
    """Those of ``messages``, all of one origin, whose person this occurrence has written to, or is written to by one before."""
    if not messages:
        return set()
    addresses = _addresses(key, messages)
    people = {message.profile_id for message in messages}
    occurrences = {message.occurrence for message in messages}
    reached: set[tuple[str, object]] = set()
    for occurrence, person, address in t.touches.of(messages[0].origin, occurrences, set().union(*addresses), people):
        reached |= {(occurrence, person), (occurrence, address)}
    found = set()
    for message, own in zip(messages, addresses, strict=True):
        if not reached.isdisjoint((message.occurrence, key) for key in (message.profile_id, *own)):
            found.add(message.message_id)
        else:
            reached |= {(message.occurrence, key) for key in (message.profile_id, message.address_key)}
    return found


def _addresses(key: WorkspaceKey, messages: Sequence[Message]) -> list[set[str]]:
    """The keys of all addresses that each message's person has on its channel."""
    held = [
        (place, identity) for place, m in enumerate(messages) for identity in m.identities if _is_address(m, identity)
    ]
    keys = address_keys(key, pa.array([identity for _, identity in held], pa.string())).to_pylist()
    found = [{message.address_key} for message in messages]
    for (place, _), address in zip(held, keys, strict=True):
        found[place].add(address)
    return found


def _is_address(message: Message, identity: str) -> bool:
    return identity.startswith(f"{namespace_of(message.channel)}:")


def in_turns(messages: Sequence[Message]) -> list[list[Message]]:
    """``messages`` in groups of one origin each, to be asked about one group after another.

    A person stands in a group once, or more often in one occurrence of its origin: caps are
    counted before a group, and there the first of a person is found by other means. Who stands in
    several groups stands in them in the order of ``messages``.
    """
    turns: list[list[Message]] = []
    last: dict[object, tuple[int, Message]] = {}
    for message in messages:
        keys = (message.profile_id, message.address_key, *message.identities)
        before = [last[key] for key in keys if key in last]
        first = max((place + (not _is_same(other, message)) for place, other in before), default=0)
        place = next((n for n in range(first, len(turns)) if turns[n][0].origin == message.origin), len(turns))
        if place == len(turns):
            turns.append([])
        turns[place].append(message)
        last.update(dict.fromkeys(keys, (place, message)))
    return turns


def _is_same(one: Message, other: Message) -> bool:
    return (one.origin, one.occurrence) == (other.origin, other.occurrence)
