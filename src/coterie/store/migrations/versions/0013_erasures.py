"""Who was erased, by keyed hashes, and what exposures of them had brought by then.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the column."""
    op.create_table(
        "erased_identities",
        sa.Column("identity_key", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=False),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("identity_key", name="pk_erased_identities"),
    )
    op.add_column("exposures", sa.Column("outcome", sa.Text(), nullable=True))
