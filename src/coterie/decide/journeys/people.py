"""Everybody whom one tick moves, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from coterie.decide.journeys.flat import END
from coterie.decide.journeys.standing import Flags, Instants, Texts

_INSTANT = pa.timestamp("us")
NEVER = np.datetime64("NaT", "us")
BEFORE = ">"
"""Stands before the name of a step that somebody was put at and has not taken."""


@dataclass
class Enrolled:
    """Enrolments of one journey, a row each: where they stand (``place``), until when, and what they have become."""

    enrolment_id: npt.NDArray[np.int64]
    profile_id: npt.NDArray[np.int64]
    key: Texts
    place: npt.NDArray[np.int64]
    due_at: Instants
    entered_at: Instants
    entered_step_at: Instants
    visits: npt.NDArray[np.int64]
    outcome: Texts
    trigger: Texts
    is_before: Flags
    """Who has not taken the step yet, at which a publishing put them."""

    @classmethod
    def of(cls, rows: pa.Table, places: Mapping[str, int]) -> Enrolled:
        """The rows of the ledger; whoever stands at a step that there is not stands at the end."""
        stood = [str(step) for step in rows["step"].to_pylist()]
        steps = [places.get(step.removeprefix(BEFORE), END) for step in stood]
        return cls(
            _numbers(rows["enrolment_id"]),
            _numbers(rows["profile_id"]),
            _texts(rows["key"]),
            np.array(steps, np.int64),
            _instants(rows["due_at"]),
            _instants(rows["entered_at"]),
            _instants(rows["entered_step_at"]),
            _numbers(rows["visits"]),
            _texts(rows["outcome"]),
            _texts(rows["trigger"]),
            np.array([step.startswith(BEFORE) for step in stood], bool),
        )

    def __len__(self) -> int:
        return len(self.enrolment_id)

    def moved(self, steps: Mapping[int, str], now: datetime) -> pa.Table:
        """The rows as the ledger is told of their moves."""
        has_ended = self.outcome != None  # noqa: E711 - of each
        stands = [steps.get(int(place)) for place in self.place]
        is_put = zip(stands, self.is_before & ~has_ended, strict=True)
        return pa.table(
            {
                "enrolment_id": pa.array(self.enrolment_id),
                "step": pa.array(
                    [f"{BEFORE}{step}" if step and before else step for step, before in is_put], pa.string()
                ),
                "due_at": pa.array(np.where(has_ended, NEVER, self.due_at), _INSTANT),
                "entered_step_at": pa.array(self.entered_step_at, _INSTANT),
                "visits": pa.array(self.visits),
                "state": pa.array(np.where(has_ended, "ended", "running").tolist(), pa.string()),
                "ended_at": pa.array(np.where(has_ended, np.datetime64(now, "us"), NEVER), _INSTANT),
                "outcome": pa.array(self.outcome.tolist(), pa.string()),
            }
        )

    def added(self, journey: str, steps: Mapping[int, str], now: datetime, is_held: Flags) -> pa.Table:
        """The rows as the ledger is given new ones."""
        moved = self.moved(steps, now)
        state = np.where(is_held, "held", np.array(moved["state"].to_pylist(), dtype=object))
        return pa.table(
            {
                **{name: moved[name] for name in moved.column_names},
                "state": pa.array(state.tolist(), pa.string()),
                "journey": pa.array([journey] * len(self), pa.string()),
                "profile_id": pa.array(self.profile_id),
                "key": pa.array(self.key.tolist(), pa.string()),
                "entered_at": pa.array(self.entered_at, _INSTANT),
                "trigger": pa.array(self.trigger.tolist(), pa.string()),
            }
        )


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.array(column.to_numpy(), dtype=np.int64)


def _texts(column: pa.ChunkedArray) -> Texts:
    return np.array(column.to_pylist(), dtype=object)


def _instants(column: pa.ChunkedArray) -> Instants:
    return np.array(column.to_numpy(), dtype="datetime64[us]")
