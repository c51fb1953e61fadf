"""Who may sign in: users, links by which they come, and where they are signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.store.metadata import INSTANT, METADATA
from coterie.store.sealed import Sealed

USERS = sa.Table(
    "users",
    METADATA,
    sa.Column("email", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("password", sa.String, nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("ended_at", INSTANT),
    sa.Column("seal", sa.String),
)
INVITATIONS = sa.Table(
    "invitations",
    METADATA,
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("ends_at", INSTANT, nullable=False),
    sa.Column("used_by", sa.String),
    sa.Column("seal", sa.String),
)
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("email", sa.String, nullable=False),
    sa.Column("agent", sa.String, nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("ends_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
)


@dataclass(frozen=True, slots=True)
class User:
    """One person who may sign in; ``password`` is a hash, and ``ended_at`` is when somebody took the account away."""

    email: str
    name: str
    role: str
    password: str
    created_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link by which somebody comes, kept as a keyed hash; ``used_by`` is who came."""

    hash: str
    role: str
    author: str
    created_at: datetime
    ends_at: datetime
    used_by: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Where somebody is signed in (``agent``: the browser's own name), kept as a keyed hash, and until when."""

    hash: str
    email: str
    agent: str
    created_at: datetime
    ends_at: datetime


class Users:
    """The users of a workspace, inside one transaction. Whatever is read raises ``Damaged`` where another hand changed it."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def put(self, user: User) -> None:
        """Keep ``user``, in the place of who has the address."""
        chosen = sa.select(USERS).where(USERS.c.email == user.email)
        if not self._sealed.update(chosen, asdict(user)):
            self._sealed.insert(USERS, pa.Table.from_pylist([asdict(user)]))

    def all(self) -> list[User]:
        """Every user there ever was, the oldest first."""
        chosen = sa.select(USERS).order_by(USERS.c.created_at, USERS.c.email)
        return [User(**_plain(row)) for row in self._sealed.read(chosen)]  # type: ignore[arg-type]

    def invite(self, made: Invitation) -> None:
        """Keep a new link."""
        self._sealed.insert(INVITATIONS, pa.Table.from_pylist([asdict(made)]))

    def invitations(self) -> list[Invitation]:
        """Every link there ever was, the oldest first."""
        chosen = sa.select(INVITATIONS).order_by(INVITATIONS.c.created_at, INVITATIONS.c.hash)
        return [Invitation(**_plain(row)) for row in self._sealed.read(chosen)]  # type: ignore[arg-type]

    def use(self, used: Invitation, *, by: str) -> None:
        """A link was used."""
        self._sealed.update(sa.select(INVITATIONS).where(INVITATIONS.c.hash == used.hash), {"used_by": by})

    def withdraw(self, hashed: str) -> bool:
        """Take an unused link away; False where there is none."""
        chosen = sa.select(INVITATIONS).where(INVITATIONS.c.hash == hashed, INVITATIONS.c.used_by.is_(None))
        return bool(self._sealed.delete(chosen))

    def open(self, made: Session) -> None:
        """Keep a new session."""
        self._sealed.insert(SESSIONS, pa.Table.from_pylist([asdict(made)]))

    def sessions(self) -> list[Session]:
        """Every session that was not ended, the oldest first."""
        chosen = sa.select(SESSIONS).order_by(SESSIONS.c.created_at, SESSIONS.c.hash)
        return [Session(**_plain(row)) for row in self._sealed.read(chosen)]  # type: ignore[arg-type]

    def end(self, *, hashed: str | None = None, email: str | None = None, before: datetime | None = None) -> int:
        """End the session of that hash, those of one user, or those that ran out before an instant; how many."""
        chosen = sa.select(SESSIONS)
        for column, value in ((SESSIONS.c.hash, hashed), (SESSIONS.c.email, email)):
            chosen = chosen if value is None else chosen.where(column == value)
        return self._sealed.delete(chosen if before is None else chosen.where(SESSIONS.c.ends_at <= before))


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "seal"}
