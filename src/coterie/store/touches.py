"""Touches: contacts made or about to be made, which frequency caps count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import zip_longest

import pyarrow as pa
import sqlalchemy as sa

from coterie.domain import Origin
from coterie.store.metadata import INSTANT, METADATA, is_of
from coterie.store.sealed import Sealed
from coterie.store.sets import in_chunks, read_arrow

TOUCHES = sa.Table(
    "touches",
    METADATA,
    sa.Column("message_id", sa.String, primary_key=True),
    sa.Column("origin_kind", sa.String, nullable=False),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("occurrence", sa.String, nullable=False),
    sa.Column("profile_id", sa.BigInteger, nullable=False),
    sa.Column("address_key", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("touched_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
    sa.Index("ix_touches_address_key", "address_key", "touched_at"),
    sa.Index("ix_touches_profile_id", "profile_id", "touched_at"),
)


_ROWS = sa.select(TOUCHES).where(TOUCHES.c.message_id.in_(sa.bindparam("keys", expanding=True)))
# Statements that a send repeats are built once: building one takes longer than running it.
_SINCE = sa.select(TOUCHES).where(TOUCHES.c.touched_at >= sa.bindparam("start", type_=INSTANT))
_SINCE_AT = _SINCE.where(TOUCHES.c.address_key.in_(sa.bindparam("wanted", expanding=True)))
_OF = sa.select(TOUCHES.c.occurrence, TOUCHES.c.profile_id, TOUCHES.c.address_key).where(
    is_of(TOUCHES, sa.bindparam("kind"), sa.bindparam("name")),
    TOUCHES.c.occurrence.in_(sa.bindparam("occurrences", expanding=True)),
    sa.or_(
        TOUCHES.c.address_key.in_(sa.bindparam("addresses", expanding=True)),
        TOUCHES.c.profile_id.in_(sa.bindparam("people", expanding=True)),
    ),
)
_SINCE_WITH = _SINCE.where(TOUCHES.c.profile_id.in_(sa.bindparam("wanted", expanding=True)))
_OF_ORIGIN = (
    sa.select(sa.func.count(), sa.func.min(TOUCHES.c.touched_at))
    .where(TOUCHES.c.touched_at > sa.bindparam("start", type_=INSTANT))
    .where(is_of(TOUCHES, sa.bindparam("kind"), sa.bindparam("name")))
)


class Touches:
    """The contacts of a workspace, inside one transaction.

    A touch is written with the intent to send and taken back when the provider refused, so
    that messages on their way count too.
    """

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, rows: pa.Table) -> None:
        """Add ``message_id, origin_kind, origin, occurrence, profile_id, address_key, channel, touched_at``; known messages stay."""
        self._sealed.insert(TOUCHES, rows, skip_known=True)

    def remove(self, message_ids: Iterable[str]) -> None:
        """Take back the touches of messages that certainly did not go out."""
        for chunk in in_chunks(message_ids):
            self._sealed.delete(_ROWS, {"keys": chunk})

    def of_origin(self, origin: Origin, *, after: datetime) -> tuple[int, datetime | None]:
        """How many contacts ``origin`` made ``after`` an instant, and when the first of them was."""
        count, first = self._connection.execute(_OF_ORIGIN, {"start": after, **origin._asdict()}).one()
        return int(count), first

    def of(
        self, origin: Origin, occurrences: Iterable[str], address_keys: Iterable[str], profile_ids: Iterable[int]
    ) -> set[tuple[str, int, str]]:
        """Occurrence, profile and address key of the touches of ``origin`` with any of these addresses or profiles."""
        asked = {**origin._asdict(), "occurrences": list(occurrences)}
        return {
            (occurrence, person, address)
            for addresses, people in zip_longest(in_chunks(address_keys), in_chunks(profile_ids), fillvalue=())
            for occurrence, person, address in self._connection.execute(
                _OF, asked | {"addresses": addresses, "people": people}
            )
        }

    def since(
        self, start: datetime, *, address_keys: Iterable[str] | None = None, profile_ids: Iterable[int] | None = None
    ) -> pa.Table:
        """Touches at ``start`` or later, of everybody, or of these addresses together with these profiles."""
        if address_keys is None and profile_ids is None:
            return read_arrow(self._connection, _SINCE, {"start": start})
        found = pa.concat_tables(
            read_arrow(self._connection, statement, {"start": start, "wanted": chunk})
            for statement, wanted in ((_SINCE_AT, address_keys), (_SINCE_WITH, profile_ids))
            for chunk in list(in_chunks(sorted(set(wanted or [])))) or [[]]  # type: ignore[type-var]
        )
        return found.group_by(found.column_names).aggregate([]) if found.num_rows else found
