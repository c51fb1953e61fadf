"""A statement about consent names several identities, and one that cannot be read holds them back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the statement of a row, and those held back."""
    op.add_column("consents", sa.Column("statement", sa.BigInteger(), nullable=True))
    op.create_index("ix_consents_statement", "consents", ["statement"], unique=False)
    op.create_table(
        "unread_consents",
        sa.Column("identity", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("identity", name="pk_unread_consents"),
    )
