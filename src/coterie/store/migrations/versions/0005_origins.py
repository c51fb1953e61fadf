"""Messages, touches and exposures are keyed by their origin; all that are there come from campaigns.

Their seals cover the names of columns, so they are sealed anew when the ledger is opened with
its key; the fact left here says that it is still to be done.

Frozen: a change of the tables is a new file beside this one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ORIGIN = {"origin_kind": "'campaign'", "occurrence": "''"}


def upgrade() -> None:
    """Make the tables anew and move their rows."""
    _renew("exposures", "experiment", [], ["pk_exposures"], _exposures)
    _renew("touches", "campaign", ["ix_touches_address_key", "ix_touches_profile_id"], ["pk_touches"], _touches)
    _renew("outbox", "campaign", ["ix_outbox_campaign"], ["pk_outbox", "uq_outbox_one_per_address"], _outbox)
    op.execute(sa.text("INSERT INTO ledger_facts (name, value) VALUES ('unsealed_since', '0005')"))


def _renew(table: str, was: str, indexes: list[str], constraints: list[str], make: object) -> None:
    old = f"{table}_before"
    for name in indexes:
        op.drop_index(name, table)
    op.rename_table(table, old)
    if op.get_bind().dialect.name == "postgresql":  # where their names are of the whole schema
        for name in constraints:
            op.drop_constraint(name, old)
    assert callable(make)  # noqa: S101
    make()
    known = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(old) if column["name"] != was]
    into = ", ".join([*known, "origin", *_ORIGIN])
    chosen = ", ".join([*known, was, *_ORIGIN.values()])
    op.execute(sa.text(f"INSERT INTO {table} ({into}) SELECT {chosen} FROM {old}"))
    op.drop_table(old)


def _exposures() -> None:
    op.create_table(
        "exposures",
        sa.Column("origin_kind", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("exposed_at", sa.DateTime(), nullable=False),
        sa.Column("segments", sa.Text(), nullable=True),
        sa.Column("spend_before", sa.Float(), nullable=True),
        sa.Column("orders_before", sa.Float(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("origin_kind", "origin", "profile_id", "occurrence", name="pk_exposures"),
        sqlite_with_rowid=False,
    )


def _touches() -> None:
    op.create_table(
        "touches",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("origin_kind", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("touched_at", sa.DateTime(), nullable=False),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name="pk_touches"),
    )
    op.create_index("ix_touches_address_key", "touches", ["address_key", "touched_at"], unique=False)
    op.create_index("ix_touches_profile_id", "touches", ["profile_id", "touched_at"], unique=False)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("origin_kind", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("identities", sa.Text(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("intended_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name="pk_outbox"),
        sa.UniqueConstraint(
            "origin_kind", "origin", "occurrence", "channel", "address_key", name="uq_outbox_one_per_address"
        ),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["state", "channel", "origin_kind", "origin", "not_before", "message_id"],
        unique=False,
    )
