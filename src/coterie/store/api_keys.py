"""Keys by which programs come in: their hashes, what they may do, since when and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.errors import UnknownName
from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed

API_KEYS = sa.Table(
    "api_keys",
    METADATA,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("scope", sa.String, nullable=False),
    sa.Column("begins_with", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("revoked_at", INSTANT),
    sa.Column("seal", sa.String),
)

_ONE = sa.select(API_KEYS).where(API_KEYS.c.name == sa.bindparam("name"))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key: its name, what it may do (``scope``), its first letters, a keyed hash of it, and when it was made and revoked."""

    name: str
    scope: str
    begins_with: str
    hash: str
    created_at: datetime
    author: str
    revoked_at: datetime | None = None


class ApiKeys:
    """The keys of a workspace, inside one transaction. A name is given once, for ever."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, key: ApiKey) -> bool:
        """Keep a new key; False, and nothing is kept, where one of its name was ever made."""
        if self._connection.execute(_ONE, {"name": key.name}).first() is not None:
            return False
        row = {c.name: getattr(key, c.name) for c in API_KEYS.c if c.name != "seal"}
        self._sealed.insert(API_KEYS, pa.Table.from_pylist([row]))
        return True

    def all(self) -> list[ApiKey]:
        """Every key ever made, the oldest first; raises ``Damaged`` at one that another hand changed."""
        chosen = sa.select(API_KEYS).order_by(API_KEYS.c.created_at, API_KEYS.c.name)
        return [
            ApiKey(**{name: value for name, value in row.items() if name != "seal"})  # type: ignore[arg-type]
            for row in self._sealed.read(chosen)
        ]

    def revoke(self, name: str, *, at: datetime) -> bool:
        """End a key; False where it had ended before. Raises ``UnknownName``."""
        found = next((key for key in self.all() if key.name == name), None)
        if found is None:
            raise UnknownName("API key", name, [key.name for key in self.all()])
        if found.revoked_at is not None:
            return False
        self._sealed.update(_ONE, {"revoked_at": at}, {"name": name})
        return True
