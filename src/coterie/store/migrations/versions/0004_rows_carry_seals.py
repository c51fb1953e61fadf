"""Rows of what must be proved carry seals; the rows that are there get theirs when the ledger is opened with its key.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEALED = (
    "consents",
    "definitions",
    "exposures",
    "launches",
    "ledger_facts",
    "outbox",
    "suppressions",
    "touches",
    "unread_consents",
)


def upgrade() -> None:
    """Add the column."""
    for table in SEALED:
        op.add_column(table, sa.Column("seal", sa.String(), nullable=True))
