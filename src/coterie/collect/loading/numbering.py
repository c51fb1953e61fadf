"""Two systems that number their orders or events alike: known before those of one take the place of the other's."""

from __future__ import annotations

from coterie.collect.kinds import Kind
from coterie.collect.loading.identity import identity_of
from coterie.collect.loading.staging import STAGED
from coterie.collect.loading.targets import given_id
from coterie.engines import Engine
from coterie.errors import BadFile
from coterie.words import sentence

_ALIKE = """
WITH here AS (
    SELECT {number} AS number, min(s.occurred_at) AS at, min(i.profile_id) AS who
    FROM {staged} s LEFT JOIN identifiers i ON i.namespace = {namespace} AND i.value = {value}
    WHERE s._fault = 0 AND {number} IS NOT NULL GROUP BY ALL
),
there AS (
    SELECT number, min(occurred_at) AS at, min(profile_id) AS who, min(source) AS source
    FROM ({others}) SEMI JOIN here USING (number) GROUP BY ALL
)
SELECT count(*), min(there.source),
       count(*) FILTER (abs(date_diff('day', here.at, there.at)) > 1 AND (here.who = there.who) IS NOT TRUE)
FROM here JOIN there USING (number)
"""
_TABLES = {"orders": ("orders", "order_lines"), "order_lines": ("orders", "order_lines"), "events": ("events",)}
_OTHERS = "SELECT {number} AS number, occurred_at, profile_id, source FROM {table} WHERE source <> $source"


def refuse_other_numbering(engine: Engine, kind: Kind, fields: tuple[str, ...], source: str, file: str) -> None:
    """Raise ``BadFile`` where most numbers of orders or events that another source has too are plainly those of others.

    The same number is another's where it is days apart and not known to be the same
    person's: two shops that count from 1. The rows are those of ``_staged``, their people identified.
    """
    tables = _TABLES.get(kind.table, ())
    number = given_id(kind, fields) if tables else None
    bound = {"source": source}
    others = [_OTHERS.format(table=table, number=kind.key[0]) for table in tables]
    if number is None or not any(engine.query(f"{rows} LIMIT 1", bound).num_rows for rows in others):
        return
    namespace, value = identity_of(kind, fields)
    sql = _ALIKE.format(
        number=number, staged=STAGED, namespace=namespace, value=value, others=" UNION ALL ".join(others)
    )
    shared, other, apart = (column[0].as_py() for column in engine.query(sql, bound).columns)
    if 2 * apart > shared:
        raise BadFile(
            sentence(
                "{n:,} of its numbers are those of other {things} of the source {source!r}, of other days "
                "and people, and would take their place; make them differ: put a word before the numbers, "
                "or join a column to them, such as --set {field}=STORE+NUMBER",
                n=apart,
                things=kind.table,
                source=other,
                field=kind.key[0],
            ),
            file=file,
        )
