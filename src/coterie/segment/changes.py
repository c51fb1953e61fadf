"""Who entered and who left each segment: only what changed, appended to a log."""

from __future__ import annotations

from datetime import datetime

from coterie.engines import Engine, identifier, literal


def log_changes(
    engine: Engine, segments: list[str], as_of: datetime, refresh_id: int, *, untold: frozenset[str] = frozenset()
) -> tuple[dict[str, int], dict[str, int]]:
    """Append to ``membership_changes`` how ``membership_flags_next`` differs from ``membership_flags``.

    Returns how many entered and how many left, by segment. A member of a segment that is new has
    entered, one of a segment that was dropped, or a profile that is gone, has left; nothing is told of ``untold`` segments.
    """
    former = engine.columns("membership_flags") if "membership_flags" in engine.tables() else {}
    before = [name for name in former if name != "profile_id" and name not in untold]
    names = list(dict.fromkeys([*segments, *before]))
    if not names:
        return {}, {}
    changed = engine.aside("changed", _changed(segments, before, is_first=not former))
    each = " UNION ALL ".join(_changes_of(changed, name, new=name in segments, old=name in before) for name in names)
    moment = f"CAST({literal(as_of.isoformat(sep=' '))} AS TIMESTAMP)"
    engine.insert(
        "membership_changes",
        f"SELECT segment, profile_id, change, {moment} AS as_of, CAST({int(refresh_id)} AS BIGINT) AS refresh_id, reason "
        f"FROM ({each}) AS c",
    )
    engine.drop(changed)
    counts = engine.query(
        "SELECT segment, change, COUNT(*) AS n FROM membership_changes "
        f"WHERE refresh_id = {int(refresh_id)} AND as_of = {moment} GROUP BY segment, change"
    ).to_pylist()
    found = {(row["segment"], row["change"]): int(row["n"]) for row in counts}
    entered, left = ({name: found.get((name, change), 0) for name in names} for change in ("entered", "left"))
    return entered, left


def _changed(segments: list[str], before: list[str], *, is_first: bool) -> str:
    """Profiles for whom any flag differs, with their flags now (``n.``) and then (``o.``) beside each other."""
    sides = {"n": segments, "o": before}
    flags = "".join(
        f", {side}.{identifier(name)} AS {identifier(f'{side}.{name}')}"
        for side, names in sides.items()
        for name in names
    )
    if is_first:
        return f"SELECT n.profile_id, FALSE AS is_gone{flags} FROM membership_flags_next AS n"
    both = set(segments) & set(before)
    differs = [f"COALESCE(n.{identifier(x)}, FALSE) <> COALESCE(o.{identifier(x)}, FALSE)" for x in sorted(both)]
    differs += [f"{side}.{identifier(name)}" for side, names in sides.items() for name in names if name not in both]
    return (
        f"SELECT COALESCE(n.profile_id, o.profile_id) AS profile_id, n.profile_id IS NULL AS is_gone{flags} "
        "FROM membership_flags_next AS n FULL OUTER JOIN membership_flags AS o ON o.profile_id = n.profile_id "
        f"WHERE {' OR '.join(differs)}"
    )


def _changes_of(changed: str, name: str, *, new: bool, old: bool) -> str:
    """Who entered or left one segment, read off the table ``changed`` of who changed."""
    is_in = f"COALESCE({identifier('n.' + name)}, FALSE)" if new else "FALSE"
    was_in = f"COALESCE({identifier('o.' + name)}, FALSE)" if old else "FALSE"
    reason = "'rule'" if new and old else "'first refresh'" if new else "'segment dropped'"
    return (
        f"SELECT {literal(name)} AS segment, profile_id, CASE WHEN {is_in} THEN 'entered' ELSE 'left' END AS change, "
        f"CASE WHEN is_gone THEN 'profile gone' ELSE {reason} END AS reason FROM {changed} WHERE {is_in} <> {was_in}"
    )
