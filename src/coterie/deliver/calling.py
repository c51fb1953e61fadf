"""What a call of a provider is, and how it proves whose it is."""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import ClassVar, NamedTuple, Protocol
from urllib.parse import parse_qsl

from coterie.domain.receipts import Receipt, Reply
from coterie.errors import BadFile, NotPermitted
from coterie.registry import Registry
from coterie.words import sentence

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as all instants are kept
_MOST_FIELDS = 1_000


class Unsigned(NotPermitted):
    """A call without any signature."""


@dataclass(frozen=True)
class ProviderCall:
    """A request of a provider as it came: the addresses that it may have been sent to, its headers in small letters, its body, and when."""

    urls: Sequence[str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime

    def header(self, name: str) -> str:
        """A header that bears the signature; raises ``Unsigned`` where it is missing."""
        found = self.headers.get(name, "")
        if not found:
            raise Unsigned(sentence("the call is not signed: it has no {header}", header=name))
        return found

    def fields(self) -> dict[str, str]:
        """The fields of a form; of those of one name the last."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError as fault:
            raise unreadable() from fault


class Called(NamedTuple):
    """What a call says: receipts of messages, and what people answered."""

    receipts: Sequence[Receipt] = ()
    replies: Sequence[Reply] = ()


class Callback(Protocol):
    """What reads the calls of one provider. A part: one file, one line in ``CALLBACKS``.

    It is made as ``Callback(secret, within)``, of what signatures are made with and how far from now the instant of a call may be.
    ``channel`` is that of the messages it tells of, None where a receipt says it itself; ``is_quiet`` where the provider wants no words back.
    """

    name: ClassVar[str]
    channel: ClassVar[str | None]
    is_quiet: ClassVar[bool]

    def __init__(self, secret: str, within: timedelta) -> None: ...

    def read(self, call: ProviderCall) -> Called:
        """What a call says. ``Unsigned`` where it bears no signature, ``NotPermitted`` where that is wrong or old, ``BadFile`` for nonsense."""


CALLBACKS: Registry[type[Callback]] = Registry(
    "callback",
    {
        "mailgun": "coterie.deliver.callbacks.mailgun:MailgunCallback",
        "mandrill": "coterie.deliver.callbacks.mandrill:MandrillCallback",
        "signed": "coterie.deliver.callbacks.signed:SignedCallback",
        "twilio": "coterie.deliver.callbacks.twilio:TwilioCallback",
    },
)


def forged() -> NotPermitted:
    """What is raised for a signature that is not right."""
    return NotPermitted(
        "the signature of the call is not right, so nothing was changed; is the secret the provider's own?"
    )


def unreadable() -> BadFile:
    """What is raised for a body that is not what the provider sends."""
    return BadFile("the call cannot be read: it is not what this provider sends")


def check_fresh(second: str, now: datetime, within: timedelta) -> None:
    """Raise ``NotPermitted`` where the instant of a call (seconds since 1970) is further from ``now`` than ``within``."""
    try:
        apart = abs(float(second) - (now - _EPOCH).total_seconds())
    except ValueError:
        raise forged() from None
    if not apart <= within.total_seconds():
        raise NotPermitted(
            sentence(
                "the call is of {minutes:,} {minutes|minute|minutes} ago or ahead, and may be of {most:,} at most; nothing was changed",
                minutes=int(min(apart, 1e9) // 60),
                most=int(within.total_seconds() // 60),
            )
        )


def check_form(call: ProviderCall, header: str, secret: str) -> dict[str, str]:
    """The fields of a form that is signed with ``secret``; raises ``Unsigned`` and ``NotPermitted``."""
    call.header(header)
    if not is_signed_form(call, header, secret):
        raise forged()
    return call.fields()


def is_signed_form(call: ProviderCall, header: str, secret: str) -> bool:
    """Whether the signature of a form (HMAC-SHA1 over address and sorted fields, in base64) stands in ``header``."""
    signature, fields = call.headers.get(header, "").encode(), call.fields()
    rest = "".join(f"{name}{fields[name]}" for name in sorted(fields))
    made = (
        b64encode(hmac.new(secret.encode(), f"{url}{rest}".encode("utf-8", "replace"), sha1).digest())
        for url in call.urls
    )
    return any(hmac.compare_digest(each, signature) for each in made)


def instant(second: object, now: datetime) -> datetime:
    """Seconds since 1970 as an instant, ``now`` where they are none or lie ahead.

    >>> instant(1700000000.5, datetime(2026, 1, 1)), instant("soon", datetime(2026, 1, 1))
    (datetime.datetime(2023, 11, 14, 22, 13, 20, 500000), datetime.datetime(2026, 1, 1, 0, 0))
    """
    try:
        found = datetime.fromtimestamp(float(str(second)), UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return now
    return min(found, now)


_OF_THE_MESSAGE = re.compile(r"\b5\.(7\.\d+|2\.[23]|3\.\d+|6\.\d+)\b")


def is_of_the_message(words: str) -> bool:
    """Whether a final no is about policy, size or a full mailbox (RFC 3463), and not about the address.

    >>> is_of_the_message("550 5.7.1 blocked"), is_of_the_message("550 5.1.1 no such user")
    (True, False)
    """
    return _OF_THE_MESSAGE.search(words) is not None


def whole(value: object) -> int | None:
    """``value`` as a code, None for what is none.

    >>> whole("550"), whole("550 no"), whole(True)
    (550, None, None)
    """
    text = "" if isinstance(value, bool) else str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def text_in(found: object, *path: str) -> str | None:
    """The text or number at a path of objects, None where there is none.

    >>> text_in({"msg": {"_id": "a1"}}, "msg", "_id"), text_in({"msg": []}, "msg", "_id")
    ('a1', None)
    """
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) and found != "" else None
