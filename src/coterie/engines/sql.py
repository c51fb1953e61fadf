"""Names and values as SQL text, quoted."""

from __future__ import annotations

from datetime import datetime


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


def instant(at: datetime) -> str:
    """A naive UTC instant as SQL, for where no value can be bound.

    >>> instant(datetime(2026, 1, 2))
    "CAST('2026-01-02T00:00:00' AS TIMESTAMP)"
    """
    return f"CAST({literal(at.isoformat())} AS TIMESTAMP)"


def local_time(instant: str, zone: str) -> str:
    """SQL (DuckDB's) for what the clock in ``zone`` shows at ``instant``, SQL for a naive UTC timestamp.

    >>> local_time("occurred_at", "Asia/Shanghai")
    "timezone('Asia/Shanghai', timezone('UTC', occurred_at))"
    """
    return instant if zone == "UTC" else f"timezone({literal(zone)}, timezone('UTC', {instant}))"
