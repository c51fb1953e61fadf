"""Text messages through any gateway that takes them over HTTP, as its settings describe it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, Field, JsonValue, field_validator, model_validator

from coterie.deliver.answering import Meaning, at_path, meaning_of, shown
from coterie.deliver.contract import Envelope
from coterie.deliver.outgoing import Answered
from coterie.deliver.posting import Posted, PostingProvider, PostingSettings
from coterie.domain import Clock, utc_now
from coterie.domain.text_messages import size_of
from coterie.errors import BadSetting
from coterie.words import sentence

FIELDS = ("to", "to_digits", "from", "text", "alphabet", "id", "secret")
"""What may stand between ``{{`` and ``}}``."""

_FIELD = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_HEADER = re.compile(r"[A-Za-z0-9-]+")


class SmsHttpSettings(PostingSettings):
    """How a gateway is spoken to, and what its answers mean."""

    method: Literal["POST", "PUT", "GET"] = Field("POST", description="POST, PUT or GET.")
    send_as: Literal["json", "form", "query"] = Field(
        "json", description="How `body` is written: as JSON, as a form, or behind the address."
    )
    body: dict[str, JsonValue] = Field(
        description="What is posted. In its texts stand `{{ to }}` (+15550100), `{{ to_digits }}` (15550100), `{{ from }}`, `{{ text }}`, "
        "`{{ alphabet }}` (GSM-7 or UCS-2), `{{ id }}` (the same for the same message) and `{{ secret }}`.",
    )
    headers: dict[str, str] = Field(
        default_factory=dict, description="Further headers, such as `Authorization: Bearer {{ secret }}`."
    )
    user: str | None = Field(
        None, description="Account for basic authentication; its password is read from COTERIE_SECRET_SMS_HTTP."
    )
    id_path: str | None = Field(
        None,
        description="Where the gateway's number of the message stands in its JSON, such as `messages.0.id`; a yes without is none.",
    )
    code_path: str | None = Field(None, description="Where the gateway's own code stands in its JSON, such as `code`.")
    meanings: dict[str, Meaning] = Field(
        default_factory=dict,
        description="What a code, or a status of HTTP, means: taken, gone (no such number), stopped (the person wants no more), refused "
        "(for good), later, throttled, settings (it is about us) or unknown.",
    )
    idempotency_header: str | None = Field(
        None,
        description="Header by which the gateway knows a message again, such as Idempotency-Key; what is in doubt then goes again, "
        "and is otherwise unknown for ever.",
    )

    @field_validator("body", "headers")
    @classmethod
    def _known_fields(cls, value: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        for name in _named(dict(value)):
            if name not in FIELDS:
                raise ValueError(
                    sentence("there is no {name!r} to stand there; known: {known}", name=name, known=", ".join(FIELDS))
                )
        return value

    @field_validator("headers")
    @classmethod
    def _headers(cls, value: dict[str, str]) -> dict[str, str]:
        for name, content in value.items():
            if not _HEADER.fullmatch(name) or not content.isascii() or not content.isprintable():
                raise ValueError(sentence("{name!r} is no header of one line", name=name))
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.send_as != "json" and any(isinstance(each, dict | list) for each in self.body.values()):
            raise ValueError(sentence("a {kind} holds names and texts alone, and no lists", kind=self.send_as))
        if (self.send_as == "query") != (self.method == "GET"):
            raise ValueError("GET goes with send_as: query, POST and PUT with json or form")
        if not {"to", "to_digits"} & set(_named(dict(self.body))) or "text" not in _named(dict(self.body)):
            raise ValueError("the body says neither to whom nor what: the fields to and text have to stand in it")
        return self


class SmsHttpProvider(PostingProvider[SmsHttpSettings]):
    """Posts each message to a gateway. ``secret`` is the account's password or token."""

    name: ClassVar[str] = "sms_http"
    channel: ClassVar[str] = "sms"
    Settings: ClassVar[type[BaseModel]] = SmsHttpSettings

    def __init__(self, settings: SmsHttpSettings, *, secret: str | None = None, clock: Clock = utc_now) -> None:
        asks = settings.user is not None or "secret" in {*_named(dict(settings.body)), *_named(dict(settings.headers))}
        if asks and not secret:
            raise BadSetting("the gateway asks for a password or token: give it in COTERIE_SECRET_SMS_HTTP")
        super().__init__(settings, secret=secret, clock=clock)

    @property
    def answers(self) -> frozenset[str]:
        """The id of a message, where the gateway knows it again by a header."""
        return frozenset({"idempotency_key"} if self._settings.idempotency_header else ())

    def _request(self, envelope: Envelope) -> Posted:
        settings, text = self._settings, envelope.content.decode()
        values = {
            "to": envelope.recipient,
            "to_digits": envelope.recipient.lstrip("+"),
            "from": envelope.sender,
            "text": text,
            "alphabet": size_of(text).alphabet,
            "id": envelope.message_id,
            "secret": self._secret or "",
        }
        said = {name: _filled(each, values) for name, each in settings.body.items()}
        headers = {name: str(_filled(each, values)) for name, each in settings.headers.items()}
        if settings.user is not None:
            account = b64encode(f"{settings.user}:{self._secret}".encode()).decode()
            headers["Authorization"] = f"Basic {account}"
        if settings.idempotency_header:
            headers[settings.idempotency_header] = envelope.message_id
        url, body = settings.url, b""
        if settings.send_as == "query":
            url += f"{'&' if '?' in url else '?'}{urlencode(said)}"
        elif settings.send_as == "form":
            headers, body = {"Content-Type": "application/x-www-form-urlencoded"} | headers, urlencode(said).encode()
        else:
            headers = {"Content-Type": "application/json"} | headers
            body = json.dumps(said, ensure_ascii=False).encode()
        return Posted(envelope.message_id, url, body, headers, settings.method)

    def _read(self, answered: Answered) -> tuple[Meaning, str]:
        """What an answer means, and what to keep of it: the gateway's number of the message, or all that it said."""
        settings, words = self._settings, shown(answered.body, self._secret)
        code = at_path(answered.body, settings.code_path) if settings.code_path else None
        by_status = settings.meanings.get(str(answered.status), meaning_of(answered.status))
        if code is not None and code in settings.meanings:
            meaning = settings.meanings[code]
        elif code is not None and by_status == "taken":
            return "unknown", words  # a yes with a code that nobody has explained may be a no
        else:
            meaning = by_status
        if meaning != "taken" or not settings.id_path:
            return meaning, words
        number = at_path(answered.body, settings.id_path)
        return ("unknown", words) if number is None else ("taken", number)


def _named(value: JsonValue) -> Iterator[str]:
    """The fields that stand in the texts of ``value``."""
    if isinstance(value, str):
        yield from _FIELD.findall(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)


def _filled(value: JsonValue, values: Mapping[str, str]) -> JsonValue:
    if isinstance(value, str):
        return _FIELD.sub(lambda found: values[found[1]], value)
    if isinstance(value, dict):
        return {name: _filled(each, values) for name, each in value.items()}
    return [_filled(each, values) for each in value] if isinstance(value, list) else value
