"""Whom statements about consent name that could not be read, and wait in the quarantine."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import METADATA
from coterie.store.sealed import Sealed
from coterie.store.sets import in_chunks

UNREAD = sa.Table(
    "unread_consents", METADATA, sa.Column("identity", sa.String, primary_key=True), sa.Column("seal", sa.String)
)


class Unread:
    """The identities held back until a statement is settled, inside one transaction.

    A mirror of the warehouse's quarantine, so that sending sees it without the warehouse.
    """

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def all(self) -> set[str]:
        """Everybody held back."""
        return set(self._connection.execute(sa.select(UNREAD.c.identity)).scalars())

    def among(self, identities: Iterable[str]) -> set[str]:
        """Those of ``identities`` that are held back."""
        return {
            found
            for chunk in in_chunks(sorted(set(identities)))
            for found in self._connection.execute(_AMONG, {"identities": chunk}).scalars()
        }

    def replace(self, identities: Iterable[str]) -> None:
        """Hold back these and nobody else."""
        wanted, held = set(identities), self.all()
        for chunk in in_chunks(sorted(held - wanted)):
            self._sealed.delete(sa.select(UNREAD).where(UNREAD.c.identity.in_(chunk)))
        fresh = sorted(wanted - held)
        if fresh:
            self._sealed.insert(UNREAD, pa.table({"identity": pa.array(fresh, pa.string())}))


_AMONG = sa.select(UNREAD.c.identity).where(UNREAD.c.identity.in_(sa.bindparam("identities", expanding=True)))
