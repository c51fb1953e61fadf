"""What was true of a profile before its exposure is kept with it.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of exposures made before, nothing is known."""
    op.add_column("exposures", sa.Column("segments", sa.Text(), nullable=True))
    op.add_column("exposures", sa.Column("spend_before", sa.Float(), nullable=True))
    op.add_column("exposures", sa.Column("orders_before", sa.Float(), nullable=True))
