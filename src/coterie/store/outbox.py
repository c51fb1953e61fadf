"""The outbox: every message that a campaign, a journey or a test wants to send, and what became of it.

::

    queued ──admit──▶ sending ──▶ sent | failed | unknown
      │  ▲                │
      │  └───deferred─────┘
      └──▶ refused (reason)

``sending`` is written before the network is touched. ``sending`` found at start has no
outcome: it becomes ``unknown``, is shown, and never goes out again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, cast, get_args

import pyarrow as pa
import sqlalchemy as sa

from coterie.domain import Message, MessageState, Origin, Outcome
from coterie.domain.sending import IN_DOUBT, OriginKind
from coterie.store.metadata import INSTANT, METADATA, is_of
from coterie.store.sealed import Sealed
from coterie.store.sets import in_chunks, read_arrow
from coterie.store.stored import stored_list
from coterie.store.touches import Touches

TAKEN = sa.text("state = 'sent' AND length(reply) <= 200")
"""Which messages may have a number of the provider's in ``reply``."""

OUTBOX = sa.Table(
    "outbox",
    METADATA,
    sa.Column("message_id", sa.String, primary_key=True),
    sa.Column("origin_kind", sa.String, nullable=False),
    sa.Column("origin", sa.String, nullable=False),
    sa.Column("occurrence", sa.String, nullable=False),
    sa.Column("profile_id", sa.BigInteger, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("address_key", sa.String, nullable=False),
    sa.Column("identities", sa.Text, nullable=False),
    sa.Column("arm", sa.String, nullable=False),
    sa.Column("variant", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("batch", sa.String),
    sa.Column("queued_at", INSTANT, nullable=False),
    sa.Column("not_before", INSTANT, nullable=False),
    sa.Column("intended_at", INSTANT),
    sa.Column("finished_at", INSTANT),
    sa.Column("code", sa.Integer),
    sa.Column("reply", sa.Text),
    sa.Column("zone", sa.String),
    sa.Column("seal", sa.String),
    # Nobody gets two of one occurrence, whatever the profiles, lists and spellings behind one address.
    sa.UniqueConstraint(
        "origin_kind", "origin", "occurrence", "channel", "address_key", name="uq_outbox_one_per_address"
    ),
    # In the order of claiming, so that a claim reads its rows and no others.
    sa.Index("ix_outbox_due", "state", "channel", "origin_kind", "origin", "not_before", "message_id"),
    # By the number that the provider gave it, by which receipts name it.
    sa.Index("ix_outbox_reply", "channel", "reply", sqlite_where=TAKEN, postgresql_where=TAKEN),
)

_MESSAGE = (
    "message_id", "profile_id", "channel", "purpose", "address", "address_key", "arm", "variant",
    "attempts", "identities", "occurrence", "zone",
)  # fmt: skip
_MESSAGE_COLUMNS = [OUTBOX.c[name] for name in (*_MESSAGE, "origin_kind", "origin", "not_before")]

# Statements that a send repeats are built once: building one takes longer than running it.
_IS_OF = is_of(OUTBOX, sa.bindparam("kind"), sa.bindparam("name"))
_IS_ON = OUTBOX.c.channel == sa.bindparam("channel")
_DUE = (
    sa.select(OUTBOX)
    .where(
        OUTBOX.c.state == "queued",
        _IS_ON,
        _IS_OF,
        OUTBOX.c.not_before <= sa.bindparam("now", type_=INSTANT),
    )
    .order_by(OUTBOX.c.not_before, OUTBOX.c.message_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_COMING = _DUE.with_only_columns(*_MESSAGE_COLUMNS)
_GONE = sa.select(sa.literal(1)).where(OUTBOX.c.state.in_(("sending", "sent", "unknown")), _IS_ON, _IS_OF).limit(1)
_NEXT_ORIGIN = (
    sa.select(OUTBOX.c.origin)
    .where(
        OUTBOX.c.state == "queued",
        _IS_ON,
        OUTBOX.c.origin_kind == sa.bindparam("kind"),
        OUTBOX.c.origin > sa.bindparam("name"),
    )
    .order_by(OUTBOX.c.origin)
    .limit(1)
)
_NEXT_DUE = sa.select(sa.func.min(OUTBOX.c.not_before)).where(OUTBOX.c.state == "queued", _IS_ON, _IS_OF)
_NEXT_DUE_AFTER = _NEXT_DUE.where(OUTBOX.c.not_before > sa.bindparam("after", type_=INSTANT))
_ROWS = sa.select(OUTBOX).where(OUTBOX.c.message_id.in_(sa.bindparam("keys", expanding=True)))
# Not the bare column: SQLite would look through all that is queued for rows that are known by their key.
_STATE_OF_ROW = sa.func.coalesce(OUTBOX.c.state, "")
_QUEUED = _ROWS.where(_STATE_OF_ROW == "queued")
_CLAIM = _QUEUED.with_for_update(skip_locked=True)
_OPEN = _ROWS.where(_STATE_OF_ROW.in_(("sending", "unknown", "queued")))

DUPLICATE = "duplicate_person"
"""Why one of two messages to the same person is refused; where the other does not arrive, it is queued again."""


class Outbox:
    """The messages of a workspace, inside one transaction."""

    def __init__(self, connection: sa.Connection, sealed: Sealed) -> None:
        self._connection, self._sealed = connection, sealed
        self._claimed: dict[str, dict[str, object]] = {}

    def queue(self, rows: pa.Table) -> int:
        """Add messages in state ``queued``; how many were new.

        ``rows``: ``message_id, origin_kind, origin, occurrence, profile_id, channel, purpose, address,
        address_key, identities`` (JSON list), ``arm, variant, queued_at, not_before``. A message whose
        origin, occurrence, channel and address are known already is left out.
        """
        count = rows.num_rows
        rows = rows.append_column("state", pa.array(["queued"] * count, pa.string()))
        rows = rows.append_column("attempts", pa.array([0] * count, pa.int64()))
        return self._sealed.insert(OUTBOX, rows, skip_known=True)

    def waiting(self, channel: str) -> list[Origin]:
        """Every origin that has messages queued on ``channel``; found by one step through the index for each."""
        found: list[Origin] = []
        for kind in get_args(OriginKind):
            name: str | None = ""
            while name := self._connection.execute(
                _NEXT_ORIGIN, {"channel": channel, "kind": kind, "name": name}
            ).scalar():
                found.append(Origin(kind, name))
        return found

    def claim(
        self,
        channel: str,
        origins: Iterable[Origin],
        limit: int,
        *,
        now: datetime,
        room: Mapping[Origin, int] = MappingProxyType({}),
    ) -> list[Message]:
        """Up to ``limit`` queued messages whose time has come, the longest due first, locked until the transaction ends.

        Of an origin for which there is ``room`` for so many only, no more.
        """
        due = self._due(channel, origins, limit, now, room)
        place = {row["message_id"]: place for place, row in enumerate(due)}
        if not place:
            return []
        rows = sorted(self._sealed.read(_CLAIM, {"keys": list(place)}), key=lambda row: place[row["message_id"]])
        self._claimed.update((str(row["message_id"]), row) for row in rows)
        return [message_of(row) for row in rows]

    def coming(self, channel: str, origins: Iterable[Origin], limit: int, *, now: datetime) -> list[Message]:
        """The messages that would be claimed next; claims none."""
        return [message_of(row) for row in self._due(channel, origins, limit, now)]

    def _due(
        self,
        channel: str,
        origins: Iterable[Origin],
        limit: int,
        now: datetime,
        room: Mapping[Origin, int] = MappingProxyType({}),
    ) -> list[sa.RowMapping]:
        """The next of each origin, put into one order."""
        asked = {"channel": channel, "now": now}
        found = [
            row
            for origin in origins
            for row in self._connection.execute(
                _COMING, {**asked, "most": min(limit, room.get(origin, limit)), **origin._asdict()}
            )
            .mappings()
            .all()
        ]
        return sorted(found, key=lambda row: (row["not_before"], row["message_id"]))[:limit]

    def mark_sending(self, message_ids: Iterable[str], *, batch: str, now: datetime) -> int:
        """Write the intent to send; how many were still queued. The others must not be sent."""

        def sending(row: Mapping[str, object]) -> dict[str, object]:
            attempts = cast("int", row["attempts"]) + 1
            return {"state": "sending", "batch": batch, "intended_at": now, "attempts": attempts}

        wanted = list(message_ids)
        claimed = [row for message in wanted if (row := self._claimed.pop(message, None))]  # read in this transaction
        moved = self._sealed.change(OUTBOX, claimed, sending)
        rest = set(wanted).difference(str(row["message_id"]) for row in claimed)
        return moved + sum(self._sealed.update(_QUEUED, sending, {"keys": chunk}) for chunk in in_chunks(rest))

    def refuse(self, reasons: Mapping[str, str], *, now: datetime) -> int:
        """Close queued messages for a reason: ``message_id → reason code``; how many were still queued."""
        moved = 0
        for message in reasons:
            self._claimed.pop(message, None)
        for reason in sorted(set(reasons.values())):
            chosen = [message for message, why in reasons.items() if why == reason]
            for chunk in in_chunks(chosen):
                moved += self._sealed.update(_QUEUED, _closed(reason, now), {"keys": chunk})
        return moved

    def record_outcomes(self, outcomes: Iterable[Outcome]) -> int:
        """Write what the provider answered; how many messages it settled.

        Only messages in ``sending`` or ``unknown`` move, so an answer told twice changes
        nothing and a late answer settles an unknown one; and those ``queued`` again by the very
        answer that is now told as a final no. A refusal gives the touch back.
        """
        told = list(outcomes)
        settled, rest = 0, told
        while rest:
            first = {outcome.message_id: outcome for outcome in reversed(rest)}  # a second answer is heard after it
            rest = [outcome for outcome in rest if outcome is not first[outcome.message_id]]
            for keys in in_chunks(first):
                settled += self._sealed.update(_OPEN, partial(_settled, first), {"keys": keys})
        Touches(self._connection, self._sealed).remove(o.message_id for o in told if o.state in {"failed", "deferred"})
        return settled

    def amend(self, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Give queued messages another person, zone or instant: ``message_id → {profile_id, identities, zone, not_before}``, some of these."""
        for message in changes:
            self._claimed.pop(message, None)
        for keys in in_chunks(changes):
            self._sealed.update(_QUEUED, lambda row: _amended(changes[str(row["message_id"])]), {"keys": keys})

    def give_back(self, message_ids: Iterable[str], *, now: datetime) -> None:
        """Forget the last try of queued messages: they are due again, as if it had not been."""

        def untried(row: Mapping[str, object]) -> dict[str, object]:
            return {"attempts": max(0, cast("int", row["attempts"]) - 1), "not_before": now}

        for chunk in in_chunks(message_ids):
            self._sealed.update(_QUEUED, untried, {"keys": chunk})

    def mark_unknown(
        self, channel: str, origins: Iterable[Origin] | None = None, *, now: datetime, with_doubted: bool = False
    ) -> int:
        """Turn every ``sending`` on ``channel``, of ``origins`` alone where given, into ``unknown``; how many.

        Call it with the turn to send, before anything is sent: an intent of theirs has no living owner then. ``with_doubted``
        also what was to go again to one that knows it, where it might now go to somebody else.
        """
        doubted = sa.and_(OUTBOX.c.state == "queued", OUTBOX.c.reason == IN_DOUBT)
        is_meant = OUTBOX.c.state == "sending"
        found = sa.select(OUTBOX).where(sa.or_(is_meant, doubted) if with_doubted else is_meant)
        found = found.where(OUTBOX.c.channel == channel)
        chosen = [found] if origins is None else [found.where(is_of(OUTBOX, *origin)) for origin in origins]
        return sum(self._sealed.update(each, {"state": "unknown", "finished_at": now}) for each in chosen)

    def take_up(self, channel: str, origins: Iterable[Origin] | None = None, *, now: datetime) -> int:
        """Queue again every ``sending`` on ``channel``, of ``origins`` alone where given; how many.

        As ``mark_unknown``, for a provider that knows a message again by its id and takes it once. Each stays in doubt: one that
        may no longer go is not refused but unknown.
        """
        found = sa.select(OUTBOX).where(OUTBOX.c.state == "sending", OUTBOX.c.channel == channel)
        chosen = [found] if origins is None else [found.where(is_of(OUTBOX, *origin)) for origin in origins]
        again: list[str] = []

        def queued(row: Mapping[str, object]) -> dict[str, object]:
            again.append(str(row["message_id"]))
            return {"state": "queued", "reason": IN_DOUBT, "not_before": now}

        moved = sum(self._sealed.update(each, queued) for each in chosen)
        Touches(self._connection, self._sealed).remove(again)
        return moved

    def readmit(self, instead_of: Iterable[Message], *, now: datetime) -> int:
        """Queue again what was refused beside a message of the same person that did not arrive; how many."""
        failed = list(instead_of)
        people = {message.profile_id for message in failed}
        named = {identity for message in failed for identity in message.identities}

        def queued(row: Mapping[str, object]) -> dict[str, object]:
            is_theirs = row["profile_id"] in people or not named.isdisjoint(json.loads(str(row["identities"])))
            return {"state": "queued", "reason": None, "finished_at": None, "not_before": now} if is_theirs else {}

        refused = sa.select(OUTBOX).where(OUTBOX.c.state == "refused", OUTBOX.c.reason == DUPLICATE)
        return sum(
            self._sealed.update(
                refused.where(OUTBOX.c.channel == channel, is_of(OUTBOX, *origin), OUTBOX.c.occurrence == occurrence),
                queued,
            )
            for channel, origin, occurrence in sorted({(m.channel, m.origin, m.occurrence) for m in failed})
        )

    def cancel(self, origin: Origin, *, now: datetime, reason: str = "cancelled") -> int:
        """Close all that is still queued; how many. Messages in flight keep going."""
        queued = sa.select(OUTBOX).where(OUTBOX.c.state == "queued", is_of(OUTBOX, *origin))
        return self._sealed.update(queued, _closed(reason, now))

    def past_due(self, *, now: datetime, channel: str | None = None, origins: Iterable[Origin] | None = None) -> int:
        """How many queued messages might have gone already, on ``channel`` and of ``origins`` alone where given."""
        due = sa.select(sa.func.count()).where(OUTBOX.c.state == "queued", OUTBOX.c.not_before <= now)
        if channel is not None:
            due = due.where(OUTBOX.c.channel == channel)
        chosen = [due] if origins is None else [due.where(is_of(OUTBOX, *origin)) for origin in origins]
        return sum(self._connection.execute(each).scalar_one() for each in chosen)

    def drop_past_due(self, *, now: datetime, reason: str = "held_back") -> int:
        """Close all that might have gone already; how many."""
        due = sa.select(OUTBOX).where(OUTBOX.c.state == "queued", OUTBOX.c.not_before <= now)
        return self._sealed.update(due, _closed(reason, now))

    def counts(self, origin: Origin | None = None, *, channel: str | None = None) -> pa.Table:
        """``origin_kind, origin, state, reason, messages``; ``reason`` says why a message was refused or failed, where that is known."""
        keys = (OUTBOX.c.origin_kind, OUTBOX.c.origin, OUTBOX.c.state, OUTBOX.c.reason)
        statement = sa.select(*keys, sa.func.count().label("messages"))
        if origin is not None:
            statement = statement.where(is_of(OUTBOX, *origin))
        if channel is not None:
            statement = statement.where(OUTBOX.c.channel == channel)
        return read_arrow(self._connection, statement.group_by(*keys).order_by(*keys))

    def messages(self, of: Origin | Collection[str], state: MessageState | None = None) -> pa.Table:
        """All that is known of the messages of an origin, in order of ``message_id``; or of those with these ids that are there."""
        if not isinstance(of, Origin):
            chunks = list(in_chunks(sorted(set(of)))) or [[]]
            return pa.concat_tables(read_arrow(self._connection, _ROWS, {"keys": chunk}) for chunk in chunks)
        statement = sa.select(OUTBOX).where(is_of(OUTBOX, *of)).order_by(OUTBOX.c.message_id)
        return read_arrow(self._connection, statement if state is None else statement.where(OUTBOX.c.state == state))

    def has_left(self, channel: str, origin: Origin) -> bool:
        """Whether any message of ``origin`` left, or may have left, for its address on ``channel``."""
        return self._connection.execute(_GONE, {"channel": channel, **origin._asdict()}).first() is not None

    def find(self, message_id: str) -> Message | None:
        """One message by its identity, whatever its state, or None."""
        row = (
            self._connection.execute(sa.select(*_MESSAGE_COLUMNS).where(OUTBOX.c.message_id == message_id))
            .mappings()
            .first()
        )
        return message_of(row) if row else None

    def next_due_at(self, channel: str, origins: Iterable[Origin], *, after: datetime | None = None) -> datetime | None:
        """When the next queued message may go (of those that may not ``after`` already), or None when there is none."""
        statement, asked = (_NEXT_DUE, {}) if after is None else (_NEXT_DUE_AFTER, {"after": after})
        every = (
            self._connection.execute(statement, {"channel": channel, **asked, **origin._asdict()}).scalar_one()
            for origin in origins
        )
        return min((found for found in every if found is not None), default=None)


def _amended(changes: Mapping[str, object]) -> dict[str, object]:
    named = cast("Iterable[str] | None", changes.get("identities"))
    return {**changes, **({} if named is None else {"identities": _listed(named)})}


def _listed(identities: Iterable[str]) -> str:
    return json.dumps(sorted(set(identities)), ensure_ascii=False)


def _closed(reason: str, now: datetime) -> Callable[[Mapping[str, object]], dict[str, object]]:
    """Closed for ``reason``; what may have been taken by the other side is unknown and never refused."""

    def closed(row: Mapping[str, object]) -> dict[str, object]:
        return {"state": "unknown" if row["reason"] == IN_DOUBT else "refused", "reason": reason, "finished_at": now}

    return closed


def _is_doubted(outcome: Outcome, row: Mapping[str, object]) -> bool:
    """A final no that was not believed at first: the message was queued again, and has not been tried since."""
    tried = cast("datetime | None", row["intended_at"])
    is_same = outcome.state == "failed" and row["finished_at"] is None and row["code"] == outcome.code is not None
    return is_same and tried is not None and tried <= outcome.occurred_at


def _settled(outcomes: Mapping[str, Outcome], row: Mapping[str, object]) -> dict[str, object]:
    outcome = outcomes[str(row["message_id"])]
    if row["state"] == "queued" and not _is_doubted(outcome, row):
        return {}
    is_open = outcome.state == "deferred"
    return {
        "state": "queued" if is_open else outcome.state,
        "reason": IN_DOUBT if is_open and row["reason"] == IN_DOUBT else outcome.reason,
        "code": outcome.code,
        "reply": outcome.reply[:1000] if row["address"] else None,  # an answer names the address of who was erased
        "finished_at": None if is_open else outcome.occurred_at,
        "not_before": (outcome.retry_at or outcome.occurred_at) if is_open else row["not_before"],
    }


def message_of(row: Mapping[str, object] | sa.RowMapping) -> Message:
    """The message of a row of the outbox."""
    told: dict[str, Any] = {name: row[name] for name in _MESSAGE}
    told["identities"] = tuple(map(str, stored_list(row["identities"], f"message {row['message_id']}")))
    return Message(**told, origin=Origin(cast("Any", row["origin_kind"]), str(row["origin"])))
