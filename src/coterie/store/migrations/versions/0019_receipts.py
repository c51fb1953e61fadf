"""What providers say of messages, and the messages by the numbers that providers gave them.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the index."""
    op.create_table(
        "receipts",
        sa.Column(
            "receipt_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("address_key", sa.String(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_receipts"),
        sa.UniqueConstraint("provider", "event_id", name="uq_receipts_one_per_event"),
    )
    op.create_index("ix_receipts_proof", "receipts", ["provider", "proof"])
    op.create_index("ix_receipts_state", "receipts", ["state", "receipt_id"])
    op.create_index("ix_receipts_address_key", "receipts", ["address_key"])
    op.create_index("ix_outbox_reply", "outbox", ["channel", "reply"], sqlite_where=_TAKEN, postgresql_where=_TAKEN)


_TAKEN = sa.text("state = 'sent' AND length(reply) <= 200")
"""Of a server's long words no number is made, and what is queued has none."""
