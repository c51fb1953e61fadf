"""The one MetaData of the ledger, and the column types that mean the same on every database."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

FACTS = sa.Table(
    "ledger_facts",
    METADATA,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("seal", sa.String),
)
"""Single facts about the ledger itself, by name."""


def is_of(table: sa.Table, kind: object, name: object) -> sa.ColumnElement[bool]:
    """Whether a row of ``table`` comes from the origin ``kind`` and ``name``, which are values or bound parameters."""
    return sa.and_(table.c.origin_kind == kind, table.c.origin == name)


INSTANT = sa.DateTime()
"""A naive instant in UTC."""

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A number the database counts up; SQLite counts only columns of type INTEGER."""
