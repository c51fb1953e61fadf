"""Which part of the identity graph is looked at: all of it, or what hangs together with some identifiers."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.engines import Engine


@dataclass(frozen=True)
class Scope:
    """Names of the relations that are read; ``ids`` of identifiers (``identifier_id``), empty where it is all of them.

    A scope is closed: no edge of the graph leads out of it, whatever is blocked, shared or cut.
    """

    identifiers: str = "identifiers"
    keys: str = "identifier_keys"
    combinations: str = "identifier_combinations"
    links: str = "identity_links"
    ids: str = ""

    def among(self, column: str = "identifier_id") -> str:
        """SQL for whether a row of a main table is inside."""
        return f"{column} IN (FROM {self.ids})" if self.ids else "TRUE"


EVERYBODY = Scope()


def scope_around(engine: Engine, touched: str, *, most: int) -> Scope | None:
    """What hangs together with the identifiers of the table ``touched``; None where that is more than ``most`` of them.

    Whatever could ever be an edge is followed: rows that name several, equal keys, profiles as they are now, and
    what a person told apart. Only a blocked value connects nobody.
    """
    ids = engine.aside("scope", f"SELECT DISTINCT identifier_id FROM {touched} WHERE identifier_id IS NOT NULL")
    fresh = engine.aside("fresh", f"FROM {ids}")
    while (count := _count(engine, ids)) <= most and _count(engine, fresh):
        following = engine.aside(
            "beyond", f"SELECT DISTINCT identifier_id FROM ({_beside(fresh)}) ANTI JOIN {ids} USING (identifier_id)"
        )
        engine.execute(f"INSERT INTO {ids} FROM {following}")
        engine.drop(fresh)
        fresh = following
    if count > most:
        return None
    among = f"SEMI JOIN {ids} USING (identifier_id)"
    inside = f"SELECT combination_id FROM (SELECT combination_id, unnest(members) AS identifier_id FROM identifier_combinations) {among}"
    return Scope(
        identifiers=engine.aside("identifiers_of", f"FROM identifiers {among}"),
        keys=engine.aside("keys_of", f"FROM identifier_keys {among}"),
        combinations=engine.aside(
            "combinations_of", f"FROM identifier_combinations WHERE combination_id IN ({inside})"
        ),
        links=engine.aside(
            "links_of",
            f"FROM identity_links WHERE left_id IN (FROM {ids}) OR right_id IN (FROM {ids})",
        ),
        ids=ids,
    )


def _beside(fresh: str) -> str:
    """SQL of the identifiers one step from those of the table ``fresh``."""
    usable = f"(SELECT identifier_id FROM {fresh} ANTI JOIN (SELECT identifier_id FROM identifier_keys WHERE is_blocked) USING (identifier_id))"
    flat = "(SELECT combination_id, unnest(members) AS identifier_id FROM identifier_combinations)"
    return f"""
        SELECT identifier_id FROM identifiers WHERE profile_id IN (
            SELECT profile_id FROM identifiers SEMI JOIN {fresh} USING (identifier_id) WHERE profile_id IS NOT NULL)
        UNION ALL SELECT identifier_id FROM {flat} SEMI JOIN (
            SELECT combination_id FROM {flat} SEMI JOIN {usable} USING (identifier_id)) USING (combination_id)
        UNION ALL SELECT right_id FROM identity_links WHERE left_id IN {usable}
        UNION ALL SELECT left_id FROM identity_links WHERE right_id IN {usable}
        UNION ALL SELECT identifier_id FROM identifier_keys SEMI JOIN (
            SELECT namespace, key FROM identifier_keys SEMI JOIN {usable} USING (identifier_id)) USING (namespace, key)
            WHERE NOT is_blocked
        UNION ALL SELECT identifier_id FROM separations SEMI JOIN (
            SELECT merge_id FROM separations SEMI JOIN {fresh} USING (identifier_id)) USING (merge_id)"""


def _count(engine: Engine, table: str) -> int:
    return int(engine.query(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())
