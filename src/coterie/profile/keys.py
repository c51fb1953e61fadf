"""What stands for a profile in a draw: an identifier, so that the same people meet the same lot in every workspace."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.expressions import Expr

from coterie.engines import Engine
from coterie.profile.rows import column


def smallest_identifier() -> Expr:
    """The least ``namespace:value`` in small letters, to be taken over the identifiers of a profile.

    Unlike the number of a profile it does not depend on which file was loaded first.
    """
    parts = exp.DPipe(this=column("namespace"), expression=exp.Literal.string(":"))
    return exp.Min(this=exp.Lower(this=exp.DPipe(this=parts, expression=column("value"))))


def drawn_key(smallest: Expr, profile: Expr) -> Expr:
    """The smallest identifier, or ``profile:`` and the number of a profile that has none."""
    number = exp.DPipe(this=exp.Literal.string("profile:"), expression=exp.cast(profile, "VARCHAR"))
    return exp.Coalesce(this=smallest, expressions=[number])


def drawn_keys_sql(engine: Engine, profiles: str) -> str:
    """SQL of ``profile_id, key`` for each ``profile_id`` that the query ``profiles`` gives once."""
    known = exp.Not(this=exp.Is(this=column("profile_id"), expression=exp.null()))
    keys = (
        exp.select(column("profile_id"), exp.alias_(smallest_identifier(), "smallest"))
        .from_("identifiers")
        .where(known)
        .group_by(column("profile_id"))
        .sql(dialect=engine.dialect)
    )
    key = drawn_key(column("smallest", "k"), column("profile_id", "c")).sql(dialect=engine.dialect)
    return f"SELECT c.profile_id, {key} AS key FROM ({profiles}) AS c LEFT JOIN ({keys}) AS k ON k.profile_id = c.profile_id"
