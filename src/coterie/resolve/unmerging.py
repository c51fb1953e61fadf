"""Undo a merge, for good."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from coterie.domain import Clock, utc_now
from coterie.engines import Engine
from coterie.errors import Refused
from coterie.resolve.graph import Integers, connect, smallest
from coterie.resolve.naming import rewrite_profiles
from coterie.words import sentence


class UnmergeResult(BaseModel):
    """The two profiles that one became, and how many identifiers moved to ``restored_profile_id``."""

    model_config = ConfigDict(frozen=True)

    merge_id: int
    kept_profile_id: int
    restored_profile_id: int
    moved: int


def unmerge(engine: Engine, merge_id: int, clock: Clock = utc_now) -> UnmergeResult:
    """Take the two sides of a merge apart again, exactly as they were joined.

    Identifiers that joined later stay with the side they joined. The two sides are
    remembered as different people: later resolves keep them apart whatever links them,
    and whatever newly links both joins neither. Raises ``Refused`` when there is no such
    merge or it holds no more.
    """
    with engine.transaction():
        merge = _merge_in_force(engine, merge_id)
        ids, sides = _sides(engine, merge_id, merge["left_id"])
        profiles = smallest(sides, ids)
        known = pa.table({"identifier_id": ids, "side": sides.astype(np.int32)})
        rows = known.append_column("merge_id", pa.array(np.full(len(ids), merge_id), pa.int64()))
        engine.write("separations", rows)
        moved = profiles != profiles.min()
        restored = pa.table({"identifier_id": ids[moved], "profile_id": profiles[moved]})
        rewrite_profiles(engine, engine.aside("moved", restored))
        engine.execute("UPDATE merges SET undone_at = $now WHERE merge_id = $id", {"now": clock(), "id": merge_id})
    return UnmergeResult(
        merge_id=merge_id,
        kept_profile_id=int(profiles.min()),
        restored_profile_id=int(profiles.max()),
        moved=int(moved.sum()),
    )


def _merge_in_force(engine: Engine, merge_id: int) -> dict[str, int]:
    found = engine.query("SELECT * FROM merges WHERE merge_id = $id", {"id": merge_id}).to_pylist()
    if not found:
        last = engine.query("SELECT max(merge_id) AS last FROM merges")["last"][0].as_py()
        if last:
            raise Refused(sentence("there is no merge {id}; they are numbered 1 to {last}", id=merge_id, last=last))
        raise Refused(sentence("there is no merge {id}; nothing was merged yet", id=merge_id))
    if found[0]["undone_at"] is not None:
        raise Refused(
            sentence(
                "merge {id} was undone at {at:%Y-%m-%d %H:%M}; nothing is left to undo",
                id=merge_id,
                at=found[0]["undone_at"],
            )
        )
    return dict(found[0])


def _sides(engine: Engine, merge_id: int, left: int) -> tuple[Integers, Integers]:
    """The identifiers of the merged profile, ascending, and the side (1 or 2) each falls to without this merge."""
    ids = engine.query(
        """SELECT identifier_id FROM identifiers WHERE profile_id = (
            SELECT profile_id FROM identifiers WHERE identifier_id = $left) ORDER BY identifier_id""",
        {"left": left},
    )["identifier_id"].to_numpy()
    others = engine.query(
        """SELECT left_id, right_id FROM merges SEMI JOIN (
            SELECT identifier_id AS left_id FROM identifiers WHERE profile_id = (
                SELECT profile_id FROM identifiers WHERE identifier_id = $left)) USING (left_id)
        WHERE undone_at IS NULL AND merge_id <> $id""",
        {"left": left, "id": merge_id},
    )
    ends = [np.searchsorted(ids, others[name].to_numpy()) for name in ("left_id", "right_id")]
    labels = connect(len(ids), *ends)
    return ids, np.where(labels == labels[np.searchsorted(ids, left)], 1, 2)
