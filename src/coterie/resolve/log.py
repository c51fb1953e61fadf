"""The log of merges and what each rests on, in words."""

from __future__ import annotations

import pyarrow as pa

from coterie.engines import Engine
from coterie.words import Sentence, sentence
from coterie.words.column import sentence_array

EQUAL = "="
"""Evidence of a merge whose two values are equal once normalized; other evidence names the source of the row."""
BY_HAND, REFUSED = "=by hand", "=refused"
"""Evidence of a merge that a person made, and of one that a person forbade; no source is called so."""


def list_merges(engine: Engine, *, profile_id: int | None = None, limit: int | None = None) -> pa.Table:
    """The merges, newest first: who was kept, who became part of it, when, why, and whether it was undone.

    Columns ``merge_id, kept_profile_id, merged_profile_id, evidence, merged_at,
    undone_at, profile_id`` (the profile that the merged identifiers belong to now).
    ``profile_id`` keeps to merges that this profile stands on; ``limit`` to the newest.
    """
    rows = engine.query(
        f"""SELECT {_COLUMNS} {_FROM} WHERE $profile IS NULL OR $profile IN (l.profile_id, r.profile_id)
        ORDER BY m.merge_id DESC {"" if limit is None else f"LIMIT {int(limit)}"}""",
        {"profile": profile_id},
    )
    return _told(rows)


def merges_of(engine: Engine, people: str) -> dict[int, list[dict[str, object]]]:
    """Profile → the rows that ``list_merges`` has of it, for those of the table ``people`` (``profile_id``) that any merge stands on."""
    rows = engine.query(
        f"""SELECT m.* EXCLUDE (ends) FROM (
            SELECT unnest(list_distinct(ends)) AS of_profile, * FROM (SELECT {_COLUMNS}, [l.profile_id, r.profile_id] AS ends {_FROM})
        ) AS m SEMI JOIN {people} AS p ON p.profile_id = m.of_profile ORDER BY merge_id DESC"""
    )
    found: dict[int, list[dict[str, object]]] = {}
    told = _told(rows.drop_columns(["of_profile"])).to_pylist()
    for profile, row in zip(rows["of_profile"].to_pylist(), told, strict=True):
        found.setdefault(profile, []).append(row)
    return found


_COLUMNS = """m.merge_id, m.kept_profile_id, m.merged_profile_id, m.merged_at, m.undone_at, m.evidence AS cause,
    coalesce(l.namespace || ' ' || l.value, '?') AS l, coalesce(r.namespace || ' ' || r.value, '?') AS r, n.profile_id"""
_FROM = """FROM merges AS m LEFT JOIN identifiers AS l ON l.identifier_id = m.left_id
    LEFT JOIN identifiers AS r ON r.identifier_id = m.right_id
    LEFT JOIN identifiers AS n ON n.identifier_id = m.merged_profile_id"""


def _told(rows: pa.Table) -> pa.Table:
    """The rows with what each merge rests on as a sentence."""
    evidence = [
        evidence_told(left, right, cause)
        for left, right, cause in zip(*(rows[name].to_pylist() for name in ("l", "r", "cause")), strict=True)
    ]
    return rows.drop_columns(["l", "r", "cause"]).add_column(3, "evidence", sentence_array(evidence))


def evidence_told(left: str, right: str, cause: str | None) -> Sentence:
    """What a link between two identifiers rests on, as a sentence."""
    if cause == BY_HAND:
        return sentence("{left} and {right} were joined by hand", left=left, right=right)
    if cause == REFUSED:
        return sentence("{left} and {right} were said to be different people", left=left, right=right)
    if cause == EQUAL:
        return sentence("{left} and {right} are the same once normalized", left=left, right=right)
    if cause:
        return sentence("{left} and {right} stand in one row of {source}", left=left, right=right, source=cause)
    return sentence("{left} and {right} stand in one row", left=left, right=right)
