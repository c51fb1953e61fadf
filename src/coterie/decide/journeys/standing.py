"""Those who have come to a step, and where each goes on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from coterie.decide.journeys.condition import JourneyCondition

Flags = npt.NDArray[np.bool_]
Instants = npt.NDArray[np.datetime64]
Texts = npt.NDArray[np.object_]

ON, OUT, REST = "", "out", "rest"
"""Turns that every step may give: to the step behind it, out of the journey, and staying."""


class Arrived(Protocol):
    """Those who stand before a step at ``now``, one row each; answers are arrays in the order of the rows."""

    @property
    def now(self) -> datetime:
        """The instant at which they are moved (naive UTC)."""

    @property
    def zone(self) -> str:
        """The zone whose clock counts."""

    def zones(self, attribute: str | None) -> Texts:
        """The zone of each by an attribute of theirs; that whose clock counts where it names none, or None is asked."""

    @property
    def count(self) -> int:
        """How many they are."""

    def meets(self, condition: JourneyCondition) -> Flags:
        """Who meets a condition."""

    def positions(self, salt: str) -> npt.NDArray[np.float64]:
        """Where each stands in ``[0, 1)``, the same whenever it is asked; independent for another ``salt``."""

    def write(self, step: str, template: str, channel: str) -> Texts:
        """Queue a message of ``step`` for each; what became of it: ``queued``, or why none is written."""


@dataclass(frozen=True)
class Taken:
    """Where each row goes on: ``turns`` is ``ON``, ``OUT``, ``REST``, or the label of a path inside the step.

    ``due_at`` says until when those stay that rest; ``told`` what is kept of the turn, where that is not the turn itself.
    """

    turns: Texts
    due_at: Instants | None = None
    told: Texts | None = None


def everybody(count: int, turn: str) -> Texts:
    """The same turn for each."""
    return np.full(count, turn, dtype=object)


def all_go_on(at: Arrived, *, recording: str) -> Taken:
    """Everybody goes on, and an event of that name is recorded of each from the path."""
    return Taken(everybody(at.count, ON), told=everybody(at.count, recording))


def first_met(flags: Mapping[str, Flags] | Sequence[tuple[str, Flags]], count: int, otherwise: str) -> Texts:
    """The label of the first flag that is true of each, else ``otherwise``.

    >>> first_met([("a", np.array([True, False])), ("b", np.array([True, False]))], 2, "none").tolist()
    ['a', 'none']
    """
    pairs: Any = list(flags.items() if isinstance(flags, Mapping) else flags)
    found = everybody(count, otherwise)
    for label, is_met in reversed(pairs):
        found[is_met] = label
    return found
