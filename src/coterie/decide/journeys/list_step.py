"""What steps that put the person on a list, or take them off, have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from coterie.decide.journeys.standing import Arrived, Taken, all_go_on
from coterie.decide.journeys.step import Step
from coterie.profile import language


class ListStep(Step):
    """A step that records an event of the person from which it is read who is on a list."""

    main: ClassVar[str] = "list"
    event: ClassVar[str]
    """The event."""

    list: Annotated[str, language.naming("list")] = Field(
        min_length=1, max_length=100, description="Name of the list, one that people are put on and taken off."
    )

    def lists(self) -> Iterator[str]:
        """The one that it changes."""
        yield self.list

    def emits(self) -> Mapping[str, Mapping[str, object]]:
        """The change."""
        return {self.event: {"list": self.list}}

    def take(self, at: Arrived) -> Taken:
        """All go on; the change is recorded from the path."""
        return all_go_on(at, recording=self.event)
