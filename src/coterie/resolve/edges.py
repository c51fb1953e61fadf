"""Which identifiers point at which: the edges of the identity graph, by SQL over sets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from coterie.engines import Engine
from coterie.identifiers import Matcher
from coterie.resolve.accounts import write_accounts
from coterie.resolve.graph import Graph
from coterie.resolve.naming import FACTS, Naming, find_naming, find_owners, write_placeholders
from coterie.resolve.scope import EVERYBODY, Scope


def read_graph(engine: Engine, matchers: dict[str, Matcher], scope: Scope = EVERYBODY) -> tuple[Graph, Naming]:
    """The identity graph as it stands, or the part of it in ``scope``, and whom identifiers and rows name by it.

    Nodes are identifiers. Edges are rows that named both ends (``identifier_combinations``:
    from the one that the row belongs to; ``identity_links``) and equal keys. Blocked values and namespaces that do not join have no edges; values shared
    too widely keep only those to their equals.
    """
    rules = engine.aside("rules", _rules(matchers))
    write_accounts(engine, matchers, scope)
    write_placeholders(engine, matchers, scope)
    equals = _find_equals(engine, rules, scope)
    naming = find_naming(engine, equals, scope)
    linking = _find_edges(engine, matchers, rules, equals, naming, scope)
    while _find_shared(engine, rules, linking, naming):
        engine.drop(linking)
        engine.drop(naming.owners)
        naming = replace(naming, owners=find_owners(engine, naming.members, naming.shared))
        linking = _find_edges(engine, matchers, rules, equals, naming, scope)
    shared = int(engine.query(f"SELECT count(*) AS n FROM {naming.shared}")["n"][0].as_py())
    edges = engine.query(
        f"""SELECT l, r, EXISTS (
            SELECT 1 FROM separations AS s JOIN separations AS t USING (merge_id)
            WHERE s.identifier_id = l AND t.identifier_id = r AND s.side <> t.side) AS is_crossing
        FROM {linking} ORDER BY strength, l, r"""
    )
    nodes = engine.query(
        f"""SELECT e.node, coalesce(q.first, e.node) AS key, r.code
        FROM (SELECT DISTINCT unnest([l, r]) AS node FROM {linking}) AS e
        JOIN {scope.keys} AS k ON k.identifier_id = e.node JOIN {rules} AS r USING (namespace)
        LEFT JOIN {equals} AS q ON q.identifier_id = e.node ORDER BY e.node"""
    )
    ids = nodes["node"].to_numpy()
    by_code = sorted(matchers.values(), key=lambda each: (each.strength, each.namespace))
    graph = Graph(
        ids=ids,
        keys=nodes["key"].to_numpy(),
        kinds=nodes["code"].to_numpy().astype(np.int64),
        left=np.searchsorted(ids, edges["l"].to_numpy()),
        right=np.searchsorted(ids, edges["r"].to_numpy()),
        crosses=edges["is_crossing"].to_numpy(),
        most=np.array([each.at_most_per_profile for each in by_code], np.int64),
        separations=engine.query("SELECT merge_id, identifier_id, side FROM separations ORDER BY ALL"),
        shared=shared,
    )
    return graph, naming


def _rules(matchers: dict[str, Matcher]) -> pa.Table:
    ordered = sorted(matchers.values(), key=lambda each: (each.strength, each.namespace))
    return pa.table(
        {
            "namespace": pa.array([each.namespace for each in ordered], pa.string()),
            "code": pa.array(range(len(ordered)), pa.int32()),
            "strength": pa.array([each.strength for each in ordered], pa.int32()),
            "joins": pa.array([each.joins for each in ordered], pa.bool_()),
            "is_group": pa.array([each.is_group for each in ordered], pa.bool_()),
            "shared": pa.array([each.shared_by_at_most for each in ordered], pa.int64()),
        }
    )


def _find_equals(engine: Engine, rules: str, scope: Scope) -> str:
    """The table of identifiers that share their key with others, and the first of them."""
    return engine.aside(
        "equals",
        f"""SELECT k.identifier_id, g.first, g.is_told_apart FROM {scope.keys} AS k JOIN (
            SELECT namespace, key, min(identifier_id) AS first,
                   bool_or(identifier_id IN (SELECT identifier_id FROM separations)) AS is_told_apart
            FROM {scope.keys} JOIN {rules} USING (namespace)
            WHERE NOT is_blocked AND joins AND identifier_id NOT IN (SELECT identifier_id FROM placeholders)
            GROUP BY ALL HAVING count(*) > 1
        ) AS g USING (namespace, key)
        WHERE NOT k.is_blocked AND k.identifier_id NOT IN (SELECT identifier_id FROM placeholders)""",
    )


def _find_edges(
    engine: Engine, matchers: dict[str, Matcher], rules: str, equals: str, naming: Naming, scope: Scope
) -> str:
    # Equals are a star around the first; where a person told some apart, the others must not hang on the first.
    return engine.aside(
        "edges",
        f"""WITH usable AS (
            SELECT u.*, r.strength FROM {naming.usable} AS u JOIN {rules} AS r USING (namespace)
            WHERE r.joins AND (NOT r.is_group OR $groups_are_people)
        ), pairs AS (
            SELECT least(left_id, right_id) AS l, greatest(left_id, right_id) AS r FROM {scope.links}
            UNION SELECT least(o.identifier_id, m.identifier_id), greatest(o.identifier_id, m.identifier_id)
                FROM {naming.owners} AS o JOIN {naming.members} AS m USING (combination_id) WHERE usable > 1
            UNION SELECT first, identifier_id FROM {equals} WHERE NOT is_told_apart AND identifier_id <> first
            UNION SELECT a.identifier_id, b.identifier_id FROM {equals} AS a JOIN {equals} AS b USING (first)
            WHERE a.is_told_apart AND a.identifier_id < b.identifier_id
        )
        SELECT l, r, a.namespace AS l_namespace, b.namespace AS r_namespace, a.key AS l_key, b.key AS r_key,
               CASE WHEN a.key = b.key THEN 0 ELSE greatest(a.strength, b.strength) END AS strength
        FROM pairs JOIN usable AS a ON a.identifier_id = l JOIN usable AS b ON b.identifier_id = r WHERE l <> r""",
        {"groups_are_people": groups_are_people(engine, matchers)},
    )


def groups_are_people(engine: Engine, matchers: dict[str, Matcher]) -> bool:
    """Whether some source knows its people by a group alone, so that the group is the only way to them."""
    groups = [each.namespace for each in matchers.values() if each.is_group]
    if not groups:
        return False
    facts = " UNION ALL ".join(
        f"SELECT DISTINCT source, identifier_id FROM {table} WHERE identifier_id IS NOT NULL" for table in FACTS
    )
    alone = engine.query(
        f"""SELECT f.source FROM ({facts}) AS f JOIN identifiers AS i USING (identifier_id) GROUP BY ALL
        HAVING bool_and(namespace IN (SELECT unnest($groups))) AND f.source NOT IN (
            SELECT source FROM identity_links WHERE source IS NOT NULL UNION
            SELECT source FROM identifier_combinations) LIMIT 1""",
        {"groups": groups},
    )
    return bool(alone.num_rows)


def _find_shared(engine: Engine, rules: str, edges: str, naming: Naming) -> bool:
    """Add to the shared the values that stand with too many of another namespace; whether their rows change hands by it.

    The links of shared values are dropped, but for those to their equals.
    """
    more = engine.aside(
        "more",
        f"""SELECT DISTINCT key FROM (
            SELECT l_key AS key, l_namespace AS namespace, r_namespace AS other, r_key AS neighbor FROM {edges}
            UNION SELECT r_key, r_namespace, l_namespace, l_key FROM {edges}
        ) JOIN {rules} USING (namespace) WHERE namespace <> other AND key NOT IN (FROM {naming.shared})
        GROUP BY key, other, shared HAVING count(*) > shared""",
    )
    engine.execute(f"INSERT INTO {naming.shared} FROM {more}")
    shared = f"IN (FROM {naming.shared})"
    engine.execute(f"DELETE FROM {edges} WHERE l_key <> r_key AND (l_key {shared} OR r_key {shared})")
    found = engine.query(
        f"""SELECT 1 FROM {naming.owners} JOIN {naming.usable} USING (identifier_id)
        WHERE usable > 1 AND key IN (FROM {more}) LIMIT 1"""
    )
    return bool(found.num_rows)
