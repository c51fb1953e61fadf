"""Fits have a table of their own; those kept among the definitions move there, with their numbers.

They are sealed anew when the ledger is opened with its key.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and move what computations kept."""
    op.create_table(
        "fits",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("as_of", sa.DateTime(), nullable=True),
        sa.Column("profiles", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("validation", sa.Text(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "name", "number", name="pk_fits"),
    )
    op.execute(
        sa.text(
            "INSERT INTO fits (kind, name, number, body, fitted_at, author, seal) "
            "SELECT kind, name, version, body, created_at, author, seal FROM definitions "
            "WHERE kind IN ('model', 'discovery')"
        )
    )
    op.execute(sa.text("DELETE FROM definitions WHERE kind IN ('model', 'discovery')"))
    known = op.get_bind().execute(sa.text("SELECT 1 FROM ledger_facts WHERE name = 'unsealed_since'")).first()
    if known is None:
        op.execute(sa.text("INSERT INTO ledger_facts (name, value) VALUES ('unsealed_since', '0006')"))
