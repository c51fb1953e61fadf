"""Which words of people stand: the newest yes of each identity, and every no that no later yes answers.

A row of a file is one statement about all identities it names. It says no until each address
it names (or each identity, where it names no address) has said yes later; or until the very
address to be written to has, where the statement names no other address of the channel.
In doubt it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from coterie.protect.keys import are_addresses, namespace_of

NEVER = np.iinfo(np.int64).min
Numbers: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Standing:
    """What was said, by the places of ``identities``.

    ``yes_at`` is the instant of a yes that holds (``NEVER`` without one), ``is_expired`` that
    the newest has run out. Each standing no is a row: whom it names, when, whether it only is
    ``open`` (not confirmed), how many addresses of the channel its statement names.
    """

    identities: pa.Array
    yes_at: Numbers
    is_expired: Flags
    no_identity: Numbers
    no_at: Numbers
    no_is_open: Flags
    no_statement: Numbers
    no_addresses: Numbers


def standing(rows: pa.Table, channel: str, now: datetime) -> Standing:
    """What ``rows`` of the ledger come to at ``now``. Whole statements have to be among them."""
    rows = rows.sort_by([("effective_at", "ascending"), ("consent_id", "ascending")]).combine_chunks()
    identities = pc.unique(rows["identity"]) if rows.num_rows else pa.array([], pa.string())
    place = pc.index_in(rows["identity"], value_set=identities).to_numpy().astype(np.int64)
    at = rows["effective_at"].cast(pa.int64()).to_numpy()
    is_yes = pc.equal(rows["state"], "granted").to_numpy().astype(bool)
    ran_out = pc.fill_null(pc.less_equal(rows["expires_at"], pa.scalar(now, pa.timestamp("us"))), False).to_numpy()
    yes_at, is_expired = np.full(len(identities), NEVER), np.zeros(len(identities), bool)
    yes_at[place[is_yes]] = np.where(ran_out[is_yes], NEVER, at[is_yes])  # in their order, so that the newest stays
    is_expired[place[is_yes]] = ran_out[is_yes]
    no = ~is_yes
    statement = pc.coalesce(rows["statement"], pc.negate(rows["consent_id"])).to_numpy()[no]
    is_open = pc.equal(rows["state"], "unconfirmed").to_numpy().astype(bool)[no]
    refused = _Refusals(place[no], at[no], is_open, statement, identities, yes_at, channel)
    stands, addresses = refused.standing()
    return Standing(
        identities, yes_at, is_expired, refused.identity[stands], refused.at[stands], refused.is_open[stands],
        refused.statement[stands], addresses[stands],
    )  # fmt: skip


@dataclass(frozen=True)
class _Refusals:
    identity: Numbers
    at: Numbers
    is_open: Flags
    statement: Numbers
    identities: pa.Array
    yes_at: Numbers
    channel: str

    def standing(self) -> tuple[Flags, Numbers]:
        """Of each row whether its statement stands, and how many addresses of the channel that names."""
        if not len(self.statement):
            return np.zeros(0, bool), np.zeros(0, np.int64)
        _, group = np.unique(self.statement, return_inverse=True)
        is_address = self._of(are_addresses(self.identities, [self.channel]))
        of_channel = self._of(pc.starts_with(self.identities, f"{namespace_of(self.channel)}:"))
        names_some = np.bincount(group, weights=is_address) > 0
        decides = is_address | ~names_some[group]
        answered_at = np.full(len(names_some), np.iinfo(np.int64).max)
        np.minimum.at(answered_at, group[decides], self.yes_at[self.identity[decides]])
        return answered_at[group] <= self.at, np.bincount(group, weights=of_channel).astype(np.int64)[group]

    def _of(self, flags: pa.Array) -> Flags:
        return np.asarray(flags.to_numpy(zero_copy_only=False), bool)[self.identity]


def holds(
    found: Standing,
    flat: pa.Array,
    parents: Numbers,
    count: int,
    own_address: Callable[[Numbers], pa.Array],
) -> tuple[Flags, Flags]:
    """For each of ``count`` people whether a no stands against them, and whether only an unconfirmed answer does.

    ``flat`` are the identities of all, ``parents`` whose each is. ``own_address`` gives the
    identity that is to be written to, of the people asked for.
    """
    denied, unconfirmed = np.zeros(count, bool), np.zeros(count, bool)
    if not len(found.no_identity):
        return denied, unconfirmed
    order = np.argsort(found.no_identity, kind="stable")
    sorted_no = found.no_identity[order]
    place = pc.fill_null(pc.index_in(flat, value_set=found.identities), -1).to_numpy().astype(np.int64)
    first = np.searchsorted(sorted_no, place, side="left")
    several = np.where(place < 0, 0, np.searchsorted(sorted_no, place, side="right") - first)
    person = np.repeat(parents, several)
    within = np.arange(several.sum()) - np.repeat(np.cumsum(several) - several, several)
    no = order[np.repeat(first, several) + within]
    stands = ~_answered_at_the_address(found, person, no, own_address)
    person, is_open = person[stands], found.no_is_open[no[stands]]
    denied[person[~is_open]] = True
    unconfirmed[person[is_open]] = True
    return denied, unconfirmed


def _answered_at_the_address(
    found: Standing, person: Numbers, no: Numbers, own_address: Callable[[Numbers], pa.Array]
) -> Flags:
    """Whether the address to be written to said yes after each no, and the no names no other address."""
    if not len(person):
        return np.zeros(0, bool)
    people, which = np.unique(person, return_inverse=True)
    own = pc.fill_null(pc.index_in(own_address(people), value_set=found.identities), -1).to_numpy().astype(np.int64)
    own = own[which]
    yes_at = np.where(own < 0, NEVER, found.yes_at[own]) if len(found.yes_at) else np.full(len(own), NEVER)
    named = np.unique(np.stack([found.no_statement, found.no_identity], axis=1), axis=0)
    names_own = _among(np.stack([found.no_statement[no], own], axis=1), named)
    others = found.no_addresses[no] - names_own
    answered: Flags = (yes_at > found.no_at[no]) & (others == 0)
    return answered


def _among(
    pairs: np.ndarray[tuple[int, int], np.dtype[np.int64]], known: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> Flags:
    kind = np.dtype([("statement", np.int64), ("identity", np.int64)])
    left, right = (np.ascontiguousarray(each).view(kind).ravel() for each in (pairs, known))
    found: Flags = np.isin(left, right)
    return found
