"""Pools of coupons: codes of which each goes to one message, once.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "coupon_pools",
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("pool", name="pk_coupon_pools"),
    )
    op.create_table(
        "coupons",
        sa.Column(
            "coupon_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("origin_kind", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("occurrence", sa.String(), nullable=True),
        sa.Column("profile_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("coupon_id", name="pk_coupons"),
        sa.UniqueConstraint("code_key", name="uq_coupons_code_key"),
        sa.UniqueConstraint("pool", "message_id", name="uq_coupons_one_per_message"),
    )
    op.create_index("ix_coupons_pool", "coupons", ["pool", "coupon_id"])
    op.create_index("ix_coupons_free", "coupons", ["pool", "coupon_id"], sqlite_where=_FREE, postgresql_where=_FREE)
    op.create_index("ix_coupons_message_id", "coupons", ["message_id"])
    op.create_index("ix_coupons_profile_id", "coupons", ["profile_id"])


_FREE = sa.text("message_id IS NULL")
"""Codes that nobody has: as rows are given away they leave the index, so that taking one stays as fast."""
