"""Touches: contacts made or about to be made, which frequency caps count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sets import add_rows, in_chunks, read_arrow

TOUCHES = sa.Table(
    "touches",
    METADATA,
    sa.Column("message_id", sa.String, primary_key=True),
    sa.Column("campaign", sa.String, nullable=False),
    sa.Column("profile_id", sa.BigInteger, nullable=False),
    sa.Column("address_key", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("touched_at", INSTANT, nullable=False),
    sa.Index("ix_touches_address_key", "address_key", "touched_at"),
    sa.Index("ix_touches_profile_id", "profile_id", "touched_at"),
)


class Touches:
    """The contacts of a workspace, inside one transaction.

    A touch is written with the intent to send and taken back when the provider refused, so
    that messages on their way count too.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, rows: pa.Table) -> None:
        """Add ``message_id, campaign, profile_id, address_key, channel, touched_at``; known messages stay."""
        add_rows(self._connection, TOUCHES, rows, skip_known=True)

    def remove(self, message_ids: Iterable[str]) -> None:
        """Take back the touches of messages that certainly did not go out."""
        for chunk in in_chunks(message_ids):
            self._connection.execute(sa.delete(TOUCHES).where(TOUCHES.c.message_id.in_(chunk)))

    def since(
        self, start: datetime, *, address_keys: Iterable[str] | None = None, profile_ids: Iterable[int] | None = None
    ) -> pa.Table:
        """Touches at ``start`` or later, of everybody, or of these addresses together with these profiles."""
        statement = sa.select(TOUCHES).where(TOUCHES.c.touched_at >= start)
        if address_keys is None and profile_ids is None:
            return read_arrow(self._connection, statement)
        parts = [read_arrow(self._connection, statement.where(sa.false()))]
        for column, wanted in ((TOUCHES.c.address_key, address_keys), (TOUCHES.c.profile_id, profile_ids)):
            parts += [
                read_arrow(self._connection, statement.where(column.in_(chunk)))
                for chunk in in_chunks(sorted(set(wanted or [])))  # type: ignore[type-var]
            ]
        found = pa.concat_tables(parts)
        return found.group_by(found.column_names).aggregate([]) if found.num_rows else found
