"""Put somebody on a list."""

from __future__ import annotations

from typing import ClassVar, Literal

from coterie.decide.journeys.list_step import ListStep
from coterie.profile.listed import LIST_JOINED
from coterie.words import Sentence, sentence


class AddToList(ListStep):
    """Put the person on a list, where they are not on it yet."""

    event: ClassVar[str] = LIST_JOINED
    op: Literal["add_to_list"] = "add_to_list"

    def words(self) -> Sentence:
        """Such as ``put on the list beta``."""
        return sentence("put on the list {name}", name=self.list)
