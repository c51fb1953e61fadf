"""Names and values as SQL text, quoted."""

from __future__ import annotations


def identifier(name: str) -> str:
    """``name`` quoted as a SQL identifier.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` quoted as a SQL string, for the few places that take no bound value (COPY, read_csv options).

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
