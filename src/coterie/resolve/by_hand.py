"""Say who is who by hand: two profiles are one, or are two for good."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from coterie.domain import Clock, utc_now
from coterie.engines import Engine
from coterie.errors import Refused
from coterie.resolve.log import BY_HAND, REFUSED
from coterie.resolve.merging import resolve
from coterie.settings import WorkspaceSettings
from coterie.words import sentence


class MergeResult(BaseModel):
    """Two profiles made one: the merge that says so, who was kept, who became part of it, and how many identifiers moved."""

    model_config = ConfigDict(frozen=True)

    merge_id: int
    kept_profile_id: int
    merged_profile_id: int
    moved: int


class ApartResult(BaseModel):
    """Two profiles that stay two; ``merge_id`` is the line of the log that says so."""

    model_config = ConfigDict(frozen=True)

    merge_id: int
    profile_id: int
    other_profile_id: int


def merge(
    engine: Engine, one: int, other: int, *, settings: WorkspaceSettings | None = None, clock: Clock = utc_now
) -> MergeResult:
    """Make one person of two profiles; ``unmerge`` takes them apart again.

    Whoever said before that the two are different people is overruled. Raises ``Refused``, with nothing changed, where
    they are one already, or one person may not hold what both have (``identity`` in the settings).
    """
    low, high = _two(one, other)
    with engine.transaction():
        _forget_separations(engine, low, high)
        moved = _identifiers(engine, high)
        link = {
            "left_id": pa.array([low], pa.int64()),
            "right_id": pa.array([high], pa.int64()),
            "evidence": pa.array([BY_HAND]),
            "linked_at": pa.array([clock()], pa.timestamp("us")),
            "source": pa.array([BY_HAND]),
        }
        engine.execute(f"INSERT INTO identity_links BY NAME FROM {engine.aside('link', pa.table(link))}")
        resolve(engine, settings=settings, clock=clock)
        if len({_profile_of(engine, each) for each in (low, high)}) > 1:
            raise Refused(
                sentence(
                    "persons {one} and {other} cannot be one: they would hold more identifiers of a kind than one person may, or one of "
                    "them is named by nothing that joins people; see `identity` in coterie.yaml",
                    one=low,
                    other=high,
                )
            )
        found = engine.query("SELECT max(merge_id) AS n FROM merges WHERE undone_at IS NULL")["n"][0].as_py()
    return MergeResult(merge_id=found, kept_profile_id=low, merged_profile_id=high, moved=moved)


def keep_apart(engine: Engine, one: int, other: int, clock: Clock = utc_now) -> ApartResult:
    """Remember that two profiles are different people: later resolves join them by nothing.

    Raises ``Refused`` where they are one profile: then the merge that made it is undone instead.
    """
    low, high = _two(one, other)
    with engine.transaction():
        number = int(engine.query("SELECT coalesce(max(merge_id), 0) + 1 AS n FROM merges")["n"][0].as_py())
        now = clock()
        engine.execute(f"INSERT INTO merges BY NAME FROM {engine.aside('refused', _refusal(number, low, high, now))}")
        engine.execute(
            "INSERT INTO separations BY NAME SELECT CAST($id AS BIGINT) AS merge_id, identifier_id, "
            "CAST(CASE WHEN profile_id = $low THEN 1 ELSE 2 END AS INTEGER) AS side FROM identifiers "
            "WHERE profile_id IN ($low, $high)",
            {"id": number, "low": low, "high": high},
        )
    return ApartResult(merge_id=number, profile_id=low, other_profile_id=high)


def _two(one: int, other: int) -> tuple[int, int]:
    if one == other:
        raise Refused(sentence("both name person {number}; name two that are not one yet", number=one))
    return min(one, other), max(one, other)


def _refusal(number: int, low: int, high: int, now: datetime) -> pa.Table:
    numbers = {
        "merge_id": number,
        "kept_profile_id": low,
        "merged_profile_id": high,
        "left_id": low,
        "right_id": high,
    }
    columns = {name: pa.array([value], pa.int64()) for name, value in numbers.items()}
    instants = {name: pa.array([now], pa.timestamp("us")) for name in ("merged_at", "undone_at")}
    return pa.table({**columns, "evidence": pa.array([REFUSED]), **instants})


def _forget_separations(engine: Engine, low: int, high: int) -> None:
    engine.execute(
        """DELETE FROM separations WHERE merge_id IN (
            SELECT s.merge_id FROM separations AS s JOIN separations AS t USING (merge_id)
            JOIN identifiers AS i ON i.identifier_id = s.identifier_id
            JOIN identifiers AS j ON j.identifier_id = t.identifier_id
            WHERE s.side <> t.side AND i.profile_id = $low AND j.profile_id = $high)""",
        {"low": low, "high": high},
    )


def _identifiers(engine: Engine, profile: int) -> int:
    rows = engine.query("SELECT count(*) AS n FROM identifiers WHERE profile_id = $profile", {"profile": profile})
    return int(rows["n"][0].as_py())


def _profile_of(engine: Engine, number: int) -> int | None:
    rows = engine.query("SELECT profile_id FROM identifiers WHERE identifier_id = $id", {"id": number})
    found: int | None = rows["profile_id"][0].as_py()
    return found
