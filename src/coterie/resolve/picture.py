"""The identity graph around one person, as it is drawn: identifiers, and what joins them."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from coterie.engines import Engine, literal
from coterie.resolve.log import BY_HAND, EQUAL, evidence_told
from coterie.words.column import sentence_array


@dataclass(frozen=True)
class IdentityGraph:
    """Identifiers of one profile, the links that hold between them, and the profiles that a person told apart from it.

    ``identifiers``: ``identifier_id, namespace, value, first_seen_at, source``. ``links``: ``left_id, right_id``, the
    ``merge_id`` that rests on it or null, and ``evidence`` in words. ``apart``: ``merge_id, profile_id, since``.
    """

    identifiers: pa.Table
    links: pa.Table
    apart: pa.Table


def identity_graph(engine: Engine, profile: int) -> IdentityGraph:
    """The graph of ``profile``; a link is told once, by a row that named both ends rather than by equal values."""
    asked = {"profile": profile}
    identifiers = engine.query(
        "SELECT identifier_id, namespace, value, first_seen_at, source FROM identifiers WHERE profile_id = $profile "
        "ORDER BY identifier_id",
        asked,
    )
    links = engine.query(_LINKS, asked)
    columns = zip(*(links[name].to_pylist() for name in ("l", "r", "cause")), strict=True)
    told = sentence_array([evidence_told(left, right, cause) for left, right, cause in columns])
    links = links.drop_columns(["l", "r", "cause"]).append_column("evidence", told)
    return IdentityGraph(identifiers, links, engine.query(_APART, asked))


_LINKS = f"""
WITH mine AS (SELECT identifier_id, namespace, value FROM identifiers WHERE profile_id = $profile),
pairs AS (
    SELECT left_id AS l, right_id AS r, source AS cause FROM identity_links
    UNION ALL
    SELECT owner_id, member, source FROM (
        SELECT owner_id, unnest(members) AS member, source FROM identifier_combinations WHERE profile_id = $profile)
    UNION ALL
    SELECT min(identifier_id) OVER (PARTITION BY k.namespace, k.key), identifier_id, {literal(EQUAL)}
    FROM identifier_keys AS k SEMI JOIN mine USING (identifier_id) WHERE NOT is_blocked),
told AS (
    SELECT least(l, r) AS left_id, greatest(l, r) AS right_id,
           coalesce(max(cause) FILTER (cause = {literal(BY_HAND)}), min(cause) FILTER (cause <> {literal(EQUAL)}), {literal(EQUAL)}) AS cause
    FROM pairs WHERE l <> r GROUP BY ALL)
SELECT t.left_id, t.right_id, max(m.merge_id) AS merge_id, any_value(t.cause) AS cause,
       any_value(a.namespace || ' ' || a.value) AS l, any_value(b.namespace || ' ' || b.value) AS r
FROM told AS t JOIN mine AS a ON a.identifier_id = t.left_id JOIN mine AS b ON b.identifier_id = t.right_id
LEFT JOIN merges AS m ON m.undone_at IS NULL AND m.left_id = t.left_id AND m.right_id = t.right_id
GROUP BY t.left_id, t.right_id ORDER BY t.left_id, t.right_id"""

_APART = """
SELECT s.merge_id, j.profile_id, max(m.undone_at) AS since
FROM separations AS s JOIN identifiers AS i ON i.identifier_id = s.identifier_id AND i.profile_id = $profile
JOIN separations AS t ON t.merge_id = s.merge_id AND t.side <> s.side
JOIN identifiers AS j ON j.identifier_id = t.identifier_id
JOIN merges AS m ON m.merge_id = s.merge_id
WHERE j.profile_id IS NOT NULL AND j.profile_id <> $profile GROUP BY ALL ORDER BY ALL"""
