"""Profiles with their given traits, from identifiers and customer records."""

from __future__ import annotations

from coterie.engines import Engine, identifier

_OF_A_RECORD = {"identifier_id", "profile_id", "updated_at", "source", "batch_id"}


def build_profiles(engine: Engine) -> int:
    """Rebuild ``profiles``: one row for every ``profile_id`` that an identifier has; returns how many.

    Every attribute of ``customer_records`` becomes a column; where records of one person
    differ, the latest that has a value wins (``updated_at``, then the later batch, then the greater value).
    """
    attributes = [name for name in engine.columns("customer_records") if name not in _OF_A_RECORD]
    latest = "".join(
        f", (MAX({{'at': COALESCE(updated_at, TIMESTAMP '0001-01-01'), 'batch': COALESCE(batch_id, 0), "
        f"'value': {identifier(name)}}}) FILTER (WHERE {identifier(name)} IS NOT NULL)).value AS {identifier(name)}"
        for name in attributes
    )
    chosen = "".join(f", given.{identifier(name)}" for name in attributes)
    engine.create(
        "profiles",
        "WITH people AS (SELECT profile_id, MIN(first_seen_at) AS first_seen_at FROM identifiers "
        "WHERE profile_id IS NOT NULL GROUP BY profile_id), "
        f"given AS (SELECT profile_id{latest} FROM customer_records WHERE profile_id IS NOT NULL GROUP BY profile_id) "
        f"SELECT people.profile_id, people.first_seen_at{chosen} FROM people LEFT JOIN given USING (profile_id)",
    )
    refresh_traits_view(engine)
    return int(engine.query("SELECT COUNT(*) AS n FROM profiles").column(0)[0].as_py())


def refresh_traits_view(engine: Engine) -> None:
    """Make the view ``traits``: given attributes and computed traits side by side, one row a profile.

    A column that bears the name of a computed trait is hidden by it, as in rules.
    """
    refreshed = engine.columns("traits_computed") if "traits_computed" in engine.tables() else {}
    computed = [name for name in refreshed if name != "profile_id"]
    taken = {name.lower() for name in computed}
    given = [name for name in engine.columns("profiles") if name.lower() not in taken]
    columns = [f"p.{identifier(name)}" for name in given] + [f"t.{identifier(name)}" for name in computed]
    join = " LEFT JOIN traits_computed AS t ON t.profile_id = p.profile_id" if computed else ""
    engine.view("traits", f"SELECT {', '.join(columns)} FROM profiles AS p{join}")
