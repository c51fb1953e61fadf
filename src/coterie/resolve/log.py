"""The log of merges and what each rests on, in words; households, which are groups and never merges."""

from __future__ import annotations

import pyarrow as pa

from coterie.engines import Engine
from coterie.words import Sentence, sentence
from coterie.words.column import sentence_array

EQUAL = "="
"""Evidence of a merge whose two values are equal once normalized; other evidence names the source of the row."""


def list_merges(engine: Engine, *, profile_id: int | None = None, limit: int | None = None) -> pa.Table:
    """The merges, newest first: who was kept, who became part of it, when, why, and whether it was undone.

    Columns ``merge_id, kept_profile_id, merged_profile_id, evidence, merged_at,
    undone_at, profile_id`` (the profile that the merged identifiers belong to now).
    ``profile_id`` keeps to merges that this profile stands on; ``limit`` to the newest.
    """
    rows = engine.query(
        f"""SELECT m.merge_id, m.kept_profile_id, m.merged_profile_id, m.merged_at, m.undone_at, m.evidence AS cause,
            coalesce(l.namespace || ' ' || l.value, '?') AS l, coalesce(r.namespace || ' ' || r.value, '?') AS r,
            n.profile_id
        FROM merges AS m LEFT JOIN identifiers AS l ON l.identifier_id = m.left_id
        LEFT JOIN identifiers AS r ON r.identifier_id = m.right_id
        LEFT JOIN identifiers AS n ON n.identifier_id = m.merged_profile_id
        WHERE $profile IS NULL OR $profile IN (l.profile_id, r.profile_id)
        ORDER BY m.merge_id DESC {"" if limit is None else f"LIMIT {int(limit)}"}""",
        {"profile": profile_id},
    )
    evidence = [
        _sentence(left, right, cause)
        for left, right, cause in zip(*(rows[name].to_pylist() for name in ("l", "r", "cause")), strict=True)
    ]
    told = rows.drop_columns(["l", "r", "cause"])
    return told.add_column(3, "evidence", sentence_array(evidence))


def _sentence(left: str, right: str, cause: str | None) -> Sentence:
    if cause == EQUAL:
        return sentence("{left} and {right} are the same once normalized", left=left, right=right)
    if cause:
        return sentence("{left} and {right} stand in one row of {source}", left=left, right=right, source=cause)
    return sentence("{left} and {right} stand in one row", left=left, right=right)


def list_households(engine: Engine) -> pa.Table:
    """Who belongs to which household: columns ``household, profile_id``, one row a membership.

    A profile belongs to a household when one of its identifiers stands in a row with the
    household, or when the household is all that is known of it.
    """
    return engine.query(
        """SELECT DISTINCT h.value AS household, p.profile_id FROM identifiers AS h JOIN (
            SELECT left_id AS household_id, right_id AS person_id FROM identity_links
            UNION SELECT right_id, left_id FROM identity_links
        ) AS l ON l.household_id = h.identifier_id JOIN identifiers AS p ON p.identifier_id = l.person_id
        WHERE h.namespace = 'household_id' AND p.namespace <> 'household_id'
        UNION SELECT h.value, h.profile_id FROM identifiers AS h WHERE h.namespace = 'household_id' AND NOT EXISTS (
            SELECT 1 FROM identity_links WHERE h.identifier_id IN (left_id, right_id))
        ORDER BY ALL"""
    )
