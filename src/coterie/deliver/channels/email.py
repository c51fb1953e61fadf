"""E-mail: addresses as RFC 5321 takes them, messages as MIME."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from coterie.deliver.contract import Envelope, Unsendable
from coterie.deliver.mime import lint, write_email
from coterie.domain import Message, Rendered
from coterie.words import Sentence, joined, sentence

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


class EmailSettings(BaseModel):
    """Who e-mail comes from, such as ``Shop <news@shop.example>``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: str = Field(description="Name and address that e-mail comes from.")

    @field_validator("sender")
    @classmethod
    def _an_address(cls, value: str) -> str:
        name, address = parseaddr(value)
        if re.search(r"[\x00-\x1f\x7f]|=\?", value) or not address:
            raise ValueError(sentence("{value!r} is not a sender such as Shop <news@shop.example>", value=value))
        try:
            plain_address(address)
        except Unsendable as fault:
            raise ValueError(fault.sentence) from None
        return f"{name} <{address}>" if name else address


class EmailChannel:
    """Messages as e-mail."""

    name: ClassVar[str] = "email"
    Settings: ClassVar[type[BaseModel]] = EmailSettings

    def __init__(self, settings: EmailSettings) -> None:
        self._name, address = parseaddr(settings.sender)
        self._address = plain_address(address)

    def seal(self, message: Message, rendered: Rendered, *, at: datetime) -> Envelope:
        """The e-mail of ``message``, dated ``at`` (naive UTC); ``Unsendable`` when it cannot travel."""
        recipient = plain_address(message.address)
        content = write_email(
            (self._name, self._address),
            [
                ("To", recipient),
                ("Subject", rendered.subject),
                ("Date", format_datetime(at.replace(tzinfo=UTC))),
                *rendered.headers,
            ],
            text=rendered.text,
            html=rendered.html,
            seed=message.message_id,
        )
        faults = lint(content)
        if faults:
            raise Unsendable(
                "malformed",
                sentence(
                    "the e-mail to {address} is malformed: {why}", address=recipient, why=joined(map(Sentence, faults))
                ),
            )
        return Envelope(message.message_id, self._address, recipient, content)


def plain_address(address: str) -> str:
    r"""``address`` as SMTP takes it, its domain in ASCII; ``Unsendable`` when it is none.

    Quoted local parts, comments, lists and controls are none; nor are letters beyond ASCII
    before the @, which few servers take.

    >>> plain_address("anna@bücher.example")
    'anna@xn--bcher-kva.example'
    >>> plain_address("a@x.test>\r\nRCPT TO:<b@x.test")
    Traceback (most recent call last):
    coterie.deliver.contract.Unsendable: 'a@x.test>\r\nRCPT TO:<b@x.test' is not an e-mail address
    """
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            at = ""
    fits = len(local) <= 64 and len(domain) <= 253
    if not (at and fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise Unsendable("bad_address", sentence("{address!r} is not an e-mail address", address=address[:120]))
    return f"{local}@{domain}"
