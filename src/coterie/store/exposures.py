"""Exposures: which profile met which arm of which experiment, and how likely that was."""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sets import add_rows, read_arrow

EXPOSURES = sa.Table(
    "exposures",
    METADATA,
    sa.Column("experiment", sa.String, primary_key=True),
    sa.Column("profile_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("arm", sa.String, nullable=False),
    sa.Column("propensity", sa.Float, nullable=False),
    sa.Column("exposed_at", INSTANT, nullable=False),
    sqlite_with_rowid=False,  # the key is the table: half the writing
)


class Exposures:
    """The exposures of a workspace, inside one transaction. A profile meets one arm of an experiment, once."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, rows: pa.Table) -> int:
        """Add ``experiment, profile_id, arm, propensity, exposed_at``; how many profiles were new to it."""
        return add_rows(self._connection, EXPOSURES, rows, skip_known=True)

    def of(self, experiment: str) -> pa.Table:
        """``profile_id, arm, propensity, exposed_at`` of one experiment, in order of profile."""
        rows = EXPOSURES.c
        return read_arrow(
            self._connection,
            sa.select(rows.profile_id, rows.arm, rows.propensity, rows.exposed_at)
            .where(rows.experiment == experiment)
            .order_by(rows.profile_id),
        )
