"""The audience: who is meant, at which address, and why some cannot be written to."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide.assignment import position_sql
from coterie.decide.campaign import CampaignDefinition
from coterie.decide.capping import capped
from coterie.domain.clock import to_local
from coterie.domain.consenting import SERVICE_PURPOSES
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows, identifier
from coterie.errors import NotReady, Refused, UnknownName
from coterie.identifiers import addresses_of, identities_of
from coterie.profile import drawn_keys_sql
from coterie.profile.listed import lists_by_hand
from coterie.protect import LegalBasis, WorkspaceKey, address_keys, namespace_of, permissions
from coterie.segment import cadence, membership
from coterie.segment.lists import on_list_sql, uploaded_lists
from coterie.segment.refreshed import computed_as_of
from coterie.store import Transaction
from coterie.words import Sentence, sentence

_TEXT = pa.string()
_BASES: tuple[LegalBasis, LegalBasis] = ("opt_in", "contract")
_STANDS = {
    "live": Sentence("Segment {name} is live: its members are as of {at:%Y-%m-%d %H:%M}."),
    "refreshed": Sentence("Segment {name} is refreshed: its members are as of {at:%Y-%m-%d %H:%M}."),
    "frozen": Sentence("Segment {name} is frozen: its members are those of {at:%Y-%m-%d %H:%M}."),
}


def known_segments(engine: Engine) -> frozenset[str]:
    """Segments that have been refreshed."""
    return frozenset(membership.refreshed_segments(engine))


def audience_sql(engine: Engine, campaign: CampaignDefinition) -> str:
    """SQL of ``profile_id, is_excluded``: everybody meant, those left out by ``exclude`` marked.

    Raises ``NotReady`` before the first refresh, ``UnknownName`` for a segment or list there is not, ``Refused`` where one is left out that does
    not follow who says no, since it is frozen, or where members of a frozen one are kept out by the rule of one that is meant.
    """
    meant, known = campaign.audience, known_segments(engine)
    names = (*meant.segments, *meant.exclude)
    if names and not known:
        raise NotReady(
            sentence("campaign {name!r} names segments, and none has been computed; refresh first", name=campaign.name)
        )
    for name in names:
        if name not in known:
            raise UnknownName("segment", name, known)

    _check_nobody_is_left_out_by_a_list(engine, campaign)

    for name in (*meant.lists, *meant.exclude_lists):
        if name not in (there := lists_by_hand(engine) | uploaded_lists(engine)):
            raise UnknownName("list", name, there)

    def flags(chosen: tuple[str, ...], lists: tuple[str, ...], joined: str) -> str:
        members = [f"COALESCE(f.{identifier(name)}, FALSE)" for name in chosen]
        listed = [f"p.profile_id IN (SELECT profile_id FROM ({on_list_sql(engine, name)}))" for name in lists]
        return f" {joined} ".join([*members, *listed]) or "FALSE"

    members = f"LEFT JOIN ({membership.flags_sql(names)}) AS f ON f.profile_id = p.profile_id" if names else ""
    joined = "AND" if meant.match == "all" else "OR"
    where = "TRUE" if meant.everybody else flags(meant.segments, meant.lists, joined)
    left_out = flags(meant.exclude, meant.exclude_lists, "OR")
    return f"SELECT p.profile_id, {left_out} AS is_excluded FROM profiles AS p {members} WHERE {where}"


def _check_nobody_is_left_out_by_a_list(engine: Engine, campaign: CampaignDefinition) -> None:
    noted = cadence.read_cadences(engine)
    for name in campaign.audience.exclude:
        if name in noted and noted[name].frozen_in:
            raise Refused(
                sentence(
                    "campaign {campaign} leaves out segment {name}, which is frozen or reads the frozen {frozen}: who met the rule "
                    "since would be written to; leave out a live or refreshed segment instead",
                    campaign=campaign.name,
                    name=name,
                    frozen=noted[name].frozen_in[0],
                )
            )
    for name in campaign.audience.segments:
        if name in noted and noted[name].frozen_out:
            raise Refused(
                sentence(
                    "campaign {campaign} is for segment {name}, whose rule keeps out members of the frozen {frozen}: who met the rule of "
                    "{frozen} since would be written to; keep out by a live or refreshed segment instead",
                    campaign=campaign.name,
                    name=name,
                    frozen=noted[name].frozen_out[0],
                )
            )


def instants(engine: Engine, campaign: CampaignDefinition, as_of: datetime, zone: str) -> tuple[Sentence, ...]:
    """As of when members of the segments named stand, of those where it is not the instant of the plan, ``as_of``."""
    noted, told = cadence.read_cadences(engine), []
    for name in dict.fromkeys((*campaign.audience.segments, *campaign.audience.exclude)):
        kept = noted.get(name)
        at = (kept and kept.since) or computed_as_of(engine)
        if kept is None or at is None or (at == as_of and kept.cadence != "frozen"):
            continue
        told.append(sentence(_STANDS[kept.cadence].id, name=name, at=to_local(at, zone)))
    return tuple(told)


def read_audience(
    engine: Engine,
    t: Transaction,
    key: WorkspaceKey,
    campaign: CampaignDefinition,
    *,
    as_of: datetime,
    now: datetime,
    timezone: str,
    country: str = "",
) -> pa.Table:
    """One row per profile meant, in order: ``profile_id, position, reason, address, address_key, identities``.

    ``reason`` is null for those who can be written to. The address of a profile is its
    newest identifier on the channel (then the highest number). When profiles share an
    address, even one that is not written to, only the lowest stands for it; the others are
    ``duplicate_address`` and in no arm, so that a holdout never hears through another's
    message.
    """
    people = _meant(engine, campaign, as_of)
    people = with_addresses(
        engine, audience_sql(engine, campaign), people, namespace_of(campaign.channel), key, country
    )
    people = _refuse(people, pc.fill_null(people["is_excluded"], False), "excluded")
    open_rows = pc.is_null(people["reason"])
    asked = permissions(
        t,
        key,
        people.filter(open_rows),
        purpose=campaign.purpose,
        channel=campaign.channel,
        basis=campaign.basis,
        now=now,
    )
    people = _with_reasons(people, open_rows, asked)
    people = _refuse(people, _shares_an_address(people, namespace_of(campaign.channel)), "duplicate_address")
    open_rows = pc.is_null(people["reason"])
    full = capped(t, key, people.filter(open_rows), campaign.frequency_caps, now=now, timezone=timezone)
    full = pc.if_else(full, "frequency_cap", pa.scalar(None, _TEXT))
    return _with_reasons(people, open_rows, full).drop_columns(["is_excluded", "is_customer"])


def purposes_open(
    engine: Engine,
    t: Transaction,
    key: WorkspaceKey,
    meant: str,
    channel: str,
    purpose: str,
    *,
    now: datetime,
    country: str,
) -> pa.Table:
    """Whether a message of ``purpose`` may go by ``channel`` to each ``profile_id`` of the SQL ``meant``, in the order of profiles.

    Columns ``profile_id, identities, address, address_key, reason``, which is null where it may. Asked as a campaign asks that rests
    on consent alone; a service is owed to people and needs none. Whoever shows it has the ledger proved before.
    """
    people = engine.query(f"SELECT profile_id FROM ({meant}) AS m ORDER BY profile_id").combine_chunks()
    people = with_addresses(engine, meant, people, namespace_of(channel), key, country)
    open_rows = pc.is_null(people["reason"])
    asked, basis = people.filter(open_rows), _BASES[purpose in SERVICE_PURPOSES]
    found = permissions(t, key, asked, purpose=purpose, channel=channel, basis=basis, now=now)
    return _with_reasons(people, open_rows, found)


def _meant(engine: Engine, campaign: CampaignDefinition, as_of: datetime) -> pa.Table:
    position, values = position_sql(engine, campaign.salt or campaign.name, "d.key")
    meant = audience_sql(engine, campaign)
    drawn = drawn_keys_sql(engine, f"SELECT profile_id FROM ({meant}) AS m")
    bought = f"SELECT profile_id FROM {event_rows(engine, ORDER)} AS o WHERE occurred_at < $as_of"
    return engine.query(
        f"SELECT a.profile_id, a.is_excluded, {position} AS position, "
        f"a.profile_id IN ({bought} AND profile_id IS NOT NULL) AS is_customer "
        f"FROM ({meant}) AS a JOIN ({drawn}) AS d ON d.profile_id = a.profile_id ORDER BY a.profile_id",
        values | {"as_of": as_of},
    ).combine_chunks()


def with_addresses(
    engine: Engine, meant: str, people: pa.Table, channel_namespace: str, key: WorkspaceKey, country: str
) -> pa.Table:
    """``people``, those that the SQL ``meant`` gives and no others, in order, with every identifier, the address chosen among them, and why there is none."""
    rows = engine.query(
        "SELECT i.profile_id, i.namespace, i.value FROM profile_identifiers AS i "
        f"JOIN ({meant}) AS a ON a.profile_id = i.profile_id "
        "WHERE i.value IS NOT NULL "
        "ORDER BY i.profile_id, i.first_seen_at DESC NULLS LAST, i.identifier_id DESC"
    ).combine_chunks()
    owners = rows["profile_id"].to_numpy()
    namespace, value = (_whole(rows[name]) for name in ("namespace", "value"))
    identities = identities_of(namespace, value, country)
    ends = np.searchsorted(owners, people["profile_id"].to_numpy(), side="left")
    offsets = pa.array(np.append(ends, len(owners)).astype(np.int32))
    of_channel = pc.equal(namespace, channel_namespace)
    spelt = pc.if_else(of_channel, addresses_of(channel_namespace, value, country), pa.scalar(None, _TEXT))
    chosen = _first_of_each(people, owners, pc.is_valid(spelt))
    has_some = pc.is_valid(_first_of_each(people, owners, of_channel))
    reason = pc.if_else(pc.is_valid(chosen), pa.scalar(None, _TEXT), pc.if_else(has_some, "bad_address", "no_address"))
    return (
        people.append_column("identities", pa.ListArray.from_arrays(offsets, identities))
        .append_column("address", spelt.take(chosen))
        .append_column("address_key", _keys(key, identities.take(chosen)))
        .append_column("reason", reason)
    )


def _first_of_each(
    people: pa.Table, owners: np.ndarray[tuple[int], np.dtype[np.int64]], is_candidate: pa.Array
) -> pa.Array:
    """For each of ``people`` the place of its first candidate among rows sorted by owner; null when it has none."""
    places = np.flatnonzero(pc.fill_null(is_candidate, False).to_numpy(zero_copy_only=False))
    found, first = np.unique(owners[places], return_index=True)
    where = pc.index_in(_whole(people["profile_id"]), value_set=pa.array(found, pa.int64()))
    return pa.array(places[first], pa.int64()).take(where)


def _keys(key: WorkspaceKey, identities: pa.Array) -> pa.Array:
    keys = address_keys(key, pc.fill_null(identities, ""))
    return pc.if_else(pc.is_valid(identities), keys, pa.scalar(None, _TEXT))


def _shares_an_address(people: pa.Table, namespace: str) -> pa.Array:
    """Whether a lower profile that stands for itself has one of the profile's addresses, chosen or not.

    Taken in order of profile: who shares an address with nobody lower stands; who shares
    one with a standing profile does not; and so on with the rest.
    """
    is_open = pc.is_null(people["reason"]).to_numpy()
    identities = _whole(people["identities"])
    flat, parents = pc.list_flatten(identities), pc.list_parent_indices(identities)
    is_address = pc.starts_with(flat, f"{namespace}:")
    rows = parents.filter(is_address).to_numpy()
    addresses = flat.filter(is_address).dictionary_encode().indices.to_numpy()
    rows, addresses = rows[is_open[rows]], addresses[is_open[rows]]
    shares = np.zeros(people.num_rows, bool)
    while len(rows):
        lowest = np.full(addresses.max() + 1, people.num_rows)
        np.minimum.at(lowest, addresses, rows)
        yields = np.zeros(people.num_rows, bool)
        yields[rows[lowest[addresses] < rows]] = True
        taken = np.zeros(len(lowest), bool)
        taken[addresses[~yields[rows]]] = True
        shares[rows[taken[addresses] & yields[rows]]] = True
        is_left = yields[rows] & ~shares[rows]
        rows, addresses = rows[is_left], addresses[is_left]
    return pa.array(shares)


def _refuse(people: pa.Table, chosen: pa.Array | pa.ChunkedArray, reason: str) -> pa.Table:
    """``people`` with ``reason`` for the chosen ones that have none yet."""
    is_new = pc.and_(_whole(chosen), pc.is_null(_whole(people["reason"])))
    return _set(people, pc.if_else(is_new, reason, _whole(people["reason"])))


def _with_reasons(people: pa.Table, open_rows: pa.ChunkedArray, reasons: pa.Array) -> pa.Table:
    return _set(people, pc.replace_with_mask(_whole(people["reason"]), _whole(open_rows), reasons))


def _set(people: pa.Table, reasons: pa.Array) -> pa.Table:
    return people.set_column(people.column_names.index("reason"), "reason", reasons)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks)
        if column.chunks
        else pa.array([], column.type)
    )
