"""Who was erased and when, by a keyed hash of each identifier: enough to know them again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed, code_of
from coterie.store.sets import in_chunks

ERASED = sa.Table(
    "erased_identities",
    METADATA,
    sa.Column("identity_key", sa.String, primary_key=True),
    sa.Column("erased_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
)

_ANY = sa.select(sa.literal(1)).select_from(ERASED).limit(1)
_COUNT = sa.select(sa.func.count()).select_from(ERASED)
_SOME = sa.select(ERASED).where(ERASED.c.identity_key.in_(sa.bindparam("keys", expanding=True)))


class ErasedIdentities:
    """The identifiers of erased people, inside one transaction; ``identity`` is ``namespace:key`` as consents have it."""

    def __init__(self, connection: sa.Connection, sealed: Sealed, key: bytes) -> None:
        self._connection, self._sealed, self._key = connection, sealed, key

    def __bool__(self) -> bool:
        return self._connection.execute(_ANY).first() is not None

    def count(self) -> int:
        """How many identifiers are known to be of erased people."""
        return int(self._connection.execute(_COUNT).scalar_one())

    def key_of(self, identity: str) -> str:
        """What is kept of an identifier: nobody makes or tries one without the ledger's key."""
        return code_of(self._key, "erased", identity)

    def add(self, erased: Mapping[str, datetime]) -> int:
        """Note hash → when it was erased; the later instant counts. How many were not known."""
        fresh = dict(erased)
        for chunk in in_chunks(sorted(erased)):
            for row in list(self._sealed.read(_SOME, {"keys": chunk})):
                key, before = str(row["identity_key"]), row["erased_at"]
                assert isinstance(before, datetime)  # noqa: S101 - the column's type
                if fresh.pop(key) > before:
                    self._sealed.change(ERASED, [row], {"erased_at": erased[key]})
        if fresh:
            instants = pa.array(list(fresh.values()), pa.timestamp("us"))
            self._sealed.insert(ERASED, pa.table({"identity_key": list(fresh), "erased_at": instants}))
        return len(fresh)

    def among(self, identities: Iterable[str]) -> dict[str, datetime]:
        """Those of ``identities`` that were erased, and when; raises ``Damaged`` at a row that another hand changed."""
        asked = {self.key_of(identity): identity for identity in identities}
        return {
            asked[str(row["identity_key"])]: at
            for chunk in in_chunks(sorted(asked))
            for row in self._sealed.read(_SOME, {"keys": chunk})
            if isinstance(at := row["erased_at"], datetime)
        }

    def all(self) -> dict[str, datetime]:
        """Hash → when, of everybody."""
        rows = self._connection.execute(sa.select(ERASED.c.identity_key, ERASED.c.erased_at))
        return {str(key): at for key, at in rows}
