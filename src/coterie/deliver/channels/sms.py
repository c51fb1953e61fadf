"""Text messages: numbers in E.164, plain text in as many parts as networks make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from coterie.deliver.contract import Envelope, Form, Unsendable
from coterie.deliver.stop_words import is_stop
from coterie.domain import Message, Rendered
from coterie.domain.text_messages import JOINED, TextSize, size_of
from coterie.words import Sentence, sentence

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER = re.compile(r"\+?[0-9]{3,15}|(?=.*[A-Za-z])[A-Za-z0-9 &._+-]{1,11}")
_LONG = 3
"""Parts from which on a text is thought over."""


class SmsSettings(BaseModel):
    """Who text messages come from, and how long they may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: str = Field(
        description="What they come from: a number such as +15550100, a short code, or a word of up to 11 letters."
    )
    most_parts: int = Field(6, ge=1, le=255, description="Parts that a message may have; a longer one is not sent.")
    replies: bool | None = Field(
        None,
        description="Whether answers to the sender are heard and given to `coterie channels replies`; to a number they are if not "
        "said, to a word nobody can answer. Marketing offers STOP where they are, and the unsubscribe link where they are not.",
    )

    @field_validator("sender")
    @classmethod
    def _a_sender(cls, value: str) -> str:
        if not _SENDER.fullmatch(value):
            raise ValueError(
                sentence(
                    "{value!r} is no sender of text messages: a number such as +15550100, a short code, or a word of up to 11 letters",
                    value=value,
                )
            )
        return value


class SmsChannel:
    """Messages as text to a telephone."""

    name: ClassVar[str] = "sms"
    form: ClassVar[Form] = "text"
    Settings: ClassVar[type[BaseModel]] = SmsSettings

    def __init__(self, settings: SmsSettings) -> None:
        self._sender, self._most = settings.sender, settings.most_parts
        is_number = settings.sender.lstrip("+").isdecimal()
        self.hears_replies = is_number if settings.replies is None else settings.replies

    def seal(self, message: Message, rendered: Rendered, *, at: datetime) -> Envelope:  # noqa: ARG002 - a text bears no date
        """The text in UTF-8; ``Unsendable`` for what is no number in E.164, and for a text that is empty or too long."""
        if not _NUMBER.fullmatch(message.address):
            raise Unsendable(
                "bad_address",
                sentence("{address!r} is no telephone number such as +15550100", address=message.address[:120]),
            )
        text = rendered.text.strip()
        size = size_of(text)
        if not text:
            raise Unsendable("malformed", sentence("the text to {address} is empty", address=message.address))
        if size.parts > self._most:
            raise Unsendable(
                "malformed",
                sentence(
                    "the text has {parts:,} {parts|part|parts} ({alphabet}), and {most:,} may be sent (most_parts)",
                    parts=size.parts,
                    alphabet=size.alphabet,
                    most=self._most,
                ),
            )
        return Envelope(message.message_id, self._sender, message.address, text.encode("utf-8", "replace"))

    @staticmethod
    def says_stop(text: str) -> bool:
        """Whether an answer says no."""
        return is_stop(text)

    @staticmethod
    def pieces(rendered: Rendered) -> int:
        """The parts that are paid for."""
        return size_of(rendered.text.strip()).parts

    @staticmethod
    def advice(rendered: Rendered) -> Iterator[Sentence]:
        """How the text is counted, and what makes it dear."""
        size = size_of(rendered.text.strip())
        yield counted(size)
        if size.foreign and size.units <= JOINED["GSM-7"] * size.parts and len(size.foreign) <= _LONG:
            yield sentence(
                "{signs} alone make it UCS-2, where a part holds less than half; without, a part holds 160.",
                signs=" ".join(size.foreign),
            )
        if size.parts >= _LONG:
            yield sentence("Each message is paid for as {parts:,}; a shorter text costs less.", parts=size.parts)


def counted(size: TextSize) -> Sentence:
    """How many parts a text has, in words.

    >>> print(counted(size_of("Tea is here")))
    The text has 1 part (GSM-7): 11 units, and room for 149 more.
    """
    return sentence(
        "The text has {parts:,} {parts|part|parts} ({alphabet}): {units:,} {units|unit|units}, and room for {left:,} more.",
        parts=size.parts,
        alphabet=size.alphabet,
        units=size.units,
        left=size.left,
    )
