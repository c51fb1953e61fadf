"""Whom each row of the facts names: the surest of its identifiers that names somebody."""

from __future__ import annotations

import pyarrow as pa

from coterie.engines import Engine, identifier
from coterie.identifiers import Matcher

FACTS = ("customer_records", "orders", "order_lines", "events")
"""Tables whose rows carry the identity they came with and the person it belongs to now."""


def write_placeholders(engine: Engine, matchers: dict[str, Matcher]) -> None:
    """``placeholders``: numbers that stand beside more different addresses than any one person has; ``beside`` how many."""
    limits = [(each.namespace, other, most) for each in matchers.values() for other, most in each.addresses_at_most]
    engine.execute("CREATE OR REPLACE TEMP TABLE _most (namespace VARCHAR, other VARCHAR, most BIGINT)")
    columns = zip(*limits, strict=True) if limits else ((), (), ())
    names = (("namespace", pa.string()), ("other", pa.string()), ("most", pa.int64()))
    engine.write("_most", pa.table({n: pa.array(list(c), t) for (n, t), c in zip(names, columns, strict=True)}))
    engine.execute("DELETE FROM placeholders")
    engine.execute(
        """INSERT INTO placeholders
        WITH keyed AS (SELECT identifier_id, namespace, key FROM identifier_keys WHERE NOT is_blocked),
        crowded AS (
            -- Only numbers in several combinations or links can stand beside many.
            SELECT identifier_id FROM (
                SELECT unnest(members) AS identifier_id FROM identifier_combinations
                UNION ALL SELECT left_id FROM identity_links UNION ALL SELECT right_id FROM identity_links)
            GROUP BY identifier_id HAVING count(*) > (SELECT min(most) FROM _most)),
        numbers AS (
            SELECT k.* FROM keyed AS k SEMI JOIN crowded USING (identifier_id)
            WHERE namespace IN (SELECT namespace FROM _most)),
        met AS (
            SELECT n.namespace, n.key, a.namespace AS other, a.key AS address
            FROM (SELECT members, unnest(members) AS identifier_id FROM identifier_combinations) AS c
            JOIN numbers AS n USING (identifier_id), unnest(c.members) AS m(member)
            JOIN keyed AS a ON a.identifier_id = m.member
            UNION
            SELECT n.namespace, n.key, a.namespace, a.key FROM (
                SELECT left_id AS l, right_id AS r FROM identity_links UNION SELECT right_id, left_id FROM identity_links
            ) JOIN numbers AS n ON n.identifier_id = l JOIN keyed AS a ON a.identifier_id = r),
        found AS (
            SELECT namespace, key, max(n) AS beside FROM (
                SELECT namespace, key, other, count(*) AS n FROM met GROUP BY ALL) JOIN _most USING (namespace, other)
            WHERE n > most GROUP BY ALL)
        SELECT identifier_id, beside FROM keyed JOIN found USING (namespace, key)"""
    )


def write_usable(engine: Engine) -> None:
    """``_usable``: identifiers that name somebody, ``key`` equal for equals; ``_members``: those of each combination."""
    engine.execute(
        """CREATE OR REPLACE TEMP TABLE _usable AS
        SELECT k.identifier_id, k.namespace, coalesce(q.first, k.identifier_id) AS key
        FROM identifier_keys AS k LEFT JOIN _equals AS q USING (identifier_id)
        WHERE NOT k.is_blocked AND k.identifier_id NOT IN (SELECT identifier_id FROM placeholders)"""
    )
    engine.execute(
        """CREATE OR REPLACE TEMP TABLE _members AS
        SELECT combination_id, place, identifier_id, key FROM (
            SELECT combination_id, unnest(members) AS identifier_id, generate_subscripts(members, 1) AS place
            FROM identifier_combinations) JOIN _usable USING (identifier_id)"""
    )


def write_owners(engine: Engine) -> None:
    """``_owners``: the identifier that each combination belongs to, and how many of it are ``usable``.

    It is the first that names somebody and is not ``_shared``, or else the first that names somebody.
    """
    engine.execute(
        """CREATE OR REPLACE TEMP TABLE _owners AS
        SELECT combination_id, arg_min(identifier_id, place + CASE WHEN s.key IS NULL THEN 0 ELSE 100 END) AS identifier_id,
               count(*) AS usable
        FROM _members LEFT JOIN _shared AS s USING (key) GROUP BY combination_id"""
    )


def keep_owners(engine: Engine) -> None:
    """Write down to which of its identifiers each combination belongs."""
    engine.execute(
        """UPDATE identifier_combinations SET owner_id = o.owner FROM (
            SELECT c.combination_id, n.identifier_id AS owner FROM identifier_combinations AS c
            LEFT JOIN _owners AS n USING (combination_id) WHERE c.owner_id IS DISTINCT FROM n.identifier_id) AS o
        WHERE identifier_combinations.combination_id = o.combination_id"""
    )


def keep_shared(engine: Engine) -> None:
    """``shared_identifiers``: values of several people, beside each profile whose rows have them."""
    engine.execute("DELETE FROM shared_identifiers")
    engine.execute(
        """INSERT INTO shared_identifiers
        SELECT DISTINCT c.profile_id, m.identifier_id FROM _members AS m JOIN identifier_combinations AS c USING (combination_id)
        JOIN identifiers AS i ON i.identifier_id = m.identifier_id
        WHERE m.key IN (FROM _shared) AND c.profile_id IS NOT NULL AND i.profile_id IS DISTINCT FROM c.profile_id"""
    )


def nobody_sql() -> str:
    """SQL of identifiers without a profile of their own.

    They name nobody; or they are shared, and no row belongs to them.
    """
    own = " UNION ALL ".join(
        f"SELECT identifier_id FROM {identifier(table)} WHERE identifier_id IN (FROM _crowd)" for table in FACTS
    )
    return f"""WITH _crowd AS (
            SELECT identifier_id FROM _usable WHERE key IN (FROM _shared)),
        _beside AS (SELECT DISTINCT identifier_id FROM _members)
        SELECT identifier_id FROM identifiers ANTI JOIN _usable USING (identifier_id)
        UNION
        SELECT identifier_id FROM _crowd SEMI JOIN _beside USING (identifier_id)
        WHERE identifier_id NOT IN ({own} UNION ALL SELECT identifier_id FROM _owners)"""
