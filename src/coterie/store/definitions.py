"""Definitions: kind × name × version. The newest version wins and nothing is deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.errors import UnknownName
from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed

DEFINITIONS = sa.Table(
    "definitions",
    METADATA,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("is_retired", sa.Boolean, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one definition. A retired one keeps the body it last had."""

    kind: str
    name: str
    version: int
    body: Mapping[str, object]
    author: str
    created_at: datetime
    is_retired: bool = False


class Definitions:
    """The definitions of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def save(self, kind: str, name: str, body: Mapping[str, object], *, author: str, at: datetime) -> Definition:
        """The newest version, which has this body; a body equal to the newest makes no new version."""
        return self._append(kind, name, json.dumps(body, sort_keys=True, ensure_ascii=False), author, at, retired=False)

    def retire(self, kind: str, name: str, *, author: str, at: datetime) -> Definition:
        """Take ``name`` out of use by a new version; raises ``UnknownName``."""
        current = self.one(kind, name)
        body = json.dumps(current.body, sort_keys=True, ensure_ascii=False)
        return self._append(kind, name, body, author, at, retired=True)

    def _append(self, kind: str, name: str, body: str, author: str, at: datetime, *, retired: bool) -> Definition:
        past = self.history(kind, name)
        parsed = json.loads(body)
        if past and past[-1].body == parsed and past[-1].is_retired == retired:
            return past[-1]
        version = past[-1].version + 1 if past else 1
        row = {"kind": kind, "name": name, "version": version, "body": body, "is_retired": retired}
        self._sealed.insert(DEFINITIONS, pa.Table.from_pylist([row | {"author": author, "created_at": at}]))
        return Definition(kind, name, version, parsed, author, at, retired)

    def one(self, kind: str, name: str, version: int | None = None) -> Definition:
        """The newest version in use, or the ``version`` asked for; raises ``UnknownName`` with the nearest names."""
        for past in reversed(self.history(kind, name)):
            if past.version == version or (version is None and not past.is_retired):
                return past
            if version is None:
                break
        raise UnknownName(kind, name if version is None else f"{name} (version {version})", self.all(kind))

    def all(self, kind: str) -> dict[str, Definition]:
        """Name → newest version, of those in use, in order of name."""
        rows = self._connection.execute(
            sa.select(DEFINITIONS).where(DEFINITIONS.c.kind == kind).order_by(DEFINITIONS.c.name, DEFINITIONS.c.version)
        )
        newest = {row.name: _definition(row) for row in rows}
        return {name: found for name, found in newest.items() if not found.is_retired}

    def history(self, kind: str, name: str) -> list[Definition]:
        """All versions of ``name``, oldest first; empty when there is none."""
        rows = self._connection.execute(
            sa.select(DEFINITIONS)
            .where(DEFINITIONS.c.kind == kind, DEFINITIONS.c.name == name)
            .order_by(DEFINITIONS.c.version)
        )
        return [_definition(row) for row in rows]


def _definition(row: sa.Row[tuple[object, ...]]) -> Definition:
    body = json.loads(row.body)
    return Definition(row.kind, row.name, row.version, body, row.author, row.created_at, row.is_retired)
