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


def local_time(instant: str, zone: str) -> str:
    """SQL (DuckDB's) for what the clock in ``zone`` shows at ``instant``, SQL for a naive UTC timestamp.

    >>> local_time("occurred_at", "Asia/Shanghai")
    "timezone('Asia/Shanghai', timezone('UTC', occurred_at))"
    """
    return instant if zone == "UTC" else f"timezone({literal(zone)}, timezone('UTC', {instant}))"
