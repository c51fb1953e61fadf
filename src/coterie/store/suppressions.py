"""Suppressions: blocks that outrank consent, by keyed hash of the address. Append-only."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA, SERIAL
from coterie.store.sealed import Sealed, whole_rows
from coterie.store.sets import in_chunks, read_arrow

SUPPRESSIONS = sa.Table(
    "suppressions",
    METADATA,
    sa.Column("suppression_id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("address_key", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("is_lifted", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("occurred_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
    sa.Index("ix_suppressions_address_key", "address_key", "channel"),
)


# Statements that a send repeats are built once: building one takes longer than running it.
_ROWS = SUPPRESSIONS.c
_NEWEST = (
    sa.select(sa.func.max(_ROWS.suppression_id))
    .where(_ROWS.channel.in_([sa.bindparam("channel"), "*"]))
    .group_by(_ROWS.address_key, _ROWS.channel)
)
_ACTIVE = sa.select(_ROWS.address_key, _ROWS.reason).where(sa.not_(_ROWS.is_lifted), _ROWS.suppression_id.in_(_NEWEST))
_NEWEST_SOME = whole_rows(SUPPRESSIONS).where(
    _ROWS.suppression_id.in_(_NEWEST.where(_ROWS.address_key.in_(sa.bindparam("keys", expanding=True))))
)


class Suppressions:
    """The suppressions of a workspace, inside one transaction. ``channel`` ``*`` blocks every channel."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, rows: pa.Table) -> None:
        """Append rows; a row with ``is_lifted`` ends the blocks before it for that key and channel."""
        self._sealed.insert(SUPPRESSIONS, rows)

    def active(self, channel: str, address_keys: Iterable[str] | None = None) -> pa.Table:
        """``address_key, reason`` of the blocks that stand on ``channel``, of everybody or of ``address_keys``.

        Raises ``Damaged`` at a row of ``address_keys`` that another hand changed; whoever asks of
        everybody has all seals checked before.
        """
        asked: dict[str, object] = {"channel": channel}
        if address_keys is None:
            return read_arrow(self._connection, _ACTIVE, asked)
        chunks = list(in_chunks(sorted(set(address_keys)))) or [[]]
        newest = pa.concat_tables(
            self._sealed.read_arrow(_NEWEST_SOME, ("address_key", "reason", "is_lifted"), asked | {"keys": chunk})
            for chunk in chunks
        )
        return newest.filter(pc.invert(newest["is_lifted"])).drop_columns(["is_lifted"])

    def of(self, address_key: str) -> pa.Table:
        """Everything recorded about one key, oldest first."""
        chosen = SUPPRESSIONS.c.address_key == address_key
        order = SUPPRESSIONS.c.suppression_id
        return read_arrow(self._connection, sa.select(SUPPRESSIONS).where(chosen).order_by(order))
