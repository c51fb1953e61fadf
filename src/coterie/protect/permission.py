"""Who may be written to: consent and suppression over a whole set at once.

The audience of a campaign and the transaction that sends ask the same function, so the
two cannot disagree.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from coterie.protect.addresses import CHANNEL_NAMESPACES, address_keys
from coterie.protect.keys import WorkspaceKey
from coterie.protect.legal import LegalBasis
from coterie.protect.suppression import PERSON_WIDE
from coterie.store import Transaction

_WHOLE_READ = 20_000  # from here on, reading everybody's rows once beats asking for each
_GRANTED, _EXPIRED, _DENIED = 1, 2, 4


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
    the audience has checked it). The newest word of each identifier counts; between the
    identifiers of a person, no outranks yes; suppression outranks both.
    """
    identities = people["identities"].combine_chunks()
    flat, parents = pc.list_flatten(identities), pc.list_parent_indices(identities)
    chosen = None if people.num_rows > _WHOLE_READ else pc.unique(flat).to_pylist()
    standing = _standing(t.consents.about(purpose, channel, chosen), now)
    flags = pc.fill_null(standing["flag"].take(pc.index_in(flat, value_set=standing["identity"])), 0)
    denied, granted, expired = (
        _any(parents, pc.equal(flags, flag), people.num_rows) for flag in (_DENIED, _GRANTED, _EXPIRED)
    )
    suppressed = _suppressed(t, key, people["address_key"].combine_chunks(), flat, parents, channel, chosen is None)
    unasked = pc.if_else(expired, "consent_expired", "no_consent")
    refused = pc.if_else(pc.or_(granted, _needs_no_consent(people, basis)), pa.scalar(None, pa.string()), unasked)
    # A service that a contract promises is owed in spite of a no to marketing, never in spite of a suppression.
    refused = pc.if_else(denied, "consent_denied", refused) if basis != "contract" else refused
    return pc.if_else(suppressed, "suppressed", refused)


def _needs_no_consent(people: pa.Table, basis: LegalBasis) -> pa.Array:
    if basis == "soft_opt_in" and "is_customer" in people.column_names:
        return pc.fill_null(people["is_customer"].combine_chunks(), False)
    return pa.array([basis != "opt_in"] * people.num_rows, pa.bool_())


def _standing(rows: pa.Table, now: datetime) -> dict[str, pa.Array]:
    """The newest word of each identity. Of two at one instant, no counts."""
    is_yes = pc.equal(rows["state"], "granted")
    ran_out = pc.fill_null(pc.less_equal(rows["expires_at"], pa.scalar(now, pa.timestamp("us"))), False)
    flag = pc.if_else(is_yes, pc.if_else(ran_out, _EXPIRED, _GRANTED), _DENIED)
    ranked = rows.append_column("is_no", pc.invert(is_yes)).append_column("flag", flag.cast(pa.int8()))
    order = [(name, "ascending") for name in ("identity", "effective_at", "is_no", "consent_id")]
    ranked = ranked.sort_by(order)
    identity = ranked["identity"].combine_chunks()
    is_last = pa.array([True] * min(1, len(identity)), pa.bool_())
    if len(identity) > 1:
        is_last = pa.concat_arrays([pc.not_equal(identity[:-1], identity[1:]), is_last])
    return {
        "identity": identity.filter(is_last),
        "flag": ranked["flag"].combine_chunks().filter(is_last),
    }


def _suppressed(
    t: Transaction,
    key: WorkspaceKey,
    own: pa.Array,
    identities: pa.Array,
    parents: pa.Array,
    channel: str,
    whole: bool,
) -> pa.Array:
    active = t.suppressions.active(channel) if whole else None
    if active is not None and not active.num_rows:
        return pa.array(np.zeros(len(own), bool))
    is_address = pc.starts_with(identities, f"{CHANNEL_NAMESPACES.get(channel, channel)}:")
    addresses, holders = identities.filter(is_address), parents.filter(is_address)
    keys = address_keys(key, addresses)
    if active is None:
        active = t.suppressions.active(channel, pc.unique(pa.concat_arrays([own, keys])).to_pylist())
    of_people = active.filter(pc.is_in(active["reason"], value_set=pa.array(sorted(PERSON_WIDE))))
    elsewhere = _any(holders, pc.is_in(keys, value_set=of_people["address_key"].combine_chunks()), len(own))
    return pc.or_(pc.is_in(own, value_set=active["address_key"].combine_chunks()), elsewhere)


def _any(parents: pa.Array, is_true: pa.Array, count: int) -> pa.Array:
    rows = pa.array(np.arange(count), parents.type)
    return pc.is_in(rows, value_set=pc.unique(parents.filter(is_true)))
