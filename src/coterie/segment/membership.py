"""Who is in which segment as last refreshed. How that is stored is known here and to the refresh alone.

``membership_flags`` has a row a profile and a BOOLEAN a segment, ``memberships`` shows it as
(segment, profile), ``membership_changes`` is the log; other rooms ask the functions below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coterie.engines import Engine, identifier

FLAGS, LONG, LOG = "membership_flags", "memberships", "membership_changes"


def refreshed_segments(engine: Engine) -> list[str]:
    """The segments that have members or could have, as last refreshed; none before the first refresh."""
    if FLAGS not in engine.tables():
        return []
    return [name for name in engine.columns(FLAGS) if name != "profile_id"]


def members_sql(engine: Engine) -> str:
    """SQL of everybody's segments, ``segment, profile_id``; of no rows before the first refresh.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.query(f"SELECT count(*) AS n FROM ({members_sql(engine)})").to_pylist()
    [{'n': 0}]
    """
    if LONG not in engine.tables():
        return "SELECT '' AS segment, profile_id FROM profiles WHERE FALSE"
    return f"SELECT segment, profile_id FROM {LONG}"


def flags_sql(segments: Iterable[str]) -> str:
    """SQL of ``profile_id`` and a BOOLEAN for each of ``segments``, which must have been refreshed."""
    return f"SELECT {', '.join(map(identifier, ['profile_id', *dict.fromkeys(segments)]))} FROM {FLAGS}"


def segments_of(engine: Engine, profiles: Sequence[int]) -> dict[int, list[str]]:
    """Profile → the names of its segments, in order; those in none are left out."""
    rows = engine.query(
        f"SELECT profile_id, segment FROM ({members_sql(engine)}) AS m WHERE list_contains($profiles, profile_id)"
        " ORDER BY profile_id, segment",
        {"profiles": list(profiles)},
    )
    found: dict[int, list[str]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["profile_id"], []).append(row["segment"])
    return found


def next_refresh(engine: Engine) -> int:
    """The number of the refresh to come, above every one that left a trace."""
    rows = engine.query(
        "SELECT greatest((SELECT coalesce(max(refresh_id), 0) FROM segment_history),"
        f" (SELECT coalesce(max(refresh_id), 0) FROM {LOG})) + 1 AS n"
    )
    return int(rows["n"][0].as_py())
