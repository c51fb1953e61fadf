"""What providers said of messages after they left: each event of theirs once, for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import pyarrow as pa
import sqlalchemy as sa

from coterie.domain.receipts import ReceiptState
from coterie.store.metadata import INSTANT, METADATA, SERIAL
from coterie.store.outbox import OUTBOX, TAKEN
from coterie.store.sealed import Row, Sealed
from coterie.store.sets import in_chunks, read_arrow

RECEIPTS = sa.Table(
    "receipts",
    METADATA,
    sa.Column("receipt_id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("event_id", sa.String, nullable=False),
    sa.Column("proof", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("channel", sa.String),
    sa.Column("message_id", sa.String),
    sa.Column("number", sa.String),
    sa.Column("address_key", sa.String),
    sa.Column("code", sa.Integer),
    sa.Column("words", sa.Text),
    sa.Column("occurred_at", INSTANT, nullable=False),
    sa.Column("received_at", INSTANT, nullable=False),
    sa.Column("seal", sa.String),
    sa.UniqueConstraint("provider", "event_id", name="uq_receipts_one_per_event"),
    sa.Index("ix_receipts_proof", "provider", "proof"),
    sa.Index("ix_receipts_state", "state", "receipt_id"),
    sa.Index("ix_receipts_address_key", "address_key"),
)

_ROWS = RECEIPTS.c
_KNOWN = sa.select(_ROWS.event_id).where(
    _ROWS.provider == sa.bindparam("provider"), _ROWS.event_id.in_(sa.bindparam("events", expanding=True))
)
_PROVED = sa.select(_ROWS.proof, _ROWS.event_id).where(
    _ROWS.provider == sa.bindparam("provider"), _ROWS.proof.in_(sa.bindparam("proofs", expanding=True))
)
_IN_STATE = (
    sa.select(RECEIPTS)
    .where(_ROWS.state == sa.bindparam("state"), _ROWS.received_at >= sa.bindparam("since", type_=INSTANT))
    .order_by(_ROWS.receipt_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_SOME = sa.select(RECEIPTS).where(_ROWS.receipt_id.in_(sa.bindparam("keys", expanding=True)))
_NUMBERED = (
    sa.select(OUTBOX.c.reply, OUTBOX.c.message_id)
    .where(
        TAKEN,
        OUTBOX.c.channel == sa.bindparam("channel"),
        OUTBOX.c.reply.in_(sa.bindparam("numbers", expanding=True)),
    )
    .order_by(OUTBOX.c.finished_at.desc())
)


class Receipts:
    """The receipts of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed

    def add(self, rows: pa.Table) -> int:
        """Add ``provider, event_id, proof, state, kind, channel, message_id, number, address_key, code, words, occurred_at, received_at``; how many were new."""
        return self._sealed.insert(RECEIPTS, rows, skip_known=True)

    def known(self, provider: str, events: Iterable[str]) -> set[str]:
        """Those of ``events`` that the provider told before."""
        return {
            str(event)
            for chunk in in_chunks(events)
            for event in self._connection.execute(_KNOWN, {"provider": provider, "events": chunk}).scalars()
        }

    def proved(self, provider: str, proofs: Iterable[str]) -> dict[str, str]:
        """Proof → the event that it proved."""
        return {
            str(proof): str(event)
            for chunk in in_chunks(proofs)
            for proof, event in self._connection.execute(_PROVED, {"provider": provider, "proofs": chunk})
        }

    def numbered(self, channel: str, numbers: Iterable[str]) -> dict[str, list[str]]:
        """The provider's number → our ids of messages that it took on ``channel``, the newest first: some centres begin anew."""
        found: dict[str, list[str]] = {}
        for chunk in in_chunks(numbers):
            for number, message in self._connection.execute(_NUMBERED, {"channel": channel, "numbers": chunk}):
                found.setdefault(str(number), []).append(str(message))
        return found

    def in_state(self, state: ReceiptState, most: int, *, since: datetime = datetime.min) -> list[Row]:  # noqa: DTZ901
        """The oldest in a state that came ``since`` an instant; raises ``Damaged`` at one that another hand changed."""
        return list(self._sealed.read(_IN_STATE, {"state": state, "most": most, "since": since}))

    def amend(self, changes: Mapping[int, Mapping[str, object]]) -> None:
        """Give receipts another state, message or address: ``receipt_id → {…}``."""
        for chunk in in_chunks(changes):
            self._sealed.update(_SOME, lambda row: dict(changes[int(str(row["receipt_id"]))]), {"keys": chunk})

    def latest(self, most: int, state: ReceiptState | None = None) -> pa.Table:
        """The newest, of one state where that is asked, with the origin and person of their messages."""
        told = [OUTBOX.c[name] for name in ("origin_kind", "origin", "profile_id")]
        of_message = OUTBOX.c.message_id == _ROWS.message_id
        chosen = sa.select(*(each for each in _ROWS if each.name != "seal"), *told).outerjoin_from(
            RECEIPTS, OUTBOX, of_message
        )
        if state is not None:
            chosen = chosen.where(_ROWS.state == state)
        return read_arrow(self._connection, chosen.order_by(_ROWS.receipt_id.desc()).limit(most))

    def counts(self) -> pa.Table:
        """``provider, kind, state, receipts, received_at``, the last the newest of each."""
        keys = (_ROWS.provider, _ROWS.kind, _ROWS.state)
        counted = (sa.func.count().label("receipts"), sa.func.max(_ROWS.received_at).label("received_at"))
        return read_arrow(self._connection, sa.select(*keys, *counted).group_by(*keys).order_by(*keys))

    def carried(self, since: datetime) -> pa.Table:
        """``channel, carrier, domain, kind, messages, newest_at`` of what left and was answered ``since``, by who carried it.

        ``kind`` is ``sent``, ``bounced``, ``refused`` or ``unknown``; of those sent, besides, ``bounced_later`` and ``complaint``, as
        receipts told. ``domain`` is that of e-mail addresses, else empty.
        """
        place = sa.func.instr if self._connection.dialect.name == "sqlite" else sa.func.strpos
        cells, at = OUTBOX.c, place(OUTBOX.c.address, "@")
        keys = (
            cells.channel,
            _text(sa.func.substr(cells.batch, 1, place(cells.batch, "/") - 1)).label("carrier"),
            sa.case(
                (
                    sa.and_(cells.channel == "email", at > 0),
                    _text(sa.func.lower(sa.func.substr(cells.address, at + 1))),
                ),
                else_="",
            ).label("domain"),
        )
        answered = sa.case(
            (cells.state == "sent", "sent"),
            (cells.state == "unknown", "unknown"),
            (cells.reason == "bounced", "bounced"),
            else_="refused",
        )
        later = sa.case((_ROWS.kind == "bounced", "bounced_later"), else_="complaint")
        newest = sa.func.max(cells.finished_at).label("newest_at")
        is_carried = sa.and_(place(cells.batch, "/") > 1, cells.finished_at >= since)
        statements = (
            sa.select(*keys, answered.label("kind"), sa.func.count().label("messages"), newest)
            .where(is_carried, cells.state.in_(("sent", "failed", "unknown")))
            .group_by(*keys, answered),
            sa.select(
                *keys, later.label("kind"), sa.func.count(sa.distinct(cells.message_id)).label("messages"), newest
            )
            .join_from(RECEIPTS, OUTBOX, _ROWS.message_id == cells.message_id)
            .where(is_carried, cells.state == "sent", _ROWS.kind.in_(("bounced", "complaint")))
            .group_by(*keys, later),
        )
        return pa.concat_tables(read_arrow(self._connection, each) for each in statements)


def _text(told: sa.ColumnElement[object]) -> sa.ColumnElement[str]:
    """A function of the database that neither of them says the type of."""
    return sa.type_coerce(told, sa.String)
