"""A message knows the zone of its person, whose clock its quiet hours go by.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of messages queued before, the workspace's clock counts until they are asked about again."""
    op.add_column("outbox", sa.Column("zone", sa.String(), nullable=True))
