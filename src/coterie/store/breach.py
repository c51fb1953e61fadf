"""What is found where another hand changed the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.words import Sentence, joined


@dataclass(frozen=True, slots=True)
class Breach:
    """A place where the ledger is not as it was written: table, row (its key) and what is wrong."""

    table: str
    row: str
    what: Sentence

    @property
    def sentence(self) -> Sentence:
        """The breach with its place, for a person."""
        return joined([f"{self.table} {self.row}".rstrip(), self.what], ": ")

    def __str__(self) -> str:
        return str(self.sentence)
