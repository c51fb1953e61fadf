"""Customer numbers that are those of accounts, as found in the data: they are beside all of their people, and join none."""

from __future__ import annotations

import json

import pyarrow as pa

from coterie.engines import Engine, keep_fact, read_fact
from coterie.identifiers import Matcher, beside_several_sql, sources_of_accounts_sql
from coterie.resolve.scope import Scope

RULE = "several addresses of one domain"
"""What is looked for; another rule makes a resolve look again."""

_SOURCES = "sources_of_accounts"


def write_accounts(engine: Engine, matchers: dict[str, Matcher], scope: Scope) -> None:
    """``account_numbers``: numbers beside several e-mail addresses, of sources whose numbers are those of accounts.

    Which sources these are is found out among everybody, and kept for a smaller ``scope``. Where a workspace sets how
    many addresses a number may have, that stands instead.
    """
    engine.execute(f"DELETE FROM account_numbers WHERE {scope.among()}")
    names = [name for name, each in matchers.items() if each.may_number_accounts]
    several = engine.aside("several", beside_several_sql(_met(engine, names, scope)))
    if not scope.ids:
        found = engine.query(sources_of_accounts_sql(several)).to_pylist()
        keep_fact(engine, _SOURCES, json.dumps([[row["namespace"], row["source"]] for row in found]))
    known = json.loads(read_fact(engine, _SOURCES) or "[]")
    columns = {n: pa.array([each[p] for each in known], pa.string()) for p, n in enumerate(("namespace", "source"))}
    with engine.temporary("sources", pa.table(columns)) as sources:
        engine.execute(
            f"""INSERT INTO account_numbers
            SELECT k.identifier_id, min(s.source) AS source, max(s.beside) AS beside
            FROM {several} AS s SEMI JOIN {sources} USING (namespace, source)
            JOIN {scope.keys} AS k USING (namespace, key) WHERE NOT k.is_blocked GROUP BY ALL"""
        )


def _met(engine: Engine, names: list[str], scope: Scope) -> str:
    """The table of which numbers of the namespaces ``names`` rows name beside which e-mail address, by source.

    Of numbers in several rows all addresses; of others those at a domain that one of the former has twice.
    """
    members = engine.aside(
        "members_of",
        f"""SELECT combination_id, coalesce(source, '') AS source, unnest(members) AS identifier_id
        FROM {scope.combinations} WHERE len(members) > 1""",
    )
    crowded = f"(SELECT identifier_id FROM {members} GROUP BY identifier_id HAVING count(*) > 1)"
    near = engine.aside("near", _beside(members, scope, f"n.identifier_id IN {crowded}"), {"names": names})
    twice = f"(SELECT domain FROM {near} GROUP BY namespace, source, key, domain HAVING count(*) > 1)"
    others = _beside(members, scope, f"split_part(a.key, '@', 2) IN {twice}")
    return engine.aside(
        "met", f"SELECT DISTINCT * EXCLUDE (domain) FROM (FROM {near} UNION ALL {others})", {"names": names}
    )


def _beside(members: str, scope: Scope, chosen: str) -> str:
    """SQL of ``namespace, source, key, address, domain`` of the pairs that are ``chosen``."""
    return f"""SELECT DISTINCT n.namespace, m.source, n.key, a.key AS address, split_part(a.key, '@', 2) AS domain
        FROM {scope.keys} AS n JOIN {members} AS m USING (identifier_id) JOIN {members} AS o USING (combination_id)
        JOIN {scope.keys} AS a ON a.identifier_id = o.identifier_id
        WHERE n.namespace IN (SELECT unnest($names)) AND a.namespace = 'email'
            AND NOT n.is_blocked AND NOT a.is_blocked AND {chosen}"""
