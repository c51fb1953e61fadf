"""The keyed hash of an address, by which blocks and messages are kept."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers import identity_of
from coterie.protect.keys import WorkspaceKey

CHANNEL_NAMESPACES = {"email": "email", "sms": "phone", "phone": "phone"}
"""Channel → namespace of the identifiers that are addresses on it."""


def namespace_of(channel: str) -> str:
    """The namespace of the addresses on ``channel``: its own name, where it has none of another.

    >>> namespace_of("sms"), namespace_of("wechat")
    ('phone', 'wechat')
    """
    return CHANNEL_NAMESPACES.get(channel, channel)


def address_keys(key: WorkspaceKey, identities: pa.Array) -> pa.Array:
    """The keyed hash of each ``namespace:key`` (``identities_of``), by which suppressions are kept."""
    distinct = pc.unique(identities)
    hashed = pa.array(key.hashes_of("address", distinct.to_pylist()), pa.string())
    return hashed.take(pc.index_in(identities, value_set=distinct))


def address_key(key: WorkspaceKey, channel: str, address: str, country: str = "") -> str:
    """The keyed hash of one address on a channel; ``country`` is where a local phone number is dialled.

    >>> key = WorkspaceKey(b"k" * 32)
    >>> address_key(key, "email", "A@x.example") == address_key(key, "email", "Ann <a@X.example> ")
    True
    """
    return key.hash_of("address", identity_of(namespace_of(channel), address, country))
