"""Exposures: which profile met which arm of what, how likely that was, and what was known of it then."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.domain import Origin
from coterie.store.metadata import INSTANT, METADATA, is_of
from coterie.store.sealed import Sealed
from coterie.store.sets import read_arrow

EXPOSURES = sa.Table(
    "exposures",
    METADATA,
    sa.Column("origin_kind", sa.String, primary_key=True),
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("profile_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("occurrence", sa.String, primary_key=True),
    sa.Column("arm", sa.String, nullable=False),
    sa.Column("propensity", sa.Float, nullable=False),
    sa.Column("exposed_at", INSTANT, nullable=False),
    # What was true before the exposure; whatever is computed later may be its consequence.
    sa.Column("segments", sa.Text),
    sa.Column("spend_before", sa.Float),
    sa.Column("orders_before", sa.Float),
    # Of somebody who was erased: what the goal had brought by then (JSON).
    sa.Column("outcome", sa.Text),
    sa.Column("seal", sa.String),
    sqlite_with_rowid=False,  # the key is the table: half the writing
)


class Exposures:
    """The exposures of a workspace, inside one transaction. A profile meets one arm of an origin, once an occurrence."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, rows: pa.Table) -> int:
        """Add ``origin_kind, origin, occurrence, profile_id, arm, propensity, exposed_at``; how many were new.

        Frozen beside them, where given: ``segments`` (JSON, segmentation to segment),
        ``spend_before`` and ``orders_before``.
        """
        return self._sealed.insert(EXPOSURES, rows, skip_known=True)

    def begin(self, origin: Origin, *, at: datetime) -> int:
        """Move the exposures that were planned for earlier to ``at``; how many.

        To be called until the first message has left: nobody, the holdout neither, is
        exposed before anybody could be reached.
        """
        chosen = sa.select(EXPOSURES).where(is_of(EXPOSURES, *origin), EXPOSURES.c.exposed_at < at)
        return self._sealed.update(chosen, {"exposed_at": at})

    def of(self, origin: Origin) -> pa.Table:
        """``profile_id, occurrence, arm, propensity, exposed_at, segments, spend_before, orders_before, outcome``, in order of profile."""
        rows = [column for column in EXPOSURES.c if column.name not in ("origin_kind", "origin", "seal")]
        ordered = (
            sa.select(*rows).where(is_of(EXPOSURES, *origin)).order_by(EXPOSURES.c.profile_id, EXPOSURES.c.occurrence)
        )
        return read_arrow(self._connection, ordered)
