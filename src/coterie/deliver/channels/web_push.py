"""Push messages to browsers: a title, a few words and where they lead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from coterie.deliver.contract import Envelope, Form, Unsendable
from coterie.deliver.push_encryption import MOST_BYTES
from coterie.domain import Message, Rendered
from coterie.words import Sentence, sentence

_SUBSCRIPTION = re.compile(r"https?://[^\s#,;<>\"'@\x00-\x1f\x7f]{4,1500}#[A-Za-z0-9_-]{87}\.[A-Za-z0-9_-]{22}")
_LINK = re.compile(r"https?://\S+")
_SHOWN_TITLE, _SHOWN_TEXT = 50, 120


class WebPushSettings(BaseModel):
    """How push messages look that say no more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    icon: str = Field(
        "", max_length=500, description="Address of a square picture beside the words, of 192 pixels or more."
    )


class WebPushChannel:
    """Messages to browsers that subscribed: the first line is the title, and a link alone in a line is where a click leads."""

    name: ClassVar[str] = "web_push"
    form: ClassVar[Form] = "text"
    hears_replies: ClassVar[bool] = False
    Settings: ClassVar[type[BaseModel]] = WebPushSettings

    def __init__(self, settings: WebPushSettings) -> None:
        self._icon = settings.icon

    def seal(self, message: Message, rendered: Rendered, *, at: datetime) -> Envelope:  # noqa: ARG002 - it bears no date
        """``title``, ``body``, ``url``, ``icon`` and ``id`` as JSON; ``Unsendable`` for no subscription, no words, or more than 4 KB."""
        if not _SUBSCRIPTION.fullmatch(message.address):
            raise Unsendable(
                "bad_address",
                sentence("{address!r} is no subscription of a browser to push messages", address=message.address[:120]),
            )
        title, body, url = parts_of_push(rendered.text)
        if not title:
            raise Unsendable(
                "malformed", sentence("the push message to {address} is empty", address=message.address[:60])
            )
        said = {"id": message.message_id, "title": title, "body": body, "url": url, "icon": self._icon}
        content = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
        raw = content.encode("utf-8", "replace")
        if len(raw) > MOST_BYTES:
            raise Unsendable(
                "malformed",
                sentence(
                    "the push message has {bytes:,} {bytes|byte|bytes}, and {most:,} may be sent",
                    bytes=len(raw),
                    most=MOST_BYTES,
                ),
            )
        return Envelope(message.message_id, "web_push", message.address, raw)

    @staticmethod
    def advice(rendered: Rendered) -> Iterator[Sentence]:
        """What most screens cut off."""
        title, body, _ = parts_of_push(rendered.text)
        if len(title) > _SHOWN_TITLE or len(body) > _SHOWN_TEXT:
            yield sentence(
                "Many screens show {title:,} letters of a title and {text:,} of what follows; this has {is_title:,} and {is_text:,}.",
                title=_SHOWN_TITLE,
                text=_SHOWN_TEXT,
                is_title=len(title),
                is_text=len(body),
            )


def parts_of_push(text: str) -> tuple[str, str, str]:
    r"""Title, what follows, and where a click leads, of a text.

    >>> parts_of_push("New tea\nTry it today\nhttps://tea.example/new")
    ('New tea', 'Try it today', 'https://tea.example/new')
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    links = [line for line in lines if _LINK.fullmatch(line)]
    words = [line for line in lines if not links or line != links[0]]
    return (words[0] if words else ""), "\n".join(words[1:]).strip(), links[0] if links else ""
