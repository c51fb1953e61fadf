"""Whom rows name: new identifiers, the identity of each fact, and which identifiers a row ties together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coterie.collect.kinds import GROUPS, Kind
from coterie.collect.loading.staging import STAGED
from coterie.engines import Engine


@dataclass(frozen=True)
class Stamp:
    """What every row written by one load carries: its source, its batch and when."""

    source: str
    batch_id: int
    loaded_at: datetime

    @property
    def values(self) -> dict[str, object]:
        """The same, to be bound."""
        return {"source": self.source, "batch_id": self.batch_id, "loaded_at": self.loaded_at}


def identity_of(kind: Kind, fields: tuple[str, ...]) -> tuple[str, str]:
    """SQL for the namespace and the value that are each row's identity: the first it carries, by priority."""
    who = [name for name in kind.identities if name in fields]
    if not who:
        return "NULL::VARCHAR", "NULL::VARCHAR"
    if len(who) == 1:
        return f"'{who[0]}'", who[0]
    cases = " ".join(f"WHEN {name} IS NOT NULL THEN '{name}'" for name in who)
    return f"CASE {cases} END", f"coalesce({', '.join(who)})"


def add_identifiers(engine: Engine, kind: Kind, fields: tuple[str, ...], stamp: Stamp) -> None:
    """Give an id to every (namespace, value) that good rows of ``_staged`` carry for the first time.

    A new identifier is its own profile until it is resolved. ``first_seen_at`` is the
    earliest instant at which any row carried it.
    """
    who = [name for name in kind.identities if name in fields]
    seen = next((name for name in ("occurred_at", "joined_at") if name in fields), None)
    for name in who:
        others = [other for other in who if other != name]
        alone = f" AND coalesce({', '.join(others)}) IS NULL" if name in GROUPS and others else ""
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE _seen AS SELECT {name} AS value, "
            f"min({seen or 'NULL::TIMESTAMP'}) AS first_seen_at "
            f"FROM {STAGED} WHERE _fault = 0 AND {name} IS NOT NULL{alone} GROUP BY ALL"
        )
        engine.execute(
            "UPDATE identifiers SET first_seen_at = _seen.first_seen_at FROM _seen WHERE identifiers.namespace = $name "
            "AND identifiers.value = _seen.value AND _seen.first_seen_at < identifiers.first_seen_at",
            {"name": name},
        )
        engine.execute(
            "INSERT INTO identifiers BY NAME "
            "WITH fresh AS (SELECT * FROM _seen ANTI JOIN (SELECT value FROM identifiers WHERE namespace = $name) "
            "USING (value)), "
            "numbered AS (SELECT *, (SELECT coalesce(max(identifier_id), 0) FROM identifiers) "
            "+ row_number() OVER (ORDER BY value) AS identifier_id FROM fresh) "
            "SELECT identifier_id, $name AS namespace, value, identifier_id AS profile_id, "
            "coalesce(first_seen_at, $loaded_at) AS first_seen_at, $source AS source, $batch_id AS batch_id FROM numbered",
            {"name": name, **stamp.values},
        )


def link_identifiers(engine: Engine, kind: Kind, fields: tuple[str, ...], stamp: Stamp) -> None:
    """Note which identifiers stand in one row, so that ``resolve`` can make them one person.

    A namespace that names a group, such as a household, links nobody.
    """
    who = [name for name in kind.identities if name in fields and name not in GROUPS]
    for left_place, left in enumerate(who):
        for right in who[left_place + 1 :]:
            # Only the row's identity is a left side: the links of one row form a star, not a web.
            earlier = "".join(f" AND {name} IS NULL" for name in who[:left_place])
            engine.execute(
                "INSERT INTO identity_links BY NAME "
                f"WITH pairs AS (SELECT DISTINCT {left} AS l, {right} AS r FROM {STAGED} "
                f"WHERE _fault = 0 AND {left} IS NOT NULL AND {right} IS NOT NULL{earlier}), "
                "known AS (SELECT a.identifier_id AS left_id, b.identifier_id AS right_id FROM pairs "
                "JOIN identifiers a ON a.namespace = $left AND a.value = pairs.l "
                "JOIN identifiers b ON b.namespace = $right AND b.value = pairs.r) "
                "SELECT left_id, right_id, $evidence AS evidence, $loaded_at AS linked_at, $source AS source, "
                "$batch_id AS batch_id FROM known ANTI JOIN identity_links USING (left_id, right_id)",
                {"left": left, "right": right, "evidence": f"same row of {kind.name}", **stamp.values},
            )
