"""What a message centre delivers to us: receipts of messages, and what people answered (SMPP 3.4, 4.6 and appendix B)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from coterie.deliver.calling import Called, whole
from coterie.domain.receipts import Receipt, ReceiptKind, Reply
from coterie.domain.text_messages import BASIC, EXTENSION

STATES: Mapping[str, ReceiptKind] = {
    "DELIVRD": "delivered",
    "EXPIRED": "soft_bounced",
    "DELETED": "soft_bounced",
    "UNDELIV": "soft_bounced",
    "REJECTD": "soft_bounced",
}
"""Final state of a message → what it means; a centre does not say whether a number is there for good."""

_BY_NUMBER = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
_RECEIPTED, _STATE, _PAYLOAD = 0x001E, 0x0427, 0x0424
_IS_RECEIPT, _HAS_HEADER = 0x04, 0x40
_FIELD = re.compile(r"\b(id|stat|err):(\S*)", re.IGNORECASE)
_EXTENDED = {place: sign for sign, place in EXTENSION.items()}


class Delivered(NamedTuple):
    """One ``deliver_sm``: from whom, of which class and alphabet, its octets, and its optional parameters by tag."""

    sender: str
    esm_class: int
    data_coding: int
    octets: bytes
    more: Mapping[int, bytes]


def read_delivered(body: bytes) -> Delivered:
    """The body of a ``deliver_sm``; raises ``ValueError`` for what is none."""
    try:
        rest = body[body.index(0) + 1 :]
        ton, rest = rest[0], rest[2:]
        sender, rest = _text(rest)
        _, rest = _text(rest[2:])
        esm_class, rest = rest[0], rest[3:]
        for _ in range(2):
            _, rest = _text(rest)
        coding, length = rest[2], rest[4]
        octets, rest = rest[5 : 5 + length], rest[5 + length :]
    except IndexError as fault:
        raise ValueError from fault
    more: dict[int, bytes] = {}
    while len(rest) >= 4:
        tag, size = int.from_bytes(rest[:2], "big"), int.from_bytes(rest[2:4], "big")
        more[tag], rest = rest[4 : 4 + size], rest[4 + size :]
    sender = f"+{sender}" if ton == 1 and sender.isdecimal() else sender
    return Delivered(sender, esm_class, coding, more.get(_PAYLOAD, octets), more)


def called_by(delivered: Delivered, now: datetime, *, is_decimal: bool = False) -> Called:
    """The receipt, or the answer, that the centre delivered.

    With ``is_decimal`` the centre tells in decimal what it answered in hexadecimal.
    """
    text = text_of(delivered)
    if not delivered.esm_class & _IS_RECEIPT:
        return Called(replies=[Reply(delivered.sender, text, now)])
    said = {name.lower(): value for name, value in _FIELD.findall(text)}
    number = delivered.more.get(_RECEIPTED, b"").rstrip(b"\0").decode("latin-1") or said.get("id", "")
    if not number:
        return Called()
    if is_decimal and number.isdecimal():
        number = f"{int(number):x}"
    state = said.get("stat", "").upper() or _BY_NUMBER.get(int.from_bytes(delivered.more.get(_STATE, b""), "big"), "")
    # Numbers come again after months: what is told is known by all of it.
    mark = sha256(delivered.octets).hexdigest()[:16]
    receipt = Receipt(
        f"{number}-{state}-{mark}",
        STATES.get(state, "other"),
        now,
        number=number,
        address=delivered.sender,
        code=whole(said.get("err")),
        words=state,
    )
    return Called([receipt])


def text_of(delivered: Delivered) -> str:
    """The words, in any of the alphabets that centres use; a part of a long answer without its header."""
    octets = delivered.octets
    if delivered.esm_class & _HAS_HEADER and octets:
        octets = octets[octets[0] + 1 :]
    if delivered.data_coding == 8:
        return octets.decode("utf-16-be", "replace")
    if delivered.data_coding != 0 or delivered.esm_class & _IS_RECEIPT:
        return octets.decode("latin-1")
    left = iter(octets)
    return "".join(
        _EXTENDED.get(next(left, 0), " ") if each == 27 else BASIC[each] if each < len(BASIC) else "\ufffd"
        for each in left
    )


def _text(octets: bytes) -> tuple[str, bytes]:
    end = octets.find(0)
    if end < 0:
        raise IndexError
    return octets[:end].decode("latin-1"), octets[end + 1 :]
