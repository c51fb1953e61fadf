"""Receipts taken in: whoever cannot or does not want to be reached is blocked in the transaction that keeps what was told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import pyarrow as pa

from coterie.deliver.breaker import BOUNCED
from coterie.deliver.calling import forged
from coterie.deliver.contract import CHANNELS
from coterie.domain import Message, Outcome
from coterie.domain.receipts import Receipt
from coterie.identifiers import keys_of
from coterie.protect import WorkspaceKey, address_key, namespace_of, suppress_keys
from coterie.protect.preferences import end_for
from coterie.protect.stopping import stop_within
from coterie.store import Ledger, Transaction
from coterie.store.outbox import message_of

_ENDS = {"complaint": "complaint", "unsubscribed": "unsubscribed"}
_OF_ONE_PERSON = re.compile(r"<[^>]*>|\S*@\S*|\S*\d{5,}\S*|https?://\S+")
_MOST_WORDS, _MOST_ID = 300, 300
_LOOKED_FOR = timedelta(days=3)
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("provider", "event_id", "proof", "state", "kind", "channel")),
        *((name, pa.string()) for name in ("message_id", "number", "address_key", "words")),
        ("code", pa.int64()),
        *((name, pa.timestamp("us")) for name in ("occurred_at", "received_at")),
    ]
)


@dataclass(frozen=True)
class ReceiptsTaken:
    """What became of receipts: ``taken`` were new, ``known`` were told before, ``unmatched`` of the new are of no message that is known."""

    taken: int = 0
    known: int = 0
    unmatched: int = 0


def take_receipts(
    ledger: Ledger,
    key: WorkspaceKey,
    provider: str,
    receipts: Sequence[Receipt],
    *,
    channel: str | None,
    now: datetime,
    country: str = "",
) -> ReceiptsTaken:
    """Keep what ``provider`` told, each event once, and act on it, in one transaction.

    An address that bounces for good is blocked; who complains or unsubscribes is blocked under everything that names them, and their
    consent withdrawn, also where the message is not known but the address was told. A delivery settles a message that is ``unknown``. Raises
    ``NotPermitted`` where a proof that proved one event comes with another.
    """
    with ledger.transaction() as t:
        known = t.receipts.known(provider, [each.event_id for each in receipts])
        fresh = {each.event_id: each for each in receipts if each.event_id not in known}
        proofs = [each.proof for each in fresh.values() if each.proof]
        if len(set(proofs)) < len(proofs) or t.receipts.proved(provider, proofs):
            raise forged()
        told = [each for each in fresh.values() if len(each.event_id) <= _MOST_ID]
        messages = messages_of(t, told, channel)
        rows = []
        for each in told:
            act = _Act(t, key, each, messages.get(each.event_id), channel, provider, now, country)
            act.settle()
            rows.append(act.row())
        t.receipts.add(pa.Table.from_pylist(rows, _SCHEMA))
    counts = Counter(row["state"] for row in rows)
    return ReceiptsTaken(len(rows), len(receipts) - len(fresh), counts["unmatched"])


def match_again(ledger: Ledger, key: WorkspaceKey, most: int, *, now: datetime) -> int:
    """Look once more for the messages of receipts of the last days that came before their message was known; how many were found."""
    with ledger.reading() as t:
        rows = t.receipts.in_state("unmatched", most, since=now - _LOOKED_FOR)
        if not _found_again(t, rows):
            return 0
    with ledger.transaction() as t:
        found = {int(str(row["receipt_id"])): (row, matched) for row, matched in _found_again(t, rows)}
        for row, matched in found.values():
            _Act(t, key, _receipt_of(row), matched, None, str(row["provider"]), now, "").settle()
        t.receipts.amend(
            {
                number: {
                    "state": "matched",
                    "message_id": each.message.message_id,
                    "address_key": each.message.address_key,
                }
                for number, (_, each) in found.items()
            }
        )
    return len(found)


def _found_again(
    t: Transaction, rows: Sequence[Mapping[str, object]]
) -> list[tuple[Mapping[str, object], MatchedMessage]]:
    by_channel: dict[str | None, list[Mapping[str, object]]] = {}
    for row in rows:
        by_channel.setdefault(cast("str | None", row["channel"]), []).append(row)
    return [
        (row, found[str(row["event_id"])])
        for channel, some in by_channel.items()
        for found in [messages_of(t, [_receipt_of(row) for row in some], channel)]
        for row in some
        if str(row["event_id"]) in found
    ]


def _receipt_of(row: Mapping[str, object]) -> Receipt:
    names = ("event_id", "kind", "occurred_at", "message_id", "number", "code", "words", "channel")
    return Receipt(**{name: row[name] for name in names})  # type: ignore[arg-type]  # as the table's columns are


class MatchedMessage(NamedTuple):
    """The message that a receipt is of, and where it stands."""

    message: Message
    state: str


def messages_of(t: Transaction, receipts: Collection[Receipt], channel: str | None) -> dict[str, MatchedMessage]:
    """Event → the message that it is of, where that is known: by our id, else by the provider's number."""
    numbers = sorted({each.number for each in receipts if each.number})
    by_number = t.receipts.numbered(channel, numbers) if channel and numbers else {}
    named = {
        each.event_id: [*([each.message_id] if each.message_id else []), *by_number.get(each.number or "", [])]
        for each in receipts
    }
    wanted = {message_id for some in named.values() for message_id in some}
    rows = t.outbox.messages(wanted).to_pylist() if wanted else []
    there = {row["message_id"]: MatchedMessage(message_of(row), row["state"]) for row in rows if row["state"] in _LEFT}
    found = {}
    for each in receipts:
        some = [there[name] for name in named[each.event_id] if name in there]
        some = [matched for matched in some if channel in (None, matched.message.channel)]
        if some:  # of several under one number, that to the address that it speaks of
            found[each.event_id] = next((one for one in some if one.message.address == each.address), some[0])
    return found


_OPEN = ("sending", "unknown")
_LEFT = (*_OPEN, "sent", "failed")


class _Act:
    """What is done about one receipt, inside the transaction that keeps it."""

    def __init__(
        self,
        t: Transaction,
        key: WorkspaceKey,
        receipt: Receipt,
        matched: MatchedMessage | None,
        channel: str | None,
        provider: str,
        now: datetime,
        country: str,
    ) -> None:
        self._t, self._key, self._receipt, self._provider = t, key, receipt, provider
        self._matched, self._now, self._country = matched, now, country
        said = receipt.channel if receipt.channel in CHANNELS else None
        self._channel = matched.message.channel if matched else channel or said
        self._address_key = self._hashed()

    def settle(self) -> None:
        """Block who is to be blocked, and settle a message in doubt."""
        kind, source = self._receipt.kind, f"receipt of {self._provider}"
        if kind in _ENDS:
            self._end(_ENDS[kind], source)
        elif kind == "bounced":
            self._block(source)
        if self._matched and self._matched.state in _OPEN and kind in {"delivered", "bounced"}:
            self._t.outbox.record_outcomes([self._outcome(self._matched.message)])

    def _block(self, source: str) -> None:
        """Block the address, unless one that bounced is blocked already."""
        channel, hashed = self._channel, self._address_key
        if channel and hashed and BOUNCED not in self._t.suppressions.active(channel, [hashed])["reason"].to_pylist():
            suppress_keys(self._t, channel, [hashed], reason=BOUNCED, source=source, now=self._now)

    def _end(self, reason: str, source: str) -> None:
        if self._matched:
            end_for(self._t, self._key, self._matched.message, reason, source=source, now=self._now)
        elif self._channel and self._address_key:
            said = {str(self._receipt.address): self._receipt.occurred_at}
            stop_within(
                self._t,
                self._key,
                self._channel,
                said,
                now=self._now,
                country=self._country,
                reason=reason,
                source=source,
            )

    def _outcome(self, message: Message) -> Outcome:
        receipt = self._receipt
        if receipt.kind == "delivered":
            return Outcome(message.message_id, "sent", receipt.occurred_at, receipt.code, receipt.number or "")
        words = _plain(receipt.words)
        return Outcome(message.message_id, "failed", receipt.occurred_at, receipt.code, words, reason=BOUNCED)

    def _hashed(self) -> str | None:
        """The hash of the address that it is about; None where nobody says, or the person was erased."""
        if self._matched:
            return self._matched.message.address_key if self._matched.message.address else None
        address = self._receipt.address
        if not self._channel or not address:
            return None
        keys = keys_of(namespace_of(self._channel), pa.array([address], pa.string()), self._country)
        return address_key(self._key, self._channel, address, self._country) if keys[0].is_valid else None

    def row(self) -> dict[str, object]:
        """What is kept of it."""
        receipt, state = self._receipt, "matched" if self._matched else "unmatched"
        ours = self._matched.message.message_id if self._matched else receipt.message_id
        return {
            "provider": self._provider,
            "event_id": receipt.event_id,
            "proof": receipt.proof,
            "state": "noted" if receipt.kind == "other" else state,
            "kind": receipt.kind,
            "channel": self._channel,
            "message_id": (ours or "")[:_MOST_ID] or None,
            "number": (receipt.number or "")[:_MOST_ID] or None,
            "address_key": self._address_key,
            "code": receipt.code,
            "words": _plain(receipt.words) or None,
            "occurred_at": receipt.occurred_at,
            "received_at": self._now,
        }


def _plain(words: str) -> str:
    """Words as they may be kept: in a line, without what names a person.

    >>> _plain("550 5.1.1 <ann@x.example>: no such user, see https://x.example/1")
    '550 5.1.1 : no such user, see'
    """
    return " ".join(_OF_ONE_PERSON.sub(" ", "".join(each if each.isprintable() else " " for each in words)).split())[
        :_MOST_WORDS
    ]
