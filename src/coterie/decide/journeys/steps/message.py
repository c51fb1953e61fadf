"""Write to somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from coterie.decide.journeys.standing import ON, Arrived, Taken, everybody
from coterie.decide.journeys.step import Step
from coterie.words import Sentence, sentence


class MessageStep(Step):
    """Queue a message and go on. It leaves by the terms of the journey: consent, caps and quiet hours are asked when it does.

    Who has no address on the channel is passed over, and the path says so.
    """

    main: ClassVar[str] = "template"
    op: Literal["message"] = "message"
    template: str = Field(min_length=1, description="Name of the template that is sent.")
    channel: str = Field("email", min_length=1, description="The channel it goes out on.")

    def words(self) -> Sentence:
        """Such as ``message hello by email``."""
        return sentence("message {template} by {channel}", template=self.template, channel=self.channel)

    def templates(self) -> Iterator[str]:
        """The one it sends."""
        yield self.template

    def channel_used(self) -> str:
        """The one it says."""
        return self.channel

    def take(self, at: Arrived) -> Taken:
        """All go on; what became of the message is kept in the path."""
        told = at.write(self.id, self.template, self.channel)
        return Taken(everybody(at.count, ON), told=told)
