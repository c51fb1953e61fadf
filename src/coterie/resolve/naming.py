"""Whom each row of the facts names: the surest of its identifiers that names somebody; every table follows."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from coterie.engines import Engine, identifier
from coterie.identifiers import CROWDED_FROM, FILLER, Matcher
from coterie.resolve.scope import EVERYBODY, Scope

FACTS = ("customer_records", "orders", "order_lines", "events")
"""Tables whose rows carry the identity they came with and the person it belongs to now."""


@dataclass(frozen=True)
class Naming:
    """Tables aside that say whom identifiers and rows name.

    ``usable``: identifiers that name somebody, ``key`` equal for equals (``identifier_id, namespace, key``).
    ``members``: those of each combination (``combination_id, place, identifier_id, key``).
    ``shared``: keys of several people (``key``).
    ``owners``: the identifier that each combination belongs to, and how many of it are ``usable``
    (``combination_id, identifier_id, usable``).
    """

    usable: str
    members: str
    shared: str
    owners: str


def write_placeholders(engine: Engine, matchers: dict[str, Matcher], scope: Scope = EVERYBODY) -> None:
    """``placeholders``: numbers that stand beside more different addresses than any one person has, and are no account's; ``beside`` how many."""
    limits = [
        (each.namespace, other, most, min(most, CROWDED_FROM - 1) if each.has_usual_limits else most)
        for each in matchers.values()
        for other, most in each.addresses_at_most
    ]
    columns = zip(*limits, strict=True) if limits else ((), (), (), ())
    names = (("namespace", pa.string()), ("other", pa.string()), ("most", pa.int64()), ("most_of_filler", pa.int64()))
    rows = pa.table({n: pa.array(list(c), t) for (n, t), c in zip(names, columns, strict=True)})
    with engine.temporary("most", rows) as most:
        _write_placeholders(engine, most, scope)


def _write_placeholders(engine: Engine, most: str, scope: Scope) -> None:
    engine.execute(f"DELETE FROM placeholders WHERE {scope.among()}")
    engine.execute(
        f"""INSERT INTO placeholders
        WITH keyed AS (SELECT identifier_id, namespace, key FROM {scope.keys} WHERE NOT is_blocked),
        filler AS (SELECT identifier_id FROM keyed WHERE regexp_matches(key, '{FILLER}')),
        crowded AS (
            -- Only numbers in several combinations or links can stand beside many.
            SELECT identifier_id FROM (
                SELECT unnest(members) AS identifier_id FROM {scope.combinations}
                UNION ALL SELECT left_id FROM {scope.links} UNION ALL SELECT right_id FROM {scope.links})
            GROUP BY identifier_id HAVING count(*) > (SELECT min(most) FROM {most})
            UNION FROM filler),
        numbers AS (
            SELECT k.* FROM keyed AS k SEMI JOIN crowded USING (identifier_id) ANTI JOIN account_numbers USING (identifier_id)
            WHERE namespace IN (SELECT namespace FROM {most})),
        met AS (
            SELECT n.namespace, n.key, a.namespace AS other, a.key AS address
            FROM (SELECT members, unnest(members) AS identifier_id FROM {scope.combinations}) AS c
            JOIN numbers AS n USING (identifier_id), unnest(c.members) AS m(member)
            JOIN keyed AS a ON a.identifier_id = m.member
            UNION
            SELECT n.namespace, n.key, a.namespace, a.key FROM (
                SELECT left_id AS l, right_id AS r FROM {scope.links} UNION SELECT right_id, left_id FROM {scope.links}
            ) JOIN numbers AS n ON n.identifier_id = l JOIN keyed AS a ON a.identifier_id = r),
        found AS (
            SELECT namespace, key, max(n) AS beside FROM (
                SELECT namespace, key, other, count(*) AS n FROM met GROUP BY ALL) JOIN {most} USING (namespace, other)
            WHERE n > CASE WHEN regexp_matches(key, '{FILLER}') THEN most_of_filler ELSE most END GROUP BY ALL)
        SELECT identifier_id, beside FROM keyed JOIN found USING (namespace, key)"""
    )


def find_naming(engine: Engine, equals: str, scope: Scope = EVERYBODY) -> Naming:
    """Whom identifiers and rows name, while none but numbers of accounts is known to be shared; ``equals`` are those that share their key."""
    usable = engine.aside(
        "usable",
        f"""SELECT k.identifier_id, k.namespace, coalesce(q.first, k.identifier_id) AS key
        FROM {scope.keys} AS k LEFT JOIN {equals} AS q USING (identifier_id)
        WHERE NOT k.is_blocked AND k.identifier_id NOT IN (SELECT identifier_id FROM placeholders)""",
    )
    members = engine.aside(
        "members",
        f"""SELECT combination_id, place, identifier_id, key FROM (
            SELECT combination_id, unnest(members) AS identifier_id, generate_subscripts(members, 1) AS place
            FROM {scope.combinations}) JOIN {usable} USING (identifier_id)""",
    )
    shared = engine.aside(
        "shared", f"SELECT DISTINCT key FROM {usable} SEMI JOIN account_numbers USING (identifier_id)"
    )
    return Naming(usable, members, shared, find_owners(engine, members, shared))


def find_owners(engine: Engine, members: str, shared: str) -> str:
    """The table of the identifier that each combination belongs to, and how many of it are ``usable``.

    It is the first that names somebody and is not ``shared``, or else the first that names somebody.
    """
    return engine.aside(
        "owners",
        f"""SELECT combination_id, arg_min(identifier_id, place + CASE WHEN s.key IS NULL THEN 0 ELSE 100 END) AS identifier_id,
               count(*) AS usable
        FROM {members} LEFT JOIN {shared} AS s USING (key) GROUP BY combination_id""",
    )


def keep_owners(engine: Engine, naming: Naming, scope: Scope = EVERYBODY) -> None:
    """Write down to which of its identifiers each combination belongs."""
    engine.execute(
        f"""UPDATE identifier_combinations SET owner_id = o.owner FROM (
            SELECT c.combination_id, n.identifier_id AS owner FROM {scope.combinations} AS c
            LEFT JOIN {naming.owners} AS n USING (combination_id) WHERE c.owner_id IS DISTINCT FROM n.identifier_id) AS o
        WHERE identifier_combinations.combination_id = o.combination_id"""
    )


def keep_shared(engine: Engine, naming: Naming, scope: Scope = EVERYBODY) -> None:
    """``shared_identifiers``: values of several people, beside each profile whose rows have them."""
    engine.execute(f"DELETE FROM shared_identifiers WHERE {scope.among()}")
    engine.execute(
        f"""INSERT INTO shared_identifiers
        SELECT DISTINCT c.profile_id, m.identifier_id FROM {naming.members} AS m JOIN identifier_combinations AS c USING (combination_id)
        JOIN identifiers AS i ON i.identifier_id = m.identifier_id
        WHERE m.key IN (FROM {naming.shared}) AND c.profile_id IS NOT NULL AND i.profile_id IS DISTINCT FROM c.profile_id"""
    )


def nobody_sql(naming: Naming, scope: Scope = EVERYBODY) -> str:
    """SQL of identifiers without a profile of their own.

    They name nobody; or they are shared, and no row belongs to them.
    """
    own = " UNION ALL ".join(
        f"SELECT identifier_id FROM {identifier(table)} WHERE identifier_id IN (FROM crowd)" for table in FACTS
    )
    return f"""WITH crowd AS (
            SELECT identifier_id FROM {naming.usable} WHERE key IN (FROM {naming.shared})),
        beside AS (SELECT DISTINCT identifier_id FROM {naming.members})
        SELECT identifier_id FROM {scope.identifiers} ANTI JOIN {naming.usable} USING (identifier_id)
        UNION
        SELECT identifier_id FROM crowd SEMI JOIN beside USING (identifier_id)
        WHERE identifier_id NOT IN ({own} UNION ALL SELECT identifier_id FROM {naming.owners})"""


def rewrite_profiles(engine: Engine, moved: str, scope: Scope = EVERYBODY) -> None:
    """Write the profiles of the table ``moved`` (identifier_id, profile_id) wherever they show.

    Combinations follow the identifier that they belong to, and facts either. Only rows
    whose person changed are touched.
    """
    _follow(engine, "identifiers", "identifier_id", moved)
    inside = f" AND c.combination_id IN (SELECT combination_id FROM {scope.combinations})" if scope.ids else ""
    following = engine.aside(
        "following",
        f"""SELECT identifier_id, profile_id FROM {moved}
        UNION ALL SELECT c.combination_id, i.profile_id FROM identifier_combinations AS c
        LEFT JOIN identifiers AS i ON i.identifier_id = c.owner_id WHERE c.profile_id IS DISTINCT FROM i.profile_id{inside}""",
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
