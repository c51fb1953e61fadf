"""Whether anything changed since the last resolve, so that a refresh without news costs nothing."""

from __future__ import annotations

import hashlib

from coterie.engines import Engine, keep_fact, read_fact
from coterie.identifiers import FILLER, Matcher
from coterie.resolve.accounts import RULE
from coterie.resolve.edges import groups_are_people

_NAME = "resolve"


def read_conclusion(engine: Engine, matchers: dict[str, Matcher]) -> dict[str, int] | None:
    """The counts of the last resolve, when it saw these very identifiers, links, keys and limits; else None."""
    known = read_fact(engine, _NAME)
    if known is None:
        return None
    seen, shared, oversized = known.split(" ")
    if seen != _fingerprint(engine, matchers):
        return None
    return {"merged": 0, "parted": 0, "moved": 0, "shared": int(shared), "oversized": int(oversized)}


def write_conclusion(engine: Engine, matchers: dict[str, Matcher], *, shared: int, oversized: int) -> None:
    """Remember what the resolve that has just ended saw."""
    keep_fact(engine, _NAME, f"{_fingerprint(engine, matchers)} {shared} {oversized}")


def _fingerprint(engine: Engine, matchers: dict[str, Matcher]) -> str:
    """A digest of all that profiles depend on, and of the profiles themselves; independent of the order of rows."""
    sums = engine.query(
        """SELECT (SELECT sum(hash(identifier_id, profile_id)) FROM identifiers) AS people,
            (SELECT sum(hash(identifier_id, key, is_blocked)) FROM identifier_keys) AS keys,
            (SELECT sum(hash(least(left_id, right_id), greatest(left_id, right_id))) FROM identity_links) AS links,
            (SELECT sum(hash(merge_id, identifier_id, side)) FROM separations) AS apart,
            (SELECT sum(hash(combination_id, members, owner_id, profile_id)) FROM identifier_combinations) AS rows,
            -- Whether rows of its own belong to a shared value changes with any load.
            CASE WHEN EXISTS (SELECT 1 FROM shared_identifiers) THEN (SELECT max(batch_id) FROM batches) END AS newest"""
    ).to_pylist()[0]
    limits = [
        (
            each.namespace,
            each.strength,
            each.shared_by_at_most,
            each.at_most_per_profile,
            each.joins,
            each.is_group,
            each.addresses_at_most,
        )
        for each in matchers.values()
    ]
    text = repr((sorted(sums.items()), sorted(limits), groups_are_people(engine, matchers), RULE, FILLER))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
