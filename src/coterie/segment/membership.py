"""Who is in which segment as last refreshed. How that is stored is known here and to the refresh alone.

``membership_flags`` has a row a profile and a BOOLEAN a segment, ``memberships`` shows it as
(segment, profile), ``membership_changes`` is the log; other rooms ask the functions below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pyarrow as pa

from coterie.engines import Engine, identifier, literal
from coterie.errors import NotReady
from coterie.words import sentence

FLAGS, LONG, LOG = "membership_flags", "memberships", "membership_changes"


def refreshed_segments(engine: Engine) -> list[str]:
    """The segments that have members or could have, as last refreshed; none before the first refresh."""
    if FLAGS not in engine.tables():
        return []
    return [name for name in engine.columns(FLAGS) if name != "profile_id"]


def sizes(engine: Engine) -> tuple[dict[str, int], int]:
    """Segment → how many are in it now, and how many profiles there are; none before the first refresh."""
    names = refreshed_segments(engine)
    counts = "".join(f", COUNT_IF({identifier(name)}) AS {identifier(name)}" for name in names)
    table = FLAGS if names else "profiles"
    row = engine.query(f"SELECT COUNT(*) AS profile_id{counts} FROM {table}").to_pylist()[0]
    return {name: int(row[name]) for name in names}, int(row["profile_id"])


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
    if FLAGS not in engine.tables():
        return {}
    # Their rows of flags: the long form would be made of everybody before they are picked from it.
    rows = engine.query(
        f"SELECT * FROM {FLAGS} WHERE list_contains($profiles, profile_id) ORDER BY profile_id",
        {"profiles": list(profiles)},
    )
    found: dict[int, list[str]] = {}
    for row in rows.to_pylist():
        profile = row.pop("profile_id")
        if names := sorted(name for name, is_member in row.items() if is_member):
            found[profile] = names
    return found


def entered_at(engine: Engine, profile: int) -> dict[str, datetime]:
    """Segment → when ``profile`` last entered it, as the log has it."""
    if LOG not in engine.tables():
        return {}
    rows = engine.query(
        f"SELECT segment, max(as_of) AS since FROM {LOG} WHERE profile_id = $profile AND change = 'entered' GROUP BY segment",
        {"profile": profile},
    )
    return dict(zip(rows["segment"].to_pylist(), rows["since"].to_pylist(), strict=True))


def lists_sql(engine: Engine, people: str) -> str:
    """SQL of ``profile_id`` and ``segments``, a list of names in order, of the profiles of the table ``people``."""
    names = sorted(refreshed_segments(engine))
    if not names:
        return f"SELECT profile_id, CAST([] AS VARCHAR[]) AS segments FROM {people}"
    each = ", ".join(f"CASE WHEN {identifier(name)} THEN {literal(name)} END" for name in names)
    return (
        f"SELECT profile_id, list_filter([{each}], lambda name: name IS NOT NULL) AS segments "
        f"FROM {FLAGS} SEMI JOIN {people} USING (profile_id)"
    )


def next_refresh(engine: Engine) -> int:
    """The number of the refresh to come, above every one that left a trace."""
    rows = engine.query(
        "SELECT greatest((SELECT coalesce(max(refresh_id), 0) FROM segment_history),"
        f" (SELECT coalesce(max(refresh_id), 0) FROM {LOG})) + 1 AS n"
    )
    return int(rows["n"][0].as_py())


ChangePlace = tuple[int, str, int, str]
"""``refresh_id, segment, profile_id, change`` of one line of the log: where it stands among all."""
_CHANGE = "refresh_id, segment, profile_id, change"


def changes_since(engine: Engine, *, after: ChangePlace | None, most: int, segment: str | None = None) -> pa.Table:
    """The ``most`` lines of the log of entries and exits that stand behind ``after``, in their order; or those of one segment."""
    asked: dict[str, object] = {"most": most, "segment": segment}
    behind = ""
    if after is not None:
        asked |= dict(zip(("refresh", "of", "profile", "change"), after, strict=True))
        behind = f"AND ({_CHANGE}) > ($refresh, $of, $profile, $change)"
    return engine.query(
        f"SELECT segment, profile_id, change, as_of, refresh_id, reason FROM {LOG}"
        f" WHERE ($segment IS NULL OR segment = $segment) {behind} ORDER BY {_CHANGE} LIMIT $most",
        asked,
    )


def page_of_members(engine: Engine, name: str, *, after: int, most: int) -> pa.Table:
    """``profile_id`` of the first ``most`` in a segment whose number is above ``after``; ``NotReady`` before it was refreshed."""
    if name not in refreshed_segments(engine):
        raise NotReady(
            sentence("segment {name} is defined and not computed yet; run `coterie refresh` first", name=name)
        )
    return engine.query(
        f"SELECT profile_id FROM {FLAGS} WHERE {identifier(name)} AND profile_id > $after ORDER BY profile_id LIMIT $most",
        {"after": after, "most": most},
    )
