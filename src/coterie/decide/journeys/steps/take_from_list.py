"""Take somebody off a list."""

from __future__ import annotations

from typing import ClassVar, Literal

from coterie.decide.journeys.list_step import ListStep
from coterie.profile.listed import LIST_LEFT
from coterie.words import Sentence, sentence


class TakeFromList(ListStep):
    """Take the person off a list, where they are on it."""

    event: ClassVar[str] = LIST_LEFT
    op: Literal["take_from_list"] = "take_from_list"

    def words(self) -> Sentence:
        """Such as ``take off the list beta``."""
        return sentence("take off the list {name}", name=self.list)
