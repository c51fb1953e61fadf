"""Definitions: kind × name × version. The newest version wins and nothing is deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.errors import Overtaken, UnknownName
from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed
from coterie.store.stored import stored_object
from coterie.words import sentence

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


_OF_NAME = sa.select(DEFINITIONS).where(
    DEFINITIONS.c.kind == sa.bindparam("kind"), DEFINITIONS.c.name == sa.bindparam("name")
)
_NEWEST_OF_NAME = _OF_NAME.order_by(DEFINITIONS.c.version.desc()).limit(1)
_LATER = DEFINITIONS.alias("later")
_IN_USE = (
    sa.select(DEFINITIONS)
    .where(
        DEFINITIONS.c.kind == sa.bindparam("kind"),
        sa.not_(DEFINITIONS.c.is_retired),
        DEFINITIONS.c.version
        == sa.select(sa.func.max(_LATER.c.version))
        .where(_LATER.c.kind == DEFINITIONS.c.kind, _LATER.c.name == DEFINITIONS.c.name)
        .scalar_subquery(),
    )
    .order_by(DEFINITIONS.c.name)
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


class DefinitionVersions:
    """The definitions of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def save(
        self,
        kind: str,
        name: str,
        body: Mapping[str, object],
        *,
        author: str,
        at: datetime,
        made_from: int | None = None,
    ) -> Definition:
        """The newest version, which has this body; a body equal to the newest makes no new version.

        ``made_from`` is the version that was read before the change (0: there was none). Raises
        ``Overtaken`` where somebody has saved another since; None asks for no such look.
        """
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        return self._append(kind, name, text, author, at, retired=False, made_from=made_from)

    def retire(self, kind: str, name: str, *, author: str, at: datetime, made_from: int | None = None) -> Definition:
        """Take ``name`` out of use by a new version; raises ``UnknownName``, and ``Overtaken`` as ``save`` does."""
        body = json.dumps(self.one(kind, name).body, sort_keys=True, ensure_ascii=False)
        return self._append(kind, name, body, author, at, retired=True, made_from=made_from)

    def _append(
        self, kind: str, name: str, body: str, author: str, at: datetime, *, retired: bool, made_from: int | None
    ) -> Definition:
        newest = self._newest(kind, name)
        parsed = json.loads(body)
        if newest and newest.body == parsed and newest.is_retired == retired:
            return newest
        version = newest.version if newest else 0
        # One who saw no definition and one who saw a retired one start anew alike.
        if made_from is not None and made_from != version and not (made_from == 0 and newest and newest.is_retired):
            raise Overtaken(kind, name, made_from, version, newest.author if newest else "")
        version += 1
        row = {"kind": kind, "name": name, "version": version, "body": body, "is_retired": retired}
        self._sealed.insert(DEFINITIONS, pa.Table.from_pylist([row | {"author": author, "created_at": at}]))
        return Definition(kind, name, version, parsed, author, at, retired)

    def one(self, kind: str, name: str, version: int | None = None) -> Definition:
        """The newest version in use, or the ``version`` asked for; raises ``UnknownName`` with the nearest names."""
        if version is None:
            found = self._newest(kind, name)
            found = None if found is None or found.is_retired else found
        else:
            chosen = _OF_NAME.where(DEFINITIONS.c.version == version)
            row = self._connection.execute(chosen, {"kind": kind, "name": name}).first()
            found = _definition(row) if row else None
        if found is not None:
            return found
        raise UnknownName(
            kind,
            name if version is None else sentence("{name} (version {version})", name=name, version=version),
            self.all(kind),
        )

    def all(self, kind: str) -> dict[str, Definition]:
        """Name → newest version, of those in use, in order of name."""
        return {row.name: _definition(row) for row in self._connection.execute(_IN_USE, {"kind": kind})}

    def history(self, kind: str, name: str) -> list[Definition]:
        """All versions of ``name``, oldest first; empty when there is none."""
        asked = {"kind": kind, "name": name}
        rows = self._connection.execute(_OF_NAME.order_by(DEFINITIONS.c.version), asked)
        return [_definition(row) for row in rows]

    def _newest(self, kind: str, name: str) -> Definition | None:
        row = self._connection.execute(_NEWEST_OF_NAME, {"kind": kind, "name": name}).first()
        return _definition(row) if row else None


def _definition(row: sa.Row[tuple[object, ...]]) -> Definition:
    body = stored_object(row.body, f"{row.kind} {row.name}")
    return Definition(row.kind, row.name, row.version, body, row.author, row.created_at, row.is_retired)
