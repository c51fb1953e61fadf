"""Consents: what a person said about a purpose on a channel, with its proof, append-only; and whom unreadable statements name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA, SERIAL
from coterie.store.sealed import Sealed, whole_rows
from coterie.store.sets import in_chunks, read_arrow

CONSENTS = sa.Table(
    "consents",
    METADATA,
    sa.Column("consent_id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("identity", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("effective_at", INSTANT, nullable=False),
    sa.Column("expires_at", INSTANT),
    sa.Column("occurred_at", INSTANT, nullable=False),
    sa.Column("recorded_at", INSTANT, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("text_version", sa.String),
    sa.Column("text_hash", sa.String),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("statement", sa.BigInteger),
    sa.Column("seal", sa.String),
    sa.Index("ix_consents_identity", "identity", "purpose", "channel"),
    sa.Index("ix_consents_statement", "statement"),
)


# Statements that a send repeats are built once: building one takes longer than running it.
_SAID = ("consent_id", "identity", "state", "effective_at", "expires_at", "statement")
_SPEAKS = sa.and_(
    sa.or_(
        CONSENTS.c.purpose.in_([sa.bindparam("purpose"), "*"]),
        sa.and_(CONSENTS.c.purpose == sa.bindparam("denied_purpose"), CONSENTS.c.state != "granted"),
    ),
    CONSENTS.c.channel.in_([sa.bindparam("channel"), "*"]),
)
_ABOUT = sa.select(*(CONSENTS.c[name] for name in _SAID)).where(_SPEAKS)
_ABOUT_SOME = whole_rows(CONSENTS).where(_SPEAKS, CONSENTS.c.identity.in_(sa.bindparam("identities", expanding=True)))
_OF_STATEMENTS = whole_rows(CONSENTS).where(
    _SPEAKS, CONSENTS.c.statement.in_(sa.bindparam("statements", expanding=True))
)


class Consents:
    """The consents of a workspace, inside one transaction.

    ``identity`` is ``namespace:value`` with the value in its normal form; ``purpose`` and
    ``channel`` may be ``*``. Rows of one ``statement`` say the same of several identities of one
    person; a row without one stands alone. What the rows mean is decided by ``protect``.
    """

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, rows: pa.Table) -> tuple[int, int]:
        """Add rows as they are; the first and last ``consent_id`` they got (0, 0 for no rows)."""
        if not rows.num_rows:
            return 0, 0
        before = self.last()
        self._sealed.insert(CONSENTS, rows)
        return before + 1, self.last()

    def about(
        self, purpose: str, channel: str, identities: Iterable[str] | None = None, *, denied_purpose: str = ""
    ) -> pa.Table:
        """All rows that speak of ``purpose`` on ``channel``, ``*`` included, of everybody or of ``identities``.

        So do those that refuse ``denied_purpose``, which is a wider one. Raises ``Damaged`` at a row of
        ``identities`` that another hand changed; whoever asks of everybody has all seals checked before.
        """
        asked = _asked(purpose, channel, denied_purpose)
        if identities is None:
            return read_arrow(self._connection, _ABOUT, asked)
        chunks = list(in_chunks(sorted(set(identities)))) or [[]]
        return pa.concat_tables(
            self._sealed.read_arrow(_ABOUT_SOME, _SAID, asked | {"identities": chunk}) for chunk in chunks
        )

    def of_statements(
        self, purpose: str, channel: str, statements: Iterable[int], *, denied_purpose: str = ""
    ) -> pa.Table:
        """As ``about``, all rows of ``statements``, whomever they name."""
        asked = _asked(purpose, channel, denied_purpose)
        chunks = list(in_chunks(sorted(set(statements)))) or [[]]
        return pa.concat_tables(
            self._sealed.read_arrow(_OF_STATEMENTS, _SAID, asked | {"statements": chunk}) for chunk in chunks
        )

    def of(self, identities: Iterable[str]) -> pa.Table:
        """The whole proof about ``identities``, oldest first."""
        chunks = list(in_chunks(sorted(set(identities)))) or [[]]
        found = [
            read_arrow(self._connection, sa.select(CONSENTS).where(CONSENTS.c.identity.in_(chunk))) for chunk in chunks
        ]
        return pa.concat_tables(found).sort_by("consent_id")

    def newest_at(self) -> datetime | None:
        """The latest instant at which any row was recorded, or None where there is none."""
        found: datetime | None = self._connection.execute(sa.select(sa.func.max(CONSENTS.c.recorded_at))).scalar_one()
        return found

    def counts_after(self, instant: datetime) -> bool:
        """Whether any row counts from after ``instant``."""
        newest = self._connection.execute(sa.select(sa.func.max(CONSENTS.c.effective_at))).scalar_one()
        return newest is not None and newest > instant

    def between(self, first: int, last: int) -> pa.Table:
        """Rows with ``first`` ≤ ``consent_id`` ≤ ``last``, in order, for sealing and verifying."""
        chosen = CONSENTS.c.consent_id.between(first, last)
        return read_arrow(self._connection, sa.select(CONSENTS).where(chosen).order_by(CONSENTS.c.consent_id))

    def last(self) -> int:
        """The number of the newest row; 0 before the first."""
        return self._connection.execute(sa.select(sa.func.max(CONSENTS.c.consent_id))).scalar_one() or 0


def _asked(purpose: str, channel: str, denied_purpose: str) -> dict[str, object]:
    return {"purpose": purpose, "channel": channel, "denied_purpose": denied_purpose or purpose}


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
