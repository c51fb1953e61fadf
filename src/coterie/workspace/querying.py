"""SQL that people write themselves: it may read, and nothing else."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from coterie.errors import Refused

_READS = (exp.Query, exp.Values, exp.Pivot, exp.Describe, exp.Summarize, exp.Show)
_WRITES = (exp.DML, exp.DDL, exp.Command, exp.Into)


def one_reading(sql: str) -> str:
    """``sql`` where it is one statement that only reads; raises ``Refused`` for any other.

    >>> one_reading("SELECT count(*) FROM orders")
    'SELECT count(*) FROM orders'
    >>> one_reading("DELETE FROM orders")
    Traceback (most recent call last):
    coterie.errors.Refused: a query only reads, and this is DELETE; facts change by load, definitions by apply
    """
    try:
        found = [each for each in sqlglot.parse(sql, dialect="duckdb") if each is not None]
    except SqlglotError as fault:
        raise Refused(f"this is no SQL that can be read: {str(fault).splitlines()[0]}") from fault
    if len(found) != 1:
        raise Refused(f"a query is one SELECT; found {len(found)} statements")
    [tree] = found
    writing = next((each for each in tree.walk() if isinstance(each, _WRITES) and not isinstance(each, _READS)), None)
    if writing is not None or not isinstance(tree, _READS):
        kind = (writing or tree).key.upper()
        raise Refused(f"a query only reads, and this is {kind}; facts change by load, definitions by apply")
    return sql
