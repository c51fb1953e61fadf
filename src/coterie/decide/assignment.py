"""Arms by a salted hash: the same profile meets the same arm, whenever and wherever it is asked.

The position of a profile in an experiment is the first 52 bits of ``sha256(salt|key)`` as a
fraction, so that 52 bits fit a float exactly and SQL and Python agree to the last bit. The key is
the profile's smallest identifier, ``namespace:value`` in small letters, which no order of loading
changes. As in *Trustworthy Online Controlled Experiments* (Kohavi,
Tang, Xu 2020, ch. 14): the hash spreads evenly, and salts make experiments independent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import accumulate

import numpy as np
import pyarrow as pa

from coterie.engines import Engine
from coterie.errors import Refused
from coterie.profile import drawn_keys_sql
from coterie.words import sentence

_BITS = 52
_POSITIONS = {
    "duckdb": "CAST('0x' || substr(sha256($salt || '|' || CAST({id} AS VARCHAR)), 1, 13) AS BIGINT) / CAST($whole AS DOUBLE)",
    "spark": "CAST(conv(substr(sha2($salt || '|' || CAST({id} AS STRING), 256), 1, 13), 16, 10) AS BIGINT) / CAST($whole AS DOUBLE)",
}


def position_of(salt: str, key: str) -> float:
    """Where the profile whose smallest identifier is ``key`` stands in ``[0, 1)``.

    >>> position_of("spring", "email:ann@example.com")
    0.3568059046018426
    """
    first = hashlib.sha256(f"{salt}|{key}".encode()).hexdigest()[:13]
    return int(first, 16) / float(2**_BITS)


def position_sql(engine: Engine, salt: str, column: str) -> tuple[str, dict[str, object]]:
    """The same as a SQL expression over the ``column`` of keys (already quoted), and the values it binds."""
    if engine.dialect not in _POSITIONS:
        known = ", ".join(sorted(_POSITIONS))
        raise Refused(
            sentence(
                "arms cannot be assigned on {engine}; engines that can: {known}", engine=engine.dialect, known=known
            )
        )
    return _POSITIONS[engine.dialect].format(id=column), {"salt": salt, "whole": 2**_BITS}


def arms_at(positions: pa.Array, shares: Mapping[str, float]) -> pa.Array:
    """The arm of each position. The arms divide ``[0, 1)`` in their order; the last takes what rounding leaves.

    >>> arms_at(pa.array([0.05, 0.5]), {"holdout": 0.1, "message": 0.9}).to_pylist()
    ['holdout', 'message']
    """
    names = list(shares)
    edges = np.array(list(accumulate(shares.values()))[:-1])
    chosen = np.searchsorted(edges, np.asarray(positions), side="right")
    return pa.array(names, pa.string()).take(pa.array(chosen, pa.int64()))


def assign_arms(engine: Engine, profiles: str, salt: str, shares: Mapping[str, float]) -> pa.Table:
    """``profile_id, arm, propensity`` of every profile of the query ``profiles``, in order of profile.

    ``profiles`` is SQL that gives ``profile_id`` once each.
    """
    expression, values = position_sql(engine, salt, "key")
    drawn = drawn_keys_sql(engine, profiles)
    rows = engine.query(
        f"SELECT profile_id, {expression} AS position FROM ({drawn}) AS chosen ORDER BY profile_id", values
    )
    arms = arms_at(rows["position"].combine_chunks(), shares)
    return pa.table({"profile_id": rows["profile_id"], "arm": arms, "propensity": propensities(arms, shares)})


def propensities(arms: pa.Array, shares: Mapping[str, float]) -> pa.Array:
    """How likely each arm was."""
    place = pa.compute.index_in(arms, value_set=pa.array(list(shares), pa.string()))
    return pa.array(list(shares.values()), pa.float64()).take(place)
