"""Let ``profile_id`` follow its identifier in every table that carries it."""

from __future__ import annotations

from coterie.engines import Engine, identifier
from coterie.resolve.naming import FACTS


def rewrite_profiles(engine: Engine, moved: str) -> None:
    """Write the profiles of the table ``moved`` (identifier_id, profile_id) wherever they show.

    Combinations follow the identifier that they belong to, and facts either. Only rows
    whose person changed are touched.
    """
    _follow(engine, "identifiers", "identifier_id", moved)
    following = engine.aside(
        "following",
        f"""SELECT identifier_id, profile_id FROM {moved}
        UNION ALL SELECT c.combination_id, i.profile_id FROM identifier_combinations AS c
        LEFT JOIN identifiers AS i ON i.identifier_id = c.owner_id WHERE c.profile_id IS DISTINCT FROM i.profile_id""",
    )
    if not engine.query(f"SELECT 1 FROM {following} LIMIT 1").num_rows:
        return
    _follow(engine, "identifier_combinations", "combination_id", following)
    for table in FACTS:
        _follow(engine, table, "identifier_id", following)


def _follow(engine: Engine, table: str, number: str, moved: str) -> None:
    name = identifier(table)
    engine.execute(
        f"UPDATE {name} SET profile_id = m.profile_id FROM {moved} AS m WHERE {name}.{number} = m.identifier_id"
    )
