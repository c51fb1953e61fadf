"""E-mail through Mailgun, whole as it was written (``messages.mime``), so that headers, parts and ways out stay as they are."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import ClassVar

from pydantic import BaseModel, Field

from coterie.deliver.answering import Meaning, at_path, meaning_of, shown
from coterie.deliver.contract import Envelope
from coterie.deliver.outgoing import Answered
from coterie.deliver.posting import Posted, PostingProvider, PostingSettings
from coterie.domain import Clock, utc_now
from coterie.errors import BadSetting


class MailgunSettings(PostingSettings):
    """Where messages of a domain are posted."""

    url: str = Field(
        max_length=2_000,
        description="Address of the domain's messages, such as https://api.eu.mailgun.net/v3/news.shop.example/messages.mime.",
    )


class MailgunProvider(PostingProvider[MailgunSettings]):
    """Posts each e-mail to Mailgun, which is asked not to rewrite links. ``secret`` is the sending key."""

    name: ClassVar[str] = "mailgun"
    channel: ClassVar[str] = "email"
    answers: ClassVar[frozenset[str]] = frozenset()
    Settings: ClassVar[type[BaseModel]] = MailgunSettings

    def __init__(self, settings: MailgunSettings, *, secret: str | None = None, clock: Clock = utc_now) -> None:
        if not secret:
            raise BadSetting("Mailgun asks for a sending key: give it in COTERIE_SECRET_MAILGUN")
        super().__init__(settings, secret=secret, clock=clock)

    def _request(self, envelope: Envelope) -> Posted:
        boundary = sha256(envelope.content).hexdigest()  # stands in no text that it is the hash of
        fields = {"to": envelope.recipient, "o:tracking": "no", "v:message_id": envelope.message_id}
        parts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()
        ]
        parts.append(
            b'Content-Disposition: form-data; name="message"; filename="message.mime"\r\n'
            b"Content-Type: message/rfc822\r\n\r\n" + envelope.content
        )
        mark = f"--{boundary}".encode()
        body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
        headers = {
            "Authorization": f"Basic {b64encode(f'api:{self._secret}'.encode()).decode()}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        return Posted(envelope.message_id, self._settings.url, body, headers)

    def _read(self, answered: Answered) -> tuple[Meaning, str]:
        meaning, words = meaning_of(answered.status), shown(answered.body, self._secret)
        if meaning != "taken":
            return meaning, words
        number = at_path(answered.body, "id")
        return ("unknown", words) if number is None else ("taken", number)
