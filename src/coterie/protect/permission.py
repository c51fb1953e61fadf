"""Who may be written to: consent and suppression over a whole set at once.

The audience of a campaign and the transaction that sends ask the same function, so the
two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from coterie.domain.consenting import MARKETING, NO_MARKETING, SERVICE_PURPOSES
from coterie.identifiers import WHOLE_DOMAIN, domains_of, former_identities
from coterie.protect.keys import WorkspaceKey, address_keys, namespace_of
from coterie.protect.legal import LegalBasis
from coterie.protect.standing import NEVER, Numbers, Standing, holds, standing
from coterie.protect.suppression import PERSON_WIDE
from coterie.store import Transaction

_WHOLE_READ = 20_000  # from here on, reading everybody's rows once beats asking for each


def permissions(
    t: Transaction,
    key: WorkspaceKey,
    people: pa.Table,
    *,
    purpose: str,
    channel: str,
    basis: LegalBasis,
    now: datetime,
) -> pa.Array:
    """For each row of ``people`` null when a message may go, else the reason code.

    ``people``: ``address_key``, ``identities`` (list of ``namespace:value``, every
    identifier of the person), and for ``soft_opt_in`` ``is_customer`` (true when absent:
    the audience has checked it). A no under any identifier holds, until a later yes answers it
    as ``standing`` says; a no to marketing holds for every purpose but a service; a statement
    that could not be read holds until it is settled; a no to a whole domain is one to everybody there; suppression outranks all, but one of marketing alone lets services go.
    """
    identities = people["identities"].combine_chunks()
    flat, parents, today = _with_former(pc.list_flatten(identities), pc.list_parent_indices(identities))
    is_whole = people.num_rows > _WHOLE_READ
    named, named_of = (flat, parents) if is_whole else _with_domains(flat, parents)
    chosen = None if is_whole else pc.unique(named).to_pylist()
    said = _said(t, purpose, channel, chosen)
    unread = pa.array(sorted(t.unread.all() if chosen is None else t.unread.among(chosen)), pa.string())
    if is_whole and (_name_domains(said["identity"]) or _name_domains(unread)):
        named, named_of = _with_domains(flat, parents)
    found = standing(said, channel, now)
    own, count = people["address_key"].combine_chunks(), people.num_rows
    asking = _Addresses(key, own, flat, parents, channel)
    denied, unconfirmed = holds(found, named, named_of.to_numpy().astype(np.int64), count, asking.of)
    granted, expired = _yes(found, flat, parents, count)
    is_unread = _any(named_of, pc.is_in(named, value_set=unread), count)
    unasked = pc.if_else(expired, "consent_expired", "no_consent")
    permitted = pc.or_(granted, _needs_no_consent(people, purpose, basis))
    refused = pc.if_else(permitted, pa.scalar(None, pa.string()), unasked)
    refused = pc.if_else(pa.array(unconfirmed), "consent_unconfirmed", refused)
    refused = pc.if_else(is_unread, "consent_unread", refused)
    refused = pc.if_else(pa.array(denied), "consent_denied", refused)
    blocks = _Blocks(t, channel, purpose in SERVICE_PURPOSES)
    suppressed = _suppressed(blocks, key, own, (flat, parents, today), is_whole)
    return pc.if_else(suppressed, "suppressed", refused)


def _with_former(flat: pa.Array, parents: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """The identities of people and the spellings that earlier versions kept them in, whose each is, and how each is spelt today."""
    former, places = former_identities(flat)
    if not len(former):
        return flat, parents, flat
    owners = pa.concat_arrays([parents, parents.take(places)])
    order = pa.array(np.argsort(owners.to_numpy(), kind="stable"))
    text = flat.cast(pa.string())
    every, today = pa.concat_arrays([text, former]), pa.concat_arrays([text, text.take(places)])
    return every.take(order), owners.take(order), today.take(order)


def _with_domains(flat: pa.Array, parents: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The identities of people and the domains of their addresses, of which a no may speak but no yes; and whose each is."""
    domains, places = domains_of(flat)
    return pa.concat_arrays([flat.cast(pa.string()), domains]), pa.concat_arrays([parents, parents.take(places)])


def _name_domains(identities: pa.Array) -> bool:
    return bool(pc.any(pc.starts_with(identities, WHOLE_DOMAIN)).as_py())


def _said(t: Transaction, purpose: str, channel: str, identities: list[str] | None) -> pa.Table:
    """What was said of ``identities``, and all that decides whether a no among it still stands."""
    wider = "" if purpose in SERVICE_PURPOSES else MARKETING
    rows = t.consents.about(purpose, channel, identities, denied_purpose=wider)
    if identities is None:
        return rows
    is_shared_no = pc.and_(pc.is_valid(rows["statement"]), pc.not_equal(rows["state"], "granted"))
    statements = pc.unique(rows["statement"].filter(is_shared_no)).to_pylist()
    if not statements:
        return rows
    whole = t.consents.of_statements(purpose, channel, statements, denied_purpose=wider)
    others = set(whole["identity"].to_pylist()).difference(identities)
    answers = t.consents.about(purpose, channel, others)
    every = pa.concat_tables([rows, whole, answers])
    return every.group_by(every.column_names).aggregate([])


def _yes(found: Standing, flat: pa.Array, parents: pa.Array, count: int) -> tuple[pa.Array, pa.Array]:
    """For each person whether any identifier has said yes, and whether one has that ran out."""
    place = pc.index_in(flat, value_set=found.identities)
    granted, expired = (
        _any(parents, pc.fill_null(pa.array(flags).take(place), False), count)
        for flags in (found.yes_at != NEVER, found.is_expired)
    )
    return granted, expired


class _Addresses:
    """The identity that is written to, of some of the people."""

    def __init__(self, key: WorkspaceKey, own: pa.Array, flat: pa.Array, parents: pa.Array, channel: str) -> None:
        self._key, self._own, self._channel = key, own, channel
        self._flat, self._parents = flat, parents

    def of(self, people: Numbers) -> pa.Array:
        """The identity of each of ``people`` whose key is that of its message; null for who has none."""
        namespace = namespace_of(self._channel)
        asked = pc.and_(
            pc.is_in(self._parents, value_set=pa.array(people, self._parents.type)),
            pc.starts_with(self._flat, f"{namespace}:"),
        )
        identities, owners = self._flat.filter(asked), self._parents.filter(asked)
        is_own = pc.equal(address_keys(self._key, identities), self._own.take(owners))
        identities, owners = identities.filter(is_own), owners.filter(is_own)
        return identities.take(pc.index_in(pa.array(people, owners.type), value_set=owners))


def _needs_no_consent(people: pa.Table, purpose: str, basis: LegalBasis) -> pa.Array:
    if basis == "soft_opt_in" and "is_customer" in people.column_names:
        return pc.fill_null(people["is_customer"].combine_chunks(), False)
    is_owed = basis == "contract" and purpose in SERVICE_PURPOSES
    return pa.array([is_owed or basis in {"soft_opt_in", "opt_out"}] * people.num_rows, pa.bool_())


@dataclass(frozen=True)
class _Blocks:
    """The blocks that stand on a channel for a message; those of marketing alone are none for a service."""

    t: Transaction
    channel: str
    is_service: bool

    def active(self, keys: Iterable[str] | None = None) -> pa.Table:
        found = self.t.suppressions.active(self.channel, keys)
        return found.filter(pc.not_equal(found["reason"], NO_MARKETING)) if self.is_service else found


def _suppressed(
    blocks: _Blocks,
    key: WorkspaceKey,
    own: pa.Array,
    held: tuple[pa.Array, pa.Array, pa.Array],
    whole: bool,
) -> pa.Array:
    active = blocks.active() if whole else None
    if active is not None and not active.num_rows:
        return pa.array(np.zeros(len(own), bool))
    is_address = pc.starts_with(held[0], f"{namespace_of(blocks.channel)}:")
    addresses, holders, today = (each.filter(is_address) for each in held)
    keys = address_keys(key, addresses)
    if active is None:
        active = blocks.active(pc.unique(pa.concat_arrays([own, keys])).to_pylist())
    is_own = pc.equal(address_keys(key, today), own.take(holders))  # under a former spelling, too
    blocked = pc.and_(is_own, pc.is_in(keys, value_set=active["address_key"].combine_chunks()))
    of_people = active.filter(pc.is_in(active["reason"], value_set=pa.array(sorted(PERSON_WIDE))))
    elsewhere = pc.is_in(keys, value_set=of_people["address_key"].combine_chunks())
    named = _any(holders, pc.or_(blocked, elsewhere), len(own))
    return pc.or_(pc.is_in(own, value_set=active["address_key"].combine_chunks()), named)


def _any(parents: pa.Array, is_true: pa.Array, count: int) -> pa.Array:
    rows = pa.array(np.arange(count), parents.type)
    return pc.is_in(rows, value_set=pc.unique(parents.filter(is_true)))
