"""A real SMTP server on loopback that takes every message and delivers none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

NO_SUCH_MAILBOX = 97
"""Every household whose number this divides has, for the demonstration, an address that bounces."""


class Mailbox:
    """Counts what is accepted, keeps the first message, refuses a few addresses as a real server would."""

    def __init__(self) -> None:
        self.accepted: list[str] = []
        self.first: Message | None = None

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """550 for a few, 250 for the rest."""
        number = address.partition("@")[0].rpartition("-")[2]
        if number.isdecimal() and int(number) % NO_SUCH_MAILBOX == 0:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take the message."""
        self.accepted.extend(envelope.rcpt_tos)
        if self.first is None and isinstance(envelope.content, bytes):
            self.first = message_from_bytes(envelope.content, policy=default)
        return "250 OK"


@contextmanager
def smtp_sink() -> Iterator[tuple[int, Mailbox]]:
    """A server on a free port of 127.0.0.1 for as long as the block lasts: its port and its mailbox."""
    mailbox = Mailbox()
    port = _free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, mailbox
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
