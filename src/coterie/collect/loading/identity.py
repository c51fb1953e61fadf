"""Whom rows name: new identifiers, and the combinations of them that rows carry."""

from __future__ import annotations

from coterie.collect.kinds import GROUPS, Kind
from coterie.collect.loading.way import LoadUnderWay
from coterie.engines.warehouse import HIGHEST


def named_by(kind: Kind, fields: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that may name a row's person, the surest first; a household comes after all of one's own."""
    who = [name for name in kind.identities if name in fields]
    return (*(name for name in who if name not in GROUPS), *(name for name in who if name in GROUPS))


def identity_of(kind: Kind, fields: tuple[str, ...]) -> tuple[str, str]:
    """SQL for the namespace and the value of the first identifier that each row carries."""
    who = named_by(kind, fields)
    if not who:
        return "NULL::VARCHAR", "NULL::VARCHAR"
    if len(who) == 1:
        return f"'{who[0]}'", who[0]
    cases = " ".join(f"WHEN {name} IS NOT NULL THEN '{name}'" for name in who)
    return f"CASE {cases} END", f"coalesce({', '.join(who)})"


def names_several(kind: Kind, fields: tuple[str, ...]) -> bool:
    """Whether a row may carry more than one identifier of its person."""
    return len([name for name in named_by(kind, fields) if name not in GROUPS]) > 1


def whom_sql(kind: Kind, fields: tuple[str, ...], staged: str) -> dict[str, str]:
    """Namespace → SQL over a staged row: the identifiers that count, a household only when alone."""
    who = named_by(kind, fields)
    own = ", ".join(f"{staged}{name}" for name in who if name not in GROUPS)
    return {
        name: f"CASE WHEN coalesce({own}) IS NULL THEN {staged}{name} END" if name in GROUPS else f"{staged}{name}"
        for name in who
    }


def add_identifiers(loading: LoadUnderWay) -> None:
    """Give an id to every (namespace, value) that good rows carry for the first time.

    A new identifier is its own profile until it is resolved. ``first_seen_at`` is the
    earliest instant at which any row carried it.
    """
    for name, seen in loading.seen.items():
        loading.engine.execute(
            f"UPDATE identifiers SET first_seen_at = s.first_seen_at FROM {seen} s "
            "WHERE identifiers.namespace = $name AND identifiers.value = s.value AND s.counts "
            "AND s.first_seen_at < identifiers.first_seen_at",
            {"name": name},
        )
        loading.engine.execute(
            "INSERT INTO identifiers BY NAME "
            f"WITH fresh AS (SELECT * FROM {seen} ANTI JOIN (SELECT value FROM identifiers WHERE namespace = $name) "
            "USING (value) WHERE counts), "
            "numbered AS (SELECT *, (SELECT greatest(coalesce(max(identifier_id), 0), (SELECT coalesce(max(value::BIGINT), 0) "
            "FROM warehouse_facts WHERE name = $highest)) FROM identifiers) "
            "+ row_number() OVER (ORDER BY value) AS identifier_id FROM fresh) "
            "SELECT identifier_id, $name AS namespace, value, identifier_id AS profile_id, "
            "coalesce(first_seen_at, $loaded_at) AS first_seen_at, $source AS source, $batch_id AS batch_id FROM numbered",
            {"name": name, "highest": HIGHEST, **loading.stamp.values},
        )


def combine_identifiers(loading: LoadUnderWay) -> None:
    """Number every combination of identifiers that good rows carry, and tell whom each of them names.

    A row with one identifier is known by its number; one with several by the number of
    their combination, which is negative. Whose a combination is, ``resolve`` decides; until
    then it is taken for that of its first identifier that is not known to name nobody.
    """
    engine, stamp = loading.engine, loading.stamp
    if not names_several(loading.kind, loading.fields):
        return
    columns = whom_sql(loading.kind, loading.fields, "")
    joins = " ".join(
        f"LEFT JOIN (SELECT identifier_id, value, profile_id FROM identifiers WHERE namespace = '{name}') AS i{place} "
        f"ON i{place}.value = r.{name}"
        for place, name in enumerate(columns)
    )
    numbers, people = (
        ", ".join(f"i{n}.{column}" for n in range(len(columns))) for column in ("identifier_id", "profile_id")
    )
    named = engine.aside(
        "named",
        f"WITH r AS (SELECT DISTINCT {', '.join(f'{sql} AS {name}' for name, sql in columns.items())} "
        f"FROM {loading.good} AND coalesce({', '.join(columns)}) IS NOT NULL) "
        f"SELECT r.*, list_filter([{numbers}], lambda each: each IS NOT NULL) AS members, coalesce({people}) AS profile_id "
        f"FROM r {joins}",
    )
    engine.execute(
        "INSERT INTO identifier_combinations BY NAME "
        f"WITH fresh AS (SELECT members, min(profile_id) AS profile_id FROM {named} WHERE len(members) > 1 GROUP BY members) "
        "SELECT (SELECT coalesce(min(combination_id), 0) FROM identifier_combinations) - row_number() OVER (ORDER BY members) "
        "AS combination_id, members, members[1] AS owner_id, profile_id, $source AS source, $batch_id AS batch_id "
        "FROM fresh ANTI JOIN identifier_combinations USING (members)",
        {"source": stamp.source, "batch_id": stamp.batch_id},
    )
    loading.whom = engine.aside(
        "whom",
        "SELECT w.* EXCLUDE (members, profile_id), "
        "coalesce(c.combination_id, w.members[1]) AS identifier_id, "
        "CASE WHEN c.combination_id IS NULL THEN w.profile_id ELSE c.profile_id END AS profile_id "
        f"FROM {named} AS w LEFT JOIN identifier_combinations AS c USING (members)",
    )
    engine.drop(named)
