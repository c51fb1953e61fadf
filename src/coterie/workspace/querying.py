"""SQL that people write themselves: it may read, and nothing else."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from coterie.errors import Refused
from coterie.words import sentence, sql_says

_READS = (exp.Query, exp.Values, exp.Pivot, exp.Describe, exp.Summarize, exp.Show)
_MADE_OF_NOTHING = frozenset(
    {"range", "generateseries", "unnest", "repeat", "repeatrow", "jsoneach", "jsontree", "pragmatableinfo"}
)
"""Functions that give rows of what they are given, or of what the warehouse is; all others reach files or settings."""

_WRITES = (exp.DML, exp.DDL, exp.Command, exp.Into)


def one_reading(sql: str) -> str:
    """``sql`` where it is one statement that only reads; raises ``Refused`` for any other.

    >>> one_reading("SELECT count(*) FROM orders")
    'SELECT count(*) FROM orders'
    >>> one_reading("SELECT * FROM read_csv('/etc/passwd')")
    Traceback (most recent call last):
    coterie.errors.Refused: a query reads the tables of the workspace, and read_csv reaches beyond them; files come in by load
    >>> one_reading("DELETE FROM orders")
    Traceback (most recent call last):
    coterie.errors.Refused: a query only reads, and this is DELETE; facts change by load, definitions by apply
    """
    try:
        found = [each for each in sqlglot.parse(sql, dialect="duckdb") if each is not None]
    except SqlglotError as fault:
        raise Refused(sentence("this is no SQL that can be read: {why}", why=sql_says(fault))) from fault
    if len(found) != 1:
        raise Refused(sentence("a query is one SELECT; found {n} {n|statement|statements}", n=len(found)))
    [tree] = found
    writing = next((each for each in tree.walk() if isinstance(each, _WRITES) and not isinstance(each, _READS)), None)
    if writing is not None or not isinstance(tree, _READS):
        kind = (writing or tree).key.upper()
        raise Refused(
            sentence("a query only reads, and this is {kind}; facts change by load, definitions by apply", kind=kind)
        )
    for table in tree.find_all(exp.Table):
        name = _function(table.this)
        if name.replace("_", "") not in _MADE_OF_NOTHING and not name.startswith("duckdb_") and name:
            raise Refused(
                sentence(
                    "a query reads the tables of the workspace, and {name} reaches beyond them; files come in by load",
                    name=name,
                )
            )
    return sql


def _function(source: object) -> str:
    """The function or file that gives the rows of a table, in small letters; empty for a table of the workspace."""
    if isinstance(source, exp.Anonymous) or (isinstance(source, exp.Identifier) and set(source.name) & set("/.*")):
        return source.name.lower()
    return source.sql_name().lower() if isinstance(source, exp.Func) else ""
