"""What is found out about staged rows before anything is written."""

from __future__ import annotations

import pyarrow as pa

from coterie.collect.kinds import GROUPS, Kind
from coterie.collect.loading.identity import identity_of, named_by
from coterie.collect.loading.targets import given_id, key_fields
from coterie.collect.loading.way import LoadUnderWay
from coterie.engines import Engine, identifier, literal
from coterie.errors import BadFile
from coterie.identifiers import MASK, beside_several_sql, matcher_for, sources_of_accounts_sql
from coterie.words import sentence

MOST_REPEATED_ORDERS = 0.05
"""Above this share of orders that recur with different content, a file of orders is one of order lines."""

_SUSPECT = {"phone": "length(value) < 9 OR NOT regexp_matches(value, '[1-9]')"}
_WITHOUT_DIGITS = "length(value) < 40 AND NOT regexp_matches(value, '[1-9]')"
_MASKED = f"(regexp_matches(value, '{MASK}') AND NOT contains(value, '<'))"
_MOST_NOBODIES = 1_000

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


def name_returns(loading: LoadUnderWay) -> None:
    """Let a row that takes back an order of its own number be a fact beside it, rather than take its place."""
    if loading.kind.name != "orders" or "order_id" not in loading.fields:
        return
    negative = "_fault = 0 AND revenue < 0"
    if not loading.has(f"SELECT 1 FROM {loading.staged.table} WHERE {negative} LIMIT 1"):
        return
    loading.engine.execute(
        f"""UPDATE {loading.staged.table} SET undoes = order_id,
            order_id = 'return of ' || order_id || ' at ' || occurred_at || ' of ' || (-revenue)
        WHERE {negative} AND order_id IN (
            SELECT order_id FROM {loading.good} AND revenue >= 0
            UNION ALL SELECT order_id FROM orders WHERE revenue >= 0 AND NOT coalesce(is_derived, FALSE))"""
    )


def find_repeats(loading: LoadUnderWay) -> None:
    """Whether a key that only one row may have occurs more than once among the good rows; the last row of it then wins.

    Raises ``BadFile`` for orders whose number recurs so often with different content that the
    file must hold the lines of orders.
    """
    kind, engine = loading.kind, loading.engine
    key = key_fields(kind, loading.fields)
    if not key:
        return
    columns = ", ".join(key)
    good = f"FROM {loading.good}" + ("" if kind.is_dated else f" AND {key[-1]} IS NOT NULL")
    if len(key) == 1 and _ascends(engine, loading.good, key[0]):
        return
    distinct = key[0] if len(key) == 1 else f"hash({columns})"
    counted = engine.query(f"SELECT count(*), count(DISTINCT {distinct}) {good}")
    if counted.column(0) == counted.column(1):
        return
    loading.repeats = loading.has(f"SELECT 1 {good} GROUP BY {columns} HAVING count(*) > 1 LIMIT 1")
    if loading.repeats and kind.name == "orders":
        _check_one_row_an_order(loading)


def _ascends(engine: Engine, good: str, key: str) -> bool:
    """Whether every key is greater than the one before, as in most exports: proof that none repeats.

    Shorter keys come first, so that 999 precedes 1000. Costs a sixth of counting distinct keys.
    """
    found = engine.query(
        f"SELECT count(*) - count(prev) <= 1 AND coalesce(bool_and(strlen({key}) > strlen(prev) "
        f"OR (strlen({key}) = strlen(prev) AND {key} > prev)), TRUE) "
        f"FROM (SELECT {key}, lag({key}) OVER () AS prev FROM {good} AND {key} IS NOT NULL)"
    )
    return bool(found.column(0)[0].as_py())


def _check_one_row_an_order(loading: LoadUnderWay) -> None:
    # _line differs from row to row by nature; every other column is content.
    columns = loading.engine.columns(loading.staged.table)
    content = ", ".join(name for name in map(identifier, columns) if name != '"_line"')
    found = loading.engine.query(
        "SELECT count(*) AS orders, count(*) FILTER (versions > 1) AS differing, arg_max(order_id, versions) AS example "
        f"FROM (SELECT order_id, count(DISTINCT hash({content})) AS versions FROM {loading.good} GROUP BY order_id)"
    ).to_pylist()[0]
    if found["differing"] > MOST_REPEATED_ORDERS * found["orders"]:
        raise BadFile(
            sentence(
                "order {example!r} and {n:,} more stand on several rows that differ, so this file has one "
                "row a product, not one row an order; load it as order_lines; nothing was loaded",
                example=found["example"],
                n=found["differing"] - 1,
            ),
            file=loading.origin.file,
        )


def count_statuses(loading: LoadUnderWay) -> None:
    """Status → rows of the file that do not stand whole; nothing for other kinds than orders and their lines."""
    if loading.kind.table not in {"orders", "order_lines"}:
        return
    counted = loading.engine.query(
        f"""SELECT CASE WHEN status <> 'completed' THEN status::VARCHAR WHEN revenue IS NULL THEN 'amount_unknown'
                ELSE 'partly_returned' END AS status, count(*) AS n
        FROM {loading.good} AND (status <> 'completed' OR undone > 0 OR revenue IS NULL)
        GROUP BY 1 ORDER BY n DESC, 1"""
    )
    loading.statuses = dict(zip(counted.column(0).to_pylist(), counted.column(1).to_pylist(), strict=True))


def see_identifiers(loading: LoadUnderWay) -> None:
    """Collect the values of every field that may name a row's person: one grouping, for all that is asked of them.

    ``first_seen_at`` is the earliest instant at which a row carried the value. A household's
    ``counts`` only where some row names it alone, since it names nobody beside one's own.
    """
    who = [name for name in loading.kind.identities if name in loading.fields]
    since = next((name for name in ("occurred_at", "joined_at") if name in loading.fields), "NULL::TIMESTAMP")
    for name in who:
        others = [other for other in who if other != name]
        alone = f" FILTER (coalesce({', '.join(others)}) IS NULL)" if name in GROUPS and others else ""
        loading.seen[name] = loading.engine.aside(
            f"seen_{name}",
            f"SELECT {name} AS value, count(*) AS n, min({since}){alone} AS first_seen_at, count(*){alone} > 0 AS counts "
            f"FROM {loading.good} AND {name} IS NOT NULL GROUP BY {name}",
        )


def count_nobody(loading: LoadUnderWay) -> None:
    """``namespace value`` → good rows whose value names nobody, such as ``guest``; the most frequent first.

    Masked values are many and say little, so that all of them are counted as ``***``.
    Only what looks like it is judged, so that a load costs no more; ``quality`` judges all.
    """
    if (
        loading.terms.is_new
    ):  # what comes in over HTTP has no result that anybody reads, and the pattern takes 13 ms a time
        return
    found: dict[str, int] = {}
    settings = loading.terms.settings
    for name in named_by(loading.kind, loading.fields):
        matcher = matcher_for(name, settings)
        suspect = _SUSPECT.get(name, _WITHOUT_DIGITS)
        if name == "email":
            suspect = f"NOT contains(value, '@') OR regexp_matches(lower(value), {literal(matcher.nobody)})"
        rows = loading.engine.query(
            f"SELECT CASE WHEN {_MASKED} THEN '***' ELSE value END AS value, sum(n)::BIGINT AS n FROM {loading.seen[name]} "
            f"WHERE {suspect} OR {_MASKED} GROUP BY ALL ORDER BY n DESC, value LIMIT {_MOST_NOBODIES}"
        )
        values = rows["value"].combine_chunks().cast(pa.string())
        is_nobody = matcher.is_blocked(matcher.normalize(values, settings.country))
        chosen = rows.filter(is_nobody).to_pylist()
        found |= {f"{name} {row['value']}": row["n"] for row in chosen}
    loading.nobody = dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def count_accounts(loading: LoadUnderWay) -> None:
    """How many of the file's customer numbers are those of accounts, several people under each; ``resolve`` tells them apart."""
    who, engine = named_by(loading.kind, loading.fields), loading.engine
    numbers = [name for name in who if matcher_for(name, loading.terms.settings).may_number_accounts]
    if loading.terms.is_new or "email" not in who or not numbers:
        return
    each = " UNION ".join(
        f"SELECT '{name}' AS namespace, '' AS source, {name} AS key, lower(trim(email)) AS address FROM {loading.good} "
        f"AND {name} IS NOT NULL AND contains(email, '@')"
        for name in numbers
    )
    several = engine.aside("several", beside_several_sql(engine.aside("met", each)))
    found = engine.query(sources_of_accounts_sql(several))["numbers"].to_pylist()
    loading.accounts = sum(found)


def refuse_other_numbering(loading: LoadUnderWay) -> None:
    """Raise ``BadFile`` where half the numbers of orders or events that another source has too are plainly those of others.

    The same number is another's where it is days apart and not known to be the same
    person's: two shops that count from 1. The people of the rows are identified.
    """
    if loading.is_surely_new:
        return
    kind, engine = loading.kind, loading.engine
    tables = _TABLES.get(kind.table, ())
    number = given_id(kind, loading.fields) if tables else None
    bound = {"source": loading.mapping.source}
    others = [_OTHERS.format(table=table, number=kind.key[0]) for table in tables]
    if number is None or not any(engine.query(f"{rows} LIMIT 1", bound).num_rows for rows in others):
        return
    shared, other, apart = _shared_numbers(loading, kind, number, others, bound)
    if apart and 2 * apart >= shared:
        raise BadFile(
            sentence(
                "{n:,} of its numbers {n|is that|are those} of other {things} of the source {source!r}, of other days "
                "and people, and would take their place; make them differ: put a word before the numbers, "
                "or join a column to them, such as --set {field}=STORE+NUMBER",
                n=apart,
                things=kind.table,
                source=other,
                field=kind.key[0],
            ),
            file=loading.origin.file,
        )


def _shared_numbers(
    loading: LoadUnderWay, kind: Kind, number: str, others: list[str], bound: dict[str, str]
) -> tuple[int, str, int]:
    """How many numbers are another source's too, which that is, and how many of them are plainly of something else."""
    namespace, value = identity_of(kind, loading.fields)
    sql = _ALIKE.format(
        number=number,
        staged=loading.staged.table,
        namespace=namespace,
        value=value,
        others=" UNION ALL ".join(others),
    )
    shared, other, apart = (column[0].as_py() for column in loading.engine.query(sql, bound).columns)
    return shared, other, apart
