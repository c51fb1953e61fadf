"""The schema of a ledger as it was made: what another hand changes in its tables, indexes, triggers or views is found.

How each object was defined is a fact of the ledger, and sealed as facts are. A trigger is
never ours, so that one put in before this was noted is found too. An index of plain columns that is not unique computes
nothing and refuses nothing, so an administrator may add, change or drop it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pyarrow as pa
import sqlalchemy as sa

from coterie.errors import Damaged
from coterie.store.breach import Breach
from coterie.store.metadata import FACTS, METADATA
from coterie.store.sealed import Sealed, read_head
from coterie.words import Sentence

NEVER_OURS = ("trigger", "view", "rule", "policy")
"""Kinds of objects that no ledger has."""

_SQLITE = sa.text("""
    SELECT type, name, tbl_name AS owner, coalesce(sql, '') AS text, type = 'index'
        AND EXISTS (SELECT 1 FROM pragma_index_list(tbl_name) AS l WHERE l.name = m.name AND NOT "unique" AND NOT partial)
        AND NOT EXISTS (SELECT 1 FROM pragma_index_xinfo(m.name) WHERE cid = -2 OR coll NOT IN ('BINARY', 'NOCASE', 'RTRIM'))
        AS is_plain
    FROM sqlite_master AS m""")

_POSTGRESQL = sa.text("""
    WITH ours AS (
        SELECT * FROM pg_class
        WHERE relnamespace = CAST(quote_ident(current_schema()) AS regnamespace) AND relname = ANY(:names))
    SELECT CASE WHEN relkind = 'v' THEN 'view' ELSE 'table' END AS type, relname AS name, relname AS owner,
        concat_ws(' ', relkind, relrowsecurity, (
            SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,
                pg_get_expr(adbin, adrelid)), ', ' ORDER BY attname)
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = ours.oid AND attnum > 0 AND NOT attisdropped)) AS text, false AS is_plain
    FROM ours
    UNION ALL
    SELECT 'index', i.relname, ours.relname, concat_ws(' ', ours.relname, indisunique, indisvalid, indisready,
        pg_get_expr(indpred, indrelid), pg_get_expr(indexprs, indrelid), (
            SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(indkey) WITH ORDINALITY AS key(number, place)
            JOIN pg_attribute ON attrelid = indrelid AND attnum = number)),
        -- What a foreign operator class computes hangs on more than tables.
        NOT indisunique AND NOT indisexclusion AND indpred IS NULL AND indexprs IS NULL AND NOT EXISTS (
            SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = indexrelid AND refclassid <> classid)
    FROM pg_index JOIN ours ON ours.oid = indrelid JOIN pg_class AS i ON i.oid = indexrelid
    UNION ALL
    SELECT 'constraint', conname, ours.relname, concat_ws(' ', contype, pg_get_expr(conbin, conrelid)), false
    FROM pg_constraint JOIN ours ON ours.oid = conrelid WHERE contype <> 'n'
    UNION ALL
    SELECT 'trigger', tgname, ours.relname, '', false FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT 'rule', rulename, ours.relname, '', false FROM pg_rewrite JOIN ours ON ours.oid = ev_class
    WHERE rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', polname, ours.relname, '', false FROM pg_policy JOIN ours ON ours.oid = polrelid""")


def schema_of(connection: sa.Connection) -> dict[str, str]:
    """Kind and name of everything that belongs to a table of the ledger, but for plain indexes → what stands for its definition."""
    names = [table.name for table in METADATA.sorted_tables]
    if connection.dialect.name == "sqlite":
        found = [row for row in connection.execute(_SQLITE) if row.owner.lower() in names or row.type in NEVER_OURS]
    else:
        found = [*connection.execute(_POSTGRESQL, {"names": names})]
    return {
        f"{row.type} {row.name}": hashlib.sha256(row.text.encode()).hexdigest()[:16]
        for row in found
        if not row.is_plain
    }


def schema_breaches(connection: sa.Connection) -> Iterator[Breach]:
    """Every object that is not as it was made; none where nothing was noted yet and nothing is foreign."""
    found, kept = schema_of(connection), _kept(connection)
    for name in found:
        if not _may_be_ours(name) or (kept and name not in kept):
            yield Breach("schema", name, Sentence("put in by another hand, so take it out"))
    for name in kept:
        if name not in found:
            yield Breach("schema", name, Sentence("removed"))
        elif found[name] != kept[name]:
            yield Breach("schema", name, Sentence("changed by another hand"))


def is_noted(connection: sa.Connection, revision: str) -> bool:
    """Whether the schema was noted since the migration ``revision``."""
    return _note(connection).get("revision") == revision


def note_schema(connection: sa.Connection, key: bytes, revision: str) -> None:
    """Note the schema as it is, after it was made or migrated; not where another hand changed the head or the note."""
    if read_head(connection, key) is None:
        return
    sealed, name = Sealed(connection, key), _name(connection)
    objects = {name: text for name, text in schema_of(connection).items() if _may_be_ours(name)}
    value = json.dumps({"revision": revision, "objects": objects}, sort_keys=True)
    try:
        is_renewed = sealed.update(sa.select(FACTS).where(FACTS.c.name == name), {"value": value})
    except Damaged:  # told by whoever looks; opening it must stay possible for that
        return
    if not is_renewed:
        sealed.insert(FACTS, pa.table({"name": [name], "value": [value]}))
    sealed.finish()


def _may_be_ours(name: str) -> bool:
    return name.split(maxsplit=1)[0] not in NEVER_OURS


def _name(connection: sa.Connection) -> str:
    # Of each database its own: a copy of a server's ledger is a file, and made anew.
    return f"schema:{connection.dialect.name}"


def _note(connection: sa.Connection) -> dict[str, object]:
    text = connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == _name(connection))).scalar_one_or_none()
    try:
        found = json.loads(str(text)) if text is not None else {}
    except ValueError:
        found = None
    # What cannot be read was changed, which the seal of the fact tells.
    return found if isinstance(found, dict) else {}


def _kept(connection: sa.Connection) -> dict[str, str]:
    kept = _note(connection).get("objects")
    # Earlier versions noted plain indexes too.
    plain = {
        f"index {i.name}"
        for table in METADATA.sorted_tables
        for i in table.indexes
        if not i.unique and not _is_partial(i)
    }
    return {name: text for name, text in kept.items() if name not in plain} if isinstance(kept, dict) else {}


def _is_partial(index: sa.Index) -> bool:
    return index.dialect_options["sqlite"]["where"] is not None
