"""Coupons: codes in pools, of which each goes to one message, once, for ever.

A code is taken in the transaction that writes the intent to send, and belongs to its message
from then on, whatever becomes of it: a message that goes again carries the same code, and
nobody else ever gets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

import pyarrow as pa
import sqlalchemy as sa

from coterie.domain import Message, Origin
from coterie.store.metadata import INSTANT, METADATA, SERIAL, is_of
from coterie.store.outbox import OUTBOX
from coterie.store.sealed import Sealed
from coterie.store.sets import in_chunks, read_arrow

POOLS = sa.Table(
    "coupon_pools",
    METADATA,
    sa.Column("pool", sa.String, primary_key=True),
    sa.Column("expires_at", INSTANT),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
)

FREE = sa.text("message_id IS NULL")
"""Which codes nobody has."""

COUPONS = sa.Table(
    "coupons",
    METADATA,
    sa.Column("coupon_id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("pool", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    # Shops read capitals and small letters alike.
    sa.Column("code_key", sa.String, nullable=False),
    sa.Column("added_at", INSTANT, nullable=False),
    sa.Column("message_id", sa.String),
    sa.Column("origin_kind", sa.String),
    sa.Column("origin", sa.String),
    sa.Column("occurrence", sa.String),
    sa.Column("profile_id", sa.BigInteger),
    sa.Column("taken_at", INSTANT),
    sa.Column("seal", sa.String),
    sa.UniqueConstraint("code_key", name="uq_coupons_code_key"),
    sa.UniqueConstraint("pool", "message_id", name="uq_coupons_one_per_message"),
    sa.Index("ix_coupons_pool", "pool", "coupon_id"),
    sa.Index("ix_coupons_free", "pool", "coupon_id", sqlite_where=FREE, postgresql_where=FREE),
    sa.Index("ix_coupons_message_id", "message_id"),
    sa.Index("ix_coupons_profile_id", "profile_id"),
)

_ROWS = COUPONS.c
_POOL = sa.select(POOLS).where(POOLS.c.pool == sa.bindparam("pool"))
_KNOWN = sa.select(_ROWS.code_key, _ROWS.pool).where(_ROWS.code_key.in_(sa.bindparam("keys", expanding=True)))
# Statements that a send repeats are built once: building one takes longer than running it.
_NEXT = (
    sa.select(COUPONS)
    .where(FREE, _ROWS.pool == sa.bindparam("pool"))
    .order_by(_ROWS.coupon_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_OF_MESSAGES = sa.select(COUPONS).where(_ROWS.message_id.in_(sa.bindparam("messages", expanding=True)))
_OF_PEOPLE = sa.select(COUPONS).where(
    _ROWS.pool == sa.bindparam("pool"),
    is_of(COUPONS, sa.bindparam("kind"), sa.bindparam("name")),
    _ROWS.profile_id.in_(sa.bindparam("people", expanding=True)),
)
_WAITING = (
    sa.select(OUTBOX.c.variant, sa.func.count().label("messages"))
    .where(OUTBOX.c.state == "queued")
    .group_by(OUTBOX.c.variant)
)


class CouponCodes:
    """The coupons of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def begin(self, pool: str, *, now: datetime) -> None:
        """Let there be the pool, where there is none."""
        if not list(self._sealed.read(_POOL, {"pool": pool})):
            row = {"pool": [pool], "created_at": pa.array([now], pa.timestamp("us"))}
            self._sealed.insert(POOLS, pa.table(row))

    def expire(self, pool: str, at: datetime | None) -> None:
        """From ``at`` on no code of the pool is given; None for never."""
        self._sealed.update(_POOL, {"expires_at": at}, {"pool": pool})

    def add(self, pool: str, codes: Sequence[str], *, now: datetime) -> None:
        """Put ``codes`` behind those of the pool; none of them may be there, in no pool: see ``known``."""
        count = len(codes)
        rows = {
            "pool": pa.array([pool] * count, pa.string()),
            "code": pa.array(codes, pa.string()),
            "code_key": pa.array(map(key_of, codes), pa.string()),
            "added_at": pa.array([now] * count, pa.timestamp("us")),
        }
        self._sealed.insert(COUPONS, pa.table(rows))

    def known(self, keys: Iterable[str]) -> dict[str, str]:
        """Those of the codes (as ``key_of`` has them) that are in a pool, and in which."""
        return {
            str(key): str(pool)
            for chunk in in_chunks(keys)
            for key, pool in self._connection.execute(_KNOWN, {"keys": chunk})
        }

    def take(self, pool: str, messages: Sequence[Message], *, now: datetime) -> set[str]:
        """Give each of ``messages``, all of one origin, a code of the pool; which of them have none, for there was none.

        A message that has one keeps it; a person who had one for the same occurrence, by another address, has that one.
        """
        mine = self._held(pool, messages)
        lacking = [message for message in messages if message.message_id not in mine]
        if not lacking or not self._is_open(pool, now):
            return {message.message_id for message in lacking}
        before = self._of_people(pool, lacking)
        moved = {message.message_id: row for message in lacking if (row := before.pop(_whose(message), None))}
        fresh = [message for message in lacking if message.message_id not in moved]
        free = list(self._sealed.read(_NEXT, {"pool": pool, "most": len(fresh)})) if fresh else []
        taken = {message.message_id: row for message, row in zip(fresh, free, strict=False)} | moved
        given = {row["coupon_id"]: message for message in lacking if (row := taken.get(message.message_id))}

        def belonging(row: Mapping[str, object]) -> dict[str, object]:
            message = given[row["coupon_id"]]
            return {
                "message_id": message.message_id,
                "origin_kind": message.origin.kind,
                "origin": message.origin.name,
                "occurrence": message.occurrence,
                "profile_id": message.profile_id,
                "taken_at": now,
            }

        self._sealed.change(COUPONS, taken.values(), belonging)
        return {message.message_id for message in lacking if message.message_id not in taken}

    def lacking(self, pool: str, messages: Sequence[Message], *, now: datetime) -> set[str]:
        """Which of ``messages`` would have none after ``take``; takes none."""
        mine = self._held(pool, messages)
        rest = [message for message in messages if message.message_id not in mine]
        before = self._of_people(pool, rest)
        fresh = [message.message_id for message in rest if _whose(message) not in before]
        return set(fresh[self.left(pool, now=now, most=len(fresh)) :])

    def codes_of(self, message_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Message → pool → its code; raises ``Damaged`` at a row that another hand changed."""
        found: dict[str, dict[str, str]] = {}
        for chunk in in_chunks(message_ids):
            for row in self._sealed.read(_OF_MESSAGES, {"messages": chunk}):
                found.setdefault(str(row["message_id"]), {})[str(row["pool"])] = str(row["code"])
        return found

    def left(self, pool: str, *, now: datetime, most: int | None = None) -> int:
        """How many codes of the pool can still be given at ``now``, counted to ``most``; 0 where it has expired or is not there."""
        if not self._is_open(pool, now):
            return 0
        free = sa.select(_ROWS.coupon_id).where(FREE, _ROWS.pool == pool).limit(most).subquery()
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(free)).scalar_one())

    def pools(self) -> pa.Table:
        """``pool, codes, left, used, expires_at, created_at`` of every pool, by name."""
        used = sa.func.count(_ROWS.message_id)
        codes = sa.func.count(_ROWS.coupon_id)
        statement = (
            sa.select(
                POOLS.c.pool,
                codes.label("codes"),
                (codes - used).label("left"),
                used.label("used"),
                POOLS.c.expires_at,
                POOLS.c.created_at,
            )
            .outerjoin_from(POOLS, COUPONS, POOLS.c.pool == _ROWS.pool)
            .group_by(POOLS.c.pool, POOLS.c.expires_at, POOLS.c.created_at)
            .order_by(POOLS.c.pool)
        )
        return read_arrow(self._connection, statement)

    def first_codes(self) -> dict[str, str]:
        """Pool → its first code, which shows how long they are; empty where it has none."""
        first = sa.select(_ROWS.code).where(_ROWS.pool == POOLS.c.pool).order_by(_ROWS.coupon_id).limit(1)
        rows = self._connection.execute(sa.select(POOLS.c.pool, first.scalar_subquery().label("code")))
        return {str(pool): str(code or "") for pool, code in rows}

    def given(self, pool: str, *, after: int = 0, most: int | None = None) -> pa.Table:
        """``coupon_id, code, profile_id, origin_kind, origin, message_id, state, taken_at`` of the codes that were given, in their order.

        ``state`` is that of the message; ``profile_id`` is empty where the person was erased.
        """
        told = [_ROWS[name] for name in ("coupon_id", "code", "profile_id", "origin_kind", "origin", "message_id")]
        statement = (
            sa.select(*told, OUTBOX.c.state, _ROWS.taken_at)
            .outerjoin_from(COUPONS, OUTBOX, OUTBOX.c.message_id == _ROWS.message_id)
            .where(_ROWS.pool == pool, _ROWS.message_id.is_not(None), _ROWS.coupon_id > after)
            .order_by(_ROWS.coupon_id)
        )
        return read_arrow(self._connection, statement if most is None else statement.limit(most))

    def waiting(self) -> dict[str, int]:
        """Template → how many messages are queued that it makes."""
        return {str(variant): int(messages) for variant, messages in self._connection.execute(_WAITING)}

    def _is_open(self, pool: str, now: datetime) -> bool:
        rows = list(self._sealed.read(_POOL, {"pool": pool}))
        return bool(rows) and ((at := cast("datetime | None", rows[0]["expires_at"])) is None or at > now)

    def _held(self, pool: str, messages: Iterable[Message]) -> set[str]:
        codes = self.codes_of([message.message_id for message in messages])
        return {message for message, of in codes.items() if pool in of}

    def _of_people(self, pool: str, messages: Sequence[Message]) -> dict[tuple[Origin, str, int], dict[str, object]]:
        """Whose → the code that they had for it."""
        found: dict[tuple[Origin, str, int], dict[str, object]] = {}
        for origin in {message.origin for message in messages}:
            people = {message.profile_id for message in messages if message.origin == origin}
            for chunk in in_chunks(people):
                for row in self._sealed.read(_OF_PEOPLE, {"pool": pool, **origin._asdict(), "people": chunk}):
                    whose = origin, str(row["occurrence"]), cast("int", row["profile_id"])
                    found[whose] = row
        return found


def key_of(code: str) -> str:
    """What is the same of two codes that a shop would take for one.

    >>> key_of("spring-7QX") == key_of("SPRING-7qx")
    True
    """
    return code.casefold()


def _whose(message: Message) -> tuple[Origin, str, int]:
    return message.origin, message.occurrence, message.profile_id
