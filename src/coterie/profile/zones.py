"""What the clock of a zone shows, in a plan."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.expressions import Expr


def local_sql(at: Expr, zone: str) -> Expr:
    """``to_local`` of ``at``, a column of instants."""
    if zone == "UTC":
        return at
    source, target = exp.Literal.string("UTC"), exp.Literal.string(zone)
    return exp.ConvertTimezone(source_tz=source, target_tz=target, timestamp=at)
